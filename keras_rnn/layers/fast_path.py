"""Whether a recurrent layer runs on cuDNN or another fused path, or why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_rnn.layers.min_rnn import MinRNN

BACKENDS = ("tensorflow", "jax")
CUDNN = "cuDNN"
SCAN = "one product of all inputs, then a scan"
PARALLEL = "a parallel scan over all steps"
LOOP = "the general loop, step by step"


@dataclass(frozen=True)
class FastPath:
    """What `explain_fast_path` found. Its text is `str(...)`.

    Args:
        name: String, the layer's name.
        fast: Boolean, whether every layer inside takes a fast path.
        path: String, what runs it.
        reasons: List of strings, what keeps it from a fast path; empty if `fast`.
        notes: List of strings, what else is worth knowing.
        where: String, the backend and the device.
    """

    name: str
    fast: bool
    path: str
    reasons: list[str]
    notes: list[str] = field(default_factory=list)
    where: str = ""

    def __str__(self):
        verdict = "fast" if self.fast else "not fast"
        lines = [f"{self.name} on {self.where}: {verdict} ({self.path})"]
        lines += [f"  - {reason}" for reason in self.reasons]
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)


def explain_fast_path(
    layer: keras.Layer,
    input_shape: tuple[Any, ...] | None = None,
    mask: Any = None,
) -> FastPath:
    """Say whether a layer takes the fast path, and if not, because of what.

    Keras's LSTM and GRU choose between a fused implementation and a loop in silence.
    Which one is taken depends on the arguments, on the backend, the device and the
    mask:

    - TensorFlow: cuDNN for `LSTM` and `GRU`, on a GPU.
    - JAX: cuDNN for `LSTM`, on a GPU and without a mask; for `GRU` a scan of its own,
      on any device, without a mask.
    - `MinGRU` and `MinLSTM`: a parallel scan, everywhere, unless they are unrolled.

    What only shows while it runs (a cuDNN library that is missing, a
    `jit_compile=True` that a model is compiled with) is not seen.

    Args:
        layer: `Recurrent`, `Feedback`, `Decoder`, `keras.layers.LSTM`, `GRU`,
            `SimpleRNN`, `RNN` or `Bidirectional`.
        input_shape: Tuple `(batch, time, features)`, what it will read.
            Default: `None`, unknown.
        mask: Boolean array of shape `(batch, time)`, the mask that it will get.
            Default: `None`, none.

    Returns:
        `FastPath`, with `fast` (boolean) and `reasons` (list of strings); `str()` of
        it is a readable report.

    Raises:
        ValueError: Something else than a recurrent layer, or a shape that does not
            fit.

    Example:

    >>> print(explain_fast_path(keras.layers.SimpleRNN(8, name="memory")))
    memory on ...: not fast (the general loop, step by step)
      - SimpleRNN: Keras has no fused implementation of it. LSTM and GRU have one.
    """
    layers = _layers_of(layer)
    _check(input_shape, mask)
    mask = None if mask is None else np.asarray(ops.convert_to_numpy(mask), bool)
    found = [_explain_one(one, mask) for one in layers]
    alike = len({tuple(why) for _, why in found}) == 1
    reasons: list[str] = []
    for one, (_, why) in zip(layers, found, strict=True):
        reasons += why if alike else [f"{one.name}: {reason}" for reason in why]
    reasons = list(dict.fromkeys(reasons))
    paths = dict.fromkeys(path for path, why in found if bool(why) == bool(reasons))
    notes = []
    if not reasons and CUDNN in paths and _is_two_calls(layer):
        notes.append("the two directions are two calls of cuDNN, not one")
    where = f"{keras.backend.backend()}, {'GPU' if has_gpu() else 'no GPU'}"
    return FastPath(layer.name, not reasons, ", ".join(paths), reasons, notes, where)


def _layers_of(layer):
    """The Keras recurrent layers inside a layer, which choose each for itself."""
    inner = getattr(layer, "recurrent", None)
    if isinstance(inner, keras.Layer):  # Feedback, Decoder
        return _layers_of(inner)
    if isinstance(layer, keras.layers.Bidirectional):
        return [layer.forward_layer, layer.backward_layer]
    if isinstance(layer, keras.layers.RNN):
        return [layer]
    if hasattr(layer, "depth") and hasattr(layer, "state_names"):  # Recurrent
        return list(layer.layers)
    raise ValueError(
        "explain_fast_path looks at recurrent layers: Recurrent, keras.layers.LSTM, "
        f"GRU, SimpleRNN, RNN, Bidirectional. Received: {layer!r}"
    )


def _check(input_shape, mask):
    if input_shape is not None and len(input_shape) != 3:
        raise ValueError(
            f"input_shape is (batch, time, features). Received: {tuple(input_shape)}"
        )
    if mask is None:
        return
    shape = tuple(mask.shape if hasattr(mask, "shape") else np.shape(mask))
    wanted = (None, None) if input_shape is None else tuple(input_shape[:2])
    fits = len(shape) == 2 and all(
        size is None or size == given for size, given in zip(wanted, shape, strict=True)
    )
    if not fits:
        raise ValueError(
            f"mask has the shape (batch, time) = {wanted}. Received shape {shape}."
        )


def _explain_one(layer, mask):
    """The path of one Keras layer, and the list of what keeps it from a fast one."""
    if isinstance(layer, MinRNN):
        if layer.unroll:
            return LOOP, ["unroll=True: asks for a loop. Leave it out."]
        return PARALLEL, []
    if isinstance(layer, keras.layers.LSTM):
        fused = CUDNN
    elif isinstance(layer, keras.layers.GRU):
        fused = SCAN if keras.backend.backend() == "jax" else CUDNN
    else:
        return LOOP, [_no_fused(layer)]
    reasons = [*_arguments(layer, fused), *_device(fused), *_mask(mask)]
    if reasons and layer.use_cudnn is True:
        reasons.append(
            "use_cudnn=True: so the layer raises an error instead of running slowly."
        )
    return (LOOP if reasons else fused), reasons


def _no_fused(layer):
    if isinstance(layer, keras.layers.SimpleRNN):
        return (
            "SimpleRNN: Keras has no fused implementation of it. LSTM and GRU have one."
        )
    cell = type(layer.cell).__name__
    if type(layer.cell) in (keras.layers.LSTMCell, keras.layers.GRUCell):
        name = cell.removesuffix("Cell")
        return (
            f"cell: a {cell} in keras.layers.RNN runs step by step. Use "
            f"keras.layers.{name}, or Recurrent({name.lower()!r})."
        )
    return f"cell: {cell} is no cell of Keras's LSTM or GRU, so it runs step by step."


def _arguments(layer, fused):
    """What the layer's own arguments say against a fused path."""
    cell, reasons = layer.cell, []
    if layer.use_cudnn is False:
        reasons.append("use_cudnn=False: asks for the loop. Leave it out.")
    if layer.recurrent_dropout:
        reasons.append(
            f"recurrent_dropout={layer.recurrent_dropout}: acts between the steps of "
            "the loop. `dropout` acts on the inputs and costs nothing."
        )
    if layer.unroll:
        reasons.append("unroll=True: asks for a loop. Leave it out.")
    if isinstance(layer, keras.layers.GRU) and not cell.reset_after:
        reasons.append("reset_after=False: the fused GRU resets after the product.")
    if fused != CUDNN:
        return reasons
    for name, wanted in (("activation", "tanh"), ("recurrent_activation", "sigmoid")):
        value = getattr(cell, name)
        if not _is_activation(value, wanted):
            shown = getattr(value, "__name__", type(value).__name__)
            reasons.append(f"{name}={shown!r}: cuDNN has {wanted!r} alone.")
    if not cell.use_bias:
        reasons.append("use_bias=False: cuDNN adds a bias.")
    return reasons


def _is_activation(value, name):
    if value in (getattr(keras.activations, name), getattr(ops, name)):
        return True
    # Also the backend's own function, where Keras takes it for the same.
    module = (getattr(value, "__module__", "") or "").split(".")[0]
    own = keras.backend.backend() == "tensorflow" or name == "tanh"
    return own and module in BACKENDS and getattr(value, "__name__", "") == name


def _device(fused):
    backend = keras.backend.backend()
    if backend not in BACKENDS:
        return [f"backend: nothing is known here about {backend!r}."]
    if fused == CUDNN and not has_gpu():
        return ["device: cuDNN needs a GPU, and the backend sees none."]
    return []


def has_gpu() -> bool:
    """Return whether the backend computes on a GPU by default."""
    return any(str(one).lower().startswith(("gpu", "cuda")) for one in _devices())


def _devices():
    try:
        return keras.distribution.list_devices()
    except (RuntimeError, NotImplementedError):  # pragma: no cover
        return []
    except AttributeError:  # torch, for which Keras lists none
        return [ops.zeros(()).device]


def _mask(mask):
    if mask is None:
        return []
    if keras.backend.backend() == "jax":
        return ["mask: JAX has no fused implementation with a mask."]
    steps = np.arange(mask.shape[1])
    if not mask.any(axis=1).all():
        return ["mask: a row is masked at every step, which cuDNN does not take."]
    if np.array_equal(mask, steps < mask.sum(axis=1, keepdims=True)):
        return []
    return [
        "mask: it is not right-padded. cuDNN needs the kept steps first and then the "
        "padding; in a compiled model it raises an error. Pad at the end, or pass "
        "use_cudnn=False."
    ]


def _is_two_calls(layer):
    """Whether JAX could run both directions in one call of cuDNN, and does not."""
    if keras.backend.backend() != "jax" or not getattr(layer, "bidirectional", True):
        return False
    if not isinstance(layer, keras.layers.Bidirectional):
        return hasattr(layer, "bidirectional")
    cells = [layer.forward_layer.cell, layer.backward_layer.cell]
    return (
        layer.stateful
        or any(cell.dropout or cell.recurrent_dropout for cell in cells)
        or cells[0].units != cells[1].units
    )
