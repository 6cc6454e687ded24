import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.applications.character_language_model.batches import (
    ResetStates,
    TextStream,
)
from keras_rnn.errors import UserError
from keras_rnn.layers import Recurrent


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 40))
def test_rows_go_on_from_batch_to_batch(rows, steps, more):
    tokens = np.arange(rows * steps + 1 + more)
    stream = TextStream(tokens, rows, steps)
    batches = [stream[i] for i in range(len(stream))]
    inputs = np.concatenate([one for one, _ in batches], axis=1)
    targets = np.concatenate([other for _, other in batches], axis=1)
    assert {one.shape for pair in batches for one in pair} == {(rows, steps)}
    np.testing.assert_array_equal(targets, inputs + 1)
    # One row after the other is the text, without what fills no chunk.
    np.testing.assert_array_equal(inputs.reshape(-1), np.arange(inputs.size))
    assert inputs.size > (len(tokens) - 1) - rows * steps


def test_a_text_that_is_too_short_is_refused():
    with pytest.raises(UserError, match=r"12 tokens are too few .* at least 13"):
        TextStream(np.arange(12), rows=3, steps=4)


def running_sum(rows):
    """A stateful network whose output is the sum of all that it has read."""
    cell = Recurrent(
        "simple_rnn",
        1,
        activation="linear",
        kernel_initializer="ones",
        recurrent_initializer="ones",
        return_sequences=True,
        stateful=True,
    )
    inputs = keras.Input((None, 1), batch_size=rows)
    return keras.Model(inputs, cell(inputs)), cell


@pytest.mark.parametrize("forgets", [True, False])
def test_the_state_is_forgotten_where_the_text_begins_again(forgets):
    model, cell = running_sum(2)
    model.compile("sgd", "mse")
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            seen.append(float(np.asarray(cell.states[0].value).sum()))

        def on_test_begin(self, logs=None):
            seen.append(float(np.asarray(cell.states[0].value).sum()))

    data = np.ones((2, 3, 1), "float32")
    model.fit(
        data,
        data,
        batch_size=2,
        epochs=2,
        validation_data=(data, data),
        validation_batch_size=2,
        callbacks=[ResetStates(), Watch()] if forgets else [Watch()],
        verbose=0,
    )
    # The start of an epoch, and of its validation, twice.
    assert len(seen) == 4
    assert (seen[1] == 0) is forgets
    assert (seen == [0, 0, 0, 0]) is forgets
