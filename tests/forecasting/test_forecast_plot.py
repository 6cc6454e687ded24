import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num

from keras_rnn.forecasting.backtest import Backtest
from keras_rnn.forecasting.forecast_plot import plot_forecast


def lines(axes):
    return {line.get_label(): line.get_xydata() for line in axes.get_lines()}


def drawn(
    target="T (degC)", unit="degC", caption="where from", mae_by_step=None, steps=3
):
    stamps = pd.date_range("2024-05-01", periods=10 + steps, freq="h")
    past = pd.Series(np.arange(10.0), index=stamps[:10])
    forecast = 9.0 - np.arange(1.0, 1 + steps)
    future = pd.DataFrame(
        {"forecast": forecast, "lower": forecast - 2, "upper": forecast + 1},
        index=stamps[10:],
    )
    figure = plot_forecast(
        past,
        future,
        target=target,
        unit=unit,
        caption=caption,
        mae_by_step=mae_by_step,
    )
    return figure, past, future


def judged(steps):
    errors = {
        "model": np.full((2, steps), 1.0),
        "persistence": np.full((2, steps), -3.0),
        "seasonal_naive": np.array([[2.0] * steps, [-4.0] * steps]),
        "ridge": np.arange(2.0 * steps).reshape(2, steps),
    }
    return Backtest(errors, "day", pd.Timestamp("2024"), pd.Timestamp("2025"))


def test_past_and_forecast_are_drawn_where_they_belong():
    figure, past, future = drawn()
    (axes,) = figure.axes
    found = lines(axes)
    np.testing.assert_allclose(
        found["so far"], np.column_stack([date2num(past.index), past])
    )
    joined = pd.concat([past.iloc[-1:], future["forecast"]])
    np.testing.assert_allclose(
        found["forecast"], np.column_stack([date2num(joined.index), joined])
    )


def test_band():
    figure, _, future = drawn()
    (band,) = figure.axes[0].collections
    assert band.get_label() == "80 % band"
    corners = band.get_paths()[0].vertices
    assert corners[:, 1].min() == future["lower"].min()
    assert corners[:, 1].max() == future["upper"].max()
    assert corners[:, 0].min() == date2num(future.index[0])
    assert corners[:, 0].max() == date2num(future.index[-1])


def test_nested_bands_the_narrowest_on_top():
    stamps = pd.date_range("2024-05-01", periods=6, freq="h")
    past = pd.Series(np.arange(4.0), index=stamps[:4])
    names = ["forecast", "lower 50", "upper 50", "lower 95", "upper 95"]
    future = pd.DataFrame([[5.0, 4, 6, 2, 8]] * 2, index=stamps[4:], columns=names)
    figure = plot_forecast(past, future, target="x", levels=(50.0, 95.0))
    wide, narrow = figure.axes[0].collections
    assert [wide.get_label(), narrow.get_label()] == ["95 % band", "50 % band"]
    for band, ends in ((wide, (2, 8)), (narrow, (4, 6))):
        heights = band.get_paths()[0].vertices[:, 1]
        assert (heights.min(), heights.max()) == ends
    assert narrow.get_facecolor().sum() < wide.get_facecolor().sum()
    # One that there were too few errors for is left out.
    future[["lower 95", "upper 95"]] = np.nan
    figure = plot_forecast(past, future, target="x", levels=(50.0, 95.0))
    assert [one.get_label() for one in figure.axes[0].collections] == ["50 % band"]


def test_words():
    figure, _, _ = drawn()
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "T (degC): the next 3 steps of 1 h"
    assert axes.get_ylabel() == "T [degC]"
    assert figure.get_supxlabel() == "where from"
    assert drawn("sales", "")[0].axes[0].get_ylabel() == "sales"


@pytest.mark.parametrize("steps", [1, 3])
def test_errors_by_step(steps):
    figure, _, _ = drawn(mae_by_step=judged(steps).mae_by_step, steps=steps)
    axes = figure.axes[1]
    found = lines(axes)
    expected = judged(steps).mae_by_step
    for label, name in [
        ("this forecast", "model"),
        ("persistence", "persistence"),
        ("seasonal naive", "seasonal_naive"),
        ("ridge", "ridge"),
    ]:
        np.testing.assert_allclose(found[label][:, 0], np.arange(1, steps + 1))
        np.testing.assert_allclose(found[label][:, 1], expected[name])
    assert axes.get_ylabel() == "mean absolute error [degC]"
    assert axes.get_ylim()[0] == 0
    # A single point is no line: it needs a mark to be seen.
    marks = {line.get_marker() for line in axes.get_lines()}
    assert marks == ({"o"} if steps == 1 else {"None"})


def test_dollars_are_no_formula():
    figure, _, _ = drawn("price ($/$_{x)", "$/$^", caption="~/$a/$b^^.csv")
    figure.savefig(io.BytesIO(), format="svg")
    assert figure.get_supxlabel() == r"~/\$a/\$b^^.csv"
