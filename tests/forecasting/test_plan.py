import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import TARGET, series_of, small_plan, weather

from keras_rnn.errors import UserError
from keras_rnn.forecasting.plan import MODELS, check_model, plan_forecast
from keras_rnn.forecasting.split import with_past


@pytest.fixture(scope="module")
def series():
    return weather(2000)


def monthly(rows):
    index = pd.date_range("1990-01-31", periods=rows, freq="ME")
    season = np.sin(2 * np.pi * np.arange(rows) / 12)
    noise = np.random.default_rng(0).normal(size=rows) / 10
    return series_of(pd.DataFrame({"sales": season + noise}, index=index), "sales")


def test_defaults(series):
    plan = plan_forecast(series)
    assert plan.task.target == TARGET
    assert (plan.task.history, plan.task.horizon) == (72, 24)
    assert plan.season == ("day", 24)
    assert plan.task.season == 24
    assert plan.task.calendar == plan.preparation.calendar_columns
    assert [len(part) for part in plan.parts] == [1400, 400, 200]
    assert plan.task.lookback == 72


def test_parts_follow_each_other(series):
    plan = plan_forecast(series)
    stamps = [stamp for part in plan.parts for stamp in part.index]
    assert stamps == sorted(set(stamps))
    assert stamps[0] == series.frame.index[0]
    assert stamps[-1] == series.frame.index[-1]


def test_a_window_reaches_back_a_season(series):
    task = plan_forecast(series, history=10, horizon=5).task
    assert task.lookback == 24
    windows = task.windows(series.frame)
    assert windows.input_width == 24
    assert windows.count == 2000 - 24 - 5 + 1
    inputs, labels = windows[0]
    assert labels.shape[1:] == (5, 1)
    places = [series.frame.columns.get_loc(TARGET), 24]
    np.testing.assert_allclose(
        labels[0, :, 0], series.frame[TARGET].iloc[24:29], rtol=1e-6
    )
    assert inputs[0, -1, places[0]] == np.float32(series.frame[TARGET].iloc[23])


def test_short_series_get_a_shorter_history():
    plan = plan_forecast(weather(250), horizon=10)
    assert plan.task.history == (150 - 10) // 3
    assert plan.season == ("day", 24)


def test_a_test_part_shorter_than_a_season_has_one():
    """The rows before it are known, and hold the day."""
    plan = plan_forecast(weather(110), horizon=6)
    assert len(plan.parts.test) == 22
    assert plan.season == ("day", 24)
    assert not any("seasonal" in remark for remark in plan.remarks)


def test_a_training_part_too_short_for_a_season_is_said_to_be():
    plan = plan_forecast(weather(52), horizon=6)
    assert plan.season == ("", 1)
    assert plan.remarks[-1] == (
        "no seasonal naive forecast: a day is 24 rows, and the training part of 31 has "
        "no room for it and 6 steps ahead"
    )


def test_years_have_no_season():
    index = pd.date_range("1950", periods=70, freq="YS")
    frame = pd.DataFrame({"catch": np.arange(70.0) % 9}, index=index)
    plan = plan_forecast(series_of(frame, "catch"))
    assert plan.season == ("", 1)
    assert plan.task.horizon == 5
    assert plan.preparation.every == "1 year"
    assert any("rows 1 year apart have no day, week or year" in r for r in plan.remarks)


def test_months():
    plan = plan_forecast(monthly(360), horizon=6)
    assert plan.season == ("year", 12)
    assert plan.preparation.every == "1 month"
    # 216 rows to train, of which seven windows more than one have to be found.
    assert plan.task.lookback == 216 - 6 - 7


def test_twelve_years_of_months_need_no_option():
    plan = plan_forecast(monthly(144))
    assert (plan.task.horizon, plan.task.season) == (12, 12)
    # Twelve steps, ten errors of each.
    assert [len(part) for part in plan.parts] == [86, 29, 29]
    assert plan.task.history == (86 - 12) // 3
    assert plan.task.smoothing == 86 - 12 - 7
    assert plan.is_short
    assert plan.remarks == (
        "a short series: of its 144 rows the last 29 are judged by rolling origins, "
        "each with what was known before it",
    )


def test_the_rows_after_the_training_part_decide_on_nothing():
    """Of 144 months, 86 are learned from: a short series is judged on more."""
    series = monthly(144)
    series.frame["price"] = np.r_[np.ones(86), np.arange(58.0)]
    series.frame["late"] = np.r_[np.arange(86.0), np.ones(58)]
    # Twelve cycles of a month in the first 86 rows, fast ones after them.
    sales = series.frame["sales"].iloc[:86]
    series.frame["sales"] = np.r_[sales, np.tile([9.0, -9.0], 29)]
    plan = plan_forecast(series, "sales")
    assert plan.preparation.columns == ("sales", "late")
    assert plan.notes["column 'price' left out: it never changes"] == 1
    assert plan.preparation.periods == ("year",)
    assert plan.parts.train.index[-1] == series.frame.index[85]


def test_up_to_thirty_years_of_months_are_short():
    assert plan_forecast(monthly(360)).is_short
    long = plan_forecast(monthly(361))
    assert not long.is_short
    assert [len(part) for part in long.parts] == [252, 72, 37]


def test_a_series_with_a_gap_is_not_judged_by_rolling_origins():
    frame = monthly(144).frame
    broken = series_of(frame.drop(frame.index[30:36]), "sales")
    assert not plan_forecast(broken).is_short


def test_who_is_smoothed():
    """Days and longer steps, the latest seasons, and no more rows than pays."""
    assert plan_forecast(weather(2000)).task.smoothing == 0
    assert plan_forecast(days(1000)).task.smoothing == 72
    assert plan_forecast(days(5001)).task.smoothing == 0
    weeks = pd.DataFrame(
        {"sales": np.arange(2000.0) % 52},
        index=pd.date_range("1980-01-05", periods=2000, freq="7D"),
    )
    assert plan_forecast(series_of(weeks, "sales")).task.smoothing == 5 * 52


@pytest.mark.parametrize(
    ("rows", "step", "every", "horizon"),
    [
        (288, "30min", "30 min", 48),
        (365, "1D", "1 d", 14),
        (8760, "1h", "1 h", 24),
        (600, "10min", "30 min", 37),
        (1200, "10min", "1 h", 24),
    ],
)
def test_defaults_by_the_step_of_the_rows(rows, step, every, horizon):
    plan = plan_forecast(weather(rows, step))
    assert plan.preparation.every == every
    assert plan.task.horizon == horizon


def days(count, start="2020-03-01"):
    index = pd.date_range(start, periods=count, freq="D")
    noise = np.random.default_rng(0).normal(size=count)
    values = 9 - 10 * np.cos(2 * np.pi * index.day_of_year / 365) + noise
    return series_of(pd.DataFrame({"T": values}, index=index), "T")


def test_days_of_one_year_know_it():
    plan = plan_forecast(days(365))
    assert plan.preparation.periods[-1] == "year"
    assert plan.task.year_degree == 1
    assert not plan.year_mean
    assert plan.remarks[-1].startswith("no mean of these days in earlier years: the")


def test_days_of_two_years_have_a_mean_of_earlier_ones():
    plan = plan_forecast(days(731))
    assert plan.task.year_degree == 2
    assert plan.year_mean
    assert plan.remarks == ()


def test_days_of_half_a_year_do_not_know_it():
    plan = plan_forecast(days(180))
    assert "year" not in plan.preparation.periods
    assert plan.task.year_degree == 0


def ten_minutes(**columns):
    index = pd.date_range("2024-01-01 00:10", periods=3000, freq="10min")
    return pd.DataFrame({n: np.resize(v, 3000) for n, v in columns.items()}, index)


def test_amounts_are_summed_and_states_are_not():
    frame = ten_minutes(rain=[0.0, 0.2, 0.0, 0.1, 0.0, 0.0, 0.5], T=np.arange(7.0))
    plan = plan_forecast(frame, "T")
    assert plan.preparation.aggregate == {"rain": "sum", "T": "last"}
    rows = pd.concat(plan.parts)
    np.testing.assert_allclose(rows["rain"].iloc[:3], [0.3, 0.8, 0.8])
    assert rows["T"].iloc[:3].tolist() == [5.0, 4.0, 3.0]
    assert plan.notes["columns of amounts summed over each 1 h (rain)"] == 1
    assert plan.notes["columns thinned to the last reading of each 1 h"] == 1
    assert plan.notes["rows stamped with the end of their 1 h"] == 500


@pytest.mark.parametrize(
    ("aggregate", "rain", "temperature"),
    [("mean", 0.05, 2.5), ({"T": "max"}, 0.3, 5.0), ({"rain": "last"}, 0.0, 5.0)],
)
def test_what_thinned_rows_hold_can_be_chosen(aggregate, rain, temperature):
    frame = ten_minutes(rain=[0.0, 0.2, 0.0, 0.1, 0.0, 0.0, 0.5], T=np.arange(7.0))
    rows = plan_forecast(frame, "T", aggregate=aggregate).parts.train
    assert rows["rain"].iloc[0] == pytest.approx(rain)
    assert rows["T"].iloc[0] == temperature


@pytest.mark.parametrize(
    ("aggregate", "message"),
    [
        ("som", "`aggregate` is one of last, mean, sum, min, max, not 'som'"),
        ({"rian": "sum"}, "names a column 'rian', and there is none. Did you mean"),
    ],
)
def test_other_words_for_what_thinned_rows_hold(aggregate, message):
    frame = ten_minutes(rain=[0.0, 0.2], T=[1.0, 2.0, 3.0])
    with pytest.raises(UserError, match=message):
        plan_forecast(frame, "T", aggregate=aggregate)


@pytest.mark.parametrize("rows", [30, 31, 60, 137, 250])
def test_what_is_suggested_works(rows):
    """Each error names a horizon or a history that is no error."""
    series = weather(rows)
    assert plan_forecast(series).parts.test.index[-1] == series.frame.index[-1]
    with pytest.raises(UserError, match="longer than the test part") as refused:
        plan_forecast(series, horizon=rows)
    horizon = int(str(refused.value).split("`horizon=")[1].split("`")[0])
    plan = plan_forecast(series, horizon=horizon)
    reaching = with_past(plan.parts, plan.task.lookback)
    assert plan.task.windows(reaching.test).count >= 1
    with pytest.raises(UserError, match="make windows of") as refused:
        plan_forecast(series, horizon=horizon, history=500)
    history = int(str(refused.value).rsplit("`history=", 1)[1].split("`")[0])
    plan = plan_forecast(series, horizon=horizon, history=history)
    assert plan.task.windows(plan.parts.train).count >= 1


def test_horizon_longer_than_the_test_part(series):
    with pytest.raises(UserError) as refused:
        plan_forecast(series, horizon=399)
    assert str(refused.value) == (
        "A horizon of 399 rows is longer than the test part allows: of the 2000 rows, "
        "one each 1 h, these are the last 400. Choose `horizon=133` or less, or give "
        "more rows."
    )
    assert plan_forecast(series, horizon=398).task.history == 72


def test_fewer_rows_than_a_window(series):
    with pytest.raises(UserError, match=r"windows of 1394 rows, and the training part"):
        plan_forecast(series, history=1370)
    plan = plan_forecast(series, history=1369)
    assert plan.task.windows(plan.parts.train).count == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"history": 1}, "`history` must be 2 rows or more, not 1"),
        ({"horizon": 0}, "`horizon` must be 1 row or more, not 0"),
        ({"target": "T"}, "There is no column 'T'"),
        ({"every": "1min"}, "finer than the data"),
    ],
)
def test_arguments_that_cannot_be(arguments, message, series):
    with pytest.raises(UserError, match=message):
        plan_forecast(series, **arguments)


def test_the_end_has_to_be_known_before_any_training(series):
    frame = series.frame.copy()
    frame.iloc[-40:-30, 0] = np.nan
    broken = series_of(frame, TARGET)
    with pytest.raises(UserError, match=r"column 'p \(mbar\)' has no value at 2020-05"):
        plan_forecast(broken)
    assert plan_forecast(broken, history=24).task.lookback == 24


def test_models():
    for model in MODELS:
        check_model(model)
    with pytest.raises(UserError, match=r"no model 'grv'. Did you mean 'gru'"):
        check_model("grv")


def test_what_cannot_be_negative_is_said():
    frame = weather(400).frame
    plan = small_plan(series_of(frame.assign(sales=3.0 + np.arange(400) % 7), "sales"))
    assert plan.limits == (0.0, np.inf)
    assert plan.remarks == (
        "the forecast and its bands are kept at 0 or above, where all of 'sales' "
        "before the test part was",
    )
    plan = small_plan(series_of(frame, "rh (%)"))
    assert plan.limits == (0.0, 100.0)
    assert "are kept within 0 and 100" in plan.remarks[0]


def test_limits_are_of_what_came_before_the_test_part():
    frame = weather(400).frame.assign(sales=3.0 + np.arange(400) % 7)
    frame.iloc[-10:, -1] = -1.0
    assert small_plan(series_of(frame, "sales")).limits == (0.0, np.inf)
    frame.iloc[300, -1] = -1.0
    assert small_plan(series_of(frame, "sales")).limits == (-np.inf, np.inf)
