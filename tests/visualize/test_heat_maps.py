import matplotlib.pyplot as plt
import numpy as np
import pytest

from keras_rnn.errors import UserError
from keras_rnn.reference import lstm, random_weights, unfold
from keras_rnn.visualize import attention_map, gates, states
from keras_rnn.visualize.heat_maps import visible_token

SCORES = np.array([[0.75, 0.25, 0.0], [0.0, 0.5, 0.5]])


def labels(ticks):
    return [one.get_text() for one in ticks]


def test_states_of_a_word():
    values = np.linspace(-0.9, 0.5, 10).reshape(5, 2)
    figure = states(values, tokens=list("hello"))
    axes, bar = figure.axes
    (image,) = axes.images
    np.testing.assert_array_equal(image.get_array(), values.T)
    assert image.get_clim() == (-1, 1)
    assert labels(axes.get_xticklabels()) == list("hello")
    assert labels(axes.get_yticklabels()) == ["0", "1"]
    assert axes.get_title() == "hidden state $h$"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("token read", "unit")
    assert bar.get_ylabel() == "value"


def test_steps_are_numbered_from_one_and_units_chosen():
    figure, own = plt.subplots()
    values = np.arange(12.0).reshape(4, 3)
    assert states(values, units=[2, 0], axes=own, title="mine") is figure
    assert labels(own.get_xticklabels()) == ["1", "2", "3", "4"]
    assert labels(own.get_yticklabels()) == ["2", "0"]
    np.testing.assert_array_equal(own.images[0].get_array(), values[:, [2, 0]].T)
    assert own.images[0].get_clim() == (-11, 11)
    assert own.get_title() == "mine"


def test_gates_of_the_reference():
    x = np.random.default_rng(0).normal(size=(2, 5, 3))
    run = unfold(lstm, x, random_weights(lstm, 3, 4))
    figure = gates(run, tokens=list("hello"), sample=1)
    panels = {axes.get_title(): axes for axes in figure.axes if axes.get_title()}
    assert list(panels) == [
        "hidden state $h$",
        "cell state $c$",
        "input gate $i$: what is written",
        "forget gate $f$: 1 keeps the cell",
        "output gate $o$: what is shown",
        "candidate $g$",
    ]
    forget = panels["forget gate $f$: 1 keeps the cell"].images[0]
    assert forget.get_clim() == (0, 1)
    np.testing.assert_array_equal(forget.get_array(), run.values["f"][1].T)
    last = panels["candidate $g$"]
    assert labels(last.get_xticklabels()) == list("hello")
    figure = gates(run.values, names=["f"])
    assert [axes.get_title() for axes in figure.axes][:1] == [forget.axes.get_title()]


def test_what_does_not_fit():
    with pytest.raises(
        UserError, match=r"shape \(time, units\).*Received shape \(3,\)"
    ):
        states(np.zeros(3))
    with pytest.raises(UserError, match="There are 2 tokens for 5 steps"):
        states(np.zeros((5, 2)), tokens=["a", "b"])
    with pytest.raises(UserError, match="no sample 4 in a batch of 2"):
        states(np.zeros((2, 5, 2)), sample=4)
    with pytest.raises(UserError, match="units must be integers from 0 to 1"):
        states(np.zeros((5, 2)), units=[2])
    with pytest.raises(UserError, match=r"no f to draw\. Known: h"):
        gates({"h": np.zeros((5, 2))}, names=["f"])


def test_hidden_signs_are_shown():
    assert [visible_token(token) for token in (" ", "\n", "a b", "$", 3)] == [
        "\u2423",
        "\u21b5",
        "a b",
        r"\$",
        "3",
    ]


def test_a_row_for_each_output():
    axes, bar = attention_map(SCORES, ["the", "black", "cat"], ["le", "chat"]).axes
    np.testing.assert_array_equal(axes.images[0].get_array(), SCORES)
    assert axes.images[0].get_clim() == (0, 0.75)
    words = [one.get_text() for one in axes.get_xticklabels()]
    assert words == ["the", "black", "cat"]
    assert [one.get_text() for one in axes.get_yticklabels()] == ["le", "chat"]
    assert axes.get_xlabel() == "source: what was read"
    assert axes.get_ylabel() == "target: what was written"
    assert bar.get_ylabel() == "weight of attention"


def test_one_of_a_batch_without_tokens():
    axes = attention_map(np.stack([0 * SCORES, SCORES]), sample=1).axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), SCORES)
    assert [one.get_text() for one in axes.get_yticklabels()] == ["1", "2"]


def test_attention_that_does_not_fit():
    with pytest.raises(UserError, match="3 target tokens for 2 rows"):
        attention_map(SCORES, target_tokens="abc")
    with pytest.raises(UserError, match="2 source tokens for 3 columns"):
        attention_map(SCORES, source_tokens="ab")
    with pytest.raises(UserError, match=r"Received shape \(3,\)"):
        attention_map(np.zeros(3))
