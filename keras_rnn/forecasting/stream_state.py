"""The state of a stream on disk: replaced as a whole, or not at all."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

from keras_rnn.errors import UserError

_MAGIC = b"keras_rnn stream 1\n"


def write_state(path: Path, about: dict[str, Any], arrays: dict[str, Any]) -> None:
    """Write a state beside its place, and put it there in one move.

    What a killed process has written stays as it was before or is as it is after.

    Args:
        path: `pathlib.Path`.
        about: Dict, as JSON knows it.
        arrays: Dict from name to array of numbers.

    Raises:
        UserError: The file cannot be written.
    """
    layout = {name: [one.dtype.str, one.shape] for name, one in arrays.items()}
    text = json.dumps({"about": about, "arrays": layout}).encode()
    parts = [_MAGIC, struct.pack("<Q", len(text)), text]
    parts += [np.ascontiguousarray(one).tobytes() for one in arrays.values()]
    temporary = path.with_name(f".{path.name}.new")
    try:
        temporary.write_bytes(b"".join(parts))
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserError(
            f"Cannot write {path}: {error.strerror or error}. Free some space or "
            "choose another `folder`."
        ) from error


def read_state(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read what `write_state` wrote.

    Args:
        path: `pathlib.Path`.

    Returns:
        `(about, arrays)`.

    Raises:
        UserError: The file is damaged, or of another version.
    """
    data = path.read_bytes()
    try:
        if not data.startswith(_MAGIC):
            raise ValueError("magic")
        start = len(_MAGIC) + 8
        (length,) = struct.unpack("<Q", data[len(_MAGIC) : start])
        state = json.loads(data[start : start + length])
        start, arrays = start + length, {}
        for name, (kind, shape) in state["arrays"].items():
            count = int(np.prod(shape))
            array = np.frombuffer(data, kind, count, start).reshape(shape)
            arrays[name] = array.copy()
            start += array.nbytes
        if start != len(data):
            raise ValueError("length")
        return state["about"], arrays
    except (ValueError, KeyError, TypeError, struct.error) as error:
        raise UserError(
            f"{path} is damaged, or of another version. Remove it to begin anew."
        ) from error
