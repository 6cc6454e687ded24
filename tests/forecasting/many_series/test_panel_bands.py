"""Bands of many series: what is held out for them, and what they hold."""

import numpy as np
import pytest

from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_bands import (
    held_out_rows,
    held_out_starts,
    reach_of_bands,
    sorted_errors,
)
from keras_rnn.forecasting.many_series.panel_model import RidgePanelModel


def test_of_many_series_one_horizon_is_held_out_and_of_few_several():
    assert held_out_rows([500] * 40, horizon=12, least=8).tolist() == [12] * 40
    assert held_out_rows([500] * 20, horizon=12, least=8).tolist() == [24] * 20
    # A quarter of the series, where that is less.
    assert held_out_rows([500] * 2, horizon=12, least=8).tolist() == [125] * 2


def test_a_series_keeps_what_it_needs_to_be_forecast_from():
    rows = held_out_rows([3, 19, 20, 22], horizon=12, least=8)
    assert rows.tolist() == [0, 0, 12, 14]


@pytest.mark.parametrize("rows", [[12], [13], [120], [2000, 0]])
def test_forecasts_begin_within_the_rows_that_are_held_out(rows):
    starts = held_out_starts(np.array(rows), horizon=12)
    assert 1 <= len(starts) <= 40
    assert starts[0] == 0
    assert starts[-1] + 12 <= max(rows)


def test_errors_that_are_not_known_set_no_band():
    errors = np.arange(20.0).reshape(10, 2)[::-1].copy()
    gap = np.array([[np.nan, 1.0]])
    found = sorted_errors([errors, gap], horizon=2)
    np.testing.assert_array_equal(found, np.arange(20.0).reshape(10, 2))
    # ceil(11 * .8) = 9, and ceil(11 * .95) = 11 is beyond the last of ten.
    np.testing.assert_array_equal(
        reach_of_bands(found, (80.0, 95.0)), [[16, np.nan], [17, np.nan]]
    )
    assert sorted_errors([], horizon=2).shape == (0, 2)


def test_bands_of_few_series_hold_about_what_they_promise():
    """The last rows of each panel are forecast; of 80 %, 62 were inside once."""
    generator = np.random.default_rng(0)
    horizon, inside = 6, []
    for _ in range(30):
        values = np.zeros((2, 120))
        for row in range(1, 120):
            values[:, row] = 0.8 * values[:, row - 1] + generator.normal(size=2)
        panel = SeriesPanel.from_arrays({"a": values[0], "b": values[1]}, "1d")
        before, after = panel.without_last(horizon)
        lower, upper = RidgePanelModel.fit(before, horizon, 1).predict_bands(
            before, (80.0,)
        )
        truth = after.last(horizon)[..., None]
        inside.append(np.mean((lower <= truth) & (truth <= upper)))
    assert 0.74 < np.mean(inside) < 0.88
