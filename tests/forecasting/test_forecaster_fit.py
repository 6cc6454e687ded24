"""From a DataFrame to a forecaster, and what it can do then."""

import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import TARGET, small_plan, weather

from keras_rnn.errors import UserError
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.train import train_forecaster

SMALL = {"horizon": 6, "history": 12, "model": "ridge", "verbose": 0}


@pytest.fixture(scope="module")
def frame():
    return weather(500).frame.rename_axis(None)


@pytest.fixture(scope="module")
def fitted(frame):
    return Forecaster.fit(frame, TARGET, **SMALL, name="roof")


@pytest.fixture(scope="module")
def loaded(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fitted")
    fitted.save(folder)
    return Forecaster.load(folder)


def test_it_is_the_forecaster_of_the_long_way(fitted, frame):
    plan = small_plan(weather(500))
    trained = train_forecaster(plan, model="ridge", verbose=0)
    pd.testing.assert_frame_equal(
        fitted.predict(), trained.forecaster.predict(frame), rtol=1e-6
    )
    assert fitted.metadata["test mae"] == pytest.approx(trained.backtest.mae)
    assert fitted.unit == "degC"


def test_it_goes_on_from_the_last_row(fitted, frame):
    future = fitted.predict()
    hours = pd.date_range(frame.index[-1], periods=7, freq="h")[1:]
    assert list(future.index) == list(hours)
    pd.testing.assert_frame_equal(future, fitted.predict(frame))


def test_it_goes_on_from_newer_rows(fitted, frame):
    newer = frame.iloc[50:450]
    assert fitted.predict(newer).index[0] == newer.index[-1] + pd.Timedelta("1h")
    as_column = newer.reset_index(names="when")
    pd.testing.assert_frame_equal(fitted.predict(as_column), fitted.predict(newer))


def test_scores_stand_beside_simple_forecasts(fitted):
    scores = fitted.backtest()
    assert list(scores.columns) == ["forecast", "mae", "skill"]
    assert list(scores["forecast"]) == [
        *("model", "persistence", "seasonal_naive", "ridge")
    ]
    mae = scores.set_index("forecast")["mae"]
    assert mae.to_dict() == fitted.metadata["test mae"]
    best = mae[["persistence", "seasonal_naive"]].min()
    np.testing.assert_allclose(scores["skill"], 1 - mae / best)


def test_scores_of_the_band(fitted):
    scores = fitted.band_scores()
    assert list(scores.columns) == ["level", "coverage", "width", "pinball"]
    assert scores.to_dict("records") == fitted.metadata["test bands"]


def test_scores_by_step(fitted):
    scores = fitted.backtest(by_step=True)
    assert list(scores.columns) == ["forecast", "step", "mae", "skill"]
    assert list(scores["step"]) == [1, 2, 3, 4, 5, 6] * 4
    means = scores.groupby("forecast")["mae"].mean()
    assert means.to_dict() == pytest.approx(fitted.metadata["test mae"])


def test_no_seasonal_forecast_without_a_season(fitted):
    one = Forecaster.fit(weather(52).frame, TARGET, **SMALL | {"horizon": 6})
    assert one.metadata["season"] == 1
    assert list(one.backtest()["forecast"]) == [
        *("model", "persistence", "drift", "exponential_smoothing", "ridge")
    ]
    assert len(one.plot().axes[1].get_lines()) == 5


def test_there_and_back(fitted, loaded):
    pd.testing.assert_frame_equal(loaded.predict(), fitted.predict())
    pd.testing.assert_frame_equal(
        loaded.backtest(by_step=True), fitted.backtest(by_step=True)
    )
    pd.testing.assert_frame_equal(loaded.past, fitted.past, check_freq=False)
    assert loaded.metadata == fitted.metadata


def test_the_picture(fitted, loaded, frame):
    for figure in (fitted.plot(), loaded.plot()):
        forecast, errors = figure.axes
        so_far = {line.get_label(): line.get_ydata() for line in forecast.get_lines()}
        np.testing.assert_allclose(so_far["so far"], frame[TARGET].iloc[-24:])
        assert len(errors.get_lines()) == 4
        assert figure.get_supxlabel().startswith(
            "roof: 500 rows, 3 columns, 2020-03-01"
        )
    newer = fitted.plot(frame.iloc[:400])
    assert newer.get_supxlabel().startswith("400 rows up to 2020-03-17")


def test_a_hole_far_back_survives_the_file(frame, tmp_path):
    broken = frame.copy()
    broken.iloc[-40:-34, 0] = np.nan
    one = Forecaster.fit(broken, TARGET, **SMALL)
    assert one.past.isna().sum().sum() == 6
    one.save(tmp_path)
    pd.testing.assert_frame_equal(
        Forecaster.load(tmp_path).past, one.past, check_freq=False
    )


def test_what_was_done_is_told(frame, capsys):
    messy = frame.assign(who="A").iloc[::-1].reset_index(names="when")
    one = Forecaster.fit(messy, TARGET, **SMALL | {"verbose": 2})
    printed = capsys.readouterr().out
    for note in (
        "time stamps taken from column 'when': 500",
        "column 'who' holds no numbers, left out: 1",
        "rows earlier than the row before them, sorted: 499",
    ):
        assert note in printed.splitlines()
        assert note.rsplit(":", 1)[0] in one.metadata["notes"]


def test_a_series_of_numbers(frame, fitted):
    one = Forecaster.fit(frame[TARGET], **SMALL)
    assert (one.target, one.preparation.columns) == (TARGET, (TARGET,))
    assert len(one.predict()) == 6


def test_a_column_of_stamps_that_was_named_is_found_again(frame):
    given = frame.assign(begin=frame.index, end=frame.index.shift(1, "h"))
    given = given.reset_index(drop=True)
    one = Forecaster.fit(given, TARGET, **SMALL, time_column="begin")
    pd.testing.assert_frame_equal(one.predict(given), one.predict())


def test_time_zones_come_back(frame, tmp_path):
    index = pd.date_range("2024-03-20", periods=500, freq="h", tz="Europe/Berlin")
    given = frame.set_axis(index)
    one = Forecaster.fit(given, TARGET, **SMALL)
    future = one.predict()
    assert list(future.index) == list(index.shift(500)[:6])
    assert str(future.index.tz) == "Europe/Berlin"
    one.save(tmp_path)
    pd.testing.assert_frame_equal(Forecaster.load(tmp_path).predict(), future)
    elsewhere = one.predict(given.tz_convert("Asia/Tokyo"))
    pd.testing.assert_frame_equal(elsewhere, future)
    one.plot().canvas.draw()
    with pytest.raises(UserError, match="with Europe/Berlin, and these have none"):
        one.predict(frame)


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        (
            lambda f: f,
            {"target": "T (deg C)"},
            "There is no column 'T (deg C)'. Did you mean 'T (degC)'",
        ),
        (
            lambda f: f,
            {"target": None},
            "none is named to be forecast: give one as `tar",
        ),
        (lambda f: f.assign(s="x"), {"target": "s"}, "Column 's' holds no numbers"),
        (
            lambda f: f.assign(s=np.nan),
            {"target": "s"},
            "Column 's' has no value in the",
        ),
        (lambda f: f.iloc[:1], {}, "at least two rows"),
        (lambda f: f.reset_index(drop=True), {}, "The index holds no time stamps"),
        (lambda f: pd.concat([f, f + 1]), {}, "500 rows repeat the time stamp of ano"),
        (lambda f: f, {"model": "grv"}, "no model 'grv'. Did you mean 'gru'?"),
        (lambda f: f, {"horizon": 0}, "`horizon` must be 1 row or more, not 0"),
        (lambda f: f, {"horizon": 2.5}, "`horizon` must be a whole number of rows"),
        (lambda f: f, {"history": "9"}, "`history` must be a whole number of rows"),
        (lambda f: f, {"levels": 100}, "`levels` must be per cent above 0 and below"),
        (lambda f: f, {"levels": "80,95"}, "not 80,95."),
        (lambda f: f, {"levels": (80, 80)}, "`levels` holds 80 more than once"),
        (lambda f: f, {"every": "soon"}, "`every` must be a time span such as '10min'"),
    ],
)
def test_what_cannot_be_fitted(change, arguments, message, frame):
    with pytest.raises(UserError) as refused:
        Forecaster.fit(change(frame), **{"target": TARGET} | arguments)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "--" not in str(refused.value)


def test_one_that_was_made_by_hand_knows_no_rows_and_no_scores(fitted):
    bare = Forecaster(fitted.model, fitted.preparation, TARGET, "degC", 6, fitted.bands)
    with pytest.raises(UserError, match="give the readings to go on from"):
        bare.predict()
    with pytest.raises(UserError, match="does not know its errors"):
        bare.backtest()
    with pytest.raises(UserError, match="does not know its errors"):
        bare.band_scores()


def test_a_plan_takes_a_frame(frame):
    plan = plan_forecast(frame, TARGET, horizon=6)
    assert plan.series.name == "DataFrame"
    assert len(plan.parts.test) == 50


def test_no_band_from_few_errors(tmp_path, capsys):
    """Twelve rows to be judged on hold four windows of nine steps, as those before."""
    one = Forecaster.fit(weather(60).frame, TARGET, horizon=9, model="ridge", verbose=2)
    assert (
        "no band of 80 %: there are 4 errors of each step that set nothing else, and "
        "it needs 10"
    ) in capsys.readouterr().out.splitlines()
    assert one.band_scores().empty
    assert one.metadata["test windows"] == 4
    future = one.predict()
    assert future[["lower", "upper"]].isna().all(axis=None)
    assert future["forecast"].notna().all()
    assert [text.get_text() for text in one.plot().axes[0].get_legend().texts] == [
        *("so far", "forecast")
    ]
    one.save(tmp_path)
    pd.testing.assert_frame_equal(Forecaster.load(tmp_path).predict(), future)
