"""One trained forecast that several test files look at."""

import json
from types import SimpleNamespace

import pytest
from helpers.forecasts import weather

from keras_rnn.cli.main import main

# Short, but with every part: a season, a network, a second training.
ARGUMENTS = ["--history", "12", "--horizon", "6", "--epochs", "2", "--seed", "3"]


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory):
    """Hourly weather of three weeks as a CSV file; it shows a daily period."""
    path = tmp_path_factory.mktemp("tiny") / "roof.csv"
    weather(500).frame.to_csv(path, date_format="%Y-%m-%d %H:%M:%S")
    return path


@pytest.fixture(scope="session")
def finished(tiny_file, tmp_path_factory):
    """A forecast from training to files: where they are and what they say."""
    folder = tmp_path_factory.mktemp("finished") / "new" / "out"
    arguments = ["forecast", "--data", str(tiny_file), *ARGUMENTS]
    assert main([*arguments, "--out", str(folder)]) == 0
    results = json.loads((folder / "results.json").read_text())
    return SimpleNamespace(folder=folder, results=results, arguments=arguments)
