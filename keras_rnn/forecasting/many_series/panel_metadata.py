"""How the folder of a forecaster of many series is told; needs nothing but JSON."""

from __future__ import annotations

import json
from pathlib import Path

METADATA_FILE = "forecaster.json"
KIND = "many series"


def holds_panel_forecaster(folder: str | Path) -> bool:
    """Return whether a folder holds a forecaster of many series.

    Args:
        folder: String or `pathlib.Path`.
    """
    try:
        text = (Path(folder) / METADATA_FILE).read_text(encoding="utf-8")
        state = json.loads(text)
    except (OSError, ValueError):
        return False
    return isinstance(state, dict) and state.get("kind") == KIND
