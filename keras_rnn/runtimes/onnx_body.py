"""The operators of a graph of ONNX, for what a layer or a cell does at each step."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_rnn.runtimes.expressions import in_order
from keras_rnn.runtimes.graph import EachStep, Recur, Window

_OPERATORS = {
    "add": "Add",
    "subtract": "Sub",
    "multiply": "Mul",
    "divide": "Div",
    "maximum": "Max",
    "minimum": "Min",
    "matmul": "MatMul",
    "exp": "Exp",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "softplus": "Softplus",
}


class Body:
    """The operators of one graph: of the file, or within a Scan.

    Args:
        writer: What keeps the names, the weights and the constants of the file, with
            methods `name`, `constant` and `weight`.
    """

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.nodes: list[Any] = []

    def add(self, operator: str, *inputs: str, count: int = 1, **settings: Any) -> Any:
        """Add an operator; return the name of its output, or of its outputs."""
        from onnx import helper

        names = [self.writer.name(operator.lower()) for _ in range(count)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **settings))
        return names[0] if count == 1 else names

    def constant(self, value: Any, dtype: str = "float32") -> str:
        """Return the name of an array that does not change."""
        return self.writer.constant(np.asarray(value, dtype))

    def whole_numbers(self, value: Any) -> str:
        """Return the name of an int64 array that does not change."""
        return self.writer.constant(np.asarray(value, "int64"))

    def program(self, node: EachStep | Recur, given: dict[str, str]) -> list[str]:
        """Add the operators of a program; return the names of its outputs.

        Args:
            node: Node whose program it is.
            given: Dict from the program's inputs to names in this graph.
        """
        made: dict[Any, str] = {}
        for vector in in_order(node.program):
            of = [made[one] for one in vector.of]
            if vector.op == "input":
                name = given[vector.name]
            elif vector.op == "weight":
                name = self.writer.weight(node, vector.name)
            elif vector.op == "number":
                name = self.constant(vector.number)
            elif vector.op == "take":
                name = self.add("Gather", of[0], self._number(of[1], vector))
            elif vector.op == "pick":
                name = self.add("Gather", *of, axis=-1)
            elif vector.op == "concatenate":
                name = self.add("Concat", *of, axis=-1)
            elif vector.op == "softmax":
                name = self.add("Softmax", *of, axis=-1)
            elif vector.op == "part":
                start = vector.part[0] * vector.width
                ends = [[start], [start + vector.width], [-1]]
                name = self.add(
                    "Slice", *of, *(self.constant(e, "int64") for e in ends)
                )
            elif vector.op == "normalize":
                name = self._normalized(of[0], vector.number)
            elif vector.op == "differs":
                name = self._differs(of[0], vector.of[0].width, vector.number)
            else:
                name = self.add(_OPERATORS[vector.op], *of)
            made[vector] = name
        return [made[one] for one in node.program.outputs]

    def _number(self, name: str, vector: Any) -> str:
        """The whole number whose row is taken, which may be one of several."""
        if not vector.of[1].width:
            return name
        return self.add("Gather", name, self.whole_numbers(vector.part[0]), axis=-1)

    def window(self, source: str, node: Window) -> str:
        """Add the operators that put steps of a sequence beside each other."""
        before, after = node.ends
        pads = self.whole_numbers([0, before, 0, 0, after, 0])
        padded = self.add("Pad", source, pads)
        axis = self.whole_numbers([1])
        rows = []
        for offset in node.offsets:
            start, end = before + offset, offset - after
            ends = [[start], [end or np.iinfo("int64").max]]
            rows.append(self.add("Slice", padded, *map(self.whole_numbers, ends), axis))
        return self.add("Concat", *rows, axis=-1) if len(rows) > 1 else rows[0]

    def _normalized(self, name: str, epsilon: float) -> str:
        last = self.whole_numbers([-1])
        apart = self.add("Sub", name, self.add("ReduceMean", name, last))
        variance = self.add("ReduceMean", self.add("Mul", apart, apart), last)
        total = self.add("Add", variance, self.constant(epsilon))
        return self.add("Div", apart, self.add("Sqrt", total))

    def _differs(self, name: str, width: int, number: float) -> str:
        last = self.whole_numbers([-1])
        wanted = self.constant(number, "float32" if width else "int32")
        different = self.add("Not", self.add("Equal", name, wanted))
        one = self.add("Cast", different, to=1)
        return self.add("ReduceMax" if width else "Unsqueeze", one, last)
