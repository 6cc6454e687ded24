"""What is different on torch, in one process of its own for all of it."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

SCRIPT = """
import json, keras, numpy as np
from keras_rnn.layers import (
    Feedback, MinGRU, MinLSTM, Recurrent, explain_fast_path
)

found = {"explained": str(explain_fast_path(Recurrent("lstm", 2, name="memory")))}
x = np.ones((2, 3, 2), "float32")

def learns(layer, batch=2):
    inputs = keras.Input(batch_shape=(batch, 3, 2))
    outputs = keras.ops.reshape(layer(inputs), (2, -1))
    model = keras.Model(inputs, keras.layers.Dense(1)(outputs))
    model.compile("sgd", "mse")
    before = [weight.copy() for weight in model.get_weights()]
    model.fit(x, np.ones((2, 1)), batch_size=2, shuffle=False, verbose=0)
    after = model.get_weights()
    carried = [float(abs(state.numpy()).sum()) for state in layer.states]
    return any((a != b).any() for a, b in zip(before, after)) and all(carried)

for cell in ("simple_rnn", "lstm", "gru", "peephole_lstm", "min_gru", "min_lstm"):
    found[cell] = learns(Recurrent(cell, 2, depth=2, stateful=True))
found["MinGRU"] = learns(MinGRU(2, stateful=True))
found["MinLSTM"] = learns(MinLSTM(2, stateful=True))
loop = Feedback(Recurrent("gru", 2), keras.layers.Dense(2), steps=3)
loop.states = []
found["Feedback"] = learns(loop)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found():
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env={**os.environ, "KERAS_BACKEND": "torch"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_the_fast_path_is_explained(found):
    assert found["explained"].startswith("memory on torch, ")
    assert "nothing is known here about 'torch'" in found["explained"]


@pytest.mark.parametrize(
    "name",
    ["simple_rnn", "lstm", "gru", "peephole_lstm", "min_gru", "min_lstm"],
)
def test_stateful_layers_train(found, name):
    """Keras's own LSTM and GRU do not (keras#20875, #23462)."""
    assert found[name]


@pytest.mark.parametrize("name", ["MinGRU", "MinLSTM", "Feedback"])
def test_layers_of_this_package_train(found, name):
    assert found[name]
