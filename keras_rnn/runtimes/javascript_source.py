"""Programs as JavaScript functions, which the pages of the explorer read as well."""

from __future__ import annotations

from keras_rnn.runtimes.expressions import Program, Vector, in_order
from keras_rnn.runtimes.loops import Call, Loop, statements

_HELPERS = {
    "sigmoid": """
const sigmoid = (s) => 1 / (1 + Math.exp(-s));
""",
    "softplus": """
const softplus = (s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
""",
    "matmul": """
// A vector times a matrix, whose rows follow one another.
function product(x, matrix) {
  const columns = matrix.length / x.length;
  const sums = new Float32Array(columns);
  for (let k = 0; k < columns; k++) {
    let sum = 0;
    for (let j = 0; j < x.length; j++) sum += x[j] * matrix[j * columns + k];
    sums[k] = sum;
  }
  return sums;
}
""",
    "concatenate": """
function concatenate(...vectors) {
  return Float32Array.from(vectors.flatMap((vector) => Array.from(vector)));
}
""",
    "normalize": """
function normalize(x, epsilon) {
  const mean = x.reduce((sum, one) => sum + one, 0) / x.length;
  const variance = x.reduce((sum, one) => sum + (one - mean) ** 2, 0) / x.length;
  return x.map((one) => (one - mean) / Math.sqrt(variance + epsilon));
}
""",
    "softmax": """
function softmax(x) {
  const largest = Math.max(...x);
  const exponentials = x.map((one) => Math.exp(one - largest));
  const sum = exponentials.reduce((total, one) => total + one, 0);
  return exponentials.map((one) => one / sum);
}
""",
    "take": """
function take(vectors, number, width) {
  const start = number * width;
  if (!Number.isInteger(number) || number < 0 || start >= vectors.length)
    throw new RangeError(
      `${number} is no whole number from 0 to ${vectors.length / width - 1}.`);
  return vectors.slice(start, start + width);
}
""",
    "pick": """
function pick(x, places) {
  return Float32Array.from(places, (place) => x[place]);
}
""",
    "differs": """
function differs(x, number) {
  const entries = typeof x === "number" ? [x] : Array.from(x);
  return Float32Array.of(entries.some((one) => one !== number) ? 1 : 0);
}
""",
}

_FUNCTIONS = {
    "maximum": "Math.max",
    "minimum": "Math.min",
    "tanh": "Math.tanh",
    "exp": "Math.exp",
    "sigmoid": "sigmoid",
    "softplus": "softplus",
}
_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}


def helpers(programs: list[Program]) -> str:
    """Return the text of all small functions that some programs call.

    Args:
        programs: List of `Program`.
    """
    used = {vector.op for program in programs for vector in in_order(program)}
    if any(program.kind == "reshaped" for program in programs):
        used.add("concatenate")
    return "".join(text for op, text in _HELPERS.items() if op in used)


def function(program: Program, name: str) -> str:
    """Return the text of a function that does what a program does, of any size.

    It takes the weights, by name, then the inputs and states. A cell gives
    `{ states, ... }`, with all that has a name: `i`, `f`, `g`; another program its one
    vector.

    Args:
        program: `Program`.
        name: String, what to call it.
    """
    found, names = statements(program)
    arguments = ["w", *(one.name for one in (*program.inputs, *program.states))]
    lines = [f"export function {name}({', '.join(arguments)}) {{"]
    for number, one in enumerate(found):
        if isinstance(one, Call):
            lines.append(f"  const {names[one.vector]} = {_call(one.vector, names)};")
            continue
        lines += _loop(one, names, "n" if number == 0 else f"n{number}")
    results = [names[one] for one in program.outputs]
    if program.states:
        named = [names[one] for one in names if one.name and one.name not in results]
        parts = [f"states: [{', '.join(results)}]", *results, *named]
        lines.append(f"  return {{ {', '.join(parts)} }};")
    else:
        lines.append(f"  return {results[0]};")
    return "\n".join([*lines, "}\n"])


def _loop(loop: Loop, names: dict[Vector, str], n: str) -> list[str]:
    first = loop.vectors[0]
    made = [names[one] for one in loop.vectors]
    lines = [f"  const {n} = {_length(first, names, top=True)};"]
    lines += [f"  const {name} = new Float32Array({n});" for name in made]
    lines.append(f"  for (let k = 0; k < {n}; k++) {{")
    lines += [f"    {names[one]}[k] = {_entry(one, names, n)};" for one in loop.vectors]
    return [*lines, "  }"]


def _array(vector: Vector, names: dict[Vector, str]) -> str | None:
    """The array that holds a vector, or `None` if it is an expression."""
    if vector in names:
        return names[vector]
    if vector.op == "weight":
        return f"w.{vector.name}"
    return vector.name if vector.op == "input" else None


def _length(vector: Vector, names: dict[Vector, str], top: bool = False) -> str:
    """How long a vector is, said by an array that is already there."""
    array = None if top else _array(vector, names)
    if array is not None:
        return f"{array}.length"
    if vector.op == "part":
        return f"{_array(vector.of[0], names)}.length / {vector.part[1]}"
    return _length(next(one for one in vector.of if one.width), names)


def _entry(vector: Vector, names: dict[Vector, str], n: str, top: bool = True) -> str:
    """Entry k of a vector."""
    if vector.op == "number":
        return repr(vector.number)
    array = None if top else _array(vector, names)
    if array is not None or vector.op in ("input", "weight"):
        return f"{array or _array(vector, {})}[k]"
    if vector.op == "part":
        index = vector.part[0]
        start = "" if index == 0 else f"{n} + " if index == 1 else f"{index} * {n} + "
        return f"{_array(vector.of[0], names)}[{start}k]"
    of = [_entry(one, names, n, top=False) for one in vector.of]
    if vector.op in _SIGNS:
        text = f" {_SIGNS[vector.op]} ".join(of)
        return text if top else f"({text})"
    return f"{_FUNCTIONS[vector.op]}({', '.join(of)})"


def _call(vector: Vector, names: dict[Vector, str]) -> str:
    of = [str(_array(one, names)) for one in vector.of]
    if vector.op == "matmul":
        return f"product({', '.join(of)})"
    if vector.op == "take":
        of[1] += f"[{vector.part[0]}]" if vector.of[1].width else ""
        of.append(str(vector.width))
    if vector.op in ("normalize", "differs"):
        of.append(repr(vector.number))
    return f"{vector.op}({', '.join(of)})"
