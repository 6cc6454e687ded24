import keras
import numpy as np
import pandas as pd
import pytest
from helpers.check_model import check_model

from keras_rnn.forecasting import Windows
from keras_rnn.forecasting.models import single_step
from keras_rnn.forecasting.models.registry import CELLS


def windows(input_width, label_width, labels=("b",)):
    """Windows of 40 rows of three columns of random numbers, one row ahead."""
    numbers = np.random.default_rng(0).normal(size=(40, 3))
    frame = pd.DataFrame(numbers, columns=["a", "b", "c"])
    labels = None if labels is None else list(labels)
    return Windows(frame, input_width, label_width, 1, labels)


def numbers_of(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


@pytest.mark.parametrize("labels", [["b"], ["c", "a"], None])
def test_baseline_is_the_input_one_row_late(labels):
    found = windows(6, 6, labels)
    inputs, targets = found.arrays()
    predictions = single_step.baseline(found).predict(inputs, verbose=0)
    # What is predicted for a row is what was measured the row before it.
    np.testing.assert_array_equal(predictions[:, 1:], targets[:, :-1])
    np.testing.assert_array_equal(predictions[1:], targets[:-1])


def test_a_label_outside_the_inputs_cannot_be_gone_on_from():
    frame = pd.DataFrame({"a": np.arange(9.0), "b": 1.0})
    found = Windows(frame, 1, 1, 1, ["b"], input_columns=["a"])
    with pytest.raises(ValueError, match="'b' is not among the input columns"):
        single_step.baseline(found)
    with pytest.raises(ValueError, match="'b' is not among the input columns"):
        single_step.residual(found)


def test_linear_is_one_matrix_at_each_row():
    found = windows(4, 4, ["a", "c"])
    model = single_step.linear(found)
    inputs, _ = found.arrays()
    kernel, bias = model.get_weights()
    assert kernel.shape == (3, 2)
    np.testing.assert_allclose(
        model.predict(inputs, verbose=0), inputs @ kernel + bias, atol=1e-5
    )


def test_sizes_are_the_tutorials():
    # With its 19 columns the tutorial has these numbers of weights.
    frame = pd.DataFrame(np.zeros((60, 19)), columns=[f"c{i}" for i in range(19)])

    def counts(build, *widths):
        return numbers_of(build(Windows(frame, *widths, 1, ["c1"])))

    assert counts(single_step.linear, 1, 1) == 19 + 1
    assert counts(single_step.dense, 1, 1) == 20 * 64 + 65 * 64 + 65
    assert counts(single_step.multi_step_dense, 3, 1) == 58 * 32 + 33 * 32 + 33
    assert counts(single_step.conv, 3, 1) == 58 * 32 + 33 * 32 + 33
    assert counts(single_step.recurrent, 24, 24) == 4 * 32 * (19 + 32 + 1) + 33


def test_conv_is_the_dense_network_slid_along():
    short, wide = windows(3, 1), windows(10, 8)
    slid, fixed = single_step.conv(wide), single_step.multi_step_dense(short)
    kernel, *rest = slid.get_weights()  # (width, columns, units)
    fixed.set_weights([kernel.reshape(-1, kernel.shape[-1]), *rest])
    inputs, _ = wide.arrays()
    along = slid.predict(inputs, verbose=0)
    assert along.shape[1:] == (8, 1)
    for row in range(8):
        np.testing.assert_allclose(
            along[:, row : row + 1],
            fixed.predict(inputs[:, row : row + 3], verbose=0),
            atol=1e-5,
        )


@pytest.mark.parametrize("cell", CELLS)
def test_recurrent_is_the_layer_of_that_name(cell):
    found = windows(5, 5)
    model = single_step.recurrent(found, cell, units=4)
    layer = {
        "lstm": keras.layers.LSTM,
        "gru": keras.layers.GRU,
        "simple_rnn": keras.layers.SimpleRNN,
    }[cell]
    by_hand = keras.Sequential(
        [
            keras.Input((None, 3)),
            layer(4, return_sequences=True),
            keras.layers.Dense(1),
        ]
    )
    by_hand.set_weights(model.get_weights())
    inputs, _ = found.arrays()
    np.testing.assert_allclose(
        model.predict(inputs, verbose=0), by_hand.predict(inputs, verbose=0), atol=1e-5
    )


def test_recurrent_sees_no_later_row():
    found = windows(6, 6)
    model = single_step.recurrent(found, "gru", units=4)
    inputs, _ = found.arrays()
    changed = inputs.copy()
    changed[:, 4:] += 1
    before, after = (model.predict(x, verbose=0) for x in (inputs, changed))
    np.testing.assert_array_equal(before[:, :4], after[:, :4])
    assert (before[:, 4] != after[:, 4]).all()


@pytest.mark.parametrize("labels", [["b"], None])
def test_residual_starts_as_the_baseline(labels):
    found = windows(5, 5, labels)
    inputs, _ = found.arrays()
    np.testing.assert_array_equal(
        single_step.residual(found, "gru", units=4).predict(inputs, verbose=0),
        single_step.baseline(found).predict(inputs, verbose=0),
    )


def test_residual_adds_the_change_to_the_input():
    found = windows(5, 5, None)
    model = single_step.residual(found, "lstm", units=4)
    weights = model.get_weights()
    weights[-1] = np.array([1.0, 2.0, 3.0], "float32")  # the last layer's bias
    model.set_weights(weights)
    inputs, _ = found.arrays()
    np.testing.assert_allclose(
        model.predict(inputs, verbose=0), inputs + np.array([1, 2, 3]), atol=1e-5
    )


def test_a_residual_model_saves_loads_and_learns():
    found = windows(5, 5, ["c", "a"])
    inputs, targets = found[0]

    def make():
        model = single_step.residual(found, "simple_rnn", units=4)
        # At zero, the last layer lets no gradient through to the others.
        weights = model.get_weights()
        weights[-2] = weights[-2] + 0.5
        model.set_weights(weights)
        return model

    check_model(make, inputs, targets.shape, targets=targets, mixed=False)
