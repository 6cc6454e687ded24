import numpy as np
import pytest

from keras_rnn.applications.visual_navigation.agent import Walks
from keras_rnn.applications.visual_navigation.figures import draw_attention, draw_routes
from keras_rnn.datasets.generated import shape_maps


@pytest.fixture(scope="module")
def tasks():
    return shape_maps.generate(30, 0, 0).part("train")


def test_routes_right_ones_above_failed_ones_below(tasks):
    places = np.tile(tasks.starts[:, None], (1, 4))
    places[:, 1:] += 1
    right = np.arange(30) % 3 == 0
    figure = draw_routes(tasks, places, right, caption="a sample", count=3)
    assert len(figure.axes) == 6
    assert [axes.get_ylabel() for axes in figure.axes[::3]] == ["right", "failed"]
    assert figure.get_supxlabel() == "a sample"
    drawn = [axes.get_title().replace("\n", " ") for axes in figure.axes]
    assert {tasks.texts.index(text) % 3 == 0 for text in drawn[:3]} == {True}
    assert {tasks.texts.index(text) % 3 == 0 for text in drawn[3:]} == {False}
    # Each kind of instruction comes once before any comes again.
    assert len({tasks.legs[tasks.texts.index(text)] for text in drawn[:3]}) == 3
    place = tasks.texts.index(drawn[0])
    route = figure.axes[0].lines[0].get_xydata().round().astype(int)
    start = divmod(int(tasks.starts[place]), 6)
    assert route[0].tolist() == [start[1], start[0]]
    assert len(route) == 2  # standing still is no way


def test_no_row_is_drawn_for_what_there_is_not(tasks):
    places = np.tile(tasks.starts[:, None], (1, 2))
    figure = draw_routes(tasks, places, np.ones(30, bool), count=2)
    assert len(figure.axes) == 2
    assert figure.axes[0].get_ylabel() == "right"


def test_attention_has_a_row_for_each_step_and_a_column_for_each_word(tasks):
    actions = [["up", "stop"]] * 30
    words = np.zeros((30, 5, 20))
    words[3, 1, 2] = 0.7
    walks = Walks(
        actions, np.zeros((30, 6), int), np.ones(30, bool), words, np.zeros((30, 5, 6))
    )
    figure = draw_attention(tasks, walks, [3, 4])
    axes = figure.axes[1]
    said = [label.get_text() for label in axes.get_xticklabels()]
    assert " ".join(said).replace(" ,", ",") == tasks.texts[3]
    assert [one.get_text() for one in axes.get_yticklabels()] == ["1. up", "2. stop"]
    shown = axes.images[0].get_array()
    assert shown.shape == (2, len(said))
    assert shown[1, 2] == 0.7
