"""Windows of many series: gathered, filled and weighed, and none sees what follows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_windows import (
    PanelWindows,
    PastWindows,
    filled_from_before,
    level_and_change,
)
from keras_rnn.forecasting.many_series.window_shape import WindowShape

SHAPE = WindowShape(lookback=6, horizon=2, season=3, segment=3, recent=3)


def panel_of(*series):
    return SeriesPanel.from_arrays(dict(zip("abcdef", series, strict=False)), "1h")


def test_a_short_past_is_preceded_by_its_first_season():
    windows = PastWindows(panel_of([1, 2, 3, 4], [7, 8]), SHAPE)
    past = windows.before(np.array([4, 6]), np.array([0, 1]))
    assert past.tolist() == [[2, 3, 1, 2, 3, 4], [7, 8, 7, 8, 7, 8]]


def test_a_window_takes_what_is_before_its_end_and_of_its_series():
    windows = PastWindows(panel_of(range(10), range(100, 120)), SHAPE)
    past = windows.before(np.array([8, 12, 30]), np.array([0, 1, 1]))
    assert past.tolist() == [
        [2, 3, 4, 5, 6, 7],
        [100, 101, 100, 101, 100, 101],
        [114, 115, 116, 117, 118, 119],
    ]


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_what_is_filled_in_comes_from_before(seed, season):
    """Whatever follows a row may change, and the row is filled alike."""
    generator = np.random.default_rng(seed)
    values = np.arange(12, dtype="float32")
    values[generator.random(12) < 0.5] = np.nan
    values[[0, 5]] = 50.0, 60.0
    offsets = np.array([0, 5, 12])
    filled = filled_from_before(values, offsets, season)
    assert np.isfinite(filled).all()
    cut = int(generator.integers(6, 12))
    later = np.where(np.arange(12) >= cut, -values, values)
    again = filled_from_before(later, offsets, season)
    assert again[:cut].tolist() == filled[:cut].tolist()
    assert not np.isin(filled[5:], values[:5][np.isfinite(values[:5])]).any()


def test_an_epoch_draws_every_window_once_where_it_can():
    panel = panel_of(range(12), range(100, 110))
    windows = PanelWindows(panel, SHAPE, batch_size=1)
    batches = [windows[number] for number in range(len(windows))]
    firsts = sorted(float(target[0, 0]) for _, target, _ in batches)
    assert firsts == [*range(3, 11), *range(103, 109)]
    for past, target, _ in batches:
        assert past[0, -1] == target[0, 0] - 1
        assert (past <= past[0, -1]).all()


def test_epochs_differ_and_repeat_themselves():
    panel = panel_of(range(300))
    windows = PanelWindows(panel, SHAPE, batch_size=8, most=16, seed=3)
    assert len(windows) == 2
    first = windows[0][0]
    windows.epoch = 1
    assert not np.array_equal(windows[0][0], first)
    windows.epoch = 0
    np.testing.assert_array_equal(windows[0][0], first)


def test_a_missing_target_has_no_weight():
    values = np.arange(20.0)
    values[10] = np.nan
    windows = PanelWindows(panel_of(values), SHAPE, batch_size=100)
    past, target, weights = windows[0]
    assert np.isfinite(past).all()
    assert np.isfinite(target).all()
    assert ((weights == 0) == (target == 0)).all()
    assert (weights == 0).sum() == 2


def test_level_and_change_of_still_and_of_empty_pasts():
    past = np.array([[1.0, 2, 3, 1, 2, 3], [0] * 6, [-2, -2, -2, -2, -2, 4]])
    level, change = level_and_change(past, SHAPE)
    np.testing.assert_allclose(level, [2, 1, 8 / 3])
    np.testing.assert_allclose(change, [0.02, 0.01, 2])


def test_says_that_no_row_is_left_to_learn_from():
    with pytest.raises(UserError, match="`horizon=2` leaves no row to learn from: the"):
        PanelWindows(panel_of([1, 2, 3]), SHAPE)
