"""Which columns are known ahead, and whether the rows to come follow the readings."""

import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.known_ahead import (
    check_length,
    checked_names,
    find_known_ahead,
)

DAYS = pd.date_range("2024-03-01", periods=40, freq="D")


def sales(empty=0, **columns):
    """Forty days of sales, of which the last ones are still to come."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"sold": rng.normal(50, 5, 40), "price": np.arange(40.0), "visits": 1.0}, DAYS
    )
    if empty:
        frame.loc[DAYS[-empty:], ["sold", "visits"]] = np.nan
    return frame.assign(**columns)


def to_come(rows=7, start="2024-04-10", step="D"):
    index = pd.date_range(start, periods=rows, freq=step)
    return pd.DataFrame({"price": np.arange(100.0, 100 + rows)}, index)


def refused(*arguments, **named):
    with pytest.raises(UserError) as caught:
        find_known_ahead(*arguments, **named)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_nothing_is_known_of_readings_alone():
    frame = sales()
    found = find_known_ahead(frame, "sold")
    assert (found.columns, found.future, found.remarks) == ((), None, ())
    assert found.history is frame


def test_empty_rows_at_the_end_are_the_future():
    found = find_known_ahead(sales(empty=5), "sold")
    assert found.columns == ("price",)
    assert len(found.history) == 35
    assert found.future["price"].tolist() == [35, 36, 37, 38, 39]
    assert found.remarks == (
        "the last 5 rows have no 'sold': taken as the rows to forecast, with 'price' "
        "known ahead (from 2024-04-05 00:00:00 on)",
    )


def test_few_empty_rows_are_a_hole_unless_columns_are_named():
    found = find_known_ahead(sales(empty=3), "sold")
    assert (found.columns, len(found.history)) == ((), 40)
    assert "name it as `known_ahead`" in found.remarks[0]
    named = find_known_ahead(sales(empty=3), "sold", "price")
    assert len(named.future) == 3


def test_a_column_that_is_partly_filled_is_asked_about():
    frame = sales(empty=5)
    frame.loc[DAYS[-5], "visits"] = 2.0
    assert refused(frame, "sold") == (
        "The last 5 rows have no 'sold' from 2024-04-05 00:00:00 on, and column "
        "'visits' has 1 values there: name what is known ahead as `known_ahead`, or "
        "leave off these rows."
    )


def test_columns_of_the_future_are_known_ahead():
    found = find_known_ahead(sales(), "sold", future=to_come())
    assert found.columns == ("price",)
    assert found.remarks == ("known ahead, as the future rows say: 'price'",)
    assert "no column of the data: theirs are 'cost'" in refused(
        sales(), "sold", future=to_come().rename(columns={"price": "cost"})
    )


def test_empty_rows_and_then_a_future():
    future = to_come(start="2024-04-08")
    found = find_known_ahead(sales(empty=5), "sold", ["price"], future)
    assert found.future["price"].tolist() == [35, 36, 37, *range(100, 107)]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("sold", "`known_ahead` names 'sold', the column to forecast"),
        (["prise"], "and there is none of numbers. Did you mean 'price'?"),
    ],
)
def test_names_that_cannot_be(names, message):
    assert message in refused(sales(), "sold", names)


def test_names_are_taken_once():
    assert checked_names(["price", "price"], ["sold", "price"], "sold") == ("price",)


@pytest.mark.parametrize(
    ("future", "message"),
    [
        (
            to_come(start="2024-04-12"),
            "The future rows begin at 2024-04-12 00:00:00, and the first row after the "
            "last reading, 2024-04-09 00:00:00, is 2024-04-10 00:00:00. Give the rows "
            "from there on.",
        ),
        (
            to_come(step="7D"),
            "The future rows are 7 d apart at 2024-04-17 00:00:00, and those of the "
            "data 1 d. Give rows of the same step.",
        ),
        (
            to_come().drop(pd.Timestamp("2024-04-13")),
            "The future rows have a gap before 2024-04-14 00:00:00: 2024-04-13 "
            "00:00:00 is missing. Give each row.",
        ),
        (
            to_come().replace({"price": {102.0: np.nan, 104.0: np.nan}}),
            "The future rows have no value of 'price' at 2024-04-12 00:00:00, and it "
            "is known ahead (2 values are missing). Fill it in.",
        ),
        (to_come(rows=0), "The future has no rows"),
        (
            to_come().rename(columns={"price": "prices"}),
            "The future rows have no column 'price', which is known ahead. Did you "
            "mean 'prices'?",
        ),
    ],
)
def test_a_future_that_does_not_follow(future, message):
    assert message in refused(sales(), "sold", ["price"], future)


def test_working_days_have_no_weekend():
    index = pd.bdate_range("2024-03-01", periods=40)  # up to Thursday, 25 April
    frame = sales().set_axis(index)
    future = to_come(3, start="2024-04-26")
    message = refused(frame, "sold", ["price"], future)
    assert (
        "2024-04-27 00:00:00 stands where 2024-04-29" in message or "apart" in message
    )
    good = to_come(3).set_axis(pd.bdate_range("2024-04-26", periods=3))
    assert len(find_known_ahead(frame, "sold", ["price"], good).future) == 3


def test_too_few_rows():
    with pytest.raises(UserError, match=r"is given for 5 rows.*`horizon=5`\.$"):
        check_length(5, 7, "2024-04-16", ["price"])
    with pytest.raises(UserError, match="'price' is given for no row"):
        check_length(0, 7, "2024-04-16", ["price"])
