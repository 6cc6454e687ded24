"""The files of a saved forecaster of many series: all of them or none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from keras_rnn._version import __version__
from keras_rnn.errors import UserError
from keras_rnn.files import output_folder, replacing_all
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_forecaster import (
    PanelColumns,
    PanelForecaster,
)
from keras_rnn.forecasting.many_series.panel_model import RIDGE_FILE, RidgePanelModel
from keras_rnn.forecasting.many_series.panel_step import PanelStep
from keras_rnn.forecasting.pandas_input import TimeZone

METADATA_FILE = "forecaster.json"
_SERIES_FILE = "series.npz"
KIND = "many series"
_FORMAT = 1


def write_panel_forecaster(forecaster: PanelForecaster, folder: str | Path) -> None:
    """Write a forecaster's files: all or none.

    Args:
        forecaster: `PanelForecaster`.
        folder: String or `pathlib.Path`; made if it is not there.

    Raises:
        UserError: The folder cannot be written to.
    """
    folder = output_folder(folder)
    past, step = forecaster.past, forecaster.past.step
    zone = past.time_zone
    state = {
        "kind": KIND,
        "format": _FORMAT,
        "keras_rnn": __version__,
        "target": past.target,
        "unit": past.unit,
        "horizon": forecaster.horizon,
        "season": list(forecaster.season),
        "levels": list(forecaster.levels),
        "limits": [_or_none(limit) for limit in forecaster.limits],
        "columns": vars(forecaster.columns),
        "step": vars(step) | {"span": str(step.span)},
        "time zone": None if zone is None else vars(zone),
        "has times": past.has_times,
        "names": past.names,
        "about": forecaster.metadata,
    }
    with replacing_all(folder) as temporary:
        forecaster.model.save(temporary)
        np.savez_compressed(
            temporary / _SERIES_FILE,
            values=past.values,
            offsets=past.offsets,
            starts=past.starts,
        )
        text = json.dumps(state, indent=2) + "\n"
        (temporary / METADATA_FILE).write_text(text, encoding="utf-8")


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


def read_panel_forecaster(folder: str | Path) -> PanelForecaster:
    """Read what `write_panel_forecaster` wrote.

    Args:
        folder: String or `pathlib.Path`.

    Raises:
        UserError: A file is missing, damaged, or of something else.
    """
    folder = Path(folder)
    if not holds_panel_forecaster(folder):
        raise UserError(
            f"{folder} holds no saved forecaster of many series. Give as `folder` the "
            "one that it was saved in."
        )
    state = json.loads((folder / METADATA_FILE).read_text(encoding="utf-8"))
    if state["format"] != _FORMAT:
        raise UserError(
            f"{folder / METADATA_FILE} was written by another version, keras_rnn "
            f"{state.get('keras_rnn', '?')}. Fit the forecaster again."
        )
    try:
        return PanelForecaster(
            model=_read_model(folder),
            past=_read_panel(folder, state),
            columns=_columns(state["columns"]),
            horizon=int(state["horizon"]),
            season=(state["season"][0], int(state["season"][1])),
            levels=tuple(state["levels"]),
            limits=(
                _or(state["limits"][0], -np.inf),
                _or(state["limits"][1], np.inf),
            ),
            metadata=dict(state["about"]),
        )
    except UserError:
        raise
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise UserError(
            f"{folder} holds damaged files of a forecaster. Train again, or give "
            "another `folder`."
        ) from error


def _read_panel(folder: Path, state: dict[str, Any]) -> SeriesPanel:
    step = dict(state["step"])
    zone = state["time zone"]
    with np.load(folder / _SERIES_FILE, allow_pickle=False) as arrays:
        return SeriesPanel(
            names=list(state["names"]),
            values=arrays["values"],
            offsets=arrays["offsets"],
            starts=arrays["starts"],
            step=PanelStep(**step | {"span": pd.Timedelta(step["span"])}),
            target=state["target"],
            unit=state["unit"],
            has_times=state["has times"],
            time_zone=None if zone is None else TimeZone(**zone),
        )


def _read_model(folder):
    if (folder / RIDGE_FILE).is_file():
        return RidgePanelModel.load(folder)
    from keras_rnn.forecasting.many_series.network_panel_model import NetworkPanelModel

    return NetworkPanelModel.load(folder)


def _columns(state):
    targets = state["targets"]
    return PanelColumns(
        **state | {"targets": None if targets is None else tuple(targets)}
    )


def _or_none(number):
    return float(number) if np.isfinite(number) else None


def _or(number, otherwise):
    return otherwise if number is None else float(number)
