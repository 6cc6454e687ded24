import re
from itertools import pairwise

import numpy as np
import pytest

from keras_rnn.datasets.text.small_talk_grammar import (
    NAMES,
    draw_dialogs,
    is_held_out,
)

TRAIN = draw_dialogs(1500, held_out=False)
TEST = draw_dialogs(300, held_out=True)


def told(dialog):
    """The speaker's name as the dialog itself gives it, or None."""
    found = re.search(r"(?:my name is|I am|I am called) (\w+) \.$", dialog[0][0])
    return found[1] if found and found[1] in NAMES else None


def test_dialogs_are_of_two_to_four_exchanges():
    assert {len(dialog) for dialog in TRAIN + TEST} <= {2, 3, 4}


def test_a_name_is_remembered_and_one_never_told_is_not_made_up():
    answers = {True: set(), False: set()}
    for dialog in TRAIN:
        for said, answer in dialog:
            if said == "what is my name ?":
                name = told(dialog)
                expected = f"Your name is {name}." if name else "I do not know"
                assert answer.startswith(expected)
                answers[name is not None].add(answer)
    assert len(answers[True]) == len(NAMES)
    assert answers[False] == {"I do not know your name."}


def test_sums_are_right_and_go_on_from_the_turn_before():
    numbers = "zero one two three four five six seven eight nine ten eleven twelve"
    value = {name: n for n, name in enumerate([*numbers.split(), "thirteen", "14"])}
    value["fourteen"] = 14
    seen = 0
    for dialog in TRAIN:
        before = None
        for said, answer in dialog:
            if " plus " in answer:
                a, _, b, _, c = answer.rstrip(".").lower().split()
                assert value[a] + value[b] == value[c]
                if said.startswith("and plus"):
                    assert a == before
                    seen += 1
                before = c
    assert seen > 20


def test_who_is_older_follows_from_the_turn_before():
    seen = 0
    for dialog in TRAIN:
        for (said, _), (question, answer) in pairwise(dialog):
            if " than " in said and question.startswith("who is"):
                one, _, more, _, other, _ = said.split()
                word = question.split()[2]
                assert answer == f"{one if word == more else other} is {word}."
                seen += 1
    assert seen > 50


def test_what_is_held_out_is_in_the_test_alone():
    """A name with a favourite, a town or a relative's name."""

    def combinations(dialogs):
        found = set()
        for dialog in dialogs:
            name = told(dialog)
            for said, _ in dialog:
                words = said.rstrip(" .").split()
                if name and said.startswith(("my favourite", "I live", "I come")):
                    found.add((name, words[-1]))
                if name and "best" in words:
                    found.add((name, words[2]))
        return found

    train, test = combinations(TRAIN), combinations(TEST)
    assert len(train) > 150
    assert len(test) > 30
    assert not train & test
    assert all(is_held_out(*one) for one in test)
    # Every name and every value by itself is in the training.
    for part in (0, 1):
        assert {one[part] for one in test} <= {one[part] for one in train}


def test_every_dialog_of_the_test_begins_with_a_name():
    assert all(told(dialog) for dialog in TEST)


def test_the_same_seed_gives_the_same_dialogs():
    assert draw_dialogs(20, False, seed=3) == draw_dialogs(20, False, seed=3)
    assert draw_dialogs(20, False, seed=3) != draw_dialogs(20, False, seed=4)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_turns_that_decide_an_answer_are_all_within_the_dialog(seed):
    """The same turns have the same answer, wherever they were drawn."""
    answers = {}
    for dialog in draw_dialogs(1000, False, seed):
        turns = ()
        for said, answer in dialog:
            turns = (*turns, said)
            assert answers.setdefault(turns, answer) == answer
            turns = (*turns, answer)
    assert len(answers) > 500
    assert np.unique(list(answers.values())).size > 100
