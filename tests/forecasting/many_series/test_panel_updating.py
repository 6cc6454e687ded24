"""Many series: new rows behind those that are known, and learning on from them."""

import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting import Forecaster, PanelForecaster, SeriesPanel
from keras_rnn.forecasting.many_series.following_rows import rows_of_panel
from keras_rnn.forecasting.many_series.judged_windows import JudgedWindows

DAYS = pd.date_range("2024-01-01", periods=130)
SIZES = {"North": 1.0, "South": 3.0, "East": 10.0}
# From here on, a week has seven days, and no longer five.
CHANGE = 80
SETTINGS = {"target": "sold", "model": "ridge", "horizon": 3, "verbose": 0}


def shop(name, size):
    rng = np.random.default_rng(int(size))
    price = rng.uniform(1, 3, len(DAYS)).round(2)
    day = np.arange(len(DAYS))
    week = np.where(day < CHANGE, day % 5, day % 7)
    sold = size * (60 + 9 * week - 4 * price + rng.normal(0, 0.5, len(DAYS)))
    columns = {"day": DAYS, "sold": sold.round(1), "price": price}
    return pd.DataFrame({"shop": name, **columns, "size": size})


FULL = pd.concat([shop(*one) for one in SIZES.items()], ignore_index=True)


def between(first, last, rows=FULL):
    return rows[(rows["day"] >= DAYS[first]) & (rows["day"] < DAYS[last])]


def ahead(first, last):
    return between(first, last)[["shop", "day", "price"]]


@pytest.fixture(scope="module")
def plain():
    return Forecaster.fit(
        between(0, CHANGE)[["shop", "day", "sold"]], series="shop", **SETTINGS
    )


@pytest.fixture(scope="module")
def knowing():
    return Forecaster.fit(
        between(0, CHANGE),
        series="shop",
        known_ahead="price",
        future=ahead(CHANGE, CHANGE + 3),
        static="size",
        **SETTINGS,
    )


def test_it_learns_what_has_changed_and_says_so(plain, tmp_path, capsys):
    newer = plain.update(between(CHANGE - 2, 125))
    (entry,) = newer.metadata["updates"]
    assert (entry["rows"], entry["series"], entry["new series"]) == (135, 3, 0)
    assert (entry["start"], entry["end"]) == (str(DAYS[CHANGE]), str(DAYS[124]))
    # A quarter of 45 rows of each.
    assert entry["held out rows"] == 3 * 11
    assert entry["learned"] is True
    assert entry["mase after"] < 0.8 * entry["mase before"]
    said = capsys.readouterr().out
    assert said == entry["gain"] + "\n"
    assert said.startswith(
        "135 new rows of 3 series: error (MASE) on the newest 33 rows of 3 series from "
    )
    assert said.endswith(
        "by learning from those before; then learned from all of them\n"
    )
    assert newer.waiting is None
    assert newer.predict()["time"].iloc[0] == DAYS[125]
    assert "updates" not in plain.metadata
    assert plain.past.lengths.tolist() == [CHANGE] * 3
    newer.save(tmp_path)
    again = PanelForecaster.load(tmp_path)
    pd.testing.assert_frame_equal(again.predict(), newer.predict())
    assert again.metadata["updates"] == newer.metadata["updates"]


def test_the_errors_are_those_of_the_newest_rows(plain):
    newer = plain.update(between(CHANGE, 125), verbose=0)
    errors = []
    scale = Forecaster.fit(
        between(0, 114)[["shop", "day", "sold"]], series="shop", **SETTINGS
    ).past
    for end in range(114, 125 - 3 + 1):
        known = plain.panel_of(between(0, end))
        truth = plain.panel_of(between(0, end + 3)).last(3)
        off = np.abs(plain.model.predict(known) - truth).mean(axis=1)
        week = [
            np.abs(scale.of(name).diff(7)).mean() for name in SIZES
        ]  # what a MASE divides by
        errors.append(off / week)
    assert newer.metadata["updates"][0]["mase before"] == pytest.approx(
        np.mean(errors), rel=1e-3
    )


def test_a_row_a_day_waits_until_there_are_enough(plain, tmp_path):
    forecaster = plain
    for day in range(CHANGE, CHANGE + 6):
        forecaster = forecaster.update(between(day, day + 1), verbose=0)
        forecaster.save(tmp_path)
        forecaster = PanelForecaster.load(tmp_path)
    updates = forecaster.metadata["updates"]
    assert updates[0]["gain"] == (
        "3 new rows of 3 series, from which it goes on; too few to learn from, which "
        "takes 6 rows of a series that it has not learned from"
    )
    assert [one["held out rows"] for one in updates] == [0, 0, 0, 0, 0, 9]
    at_once = plain.update(between(CHANGE, CHANGE + 6), verbose=0)
    assert updates[-1]["mase after"] == at_once.metadata["updates"][0]["mase after"]


def test_where_nothing_is_gained_the_model_stays(plain, capsys):
    same = between(0, 60)[["shop", "day", "sold"]]
    # The same weeks as before: what is learned from fewer of them helps less.
    noise = np.random.default_rng(0).normal(0, 400, len(same))
    rows = same.assign(day=same["day"] + pd.Timedelta(days=CHANGE), sold=noise)
    newer = plain.update(rows)
    (entry,) = newer.metadata["updates"]
    if not entry["learned"]:
        assert newer.model is plain.model
        assert ": nothing gained, error (MASE) on" in capsys.readouterr().out
        assert newer.waiting.tolist() == [60] * 3
    assert newer.predict()["time"].iloc[0] == DAYS[0] + pd.Timedelta(days=CHANGE + 60)


def test_new_series_and_series_without_new_rows(plain, knowing):
    west = shop("West", 5.0)
    rows = pd.concat(
        [
            between(CHANGE, 120, FULL[FULL["shop"] == "South"]),
            between(100, 120, west),
        ]
    )
    newer = plain.update(rows[["shop", "day", "sold"]], verbose=0)
    assert newer.names == [*SIZES, "West"]
    assert newer.past.lengths.tolist() == [80, 120, 80, 20]
    assert (
        "60 new rows of 2 series, 1 of them new" in newer.metadata["updates"][0]["gain"]
    )
    starts = newer.predict().groupby("series", sort=False)["time"].first()
    assert starts.tolist() == [DAYS[80], DAYS[120], DAYS[80], DAYS[120]]
    # What is known ahead stays known of series without new rows.
    future = pd.concat([ahead(120, 123), west[120:123][["shop", "day", "price"]]])
    future = future[future["shop"].isin(["South", "West"])]
    newer = knowing.update(rows, future=future, verbose=0)
    assert newer.past.rows_ahead.tolist() == [3, 3, 3, 3]
    assert newer.past.static["size"].tolist() == [1.0, 3.0, 10.0, 5.0]
    assert np.isfinite(newer.predict()["forecast"]).all()


def test_rows_that_have_come_take_the_place_of_those_to_come(knowing):
    other = between(CHANGE, 90).assign(price=2.5)
    newer = knowing.update(other, future=ahead(90, 93), verbose=0)
    known = newer.past.known_ahead
    north = known.values[: known.offsets[1], 0]
    assert north[CHANGE:90].tolist() == [2.5] * 10
    np.testing.assert_array_equal(
        north[90:], ahead(90, 93)["price"].to_numpy("float32")[:3]
    )
    blind = knowing.update(between(CHANGE, 90), verbose=0)
    with pytest.raises(UserError, match="the future of 'price' is given for no row"):
        blind.predict()


def test_a_hole_stays_a_hole_and_a_value_may_come_late(plain):
    rows = between(CHANGE + 6, 100)[["shop", "day", "sold"]]
    newer = plain.update(rows, verbose=0)
    assert np.isnan(newer.past.of("North")[CHANGE : CHANGE + 6]).all()
    late = newer.update(between(CHANGE, 101)[["shop", "day", "sold"]], verbose=0)
    sold = between(0, 101, FULL[FULL["shop"] == "North"])["sold"]
    np.testing.assert_array_equal(late.past.of("North"), sold.to_numpy("float32"))


def test_the_rows_of_a_panel_make_the_same_panel(knowing):
    again = rows_of_panel(knowing.past).panel()
    np.testing.assert_array_equal(again.values, knowing.past.values)
    np.testing.assert_array_equal(
        again.known_ahead.values, knowing.past.known_ahead.values
    )
    pd.testing.assert_frame_equal(again.static, knowing.past.static)
    assert again.ends.tolist() == knowing.past.ends.tolist()


def test_windows_are_spread_over_all():
    panel = SeriesPanel.from_arrays({"a": range(40), "b": range(60)}, "1d")
    windows = JudgedWindows.within(panel, np.array([12, 20]), 3, 7, most=5)
    assert windows.past.names == ["a", "a", "b", "b", "b"]
    assert windows.past.lengths.tolist() == [37, 30, 53, 47, 40]
    assert windows.truth[:, 0].tolist() == [37, 30, 53, 47, 40]
    assert windows.scale.tolist() == [7.0] * 5


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            between(CHANGE - 5, CHANGE),
            "No row is later than the last one of its series that the forecaster "
            "knows, and no series is new: the latest is 2024-03-20 00:00:00.",
        ),
        (
            between(CHANGE - 2, 90).assign(
                sold=lambda rows: rows["sold"].where(rows["day"] != DAYS[79], 7.0)
            ),
            "Series 'North' has 'sold' = 7 at 2024-03-20 00:00:00 (row 1), and the "
            "forecaster knows ",
        ),
        (
            between(CHANGE, 90).assign(
                day=lambda rows: rows["day"] + pd.Timedelta(hours=12)
            ),
            "Series 'North' has a row at 2024-03-21 12:00:00 (row 0) that is no whole "
            "number of steps of 1 d after 2024-03-20 00:00:00, the last one that the "
            "forecaster knows.",
        ),
        (
            between(CHANGE, 90).assign(
                day=lambda rows: rows["day"].dt.tz_localize("UTC")
            ),
            "fitted on time stamps with no time zone, and the new ones have UTC. Make",
        ),
        (between(CHANGE, 90).assign(size=2.0), "within series 'North': 1 (what the "),
        (
            between(CHANGE, 90).assign(size="big"),
            "'size' is static: the forecaster knows numbers in it, and the new rows "
            "hold words.",
        ),
        (between(CHANGE, 90).drop(columns="price"), "price"),
    ],
)
def test_rows_that_cannot_follow(rows, message, knowing):
    with pytest.raises(UserError) as caught:
        knowing.update(rows, verbose=0)
    assert message in str(caught.value)


def test_rows_without_times_cannot_be_told_apart():
    panel = SeriesPanel.from_arrays({"a": np.arange(60) % 7}, "1d")
    forecaster = Forecaster.fit(
        {"a": pd.Series(panel.of("a").to_numpy(), DAYS[:60])}, **SETTINGS
    )
    from dataclasses import replace

    with pytest.raises(UserError, match="counts rows, without time stamps"):
        replace(forecaster, past=panel).update({"a": pd.Series([3.0], DAYS[60:61])})
