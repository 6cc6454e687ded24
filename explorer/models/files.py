"""Trained weights as JSON that a page can hold, and Keras's answers to compare with."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np

from keras_rnn._version import __version__
from keras_rnn.files import replacing

FOLDER = Path(__file__).parent


def packed(weights: dict[str, np.ndarray]) -> dict[str, dict[str, Any]]:
    """Weights by symbol as `{shape, data}`: float32 numbers in base64, row by row."""
    return {
        name: {
            "shape": list(np.shape(array)),
            "data": base64.b64encode(
                np.ascontiguousarray(array, "<f4").tobytes()
            ).decode(),
        }
        for name, array in weights.items()
    }


def rounded(array: Any, digits: int = 7) -> list[Any]:
    """An array as lists of numbers that JSON holds in few letters."""
    return np.round(np.asarray(array, "float64"), digits).tolist()


def write(name: str, model: dict[str, Any], answers: dict[str, Any]) -> None:
    """Write `NAME.json`, which a page holds, and `answers/NAME.json`, for tests."""
    model = {"made_by": f"keras_rnn {__version__}", **model}
    for path, content in (
        (FOLDER / f"{name}.json", model),
        (FOLDER / "answers" / f"{name}.json", answers),
    ):
        path.parent.mkdir(exist_ok=True)
        with replacing(path) as temporary:
            text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            Path(temporary).write_text(text + "\n", encoding="utf-8")
    size = (FOLDER / f"{name}.json").stat().st_size
    print(f"{name}: {size / 1000:.0f} kB, {model['scores']}")
