import argparse
import os
import subprocess
import sys

import pytest

from keras_rnn._version import __version__
from keras_rnn.cli import forecast
from keras_rnn.cli.main import main, parser
from keras_rnn.errors import UserError


@pytest.fixture
def running(monkeypatch):
    """A function that lets `keras-rnn forecast` do something else."""

    def replace(action):
        monkeypatch.setattr(forecast, "run", lambda arguments: action(), raising=True)

    return replace


def raise_(error):
    raise error


def test_without_a_subcommand_it_explains_itself(capsys):
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert printed == parser().format_help()
    for word in ("forecast", "compare", "examples:"):
        assert word in printed


def test_version(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"keras_rnn {__version__}\n"


def test_a_run_that_goes_well(running, capsys):
    running(lambda: print("done"))
    assert main(["forecast"]) == 0
    assert capsys.readouterr() == ("done\n", "")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (UserError("No such thing. Do that."), "No such thing. Do that."),
        (UserError("A name of\ntwo lines"), "A name of two lines"),
        (KeyboardInterrupt(), "stopped. The same command goes on where it was."),
    ],
)
def test_errors_of_the_user_are_one_line(error, line, running, capsys):
    running(lambda: raise_(error))
    assert main(["forecast"]) == 2
    assert capsys.readouterr() == ("", f"keras-rnn: {line}\n")


def test_errors_of_ours_are_not_hidden(running):
    running(lambda: raise_(ZeroDivisionError("a bug")))
    with pytest.raises(ZeroDivisionError):
        main(["forecast"])


def test_arguments_reach_the_subcommand(monkeypatch):
    seen = []
    monkeypatch.setattr(forecast, "run", seen.append)
    assert main(["forecast", "--horizon", "7", "--data", "my.csv"]) == 0
    (arguments,) = seen
    assert isinstance(arguments, argparse.Namespace)
    assert (arguments.horizon, arguments.data, arguments.load) == (7, "my.csv", None)
    assert arguments.out == "output/forecast"


def process(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "keras_rnn", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
        **options,
    )


def test_exit_status_of_the_process():
    done = process("forcast", capture_output=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "keras-rnn: There is no subcommand 'forcast'. Did you mean 'forecast'? Known "
        "are forecast, backtest, inspect, compare, run, export, stream. See keras-rnn "
        "--help.\n"
    )


def test_a_reader_who_has_had_enough():
    """As in `keras-rnn forecast ... | head -0`."""
    code = (
        "import sys, os; from keras_rnn.cli import forecast, main; "
        "forecast.run = lambda _: [print('x' * 100000), sys.stdout.flush()]; "
        "sys.exit(main.main(['forecast']))"
    )
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
