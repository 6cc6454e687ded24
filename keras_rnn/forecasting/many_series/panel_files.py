"""The files of a saved forecaster of many series: all of them or none."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from keras_rnn._version import __version__
from keras_rnn.errors import UserError
from keras_rnn.files import output_folder, replacing_all
from keras_rnn.forecasting.many_series.known_rows import KnownRows
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_columns import PanelColumns
from keras_rnn.forecasting.many_series.panel_forecaster import PanelForecaster
from keras_rnn.forecasting.many_series.panel_metadata import (
    KIND,
    METADATA_FILE,
    holds_panel_forecaster,
)
from keras_rnn.forecasting.many_series.panel_model import RidgePanelModel
from keras_rnn.forecasting.many_series.panel_step import PanelStep
from keras_rnn.forecasting.pandas_input import TimeZone
from keras_rnn.forecasting.public_holidays import PublicHolidays

_SERIES_FILE = "series.npz"
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
        "columns": asdict(forecaster.columns),
        "step": vars(step) | {"span": str(step.span)},
        "time zone": None if zone is None else vars(zone),
        "has times": past.has_times,
        "names": past.names,
        "about": forecaster.metadata,
        # The folder may still hold the file of a forecaster before this one.
        "is ridge": isinstance(forecaster.model, RidgePanelModel),
        "known ahead": [],
        "static": None,
    }
    arrays: dict[str, Any] = {}
    if past.known_ahead is not None:
        state["known ahead"] = list(past.known_ahead.columns)
        arrays["known values"] = past.known_ahead.values
        arrays["known offsets"] = past.known_ahead.offsets
    if forecaster.waiting is not None:
        arrays["waiting"] = forecaster.waiting
    if past.static is not None:
        # Kept as a list of columns: JSON knows numbers from text, and no NaN.
        static = past.static.astype("object").where(past.static.notna(), None)
        state["static"] = {name: static[name].tolist() for name in static}
    with replacing_all(folder) as temporary:
        forecaster.model.save(temporary)
        np.savez_compressed(
            temporary / _SERIES_FILE,
            values=past.values,
            offsets=past.offsets,
            starts=past.starts,
            **arrays,
        )
        text = json.dumps(state, indent=2) + "\n"
        (temporary / METADATA_FILE).write_text(text, encoding="utf-8")


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
            model=_read_model(folder, state),
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
            waiting=_waiting(folder),
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
            known_ahead=_known(state, arrays),
            static=_static(state),
        )


def _waiting(folder):
    with np.load(folder / _SERIES_FILE, allow_pickle=False) as arrays:
        return arrays["waiting"] if "waiting" in arrays.files else None


def _known(state, arrays):
    if not state["known ahead"]:
        return None
    return KnownRows(
        tuple(state["known ahead"]), arrays["known values"], arrays["known offsets"]
    )


def _static(state):
    if state["static"] is None:
        return None
    index = pd.Index(state["names"], name="series")
    columns = {
        name: np.array(
            values, "object" if any(isinstance(v, str) for v in values) else "float64"
        )
        for name, values in state["static"].items()
    }
    return pd.DataFrame(columns, index=index)


def _read_model(folder, state):
    if state["is ridge"]:
        return RidgePanelModel.load(folder)
    from keras_rnn.forecasting.many_series.network_panel_model import NetworkPanelModel

    return NetworkPanelModel.load(folder)


def _columns(state):
    for name in ("targets", "known_ahead", "static"):
        state[name] = None if state[name] is None else tuple(state[name])
    if state["holidays"] is not None:
        state["holidays"] = PublicHolidays(**state["holidays"])
    return PanelColumns(**state)


def _or_none(number):
    return float(number) if np.isfinite(number) else None


def _or(number, otherwise):
    return otherwise if number is None else float(number)
