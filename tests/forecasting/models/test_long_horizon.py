import keras
import numpy as np
import pytest

from keras_rnn.forecasting.models import (
    dlinear,
    last_value,
    seasonal_repeat,
    segment_network,
)

PAST = np.random.default_rng(0).normal(size=(2, 24, 3)).astype("float32")


def outputs(model):
    return np.asarray(model(PAST))


@pytest.mark.parametrize(
    "build", [dlinear, last_value, lambda *s: segment_network(*s, segment=8, units=4)]
)
def test_a_model_saves_loads_and_keeps_levels_apart(build, tmp_path):
    model = build(24, 10, 3)
    assert model.input_shape == (None, 24, 3)
    assert model.output_shape == (None, 10, 3)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_allclose(outputs(loaded), outputs(model), atol=1e-6)


def test_naive_ones_repeat_the_last_value_and_the_last_season():
    np.testing.assert_array_equal(
        outputs(last_value(24, 4, 3)), np.repeat(PAST[:, -1:], 4, axis=1)
    )
    season = outputs(seasonal_repeat(24, 7, 3, season=3))
    np.testing.assert_array_equal(season, PAST[:, [21, 22, 23, 21, 22, 23, 21]])
    with pytest.raises(ValueError, match="A past of 24 steps holds no season of 25"):
        seasonal_repeat(24, 7, 3, season=25)


def test_dlinear_is_two_maps_of_trend_and_rest():
    model = dlinear(24, 5, 3, window=7)
    # Before training it forecasts the mean of the past, the parts' weights being equal.
    mean = PAST.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(outputs(model), np.repeat(mean, 5, axis=1), atol=1e-5)
    generator = np.random.default_rng(1)
    weights = {w.path.rsplit("/", 2)[-2:][0]: [] for w in model.weights}
    assert set(weights) == {"trend", "seasonal"}
    for layer in weights:
        shapes = [w.shape for w in model.get_layer(layer).weights]
        weights[layer] = [generator.normal(size=shape) for shape in shapes]
        model.get_layer(layer).set_weights(weights[layer])
    padded = np.pad(PAST, ((0, 0), (3, 3), (0, 0)), mode="edge")
    trend = np.stack([padded[:, i : i + 7].mean(axis=1) for i in range(24)], axis=1)
    expected = sum(
        np.einsum("blc,lh->bhc", part, kernel) + bias[None, :, None]
        for part, (kernel, bias) in (
            (trend, weights["trend"]),
            (PAST - trend, weights["seasonal"]),
        )
    )
    np.testing.assert_allclose(outputs(model), expected, atol=1e-4)
    with pytest.raises(ValueError, match="window must be odd"):
        dlinear(24, 5, 3, window=8)
