from fractions import Fraction

import pytest

from keras_rnn.applications.music_generation import bars

HEAD = "X:1\nM:{}\nL:1/8\nK:D\n"
FOUR = "ABc def|ABc def|ABc def|ABc def"


def count(body, metre="6/8"):
    return bars.count(HEAD.format(metre) + body + "\n")


@pytest.mark.parametrize(
    "body",
    [
        f"{FOUR}|]",
        f"{FOUR}:|",
        f"d|{FOUR}|ABc d2:|",  # the last bar lacks the anacrusis
        f"de|{FOUR}|ABc d:|fg|{FOUR}|ABc d:|",
        f"d|{FOUR}|ABc d2||d|{FOUR}|ABc d2|]",
        f"d|{FOUR}|[1 ABc d2:|[2 ABc d2|]",
        f"d|{FOUR}|ABc d2:|{FOUR}|ABc d2|]",  # and then from the beginning again
        f"d|{FOUR}|ABc|]def|{FOUR}|ABc d2|]",  # a bar that a double line cuts
        f"|:{FOUR}:: {FOUR}:|",
        f"(3ABcd def|{FOUR}|]",
        f"A>Bc d2e|{FOUR}|]",
    ],
)
def test_whole_as_players_count(body):
    report = count(body)
    assert report.fault == ""
    assert report.whole


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("ABc def|ABc de|ABc def|ABc def|A6|A6|]", "bar 2 has 5 eighths instead of 6"),
        (f"{FOUR}|A7|]", "bar 5 has 7 eighths instead of 6"),
        (f"ABc defg|{FOUR}|]", "bar 1 has 7 eighths instead of 6"),
        (f"{FOUR}|ABc d2:|", "bar 5 has 5 eighths instead of 6"),
        (f"d|{FOUR}|ABc d:|", "bar 6 has 4 eighths instead of 6"),
        (f"d|{FOUR}|ABc def:|", "bar 6 has 6 eighths instead of 5"),
        (f"{FOUR}|(3ABcd ef|A6|]", "bar 5 has 5 eighths instead of 6"),
        (f"{FOUR}|A", "no bar line ends it"),
        ("A6|A6|]", "it has fewer than 4 full bars"),
        ("", "it has fewer than 4 full bars"),
    ],
)
def test_faults_are_named(body, fault):
    report = count(body)
    assert not report.whole
    assert report.fault == fault


@pytest.mark.parametrize(
    ("metre", "bar"),
    [("4/4", "A8"), ("2/2", "A8"), ("3/4", "A6"), ("9/8", "A9"), ("2/4", "A4")],
)
def test_a_bar_is_as_long_as_its_metre(metre, bar):
    assert count("|".join([bar] * 4) + "|]", metre).whole
    assert not count("|".join([bar] * 4 + ["A5"]) + "|]", metre).whole


def test_what_music21_cannot_read_is_not_whole():
    report = bars.count("X:1\nK:D\nM:what\nABc|\n")
    assert not report.whole
    assert report.fault.startswith("it cannot be read")


def test_bars_are_what_music21_read():
    tokens, full = bars.parse(HEAD.format("4/4") + "A2|(3ABc d2 e4:|[2 f8|]")
    assert full == 4
    assert bars.bars(tokens) == [
        bars.Bar(Fraction(1), "", "|"),
        bars.Bar(Fraction(4), "|", ":|"),
        bars.Bar(Fraction(4), ":|[2", "|]"),
    ]


def test_the_share():
    whole = HEAD.format("6/8") + FOUR + "|]"
    assert bars.share([whole, whole, whole, "X:1\nK:D\nA|"]) == 0.75
    assert bars.share([]) == 0
