"""How far a window looks back, by season, horizon and lengths."""

import pytest

from keras_rnn.forecasting.many_series.window_shape import (
    WindowShape,
    choose_window_shape,
)

# Lengths of series, horizon and season as in the M4 competition: what is chosen.
CHOSEN = {
    "hourly": ([700, 960], 48, 24, WindowShape(336, 48, 24, 24, 168)),
    "daily": ([93, 2940, 4197], 14, 1, WindowShape(42, 14, 1, 1, 14)),
    "weekly": ([80, 934, 2597], 13, 1, WindowShape(39, 13, 1, 1, 13)),
    "monthly": ([42, 202, 306], 18, 12, WindowShape(96, 18, 12, 12, 24)),
    "quarterly": ([16, 62, 115], 8, 4, WindowShape(28, 8, 4, 4, 8)),
    "yearly": ([13, 20, 40], 6, 1, WindowShape(10, 6, 1, 1, 6)),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_looks_back_as_far_as_season_and_lengths_allow(name):
    lengths, horizon, season, shape = CHOSEN[name]
    assert choose_window_shape(lengths, horizon, season) == shape


def test_a_long_past_is_read_in_longer_segments():
    shape = choose_window_shape([5000], 10, 1, lookback=480)
    assert (shape.lookback, shape.segment) == (480, 10)
    assert shape.repeats == 28


def test_very_short_series_still_have_a_window():
    shape = choose_window_shape([5, 6], 4, 1)
    assert shape.lookback >= 1
    assert shape.recent <= shape.lookback


def test_only_days_of_many_rows_have_a_week():
    assert WindowShape(336, 48, 24, 24, 168).week == 7
    assert WindowShape(84, 12, 12, 12, 12).week == 0
    assert WindowShape(72, 24, 24, 24, 72).week == 0
