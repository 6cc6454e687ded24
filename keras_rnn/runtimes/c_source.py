"""The text of a model in C99: weights, a function a layer, and one to call."""

from __future__ import annotations

from keras_rnn._version import __version__
from keras_rnn.runtimes.c_helpers import HELPERS
from keras_rnn.runtimes.c_numbers import array_definition, literal
from keras_rnn.runtimes.expressions import Program, Vector, in_order
from keras_rnn.runtimes.graph import (
    EachStep,
    Graph,
    Node,
    Recur,
    Reshaped,
    Value,
    Window,
)
from keras_rnn.runtimes.loops import Call, statements

_FUNCTIONS = {
    "maximum": "fmaxf",
    "minimum": "fminf",
    "tanh": "tanhf",
    "exp": "expf",
    "sigmoid": "sigmoid",
    "softplus": "softplus",
}
_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}


def has_steps(graph: Graph) -> bool:
    """Return whether a model reads sequences."""
    return any(one.is_sequence for one in graph.inputs)


def _between(graph: Graph) -> list[Value]:
    """The sequences that are neither input nor output, kept while a model reads."""
    known = {one.name for one in (*graph.inputs, *graph.outputs)}
    values = [node.output for node in graph.nodes]
    kept = [one for one in values if one.is_sequence and one.steps is None]
    return [one for one in kept if one.name not in known]


def work_of(graph: Graph) -> int:
    """How many numbers of memory a model needs for each step of a sequence."""
    return sum(one.width for one in _between(graph))


def _argument(vector: Vector, program: Program) -> str:
    """An input of a program, as an argument of its function."""
    if vector.width == 0:
        return f"int {vector.name}"
    looked_up = {one.of[1] for one in in_order(program) if one.op == "take"}
    return f"const {'int' if vector in looked_up else 'float'} *{vector.name}"


def _window(node: Window) -> list[str]:
    """Steps around each step of a sequence, beside each other."""
    source, made, width = node.source.name, node.output.name, node.source.width
    steps, count = str(node.source.steps or "steps"), len(node.offsets)
    offsets = ", ".join(map(str, node.offsets))
    return [
        f"    static const int {made}_offsets[{count}] = {{{offsets}}};",
        f"    for (int t = 0; t < {steps}; t++) for (int j = 0; j < {count}; j++) {{",
        f"        const int s = t + {made}_offsets[j];",
        f"        float *y = {made} + ((size_t)t * {count} + (size_t)j) * {width};",
        f"        for (int k = 0; k < {width}; k++)",
        f"            y[k] = s < 0 || s >= {steps} ? 0.0f",
        f"                : {source}[(size_t)s * {width} + (size_t)k];",
        "    }",
    ]


class CSource:
    """The text of a model in C.

    Args:
        graph: `Graph`.
        step: Boolean, whether it reads one step at a time.
    """

    def __init__(self, graph: Graph, step: bool) -> None:
        self.graph, self.step = graph, step

    def header(self) -> str:
        """Return the text of the header."""
        name = self.graph.name
        guard = f"{name.upper()}_H"
        lines = [
            f"/* The model {name} in C99, written by keras_rnn {__version__}.",
            *(f"   {line}" for line in self._explained()),
            "*/",
            f"#ifndef {guard}",
            f"#define {guard}",
            "",
        ]
        if self.step:
            lines.append("typedef struct {")
            lines += [f"    float {n}[{w}];" for n, w in self._states()]
            lines += [f"}} {name}_state;", "", f"{self._start()};"]
        else:
            lines += [
                "/* Numbers of memory for a sequence, as `work`. */",
                f"#define {name.upper()}_WORK(steps) "
                f"((steps) * {work_of(self.graph)} + 1)",
                "",
            ]
        return "\n".join([*lines, f"{self._signature()};", "", "#endif", ""])

    def _explained(self) -> list[str]:
        graph = self.graph
        lines = []
        for one in graph.inputs:
            what = "whole numbers" if one.is_integer else "numbers"
            lines.append(f"{one.name}: {self._size(one)} {what}")
        for one in graph.outputs:
            lines.append(f"{one.name}_out: {self._size(one)} numbers, an answer")
        return [*lines, "Returns NULL, or what is wrong in one line."]

    def _size(self, value: Value) -> str:
        """How many numbers a value is, in words."""
        width = str(value.width or 1)
        if self.step or not value.is_sequence:
            return width
        return f"{value.steps or 'steps'} x {width}"

    def _states(self) -> list[tuple[str, int]]:
        return [
            (f"{node.name}_{state.name.removesuffix('_previous')}", state.width)
            for node in self.graph.recurrent
            for state in node.program.states
        ]

    def _start(self) -> str:
        return f"void {self.graph.name}_start({self.graph.name}_state *state)"

    def _signature(self) -> str:
        graph = self.graph
        arguments = []
        if self.step:
            arguments.append(f"{graph.name}_state *state")
        elif has_steps(graph):
            arguments.append("int steps")
        for one in graph.inputs:
            kind = "int" if one.is_integer else "float"
            if one.width:
                arguments += [f"const {kind} *{one.name}", f"int {one.name}_width"]
            else:
                arguments.append(
                    f"int {one.name}" if self.step else f"const int *{one.name}"
                )
        arguments += [f"float *{one.name}_out" for one in graph.outputs]
        if not self.step:
            arguments.append("float *work")
        verb = "step" if self.step else "predict"
        return f"const char *{graph.name}_{verb}({', '.join(arguments)})"

    def source(self) -> str:
        """Return the text of the C file."""
        used = {v.op for node in self.graph.nodes for v in in_order(node.program)}
        parts = [
            f'#include "{self.graph.name}.h"\n\n#include <math.h>\n'
            "#include <stddef.h>\n#include <string.h>\n"
        ]
        parts += [text for op, text in HELPERS.items() if op in used]
        for node in self.graph.nodes:
            if not isinstance(node, (EachStep, Recur)):
                continue
            parts += [
                array_definition(f"{node.name}_{name}", array)
                for name, array in node.program.weights.items()
            ]
            parts.append(self._layer(node))
        if self.step:
            parts.append(
                f"\n{self._start()}\n{{\n    memset(state, 0, sizeof *state);\n}}\n"
            )
        return "".join([*parts, self._main()])

    def _layer(self, node: EachStep | Recur) -> str:
        """The function of one layer at one step; a cell's states change in place."""
        program = node.program
        found, names = statements(program)
        arguments = [_argument(one, program) for one in program.inputs]
        results = program.outputs
        if program.states:
            arguments += [f"float *{one.name}" for one in program.states]
        else:
            arguments.append(f"float *{names[results[0]]}")
        lines = [f"\nstatic void {node.name}_layer({', '.join(arguments)})", "{"]
        given = set() if program.states else {results[0]}
        lines += [
            f"    float {name}[{vector.width}];"
            for vector, name in names.items()
            if vector not in given
        ]
        for one in found:
            if isinstance(one, Call):
                lines += self._call(node, one.vector, names)
                continue
            lines.append(f"    for (int k = 0; k < {one.vectors[0].width}; k++) {{")
            lines += [
                f"        {names[vector]}[k] = {self._entry(node, vector, names)};"
                for vector in one.vectors
            ]
            lines.append("    }")
        lines += [
            f"    memcpy({old.name}, {names[new]}, sizeof {names[new]});"
            for old, new in zip(program.states, results, strict=False)
        ]
        return "\n".join([*lines, "}\n"])

    def _entry(
        self,
        node: EachStep | Recur,
        vector: Vector,
        names: dict[Vector, str],
        top: bool = True,
    ) -> str:
        """Entry k of a vector."""
        if not top and vector in names:
            return f"{names[vector]}[k]"
        if vector.op == "number":
            return literal(vector.number)
        if vector.op == "input":
            return f"{vector.name}[k]"
        if vector.op == "weight":
            return f"{node.name}_{vector.name}[k]"
        if vector.op == "part":
            whole = vector.of[0]
            name = names.get(whole, whole.name)
            offset = vector.part[0] * vector.width
            return f"{name}[{offset} + k]" if offset else f"{name}[k]"
        of = [self._entry(node, one, names, top=False) for one in vector.of]
        if vector.op in _SIGNS:
            text = f" {_SIGNS[vector.op]} ".join(of)
            return text if top else f"({text})"
        return f"{_FUNCTIONS[vector.op]}({', '.join(of)})"

    def _call(
        self, node: EachStep | Recur, vector: Vector, names: dict[Vector, str]
    ) -> list[str]:
        name = names[vector]
        of = [
            f"{node.name}_{one.name}"
            if one.op == "weight"
            else names.get(one, one.name)
            for one in vector.of
        ]
        width = vector.of[0].width
        if vector.op == "matmul":
            return [f"    matmul({of[0]}, {width}, {of[1]}, {vector.width}, {name});"]
        if vector.op == "normalize":
            epsilon = literal(vector.number)
            return [f"    normalize({of[0]}, {width}, {epsilon}, {name});"]
        if vector.op == "pick":
            return [f"    pick({of[0]}, {of[1]}, {vector.width}, {name});"]
        if vector.op == "softmax":
            return [f"    softmax({of[0]}, {width}, {name});"]
        if vector.op == "take":
            place = f"[{vector.part[0]}]" if vector.of[1].width else ""
            row = f"&{of[0]}[(size_t){of[1]}{place} * {width}]"
            return [f"    memcpy({name}, {row}, {width} * sizeof(float));"]
        if vector.op == "differs" and width == 0:
            return [f"    {name}[0] = {of[0]} != {int(vector.number)} ? 1.0f : 0.0f;"]
        if vector.op == "differs":
            number = literal(vector.number)
            return [
                f"    {name}[0] = 0.0f;",
                f"    for (int k = 0; k < {width}; k++)",
                f"        if ({of[0]}[k] != {number}) {name}[0] = 1.0f;",
            ]
        lines, start = [], 0
        for one, source in zip(of, vector.of, strict=True):  # concatenate
            size = f"{source.width} * sizeof(float)"
            lines.append(f"    memcpy(&{name}[{start}], {one}, {size});")
            start += source.width
        return lines

    def _main(self) -> str:
        lines = [f"\n{self._signature()}", "{", *self._checks()]
        outputs = {one.name for one in self.graph.outputs}
        start = 0
        for node in self.graph.nodes:
            value = node.output
            if isinstance(node, Reshaped) and value.name not in outputs:
                lines.append(f"    const float *{value.name} = {node.source.name};")
                continue
            if value.name in outputs:
                lines.append(f"    float *{value.name} = {value.name}_out;")
            elif value.is_sequence and value.steps:
                size = value.steps * value.width
                lines.append(f"    float {value.name}[{size}];")
            elif self.step or not value.is_sequence:
                lines.append(f"    float {value.name}[{value.width}];")
            else:
                offset = f" + (size_t)steps * {start}" if start else ""
                lines.append(f"    float *{value.name} = work{offset};")
                start += value.width
            lines += self._node(node)
        if not self.step and not start:
            lines.append("    (void)work;")
        return "\n".join([*lines, "    return NULL;", "}\n"])

    def _checks(self) -> list[str]:
        lines = []
        if not self.step and has_steps(self.graph):
            lines.append('    if (steps < 1) return "steps has to be 1 or more";')
        for one in self.graph.inputs:
            if one.steps:
                lines += [
                    f"    if (steps != {one.steps})",
                    f'        return "{one.name} has to have {one.steps} steps";',
                ]
            if one.width:
                what = f"{one.name} has to have {one.width} numbers"
                what += " at each step" if one.is_sequence else ""
                lines += [
                    f"    if ({one.name}_width != {one.width})",
                    f'        return "{what}";',
                ]
            if not one.is_integer:
                continue
            count = self.graph.count_of(one)
            several = f" * {one.width}" if one.width else ""
            steps = one.width or 1 if self.step else f"steps{several}"
            alone = self.step and not one.width
            entry = one.name if alone else f"{one.name}[t]"
            loop = "" if alone else f"for (int t = 0; t < {steps}; t++) "
            lines += [
                f"    {loop}if ({entry} < 0 || {entry} >= {count})",
                f'        return "{one.name} has to be numbers from 0 to {count - 1}";',
            ]
        return lines

    def _node(self, node: Node) -> list[str]:
        value = node.output
        if isinstance(node, Reshaped):
            size = f"{(value.steps or 1) * value.width} * sizeof(float)"
            return [f"    memcpy({value.name}, {node.source.name}, {size});"]
        if isinstance(node, Window):
            return _window(node)
        sequences = [one for one in node.sources if one.is_sequence]
        loops = not self.step and bool(sequences)
        steps = str(sequences[0].steps or "steps") if sequences else "1"

        def at(one: Value) -> str:
            if not (loops and one.is_sequence):
                return one.name
            if not one.width:
                return f"{one.name}[t]"
            return f"{one.name} + (size_t)t * {one.width}"

        if isinstance(node, EachStep):
            call = f"{node.name}_layer({', '.join(map(at, (*node.sources, value)))});"
            if loops:
                return [f"    for (int t = 0; t < {steps}; t++) {call}"]
            return [f"    {call}"]
        states = [
            f"{node.name}_{one.name.removesuffix('_previous')}"
            for one in node.program.states
        ]
        where = [f"state->{one}" if self.step else one for one in states]
        call = f"{node.name}_layer({at(node.source)}, {', '.join(where)});"
        if node.mask is not None:
            flag = f"{node.mask.name}[{'t' if loops else '0'}]"
            call = f"if ({flag} != 0.0f) {call}"
        size = f"{value.width} * sizeof(float)"
        if self.step:
            return [f"    {call}", f"    memcpy({value.name}, {where[0]}, {size});"]
        widths = [one.width for one in node.program.states]
        lines = [
            f"    float {one}[{width}] = {{0.0f}};"
            for one, width in zip(states, widths, strict=True)
        ]
        step = (
            f"int t = {steps} - 1; t >= 0; t--"
            if node.backward
            else (f"int t = 0; t < {steps}; t++")
        )
        copy = f"memcpy({at(value)}, {states[0]}, {size});"
        lines += [f"    for ({step}) {{", f"        {call}"]
        if value.is_sequence:
            return [*lines, f"        {copy}", "    }"]
        return [*lines, "    }", f"    {copy}"]
