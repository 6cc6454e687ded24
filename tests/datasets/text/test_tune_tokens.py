from fractions import Fraction

import pytest

from keras_rnn.datasets.text import tune_tokens as music_tokens
from keras_rnn.datasets.text.tune_tokens import (
    UnreadableError,
    tokens_of,
    write_abc,
)
from keras_rnn.datasets.text.tunes import Tune, sample


def body_of(text, length="1/8"):
    return tokens_of(Tune("6/8", length, "G", text, 1))[2:]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("A2 B/ c/2 d3/2|]", "A2 B/2 c/2 d3/2 |]"),
        ("^F,2 =c' _B//|]", "^F,2 =c' _B/4 |]"),
        ("A>B c<d e>>f|]", "A3/2 B/2 c/2 d3/2 e7/4 f/4 |]"),
        ("(3ABc (AB) A-|A|]", "(3 A B c A B A | A |]"),
        ("[DA]2 [F2A2]z|]", "D2 F2 z |]"),
        ('{g}A "Am"~B !trill!c .d|]', "A B c d |]"),
        ("|:A:||:B||c|1d:|2e|]", "|: A :: B || c | [1 d :| [2 e |]"),
        ("[1 A :|\n[2 B ||", "[1 A :| [2 B ||"),
        ("A|!\nB", "A | B |]"),
        ("A:||\n|:B:|", "A :: B :|"),
        ("|A|B :: c|:d:|", "A | B :: c |: d :|"),
    ],
)
def test_signs_become_tokens(text, tokens):
    assert body_of(text) == tokens.split()


def test_lengths_count_in_eighths_whatever_the_unit():
    assert body_of("A2 B c/|]", "1/4") == ["A4", "B2", "c", "|]"]
    assert body_of("A2 B|]", "1/16") == ["A", "B/2", "|]"]


@pytest.mark.parametrize(
    ("tune", "message"),
    [
        (("6/8", "1/8", "G", "AB|\nK:D\nc|"), r"changes on the way \(K:D\)"),
        (("6/8", "1/8", "G", "AB[M:2/4]c|"), r"changes on the way \(\[M:2/4\]\)"),
        (("6/8", "1/8", "G", "AB; rest"), r"'; rest' is not understood"),
        (("6/8", "1/8", "G", "(5ABcde|"), r"'\(5' is no triplet"),
        (("6/8", "1/8", "G", ">A|"), r"broken rhythm has no note before it"),
        (("six", "1/8", "G", "A|"), r"'six' is no metre such as 6/8"),
        (("6/8", "1/8", "H", "A|"), r"'H' is no key such as D or Ador"),
        (("6/8", "1/7", "G", "A|"), r"'1/7' is no length such as 1/8"),
    ],
)
def test_what_has_no_tokens_says_why(tune, message):
    with pytest.raises(UnreadableError, match=message):
        tokens_of(Tune(*tune, 1))


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("D Major", "K:D"),
        (" A Dorian", "K:Ador"),
        ("Emin", "K:Em"),
        ("E", "K:E"),
        ("Bm", "K:Bm"),
        ("Bb mixolydian", "K:Bbmix"),
    ],
)
def test_keys_have_one_name(name, token):
    assert music_tokens.key_token(name) == token


def test_lengths_of_notes():
    assert music_tokens.eighths("=c,7/4") == Fraction(7, 4)
    assert not music_tokens.is_note("|")
    assert not music_tokens.is_note("(3")
    with pytest.raises(UnreadableError, match=r"'\|' is no note such as \^c2"):
        music_tokens.eighths("|")


def test_a_written_tune_has_the_same_tokens_again():
    for tune in sample(20).tunes:
        tokens = tokens_of(tune)
        head, body = write_abc(tokens).split(f"{tokens[1]}\n")
        assert head == f"{tokens[0]}\nL:1/8\n"
        again = tokens_of(Tune(tune.metre, "1/8", tune.key, body, 1))
        assert again == tokens


def test_beams_lines_and_endings():
    reel = "M:4/4 K:D A2 B c d e (3 f g a | A B c d e4 | A8 | [1 A8 :| [2 A4 d4 |]"
    assert write_abc(reel.split(" ")) == (
        "M:4/4\nL:1/8\nK:D\nA2Bc de(3fga|ABcd e4|A8|[1 A8:|\n[2 A4 d4|]\n"
    )


def test_signs_that_are_no_music_are_left_out():
    assert write_abc(["M:3/4", "K:G", "?", "A2", "|]"]) == "M:3/4\nL:1/8\nK:G\nA2|]\n"
