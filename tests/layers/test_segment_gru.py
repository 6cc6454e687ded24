import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer

from keras_rnn.layers import SegmentGRU

PAST = np.random.default_rng(0).normal(size=(2, 12, 3)).astype("float32")


@pytest.fixture(scope="module")
def layer():
    keras.utils.set_random_seed(0)
    layer = SegmentGRU(horizon=10, segment=4, units=6)
    layer(PAST)
    generator = np.random.default_rng(1)
    layer.set_weights([generator.normal(size=w.shape) / 2 for w in layer.weights])
    return layer


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step(weights, x, h):
    """One step of a GRU with `reset_after`, gates in Keras's order."""
    kernel, recurrent_kernel, (bias, recurrent_bias) = weights
    z, r, new = np.split(x @ kernel + bias, 3, axis=-1)
    hz, hr, h_new = np.split(h @ recurrent_kernel + recurrent_bias, 3, axis=-1)
    z, r = sigmoid(z + hz), sigmoid(r + hr)
    return z * h + (1 - z) * np.tanh(new + r * h_new)


def segrnn(layer, past):
    """The paper's equations, one window, one channel, one segment after the other."""
    weights = {w.path.split("/", 1)[1]: np.asarray(w) for w in layer.weights}
    gru = [
        next(w for name, w in weights.items() if name.endswith(end) and "gru" in name)
        for end in ("/kernel", "/recurrent_kernel", "/bias")
    ]
    outputs = np.zeros((len(past), 10, past.shape[2]))
    for window in range(len(past)):
        for channel in range(past.shape[2]):
            values = past[window, :, channel]
            h = np.zeros(6)
            for segment in (values - values[-1]).reshape(3, 4):
                x = segment @ weights["embed/kernel"] + weights["embed/bias"]
                h = gru_step(gru, np.maximum(x, 0), h)
            future = []
            for position in weights["positions"]:
                x = np.concatenate([position, weights["channels"][channel]])
                state = gru_step(gru, x, h)
                future += list(state @ weights["values/kernel"])
                future[-4:] += weights["values/bias"]
            outputs[window, :, channel] = np.array(future[:10]) + values[-1]
    return outputs


def test_is_a_keras_layer():
    check_layer(lambda **o: SegmentGRU(10, 4, 6, dropout=0.0, **o), PAST, (2, 10, 3))


def test_decodes_all_at_once_what_the_equations_say_one_by_one(layer):
    found = np.asarray(layer(PAST))
    assert found.shape == (2, 10, 3)
    np.testing.assert_allclose(found, segrnn(layer, PAST), atol=1e-5)


def test_a_constant_added_to_a_channel_is_added_to_its_forecast(layer):
    shift = np.array([5, -3, 0], "float32")
    np.testing.assert_allclose(
        np.asarray(layer(PAST + shift)), np.asarray(layer(PAST)) + shift, atol=1e-5
    )


def test_no_channel_and_no_window_sees_another(layer):
    changed = PAST.copy()
    changed[0, :, 1] = np.sin(np.arange(12))
    differs = np.abs(np.asarray(layer(changed)) - np.asarray(layer(PAST))).max(axis=1)
    assert differs[0, 1] > 1e-2
    differs[0, 1] = 0
    assert differs.max() < 1e-6


def test_drops_states_in_training_alone(layer):
    still = np.asarray(layer(PAST))
    np.testing.assert_array_equal(still, np.asarray(layer(PAST)))
    assert np.abs(np.asarray(layer(PAST, training=True)) - still).max() > 1e-3


def test_a_long_past_is_read_in_a_loop_with_the_same_result(layer, monkeypatch):
    from keras_rnn.layers import segment_gru

    monkeypatch.setattr(segment_gru, "_MOST_UNROLLED", 0)
    looped = SegmentGRU(horizon=10, segment=4, units=6)
    looped(PAST)
    looped.set_weights(layer.get_weights())
    np.testing.assert_allclose(
        np.asarray(looped(PAST)), np.asarray(layer(PAST)), atol=1e-6
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"horizon": 0}, "horizon and segment must be 1 or more, not 0 and 24."),
        ({"horizon": 4, "units": 7}, "units must be even, half of them"),
        ({"horizon": 4, "segment": 5}, "12 steps do not divide into segments of 5."),
    ],
)
def test_refuses_sizes_that_do_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        SegmentGRU(**arguments)(PAST)
