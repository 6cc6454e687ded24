"""The commands, the code and the published figures of docs/long_horizons.md."""

import re
import shlex
from pathlib import Path

from keras_rnn.cli.main import parser
from keras_rnn.forecasting.long_horizon import PUBLISHED

TEXT = (Path(__file__).parents[2] / "docs" / "long_horizons.md").read_text("utf-8")


def test_every_command_is_one():
    (commands,) = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for command in commands.splitlines():
        words = shlex.split(command)
        assert words[0] == "keras-rnn"
        assert parser(words[1]).parse_args(words[1:]).task == "long-horizon"


def test_the_code_runs():
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names = {}
    exec(code, names)
    assert names["model"].output_shape == names["linear"].output_shape == (None, 96, 7)


def test_published_figures_are_those_that_the_command_prints():
    rows = re.findall(
        r"^\| (\S+) \| (\d+) \| (\w+) \|.*\| (\S+) / (\S+) \|$", TEXT, re.M
    )
    assert rows
    for data, horizon, model, mse, mae in rows:
        known = PUBLISHED[data][model][int(horizon)]
        assert known == (float(mse), float(mae))
