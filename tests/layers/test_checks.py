import re

import keras
import numpy as np
import pytest

from keras_rnn.layers import Recurrent


def sequences(batch=3, time=3, features=2, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(batch, time, features)).astype("float32")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cell": "lstn", "units": 2}, "Unknown cell 'lstn'. Did you mean 'lstm'?"),
        ({"cell": "transformer", "units": 2}, "Expected one of 'simple_rnn', 'lstm'"),
        ({"cell": "lstm"}, "needs `units`"),
        ({"cell": "lstm", "units": 0}, "units must be a positive integer, not 0"),
        ({"cell": "gru", "units": 2, "depth": 0}, "depth must be a positive integer"),
        (
            {"cell": "gru", "units": 2, "depth": True},
            "depth must be a positive integer",
        ),
        (
            {"cell": "gru", "units": 2, "recurent_dropout": 0.1},
            "no argument 'recurent_dropout'. Did you mean 'recurrent_dropout'?",
        ),
        (
            {"cell": "lstm", "units": 2, "reset_after": True},
            "no argument 'reset_after'",
        ),
        ({"cell": "gru", "units": 2, "merge_mode": "add"}, "Unknown merge_mode 'add'"),
        (
            {"cell": "gru", "units": 2, "dropout_between": 0.1},
            "depth=1 has only one layer",
        ),
        (
            {"cell": "gru", "units": 2, "depth": 2, "dropout_between": 1.0},
            "less than 1, not 1.0",
        ),
        (
            {"cell": "gru", "units": 2, "bidirectional": True, "go_backwards": True},
            "leave out go_backwards",
        ),
        ({"cell": keras.layers.GRUCell(2), "units": 2}, "units cannot be given beside"),
        ({"cell": keras.layers.GRU(2)}, "A whole layer was given as cell"),
        ({"cell": keras.layers.Dense(2)}, "A cell has a method"),
        ({"cell": lambda: keras.layers.Dense(2)}, "A cell has a method"),
        ({"cell": [keras.layers.GRUCell(2)], "depth": 2}, "here 2"),
        ({"cell": None, "units": 2}, "A cell has a method"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Recurrent(**arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (((3, 2), {}), r"\(batch, time, features\). Received shape \(3, 2\)"),
        (((3, 3, 2), {"mask": (3, 4)}), r"mask of shape \(batch, time\) = \(3, 3\)"),
        (
            ((3, 3, 2), {"initial_state": [(3, 2)]}),
            r"2 tensors as initial_state: h \(3, 2\), c \(3, 2\). Received 1 of shape",
        ),
        (
            ((3, 3, 2), {"initial_state": [(3, 2), (3, 5)]}),
            r"h \(3, 2\), c \(3, 2\). Received 2 of shape \(3, 2\), \(3, 5\)",
        ),
    ],
)
@pytest.mark.parametrize("built", [False, True])
def test_wrong_calls(call, message, built):
    shape, options = call
    layer = Recurrent("lstm", 2, name="memory")
    if built:
        layer.build((None, None, 2))
    options = {
        key: [np.ones(one, "float32") for one in value]
        if isinstance(value, list)
        else np.ones(value, bool)
        for key, value in options.items()
    }
    if built and len(shape) == 2:
        message = "expected ndim=3, found ndim=2"
    with pytest.raises(ValueError, match=message):
        layer(np.ones(shape, "float32"), **options)


def test_wrong_shapes_are_found_in_a_symbolic_call():
    layer = Recurrent("gru", 2)
    with pytest.raises(ValueError, match=r"1 tensors as initial_state: h \(None, 2\)"):
        layer(keras.Input((3, 2)), initial_state=[keras.Input((7,))])


def test_residual_that_adds_nothing():
    with pytest.raises(ValueError, match="the input is 2 wide and the output 5"):
        Recurrent("gru", 5, residual=True)(sequences())
    two_ways = Recurrent("gru", 2, depth=2, bidirectional=True, residual=True)
    with pytest.raises(ValueError, match="return_sequences=True for two directions"):
        two_ways(sequences())


def test_directions_of_different_width_cannot_be_summed():
    cells = [keras.layers.GRUCell(2), keras.layers.GRUCell(3)]
    layer = Recurrent(cells, bidirectional=True, merge_mode="sum")
    with pytest.raises(ValueError, match=r"cells of widths \[2, 3\]"):
        layer(sequences())


def test_a_bidirectional_layer_cannot_step():
    layer = Recurrent("gru", 2, bidirectional=True)
    layer.build((None, None, 2))
    with pytest.raises(ValueError, match="cannot read step by step"):
        layer.step(np.ones((3, 2), "float32"), layer.get_initial_state(3))
