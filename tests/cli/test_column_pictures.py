import numpy as np
import pandas as pd
import pytest
from helpers.forecasts import series_of

from keras_rnn.cli.column_pictures import gaps_of, plot_columns, sparkline


def column(values, **arguments):
    index = pd.date_range(
        "2024-01-01", periods=len(values), **{"freq": "D"} | arguments
    )
    return pd.Series(np.array(values, float), index=index)


def test_each_character_is_the_mean_of_a_stretch():
    assert sparkline(column([0, 2, 7, 7, 3, 4]), width=6) == "▁▃██▄▅"
    rising = sparkline(column(range(1000)), width=8)
    assert rising == "▁▂▃▄▅▆▇█"


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([1, np.nan, np.nan, 8], "▁··█"),
        ([5, 5, 5], "▁▁▁"),
        ([0.1] * 100, "▁" * 40),  # the mean of which may be 0.09999999999999999
        ([np.nan, np.nan], "··"),
        ([1], "·"),
    ],
)
def test_what_is_not_there(values, line):
    assert sparkline(column(values)) == line


def test_missing_rows_are_missing_values():
    whole = column([1, 8] * 6)
    # Eight rows are left, each of which is a character; four days make two of them.
    line = sparkline(whole.drop(whole.index[4:8]))
    assert len(line) == 8
    assert line[3:5].count("·") >= 1


def test_gaps_the_longest_first():
    values = column([1, np.nan, *range(3, 21)])
    holed = values.drop(values.index[8:11])
    days = [(a.day, b.day) for a, b in gaps_of(holed)]
    assert days == [(8, 12), (1, 3)]
    assert gaps_of(column([np.nan, 1, 2])) == []


def test_months_have_no_gaps():
    assert gaps_of(column(range(30), freq="MS")) == []


def test_a_figure_has_axes_for_each_column_and_shades_the_gaps():
    values = column(range(40))
    frame = pd.DataFrame({"a": values, "b": values}).drop(values.index[10:20])
    figure = plot_columns(series_of(frame, "a"))
    assert [one.get_title(loc="left") for one in figure.axes] == ["a", "b"]
    assert [len(one.patches) for one in figure.axes] == [1, 1]
