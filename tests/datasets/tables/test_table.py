"""Whole files: what is repaired, what is counted, and what is refused."""

import gzip
import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keras_rnn.datasets.tables.read_table import read_table
from keras_rnn.errors import UserError


@pytest.fixture
def read(tmp_path):
    """A function that writes text to a file and reads it as a table."""

    def read(text, encoding="utf-8", **arguments):
        path = tmp_path / "a.csv"
        path.write_bytes(text.encode(encoding))
        return read_table(path, **arguments)

    return read


@pytest.fixture
def failure(read, tmp_path):
    """A function that gives the message of the error, without the folder."""

    def failure(text, **arguments):
        with pytest.raises(UserError) as caught:
            read(text, **arguments)
        message = str(caught.value)
        assert "\n" not in message
        return message.replace(f"{tmp_path}/", "")

    return failure


def hourly(*cells, header="time,T"):
    lines = [f"2020-01-01 {hour:02d}:00,{cell}" for hour, cell in enumerate(cells)]
    return "\n".join([header, *lines, ""])


def test_a_clean_file_has_nothing_to_repair(read):
    table = read(hourly("1.5,-2", "2.5,-3", header="time,T (degC),p"))
    assert table.repairs == {}
    expected = pd.DataFrame(
        {"T (degC)": [1.5, 2.5], "p": [-2.0, -3.0]},
        index=pd.DatetimeIndex(
            ["2020-01-01 00:00", "2020-01-01 01:00"], name="time"
        ).as_unit("us"),
    )
    pd.testing.assert_frame_equal(table.frame, expected)


def test_whole_numbers_become_floats(read):
    assert read(hourly(1, 2)).frame["T"].dtype == "float64"


def test_rows_out_of_order_are_sorted(read):
    text = "time,T\n2020-01-03,3\n2020-01-01,1\n2020-01-02,2\n"
    table = read(text)
    assert table.frame["T"].tolist() == [1.0, 2.0, 3.0]
    assert table.repairs == {"rows earlier than the row before them, sorted": 1}


def test_newest_first(read):
    table = read("time,T\n2020-01-03,3\n2020-01-02,2\n2020-01-01,1\n")
    assert table.frame["T"].tolist() == [1.0, 2.0, 3.0]
    assert table.repairs == {"rows earlier than the row before them, sorted": 2}


def test_of_few_repeated_stamps_the_first_row_is_kept(read):
    days = pd.date_range("2020-01-01", periods=98)
    rows = [f"{day:%Y-%m-%d},{number}" for number, day in enumerate(days)]
    table = read("\n".join(["time,T", *rows, "2020-01-02,7.5", "2020-01-02,8.5", ""]))
    assert table.frame["T"].tolist() == list(range(98))
    assert table.repairs == {
        "rows earlier than the row before them, sorted": 1,
        "rows that repeat a time stamp, dropped": 2,
    }


def test_the_same_row_twice_is_one_row(read):
    rows = ["2020-01-01,1.5", "2020-01-02,2.5", "2020-01-03,3.5"]
    table = read("\n".join(["time,T", *rows, *rows, ""]))
    assert table.frame["T"].tolist() == [1.5, 2.5, 3.5]
    assert table.repairs["rows that repeat a time stamp, dropped"] == 3


def test_placeholders_and_words_become_missing(read):
    cells = [*range(8), -9999, "n/a", "", "broken", "inf"]
    table = read(hourly(*cells))
    np.testing.assert_array_equal(table.frame["T"], [*range(8), *[np.nan] * 5])
    assert table.repairs == {
        "T: -9999 stands for no measurement, set to missing": 1,
        "T: no value": 2,
        "T: text instead of a number, set to missing": 1,
        "T: infinite, set to missing": 1,
    }


def test_columns_of_text_are_left_out(read):
    table = read(hourly("1,dry", "2,wet", "3,", header="time,T,sky"))
    assert list(table.frame) == ["T"]
    assert table.repairs == {"column 'sky' holds text, left out": 2}


def test_a_column_without_any_value_stays(read):
    table = read(hourly("1,", "2,", header="time,T,p"))
    assert table.frame["p"].isna().all()
    assert table.repairs == {"p: no value": 2}


def test_truth_values_are_numbers(read):
    assert read(hourly("True", "False")).frame["T"].tolist() == [1.0, 0.0]
    table = read(hourly("True", "", "False"))
    np.testing.assert_array_equal(table.frame["T"], [1.0, np.nan, 0.0])


def test_numbers_beyond_64_bits(read):
    assert read(hourly(1, "9" * 30)).frame["T"].tolist() == [
        1.0,
        pytest.approx(1e30, rel=1e-15),  # pandas 2 rounds the last digit
    ]


def test_empty_rows_and_trailing_separators(read):
    first, second = "01.01.2020 00:00;1,5;998,2;", "01.01.2020 01:00;2,5;998,1;"
    table = read("\n".join(["Datum;T;p;", first, ";;;", "", second, ";;;"]))
    assert table.frame.to_numpy().tolist() == [[1.5, 998.2], [2.5, 998.1]]
    assert list(table.frame) == ["T", "p"]
    assert table.repairs == {"empty rows, dropped": 2}


def test_rows_without_a_stamp_are_dropped(read):
    table = read("time,T\n2020-01-01,1\n,2\n2020-01-03,3\n")
    assert table.frame["T"].tolist() == [1.0, 3.0]
    assert table.repairs == {"rows without a time stamp, dropped": 1}


def test_a_year_or_a_date_that_stands_once(read):
    """As spreadsheets show merged cells: the year beside January alone."""
    rows = [f"{2011 if m == 1 else ''},{m},{m}.5" for m in range(1, 13)]
    table = read("\n".join(["Year,Month,T", *rows, ""]))
    assert table.frame.index[-1] == pd.Timestamp("2011-12-01")
    assert table.repairs == {"cells without a year, taken from the row above": 11}
    hours = pd.date_range("2021-01-30", periods=72, freq="1h")
    rows = [f"{t:%d.%m.%Y};{t:%H:%M};7,5" for t in hours]
    rows = [row if "00:00" in row else row[10:] for row in rows]
    table = read("\n".join(["Tag;Zeit;T", *rows, ""]))
    assert table.frame.index.tolist() == hours.tolist()
    assert table.repairs == {"cells without a date, taken from the row above": 69}


def test_most_rows_without_a_stamp_are_not_dropped_in_silence(failure):
    rows = ["2020-01-01,1.5", "2020-01-02,2.5", *[",3.5"] * 5]
    assert failure("\n".join(["time,T", *rows, ""])) == (
        "a.csv: 5 of 7 rows have no time stamp in column 'time'. Fill them in, or name "
        "another column as `time_column`."
    )


def test_gaps_are_counted_and_left_open(read):
    times = pd.date_range("2020-01-01", periods=100, freq="1h").delete([40, 41, 70])
    text = "time,T\n" + "".join(f"{stamp},1\n" for stamp in times)
    table = read(text)
    assert len(table.frame) == 97
    assert table.repairs == {
        "gaps in time, left open": 2,
        "rows missing in these gaps": 3,
    }


def test_uneven_series_have_no_gaps(read):
    text = "time,T\n2020-01-01,1\n2020-01-02,1\n2020-01-05,1\n2020-01-20,1\n"
    assert read(text).repairs == {}


def test_the_index_column_of_pandas_is_found(read):
    times = pd.date_range("2020-01-01", periods=3, freq="1h")
    table = read(pd.DataFrame({"T": [1.0, 2.0, 3.0]}, index=times).to_csv())
    assert table.frame.index.tolist() == times.tolist()
    assert list(table.frame) == ["T"]


def test_running_numbers_are_no_measurement(read):
    frame = pd.DataFrame({"time": pd.date_range("2020", periods=3), "T": [5, 6, 7]})
    table = read(frame.to_csv())
    assert list(table.frame) == ["T"]
    assert table.repairs == {"column 'column 1' only numbers the rows, left out": 3}


def test_counts_under_another_name_stay(read):
    table = read(hourly("0,5", "1,6", "2,7", header="time,bikes,T"))
    assert list(table.frame) == ["bikes", "T"]


def test_a_file_without_header(read):
    table = read("31.12.2016 23:00;1,5\n01.01.2017 00:00;2,5\n")
    assert table.frame["column 2"].tolist() == [1.5, 2.5]
    text = "columns without a name, since there is no header, numbered"
    assert table.repairs == {text: 2}


def test_lines_above_the_header(read):
    table = read("Station Jena\nroof\n\ntime;T\n2020-01-01;1,5\n2020-01-02;2,5\n")
    assert table.frame["T"].tolist() == [1.5, 2.5]
    assert table.repairs == {"lines above the data that are no header, skipped": 2}


def test_two_columns_of_the_same_name(read):
    table = read(hourly("1,2", "3,4", header="time,T,T"))
    assert table.frame["T (2)"].tolist() == [2.0, 4.0]


def test_damaged_header_in_latin_1(read):
    table = read("time,SWDR (W/m²)\n2020-01-01,5\n", encoding="latin-1")
    assert list(table.frame) == ["SWDR (W/m²)"]
    table = read("time,SWDR (W/m\ufffd)\n2020-01-01,5\n")
    assert list(table.frame) == ["SWDR (W/m²)"]
    assert table.repairs == {"column names with damaged characters, restored": 1}


def test_summer_time_with_offsets(read):
    text = (
        "time,T\n2020-10-25T02:00:00+02:00,1\n2020-10-25T02:00:00+01:00,2\n"
        "2020-10-25T03:00:00+01:00,3\n"
    )
    table = read(text)
    assert table.frame.index.tz is None
    assert table.frame.index.hour.tolist() == [0, 1, 2]
    assert table.repairs == {"time stamps with an offset from UTC, changed to UTC": 3}


def test_the_user_names_the_time_column(read):
    text = "made,valid,T\n2020-01-01,2020-01-02,1\n2020-01-01,2020-01-03,2\n"
    frame = read(text, time_column="valid").frame
    assert frame.index[0] == pd.Timestamp("2020-01-02")


def test_household_power_consumption(read):
    """The dialect of a much used set: ?, two columns, day first, semicolons."""
    text = (
        "Date;Time;Global_active_power;Voltage\n"
        "16/12/2006;17:24:00;4.216;234.840\n"
        "16/12/2006;17:25:00;?;?\n"
        "16/12/2006;17:26:00;5.374;233.290\n"
    )
    table = read(text)
    assert table.frame.index[0] == pd.Timestamp("2006-12-16 17:24")
    np.testing.assert_array_equal(table.frame["Voltage"], [234.84, np.nan, 233.29])
    assert table.repairs == {
        "Global_active_power: no value": 1,
        "Voltage: no value": 1,
    }


def test_air_quality(read):
    """Another one: decimal commas, times with points, -200, empty rows and columns."""
    rows = [f"18/03/2004;{hour}.00.00;2,6;1360;13,6;;" for hour in range(13, 20)]
    rows[2:5] = [f"18/03/2004;{hour}.00.00;-200;1360;13,6;;" for hour in (15, 16, 17)]
    text = "\n".join(["Date;Time;CO(GT);S1;T;;", *rows, ";;;;;;", ";;;;;;"])
    table = read(text)
    assert list(table.frame) == ["CO(GT)", "S1", "T"]
    assert table.frame["CO(GT)"].isna().tolist() == [0, 0, 1, 1, 1, 0, 0]
    assert table.repairs["CO(GT): -200 stands for no measurement, set to missing"] == 3
    assert table.frame["T"].tolist() == [13.6] * 7


def test_german_weather_service(read):
    rows = [
        f"       1048;20090101{hour:02d};    3;  -8.{hour};eor" for hour in range(6)
    ]
    rows[3] = "       1048;2009010103;    3;-999;eor"
    table = read("\n".join(["STATIONS_ID;MESS_DATUM;QN_9;TT_TU;eor", *rows, ""]))
    assert table.frame.index[-1] == pd.Timestamp("2009-01-01 05:00")
    expected = [-8.0, -8.1, -8.2, np.nan, -8.4, -8.5]
    np.testing.assert_array_equal(table.frame["TT_TU"], expected)
    assert table.repairs == {
        "TT_TU: -999 stands for no measurement, set to missing": 1,
        "column 'eor' holds text, left out": 6,
    }


def test_nasa_power(read):
    head = "-BEGIN HEADER-\nParameters, units\nT2M Temperature (C) \n-END HEADER-\n"
    rows = [f"2020,1,{day},{hour},{day}.5" for day in (1, 2, 3) for hour in (0, 12)]
    table = read(head + "YEAR,MO,DY,HR,T2M\n" + "\n".join(rows))
    assert list(table.frame) == ["T2M"]
    assert table.frame.index[1] == pd.Timestamp("2020-01-01 12:00")
    assert table.repairs == {"lines above the data that are no header, skipped": 4}


def test_bike_sharing(read):
    rows = [f"{hour + 1},2011-01-01,1,{hour},0.24,{hour * 3}" for hour in range(24)]
    rows += [f"{hour + 25},2011-01-02,1,{hour},0.3,{hour}" for hour in range(24)]
    table = read("\n".join(["instant,dteday,season,hr,temp,cnt", *rows]))
    assert list(table.frame) == ["season", "temp", "cnt"]
    assert table.frame.index[-1] == pd.Timestamp("2011-01-02 23:00")


def test_prices_as_a_broker_writes_them(read):
    rows = [
        '"Jan 06, 2021","1,248.5","12.3K","-0.25%"',
        '"Jan 05, 2021","987.0",-,"1%"',
    ]
    table = read("\n".join(['"Date","Price","Vol.","Change %"', *rows]))
    assert table.frame["Price"].tolist() == [987.0, 1248.5]
    assert table.frame["Change %"].tolist() == [1.0, -0.25]
    assert "Vol." not in table.frame


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "time,T\n2020-01-01,1\n\n2020-01-02,1\nyesterday,2\n2020-01-04,3\n",
            "a.csv, line 5, column 'time': 'yesterday' cannot be read as a time stamp "
            "like those in the other rows. Correct or delete that line.",
        ),
        (
            "T,p\n1,2\n3,4\n",
            "a.csv: no column holds time stamps. The columns, with their first cells, "
            "are: 'T' ('1'), 'p' ('2'). If one does, name it as `time_column`; if the "
            "rows follow each other evenly, say how with `every` and `start`, such as "
            "every='1h', start='2024-01-01'.",
        ),
        (
            "time,sky\n2020-01-01,dry\n2020-01-02,wet\n",
            "a.csv has no column of numbers beside its time stamps.",
        ),
        (
            "time,T\n2020-01-01,1\n2020-01-02,1\n\n2020-01-03,1,8\n",
            "a.csv, line 5: 3 cells, but the table has 2 columns. Correct that line.",
        ),
        (
            "time,T\n2020-01-01,1,8\n2020-01-02,1\n2020-01-03,1\n2020-01-04,2\n",
            "a.csv, line 2: 3 cells, but the table has 2 columns. Correct that line.",
        ),
        (
            'time,T\n2020-01-01,1\n2020-01-02,"1\n2020-01-03,1\n',
            "a.csv: a quotation mark is opened and never closed.",
        ),
    ],
)
def test_what_cannot_be_repaired(failure, text, message):
    # Enough good rows for the bad one to be an exception.
    good = [f"2021-01-{day:02d},1\n" for day in range(1, 32)]
    assert failure(text + "".join(good) * ("T\n2020" in text)) == message


def test_unknown_time_column(failure):
    assert failure(hourly(1, 2), time_column="tiem") == (
        "a.csv has no column 'tiem'. Did you mean 'time'? The columns are: 'time', 'T'."
    )


@given(bad=st.integers(0, 39), blanks=st.sets(st.integers(0, 39)))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_line_of_a_bad_stamp_is_the_files(failure, bad, blanks):
    text = "remark\ntime;T;note\n"
    for row in range(40):
        text += "\n" * (row in blanks)
        if row == bad:
            expected = text.count("\n") + 1
        stamp = "32.01.2020" if row == bad else f"01.01.2020 {row % 24:02d}:{row:02d}"
        note = '"two\nlines"' if row % 7 == 3 else "one"
        text += f"{stamp};{row};{note}\n"
    message = failure(text)
    assert message.startswith(f"a.csv, line {expected}, column 'time': '32.01.2020'")


DIALECTS = {
    "plain": {},
    "german": {"sep": ";", "decimal": ",", "date_format": "%d.%m.%Y %H:%M:%S"},
    "tabs": {"sep": "\t", "date_format": "%Y-%m-%dT%H:%M"},
    "german tabs": {"sep": "\t", "decimal": ",", "date_format": "%d.%m.%y %H:%M"},
    "bars": {"sep": "|", "date_format": "%d-%b-%Y %H:%M:%S"},
    "quoted commas": {"decimal": ",", "quoting": 1},
    "american": {"date_format": "%m/%d/%Y %I:%M %p"},
    "british": {"date_format": "%d/%m/%Y %H:%M"},
    "compact": {"date_format": "%Y%m%d%H%M"},
    "utc": {"date_format": "%Y-%m-%dT%H:%M:%SZ"},
}
NUMBERS = st.one_of(
    st.just(np.nan), st.floats(-300, 1200).map(lambda x: round(x, 3)).filter(bool)
)


@given(
    dialect=st.sampled_from(sorted(DIALECTS)),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    packing=st.sampled_from(["csv", "gz", "zip"]),
    values=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=30, max_size=60),
    minutes=st.sampled_from([10, 60, 1440]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_dialect_gives_the_same_table(
    tmp_path, dialect, encoding, line_end, packing, values, minutes
):
    times = pd.date_range(
        "2016-12-31 23:40", periods=len(values), freq=f"{minutes}min", name="Date Time"
    )
    frame = pd.DataFrame(values, index=times, columns=["T (°C)", "wv (m/s)"])
    frame.iloc[0] = [-2.25, 1.5]  # some number, so that no column is empty
    buffer = io.StringIO()
    frame.to_csv(buffer, lineterminator=line_end, **DIALECTS[dialect])
    data = buffer.getvalue().encode(encoding)
    path = tmp_path / f"a.{packing}"
    if packing == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", data)
    else:
        path.write_bytes(gzip.compress(data) if packing == "gz" else data)

    table = read_table(path)

    pd.testing.assert_frame_equal(
        table.frame, frame.rename_axis("time"), check_freq=False, check_index_type=False
    )
    assert table.frame.index.dtype == "datetime64[us]"
    assert set(table.repairs) <= {"T (°C): no value", "wv (m/s): no value"}
    assert sum(table.repairs.values()) == frame.isna().sum().sum()


def test_nothing_good_is_destroyed_in_ett(real_data):
    path = real_data("ett/ETTh1.csv")
    table = read_table(path)
    plain = pd.read_csv(path, index_col="date", parse_dates=["date"])
    assert table.repairs == {}
    np.testing.assert_array_equal(table.frame.to_numpy(), plain.to_numpy())
    assert (table.frame.index == plain.index).all()


def test_nothing_good_is_destroyed_in_hourly_jena(real_data):
    path = real_data("weather/jena_hourly_2009_2016_6col.csv.gz")
    table = read_table(path)
    plain = pd.read_csv(path)
    assert table.repairs == {
        "gaps in time, left open": 2,
        "rows missing in these gaps": 90,
    }
    np.testing.assert_array_equal(table.frame, plain.iloc[:, 1:])
    assert table.frame.index[0] == pd.Timestamp("2009-01-01 00:10")
    assert table.frame.index[-1] == pd.Timestamp("2016-12-31 23:50")


def test_weather_2020_is_repaired_where_it_is_broken_and_only_there(real_data):
    path = real_data("weather/weather_2020.csv.zip")
    table = read_table(path)
    assert table.repairs == {
        "column names with damaged characters, restored": 3,
        "wv (m/s): -9999 stands for no measurement, set to missing": 1,
        "max. PAR (µmol/m²/s): -9999 stands for no measurement, set to missing": 30,
        "OT: -9999 stands for no measurement, set to missing": 50,
        "rows that repeat a time stamp, dropped": 1,
        "gaps in time, left open": 1,
        "rows missing in these gaps": 9,
    }
    plain = pd.read_csv(path).drop_duplicates("date").iloc[:, 1:]
    assert table.frame.shape == (52_695, 21)
    np.testing.assert_array_equal(table.frame, plain.mask(plain == -9999.0))
