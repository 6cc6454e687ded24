"""Writes a model as a LiteRT file of built-in operators, and no others.

A cell that reads a sequence becomes a WHILE loop, so the file stays small however long
the sequence is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from keras_rnn.runtimes.expressions import in_order
from keras_rnn.runtimes.graph import EachStep, Graph, Recur, Reshaped, Value, Window
from keras_rnn.runtimes.litert_model import LiteRTModel, Subgraph

_OPERATORS = {
    "add": "ADD",
    "subtract": "SUB",
    "multiply": "MUL",
    "divide": "DIV",
    "maximum": "MAXIMUM",
    "minimum": "MINIMUM",
    "sigmoid": "LOGISTIC",
    "tanh": "TANH",
    "exp": "EXP",
}


def write_litert(
    graph: Graph, folder: Path, *, step: bool, int8: bool = False
) -> list[Path]:
    """Write `NAME.tflite`.

    Inputs and outputs have a batch of 1. The number of steps may be changed with
    `resize_tensor_input`. One step also has inputs `state_1`, ... and outputs
    `new_state_1`, ...

    Args:
        graph: `Graph`.
        folder: `pathlib.Path` of an existing folder.
        step: Boolean, whether the file reads one step at a time.
        int8: Boolean, whether matrices are kept in eight bits. Default: `False`.

    Returns:
        List of the one path.
    """
    path = folder / f"{graph.name}.tflite"
    path.write_bytes(_Writer(graph, step, int8).bytes())
    return [path]


def run_litert(
    path: Path, graph: Graph, inputs: list[np.ndarray], *, step: bool
) -> list[np.ndarray]:
    """Run a file in LiteRT's interpreter on one sequence.

    Args:
        path: `pathlib.Path`.
        graph: `Graph` that it was written from.
        inputs: List of arrays, one for each input, with a batch of 1.
        step: Boolean, whether it reads one step at a time.

    Returns:
        List of arrays, one for each output: with steps, where the form is one step.
    """
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    given = [one["index"] for one in interpreter.get_input_details()]
    made = [one["index"] for one in interpreter.get_output_details()]
    if not step:
        for index, array in zip(given, inputs, strict=True):
            interpreter.resize_tensor_input(index, list(array.shape), strict=True)

    def invoke(arrays: list[np.ndarray]) -> list[np.ndarray]:
        for index, array in zip(given, arrays, strict=True):
            interpreter.set_tensor(index, array)
        interpreter.invoke()
        return [interpreter.get_tensor(index) for index in made]

    interpreter.allocate_tensors()
    if not step:
        return invoke(inputs)
    states = [np.zeros((1, width), "float32") for width in graph.state_widths]
    answers = []
    for t in range(inputs[0].shape[1]):
        found = invoke([*(one[:, t] for one in inputs), *states])
        states = found[len(graph.outputs) :]
        answers.append(found[: len(graph.outputs)])
    return [np.stack(steps, axis=1) for steps in zip(*answers, strict=True)]


class _Writer:
    """Puts the subgraphs of a model together."""

    def __init__(self, graph: Graph, step: bool, int8: bool) -> None:
        self.graph, self.step = graph, step
        self.file = LiteRTModel(int8)
        self.main = Subgraph(self.file, "main")

    def bytes(self) -> bytes:
        main, graph = self.main, self.graph
        values, inputs = {}, {}
        for one in graph.inputs:
            dtype = "int32" if one.is_integer else "float32"
            shape = [1, one.width] if one.width else [1]
            if one.is_sequence and not self.step:
                shape[0] = one.steps or 1
                free = None if one.steps else 1
                inputs[one.name] = main.tensor(one.name, [1, *shape], dtype, 0, free)
                values[one.name] = main.add(
                    "SQUEEZE", [inputs[one.name]], shape, dtype, squeezeDims=[0]
                )
            else:
                inputs[one.name] = main.tensor(one.name, shape, dtype)
                values[one.name] = inputs[one.name]
        widths = graph.state_widths if self.step else []
        states = [main.tensor(f"state_{i + 1}", [1, w]) for i, w in enumerate(widths)]
        inputs |= {f"state_{i + 1}": state for i, state in enumerate(states)}
        new: list[int] = []
        for node in graph.nodes:
            if isinstance(node, Reshaped):
                value = node.output
                shape = [value.steps or 1, value.width]
                shape = shape if value.is_sequence else [1, value.width]
                given_shape = main.constant(shape, "int32")
                source = [values[node.source.name], given_shape]
                values[value.name] = main.add("RESHAPE", source, shape)
            elif isinstance(node, Window):
                values[node.output.name] = _window(main, node, values)
            elif isinstance(node, EachStep):
                given = {
                    vector.name: values[source.name]
                    for vector, source in zip(
                        node.program.inputs, node.sources, strict=True
                    )
                }
                (values[node.output.name],) = _program(main, node, given)
            elif self.step:
                old = states[len(new) : len(new) + len(node.program.states)]
                made = _cell(main, node, values[node.source.name], old, values)
                values[node.output.name] = made[0]
                new += made
            else:
                values[node.output.name] = self._sequence(node, values)
        outputs = {
            one.name: self._answer(values[one.name], one) for one in graph.outputs
        }
        outputs |= {f"new_state_{i + 1}": one for i, one in enumerate(new)}
        main.reads_and_makes(list(inputs.values()), list(outputs.values()))
        self.file.describe(inputs, outputs)
        return self.file.bytes()

    def _answer(self, tensor: int, value: Value) -> int:
        main = self.main
        if not value.is_sequence or self.step:
            return tensor
        axis = main.constant(0, "int32")
        return main.add("EXPAND_DIMS", [tensor, axis], [1, *main.shape(tensor)])

    def _sequence(self, node: Recur, values: dict[str, int]) -> int:
        """The output of a cell that reads a whole sequence: a WHILE loop.

        It carries the number of steps done, the states, the outputs so far, and what
        does not change: the sequence, and its mask.
        """
        main, file = self.main, self.file
        source = values[node.source.name]
        steps = main.shape(source)[0]
        states = [[1, one.width] for one in node.program.states]
        width = node.output.width
        kept = [] if node.mask is None else [values[node.mask.name]]
        starts = [main.constant([0], "int32")]
        starts += [main.constant(np.zeros(shape)) for shape in states]
        starts.append(source)
        starts += kept
        if node.output.is_sequence:
            # Every row is written over; this one is only as long as the sequence.
            zeros = main.constant(np.zeros((width, node.source.width)))
            starts.append(
                main.add("FULLY_CONNECTED", [source, zeros, -1], [steps, width])
            )

        def inputs(graph: Subgraph) -> list[int]:
            shapes = [[1], *states, main.shape(source), *map(main.shape, kept)]
            shapes += [[steps, width]] if node.output.is_sequence else []
            types = ["int32"] + ["float32"] * (len(shapes) - 1)
            return [
                graph.tensor(f"carried_{i}", shape, dtype)
                for i, (shape, dtype) in enumerate(zip(shapes, types, strict=True))
            ]

        asked = Subgraph(file, f"{node.name}_goes_on")
        carried = inputs(asked)
        count = _length(asked, carried[len(states) + 1])
        flag = asked.add("LESS", [carried[0], count], [1], "bool")
        asked.reads_and_makes(carried, [flag])

        body = Subgraph(file, f"{node.name}_step")
        carried = inputs(body)
        done, old, sequence = carried[0], carried[1 : len(states) + 1], len(states) + 1
        one = body.constant([1], "int32")
        t = done
        if node.backward:
            last = body.add(
                "SUB", [_length(body, carried[sequence]), one], [1], "int32"
            )
            t = body.add("SUB", [last, done], [1], "int32")
        x = body.add("GATHER", [carried[sequence], t], [1, node.source.width], axis=0)
        masks = {}
        if node.mask is not None:
            flags = carried[sequence + 1]
            masks[node.mask.name] = body.add("GATHER", [flags, t], [1, 1], axis=0)
        new = _cell(body, node, x, old, masks)
        made = [body.add("ADD", [done, one], [1], "int32"), *new, *carried[sequence:]]
        if node.output.is_sequence:
            zero = body.constant([0], "int32")
            place = body.add("CONCATENATION", [t, zero], [2], "int32", axis=0)
            made[-1] = body.add(
                "DYNAMIC_UPDATE_SLICE", [carried[-1], new[0], place], [steps, width]
            )
        body.reads_and_makes(carried, made)

        ends = [
            main.tensor(f"{node.name}_{i}", main.shape(s)) for i, s in enumerate(starts)
        ]
        main.graph.tensors[ends[0]].type = main.graph.tensors[starts[0]].type
        main.operator(
            "WHILE",
            starts,
            ends,
            condSubgraphIndex=asked.index,
            bodySubgraphIndex=body.index,
        )
        return ends[-1] if node.output.is_sequence else ends[1]


def _length(graph: Subgraph, sequence: int) -> int:
    """How many steps a sequence has."""
    shape = graph.add("SHAPE", [sequence], [2], "int32", outType=2)
    begin, size = graph.constant([0], "int32"), graph.constant([1], "int32")
    return graph.add("SLICE", [shape, begin, size], [1], "int32")


def _cell(
    graph: Subgraph, node: Recur, x: int, old: list[int], masks: dict[str, int]
) -> list[int]:
    """The states of a cell after a step."""
    names = [one.name for one in node.program.states]
    given = {node.program.inputs[0].name: x, **dict(zip(names, old, strict=True))}
    new = _program(graph, node, given)
    if node.mask is None:
        return new
    zero = graph.constant(0.0)
    kept = graph.add("NOT_EQUAL", [masks[node.mask.name], zero], [1, 1], "bool")
    return [
        graph.add("SELECT_V2", [kept, a, b], graph.shape(a))
        for a, b in zip(new, old, strict=True)
    ]


def _program(
    graph: Subgraph, node: EachStep | Recur, given: dict[str, int]
) -> list[int]:
    """Add the operators of a program, on matrices with a row for each step."""
    made: dict[Any, int] = {}
    # A vector beside sequences has one row, which is the same at every step.
    rows = max(graph.shape(one)[0] for one in given.values())
    transposed = {
        vector.of[1].name for vector in in_order(node.program) if vector.op == "matmul"
    }
    for vector in in_order(node.program):
        of = [made[one] for one in vector.of]
        shape = [rows, vector.width]
        if vector.op == "input":
            made[vector] = given[vector.name]
        elif vector.op == "weight":
            array = node.program.weights[vector.name]
            array = array.T if vector.name in transposed else array
            made[vector] = graph.weight(array)
        elif vector.op == "number":
            made[vector] = graph.constant(vector.number)
        elif vector.op == "matmul":
            made[vector] = graph.add("FULLY_CONNECTED", [*of, -1], shape)
        elif vector.op == "take":
            if vector.of[1].width:
                of[1] = _column(graph, of[1], rows, vector.part[0])
            made[vector] = graph.add("GATHER", of, shape, axis=0)
        elif vector.op == "pick":
            made[vector] = graph.add("GATHER", of, shape, axis=1)
        elif vector.op == "concatenate":
            made[vector] = graph.add("CONCATENATION", of, shape, axis=1)
        elif vector.op == "softmax":
            made[vector] = graph.add("SOFTMAX", of, shape, beta=1.0)
        elif vector.op == "part":
            start = vector.part[0] * vector.width
            columns = _columns if isinstance(node, EachStep) else _entries
            made[vector] = columns(graph, of[0], start, shape)
        elif vector.op == "softplus":
            made[vector] = _softplus(graph, of[0], shape)
        elif vector.op == "normalize":
            made[vector] = _normalized(graph, of[0], shape, vector.number)
        elif vector.op == "differs":
            made[vector] = _differs(
                graph, of[0], rows, vector.of[0].width, vector.number
            )
        else:
            made[vector] = graph.add(_OPERATORS[vector.op], of, shape)
    return [made[one] for one in node.program.outputs]


def _entries(graph: Subgraph, x: int, start: int, shape: list[int]) -> int:
    """Some of the columns of a single row."""
    ends = [graph.constant(one, "int32") for one in ([0, start], [-1, shape[1]])]
    return graph.add("SLICE", [x, *ends], shape)


def _columns(graph: Subgraph, x: int, start: int, shape: list[int]) -> int:
    """Some of the columns of a matrix, in all of its rows, however many."""
    ends = [graph.constant([0, one], "int32") for one in (start, start + shape[1])]
    parts = [x, *ends, graph.constant([1, 1], "int32")]
    return graph.add("STRIDED_SLICE", parts, shape, beginMask=1, endMask=1)


def _column(graph: Subgraph, x: int, rows: int, index: int) -> int:
    """One of the whole numbers of each row."""
    place = graph.constant(index, "int32")
    return graph.add("GATHER", [x, place], [rows], "int32", axis=1)


def _window(graph: Subgraph, node: Window, values: dict[str, int]) -> int:
    """Steps around each step of a sequence, beside each other."""
    source, (before, after) = values[node.source.name], node.ends
    steps, width = graph.shape(source)
    pads = graph.constant([[before, after], [0, 0]], "int32")
    padded = graph.add("PAD", [source, pads], [steps + before + after, width])
    one = graph.constant([1, 1], "int32")
    rows = []
    for offset in node.offsets:
        begin = graph.constant([before + offset, 0], "int32")
        # To the end less so many rows; a mask says that there is no end.
        end = graph.constant([offset - after, width], "int32")
        mask = 2 if offset < after else 3
        parts = [padded, begin, end, one]
        rows.append(graph.add("STRIDED_SLICE", parts, [steps, width], endMask=mask))
    if len(rows) == 1:
        return rows[0]
    shape = [steps, width * len(rows)]
    return graph.add("CONCATENATION", rows, shape, axis=1)


def _softplus(graph: Subgraph, x: int, shape: list[int]) -> int:
    small = graph.add("NEG", [graph.add("ABS", [x], shape)], shape)
    small = graph.add("EXP", [small], shape)
    small = graph.add("ADD", [small, graph.constant(1.0)], shape)
    positive = graph.add("MAXIMUM", [x, graph.constant(0.0)], shape)
    return graph.add("ADD", [positive, graph.add("LOG", [small], shape)], shape)


def _normalized(graph: Subgraph, x: int, shape: list[int], epsilon: float) -> int:
    last = graph.constant([1], "int32")
    narrow = [shape[0], 1]
    mean = graph.add("MEAN", [x, last], narrow, keepDims=True)
    apart = graph.add("SUB", [x, mean], shape)
    squares = graph.add("MUL", [apart, apart], shape)
    variance = graph.add("MEAN", [squares, last], narrow, keepDims=True)
    variance = graph.add("ADD", [variance, graph.constant(epsilon)], narrow)
    return graph.add("MUL", [apart, graph.add("RSQRT", [variance], narrow)], shape)


def _differs(graph: Subgraph, x: int, rows: int, width: int, number: float) -> int:
    last = graph.constant([1], "int32")
    shape = [rows, width] if width else [rows]
    wanted = graph.constant(number, "float32" if width else "int32")
    different = graph.add("NOT_EQUAL", [x, wanted], shape, "bool")
    one = graph.add("CAST", [different], shape, inDataType=6, outDataType=0)
    if width:
        return graph.add("REDUCE_MAX", [one, last], [rows, 1], keepDims=True)
    axis = graph.constant(1, "int32")
    return graph.add("EXPAND_DIMS", [one, axis], [rows, 1])
