"""A stand-in for Keras that is as noisy as TensorFlow, in a process of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import lazy_loader
import pytest

import keras_rnn
from keras_rnn.cli.main import main

ROOT = Path(keras_rnn.__file__).parents[1]

NOISY = """
import os
import shutil
from types import SimpleNamespace

os.write(2, b"I0000 this machine has no GPU\\n")
backend = SimpleNamespace(backend=lambda: {backend!r})
saving = SimpleNamespace(get_custom_objects=dict)
{end}
"""

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from keras_rnn.cli.backend import load_backend
print("before", file=sys.stderr)
load_backend()
load_backend()
assert "keras" in sys.modules
print("after", file=sys.stderr)
try:
    import tensorflow
except ImportError:
    print("no TensorFlow")
"""


@pytest.fixture
def load(tmp_path):
    def run(backend="tensorflow", end=""):
        (tmp_path / "keras.py").write_text(NOISY.format(backend=backend, end=end))
        (tmp_path / "tensorflow.py").write_text("print('TensorFlow imported')")
        return subprocess.run(
            [sys.executable, "-c", SCRIPT, tmp_path],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
        )

    return run


def test_what_it_says_about_itself_is_not_shown(load):
    done = load()
    assert (done.returncode, done.stderr) == (0, "before\nafter\n")
    assert done.stdout == "TensorFlow imported\n"


def test_tensorflow_stays_out_on_another_backend(load):
    assert load("jax").stdout == "no TensorFlow\n"


def test_if_it_fails_all_is_shown(load):
    done = load(end="raise ImportError('broken installation')")
    assert done.returncode == 1
    first, second, *_, last = done.stderr.splitlines()
    assert (first, second) == ("before", "I0000 this machine has no GPU")
    assert last == "ImportError: broken installation"


CHECK = """
import os, sys
sys.path[:0] = sys.argv[1:]
from keras_rnn.cli.backend import check_backend
from keras_rnn.errors import UserError
try:
    check_backend()
except UserError as error:
    print(error)
else:
    print("KERAS_BACKEND =", os.environ.get("KERAS_BACKEND"))
"""


@pytest.fixture
def check(tmp_path):
    """What `check_backend` says where only some backends are installed."""

    def run(installed, **environment):
        # What the package cannot be imported without.
        home = Path(lazy_loader.__file__).parent
        shutil.copytree(home, tmp_path / "lazy_loader", dirs_exist_ok=True)
        for name in installed:
            (tmp_path / f"{name}.py").write_text("raise AssertionError('imported')")
        kept = {"PATH": os.environ["PATH"], "KERAS_HOME": str(tmp_path)}
        done = subprocess.run(
            # -S: without the packages that are really installed.
            [sys.executable, "-S", "-c", CHECK, tmp_path, ROOT],
            env=kept | environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    return run


def test_without_a_backend_it_says_which_to_install(check):
    assert check([]) == (
        "Keras needs a backend, and none is installed: "
        'pip install "keras-rnn[tensorflow]", or with [jax] or [torch] instead.'
    )


def test_a_backend_that_is_asked_for_and_not_installed(check):
    assert check(["tensorflow"], KERAS_BACKEND="jax") == (
        "KERAS_BACKEND is 'jax', which is not installed: pip install \"keras-rnn[jax]\""
    )


def test_a_backend_that_keras_does_not_have(check):
    assert check(["tensorflow"], KERAS_BACKEND="tensorfow") == (
        "KERAS_BACKEND is 'tensorfow', and Keras has no such backend. Did you mean "
        "'tensorflow'? Known are tensorflow, jax, torch, numpy, openvino."
    )


@pytest.mark.parametrize(
    ("installed", "taken"),
    [
        (["tensorflow", "jax"], "None"),  # Keras's own choice
        (["jax"], "jax"),
        (["torch"], "torch"),
        (["torch", "jax"], "jax"),
    ],
)
def test_what_is_installed_is_taken(check, installed, taken):
    assert check(installed) == f"KERAS_BACKEND = {taken}"


def test_what_is_asked_for_is_taken(check):
    assert check(["jax", "torch"], KERAS_BACKEND="torch") == "KERAS_BACKEND = torch"
    assert check([], KERAS_BACKEND="numpy") == "KERAS_BACKEND = numpy"


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ('{"backend": "torch"}', "None"),
        ('{"backend": "tensorflow"}', "jax"),  # as Keras writes it by itself
        ("broken", "jax"),
    ],
)
def test_the_file_of_keras_counts_where_it_can(check, tmp_path, written, taken):
    (tmp_path / "keras.json").write_text(written)
    assert check(["jax", "torch"]) == f"KERAS_BACKEND = {taken}"


@pytest.mark.parametrize("subcommand", ["forecast", "compare"])
def test_a_command_says_so_in_one_line_before_it_reads(
    subcommand, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr("keras_rnn.cli.backend.is_installed", lambda name: False)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    arguments = [subcommand, "--data", "no_such.csv", "--out", str(tmp_path / "out")]
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("keras-rnn: Keras needs a backend, and none is")
    assert len(printed.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()
