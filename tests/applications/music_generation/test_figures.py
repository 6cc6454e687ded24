import pytest

from keras_rnn.applications.music_generation import figures as figure

TUNE = "%abc-2.1\nX:1\nM:6/8\nL:1/8\nK:D\nA|B3 z3|(3fga f2 d2|A3 d2:|\n"


@pytest.fixture
def axes():
    return figure.draw({"mine": TUNE}, "from nowhere").axes[0]


def test_each_note_is_a_bar_where_it_sounds(axes):
    bars = [
        (round(p.get_x(), 3), round(p.get_y() + p.get_height() / 2), p.get_width())
        for p in axes.patches
    ]
    # The anacrusis is the end of bar 0; a triplet's note is 2/3 of an eighth.
    assert [bar[:2] for bar in bars[:4]] == [(0.833, 69), (1, 71), (2, 78), (2.111, 79)]
    assert len(bars) == 9  # and the rest is none
    assert bars[1][2] == pytest.approx(0.92 * 0.5)


def test_bar_lines_and_ends(axes):
    lines = [(line.get_xdata()[0], line.get_color()) for line in axes.lines]
    assert [place for place, _ in lines] == pytest.approx([1, 2, 3, 3 + 5 / 6])
    assert [colour for _, colour in lines] == ["0.85"] * 3 + ["tab:red"]
    assert axes.get_title() == "mine"
    assert "A4" in [label.get_text() for label in axes.get_yticklabels()]
