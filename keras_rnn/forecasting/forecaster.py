"""The forecaster: trained once, saved as two files, forecasting in physical units."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from keras_rnn._version import __version__
from keras_rnn.errors import UserError
from keras_rnn.files import output_folder, replacing_all
from keras_rnn.forecasting.contiguous_rows import latest_rows
from keras_rnn.forecasting.preparation import Preparation

MODEL_FILE = "forecaster.keras"
ABOUT_FILE = "forecaster.json"


@dataclass(frozen=True)
class Forecaster:
    """Forecasts one column of a series some steps past its last row.

    Train one with `train_forecaster`, or open a saved one with `Forecaster.load`.

    Attributes:
        model: `keras.Model` from `(batch, lookback, features)` to
            `(batch, horizon)`, both in physical units: the scaling is inside. It
            is a model like any other; `keras.models.load_model` opens its file
            once `keras_rnn.layers` is imported.
        preparation: `Preparation`, how readings become features.
        target: String, the column that is forecast.
        unit: String, its unit, or `""`.
        horizon: Integer, rows to forecast.
        spread: Float array of shape `(2, horizon)`: the lower and upper end of the
            held-out errors' middle 80 %, in the target's unit.
        about: Dict with what else a reader wants to know: the training span, the
            test scores, where the data came from.
    """

    model: keras.Model
    preparation: Preparation
    target: str
    unit: str
    horizon: int
    spread: np.ndarray
    about: dict = field(default_factory=dict)

    @property
    def lookback(self):
        """Integer, how many prepared rows a forecast needs."""
        return self.model.input_shape[1]

    def predict(self, frame):
        """Forecast what follows the last row.

        Args:
            frame: DataFrame of readings as a loader gives them, with at least the
                columns that the forecaster was trained on. Only its end counts.

        Returns:
            DataFrame of the columns "forecast", "lower" and "upper" in the target's
            unit, indexed by the time stamps that follow.

        Raises:
            UserError: A column is missing, there are too few rows, or the last ones
                have a gap.
        """
        rows = self.preparation.apply(frame, self.target)
        past = latest_rows(rows, self.lookback).to_numpy("float32")[None]
        forecast = self.model.predict(past, verbose=0)[0].astype("float64")
        return pd.DataFrame(
            {
                "forecast": forecast,
                "lower": forecast + self.spread[0],
                "upper": forecast + self.spread[1],
            },
            index=next_time_stamps(rows.index, self.horizon).rename("time"),
        )

    def predict_windows(self, windows):
        """Forecast from every stretch of the past that a `Windows` holds.

        Args:
            windows: `Windows` of the columns `preparation.features`, as wide as
                `lookback`, in physical units.

        Returns:
            Float64 array of shape `(windows, horizon)` in the target's unit.
        """
        return self.model.predict(windows, verbose=0).astype("float64")

    def save(self, folder):
        """Write `forecaster.keras` and `forecaster.json` into a folder: both or none.

        Args:
            folder: String or `pathlib.Path`; made if it is not there.

        Raises:
            UserError: The folder cannot be written to.
        """
        folder = output_folder(folder)
        about = {
            "format": 1,
            "keras_rnn": __version__,
            "target": self.target,
            "unit": self.unit,
            "horizon": self.horizon,
            "lookback": self.lookback,
            "preparation": self.preparation.to_dict(),
            "spread": self.spread.tolist(),
            "about": self.about,
        }
        with replacing_all(folder) as temporary:
            self.model.save(temporary / MODEL_FILE)
            about["model sha256"] = _checksum(temporary / MODEL_FILE)
            text = json.dumps(about, indent=2) + "\n"
            (temporary / ABOUT_FILE).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder):
        """Open a saved forecaster.

        Args:
            folder: String or `pathlib.Path`, what was given to `save`.

        Raises:
            UserError: A file is missing, damaged, or of something else.
        """
        folder = Path(folder)
        for name in (ABOUT_FILE, MODEL_FILE):
            if not (folder / name).is_file():
                raise UserError(
                    f"{folder} holds no saved forecaster: there is no {name}. Name the "
                    "folder that an earlier forecast wrote with --out."
                )
        about, checks = _about(folder / ABOUT_FILE)
        loaded = cls(model=_model(folder / MODEL_FILE), **about)
        if _checks(loaded, folder / MODEL_FILE) != checks:
            raise UserError(
                f"{folder / MODEL_FILE} and {ABOUT_FILE} are of two different "
                "forecasters. Train again, or put back the file that belongs there."
            )
        return loaded


def _about(path):
    """What the JSON file says, as `Forecaster`'s arguments and as `_checks`."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        if state["format"] != 1:
            raise UserError(
                f"{path} was written by keras_rnn {state.get('keras_rnn', '?')} in a "
                "format that this version does not know. Train again."
            )
        about = {
            "preparation": Preparation.from_dict(state["preparation"]),
            "target": state["target"],
            "unit": state["unit"],
            "horizon": int(state["horizon"]),
            "spread": np.array(state["spread"], "float64"),
            "about": dict(state["about"]),
        }
        if about["spread"].shape != (2, about["horizon"]):
            raise ValueError("spread")
        width = len(about["preparation"].features)
        shapes = [[state["lookback"], width], [about["horizon"]]]
        return about, [*shapes, state["model sha256"]]
    except UserError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path} is damaged or belongs to something else. Train again, or name "
            "another folder with --load."
        ) from error


def _checks(forecaster, path):
    """What has to be the same in both files: shapes, and which model it is."""
    shapes = forecaster.model.input_shape, forecaster.model.output_shape
    return [*(list(shape[1:]) for shape in shapes), _checksum(path)]


def _checksum(path):
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _model(path):
    # Registers the layers that the file names.
    import keras_rnn.layers  # noqa: F401

    try:
        return keras.models.load_model(path)
    except Exception as error:
        raise UserError(
            f"{path} is damaged or no forecaster of this package. Train again, or name "
            "another folder with --load."
        ) from error
