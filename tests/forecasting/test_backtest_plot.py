from itertools import pairwise

import pandas as pd
import pytest
from helpers.backtests import made_backtest

from keras_rnn.forecasting.importance_plot import plot_importance


@pytest.fixture(scope="module")
def figure():
    return made_backtest(origins=30).plot("made up for $1")


def test_a_panel_for_each_fold_and_the_errors_below(figure):
    above, below = figure.subfigs
    assert [axes.get_title(loc="left") for axes in above.axes] == ["fold 1", "fold 2"]
    assert [axes.get_title(loc="left") for axes in below.axes] == [
        "Error by fold",
        "Error by step, all folds",
    ]
    assert below.get_supxlabel() == r"made up for \$1"
    assert above.get_supylabel() == "load [kW]"


def test_the_forecasts_drawn_do_not_overlap(figure):
    axes = figure.subfigs[0].axes[0]
    truth, *forecasts = axes.get_lines()
    assert truth.get_label() == "truth"
    assert len(forecasts) == 5
    spans = sorted((line.get_xdata()[0], line.get_xdata()[-1]) for line in forecasts)
    for (_, end), (start, _) in pairwise(spans):
        assert end < start
    assert len(axes.collections) == 5


def test_bars_are_the_errors_of_each_fold(figure):
    axes = figure.subfigs[1].axes[0]
    scores = made_backtest(origins=30).scores("fold")
    heights = [bar.get_height() for container in axes.containers for bar in container]
    assert heights == pytest.approx(scores["mae"].tolist())


def test_without_a_band_none_is_drawn():
    figure = made_backtest(band=False).plot()
    assert not any(axes.collections for axes in figure.subfigs[0].axes)


def test_one_step_is_drawn_as_points():
    figure = made_backtest(horizon=1).plot()
    forecast = figure.subfigs[0].axes[0].get_lines()[1]
    assert forecast.get_marker() == "o"


def test_the_dearest_column_stands_above():
    table = pd.DataFrame(
        {
            "column": ["T $1", "p"],
            "increase": [0.5, -0.1],
            "spread": [0.1, 0.05],
            "share": [0.25, -0.05],
        }
    )
    figure = plot_importance(table, target="T", unit="degC", caption="made up")
    axes = figure.axes[0]
    assert [bar.get_width() for bar in axes.patches] == [0.5, -0.1]
    assert [label.get_text() for label in axes.get_yticklabels()] == [r"T \$1", "p"]
    assert axes.yaxis_inverted()
    assert axes.get_xlabel() == "mean absolute error gained by shuffling [degC]"
    assert [text.get_text() for text in axes.texts] == ["+25.0%", "-5.0%"]
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()


def test_of_many_columns_the_first_are_drawn():
    table = pd.DataFrame(
        {
            "column": [f"c{number}" for number in range(40)],
            "increase": 0.5,
            "spread": 0.0,
            "share": float("nan"),
        }
    )
    axes = plot_importance(table, target="T").axes[0]
    assert len(axes.patches) == 25
    assert axes.get_title(loc="left").endswith("the first 25 of 40")
    assert not axes.texts
