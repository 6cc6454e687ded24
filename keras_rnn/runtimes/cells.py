"""One step of each cell, read from a Keras cell and written as an expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_rnn.layers import (
    LayerNormLSTMCell,
    LSTMVariantCell,
    MinGRUCell,
    MinLSTMCell,
    PeepholeLSTMCell,
)
from keras_rnn.runtimes.activations import ACTIVATIONS, name_of
from keras_rnn.runtimes.expressions import (
    Program,
    Vector,
    concatenate,
    input_vector,
    maximum,
    minimum,
    normalize,
    sigmoid,
    softplus,
    weight_vectors,
)


class RefusedError(Exception):
    """Why something cannot be exported, and what would work."""


def read_cell(cell: Any) -> Program:
    """Return what a cell does at one step.

    Args:
        cell: Keras cell that is built.

    Raises:
        RefusedError: It is no cell that is known here.

    Example:

    >>> cell = keras.layers.LSTMCell(4)
    >>> cell.build((None, 3))
    >>> program = read_cell(cell)
    >>> [vector.name for vector in program.outputs]
    ['h', 'c']
    """
    reader = CELLS.get(type(cell))
    if reader is None:
        names = ", ".join(one.__name__ for one in CELLS)
        raise RefusedError(
            f"the cell {type(cell).__name__} is not among those that can be exported: "
            f"{names}"
        )
    return reader(cell)


def as_array(weight: Any) -> np.ndarray:
    """Return a Keras weight as a float32 array."""
    return np.asarray(keras.ops.convert_to_numpy(weight), "float32")


class _Cell:
    """The vectors and weights of a cell, while its expression is put together."""

    def __init__(self, cell: Any, states: tuple[str, ...], **weights: Any) -> None:
        self.cell = cell
        self.arrays = {
            name: as_array(weight)
            for name, weight in weights.items()
            if weight is not None
        }
        self.weights = weight_vectors(self.arrays)
        self.x = input_vector("x", len(self.arrays["kernel"]))
        self.states = [input_vector(f"{one}_previous", cell.units) for one in states]

    def sums(self, vector: Vector, matrix: str, bias: str = "bias") -> Vector:
        """`W v + b`; without `b` where the cell has none."""
        found = vector @ self.weights[matrix]
        return found + self.weights[bias] if bias in self.weights else found

    def activation(self, which: str = "activation") -> Callable[[Vector], Vector]:
        return ACTIVATIONS[self.activation_name(which)]

    def activation_name(self, which: str) -> str:
        function = getattr(self.cell, which)
        name = name_of(function)
        if name is None:
            raise RefusedError(
                f"its {which} {getattr(function, '__name__', function)!r} is not among "
                f"those that can be exported: {', '.join(ACTIVATIONS)}"
            )
        return name

    def program(self, kind: str, /, **outputs: Vector) -> Program:
        names = [
            self.activation_name(which)
            for which in ("recurrent_activation", "activation")
            if hasattr(self.cell, which)
        ]
        new = [vector.called(name) for name, vector in outputs.items()]
        return Program(kind, [self.x], new, self.arrays, self.states, tuple(names))


def _simple_rnn(cell: Any) -> Program:
    one = _Cell(
        cell,
        ("h",),
        kernel=cell.kernel,
        recurrent_kernel=cell.recurrent_kernel,
        bias=cell.bias,
    )
    s = one.sums(one.x, "kernel") + one.states[0] @ one.weights["recurrent_kernel"]
    return one.program("simple_rnn", h=one.activation()(s))


def _gru(cell: Any) -> Program:
    if cell.reset_after:
        return _gru_reset_after(cell)
    gates = 2 * cell.units
    recurrent = as_array(cell.recurrent_kernel)
    one = _Cell(
        cell,
        ("h",),
        kernel=cell.kernel,
        gates_kernel=recurrent[:, :gates],
        candidate_kernel=recurrent[:, gates:],
        bias=cell.bias,
    )
    (h_previous,) = one.states
    gate, activation = one.activation("recurrent_activation"), one.activation()
    s_z, s_r, s_h = one.sums(one.x, "kernel").called("s").parts(3)
    gates_seen = (h_previous @ one.weights["gates_kernel"]).called("gates_seen")
    seen_z, seen_r = gates_seen.parts(2)
    z = gate(s_z + seen_z).called("z")
    r = gate(s_r + seen_r).called("r")
    reset = (r * h_previous).called("reset")
    candidate = activation(s_h + reset @ one.weights["candidate_kernel"])
    h = z * h_previous + (1.0 - z) * candidate.called("candidate")
    return one.program("gru_reset_before", h=h)


def _gru_reset_after(cell: Any) -> Program:
    biases = [None, None] if cell.bias is None else as_array(cell.bias)
    one = _Cell(
        cell,
        ("h",),
        kernel=cell.kernel,
        recurrent_kernel=cell.recurrent_kernel,
        bias=biases[0],
        recurrent_bias=biases[1],
    )
    (h_previous,) = one.states
    gate, activation = one.activation("recurrent_activation"), one.activation()
    s_z, s_r, s_h = one.sums(one.x, "kernel").called("s").parts(3)
    seen = one.sums(h_previous, "recurrent_kernel", "recurrent_bias").called("seen")
    seen_z, seen_r, seen_h = seen.parts(3)
    z = gate(s_z + seen_z).called("z")
    r = gate(s_r + seen_r).called("r")
    candidate = activation(s_h + r * seen_h).called("candidate")
    return one.program("gru", h=z * h_previous + (1.0 - z) * candidate)


def _lstm(cell: Any) -> Program:
    one = _Cell(
        cell,
        ("h", "c"),
        kernel=cell.kernel,
        recurrent_kernel=cell.recurrent_kernel,
        bias=cell.bias,
    )
    h_previous, c_previous = one.states
    gate, activation = one.activation("recurrent_activation"), one.activation()
    s = one.sums(one.x, "kernel") + h_previous @ one.weights["recurrent_kernel"]
    s_i, s_f, s_c, s_o = s.called("s").parts(4)
    i, f, o = gate(s_i).called("i"), gate(s_f).called("f"), gate(s_o).called("o")
    c = f * c_previous + i * activation(s_c).called("g")
    return one.program("lstm", h=o * activation(c), c=c)


def _lstm_variant(cell: Any) -> Program:
    """The peephole LSTM too, which is the variant without a change."""
    variant = getattr(cell, "variant", None)
    full_recurrence = variant == "FGR"
    names = ("h", "c", "i", "f", "o") if full_recurrence else ("h", "c")
    peepholes = (
        np.split(as_array(cell.peephole), len(cell.peepholes))
        if (cell.peepholes)
        else []
    )
    one = _Cell(
        cell,
        names,
        kernel=cell.kernel,
        recurrent_kernel=cell.recurrent_kernel,
        bias=cell.bias,
        **{
            f"peephole_{block}": array
            for block, array in zip(cell.peepholes, peepholes, strict=True)
        },
        gate_kernel=cell.gate_kernel if full_recurrence else None,
    )
    h_previous, c_previous, *gates_previous = one.states
    activation = one.activation()
    s = one.sums(one.x, "kernel") + h_previous @ one.weights["recurrent_kernel"]
    sums = dict(zip(cell.blocks, s.called("s").parts(len(cell.blocks)), strict=True))
    if full_recurrence:
        seen = concatenate(*gates_previous).called("gates_previous")
        seen = (seen @ one.weights["gate_kernel"]).called("gates_seen")
        for block, part in zip("ifo", seen.parts(3), strict=True):
            sums[block] = sums[block] + part

    def gate(name: str, cell_seen: Vector) -> Vector:
        total = sums[name]
        if name in cell.peepholes:
            total = total + one.weights[f"peephole_{name}"] * cell_seen
        return one.activation("recurrent_activation")(total).called(name)

    i = None if variant == "NIG" else gate("i", c_previous)
    f = None if variant in ("NFG", "CIFG") else gate("f", c_previous)
    if variant == "CIFG":
        assert i is not None
        f = (1.0 - i).called("f")
    g = sums["c"] if variant == "NIAF" else activation(sums["c"]).called("g")
    c = (c_previous if f is None else f * c_previous) + (g if i is None else i * g)
    c = c.called("c")
    shown = c if variant == "NOAF" else activation(c)
    h = shown if variant == "NOG" else (o := gate("o", c)) * shown
    outputs = {"h": h, "c": c}
    if full_recurrence:
        assert i is not None
        assert f is not None
        outputs |= {"i": i, "f": f, "o": o}
    kind = f"lstm_variant_{variant}" if variant else "peephole_lstm"
    return one.program(kind, **outputs)


def _layer_norm_lstm(cell: Any) -> Program:
    names = ("recurrent", "input", "cell")
    one = _Cell(
        cell,
        ("h", "c"),
        kernel=cell.kernel,
        recurrent_kernel=cell.recurrent_kernel,
        bias=cell.bias if cell.use_bias else None,
        **{
            f"{name}_{what}": getattr(cell, f"{name}_{what}")
            for name in names
            for what in ("gamma", "beta")
        },
    )
    h_previous, c_previous = one.states
    gate, activation = one.activation("recurrent_activation"), one.activation()

    def normalized(name: str, vector: Vector) -> Vector:
        gamma, beta = one.weights[f"{name}_gamma"], one.weights[f"{name}_beta"]
        return normalize(vector, cell.epsilon) * gamma + beta

    s = normalized("input", one.x @ one.weights["kernel"]) + normalized(
        "recurrent", h_previous @ one.weights["recurrent_kernel"]
    )
    if "bias" in one.weights:
        s = s + one.weights["bias"]
    s_i, s_f, s_c, s_o = s.called("s").parts(4)
    i, f, o = gate(s_i).called("i"), gate(s_f).called("f"), gate(s_o).called("o")
    c = (f * c_previous + i * activation(s_c).called("g")).called("c")
    h = o * activation(normalized("cell", c))
    return one.program("layer_norm_lstm", h=h, c=c)


def _positive(s: Vector) -> Vector:
    """`s + 0.5` from 0 on, and `sigmoid(s)`, which is below 0.5, before."""
    return maximum(s, 0.0) + minimum(sigmoid(s), 0.5)


def _min_gru(cell: Any) -> Program:
    one = _Cell(cell, ("h",), kernel=cell.kernel, bias=cell.bias)
    s_z, s_h = one.sums(one.x, "kernel").called("s").parts(2)
    z = sigmoid(s_z).called("z")
    candidate = (_positive(s_h) if cell.log_space else s_h * 1.0).called("candidate")
    kind = "min_gru" if cell.log_space else "min_gru_plain"
    return one.program(kind, h=(1.0 - z) * one.states[0] + z * candidate)


def _min_lstm(cell: Any) -> Program:
    one = _Cell(cell, ("h",), kernel=cell.kernel, bias=cell.bias)
    s_i, s_f, s_h = one.sums(one.x, "kernel").called("s").parts(3)
    # i / (i + f), from the logarithm of i / f: neither may become 0 / 0.
    i = sigmoid(softplus(-s_f) - softplus(-s_i)).called("i")
    candidate = (_positive(s_h) if cell.log_space else s_h * 1.0).called("candidate")
    kind = "min_lstm" if cell.log_space else "min_lstm_plain"
    return one.program(kind, h=(1.0 - i) * one.states[0] + i * candidate)


# What each class of cell does. A subclass of one may do something else.
CELLS: dict[type, Callable[[Any], Program]] = {
    keras.layers.SimpleRNNCell: _simple_rnn,
    keras.layers.LSTMCell: _lstm,
    keras.layers.GRUCell: _gru,
    PeepholeLSTMCell: _lstm_variant,
    LSTMVariantCell: _lstm_variant,
    LayerNormLSTMCell: _layer_norm_lstm,
    MinGRUCell: _min_gru,
    MinLSTMCell: _min_lstm,
}
