import numpy as np
import pytest

from keras_rnn.datasets.generated.map_instructions import (
    COUNT_WORDS,
    DIRECTION_WORDS,
    LEGS,
    SENTENCES,
    instruct,
    shorten_name,
)

GOAL, MARK = ("blue", "square"), ("red", "circle")


def many(legs, **said):
    generator = np.random.default_rng(0)
    return {instruct(legs, generator, **said) for _ in range(400)}


def test_every_kind_has_several_sentences():
    assert set(SENTENCES) == set(LEGS)
    for legs in LEGS:
        said = {"goal": GOAL, "mark": MARK, "way": "up", "on": "left", "cells": 2}
        texts = many(legs, **said)
        assert len(texts) >= 20
        assert all("{" not in text and "  " not in text for text in texts)


def test_a_direct_way_names_its_goal_and_now_and_then_a_direction():
    texts = many("direct", goal=GOAL, way="up")
    assert all("the blue square" in text for text in texts)
    assert {"stop at the blue square", "go up to the blue square"} <= texts
    assert "walk upwards to the blue square and stop there" in texts
    assert not any(word in text for text in texts for word in ("down", "left", "red"))


def test_what_is_passed_and_the_goal_come_in_either_order():
    texts = many("past", goal=GOAL, mark=MARK, way="up", on="left")
    first = [text for text in texts if text.index("circle") < text.index("square")]
    assert 0 < len(first) < len(texts)
    assert "stop at the blue square after a visit to the red circle" in texts
    assert any("turn left and stop at the blue square" in text for text in texts)


@pytest.mark.parametrize("cells", COUNT_WORDS)
@pytest.mark.parametrize("on", DIRECTION_WORDS)
def test_counted_cells_always_have_number_and_direction(cells, on):
    for text in many("count", mark=MARK, on=on, cells=cells):
        assert COUNT_WORDS[cells] in text
        assert any(text.count(word) for word in DIRECTION_WORDS[on])
        assert "red circle" in text


def test_who_turns_is_told_where_to():
    with pytest.raises(ValueError, match="has to know where to: give `on`"):
        many("past", goal=GOAL, mark=MARK)


def test_half_a_name_is_said_only_where_it_is_enough():
    generator = np.random.default_rng(0)
    other = [("red", "cross"), ("green", "square")]
    found = {shorten_name(GOAL, other, generator) for _ in range(200)}
    assert found == {GOAL, ("blue", None)}
    found = {shorten_name(MARK, other, generator) for _ in range(200)}
    assert found == {MARK, (None, "circle")}
    alike = [("blue", "cross"), ("green", "square")]
    assert {shorten_name(GOAL, alike, generator) for _ in range(200)} == {GOAL}
    said = many("direct", goal=("blue", None))
    assert {"stop at the blue shape", "stop at the blue thing"} <= said
