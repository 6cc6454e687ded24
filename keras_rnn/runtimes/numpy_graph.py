"""Runs a graph of operations in NumPy, without Keras and without a file of code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.runtimes.expressions import Program, Vector, given_first
from keras_rnn.runtimes.graph import EachStep, Graph, Recur, Reshaped, Value, Window

Operation = tuple[int, Callable[..., np.ndarray], tuple[int, ...]]


class NumpyGraph:
    """A model that computes with NumPy alone.

    What a cell computes from its input without its states is computed for all steps at
    once, so that little is left to do step by step.

    Args:
        graph: `Graph`, as `keras_rnn.runtimes.reading.read_model` or
            `keras_rnn.runtimes.graph_file.read_graph` returns it, of whole sequences.

    Example:

    >>> import keras
    >>> from keras_rnn.layers import Recurrent
    >>> from keras_rnn.runtimes.reading import read_model
    >>> model = keras.Sequential([keras.Input((5, 3)), Recurrent("gru", 4)])
    >>> NumpyGraph(read_model(model)).predict(np.zeros((2, 5, 3)))[0].shape
    (2, 4)
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._nodes = [
            node if isinstance(node, (Reshaped, Window)) else _Compiled(node)
            for node in graph.nodes
        ]

    def predict(self, *inputs: Any) -> list[np.ndarray]:
        """Return the outputs of a batch of whole sequences.

        Args:
            *inputs: Arrays, one for each input: of shape `(batch, time, features)`,
                `(batch, features)`, or `(batch, time)` of whole numbers.

        Returns:
            List of float32 arrays, one for each output.

        Raises:
            UserError: An input has another shape, or a whole number is not in the
                table that it is looked up in.
        """
        if len(inputs) != len(self.graph.inputs):
            raise UserError(
                f"{self.graph.name} reads {len(self.graph.inputs)} inputs, not "
                f"{len(inputs)}."
            )
        known = {
            value.name: _checked(array, value, self.graph)
            for value, array in zip(self.graph.inputs, inputs, strict=True)
        }
        for node in self._nodes:
            if isinstance(node, Reshaped):
                array, made = known[node.source.name], node.output
                shape = (made.steps, made.width) if made.is_sequence else (-1,)
                known[made.name] = array.reshape(len(array), *shape)
            elif isinstance(node, Window):
                known[node.output.name] = _window(known[node.source.name], node)
            else:
                known[node.output] = node.run(known)
        return [known[value.name] for value in self.graph.outputs]


class _Compiled:
    """A node, its program as a list of calls on numbered arrays."""

    def __init__(self, node: EachStep | Recur) -> None:
        program = node.program
        self.output = node.output.name
        self.cell = node if isinstance(node, Recur) else None
        self.sources = [one.name for one in _read(node)]
        # Vectors beside sequences: the same at every step.
        self.wide = {
            one.name
            for one in _read(node)
            if self.cell is None and node.output.is_sequence and not one.is_sequence
        }
        order = given_first(program)
        place = {vector: index for index, vector in enumerate(order)}
        self.count = len(order)
        self.given = [place[one] for one in program.inputs]
        self.states = [place[one] for one in program.states]
        self.outputs = [place[one] for one in program.outputs]
        self.widths = [one.width for one in program.states]
        self.constants: list[tuple[int, Any]] = []
        # Once for all steps, and at each step.
        self.at_once: list[Operation] = []
        self.by_step: list[Operation] = []
        fixed, moving = set(), set(program.states)
        for vector in order:
            index = place[vector]
            if vector.op == "input":
                continue
            if vector.op in ("weight", "number"):
                fixed.add(vector)
                self.constants.append((index, _constant(vector, program)))
                continue
            arguments = tuple(place[one] for one in vector.of)
            moves = any(one in moving for one in vector.of)
            (self.by_step if moves else self.at_once).append(
                (index, _function(vector), arguments)
            )
            if moves:
                moving.add(vector)
        # Those made at once that a step reads.
        used = {one for _, _, arguments in self.by_step for one in arguments}
        used |= set(self.outputs)
        still = {place[one] for one in fixed} | {place[one] for one in moving}
        self.sliced = sorted(used - still)

    def run(self, known: dict[str, np.ndarray]) -> np.ndarray:
        """The output, from the values so far."""
        slots: list[Any] = [None] * self.count
        for index, constant in self.constants:
            slots[index] = constant
        for index, name in zip(self.given, self.sources, strict=True):
            slots[index] = known[name][:, None] if name in self.wide else known[name]
        for index, function, arguments in self.at_once:
            slots[index] = function(*[slots[one] for one in arguments])
        if self.cell is None:
            return slots[self.outputs[0]]
        source = known[self.sources[0]]
        mask = None if self.cell.mask is None else known[self.cell.mask.name]
        return self._read(slots, source, mask)

    def _read(self, slots: list[Any], source: Any, mask: Any) -> np.ndarray:
        assert self.cell is not None
        batch, steps = source.shape[:2]
        states = [np.zeros((batch, width), "float32") for width in self.widths]
        # Time first, so that a step is a row.
        whole = [(one, np.swapaxes(slots[one], 0, 1)) for one in self.sliced]
        every = np.zeros((steps, batch, self.widths[0]), "float32")
        for t in reversed(range(steps)) if self.cell.backward else range(steps):
            for index, array in whole:
                slots[index] = array[t]
            for index, state in zip(self.states, states, strict=True):
                slots[index] = state
            for index, function, arguments in self.by_step:
                slots[index] = function(*[slots[one] for one in arguments])
            new = [slots[one] for one in self.outputs]
            if mask is not None:
                kept = mask[:, t] != 0
                new = [np.where(kept, b, a) for a, b in zip(states, new, strict=True)]
            states = new
            every[t] = states[0]
        if self.cell.output.is_sequence:
            return np.swapaxes(every, 0, 1)
        return states[0]


def _read(node: EachStep | Recur) -> list[Value]:
    """What a node's program is given."""
    return [node.source] if isinstance(node, Recur) else node.sources


def _window(array: np.ndarray, node: Window) -> np.ndarray:
    """Steps around each step, beside each other."""
    (before, after), steps = node.ends, array.shape[1]
    padded = np.pad(array, ((0, 0), (before, after), (0, 0)))
    firsts = [before + one for one in node.offsets]
    return np.concatenate([padded[:, one : one + steps] for one in firsts], axis=-1)


def _checked(array: Any, value: Value, graph: Graph) -> np.ndarray:
    """An input as an array that the graph can read."""
    array = np.asarray(array)
    shape: list[int | None] = [None]
    shape += [value.steps] if value.is_sequence else []
    shape += [value.width] if value.width else []
    fits = array.ndim == len(shape) and all(
        want in (None, have) for want, have in zip(shape, array.shape, strict=True)
    )
    kinds = "iu" if value.is_integer else "iufb"
    if not fits or array.dtype.kind not in kinds:
        numbers = "whole numbers" if value.is_integer else "numbers"
        wanted = ", ".join("any" if one is None else str(one) for one in shape)
        raise UserError(
            f"{graph.name} reads {numbers} of shape ({wanted}) as {value.name}, not "
            f"{array.dtype} of shape {array.shape}."
        )
    if not value.is_integer:
        return array.astype("float32")
    count = graph.count_of(value)
    if array.size and (array.min() < 0 or array.max() >= count):
        wrong = array.min() if array.min() < 0 else array.max()
        raise UserError(
            f"{graph.name} looks up whole numbers of 0 to {count - 1} as "
            f"{value.name}, and one is {wrong}."
        )
    return array


def _constant(vector: Vector, program: Program) -> Any:
    if vector.op == "number":
        return np.float32(vector.number)
    return program.weights[vector.name]


def _sigmoid(s: np.ndarray) -> np.ndarray:
    return 0.5 * np.tanh(0.5 * s) + 0.5


def _softplus(s: np.ndarray) -> np.ndarray:
    return np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s)))


def _softmax(s: np.ndarray) -> np.ndarray:
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _concatenate(*arrays: np.ndarray) -> np.ndarray:
    return np.concatenate(arrays, axis=-1)


_FUNCTIONS: dict[str, Callable[..., np.ndarray]] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "matmul": np.matmul,
    "tanh": np.tanh,
    "exp": np.exp,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "softmax": _softmax,
    "concatenate": _concatenate,
    "pick": lambda x, places: x[..., places],
}


def _function(vector: Vector) -> Callable[..., np.ndarray]:
    if vector.op == "part":
        index, count = vector.part

        def part(s: np.ndarray) -> np.ndarray:
            width = s.shape[-1] // count
            return s[..., index * width : (index + 1) * width]

        return part
    if vector.op == "take":
        index, count = vector.part
        if count == 1 and not vector.of[1].width:
            return lambda vectors, number: vectors[number]
        return lambda vectors, numbers: vectors[numbers[..., index]]
    if vector.op == "normalize":
        epsilon = np.float32(vector.number)

        def normalize(s: np.ndarray) -> np.ndarray:
            s = s - s.mean(-1, keepdims=True)
            return s / np.sqrt((s * s).mean(-1, keepdims=True) + epsilon)

        return normalize
    if vector.op == "differs":
        number = vector.number

        def differs(x: np.ndarray) -> np.ndarray:
            x = x[..., None] if x.dtype.kind in "iu" else x
            return np.any(x != number, axis=-1, keepdims=True)

        return differs
    return _FUNCTIONS[vector.op]
