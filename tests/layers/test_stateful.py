"""`Recurrent(stateful=True)`: the recipe of its docstring, and what it refuses."""

import keras
import numpy as np
import pytest
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.layers import Recurrent
from keras_rnn.layers.cells import CELLS


def sequences(batch=3, time=4, features=2, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(batch, time, features)).astype("float32")


def arguments(cell):
    return {"variant": "CIFG"} if cell == "lstm_variant" else {}


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_chunks_equal_one_pass_and_state_by_hand(cell, depth):
    inputs = sequences()
    options = {"depth": depth, "return_sequences": True, **arguments(cell)}
    options["unroll"] = True  # for speed: other tests run the loop
    layer = Recurrent(cell, 2, stateful=True, **options)
    halves = [inputs[:, :2], inputs[:, 2:]]
    chunks = np.concatenate([arrays(layer(half))[0] for half in halves], axis=1)

    once = Recurrent(cell, 2, return_state=True, **options)
    once.build(inputs.shape)
    once.set_weights(layer.get_weights())
    whole, *end = once(inputs)
    assert_equal_outputs([chunks], [whole], 1e-5)
    assert_equal_outputs([one.value for one in layer.states], end, 1e-5)

    first, *state = once(halves[0])
    second, *_ = once(halves[1], initial_state=state)
    assert_equal_outputs(np.concatenate(arrays([first, second]), 1), chunks, 1e-5)

    layer.reset_state()
    assert_equal_outputs(layer(halves[0]), first, 1e-6)


def test_the_recipe():
    inputs = keras.Input(batch_shape=(3, 2, 2))
    layer = Recurrent("lstm", 2, depth=2, stateful=True)
    model = keras.Model(inputs, keras.layers.Dense(1)(layer(inputs)))
    x = sequences()
    chunks = [x[:, :2], x[:, 2:]]
    first = [model.predict(chunk, batch_size=3, verbose=0) for chunk in chunks]
    layer.reset_state()
    again = [model.predict(chunk, batch_size=3, verbose=0) for chunk in chunks]
    assert_equal_outputs(again, first, 1e-6)
    # Without the reset, the first chunk goes on from the last.
    goes_on = model.predict(chunks[0], batch_size=3, verbose=0)
    assert not np.allclose(goes_on, first[0])


def test_a_given_state_takes_the_place_of_the_carried_one():
    layer = Recurrent("gru", 2, stateful=True, return_state=True)
    layer(sequences(seed=1))
    start = np.full((3, 2), 0.5, "float32")
    _, end = layer(sequences(), initial_state=start)
    once = Recurrent("gru", 2, return_state=True)
    once.build((3, 4, 2))
    once.set_weights(layer.get_weights())
    _, expected = once(sequences(), initial_state=start)
    assert_equal_outputs([end, layer.states[0].value], [expected, expected], 1e-6)


def test_a_direction_that_reads_backwards_does_not_equal_one_pass():
    """As the docstring says: it starts at the end of each chunk."""
    layer = Recurrent("gru", 2, stateful=True, bidirectional=True, unroll=True)
    x = sequences()
    layer(x[:, :2])
    carried = arrays(layer(x[:, 2:]))[0]
    layer.reset_state()
    whole = arrays(layer(x))[0]
    np.testing.assert_allclose(carried[:, :2], whole[:, :2], atol=1e-6)  # forward
    assert not np.allclose(carried[:, 2:], whole[:, 2:], atol=1e-3)  # backward


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_another_batch_size(batch):
    layer = Recurrent("lstm", 2, depth=2, stateful=True, name="memory")
    layer(sequences(batch=3))
    message = f"states of 3 sequences, so every batch needs 3 rows. Received {batch}."
    with pytest.raises(ValueError, match=message):
        layer(sequences(batch=batch))
    assert tuple(layer.states[0].shape) == (3, 2)


# One row could be broadcast to all states: it is the dangerous one.
@pytest.mark.parametrize("rows", [4, 5])
@pytest.mark.parametrize("unroll", [False, True])
def test_an_incomplete_batch_at_the_end(rows, unroll):
    """Its size shows only while the compiled model runs."""
    inputs = keras.Input(batch_shape=(3, 2, 2))
    layer = Recurrent("gru", 2, stateful=True, unroll=unroll)
    model = keras.Model(inputs, layer(inputs))
    x = sequences(batch=6, time=2)
    assert model.predict(x, batch_size=3, verbose=0).shape == (6, 2)
    # TensorFlow names the place, other backends the sizes.
    message = "stateful_layer_needs_batches_of_3_rows|every batch needs 3 rows"
    with pytest.raises(Exception, match=message):
        model.predict(x[:rows], batch_size=3, verbose=0)


def test_a_batch_size_that_is_not_fixed():
    with pytest.raises(ValueError, match=r"batch_shape=.*shape \(None, 4, 2\)"):
        Recurrent("gru", 2, stateful=True)(keras.Input((4, 2)))
