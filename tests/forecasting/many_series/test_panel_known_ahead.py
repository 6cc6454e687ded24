"""What is known ahead and what is static, in many series."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting import Forecaster, PanelForecaster, SeriesPanel
from keras_rnn.forecasting.many_series import plan_panel
from keras_rnn.forecasting.many_series.column_scaling import ColumnScaling
from keras_rnn.forecasting.many_series.global_network import GlobalNetworkSettings
from keras_rnn.forecasting.many_series.network_panel_model import NetworkPanelModel
from keras_rnn.forecasting.many_series.panel_columns import PanelColumns
from keras_rnn.forecasting.many_series.series_line import SeriesLine

ROWS, AHEAD = 83, 3
DAYS = pd.date_range("2024-01-01", periods=ROWS)
SHOPS = {"North": 1, "South": 3, "East": 10}


def shop(name, size):
    rng = np.random.default_rng(size)
    price = rng.uniform(1, 3, ROWS).round(2)
    sold = size * (90 - 20 * price + rng.normal(0, 0.5, ROWS)).round(1)
    region = "city" if size < 5 else "land"
    columns = {"day": DAYS, "sold": sold, "price": price}
    return pd.DataFrame(
        {"shop": name, **columns, "size": float(size), "region": region}
    )


FULL = pd.concat([shop(*one) for one in SHOPS.items()], ignore_index=True)
IS_PAST = FULL["day"] < DAYS[-AHEAD]
PAST, FUTURE = FULL[IS_PAST], FULL[~IS_PAST][["shop", "day", "price"]]
# With the rows to come at the end of each shop's.
TABLE = FULL.assign(sold=FULL["sold"].where(IS_PAST))
SETTINGS = {"target": "sold", "model": "ridge", "horizon": AHEAD, "verbose": 0}
TRUTH = FULL[~IS_PAST]["sold"].to_numpy()


@pytest.fixture(scope="module")
def fitted():
    return Forecaster.fit(TABLE, series="shop", known_ahead="price", **SETTINGS)


def test_a_column_that_drives_the_target_makes_the_error_small(fitted):
    blind = Forecaster.fit(PAST, series="shop", **SETTINGS)
    errors = [one.backtest().overall.loc["model", "mase"] for one in (fitted, blind)]
    assert errors[0] < errors[1] / 3
    off = np.abs(fitted.predict()["forecast"].to_numpy() - TRUTH)
    assert (off < 5 * np.repeat(list(SHOPS.values()), AHEAD)).all()


def test_each_form_of_the_future_gives_the_same_forecast(fitted):
    expected = fitted.predict()
    again = Forecaster.fit(PAST, series="shop", future=FUTURE, **SETTINGS)
    pd.testing.assert_frame_equal(again.predict(), expected)
    shuffled = PAST.sample(frac=1, random_state=0)
    for forecast in (
        fitted.predict(future=FUTURE),
        fitted.predict(PAST, future=FUTURE.iloc[::-1]),
        fitted.predict(shuffled, future=FUTURE),
    ):
        sort = forecast.sort_values(["series", "time"], ignore_index=True)
        same = expected.sort_values(["series", "time"], ignore_index=True)
        pd.testing.assert_frame_equal(sort, same)
    tables = {
        name: rows.set_index("day")[["sold", "price"]]
        for name, rows in PAST.groupby("shop")
    }
    ahead = {n: rows.set_index("day")[["price"]] for n, rows in FUTURE.groupby("shop")}
    of_dict = Forecaster.fit(tables, known_ahead=["price"], future=ahead, **SETTINGS)
    for name in SHOPS:
        np.testing.assert_array_equal(
            of_dict.predict(series=name)["forecast"],
            fitted.predict(series=name)["forecast"],
        )


def test_a_wide_table_shares_what_is_known():
    wide = FULL.pivot_table("sold", "day", "shop")
    wide["price"] = FULL["price"].to_numpy()[:ROWS]
    past, ahead = wide.iloc[:-AHEAD], wide[["price"]].iloc[-AHEAD:]
    columns = PanelColumns(targets=("North", "South"), known_ahead=("price",))
    panel = columns.panel(past, ahead)
    assert panel.rows_ahead.tolist() == [AHEAD, AHEAD]
    expected = np.tile(wide["price"].to_numpy("float32"), 2)
    np.testing.assert_array_equal(panel.known_ahead.values[:, 0], expected)


def test_what_comes_after_the_horizon_has_no_effect(fitted):
    two = Forecaster.fit(
        TABLE, series="shop", known_ahead="price", **SETTINGS | {"horizon": 2}
    )
    last = FUTURE["day"] == DAYS[-1]
    other = FUTURE.assign(price=FUTURE["price"].where(~last, 99.0))
    pd.testing.assert_frame_equal(two.predict(future=other), two.predict())
    changed = fitted.predict(future=other)["forecast"] != fitted.predict()["forecast"]
    assert changed.tolist() == [False, False, True] * 3


def test_rows_that_are_cut_off_become_rows_to_come():
    panel = PanelColumns(series="shop", known_ahead=("price",), target="sold").panel(
        TABLE
    )
    earlier = panel.without_last(5)[0].select([2, 0])
    assert earlier.rows_ahead.tolist() == [8, 8]
    first = FULL[FULL["shop"] == "East"]["price"].to_numpy("float32")
    ahead = earlier.known_ahead.ahead(earlier.lengths, 8)
    np.testing.assert_array_equal(ahead[0, :, 0], first[-8:])


def test_without_names_rows_at_the_end_say_what_is_known():
    rows = FULL.drop(columns=["size"])
    rows["sold"] = rows["sold"].where(rows["day"] < DAYS[-5])
    panel = PanelColumns(series="shop", target="sold").panel(rows)
    assert panel.known_ahead.columns == ("price",)
    assert panel.remarks == [
        "the last 5 rows of series 'North' have no 'sold': taken as the rows to "
        "forecast, with 'price' known ahead"
    ]
    few = PanelColumns(series="shop", target="sold").panel(TABLE)
    assert few.known_ahead is None
    assert "and are left out; if they are to be forecast" in few.remarks[0]


def test_holidays_are_known_of_the_rows_to_come():
    pytest.importorskip("holidays")
    sold = FULL.assign(sold=FULL["sold"] * np.where(FULL["day"].dt.month == 1, 1.5, 1))
    past = sold[sold["day"] < "2024-03-21"][["shop", "day", "sold"]]
    forecaster = Forecaster.fit(past, series="shop", holidays="DE", **SETTINGS)
    known = forecaster.past.known_ahead
    assert known.columns[0] == "holiday in DE"
    # New Year's Day, and Good Friday 2024-03-29 is still further ahead.
    assert known.values[:, 0].sum() == 3
    later = sold[sold["day"] < "2024-03-23"][["shop", "day", "sold"]]
    days = forecaster.panel_of(later).known_ahead
    assert days.values[:, 0].sum() == 3
    assert np.isfinite(forecaster.predict(later)["forecast"]).all()


def test_the_file_keeps_what_is_known(fitted, tmp_path):
    fitted.save(tmp_path)
    loaded = PanelForecaster.load(tmp_path)
    assert loaded.columns.known_ahead == ("price",)
    pd.testing.assert_frame_equal(loaded.predict(), fitted.predict())
    pd.testing.assert_frame_equal(loaded.predict(future=FUTURE), fitted.predict())


LEAK = FULL.assign(turnover=(2.5 * FULL["sold"]).round(2))


def test_a_leak_is_named():
    columns = PanelColumns(series="shop", target="sold", known_ahead=("turnover",))
    (text,) = plan_panel(columns.panel(LEAK), 3).remarks[:1]
    assert "column 'turnover', which is known ahead, is the target 'sold'" in text
    assert "(so in series 'North')" in text


@pytest.mark.parametrize(
    ("future", "message"),
    [
        (FUTURE.drop(FUTURE.index[0]), "of series 'North' begin at 2024-03-22 00:00"),
        (FUTURE.drop(FUTURE.index[1]), "'North' are 2 d apart at 2024-03-23 00:00:00"),
        (
            FUTURE[FUTURE["shop"] != "East"],
            "of series 'East' up to 2024-03-23 00:00:00",
        ),
        (
            FUTURE[~((FUTURE["shop"] == "South") & (FUTURE["day"] == DAYS[-1]))],
            "is given for 2 rows of it. Give it as `future`, or as rows",
        ),
        (FUTURE.assign(shop="Nort"), "of a series 'Nort' (row 0 of the future rows), "),
        (FUTURE.rename(columns={"price": "prices"}), "no column 'price', which is kno"),
        (
            FUTURE.assign(price=FUTURE["price"].where(FUTURE.index != ROWS * 2 - 1)),
            "series 'South' have no value of 'price' at 2024-03-23 00:00:00 (row 5 of",
        ),
        (FUTURE.assign(shop=None), "The future rows: 9 of 9 rows have no name in col"),
    ],
)
def test_a_future_that_does_not_follow_is_one_line(future, message, fitted):
    with pytest.raises(UserError) as caught:
        fitted.predict(future=future)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_future_without_columns_is_refused():
    columns = PanelColumns(series="shop", target="sold", known_ahead=())
    with pytest.raises(UserError, match="No column is known ahead, and so `future`"):
        columns.panel(PAST, FUTURE)


def test_a_gap_in_the_future_is_named():
    rows = TABLE[(TABLE["shop"] != "South") | (TABLE["day"] != DAYS[-4])]
    rows = rows.assign(sold=rows["sold"].where(rows["day"] < DAYS[-6]))
    with pytest.raises(UserError) as caught:
        PanelColumns(series="shop", target="sold", known_ahead=("price",)).panel(rows)
    assert "of series 'South' have a gap before 2024-03-21 00:00:00 (row 162): " in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"known_ahead": "sold"}, "the column to forecast: what is forecast is not"),
        ({"known_ahead": "prise"}, "Did you mean 'price'?"),
        ({"static": "price"}, "'price' is static and changes within series 'North': "),
        ({"static": "sold"}, "`static` names 'sold', which is forecast or known ahead"),
        ({"static": "regio"}, "Did you mean 'region'?"),
        ({"history": 9}, "`history=9` is about the networks"),
        ({"aggregate": "sum"}, "no row is thinned: give `every`"),
        (
            {"every": "7d", "known_ahead": "price"},
            "`every=7d` thins the rows, and 'price' is known ahead",
        ),
    ],
)
def test_arguments_that_cannot_be(arguments, message):
    with pytest.raises(UserError) as caught:
        Forecaster.fit(TABLE, series="shop", **SETTINGS, **arguments)
    assert message in str(caught.value)


def test_finer_rows_are_thinned():
    columns = PanelColumns(series="shop", target="sold", every="7d", aggregate="mean")
    panel = columns.panel(PAST)
    assert panel.step.text == "7 d"
    north = PAST[PAST["shop"] == "North"]["sold"].to_numpy()
    # The first of January 2024 is a Monday.
    np.testing.assert_allclose(
        panel.of("North"), north[:77].reshape(-1, 7).mean(axis=1), rtol=1e-6
    )
    assert panel.notes["rows thinned to 7d (mean), left"] == 33


def test_a_line_finds_the_effect_of_what_is_known():
    rng = np.random.default_rng(0)
    promotion = rng.integers(0, 2, 100).astype(float)[:, None]
    values = 5 + 3 * promotion[:90, 0]
    line = SeriesLine.fit(values, 4, 1, promotion)
    past = values[-len(line.kernel) - 1 :]
    forecast = past[-1] + line.change(past, promotion[:94], 1)
    np.testing.assert_allclose(forecast, 5 + 3 * promotion[90:94, 0], atol=0.1)


def test_a_stranger_is_forecast_like_the_series_that_it_is_like():
    """The regression of the one of the same region, in the stranger's own size."""
    rows = TABLE.assign(sold=TABLE["sold"].where(TABLE["shop"] != "East", 7.0))
    rows["sold"] = rows["sold"].where(IS_PAST)
    forecaster = Forecaster.fit(
        rows, series="shop", known_ahead="price", static=["region", "size"], **SETTINGS
    )
    stranger = TABLE[TABLE["shop"] == "South"].assign(shop="new")
    stranger["sold"] = 2 * stranger["sold"]
    forecast = forecaster.predict(stranger)["forecast"].to_numpy()
    expected = 2 * forecaster.predict(series="South")["forecast"].to_numpy()
    np.testing.assert_allclose(forecast, expected, rtol=1e-4)


def test_scaled_columns():
    panel = PanelColumns(
        series="shop", target="sold", known_ahead=("price",), static=("region", "size")
    ).panel(TABLE)
    scaling = ColumnScaling.fit(panel)
    assert scaling.widths == (1, 3)
    assert ColumnScaling.from_dict(asdict(scaling)) == scaling
    static = scaling.static_values(panel)
    assert static[:, :2].tolist() == [[1, 0], [1, 0], [0, 1]]
    np.testing.assert_allclose(static[:, 2].std(), 1, rtol=1e-6)
    dear = panel.known_ahead.values * 100
    twice = scaling.known_values(panel)
    assert abs(twice.mean()) < 0.2
    assert dear.min() > 0


def test_the_network_reads_what_is_known_and_what_is_static():
    """Its forecast follows the price, and the region alone tells strangers apart."""
    columns = PanelColumns(
        series="shop", target="sold", known_ahead=("price",), static=("region",)
    )
    panel = columns.panel(TABLE)
    small = GlobalNetworkSettings(
        units=8, scalings=("level",), lookback=14, epochs=25, batch_size=64, rate=1e-2
    )
    model = NetworkPanelModel.fit(panel, AHEAD, 7, settings=small, verbose=0)
    dear = FUTURE.assign(price=3.0)
    cheap = FUTURE.assign(price=1.0)
    low, high = (model.predict(columns.panel(PAST, one)) for one in (dear, cheap))
    assert (high > 1.2 * low).all()
    assert isinstance(panel, SeriesPanel)
    moved = columns.panel(PAST.assign(region="land"), dear)
    differs = ~np.isclose(model.predict(moved), low, rtol=1e-6).all(axis=1)
    assert differs.tolist() == [True, True, False]
    # A copy reads the same columns, and learns on.
    learner = model.copy()
    expected = model.predict(moved)
    np.testing.assert_allclose(learner.predict(moved), expected, rtol=1e-5)
    learner.learn_newest(panel, np.full(3, 2 * AHEAD))
    assert (learner.predict(moved) != expected).all()
