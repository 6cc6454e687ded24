"""Writes a model as a `.npz` of weights and a short Python file that needs NumPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from keras_rnn._version import __version__
from keras_rnn.runtimes.expressions import Program, Vector, assigned, in_order
from keras_rnn.runtimes.graph import EachStep, Graph, Recur, Reshaped, Value, Window

# Each is written into the file if the model needs it.
_HELPERS = {
    "sigmoid": """
def sigmoid(s):
    return 0.5 * np.tanh(0.5 * s) + 0.5
""",
    "softplus": """
def softplus(s):
    return np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s)))
""",
    "softmax": """
def softmax(s):
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
""",
    "normalize": """
def normalize(s, epsilon):
    s = s - s.mean(-1, keepdims=True)
    return s / np.sqrt((s * s).mean(-1, keepdims=True) + epsilon)
""",
    "part": """
def part(s, index, count):
    width = s.shape[-1] // count
    return s[..., index * width : (index + 1) * width]
""",
    "take": """
def take(vectors, number):
    if np.any((number < 0) | (number >= len(vectors))):
        raise ValueError(f"A number is not one of 0 to {len(vectors) - 1}.")
    return vectors[number]
""",
    "pick": """
def pick(x, places):
    return x[..., places]
""",
    "differs": """
def differs(x, number):
    x = x[..., None] if x.dtype.kind in "iu" else x
    return np.any(x != number, axis=-1, keepdims=True)
""",
}

_HEAD = '''\
"""The model {name} in NumPy, {how}.

{reads}

Written by keras_rnn {version}. Its weights are in {name}.npz, in this folder.
"""

from pathlib import Path

import numpy as np

W = {{}}  # of each layer, by name
with np.load(Path(__file__).with_name("{name}.npz")) as stored:
    for key in stored.files:
        W.setdefault(key.split("/")[0], {{}})[key.split("/")[1]] = stored[key]


def check(x, name, shape, integers=False):
    """Return an input as an array; None in its shape is any number."""
    x = np.asarray(x)
    fits = len(x.shape) == len(shape) and not any(
        want not in (None, have) for want, have in zip(shape, x.shape)
    )
    if not fits or (integers and x.dtype.kind not in "iu"):
        kind = "whole numbers" if integers else "numbers"
        wanted = ", ".join("any" if want is None else str(want) for want in shape)
        raise ValueError(
            f"{{name}} has to be {{kind}} of shape ({{wanted}}), not {{x.dtype}} of "
            f"shape {{x.shape}}."
        )
    return x if integers else x.astype("float32")
'''

_READ = '''
def read(cell, w, x, widths, mask=None, backward=False):
    """Carry a cell's states along a sequence; return its outputs and the last one."""
    states = [np.zeros((len(x), width), "float32") for width in widths]
    outputs = np.zeros((*x.shape[:2], widths[0]), "float32")
    steps = range(x.shape[1])
    for t in reversed(steps) if backward else steps:
        kept = None if mask is None else mask[:, t]
        states = keep(kept, states, cell(w, x[:, t], *states))
        outputs[:, t] = states[0]
    return outputs, states[0]
'''

_WINDOW = '''
def window(x, before, after, offsets):
    """At each step, steps around it beside each other; zeros outside."""
    padded = np.pad(x, ((0, 0), (before, after), (0, 0)))
    firsts = [before + one for one in offsets]
    return np.concatenate([padded[:, t : t + x.shape[1]] for t in firsts], axis=-1)
'''

_KEEP = '''
def keep(mask, old, new):
    """The states after a step; where the mask says no, those before it."""
    if mask is None:
        return new
    return [np.where(mask, b, a) for a, b in zip(old, new)]
'''

_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "matmul": "@"}
_CALLS = {one: f"np.{one}" for one in ("tanh", "exp", "maximum", "minimum")}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2}


def write_numpy(graph: Graph, folder: Path, *, step: bool) -> list[Path]:
    """Write `NAME.py` and `NAME.npz`.

    Args:
        graph: `Graph`; its name is that of the files.
        folder: `pathlib.Path` of an existing folder.
        step: Boolean, whether the file reads one step at a time.

    Returns:
        List of the two paths.
    """
    script, weights = folder / f"{graph.name}.py", folder / f"{graph.name}.npz"
    script.write_text(numpy_source(graph, step=step), encoding="utf-8")
    np.savez(weights, **graph.weights)  # type: ignore[arg-type]
    return [script, weights]


def numpy_source(graph: Graph, *, step: bool) -> str:
    """Return the text of the Python file.

    Args:
        graph: `Graph`.
        step: Boolean.
    """
    functions: dict[str, str] = {}  # text by name
    names = [
        _function(node.program, functions)
        if isinstance(node, (EachStep, Recur))
        else ""
        for node in graph.nodes
    ]
    used = {vector.op for node in graph.nodes for vector in in_order(node.program)}
    parts = [_head(graph, step)]
    parts += [text for op, text in _HELPERS.items() if op in used]
    parts += functions.values()
    if any(isinstance(node, Window) for node in graph.nodes):
        parts.append(_WINDOW)
    if graph.recurrent:
        parts += [_KEEP] if step else [_KEEP, _READ]
    parts.append(_step(graph, names) if step else _predict(graph, names))
    return "\n".join(parts)


def _head(graph: Graph, step: bool) -> str:
    reads = []
    for value in graph.inputs:
        steps = "(batch," + (" time," if value.is_sequence and not step else "")
        steps = f"{steps} {value.width}" if value.width else steps[:-1]
        kind = "whole numbers" if value.is_integer else "numbers"
        reads.append(f"{value.name}: {kind} of shape {steps})")
    for value in graph.outputs:
        steps = "(batch," + (" time," if value.is_sequence and not step else "")
        reads.append(f"returns numbers of shape {steps} {value.width})")
    how = "one step at a time" if step else "whole sequences at once"
    if step:
        reads.append(
            "    states = start(batch)\n"
            f"    answer, states = step({', '.join(v.name for v in graph.inputs)}, "
            "states)"
        )
    else:
        reads.append(f"    answer = predict({', '.join(v.name for v in graph.inputs)})")
    return _HEAD.format(
        name=graph.name, how=how, reads="\n".join(reads), version=__version__
    )


def _function(program: Program, functions: dict[str, str]) -> str:
    """The name of the function that does a program; it is added if it is new."""
    number = 1
    while True:
        name = f"{program.kind}_{number}_step".replace("_1_step", "_step")
        text = _text(program, name)
        if functions.setdefault(name, text) == text:
            return name
        number += 1


def _text(program: Program, name: str) -> str:
    arguments = [one.name for one in (*program.inputs, *program.states)]
    lines = [f"\ndef {name}(w, {', '.join(arguments)}):"]
    names = assigned(program)
    for vector in in_order(program):
        if vector in names:
            lines.append(f"    {names[vector]} = {_expression(vector, names)[0]}")
    results = ", ".join(names[one] for one in program.outputs)
    results = f"[{results}]" if program.states else results
    lines.append(f"    return {results}\n")
    return "\n".join(lines)


def _expression(vector: Vector, names: dict[Vector, str], top: bool = True) -> tuple:
    """A vector in Python, and how strongly it holds together."""
    if not top and vector in names:
        return names[vector], 9
    if vector.op == "input":
        return vector.name, 9
    if vector.op == "weight":
        return f'w["{vector.name}"]', 9
    if vector.op == "number":
        return f"{vector.number!r}", 9
    of = [_expression(one, names, top=False) for one in vector.of]
    if vector.op in _INFIX:
        sign = _INFIX[vector.op]
        strength = _STRENGTH[sign]
        (left, holds_left), (right, holds_right) = of
        left = left if holds_left >= strength else f"({left})"
        right = right if holds_right > strength else f"({right})"
        return f"{left} {sign} {right}", strength
    arguments = [text for text, _ in of]
    if vector.op == "concatenate":
        return f"np.concatenate([{', '.join(arguments)}], axis=-1)", 9
    if vector.op == "part":
        arguments += map(str, vector.part)
    if vector.op == "take" and vector.of[1].width:
        arguments[1] += f"[..., {vector.part[0]}]"
    if vector.op in ("normalize", "differs"):
        arguments.append(repr(vector.number))
    return f"{_CALLS.get(vector.op, vector.op)}({', '.join(arguments)})", 9


def _checks(graph: Graph, step: bool) -> list[str]:
    lines = []
    for value in graph.inputs:
        shape = (
            ["None", str(value.steps)] if value.is_sequence and not step else ["None"]
        )
        shape += [str(value.width)] if value.width else []
        wanted = f"[{', '.join(shape)}]"
        integers = ", True" if value.is_integer else ""
        lines.append(
            f"    {value.name} = check("
            f'{value.name}, "{value.name}", {wanted}{integers})'
        )
    return lines


def _predict(graph: Graph, names: list[str]) -> str:
    lines = [f"\ndef predict({', '.join(one.name for one in graph.inputs)}):"]
    lines.append('    """Read whole sequences."""')
    lines += _checks(graph, step=False)
    for node, function in zip(graph.nodes, names, strict=True):
        weights = f'W["{node.name}"]' if node.program.weights else "{}"
        if isinstance(node, Reshaped):
            value = node.output
            shape = f"{value.steps}, {value.width}" if value.is_sequence else "-1"
            source = node.source.name
            text = f"{value.name} = {source}.reshape(len({source}), {shape})"
            lines.append(f"    {text}")
            continue
        if isinstance(node, Window):
            ends = ", ".join(map(str, (*node.ends, list(node.offsets))))
            lines.append(f"    {node.output.name} = window({node.source.name}, {ends})")
            continue
        if isinstance(node, EachStep):
            sources = ", ".join(
                # A vector beside sequences is the same at every step.
                one.name
                if one.is_sequence == node.output.is_sequence
                else f"{one.name}[:, None]"
                for one in node.sources
            )
            lines.append(f"    {node.output.name} = {function}({weights}, {sources})")
            continue
        widths = [one.width for one in node.program.states]
        more = "" if node.mask is None else f", mask={node.mask.name}"
        more += ", backward=True" if node.backward else ""
        taken = (
            f"{node.output.name}, _"
            if node.output.is_sequence
            else (f"_, {node.output.name}")
        )
        lines.append(
            f"    {taken} = read({function}, {weights}, {node.source.name}, "
            f"{widths}{more})"
        )
    return "\n".join([*lines, f"    return {_returned(graph.outputs)}\n"])


def _step(graph: Graph, names: list[str]) -> str:
    lines = [
        "\ndef start(batch=1):",
        '    """The states before the first step."""',
        f"    widths = {graph.state_widths}",
        '    return [np.zeros((batch, width), "float32") for width in widths]\n\n',
        f"def step({', '.join(one.name for one in graph.inputs)}, states):",
        '    """Read one step; return the answer and the new states."""',
    ]
    lines += _checks(graph, step=True)
    lines.append("    new = []")
    first = 0
    for node, function in zip(graph.nodes, names, strict=True):
        weights = f'W["{node.name}"]' if node.program.weights else "{}"
        if isinstance(node, EachStep):
            sources = ", ".join(one.name for one in node.sources)
            lines.append(f"    {node.output.name} = {function}({weights}, {sources})")
            continue
        assert isinstance(node, Recur)
        last = first + len(node.program.states)
        mask = "None" if node.mask is None else node.mask.name
        lines += [
            f"    old = states[{first}:{last}]",
            f"    made = {function}({weights}, {node.source.name}, *old)",
            f"    new += keep({mask}, old, made)",
            f"    {node.output.name} = new[{first}]",
        ]
        first = last
    return "\n".join([*lines, f"    return {_returned(graph.outputs)}, new\n"])


def _returned(outputs: list[Value]) -> str:
    names = ", ".join(one.name for one in outputs)
    return f"({names})" if len(outputs) > 1 else names


def run_numpy(
    path: Path, graph: Graph, inputs: list[np.ndarray], *, step: bool
) -> list[np.ndarray]:
    """Run a file that was written, as anyone else would.

    Args:
        path: `pathlib.Path` of the `.py` file.
        graph: `Graph` that it was written from.
        inputs: List of arrays, one for each input.
        step: Boolean, whether it reads one step at a time.

    Returns:
        List of arrays, one for each output: with steps, where the form is one step.
    """
    # Not imported, which would leave a __pycache__ beside it.
    script: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), script)
    if not step:
        return _as_list(script["predict"](*inputs))
    states, answers = script["start"](len(inputs[0])), []
    for t in range(inputs[0].shape[1]):
        answer, states = script["step"](*(one[:, t] for one in inputs), states)
        answers.append(_as_list(answer))
    return [np.stack(steps, axis=1) for steps in zip(*answers, strict=True)]


def _as_list(outputs: Any) -> list[np.ndarray]:
    return list(outputs) if isinstance(outputs, tuple) else [outputs]
