"""Which cells ONNX has an operator for, and the weights in the order that it wants."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_rnn.runtimes.graph import Recur

_ACTIVATIONS = {
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "relu": "Relu",
    "softplus": "Softplus",
    "softsign": "Softsign",
}
_LSTMS = ("lstm", "peephole_lstm", "lstm_variant_NP", "lstm_variant_CIFG")
# The blocks of an LSTM's weights, in Keras and in ONNX.
_KERAS, _ONNX = "ifco", "iofc"


def standard_operator(
    node: Recur,
) -> tuple[str, dict[str, Any], list[np.ndarray | None]] | None:
    """Return the operator of ONNX that does what a cell does.

    Args:
        node: `Recur`.

    Returns:
        Name of the operator, its attributes, and its weights W, R, B and (of an LSTM
        with peepholes) P, each with a first axis of 1; or `None` if there is none.
    """
    program = node.program
    if not program.activations or not set(program.activations) <= set(_ACTIVATIONS):
        return None
    names = [_ACTIVATIONS[one] for one in program.activations]
    units = program.outputs[0].width
    attributes: dict[str, Any] = {
        "hidden_size": units,
        "direction": "reverse" if node.backward else "forward",
    }
    weights = program.weights
    if program.kind == "simple_rnn":
        return (
            "RNN",
            {**attributes, "activations": names},
            _sides(
                weights["kernel"],
                weights["recurrent_kernel"],
                weights.get("bias"),
                None,
            ),
        )
    if program.kind in ("gru", "gru_reset_before"):
        after = program.kind == "gru"
        recurrent = (
            weights["recurrent_kernel"]
            if after
            else np.concatenate(
                [weights["gates_kernel"], weights["candidate_kernel"]], axis=1
            )
        )
        attributes |= {"activations": names, "linear_before_reset": int(after)}
        bias, second = weights.get("bias"), weights.get("recurrent_bias")
        return "GRU", attributes, _sides(weights["kernel"], recurrent, bias, second)
    if program.kind in (
        "lstm",
        "lstm_variant_NP",
        "peephole_lstm",
        "lstm_variant_CIFG",
    ):
        coupled = program.kind == "lstm_variant_CIFG"
        attributes["activations"] = [*names, names[-1]]
        attributes["input_forget"] = int(coupled)
        blocks = _KERAS.replace("f", "") if coupled else _KERAS
        matrices = [
            _reordered(weights[name], blocks) for name in ("kernel", "recurrent_kernel")
        ]
        bias = _reordered(weights["bias"], blocks) if "bias" in weights else None
        arrays = _sides(matrices[0], matrices[1], bias, None)
        if "peephole_i" in weights:
            zeros = np.zeros(units, "float32")
            seen = [weights.get(f"peephole_{gate}", zeros) for gate in "iof"]
            arrays.append(np.concatenate(seen)[None])
        return "LSTM", attributes, arrays
    return None


def _reordered(array: np.ndarray, blocks: str) -> np.ndarray:
    """Blocks of columns as ONNX orders them, with zeros for one that is not there."""
    parts = dict(zip(blocks, np.split(array, len(blocks), axis=-1), strict=True))
    zeros = np.zeros_like(parts["i"])
    return np.concatenate([parts.get(block, zeros) for block in _ONNX], axis=-1)


def _sides(
    kernel: np.ndarray,
    recurrent: np.ndarray,
    bias: np.ndarray | None,
    recurrent_bias: np.ndarray | None,
) -> list[np.ndarray | None]:
    """W, R and B of one direction."""
    both = None
    if bias is not None:
        second = np.zeros_like(bias) if recurrent_bias is None else recurrent_bias
        both = np.concatenate([bias, second])[None]
    return [kernel.T[None], recurrent.T[None], both]
