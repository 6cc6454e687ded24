"""Masked steps change no state, in any runtime."""

import functools

import keras
import numpy as np
import pytest
from helpers.exported_models import FILES, answers

from keras_rnn.layers import Recurrent, TokenEmbedding
from keras_rnn.runtimes.reading import read_model

PADDED = np.array([[2, 3, 1, 2, 3], [3, 2, 0, 0, 0], [0, 0, 0, 0, 0]], "int32")
GAPS = np.array([[0, 3, 1, 0, 3], [3, 2, 0, 2, 0], [0, 0, 1, 0, 0]], "int32")


@functools.cache
def words(cell, bidirectional):
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32", name="words"),
            TokenEmbedding(["a", "b"], 3),
            Recurrent(cell, 3, return_sequences=True),
            Recurrent(cell, 3, bidirectional=bidirectional),
        ]
    )


def equal(found, model, inputs):
    wanted = model.predict_on_batch(inputs)
    np.testing.assert_allclose(found, wanted, atol=1e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "min_lstm"])
@pytest.mark.parametrize("runtime", FILES)
def test_padding_and_rows_without_a_word(runtime, cell, tmp_path):
    model = words(cell, True)
    (found,) = answers(runtime, read_model(model), tmp_path, PADDED)
    equal(found, model, PADDED)


@pytest.mark.parametrize("cell", ["lstm", "min_lstm"])
@pytest.mark.parametrize("runtime", FILES)
def test_gaps_are_obeyed_or_refused(runtime, cell, tmp_path):
    model = words(cell, True)
    if runtime == "onnx" and cell == "lstm":
        with pytest.raises(Exception, match="sequence_lens"):
            answers(runtime, read_model(model), tmp_path, GAPS)
        return
    (found,) = answers(runtime, read_model(model), tmp_path, GAPS)
    equal(found, model, GAPS)


@pytest.mark.parametrize("runtime", FILES)
def test_one_step_after_another(runtime, tmp_path):
    model = words("lstm", False)
    graph = read_model(model, step=True)
    (found,) = answers(runtime, graph, tmp_path, GAPS, step=True)
    equal(found[:, -1], model, GAPS)


@functools.cache
def numbers():
    keras.utils.set_random_seed(0)
    masking = keras.layers.Masking(-1.0)
    gru = keras.layers.Bidirectional(keras.layers.GRU(2))
    return keras.Sequential([keras.Input((None, 2)), masking, gru])


@pytest.mark.parametrize("runtime", FILES)
def test_a_mask_of_numbers(runtime, tmp_path):
    inputs = np.random.default_rng(0).normal(size=(2, 4, 2)).astype("float32")
    inputs[1, 2:] = -1
    (found,) = answers(runtime, read_model(numbers()), tmp_path, inputs)
    equal(found, numbers(), inputs)
