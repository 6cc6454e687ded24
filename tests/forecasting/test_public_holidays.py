import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting import public_holidays
from keras_rnn.forecasting.forecaster import Forecaster
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.public_holidays import PublicHolidays, check_holidays


def dates(frame):
    return {
        name.split(" ")[1 if name.startswith("day") else 0]: [
            f"{day:%m-%d}" for day in frame.index[frame[name] == 1]
        ]
        for name in frame
    }


def test_days_before_and_after():
    pytest.importorskip("holidays")
    days = pd.date_range("2024-09-30", "2024-10-05", freq="D")
    assert dates(PublicHolidays("DE").columns(days)) == {
        "holiday": ["10-03"],
        "before": ["10-02"],
        "after": ["10-04"],
    }
    # All Saints' Day is one in Bavaria and none in Berlin.
    days = pd.date_range("2024-11-01", periods=2, freq="D")
    for place, expected in (("DE-BY", 1), ("DE-BE", 0)):
        columns = PublicHolidays(place).columns(days)
        assert columns[f"holiday in {place}"].tolist() == [expected, 0]


def test_the_hours_of_a_day():
    pytest.importorskip("holidays")
    hours = pd.date_range("2024-10-02 22:00", periods=30, freq="h")
    name = "holiday in DE"
    local = PublicHolidays("DE").columns(hours)[name]
    assert (local.idxmax(), local.sum()) == (pd.Timestamp("2024-10-03"), 24)
    ends = PublicHolidays("DE", at_end=True).columns(hours)[name]
    assert ends.idxmax() == pd.Timestamp("2024-10-03 01:00")
    utc = PublicHolidays("DE", "Europe/Berlin").columns(hours)[name]
    assert utc.idxmax() == pd.Timestamp("2024-10-02 22:00")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("DEU-", "`holidays=DEU-` is no country whose holidays are known"),
        ("DE-BX", "DE has no part 'BX' whose holidays are known. Did you mean"),
    ],
)
def test_unknown_places(place, message):
    pytest.importorskip("holidays")
    with pytest.raises(UserError) as caught:
        check_holidays(place)
    assert message in str(caught.value)


def test_weeks_have_no_holidays():
    pytest.importorskip("holidays")
    weeks = pd.date_range("2024-01-07", periods=5, freq="7D")
    with pytest.raises(UserError, match="are days, and the rows are 7 d apart"):
        check_holidays("de", weeks)


def test_a_missing_library(monkeypatch):
    monkeypatch.setattr("keras_rnn.optional.is_installed", lambda library: False)
    with pytest.raises(UserError) as caught:
        check_holidays("DE")
    assert str(caught.value) == (
        "Knowing public holidays needs holidays, which is not installed: pip install "
        '"keras-rnn[holidays]"'
    )


@pytest.fixture
def every_tenth(monkeypatch):
    """A country where each tenth day of a month is a holiday, without the library."""

    def calendar(place, years):
        return [
            f"{year}-{month:02}-{day}"
            for year in years
            for month in range(1, 13)
            for day in (10, 20)
        ]

    monkeypatch.setattr(public_holidays, "_calendar", calendar)


def test_a_forecast_knows_them(every_tenth, tmp_path):
    days = pd.date_range("2022-01-01", "2024-03-05", freq="D")
    closed = days.day.isin([10, 20])
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"sold": np.where(closed, 5, 60) + rng.normal(size=len(days))})
    frame.index = days
    small = {"horizon": 7, "history": 8, "model": "ridge", "verbose": 0}
    one = Forecaster.fit(frame, "sold", holidays="xx", **small)
    one.save(tmp_path)
    forecast = Forecaster.load(tmp_path).predict()["forecast"]
    np.testing.assert_allclose(forecast, [60, 60, 60, 60, 5, 60, 60], atol=3)
    assert one.preparation.holidays.place == "XX"


def test_none_in_the_training_part_is_told(every_tenth):
    hours = pd.date_range("2024-01-11", periods=24 * 9, freq="h")
    frame = pd.DataFrame({"load": np.sin(np.arange(216) / 4)}, hours)
    plan = plan_forecast(frame, "load", horizon=4, holidays="XX")
    assert any(text.startswith("no holiday of XX is in") for text in plan.remarks)
