import keras
import numpy as np
import pandas as pd
import pytest
from helpers.check_model import check_model

from keras_rnn.forecasting import Windows
from keras_rnn.forecasting.models import multi_step
from keras_rnn.forecasting.models.registry import CELLS


def windows(input_width=6, label_width=4, labels=None):
    """Windows of 40 rows of three columns of random numbers."""
    numbers = np.random.default_rng(0).normal(size=(40, 3))
    frame = pd.DataFrame(numbers, columns=["a", "b", "c"])
    return Windows(frame, input_width, label_width, label_width, labels)


def predicted(model, found):
    return model.predict(found.arrays()[0], verbose=0)


@pytest.mark.parametrize(
    ("labels", "places"), [(None, [0, 1, 2]), (["c", "a"], [2, 0])]
)
def test_last_repeats_the_last_row(labels, places):
    found = windows(labels=labels)
    inputs, _ = found.arrays()
    predictions = predicted(multi_step.last(found), found)
    assert predictions.shape == (found.count, 4, len(places))
    for row in range(4):
        np.testing.assert_array_equal(predictions[:, row], inputs[:, -1][:, places])


def test_repeat_gives_the_input_again():
    found = windows(5, 5)
    np.testing.assert_array_equal(
        predicted(multi_step.repeat(found), found), found.arrays()[0]
    )


def test_repeat_starts_over_beyond_the_input():
    found = windows(3, 7, ["b"])
    inputs, _ = found.arrays()
    np.testing.assert_array_equal(
        predicted(multi_step.repeat(found), found)[:, :, 0],
        inputs[:, [0, 1, 2, 0, 1, 2, 0], 1],
    )


@pytest.mark.parametrize("name", ["linear", "dense", "conv", "recurrent"])
def test_single_shot_models_start_at_the_mean(name):
    found = windows(labels=["a", "c"])
    predictions = predicted(getattr(multi_step, name)(found), found)
    np.testing.assert_array_equal(predictions, np.zeros((found.count, 4, 2)))


@pytest.mark.parametrize(("name", "reads"), [("linear", 1), ("dense", 1), ("conv", 3)])
def test_models_with_a_short_memory_read_the_latest_rows_alone(name, reads):
    found = windows()
    model = getattr(multi_step, name)(found)
    weights = [np.full_like(weight, 0.1) for weight in model.get_weights()]
    model.set_weights(weights)
    inputs, _ = found.arrays()
    before = model.predict(inputs, verbose=0)
    inputs[:, :-reads] += 1
    np.testing.assert_array_equal(model.predict(inputs, verbose=0), before)
    inputs[:, -reads] += 100  # so that no relu is at zero
    assert (model.predict(inputs, verbose=0) != before).all()


def test_linear_is_one_matrix_from_the_last_row():
    found = windows()
    model = multi_step.linear(found)
    kernel = np.random.default_rng(1).normal(size=(3, 12)).astype("float32")
    bias = np.arange(12, dtype="float32")
    model.set_weights([kernel, bias])
    inputs, _ = found.arrays()
    expected = (inputs[:, -1] @ kernel + bias).reshape(-1, 4, 3)
    np.testing.assert_allclose(predicted(model, found), expected, atol=1e-5)


def test_sizes_are_the_tutorials():
    frame = pd.DataFrame(np.zeros((60, 19)), columns=[f"c{i}" for i in range(19)])
    found = Windows(frame, 24, 24, 24)
    out = 24 * 19

    def count(build):
        return sum(int(np.prod(w.shape)) for w in build(found).trainable_weights)

    assert count(multi_step.last) == count(multi_step.repeat) == 0
    assert count(multi_step.linear) == 20 * out
    assert count(multi_step.dense) == 20 * 512 + 513 * out
    assert count(multi_step.conv) == 58 * 256 + 257 * out
    assert count(multi_step.recurrent) == 4 * 32 * 52 + 33 * out
    assert count(multi_step.autoregressive) == 4 * 32 * 52 + 33 * 19


@pytest.mark.parametrize("cell", CELLS)
def test_autoregressive_is_the_one_step_model_fed_with_its_predictions(cell):
    found = windows(5, 4)
    model = multi_step.autoregressive(found, cell, units=4)
    layer = {
        "lstm": keras.layers.LSTM,
        "gru": keras.layers.GRU,
        "simple_rnn": keras.layers.SimpleRNN,
    }[cell]
    one_step = keras.Sequential(
        [keras.Input((None, 3)), layer(4), keras.layers.Dense(3)]
    )
    one_step.set_weights(model.get_weights())
    past, _ = found.arrays()
    expected = []
    for _ in range(4):
        expected.append(one_step.predict(past, verbose=0))
        past = np.concatenate([past, expected[-1][:, None]], axis=1)
    np.testing.assert_allclose(
        predicted(model, found), np.stack(expected, axis=1), atol=1e-5
    )


def test_autoregressive_needs_all_columns_as_labels():
    with pytest.raises(ValueError, match="label columns must be the input columns"):
        multi_step.autoregressive(windows(labels=["a"]))


@pytest.mark.parametrize("name", ["conv", "recurrent", "autoregressive"])
def test_models_save_load_and_learn(name):
    found = windows()
    inputs, targets = found[0]

    def make():
        model = getattr(multi_step, name)(found)
        # At zero, the last layer lets no gradient through to the others.
        model.set_weights([weight + 0.1 for weight in model.get_weights()])
        return model

    check_model(make, inputs, targets.shape, targets=targets, mixed=False)
