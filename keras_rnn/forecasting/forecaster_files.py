"""The two files of a saved forecaster: reading them, and whether they fit together."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.conformal import Bands
from keras_rnn.forecasting.pandas_input import TimeZone
from keras_rnn.forecasting.preparation import Preparation

MODEL_FILE = "forecaster.keras"
METADATA_FILE = "forecaster.json"
# Since 2, bands from errors that set nothing else.
FORMAT = 2


def read_state(path: Path) -> tuple[dict[str, Any], list]:
    """What the JSON file says, as `Forecaster`'s arguments and as `checks_of`."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        if state["format"] != FORMAT:
            older = state["format"] < FORMAT
            raise UserError(
                f"{path} was written by {'an older' if older else 'a newer'} version, "
                f"keras_rnn {state.get('keras_rnn', '?')}, in a format that this one "
                "does not read. Fit the forecaster again."
            )
        preparation = Preparation.from_dict(state["preparation"])
        arguments = {
            "preparation": preparation,
            "target": state["target"],
            "unit": state["unit"],
            "horizon": int(state["horizon"]),
            "bands": Bands.from_dict(state["bands"]),
            "metadata": dict(state["about"]),
        }
        if "past" in state:
            arguments["past"] = _rows_from_dict(state["past"], preparation.features)
        if "time zone" in state:
            arguments["time_zone"] = TimeZone(**state["time zone"])
        if arguments["bands"].reach.shape[1] != arguments["horizon"]:
            raise ValueError("bands")
        shapes = [[state["lookback"], len(preparation.features)], [state["horizon"]]]
        return arguments, [*shapes, state["model sha256"]]
    except UserError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path} is damaged or belongs to something else. Train again, or give "
            "another `folder`."
        ) from error


def rows_to_dict(rows: pd.DataFrame) -> dict[str, Any]:
    """Return rows as lists, ready for JSON: a missing value is `None`."""
    values = rows.astype(object).where(rows.notna(), None)
    return {
        "time": [stamp.isoformat() for stamp in rows.index],
        "unit": rows.index.unit,
        "values": values.to_numpy().tolist(),
    }


def _rows_from_dict(state, columns):
    index = pd.DatetimeIndex(state["time"], name="time").as_unit(state["unit"])
    values = np.array(state["values"], "float64")
    return pd.DataFrame(values, index, list(columns))


def checks_of(model: keras.Model, path: Path) -> list:
    """What has to be the same in both files: shapes, and which model it is."""
    shapes = model.input_shape, model.output_shape
    return [*(list(shape[1:]) for shape in shapes), checksum(path)]


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_model(path: Path) -> keras.Model:
    """Return the model of a saved forecaster."""
    # Registers the layers that the file names.
    import keras_rnn.layers  # noqa: F401

    try:
        return keras.models.load_model(path)
    except Exception as error:
        raise UserError(
            f"{path} is damaged or no forecaster of this package. Train again, or give "
            "another `folder`."
        ) from error
