"""The grammar draws what its table says, and gives nothing away too early."""

import numpy as np
import pytest

from keras_rnn.datasets.text import ambiguous_names
from keras_rnn.errors import UserError

MANY = ambiguous_names.generate(4_000, seed=1)


def texts(sentences):
    return [" ".join(ambiguous_names.words(row)) for row in sentences.tokens]


def test_the_slides_sentences_can_be_said():
    text = ["He said , Teddy Roosevelt was a great President ."]
    text += ["He said , Teddy bears are on sale !"]
    assert set(text) <= set(texts(ambiguous_names.generate(4_000, seed=0, most=1)))
    assert [
        " ".join(ambiguous_names.words(ambiguous_names.encode(one))) for one in text
    ] == text


def test_names_are_the_ambiguous_words_and_the_surname_of_a_person():
    for row, names in zip(MANY.tokens, MANY.is_name, strict=True):
        said = ambiguous_names.words(row)
        person = bool(set(said) & set(ambiguous_names.SURNAMES))
        expected = (
            set(ambiguous_names.AMBIGUOUS + ambiguous_names.SURNAMES)
            if person
            else set()
        )
        assert names[: len(said)].tolist() == [word in expected for word in said]
        assert not names[len(said) :].any()


def test_ambiguous_words_are_marked_and_are_no_padding():
    marked = {
        ambiguous_names.VOCABULARY[token] for token in MANY.tokens[MANY.is_ambiguous]
    }
    assert marked == set(ambiguous_names.AMBIGUOUS)
    assert not MANY.is_ambiguous[MANY.tokens == 0].any()


@pytest.mark.parametrize("speaker", ambiguous_names.SPEAKERS)
def test_speakers_and_persons_are_as_frequent_as_said(speaker):
    share, person = ambiguous_names.SPEAKERS[speaker]
    rows = MANY.tokens[:, 0] == ambiguous_names.encode([speaker])[0]
    assert rows.mean() == pytest.approx(share, abs=0.03)
    # The word after "said ," is always ambiguous.
    assert MANY.is_name[rows, 3].mean() == pytest.approx(person, abs=0.05)


def test_before_the_deciding_word_only_the_speaker_says_anything():
    rows = MANY.tokens[:, 0] == ambiguous_names.encode(["He"])[0]
    counts = MANY.is_ambiguous.sum(axis=1)
    for count in (1, 2, 3):
        chosen = rows & (counts == count)
        assert MANY.is_name[chosen, 3].mean() == pytest.approx(0.5, abs=0.07)
    for token in ambiguous_names.encode(ambiguous_names.AMBIGUOUS):
        chosen = rows & (MANY.tokens[:, 3] == token)
        assert MANY.is_name[chosen, 3].mean() == pytest.approx(0.5, abs=0.08)


def test_a_seed_repeats_and_another_does_not():
    one, same, other = (
        texts(ambiguous_names.generate(20, seed=seed)) for seed in (3, 3, 4)
    )
    assert one == same
    assert one != other


def test_most_bounds_the_ambiguous_words():
    counts = ambiguous_names.generate(300, most=2).is_ambiguous.sum(axis=1)
    assert set(counts.tolist()) == {1, 2}
    assert set(MANY.is_ambiguous.sum(axis=1).tolist()) == {1, 2, 3}


def test_shapes_and_types():
    assert MANY.tokens.shape == MANY.is_name.shape == MANY.is_ambiguous.shape
    assert (MANY.tokens.dtype, MANY.is_name.dtype) == (np.int32, np.float32)
    assert MANY.tokens.max() < len(ambiguous_names.VOCABULARY)
    assert len(set(ambiguous_names.VOCABULARY)) == len(ambiguous_names.VOCABULARY)


def test_refuses_what_it_cannot_do():
    with pytest.raises(UserError, match="most is 6: give a number from 1 to 5"):
        ambiguous_names.generate(1, most=6)
    with pytest.raises(UserError, match="count is 0"):
        ambiguous_names.generate(0)
    with pytest.raises(UserError, match="'Freddy' is not a word"):
        ambiguous_names.encode("He said , Freddy")
