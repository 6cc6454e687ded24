"""A stand-in for Keras that is as noisy as TensorFlow, in a process of its own."""

import os
import subprocess
import sys

import pytest

NOISY = """
import os
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
