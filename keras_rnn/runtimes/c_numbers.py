"""Numbers and arrays of them as C reads them, to the last bit."""

from __future__ import annotations

import numpy as np


def literal(value: float) -> str:
    """Return a float32 in C.

    Args:
        value: Float.

    >>> literal(0.1), literal(3)
    ('0.100000001f', '3.0f')
    """
    text = f"{np.float32(value):.9g}"
    return (text if set(text) & set(".en") else f"{text}.0") + "f"


def array_definition(name: str, numbers: np.ndarray) -> str:
    """Return the definition of an array, in few characters: large models are long.

    Args:
        name: String.
        numbers: Array of float32 or of whole numbers, of any shape.
    """
    # NumPy writes the shortest decimals that give a float32 back.
    texts, kind = numbers.ravel().astype(str).tolist(), "int"
    if numbers.dtype.kind == "f":
        texts, kind = [_shortest(one) for one in texts], "float"
    lines = [",".join(texts[i : i + 8]) for i in range(0, len(texts), 8)]
    body = ",\n".join(lines)
    return f"\nstatic const {kind} {name}[{len(texts)}] = {{\n{body}}};\n"


def _shortest(text: str) -> str:
    """A float32 without the zeros that C can do without.

    >>> [_shortest(text) for text in ("-0.25", "3.0", "1.5e-05", "-0.0")]
    ['-.25f', '3.f', '1.5e-5f', '-0.f']
    """
    text = text.removesuffix("0") if text.endswith(".0") else text
    if text.startswith(("0.", "-0.")) and text[-1] != ".":
        text = text.replace("0", "", 1)
    return f"{text.replace('e-0', 'e-')}f"
