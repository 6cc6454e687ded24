"""The files of a saved forecaster: writing them, and reading all or none."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from keras_rnn._version import __version__
from keras_rnn.errors import UserError
from keras_rnn.files import output_folder, replacing_all
from keras_rnn.forecasting.conformal import Bands
from keras_rnn.forecasting.pandas_input import TimeZone
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.runtimes.graph_file import read_graph, write_graph
from keras_rnn.runtimes.numpy_graph import NumpyGraph

if TYPE_CHECKING:
    import keras

    from keras_rnn.forecasting.forecaster import Forecaster

MODEL_FILE = "forecaster.keras"
METADATA_FILE = "forecaster.json"
# The model once more, for forecasts without a backend.
NUMPY_FILE = "forecaster_numpy.npz"
# Since 2, bands from errors that set nothing else.
FORMAT = 2


def write_forecaster(forecaster: Forecaster, folder: str | Path) -> None:
    """Write a forecaster's files: all or none.

    The model is written twice: as Keras saves it, and in NumPy if it is known there.

    Args:
        forecaster: `Forecaster`.
        folder: String or `pathlib.Path`; made if it is not there.

    Raises:
        UserError: The folder cannot be written to.
    """
    folder = output_folder(folder)
    state = {
        "format": FORMAT,
        "keras_rnn": __version__,
        "target": forecaster.target,
        "unit": forecaster.unit,
        "horizon": forecaster.horizon,
        "lookback": forecaster.lookback,
        "preparation": forecaster.preparation.to_dict(),
        "bands": forecaster.bands.to_dict(),
        "about": forecaster.metadata,
    }
    if forecaster.past is not None:
        state["past"] = _rows_to_dict(forecaster.past)
    if forecaster.time_zone is not None:
        state["time zone"] = vars(forecaster.time_zone)
    with replacing_all(folder) as temporary:
        forecaster.model.save(temporary / MODEL_FILE)
        state["model sha256"] = _checksum(temporary / MODEL_FILE)
        if forecaster.numpy_form is not None:
            write_graph(forecaster.numpy_form.graph, temporary / NUMPY_FILE)
            state["numpy sha256"] = _checksum(temporary / NUMPY_FILE)
        text = json.dumps(state, indent=2) + "\n"
        (temporary / METADATA_FILE).write_text(text, encoding="utf-8")


def read_forecaster(
    folder: str | Path,
) -> tuple[NumpyGraph | keras.Model, dict[str, Any]]:
    """Read a forecaster's files, without a backend where that can be.

    Args:
        folder: String or `pathlib.Path`, what was given to `write_forecaster`.

    Returns:
        `(model, arguments)`: a `NumpyGraph`, or a `keras.Model` where there is none
        that belongs to the other files, and the other arguments of `Forecaster`.

    Raises:
        UserError: A file is missing, damaged, or of something else.
    """
    folder = Path(folder)
    for name in (METADATA_FILE, MODEL_FILE):
        if not (folder / name).is_file():
            raise UserError(
                f"{folder} holds no saved forecaster: there is no {name}. Give as "
                "`folder` the one that a forecaster was saved in."
            )
        if name == METADATA_FILE:
            arguments, checks, checksum = _read_state(folder / METADATA_FILE)
    form = _read_form(folder, checks, checksum)
    return form or read_model(folder, checks), arguments


def read_model(folder: str | Path, checks: list | None = None) -> keras.Model:
    """Read the Keras model of a saved forecaster.

    Args:
        folder: String or `pathlib.Path`, what was given to `write_forecaster`.
        checks: List, what has to be the same in both files. Default: read from there.

    Raises:
        UserError: It is damaged, or of another forecaster.
    """
    folder = Path(folder)
    if checks is None:
        _, checks, _ = _read_state(folder / METADATA_FILE)
    model = _load_model(folder / MODEL_FILE)
    shapes = model.input_shape, model.output_shape
    found = [list(shape[1:]) for shape in shapes]
    if [*found, _checksum(folder / MODEL_FILE)] != checks:
        raise UserError(
            f"{folder / MODEL_FILE} and {METADATA_FILE} are of two different "
            "forecasters. Train again, or put back the file that belongs there."
        )
    return model


def _read_form(folder: Path, checks: list, checksum: str | None) -> NumpyGraph | None:
    """The model in NumPy, if it is there and belongs to the other two files."""
    path = folder / NUMPY_FILE
    if checksum is None or not path.is_file() or _checksum(path) != checksum:
        return None
    if _checksum(folder / MODEL_FILE) != checks[-1]:
        return None  # what is wrong is said when Keras reads it
    graph = read_graph(path)
    (reads,), (gives,) = graph.inputs, graph.outputs
    reads.steps = reads.steps or checks[0][0]  # of a model that reads any number
    if [[reads.steps, reads.width], [gives.width]] != checks[:2]:
        return None
    return NumpyGraph(graph)


def _read_state(path: Path) -> tuple[dict[str, Any], list, str | None]:
    """What the JSON file says: the arguments of `Forecaster`, what has to be the same
    in both files (the shapes of the model, and which it is), and which form in NumPy.
    """
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(state, dict) and state.get("kind") == "many series":
            raise UserError(
                f"{path.parent} holds a forecaster of many series: open it by "
                "PanelForecaster.load."
            )
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
        checks = [*shapes, state["model sha256"]]
        return arguments, checks, state.get("numpy sha256")
    except UserError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path} is damaged or belongs to something else. Train again, or give "
            "another `folder`."
        ) from error


def _rows_to_dict(rows: pd.DataFrame) -> dict[str, Any]:
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


def _checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _load_model(path: Path) -> keras.Model:
    """What Keras reads from a file."""
    import keras

    # Registers the layers that the file names.
    import keras_rnn.layers  # noqa: F401

    try:
        return keras.models.load_model(path)
    except Exception as error:
        raise UserError(
            f"{path} is damaged or no forecaster of this package. Train again, or give "
            "another `folder`."
        ) from error
