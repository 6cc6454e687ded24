import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.text.entity_tokens import (
    joined,
    marked,
    places,
    shape,
    spans,
    tokens,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Yesterday, Harry Potter met Hermione Granger.",
            ["Yesterday", ",", "Harry", "Potter", "met", "Hermione", "Granger", "."],
        ),
        ("O'Brien's twenty-one", ["O'Brien", "'s", "twenty-one"]),
        ("Don't! We'll see.", ["Do", "n't", "!", "We", "'ll", "see", "."]),
        ("She did n't , 's", ["She", "did", "n't", ",", "'s"]),
        (
            "Luna\u2019s (U.S.) 1,000.5",
            ["Luna", "\u2019s", "(", "U.S.", ")", "1,000.5"],
        ),
        ("", []),
    ],
)
def test_tokens(text, found):
    assert [token for token, *_ in tokens(text)] == found


@given(st.text(max_size=40))
def test_no_sign_is_lost_and_places_are_right(text):
    found = tokens(text)
    assert "".join(token for token, *_ in found) == "".join(text.split())
    assert all(text[start:end] == token for token, start, end in found)


def test_shape_says_how_a_word_is_written():
    assert [shape(word) for word in ("Émile", "HMS", "A4", "...")] == [
        "Xx",
        "X",
        "Xd",
        ".",
    ]


@given(st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"]), max_size=8))
def test_spans_are_those_of_seqeval(tags):
    from seqeval.metrics.sequence_labeling import get_entities

    expected = [(kind, first, last + 1) for kind, first, last in get_entities(tags)]
    assert spans(tags) == expected


def test_entities_are_marked_where_they_stand():
    text = "Luna's friend, Ron Weasley , left"
    found = tokens(text)
    tags = ["B-PER", "O", "O", "O", "B-PER", "I-PER", "O", "O"]
    assert marked(text, places(found, tags)) == (
        "[Luna: PER]'s friend, [Ron Weasley: PER] , left"
    )
    assert marked(text, []) == text


def test_joined_tokens_know_their_places():
    text, found = joined(["Ron", ",", "who"])
    assert text == "Ron , who"
    assert [text[start:end] for _, start, end in found] == ["Ron", ",", "who"]
