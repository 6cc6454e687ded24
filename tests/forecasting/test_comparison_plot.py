import matplotlib.pyplot as plt
import numpy as np
import pytest

from keras_rnn.forecasting.comparison import Errors, Score
from keras_rnn.forecasting.comparison_plot import plot_comparison

NAIVE = Errors(0.4, 2.0)


def score(name, mae, target_mae, task="multi-step", is_naive=False):
    validation = Errors(mae * 1.1, target_mae * 1.1)
    return Score(task, name, validation, Errors(mae, target_mae), NAIVE, is_naive)


@pytest.fixture
def figure():
    scores = [
        score("persistence", 0.5, 3.0, is_naive=True),
        score("seasonal_naive", 0.4, 2.0, is_naive=True),
        score("ridge", float("nan"), 1.8),
        score("linear", 0.45, 1.9),
        score("lstm", 0.3, 1.5),
        score("persistence", 0.1, 0.7, "single-step", is_naive=True),
        score("dense", 0.05, 0.4, "single-step"),
    ]
    figure = plot_comparison(scores, "T (degC)", "degC", "weather (file): 700 rows")
    yield figure
    plt.close(figure)


def heights(axes):
    return [bar.get_height() for bar in axes.patches]


def names(axes):
    return [label.get_text() for label in axes.get_xticklabels()]


def test_a_bar_for_each_model_and_part(figure):
    all_columns, target = figure.axes[:2]
    assert names(all_columns) == ["linear", "lstm"]
    np.testing.assert_allclose(heights(all_columns), [0.495, 0.33, 0.45, 0.3])
    # Ridge forecasts the target alone, so it has a bar there and none on the left.
    assert names(target) == ["ridge", "linear", "lstm"]
    np.testing.assert_allclose(
        heights(target), [1.98, 2.09, 1.65, 1.8, 1.9, 1.5], rtol=1e-6
    )


def test_lines_for_naive_and_crosses_for_those_above(figure):
    lines = [line for line in figure.axes[0].lines if line.get_marker() != "x"]
    assert [line.get_ydata()[0] for line in lines] == [0.5, 0.4]
    crosses = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    # Linear, at 0.45 worse than the better naive: in the middle of its bar.
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in crosses] == [
        (0.2, 0.225)
    ]
    assert not [line for line in figure.axes[1].lines if line.get_marker() == "x"]


def test_tasks_units_and_data_are_named(figure):
    assert len(figure.axes) == 4
    assert figure.axes[0].get_title("left").startswith("multi-step: ")
    assert figure.axes[2].get_title("left").startswith("single-step: ")
    assert figure.axes[1].get_title("left") == "T (degC) alone"
    assert figure.axes[1].get_ylabel() == "mean absolute error (degC)"
    assert figure.get_supxlabel() == "weather (file): 700 rows"
    (legend,) = figure.legends
    assert {text.get_text() for text in legend.get_texts()} == {
        "validation",
        "test",
        "persistence (test)",
        "seasonal naive (test)",
    }


def test_a_naive_error_far_above_is_written_instead_of_drawn(figure):
    # Persistence is at 3.0 on the right, where the highest bar is 2.09.
    _, target = figure.axes[:2]
    assert [text.get_text() for text in target.texts if "above" in text.get_text()] == [
        "persistence (test): 3.00, above the picture"
    ]
    assert target.get_ylim()[1] < 3
