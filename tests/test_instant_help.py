"""`import keras_rnn` and `--help` are instant: they load nothing that is slow."""

import json
import os
import subprocess
import sys

import pytest

SLOW = ["keras", "tensorflow", "jax", "torch", "numpy", "pandas", "matplotlib", "rich"]

# Runs some code and prints which of the slow packages it has loaded.
SCRIPT = """
import json, sys
before = set(sys.modules)
try:
    {code}
except SystemExit as stopped:
    assert not stopped.code, stopped.code
print()
print(json.dumps(sorted({slow} & (set(sys.modules) - before))))
"""


def run(code, slow=SLOW):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(code=code, slow=set(slow))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    *printed, loaded = done.stdout.splitlines()
    return "\n".join(printed), json.loads(loaded)


def test_importing_the_package_loads_nothing():
    _, loaded = run("import keras_rnn; dir(keras_rnn)")
    assert loaded == []


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "usage: keras-rnn"),
        (["--help"], "forecast a series"),
        (["--version"], "keras_rnn "),
        (["forecast", "--help"], "--horizon ROWS"),
        (["backtest", "--help"], "--refit"),
        (["compare", "--help"], "--task TASK"),
        (["export", "--help"], "--to RUNTIME"),
    ],
)
def test_help_loads_nothing(arguments, word):
    code = (
        f"sys.argv = ['keras-rnn', *{arguments}]; "
        "import runpy; runpy.run_module('keras_rnn', run_name='__main__')"
    )
    printed, loaded = run(code)
    assert word in printed
    assert loaded == []


def test_a_mistake_in_the_arguments_loads_nothing():
    code = (
        "from keras_rnn.cli.main import main; "
        "assert main(['forecast', '--horizon', '0']) == 2"
    )
    assert run(code)[1] == []


def test_a_plan_needs_no_backend():
    """Reading, cleaning and planning are done, and fail, before Keras is loaded."""
    code = (
        "from keras_rnn.datasets.series.weather import load; "
        "from keras_rnn.forecasting.plan import plan_forecast; "
        "plan_forecast(load('sample'))"
    )
    assert run(code, ["keras", "tensorflow", "jax", "torch"])[1] == []
