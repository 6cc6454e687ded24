"""Writes a model as one ES module, the weights inside, for browsers and node."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_rnn._version import __version__
from keras_rnn.layers.lstm_variant import VARIANTS
from keras_rnn.runtimes.cells import CELLS, read_cell
from keras_rnn.runtimes.exporting import CannotRunError
from keras_rnn.runtimes.expressions import Program
from keras_rnn.runtimes.graph import (
    EachStep,
    Graph,
    Node,
    Recur,
    Reshaped,
    Value,
    Window,
)
from keras_rnn.runtimes.javascript_source import function, helpers

_WEIGHTS = """
// The weights of each layer, by name: float32 numbers, one after another.
function unpack(text, shapes) {{
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const numbers = new Float32Array(bytes.buffer);
  const weights = {{}};
  let start = 0;
  for (const [layer, name, size] of shapes) {{
    weights[layer] ??= {{}};
    weights[layer][name] = numbers.subarray(start, start + size);
    start += size;
  }}
  return weights;
}}
const W = unpack("{text}", {shapes});
"""

_CHECK = """
function check(x, name, width) {
  if (x == null || x.length !== width)
    throw new RangeError(
      `${name} has to have ${width} numbers at each step, not ${x?.length ?? 0}.`);
}
"""

_READ = """
// Carry a cell's states along a sequence; give its outputs and the last one.
function read(cell, w, steps, widths, mask = null, backward = false) {
  let states = widths.map((width) => new Float32Array(width));
  const outputs = new Array(steps.length);
  for (let n = 0; n < steps.length; n++) {
    const t = backward ? steps.length - 1 - n : n;
    if (mask === null || mask[t][0] !== 0)
      states = cell(w, steps[t], ...states).states;
    outputs[t] = states[0];
  }
  return { outputs, last: states[0] };
}
"""

_WINDOW = """
// At each step, steps around it beside each other; zeros outside.
function window(steps, offsets, width) {
  return Array.from(steps, (_, t) => {
    const row = new Float32Array(offsets.length * width);
    offsets.forEach((offset, j) => row.set(steps[t + offset] ?? [], j * width));
    return row;
  });
}
"""

_RUN = """
import * as model from {url};
import {{ readFileSync }} from "node:fs";
const list = (x) => (ArrayBuffer.isView(x) ? Array.from(x) : x.map(list));
const given = JSON.parse(readFileSync(0, "utf8"));
let answers;
if (model.predict) {{
  answers = model.predict(...given);
  answers = {many} ? answers : [answers];
}} else {{
  let states = model.start();
  answers = Array.from({{ length: {many} || 1 }}, () => []);
  for (let t = 0; t < given[0].length; t++) {{
    let answer;
    [answer, states] = model.step(...given.map((one) => one[t]), states);
    ({many} ? answer : [answer]).forEach((one, i) => answers[i].push(one));
  }}
}}
console.log(JSON.stringify(answers.map(list)));
"""


def write_js(graph: Graph, folder: Path, *, step: bool) -> list[Path]:
    """Write `NAME.mjs`, which exports `predict`, or `start` and `step`.

    Args:
        graph: `Graph`.
        folder: `pathlib.Path` of an existing folder.
        step: Boolean, whether the file reads one step at a time.

    Returns:
        List of the one path.
    """
    path = folder / f"{graph.name}.mjs"
    functions: dict[str, str] = {}
    names = [
        _function(node.program, functions)
        if isinstance(node, (EachStep, Recur))
        else ""
        for node in graph.nodes
    ]
    weights = graph.weights
    shapes = [[*name.split("/"), array.size] for name, array in weights.items()]
    numbers = [array.ravel() for array in weights.values()] or [np.zeros(0)]
    packed = np.concatenate(numbers).astype("<f4").tobytes()
    text = base64.b64encode(packed).decode()
    parts = [
        _head(graph, step),
        helpers([node.program for node in graph.nodes]),
        *(f"\n{text}" for text in functions.values()),
        _WEIGHTS.format(text=text, shapes=json.dumps(shapes)),
        _CHECK if any(one.width for one in graph.inputs) else "",
        _WINDOW if any(isinstance(node, Window) for node in graph.nodes) else "",
        _READ if graph.recurrent and not step else "",
        _step(graph, names) if step else _predict(graph, names),
    ]
    path.write_text("".join(parts), encoding="utf-8")
    return [path]


def run_js(
    path: Path, graph: Graph, inputs: list[np.ndarray], *, step: bool
) -> list[np.ndarray]:
    """Run a file in node on one sequence.

    Args:
        path: `pathlib.Path`.
        graph: `Graph` that it was written from.
        inputs: List of arrays, one for each input, with a batch of 1.
        step: Boolean, whether it reads one step at a time.

    Returns:
        List of arrays, one for each output: with steps, where the form is one step.

    Raises:
        CannotRunError: node is not installed here.
        ValueError: What the file says of its arguments.
    """
    node = shutil.which("node")
    if node is None:
        raise CannotRunError("there is no node here")
    many = len(graph.outputs) if len(graph.outputs) > 1 else 0
    script = _RUN.format(url=json.dumps(path.resolve().as_uri()), many=many)
    done = subprocess.run(
        [node, "--input-type=module", "--eval", script],
        input=json.dumps([one[0].tolist() for one in inputs]),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        lines = done.stderr.splitlines()
        raise ValueError(next((one for one in lines if "Error: " in one), done.stderr))
    return [np.array(one, "float32")[None] for one in json.loads(done.stdout)]


def javascript_cells() -> str:
    """Return an ES module with a function for each cell of this package and of Keras.

    For pages that step through a network. Each function takes weights by name, then
    `x` and the states, and gives `{ states, ... }` with everything that has a name.

    Returns:
        String.

    Example:

    >>> print(javascript_cells())
    // The cells ...
    export function min_gru(w, x, h_previous) {...
    """
    programs: dict[str, Program] = {}
    for made_by in CELLS:
        kinds: list[dict[str, Any]] = [{}]
        if made_by is keras.layers.GRUCell:
            kinds = [{}, {"reset_after": False}]
        if made_by.__name__ == "LSTMVariantCell":
            kinds = [{"variant": name} for name in VARIANTS]
        for arguments in kinds:
            cell = made_by(2, **arguments)
            cell.build((None, 1))
            program = read_cell(cell)
            programs[program.kind] = program
    texts = [f"\n{function(one, kind)}" for kind, one in programs.items()]
    return "".join(
        [
            f"// The cells of keras_rnn {__version__}, one step of each.\n",
            helpers(list(programs.values())),
            *texts,
        ]
    )


def _function(program: Program, functions: dict[str, str]) -> str:
    """The name of the function that does a program; it is added if it is new."""
    number = 1
    while True:
        name = f"{program.kind}_{number}_step".replace("_1_step", "_step")
        text = function(program, name)
        if functions.setdefault(name, text) == text:
            return name
        number += 1


def _shape(value: Value, step: bool) -> str:
    kind = "whole numbers" if value.is_integer else "numbers"
    one = f"{value.width} {kind}" if value.width else "a whole number"
    return f"an array of steps, each {one}" if value.is_sequence and not step else one


def _head(graph: Graph, step: bool) -> str:
    lines = [
        f"The model {graph.name} in JavaScript, written by keras_rnn {__version__}.",
        "",
        *(f"{one.name}: {_shape(one, step)}" for one in graph.inputs),
        *(f"gives {_shape(one, step)}" for one in graph.outputs),
        "",
    ]
    names = ", ".join(one.name for one in graph.inputs)
    if step:
        lines += [
            f'import {{ start, step }} from "./{graph.name}.mjs";',
            "let states = start(), answer;",
            f"[answer, states] = step({names}, states);",
        ]
    else:
        lines += [
            f'import {{ predict }} from "./{graph.name}.mjs";',
            f"const answer = predict({names});",
        ]
    return "\n".join(f"// {line}".rstrip() for line in lines) + "\n"


def _checks(graph: Graph, step: bool) -> list[str]:
    lengths = [
        f"  if ({one.name}.length !== {one.steps})\n"
        f'    throw new RangeError("{one.name} has to have {one.steps} steps.");'
        for one in graph.inputs
        if one.steps
    ]
    return lengths + [
        f'  {one.name}.forEach((x) => check(x, "{one.name}", {one.width}));'
        if one.is_sequence and not step
        else f'  check({one.name}, "{one.name}", {one.width});'
        for one in graph.inputs
        if one.width
    ]


def _returned(outputs: list[Value]) -> str:
    names = ", ".join(one.name for one in outputs)
    return f"[{names}]" if len(outputs) > 1 else names


def _predict(graph: Graph, names: list[str]) -> str:
    lines = [
        f"\nexport function predict({', '.join(one.name for one in graph.inputs)}) {{",
        *_checks(graph, step=False),
    ]
    for node, name in zip(graph.nodes, names, strict=True):
        lines.append(f"  const {node.output.name} = {_sequence(node, name)};")
    return "\n".join([*lines, f"  return {_returned(graph.outputs)};", "}\n"])


def _sequence(node: Node, name: str) -> str:
    """What makes the value of a node from whole sequences."""
    if isinstance(node, Reshaped):
        source, width = node.source.name, node.output.width
        if not node.output.is_sequence:
            return f"concatenate(...{source})"
        row = f"{source}.slice(t * {width}, (t + 1) * {width})"
        return f"Array.from({{ length: {node.output.steps} }}, (_, t) => {row})"
    if isinstance(node, Window):
        offsets, width = list(node.offsets), node.source.width
        return f"window({node.source.name}, {offsets}, {width})"
    if isinstance(node, Recur):
        widths = [one.width for one in node.program.states]
        more = (
            []
            if node.mask is None and not node.backward
            else ["null" if node.mask is None else node.mask.name]
        )
        more += ["true"] if node.backward else []
        arguments = [name, f"W.{node.name}", node.source.name, str(widths), *more]
        end = "outputs" if node.output.is_sequence else "last"
        return f"read({', '.join(arguments)}).{end}"
    if not node.output.is_sequence:
        sources = ", ".join(one.name for one in node.sources)
        return f"{name}(W.{node.name}, {sources})"
    sources = ", ".join(
        f"{one.name}[t]" if one.is_sequence else one.name for one in node.sources
    )
    call = f"{name}(W.{node.name}, {sources})"
    sequence = next(one.name for one in node.sources if one.is_sequence)
    return f"Array.from({sequence}, (_, t) => {call})"


def _step(graph: Graph, names: list[str]) -> str:
    inputs = [one.name for one in graph.inputs]
    lines = [
        "\n// The states before the first step.",
        "export function start() {",
        f"  return {graph.state_widths}.map((width) => new Float32Array(width));",
        "}\n",
        f"export function step({', '.join([*inputs, 'states'])}) {{",
        *_checks(graph, step=True),
        "  const made = [];",
    ]
    first = 0
    for node, name in zip(graph.nodes, names, strict=True):
        if isinstance(node, EachStep):
            sources = ", ".join(one.name for one in node.sources)
            call = f"{name}(W.{node.name}, {sources})"
            lines.append(f"  const {node.output.name} = {call};")
            continue
        assert isinstance(node, Recur)
        last = first + len(node.program.states)
        old = f"states.slice({first}, {last})"
        new = f"{name}(W.{node.name}, {node.source.name}, ...{old}).states"
        if node.mask is not None:
            new = f"({node.mask.name}[0] !== 0 ? {new} : {old})"
        lines += [f"  made.push(...{new});"]
        lines.append(f"  const {node.output.name} = made[{first}];")
        first = last
    answer = _returned(graph.outputs)
    return "\n".join([*lines, f"  return [{answer}, made];", "}\n"])
