import pandas as pd
import pytest

from keras_rnn.datasets.tables.time_columns import find_times
from keras_rnn.errors import UserError

ISO = ["2020-01-01 00:00", "2020-01-01 01:00"]


def found_in(time_column=None, **columns):
    cells = pd.DataFrame(columns)
    return find_times(cells, time_column, "a.csv").columns


def test_found_wherever_it_stands():
    assert found_in(T=[1.0, 2.0], p=[3.0, 4.0], when=ISO) == ("when",)


def test_a_telling_name_wins():
    sunrise = ["2020-01-01 08:10", "2020-01-02 08:10"]
    assert found_in(sunrise=sunrise, Zeitstempel=ISO) == ("Zeitstempel",)
    assert found_in(sunrise=sunrise, measured_date=ISO) == ("measured_date",)


def test_the_first_one_among_equals():
    assert found_in(a=ISO, b=ISO) == ("a",)


def test_the_user_decides():
    assert found_in("b", time=ISO, b=ISO) == ("b",)


@pytest.mark.parametrize("given", ["date time", "DATE_TIME", "Date Time"])
def test_a_name_is_found_in_another_spelling(given):
    assert found_in(given, **{"Date Time": ISO, "T": [1.0, 2.0]}) == ("Date Time",)


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(UserError) as caught:
        found_in("daet", date=ISO, T=[1.0, 2.0])
    assert str(caught.value) == (
        "a.csv has no column 'daet'. Did you mean 'date'? The columns are: 'date', 'T'."
    )


def test_a_named_column_without_stamps():
    with pytest.raises(UserError, match=r"column 'T' holds no time stamps \(its first"):
        found_in("T", date=ISO, T=[1.0, 2.0])


def test_no_time_column_is_nothing():
    cells = pd.DataFrame({"T": [1.0, 2.0], "p": [3.0, 4.0]})
    assert find_times(cells, None, "a.csv") is None


def test_a_long_list_is_cut():
    with pytest.raises(UserError, match="'c29', and 70 more"):
        found_in("x", **{f"c{i}": [1.0, 2.0] for i in range(100)})


def test_numbers_count_only_under_a_telling_name():
    epoch = [1_577_836_800, 1_577_840_400]
    assert found_in(load=epoch, time=epoch) == ("time",)
    assert found_in(a=epoch, unix_time=epoch) == ("unix_time",)
    assert find_times(pd.DataFrame({"load": epoch}), None, "a.csv") is None


def test_a_duration_is_not_taken_for_excel_days():
    cells = pd.DataFrame({"lifetime": [40_000.0, 40_001.0]})
    assert find_times(cells, None, "a.csv") is None


def test_date_and_time_in_two_columns():
    cells = pd.DataFrame(
        {
            "Time": ["00:00", "12:00", "00:00"],
            "Date": ["01.02.2020", "01.02.2020", "13.02.2020"],
        }
    )
    found = find_times(cells, None, "a.csv")
    assert found.columns == ("Date", "Time")
    assert [str(stamp) for stamp in found.reading.stamps] == [
        "2020-02-01 00:00:00",
        "2020-02-01 12:00:00",
        "2020-02-13 00:00:00",
    ]


def test_date_and_hour_as_a_number():
    found = found_in(Datum=["2020-01-01"] * 2, Stunde=[0, 1], T=[1.0, 2.0])
    assert found == ("Datum", "Stunde")


def test_an_hour_beside_full_stamps_is_a_quantity():
    assert found_in(time=ISO, hour=[0, 1]) == ("time",)


def test_daily_data_need_no_time_of_day():
    days = ["2020-01-01", "2020-01-02"]
    assert found_in(date=days, hour=[5, 6]) == ("date",)


def test_year_month_day_hour():
    cells = pd.DataFrame(
        {
            "No": [1, 2],
            "year": [2010, 2010],
            "month": [1, 1],
            "day": [2, 2],
            "hour": [0, 1],
            "pm2.5": [129.0, 148.0],
        }
    )
    found = find_times(cells, None, "a.csv")
    assert found.columns == ("year", "month", "day", "hour")
    assert found.reading.stamps.tolist() == [
        pd.Timestamp("2010-01-02 00:00"),
        pd.Timestamp("2010-01-02 01:00"),
    ]


def test_truth_values_are_no_time():
    assert found_in(timely=[True, False], stamp=ISO) == ("stamp",)


def test_a_quantity_as_large_as_the_hour_stays():
    hours = pd.date_range("2021-01-01", periods=48, freq="1h")
    cells = pd.DataFrame(
        {"D": hours.strftime("%Y-%m-%d"), "T": hours.strftime("%H:%M")}
    )
    found = find_times(cells.assign(v=hours.hour), None, "a.csv")
    assert (found.columns, found.others) == (("D", "T"), {})


def reading_of(**columns):
    return find_times(pd.DataFrame(columns), None, "a.csv")


HOURS = pd.date_range("2023-01-30", periods=40, freq="h")
LATER = (HOURS + pd.Timedelta("1h")).strftime("%Y-%m-%d %H:%M")
STAMPS = HOURS.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize("unit", ["s", "ms"])
def test_seconds_since_1970_beside_stamps_are_no_measurement(unit):
    """Whatever the name of their column is."""
    count = HOURS.as_unit(unit).asi8
    found = reading_of(iso=STAMPS, ticks=count, n=count)
    assert set(found.others.items()) == {
        *(("ticks", "it holds time stamps"), ("n", "it holds time stamps"))
    }
    # Large numbers that do not go with the stamps are measured.
    assert reading_of(iso=STAMPS, bytes=count[::-1]).others == {}


def test_begin_and_end_of_intervals():
    found = reading_of(von=STAMPS, bis=LATER, v=range(40))
    assert found.reading.marks == "start"
    assert found.others == {"bis": "the end of the interval that begins at 'von'"}
    found = reading_of(bis=LATER, von=STAMPS, v=range(40))
    assert (found.columns, found.reading.marks) == (("bis",), "end")
    assert found.others == {"von": "the start of the interval that ends at 'bis'"}


def test_local_time_is_not_the_end_of_an_interval():
    found = reading_of(**{"UTC time": STAMPS, "Local time": LATER}, v=range(40))
    assert found.reading.marks == ""
    assert found.others == {"Local time": "it holds time stamps"}


def test_the_name_of_a_month_leaves_nothing_to_explain():
    cells = pd.date_range("2022-11-20", periods=20).strftime("%b %d, %Y")
    reading = reading_of(Date=cells, v=range(20)).reading
    assert (reading.order, reading.why) == ("month first", "")
    assert reading.stamps.iloc[0] == pd.Timestamp("2022-11-20")


def test_a_single_row_holds_one_stamp():
    """`5.22` could be May of the year 22: far from the other stamp, it is none."""
    cells = pd.DataFrame({"time": ISO[:1], "T (degC)": [5.22], "p": [992.65]})
    found = find_times(cells, None, "a.csv")
    assert (found.columns, found.others) == (("time",), {})
