"""One network for many series: scale, unknown series, no leak, files, bands."""

import keras
import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.global_network import (
    GlobalNetworkSettings,
    global_network,
    mean_network,
)
from keras_rnn.forecasting.many_series.network_panel_model import NetworkPanelModel
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_windows import PanelWindows
from keras_rnn.forecasting.many_series.window_shape import WindowShape

SMALL = GlobalNetworkSettings(units=4, epochs=2, batch_size=32, rate=1e-2)
HORIZON, SEASON = 3, 4


def waves(names, rows, seed=0):
    """Series with a season, each of its own level, and noise."""
    generator = np.random.default_rng(seed)
    season = np.array([1.0, 3.0, 2.0, 5.0])
    return {
        name: 10.0**number
        * (np.resize(season, rows) + 0.1 * generator.normal(size=rows))
        for number, name in enumerate(names)
    }


@pytest.fixture(scope="module")
def panel():
    series = waves("abcdefghijkl", 60)
    series["b"][20:23] = np.nan
    series["c"] = series["c"][:30]
    return SeriesPanel.from_arrays(series, "1h")


@pytest.fixture(scope="module")
def model(panel):
    return NetworkPanelModel.fit(panel, HORIZON, SEASON, settings=SMALL, verbose=0)


def one(values):
    return SeriesPanel.from_arrays({"new": values}, "1h")


def test_forecasts_every_series_in_its_own_unit(panel, model):
    forecast = model.predict(panel)
    assert forecast.shape == (12, HORIZON)
    level = 10.0 ** np.arange(12)
    # `c` ends at another place of the season.
    expected = np.tile([1.0, 3.0, 2.0], (12, 1))
    expected[2] = [2.0, 5.0, 1.0]
    assert np.abs(forecast / level[:, None] - expected).max() < 1


@pytest.mark.parametrize("factor", [1e-3, 1e4])
def test_a_series_that_none_learned_from_is_forecast_in_its_scale(model, factor):
    values = waves("x", 50, seed=5)["x"]
    forecast = model.predict(one(values))
    np.testing.assert_allclose(
        model.predict(one(factor * values)), factor * forecast, rtol=1e-3
    )


def test_a_forecast_depends_on_its_own_series_alone(panel, model):
    alone = model.predict(panel.select([4]))[0]
    np.testing.assert_allclose(model.predict(panel)[4], alone, rtol=1e-5)


def test_zeros_are_forecast_as_zeros_and_a_constant_about_as_itself(model):
    assert model.predict(one(np.zeros(40))).tolist() == [[0.0] * HORIZON]
    assert np.isfinite(model.predict(one(np.full(40, -7.0)))).all()
    assert np.isfinite(model.predict(one([5.0]))).all()


def test_nothing_is_learned_from_the_rows_that_bands_are_taken_from(panel):
    """Held-out rows may be anything: the first training does not see them."""
    settings = GlobalNetworkSettings(units=2, scalings=("level",), epochs=1)
    values = waves("ab", 40)
    changed = {
        name: np.r_[one[:-HORIZON], [9e9] * HORIZON] for name, one in values.items()
    }
    errors = []
    for series in (values, changed):
        fitted = NetworkPanelModel.fit(
            SeriesPanel.from_arrays(series, "1h"),
            HORIZON,
            SEASON,
            settings=settings,
            verbose=0,
        )
        errors.append(fitted.errors)
    assert errors[0].shape == errors[1].shape
    assert (errors[1][-1] > 1e3 * errors[0][-1]).all()


def test_short_series_are_learned_from_and_one_of_a_single_row_is_forecast():
    rows = {str(number): np.arange(13.0 + number) for number in range(6)}
    panel = SeriesPanel.from_arrays(rows | {"one": [4.0]}, "1 year")
    settings = GlobalNetworkSettings(units=2, scalings=("standard",), epochs=1)
    fitted = NetworkPanelModel.fit(panel, 6, settings=settings, verbose=0)
    assert np.isfinite(fitted.predict(panel)).all()
    assert fitted.errors.shape[1] == 6


def test_bands_of_a_higher_level_are_wider_and_follow_the_scale(panel, model):
    lower, upper = model.predict_bands(panel, (50.0, 80.0))
    assert lower.shape == upper.shape == (12, HORIZON, 2)
    assert (lower[..., 1] <= lower[..., 0]).all()
    assert (upper[..., 1] >= upper[..., 0]).all()
    middle = (lower + upper)[..., 0] / 2
    np.testing.assert_allclose(middle, model.predict(panel), rtol=1e-6)


def test_too_few_errors_give_no_band(panel, model):
    few = NetworkPanelModel(model.model, model.shape, model.errors[:5])
    lower, upper = few.predict_bands(panel, (95.0,))
    assert np.isnan(lower).all()
    assert np.isnan(upper).all()


def test_a_loaded_model_forecasts_the_same_and_a_copy_learns_on(panel, model, tmp_path):
    model.save(tmp_path)
    loaded = NetworkPanelModel.load(tmp_path)
    np.testing.assert_array_equal(loaded.predict(panel), model.predict(panel))
    np.testing.assert_array_equal(
        loaded.predict_bands(panel, (80.0,)), model.predict_bands(panel, (80.0,))
    )
    with pytest.raises(UserError, match="loaded model of many series does not learn"):
        loaded.learn_on(panel)
    assert loaded.settings == SMALL
    expected = model.predict(panel)
    copied = loaded.copy()
    np.testing.assert_allclose(copied.predict(panel), expected, rtol=1e-5)
    learner = copied.learn_newest(panel, np.full(12, 2 * HORIZON))
    assert (np.abs(learner.predict(panel) / expected - 1) > 1e-6).any()
    np.testing.assert_array_equal(loaded.predict(panel), model.predict(panel))
    loaded.settings = None
    with pytest.raises(UserError, match="saved with a cell of one's own"):
        loaded.copy()


def test_only_the_newest_rows_are_forecast_in_what_it_learns_from(panel, model):
    some = panel.select([0, 4, 6])
    windows = PanelWindows(some, model.shape, newest=np.array([4, 2, 4]))
    # Two windows of the first, none of the second, two of the third.
    assert windows.count == 4
    _, targets, _ = windows[0]
    ends = [some.values[end - 4 : end] for end in some.offsets[[1, 3]]]
    expected = np.concatenate([[end[:3], end[1:]] for end in ends])
    assert sorted(map(tuple, targets)) == sorted(map(tuple, expected))


@pytest.mark.parametrize(
    "shape",
    [
        WindowShape(6, 4, 1, 1, 4),
        WindowShape(6, 9, 3, 3, 3),
        WindowShape(8, 2, 2, 4, 4),
        WindowShape(2, 3, 2, 2, 2),
        WindowShape(168, 192, 24, 24, 168),
    ],
)
def test_before_it_learns_a_network_repeats_past_seasons(shape):
    """Whatever the season: a past that repeats itself goes on as it did."""
    networks = global_network(shape, GlobalNetworkSettings(units=2))
    season = np.arange(1.0, shape.season + 1)
    past = np.resize(season, (2, shape.lookback)) * [[1.0], [50.0]]
    past = past.astype("float32")
    forecast = keras.ops.convert_to_numpy(mean_network(networks)(past))
    expected = np.resize(season, shape.horizon) * np.array([[1.0], [50.0]])
    np.testing.assert_allclose(forecast, expected, rtol=1e-5)
    assert networks.output_shape == (None, shape.horizon, 2)
