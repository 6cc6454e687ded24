from collections import Counter

import matplotlib.pyplot as plt
import pytest

from keras_rnn.errors import UserError
from keras_rnn.visualize import Structure, unfold
from keras_rnn.visualize.layout import layout
from keras_rnn.visualize.structure import Row

RNN = (Row("RNN"),)
BOTH = Row("GRU", ("forward", "backward"), merge="concat")


def artists(axes):
    """How many nodes, arrows and labels of each kind were drawn."""
    return Counter(
        artist.get_gid()
        for artist in [*axes.patches, *axes.texts]
        if not artist.get_gid().startswith("text")
    )


def texts(axes, gid):
    return [one.get_text() for one in axes.texts if one.get_gid() == gid]


def test_many_to_many_as_on_the_slide():
    figure = unfold(Structure("many_to_many", RNN), steps=3)
    folded, unfolded = figure.axes
    assert artists(folded) == {
        "input": 1,
        "cell": 1,
        "output": 1,
        **{f"{what} {name}": 1 for what in ("arrow", "label") for name in WEIGHTS},
    }
    assert artists(unfolded) == {
        "input": 3,
        "cell": 3,
        "output": 3,
        "state": 1,
        "label state": 2,
        **{f"{what} {name}": 3 for what in ("arrow", "label") for name in WEIGHTS},
    }
    assert texts(unfolded, "text input") == ["$x_{1}$", "$x_{2}$", "$x_{3}$"]
    assert texts(unfolded, "text output") == ["$y_{1}$", "$y_{2}$", "$y_{3}$"]
    assert texts(unfolded, "text cell") == ["RNN"] * 3
    assert texts(unfolded, "text state") == ["$h_{0}$"]
    assert texts(unfolded, "label state") == ["$h_{1}$", "$h_{2}$"]
    # The same weights have one label and one colour, folded and at every step.
    for name in WEIGHTS:
        found = {
            (text.get_text(), text.get_color())
            for axes in figure.axes
            for text in axes.texts
            if text.get_gid() == f"label {name}"
        }
        assert len(found) == 1
        assert next(iter(found))[0] == f"$W_{{{name[2:]}}}$"


WEIGHTS = ("W_xh", "W_hh", "W_hy")


def arrows(graph):
    return Counter(arrow.kind for arrow in graph.arrows)


@pytest.mark.parametrize(
    ("structure", "nodes", "expected"),
    [
        (
            Structure("many_to_one", RNN),
            {"input": 4, "cell": 4, "state": 1, "output": 1},
            {"W_xh": 4, "W_hh": 4, "W_hy": 1},
        ),
        (
            Structure("many_to_one", RNN, pooled=True),
            {"input": 4, "cell": 4, "state": 1, "output": 1},
            {"W_xh": 4, "W_hh": 4, "W_hy": 4},
        ),
        (
            Structure("one_to_many", RNN, feedback=True),
            {"input": 1, "target": 3, "cell": 4, "state": 1, "output": 4},
            {"W_xh": 4, "W_hh": 4, "W_hy": 4, "feedback": 3},
        ),
        (
            Structure("one_to_many", RNN, feedback=True, warm_up=True),
            {"input": 3, "target": 3, "cell": 6, "state": 1, "output": 4},
            {"W_xh": 6, "W_hh": 6, "W_hy": 4, "feedback": 3},
        ),
        (
            Structure("many_to_many", RNN * 3, head=False),
            {"input": 4, "cell": 12, "state": 3, "output": 4},
            {"W_xh": 12, "W_hh": 12, "plain": 4},
        ),
        (
            Structure("many_to_many", (BOTH,)),
            {"input": 4, "cell": 8, "state": 2, "merge": 4, "output": 4},
            {"W_xh": 8, "W_hh": 8, "plain": 8, "W_hy": 4},
        ),
        (
            Structure("many_to_one", (BOTH, BOTH)),
            {"input": 4, "cell": 16, "state": 4, "merge": 5, "output": 1},
            {"W_xh": 16, "W_hh": 16, "plain": 10, "W_hy": 1},
        ),
        (
            Structure("many_to_many", (Row("RNN"), Row("RNN", residual=True))),
            {"input": 4, "cell": 8, "state": 2, "output": 4},
            {"W_xh": 8, "W_hh": 8, "W_hy": 4, "residual": 4},
        ),
        (
            Structure("many_to_many", RNN, conditioned=True),
            {"input": 5, "cell": 4, "state": 1, "output": 4},
            {"W_xh": 4, "W_hh": 4, "W_hy": 4, "plain": 1},
        ),
        (
            Structure("encoder_decoder", RNN, RNN),
            {"input": 4, "target": 4, "cell": 8, "state": 1, "output": 4},
            {"W_xh": 8, "W_hh": 7, "W_hy": 4, "state": 1},
        ),
        (
            Structure("encoder_decoder", (BOTH,), RNN, attention=True),
            {
                "input": 4,
                "target": 4,
                "cell": 12,
                "state": 2,
                "merge": 5,
                "output": 4,
                "attention": 1,
            },
            {
                "W_xh": 12,
                "W_hh": 11,
                "W_hy": 4,
                "plain": 8,
                "state": 3,
                "attention": 8,
            },
        ),
    ],
)
def test_what_is_drawn_for_each_shape(structure, nodes, expected):
    graph = layout(structure, 4)
    assert Counter(node.kind for node in graph.nodes) == nodes
    assert arrows(graph) == expected
    figure = unfold(structure, 4)
    drawn = artists(figure.axes[1])
    for kind, count in nodes.items():
        assert drawn[kind] == count
    for kind, count in expected.items():
        assert drawn[f"arrow {kind}"] == count
    plt.close(figure)


def place(graph, row, direction, step):
    (cell,) = (
        node for node in graph.cells() if node.where[1:] == (row, direction, step)
    )
    return cell


def test_inputs_stand_below_and_states_go_across():
    graph = layout(Structure("many_to_many", RNN * 2), 3)
    cells = [[place(graph, row, "forward", t) for t in range(3)] for row in range(2)]
    for row in cells:
        assert [cell.y for cell in row] == [row[0].y] * 3
        assert row[0].x < row[1].x < row[2].x
    for t in range(3):
        (x,) = (one for one in graph.nodes if one.label == f"$x_{{{t + 1}}}$")
        (y,) = (one for one in graph.nodes if one.label == f"$y_{{{t + 1}}}$")
        assert x.x == cells[0][t].x == cells[1][t].x == y.x
        assert x.y < cells[0][t].y < cells[1][t].y < y.y
    hh = [arrow.path for arrow in graph.arrows if arrow.kind == "W_hh"]
    assert (cells[0][0].right, cells[0][1].left) in hh
    assert (cells[1][1].right, cells[1][2].left) in hh


def test_the_backward_direction_runs_from_the_end_to_the_start():
    graph = layout(Structure("many_to_one", (BOTH,)), 3)
    hh = [arrow.path for arrow in graph.arrows if arrow.kind == "W_hh"]
    cells = [place(graph, 0, "backward", t) for t in range(3)]
    assert (cells[2].left, cells[1].right) in hh
    assert (cells[1].left, cells[0].right) in hh
    # One answer: the last forward state and the first backward state meet.
    plain = [arrow.path[0] for arrow in graph.arrows if arrow.kind == "plain"]
    assert plain == [place(graph, 0, "forward", 2).top, cells[0].top]
    labels = {label.text for label in graph.labels if label.kind == "W_hh"}
    assert labels == {
        r"$\overrightarrow{W}_{hh}$",
        r"$\overleftarrow{W}_{hh}$",
    }


def test_a_layer_that_reads_backwards_ends_on_the_first_step():
    graph = layout(Structure("many_to_one", (Row("GRU", ("backward",)),)), 3)
    (y,) = (node for node in graph.nodes if node.kind == "output")
    assert y.x == place(graph, 0, "backward", 0).x


def test_each_row_has_weights_of_its_own():
    graph = layout(Structure("many_to_many", RNN * 2), 2)
    labels = Counter(label.text for label in graph.labels if label.kind != "state")
    assert labels == {
        r"$W^{\,(1)}_{xh}$": 2,
        r"$W^{\,(1)}_{hh}$": 2,
        r"$W^{\,(2)}_{xh}$": 2,
        r"$W^{\,(2)}_{hh}$": 2,
        "$W_{hy}$": 2,
    }


def test_the_decoder_has_weights_and_states_of_its_own():
    lstm = (Row("LSTM", states=2),)
    graph = layout(Structure("encoder_decoder", lstm, lstm), 2)
    texts = [label.text for label in graph.labels]
    assert texts.count("$W_{xh}$") == texts.count("$W_{ys}$") == 2
    assert [text for text in texts if "c_" in text] == [
        "$h_{1}, c_{1}$",
        "$s_{1}, c_{1}$",
        "$h_{2}, c_{2}$",
    ]


def test_without_recurrence_there_is_nothing_to_unfold():
    figure = unfold(Structure("one_to_one"))
    (axes,) = figure.axes
    assert axes.get_title() == "nothing to unfold"
    assert artists(axes)["cell"] == 1


def test_titles_and_notes():
    figure = unfold(Structure("many_to_one", (BOTH,) * 2), steps=1)
    assert figure.get_suptitle() == "many to one, 2 layers of GRU, both directions"
    assert figure.axes[1].get_title() == "unfolded over 1 step"
    assert unfold(Structure("many_to_one", RNN), title="Mine").get_suptitle() == "Mine"


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_vector_export(tmp_path, suffix):
    path = tmp_path / f"graph.{suffix}"
    unfold(Structure("many_to_one", RNN), steps=2).savefig(path)
    content = path.read_bytes()
    assert content.startswith({"svg": b"<?xml", "pdf": b"%PDF"}[suffix])
    # Shapes, not an image of them.
    assert b"<image" not in content
    assert b"/Subtype /Image" not in content


@pytest.mark.parametrize("steps", [0, -1, 2.5, True, None])
def test_steps_that_cannot_be(steps):
    with pytest.raises(UserError, match="steps must be a positive integer"):
        unfold(Structure("many_to_one", RNN), steps=steps)
