"""Searches run encoder-decoders that were put together from Keras's own layers."""

import keras
import numpy as np
import pytest
from helpers.check_model import check_save
from helpers.compare import assert_equal_outputs
from helpers.decoding_models import END, START, greedy_by_hand, rough

from keras_rnn.decoding import beam_search, greedy_search, roll_out
from keras_rnn.layers import EachStep, Recurrent

L = keras.layers
SOURCES = np.array([[1, 2, 3, 4], [5, 5, 0, 0], [3, 4, 1, 0]])


def plain(reader, attention=False, between=(), head=None, seed=0):
    """As in Keras's tutorial of sequence-to-sequence learning."""
    source = keras.Input((None,), dtype="int32")
    targets = keras.Input((None,), dtype="int32")
    vectors = L.Embedding(6, 3, mask_zero=True)(source)
    memory, *states = L.LSTM(4, return_sequences=True, return_state=True)(vectors)
    said = L.Embedding(5, 3)(targets)
    said = reader(said, states)
    if attention:
        found = L.Attention()([said, memory])
        said = L.Concatenate()([said, found])
    for layer in between:
        said = layer(said)
    head = head or L.Dense(5, activation="softmax")
    return rough(keras.Model([source, targets], head(said), name="plain"), seed)


def lstm(said, states):
    return L.LSTM(4, return_sequences=True)(said, initial_state=states)


def lstm_with_states(said, states):
    return L.LSTM(4, return_sequences=True, return_state=True)(
        said, initial_state=states
    )[0]


def two_layers(said, states):
    said = lstm(said, states)
    return L.GRU(4, return_sequences=True)(said, initial_state=states[0])


def cells(said, states):
    cells = L.StackedRNNCells([L.LSTMCell(4), L.GRUCell(4)])
    layer = L.RNN(cells, return_sequences=True)
    return L.Concatenate()([layer(said), lstm(said, states)])


def ours(said, states):
    layer = Recurrent("lstm", 4, return_sequences=True)
    return layer(said, initial_state=states)


MODELS = {
    "lstm": lambda: plain(lstm),
    "returns states": lambda: plain(lstm_with_states, seed=1),
    "two layers": lambda: plain(two_layers, seed=2),
    "cells": lambda: plain(cells, seed=3),
    "ours": lambda: plain(ours, seed=4),
    "attention": lambda: plain(lstm, attention=True, seed=5),
    "layers between": lambda: plain(
        lstm,
        between=[
            L.Dropout(0.5),
            L.LayerNormalization(),
            EachStep(L.Dense(3)),
            L.Activation("tanh"),
        ],
        seed=6,
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_equals_a_loop_of_model_calls(name):
    model = MODELS[name]()
    search = greedy_search(model, start_token=START, end_token=END, max_length=4)
    tokens, total = search.predict(SOURCES, verbose=0)
    # The helper takes the outputs of every other model for logits.
    model.name = "one_to_many"
    expected, log_probability = greedy_by_hand(model, SOURCES, 4)
    np.testing.assert_array_equal(tokens, expected)
    assert_equal_outputs(total, log_probability, 1e-4)


def test_beams_and_saving():
    search = beam_search(
        MODELS["attention"](), start_token=START, max_length=3, beam_width=1
    )
    greedy = greedy_search(search.trained, start_token=START, max_length=3)
    assert_equal_outputs(search(SOURCES), greedy(SOURCES))
    check_save(search, SOURCES)


class Unknown(L.Layer):
    def call(self, inputs):
        return inputs


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: plain(lstm, between=[Unknown()]),
            "an? Unknown, is not known to act on",
        ),
        (lambda: plain(lstm, between=[L.Conv1D(3, 2, padding="causal")]), "a Conv1D"),
        (lambda: plain(lstm, between=[L.Softmax(axis=1)]), "a Softmax, is not known"),
        (
            lambda: plain(
                lambda said, states: L.Bidirectional(L.GRU(2, return_sequences=True))(
                    said
                )
            ),
            "a Bidirectional, is not known",
        ),
        (
            lambda: plain(
                lambda said, states: L.GRU(4, return_sequences=True, go_backwards=True)(
                    said
                )
            ),
            "must read forward",
        ),
        (lambda: plain(lambda said, states: said), "no recurrent layer reads"),
        (
            lambda: plain(
                lambda said, states: L.Add()([lstm(said, states), states[0][:, None]])
            ),
            "",
        ),
    ],
)
def test_what_cannot_be_run_step_by_step(make, message):
    with pytest.raises(
        ValueError,
        match=f"plain cannot be decoded: .*{message}.* Use encoder_decoder or",
    ):
        greedy_search(make(), start_token=START, max_length=2)


def test_one_sequence_of_plain_layers():
    inputs = keras.Input((None, 2))
    model = keras.Model(inputs, L.Dense(2)(L.LSTM(3, return_sequences=True)(inputs)))
    with pytest.raises(ValueError, match=r"Use many_to_many .* encoder_decoder or Dec"):
        roll_out(model, steps=2)
