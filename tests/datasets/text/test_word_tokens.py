import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.text.word_tokens import (
    detokenise,
    lower_case_by_rank,
    mostly_lower_case,
    normalised,
    split_long,
    tokenise,
    true_case,
)

WORDS = st.sampled_from(["ve", "él", "it's", "Tom", "niño", "12", "3,5", "d'eau"])
SIGNS = st.sampled_from([".", ",", "?", "¿", "¡", "!", ";", "(", ")", "%", "$", "-"])
TOKENS = st.lists(WORDS | SIGNS, max_size=12)


@given(TOKENS)
def test_what_was_written_is_read_again(tokens):
    read = tokenise(detokenise(tokens))
    assert [token.lower() for token in read] == [token.lower() for token in tokens]


@given(st.text(max_size=40))
def test_no_letter_is_lost(text):
    assert "".join(tokenise(text)) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "¿Quieres cantar conmigo? ¡Sí, claro!",
        'Dijo: "No lo sé."',
        "Cuesta $5 (o un 10%).",
        "Voulez-vous chanter avec moi?",
        "Si vienes, ¿qué harás?",
    ],
)
def test_sentences_come_back_as_they_were(text):
    known = mostly_lower_case([tokenise(f"o {text.lower()}")])
    assert detokenise(true_case(tokenise(text), known)) == text


def test_a_word_is_written_as_it_is_within_sentences():
    sentences = [tokenise("The cat saw Tom."), tokenise("Tom saw the cat.")]
    is_lower_case = mostly_lower_case(sentences)
    assert true_case(sentences[0], is_lower_case)[0] == "the"
    assert true_case(sentences[1], is_lower_case)[0] == "Tom"
    assert true_case(["A", "b", ".", "The"], is_lower_case) == ["A", "b", ".", "the"]


def test_a_vocabulary_knows_the_same_by_its_order():
    is_lower_case = lower_case_by_rank(["the", "Tom", "The"])
    assert true_case(["The", "."], is_lower_case) == ["the", "."]
    assert true_case(["Tom", "."], is_lower_case) == ["Tom", "."]
    assert true_case(["Unknown", "."], is_lower_case) == ["Unknown", "."]


@given(TOKENS, st.integers(1, 5))
def test_parts_are_short_and_lose_nothing(tokens, longest):
    found = split_long(tokens, longest)
    assert [token for part in found for token in part] == tokens
    assert all(len(part) <= longest for part in found)


def test_parts_are_cut_behind_the_strongest_sign():
    assert split_long(list("a,b.c,d"), 6) == [list("a,b."), list("c,d")]
    assert split_long(list("abcde"), 3) == [list("abc"), list("de")]


def test_sentences_are_the_same_without_capitals_and_signs():
    assert normalised("¿Qué?") == normalised("que?".replace("e", "é")) == "qué"
    assert normalised("It's me!") == "it s me"
