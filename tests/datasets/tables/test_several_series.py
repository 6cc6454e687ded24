"""Several series in one table: never one of them by chance."""

import pandas as pd
import pytest

from keras_rnn.datasets.tables.read_table import table_of_bytes
from keras_rnn.errors import UserError

DAYS = pd.date_range("2021-01-28", periods=40)


def read(header, rows, **arguments):
    return table_of_bytes("\n".join([header, *rows]).encode(), "a.csv", **arguments)


def refusal(header, rows, **arguments):
    with pytest.raises(UserError) as caught:
        read(header, rows, **arguments)
    return str(caught.value)


def in_turn(*keys):
    return [f"{d:%Y-%m-%d},{k},{i}.5" for i, d in enumerate(DAYS) for k in keys]


def stacked(*keys):
    return [f"{d:%Y-%m-%d},{k},{i}.5" for k in keys for i, d in enumerate(DAYS)]


@pytest.mark.parametrize("order", [in_turn, stacked])
@pytest.mark.parametrize(
    ("name", "keys", "told"),
    [
        ("store", ("North", "South"), "'store' (2 values: 'North', 'South')"),
        ("ticker", "ABCDEF", "'ticker' (6 values: 'A', 'B', 'C', 'D', ...)"),
        ("station", (17, 4), "'station' (2 values: '17', '4')"),
        ("store_nbr", range(1, 25), "'store_nbr' (24 values: '1', '2', '3', '4', ...)"),
        ("x", ("a", "b"), "'x' (2 values: 'a', 'b')"),
    ],
)
def test_they_are_named(order, name, keys, told):
    message = refusal(f"date,{name},v", order(*keys))
    assert message == (
        f"a.csv holds several series in one table, told apart by column {told}. Choose "
        f"one of them: where={{{name!r}: {str(next(iter(keys)))!r}}}; or forecast all: "
        f"`series_column={name}`."
    )


def test_series_of_different_steps_are_not_forecast_all_at_once():
    rows = [
        f"20{year:02}-{month:02}-01,month,1.5"
        for year in (21, 22)
        for month in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    ]
    rows += [f"20{year:02}-01-01,year,2.5" for year in range(10, 24)]
    message = refusal("date,series,v", rows)
    assert message.endswith("Choose one of them: where={'series': 'month'}.")


def test_two_columns_tell_them_apart():
    rows = [
        f"{d:%Y-%m-%d},{a},{b},{i}"
        for i, d in enumerate(DAYS)
        for a in "NS"
        for b in "xy"
    ]
    message = refusal("date,store,item,v", rows)
    assert message.endswith("where={'store': 'N', 'item': 'x'}.")
    assert "where={'item': 'x'}" in refusal(
        "date,store,item,v", rows, where={"store": "S"}
    )
    table = read("date,store,item,v", rows, where={"store": "S", "item": "y"})
    assert table.frame["v"].tolist() == list(range(40))


def test_one_is_chosen():
    table = read("date,store,v", in_turn("North", "South"), where={"Store": "south"})
    assert table.frame["v"].tolist() == [i + 0.5 for i in range(40)]
    assert table.series == {"store": "south"}
    kinds = {column.name: (column.kind, column.used) for column in table.columns}
    assert kinds["store"] == ("series", False)
    assert read("date,id,v", in_turn(1, 2), where={"id": 2}).frame.shape == (40, 1)


def test_what_is_not_there():
    rows = in_turn("North", "South")
    assert refusal("date,store,v", rows, where={"shop": "North"}) == (
        "a.csv has no column 'shop'. The columns are: 'date', 'store', 'v'."
    )
    assert refusal("date,id,v", in_turn(1, 2), where={"id": 7}) == (
        "a.csv: no row has 7 in column 'id'. It holds '1', '2'."
    )


def test_stamps_that_do_not_coincide():
    """Sensors that are read one after the other, or whose files were joined."""
    hours = pd.date_range("2021-01-01", periods=40, freq="1h")
    later = pd.Timedelta("7s")
    rows = [f"{t + i * later},{k},{i}.5" for t in hours for i, k in enumerate("abc")]
    assert "told apart by column 'sensor'" in refusal("time,sensor,v", rows)
    rows = [f"{t + i * later},{k},{i}.5" for i, k in enumerate("abc") for t in hours]
    assert "told apart by column 'sensor'" in refusal("time,sensor,v", rows)


def test_months_beside_years():
    months = pd.date_range("2012-01-01", periods=24, freq="MS")
    rows = [f"M,{m:%Y-%m},{i}" for i, m in enumerate(months)] + ["A,2012,1", "A,2013,2"]
    message = refusal("FREQ,TIME,value", rows)
    # Of two steps, they cannot be forecast all at once.
    assert message.endswith(
        "column 'FREQ' (2 values: 'M', 'A'). Choose one of them: where={'FREQ': 'M'}."
    )
    assert len(read("FREQ,TIME,value", rows, where={"FREQ": "M"}).frame) == 24


@pytest.mark.parametrize("text", ["dry", "wet"])
def test_columns_of_states_are_no_series(text):
    rows = [
        f"{d:%Y-%m-%d},{text if i % 3 else 'fog'},{i}.5" for i, d in enumerate(DAYS)
    ]
    assert len(read("date,sky,v", rows).frame) == 40


def test_rows_that_repeat_for_no_visible_reason():
    rows = [f"{d:%Y-%m-%d},{i + j}.{j}7" for i, d in enumerate(DAYS) for j in (1, 2)]
    assert refusal("date,v", rows).startswith(
        "a.csv: 40 of 80 rows repeat the time stamp of another row with other values "
        "(lines 2 and 3, for example); they differ in 'v'. If one"
    )


def test_the_hour_that_summer_time_repeats_is_no_second_series():
    local = pd.date_range("2021-10-30 22:00", periods=96, freq="15min", tz="UTC")
    local = local.tz_convert("Europe/Berlin")
    table = read("time,v", [f"{t:%Y-%m-%d %H:%M},{i}" for i, t in enumerate(local)])
    assert len(table.frame) == 92
    assert table.repairs["rows that repeat a time stamp, dropped"] == 4
    assert table.notes == (
        "the hour that the end of summer time repeats is there twice: its first rows "
        "were kept",
    )


def test_a_name_after_another_is_one_series_and_said():
    rows = [
        f"{day:%Y-%m-%d},{'old' if i < 40 else 'new'},{i}.5"
        for i, day in enumerate(pd.date_range("2021-01-01", periods=90))
    ]
    table = read("date,sensor,T", rows)
    assert len(table.frame) == 90
    assert table.notes == (
        "column 'sensor' is first 'old', then 'new': they were read as one series; "
        "where={'sensor': 'new'} takes the rows of one",
    )
    assert len(read("date,sensor,T", rows, where={"sensor": "new"}).frame) == 50
