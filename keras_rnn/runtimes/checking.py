"""Compares what an exported file answers with what the Keras model answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.runtimes.graph import Graph, Value, tells_padding
from keras_rnn.runtimes.numpy_graph import NumpyGraph

# The largest difference between an exported file and Keras, as a part of what Keras
# gives where that is above 1.
TOLERANCE = 1e-5

# How many steps of random numbers are compared where the model does not say.
_STEPS = 50


def difference(
    model: keras.Model,
    graph: Graph,
    run: Callable[[list[np.ndarray]], list[np.ndarray]],
    *,
    step: bool,
    examples: Any = None,
    one_by_one: bool = False,
    answer: Callable[[list[np.ndarray]], list[np.ndarray]] | None = None,
) -> float:
    """Return the largest difference between a file and the Keras model it is made from.

    Both read random inputs, the second row of which is padded if there is a mask, and
    real ones if there are any. Masked steps are not compared.

    Args:
        model: `keras.Model`.
        graph: `Graph` of the model.
        run: Function from arrays, one for each input, to arrays, one for each output.
        step: Boolean, whether the file reads one step at a time: `run` then gives the
            answers after all steps.
        examples: Array, or list of arrays, one for each input. Default: `None`.
        one_by_one: Boolean, whether the file reads one sequence at a time.
        answer: Function, what to compare with. Default: what the Keras model answers.

    Returns:
        Float.
    """
    batch = model.inputs[0].shape[0]
    batches = [random_inputs(model, graph)]
    if examples is not None:
        given = examples if isinstance(examples, (list, tuple)) else [examples]
        batches.append([np.asarray(one)[: batch or 8] for one in given])
    found = 0.0
    for inputs in batches:
        wanted = answer(inputs) if answer else keras_outputs(model, inputs)
        if one_by_one:
            each = [
                run([one[i : i + 1] for one in inputs]) for i in range(len(inputs[0]))
            ]
            received = [np.concatenate(one) for one in zip(*each, strict=True)]
        else:
            received = run(inputs)
        for value, got, want in zip(graph.outputs, received, wanted, strict=True):
            if step and want.ndim < got.ndim:
                got = got[:, -1]
            if got.shape != want.shape:
                return np.inf
            kept = _kept(value, graph, inputs, want)
            apart = np.abs(got - want) / np.maximum(1.0, np.abs(want))
            apart = apart[np.broadcast_to(kept, apart.shape)]
            found = max(found, float(np.max(apart, initial=0.0)))
            if not np.isfinite(apart).all():
                return np.inf
    return found


def sensitivity(model: keras.Model, graph: Graph) -> float:
    """Return how far apart answers to inputs are that differ in their last digit.

    Args:
        model: `keras.Model`.
        graph: `Graph` of it.

    Returns:
        Float, measured as `difference` is; 0 of a model that reads whole numbers alone.
    """
    inputs = random_inputs(model, graph)
    moved = [one if one.dtype.kind == "i" else one * 1.0000002 for one in inputs]
    moved = [one.astype(old.dtype) for one, old in zip(moved, inputs, strict=True)]
    pairs = zip(keras_outputs(model, inputs), keras_outputs(model, moved), strict=True)
    return max(
        float(np.max(np.abs(a - b) / np.maximum(1.0, np.abs(a)), initial=0.0))
        for a, b in pairs
    )


def check_examples(model: keras.Model, examples: Any) -> None:
    """Make sure that a model can read examples, before anything is written.

    Args:
        model: `keras.Model`.
        examples: What the user gave, or `None`.

    Raises:
        UserError: They are of another shape.
    """
    if examples is None:
        return
    given = examples if isinstance(examples, (list, tuple)) else [examples]
    wanted = [tuple(one.shape) for one in model.inputs]
    have = [np.shape(one) for one in given]
    fits = len(wanted) == len(have) and all(
        len(a) == len(b)
        and all(x in (None, y) for x, y in zip(a[1:], b[1:], strict=True))
        for a, b in zip(wanted, have, strict=True)
    )
    if not fits:
        raise UserError(
            f"{model.name} reads inputs of the shape {_listed(wanted)}, and `examples` "
            f"are of {_listed(have)}."
        )


def random_inputs(
    model: keras.Model, graph: Graph, steps: int | None = None
) -> list[np.ndarray]:
    """Return random numbers that a model can read, padded if it has a mask.

    Args:
        model: `keras.Model`.
        graph: `Graph` of it.
        steps: Integer. Default: what the model says, or 50.

    Returns:
        List of arrays, one for each input.
    """
    rng = np.random.default_rng(0)
    inputs = []
    for tensor, value in zip(model.inputs, graph.inputs, strict=True):
        rows = tensor.shape[0] or 2
        shape = [rows]
        if value.is_sequence:
            shape.append(tensor.shape[1] or steps or _STEPS)
        if value.is_integer:
            shape += [value.width] if value.width else []
            largest = max(2, graph.count_of(value))
            array = rng.integers(1, largest, shape).astype("int32")
        else:
            array = rng.normal(size=(*shape, value.width)).astype("float32")
        for node in graph.nodes:
            if tells_padding(node) and node.sources[0].name == value.name:
                array[1::2, -(shape[1] // 3) :] = node.program.outputs[0].number
        inputs.append(array)
    return inputs


def keras_outputs(model: keras.Model, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return what a Keras model answers, from states of zero; its own are kept.

    Args:
        model: `keras.Model`.
        inputs: Sequence of arrays.
    """
    with _states_kept(model):
        outputs = model.predict_on_batch(
            inputs[0] if len(inputs) == 1 else list(inputs)
        )
    return [np.asarray(one) for one in keras.tree.flatten(outputs)]


@contextmanager
def _states_kept(model: keras.Model) -> Iterator[None]:
    stateful = [
        layer
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.RNN) and layer.stateful and layer.states
    ]
    states = [one for layer in stateful for one in keras.tree.flatten(layer.states)]
    before = [keras.ops.convert_to_numpy(state) for state in states]
    for state, array in zip(states, before, strict=True):
        state.assign(np.zeros_like(array))
    try:
        yield
    finally:
        for state, array in zip(states, before, strict=True):
            state.assign(array)


def _kept(
    value: Value, graph: Graph, inputs: Sequence[np.ndarray], output: np.ndarray
) -> np.ndarray:
    """1 at the steps of an output that count, of shape (batch, time, 1)."""
    if value.mask is None or output.ndim != 3:
        return np.ones((1,) * output.ndim, bool)
    (mask,) = NumpyGraph(replace(graph, outputs=[value.mask])).predict(*inputs)
    return mask != 0


def _listed(shapes: list[tuple[Any, ...]]) -> str:
    return " and ".join(str(shape).replace("None", "any") for shape in shapes)
