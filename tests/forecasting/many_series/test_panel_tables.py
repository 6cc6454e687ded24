"""Long, wide and separate tables as one panel, and what is wrong with them."""

import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series import SeriesPanel

DAYS = pd.date_range("2024-03-01", periods=6)


def long_table(**series):
    """A row for each series and day; a series is a list of values."""
    return pd.concat(
        [
            pd.DataFrame({"shop": name, "day": DAYS[: len(values)], "sold": values})
            for name, values in series.items()
        ],
        ignore_index=True,
    )


TWO = long_table(North=[1.0, 2, 3, 4, 5, 6], South=[9.0, 8, 7, 6])


def test_long_rows_are_put_in_order():
    panel = SeriesPanel.from_long(TWO.sample(frac=1, random_state=3), "shop", "sold")
    order = [panel.names.index(name) for name in ("North", "South")]
    panel = panel.select(np.array(order))
    assert panel.values.tolist() == [1, 2, 3, 4, 5, 6, 9, 8, 7, 6]
    assert panel.offsets.tolist() == [0, 6, 10]
    assert panel.ends.astype("datetime64[D]").astype(str).tolist() == [
        "2024-03-06",
        "2024-03-04",
    ]
    assert panel.step.text == "1 d"
    assert panel.step.season == ("week", 7)


def test_the_forms_of_a_table_agree():
    long = SeriesPanel.from_long(TWO, "shop", "sold")
    wide = SeriesPanel.from_wide(TWO.pivot_table("sold", "day", "shop"))
    tables = {name: rows.set_index("day")["sold"] for name, rows in TWO.groupby("shop")}
    by_index = SeriesPanel.from_long(TWO.set_index(["shop", "day"]), "shop")
    for other in (wide, SeriesPanel.from_dict(tables), by_index):
        assert other.names == long.names
        np.testing.assert_array_equal(other.values, long.values)
        np.testing.assert_array_equal(other.offsets, long.offsets)
        np.testing.assert_array_equal(other.starts, long.starts)


def test_short_holes_are_filled_and_long_ones_kept():
    values = np.arange(20.0)
    days = pd.date_range("2024-03-01", periods=20)
    kept = np.delete(np.arange(20), [3, 8, 9, 10, 11])
    panel = SeriesPanel.from_dict({"a": pd.Series(values[kept], days[kept])})
    assert panel.values[[2, 3, 4]].tolist() == [2, 2, 4]
    assert np.isnan(panel.values[8:12]).all()
    assert panel.notes["rows added where time is missing"] == 5
    assert panel.notes["values carried forward, at most 3 in a row"] == 1
    assert panel.notes["values left missing"] == 4


def test_names_stay_as_they_are_written():
    days = pd.to_datetime(["2024-03-01"] * 4 + ["2024-03-02"] * 4)
    names = pd.Series([1, 1.0, "001", "a,b;c"] * 2, dtype="object")
    frame = pd.DataFrame({"id": names, "day": days, "y": np.arange(8.0)})
    assert SeriesPanel.from_long(frame, "id", "y").names == ["1", "1.0", "001", "a,b;c"]
    numbers = frame.assign(id=[3, 2, 1, 0] * 2)
    assert SeriesPanel.from_long(numbers, "id", "y").names == ["3", "2", "1", "0"]


def test_months_follow_the_calendar():
    ends = pd.date_range("2023-10-31", periods=4, freq="ME")
    panel = SeriesPanel.from_dict({"a": pd.Series(range(4), ends)})
    stamps = panel.future_stamps(2)[0].astype("datetime64[D]").astype(str).tolist()
    assert stamps == ["2024-02-29", "2024-03-31"]
    weekdays = pd.bdate_range("2024-03-01", periods=10)
    panel = SeriesPanel.from_dict({"a": pd.Series(range(10), weekdays)})
    assert panel.step.text == "1 working day"
    assert str(panel.future_stamps(1)[0, 0])[:10] == "2024-03-15"
    assert len(panel.values) == 10


def test_a_time_zone_comes_back():
    hours = pd.date_range("2024-03-30 20:00", periods=9, freq="h", tz="Europe/Berlin")
    panel = SeriesPanel.from_dict({"a": pd.Series(range(9), hours)})
    assert panel.of("a").index.equals(hours.as_unit("ns"))


def changed(row, **cells):
    table = TWO.astype({"sold": "object", "shop": "object"})
    for name, value in cells.items():
        table.loc[row, name] = value
    return table


REPEATED = pd.concat([TWO, TWO.iloc[[7]].assign(sold=1.5)], ignore_index=True)
HOURLY = pd.DataFrame(
    {
        "shop": "fast",
        "day": pd.date_range("2024-03-01", periods=6, freq="h"),
        "sold": 1.0,
    }
)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            REPEATED,
            "Series 'South' has two rows for 2024-03-02 00:00:00 (row 7 and row 10) "
            "with different values in column 'sold': 8 and 1.5",
        ),
        (changed(2, sold="x"), "Column 'sold' holds no numbers: row 2 is 'x'"),
        (
            changed(8, day=pd.NaT),
            "Series 'South' has a row without a time stamp (row 8",
        ),
        (
            changed(4, shop=" "),
            "1 of 10 rows have no name in column 'shop', first row 4",
        ),
        (
            pd.concat([TWO, HOURLY], ignore_index=True),
            "Series 'fast' has a row each 1 h (from row 10 on), and the most have one "
            "each 1 d: 1 of 3 series have another step",
        ),
        (
            changed(5, day=pd.Timestamp("2124-03-01")),
            "Series 'North' has no row between 2024-03-05 00:00:00 (row 4) and "
            "2124-03-01 00:00:00 (row 5)",
        ),
        (TWO.iloc[[0, 6]], "Each series has one row alone, first 'North' (row 0)"),
        (TWO.assign(sold=np.nan), "Column 'sold' holds no value in any series."),
    ],
)
def test_what_cannot_be_used_is_named(table, message):
    with pytest.raises(UserError) as caught:
        SeriesPanel.from_long(table, "shop", "sold")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_left_out_is_counted():
    one = long_table(one=[4.0], empty=[np.nan, np.nan])
    panel = SeriesPanel.from_long(pd.concat([TWO, one, TWO]), "shop", "sold")
    assert panel.names == ["North", "South"]
    assert panel.notes["series of one row, left out ('one')"] == 1
    assert panel.notes["series without a value of 'sold', left out ('empty')"] == 1
    assert panel.notes["rows that repeat another of their series, dropped"] == 10


def test_ends_years_apart_are_told():
    early = TWO[TWO["shop"] == "South"].assign(
        shop="old", day=lambda rows: rows["day"] - pd.Timedelta(days=4000)
    )
    panel = SeriesPanel.from_long(pd.concat([TWO, early]), "shop", "sold")
    (remark,) = panel.remarks
    assert remark.startswith("1 of 3 series end more than a year before the last one")
    assert "the first 'old' at 2013-03-22" in remark


def test_an_unknown_column_or_series_has_a_suggestion():
    with pytest.raises(UserError, match=r"no column 'shops' .* Did you mean 'shop'\?"):
        SeriesPanel.from_long(TWO, "shops")
    with pytest.raises(UserError, match=r"no series 'Nort'. Did you mean 'North'\?"):
        SeriesPanel.from_long(TWO, "shop").of("Nort")
    with pytest.raises(UserError, match="Series 'b': it is a list"):
        SeriesPanel.from_dict({"a": TWO.set_index("day")["sold"], "b": [1]})
