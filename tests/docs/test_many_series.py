"""The commands and the code of docs/many_series.md."""

import re
import shlex
from pathlib import Path

import numpy as np

from keras_rnn.cli.main import parser

TEXT = (Path(__file__).parents[2] / "docs" / "many_series.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_every_command_is_one():
    (commands,) = blocks("sh")
    for command in commands.splitlines():
        words = shlex.split(command)
        assert words[0] == "keras-rnn"
        assert parser(words[1]).parse_args(words[1:]).subcommand == "forecast"


def test_the_code_runs_and_its_forms_agree():
    (code,) = blocks("python")
    names = {}
    exec(code, names)
    forecast = names["forecast"]["forecast"]
    assert len(forecast) == 14
    for other in ("same", "again"):
        found = names[other].predict()["forecast"]
        np.testing.assert_allclose(found, forecast, rtol=1e-5)
    assert names["unseen"]["series"].unique().tolist() == ["East"]
