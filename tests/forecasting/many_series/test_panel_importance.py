"""What the forecasts of many series owe to each column."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting import Forecaster, SeriesPanel
from keras_rnn.forecasting.many_series.judged_windows import JudgedWindows
from keras_rnn.forecasting.many_series.known_rows import KnownRows
from keras_rnn.forecasting.many_series.panel_importance import panel_importance

LENGTHS = (40, 55, 40)
OFFSETS = np.cumsum([0, *LENGTHS])
GENERATOR = np.random.default_rng(0)


@pytest.fixture(scope="module")
def panel():
    """The value of a row is its price, ten times the size of the series above it."""
    arrays = {name: np.zeros(rows) for name, rows in zip("abc", LENGTHS, strict=True)}
    plain = SeriesPanel.from_arrays(arrays, "1d")
    price = GENERATOR.uniform(1, 9, OFFSETS[-1]).astype("float32")
    dice = GENERATOR.integers(1, 7, OFFSETS[-1])
    size = np.repeat([10.0, 20.0, 30.0], LENGTHS)
    known = KnownRows(
        ("price", "dice"), np.column_stack([price, dice]).astype("float32"), OFFSETS
    )
    static = pd.DataFrame({"size": [10.0, 20.0, 30.0]}, index=list("abc"))
    return replace(
        plain,
        values=(price + size).astype("float32"),
        known_ahead=known,
        static=static,
        target="sold",
    )


def oracle(past):
    """A forecast that needs nothing but price and size."""
    price = past.known_ahead.ahead(past.lengths, 4)[:, :, 0]
    return price + past.static["size"].to_numpy()[:, None]


def test_what_is_drawn_on_costs_and_nothing_else_does(panel):
    windows = JudgedWindows.within(panel, np.array([10, 20, 0]), 4, 7, most=99)
    assert len(windows) == 7 + 17
    assert windows.error(oracle) == pytest.approx(0, abs=1e-6)
    found = panel_importance(oracle, windows, repeats=3)
    mean = found.groupby("column", sort=False)["increase"].mean()
    assert list(mean.index) == ["sold", "price", "dice", "size"]
    assert mean[["sold", "dice"]].tolist() == pytest.approx([0, 0], abs=1e-6)
    # Two prices drawn by chance from 1 to 9 are 8 / 3 apart, on average.
    assert mean["price"] == pytest.approx(1.0, abs=0.2)
    # Of 24 windows the series is another one for half, which is 10 off.
    assert mean["size"] * windows.scale.mean() == pytest.approx(10 * 0.41, abs=2)


def test_a_column_is_moved_within_its_series(panel):
    seen = []

    def listen(past):
        seen.append(past)
        return np.zeros((len(past), 4))

    windows = JudgedWindows.within(panel, np.array([5, 4, 4]), 4, 7, most=99)
    panel_importance(listen, windows, repeats=1)
    _, moved, price, _, _ = seen
    for place, name in enumerate(windows.past.names):
        was, now = windows.past.select([place]), moved.select([place])
        assert now.names == [name]
        assert sorted(now.values) == sorted(was.values)
        shifts = [
            by
            for by in range(len(was.values))
            if (np.roll(was.values, by) == now.values).all()
        ]
        assert len(shifts) == 1
        assert shifts != [0]
    assert (moved.known_ahead.values == windows.past.known_ahead.values).all()
    changed = price.known_ahead.values != windows.past.known_ahead.values
    assert changed[:, 0].mean() > 0.9
    assert not changed[:, 1].any()


def test_of_a_fitted_forecaster():
    days = pd.date_range("2024-01-01", periods=60)
    rows = pd.DataFrame({"day": days, "sold": 5.0 + np.arange(60) % 7})
    rows["sold"] += np.random.default_rng(0).normal(0, 0.1, 60)
    tables = {"a": rows.set_index("day"), "b": rows.set_index("day") * 2}
    forecaster = Forecaster.fit(tables, "sold", horizon=3, model="ridge", verbose=0)
    table = forecaster.explain(tables)
    assert list(table) == ["column", "increase", "spread", "share"]
    assert table["column"].tolist() == ["sold"]
    assert table["increase"][0] > 0.5
    with pytest.raises(UserError, match="`repeats` must be 1 or more, not 0"):
        forecaster.explain(tables, repeats=0)
    short = {"a": rows.set_index("day")[:4]}
    with pytest.raises(
        UserError, match=r"is 'a' of 4 rows, and a forecast of 3 needs 5"
    ):
        forecaster.explain(short)
