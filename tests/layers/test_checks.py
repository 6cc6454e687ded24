import re

import keras
import numpy as np
import pytest
from helpers.compare import arrays

from keras_rnn.layers import Recurrent

KERAS = tuple(map(int, keras.version().split(".")[:2]))


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
        ({"cell": "gru", "unit": 2}, "no argument 'unit'. Did you mean 'units'?"),
        (
            {"cell": "gru", "units": 2, "bidirectinal": True},
            "no argument 'bidirectinal'. Did you mean 'bidirectional'?",
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


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((3,), r"mask of shape \(batch, time\) = \(3, 3\). Received shape \(3,\)"),
        ((3, 3, 1), r"Received shape \(3, 3, 1\)"),
        ((1, 3), r"Received shape \(1, 3\)"),
    ],
)
def test_masks_that_would_broadcast(shape, message):
    with pytest.raises(ValueError, match=message):
        Recurrent("gru", 2)(sequences(), mask=np.ones(shape, bool))


@pytest.mark.parametrize(
    ("states", "message"),
    [
        ([], r"2 tensors as initial_state: h \(3, 2\), c \(3, 2\). Received 0."),
        ([(1, 2), (1, 2)], r"Received 2 of shape \(1, 2\), \(1, 2\)"),
        ([(2,), (2,)], r"Received 2 of shape \(2,\), \(2,\)"),
        ([(3, 2), None], r"Received 2 of shape \(3, 2\), None"),
        ([(3, 2)] * 3, "Received 3 of shape"),
    ],
)
def test_states_that_would_broadcast_or_are_missing(states, message):
    layer = Recurrent("lstm", 2)
    given = [one and np.zeros(one, "float32") for one in states]
    with pytest.raises(ValueError, match=message):
        layer.call(sequences(), initial_state=given)
    # Keras 3.10 to 3.12 fail themselves at a None, before any layer sees it.
    if None not in states or KERAS >= (3, 15):
        with pytest.raises(ValueError, match=message):
            layer(sequences(), initial_state=given)


@pytest.mark.parametrize("shape", [(2,), (3, 2), (3, 4, 5, 2)])
def test_sequences_of_another_rank(shape):
    with pytest.raises(ValueError, match=r"\(batch, time, features\)|ndim=3"):
        Recurrent("gru", 2)(np.ones(shape, "float32"))
    built = Recurrent("gru", 2)
    built.build((None, None, 2))
    with pytest.raises(ValueError, match=f"expected ndim=3, found ndim={len(shape)}"):
        built(np.ones(shape, "float32"))


def test_sequences_with_another_number_of_features():
    layer = Recurrent("gru", 2)
    layer.build((None, None, 2))
    with pytest.raises(ValueError, match=r"value 2, but received.*\(3, 3, 5\)"):
        layer(sequences(features=5))
    with pytest.raises(ValueError, match=r"how many features.*\(None, 3, None\)"):
        Recurrent("gru", 2)(keras.Input((3, None)))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_an_empty_sequence(bidirectional):
    layer = Recurrent("lstm", 2, bidirectional=bidirectional, name="memory")
    message = r"memory needs sequences of at least one step. Received shape \(3, 0, 2\)"
    with pytest.raises(ValueError, match=message):
        layer(np.ones((3, 0, 2), "float32"))
    layer = Recurrent("lstm", 2, bidirectional=bidirectional, name="memory")
    symbol = keras.Input((None, 2))
    model = keras.Model(symbol, layer(symbol))
    with pytest.raises(ValueError, match=message):
        model.predict(np.ones((3, 0, 2), "float32"), verbose=0)


NOTHING = np.array([[1, 1, 0], [0, 0, 0], [0, 1, 1]], bool)


@pytest.mark.parametrize("cell", ["simple_rnn", "lstm", "gru", "min_gru"])
@pytest.mark.parametrize(
    "options",
    [{"depth": 2}, {"bidirectional": True}, {"go_backwards": True, "residual": True}],
    ids=lambda options: "-".join(options),
)
def test_a_row_that_is_masked_throughout(cell, options):
    """It keeps its states, and its output is zero, also after a first state."""
    layer = Recurrent(cell, 2, return_state=True, **options)
    layer.build((3, 3, 2))
    start = [
        np.full((3, size), 1.0 + index, "float32")
        for index, size in enumerate(layer.state_size)
    ]
    output, *end = layer(sequences(), initial_state=start, mask=NOTHING)
    assert not np.any(arrays(output)[0][1])
    for one, other in zip(arrays(end), start, strict=True):
        np.testing.assert_array_equal(one[1], other[1])
    # The rows beside it are what they are alone.
    alone, *_ = layer(sequences()[:1, :2], initial_state=[one[:1] for one in start])
    np.testing.assert_allclose(arrays(output)[0][0], arrays(alone)[0][0], atol=1e-6)


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
