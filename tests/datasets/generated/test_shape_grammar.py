import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.generated.shape_grammar import (
    MOTION_WORDS,
    RELATION_WORDS,
    SENTENCES,
    Noun,
    Statement,
    captions,
    is_true,
    parse,
    say,
)
from keras_rnn.datasets.generated.shape_scene import COLOURS, Scene, Thing, random_scene

SCENE = Scene(
    (
        Thing("circle", "red", "small", x=0.2, y=0.2),
        Thing("square", "blue", "large", x=0.8, y=0.25),
        Thing("circle", "green", "large", x=0.5, y=0.8, motion="left"),
    )
)
OPPOSITE = {
    "left of": "right of",
    "right of": "left of",
    "above": "below",
    "below": "above",
}


@pytest.mark.parametrize(
    "caption",
    [
        "a red circle",
        "there is a big shape",
        "the picture shows a little red thing",
        "there is no red square",
        "there are two circles",
        "the picture shows two circles",
        "a red circle is to the left of a blue square",
        "there is a circle under a square",
        "a circle left of a circle",
        "The red circle is above the green circle.",
        "a green circle goes left",
        "a square does not move",
    ],
)
def test_what_is_true(caption):
    assert is_true(caption, SCENE)


@pytest.mark.parametrize(
    "caption",
    [
        "a yellow circle",
        "there is a large red circle",
        "there is no circle",
        "there are three circles",
        "the picture shows two squares",
        "a red circle is right of a blue square",
        "there is a red circle above a blue square",  # beside each other
        "a square is left of a square",  # there is one, and not left of itself
        "a green circle moves right",
        "a red circle moves left",
        "a red circle is left a blue square",  # no sentence
        "circle red",
        "",
    ],
)
def test_what_is_not(caption):
    assert not is_true(caption, SCENE)


def test_parse_reads_what_is_meant():
    assert parse("there is a little red thing on the left of the big cross") == (
        Statement(
            "relation",
            Noun("small", "red", None),
            Noun("large", None, "cross"),
            "left of",
        )
    )
    assert parse("there are two yellow crosses") == Statement(
        "count", Noun(None, "yellow", "cross"), what=2
    )
    assert parse("hello there") is None


def test_words_of_relations_and_motions_are_not_ambiguous():
    for table in (RELATION_WORDS, MOTION_WORDS):
        words = list(itertools.chain(*table.values()))
        assert len(set(words)) == len(words)


nouns = st.builds(
    Noun,
    st.sampled_from(["small", "large", None]),
    st.sampled_from([*COLOURS, None]),
    st.sampled_from(["circle", "square", "triangle", "cross", None]),
)
statements = st.one_of(
    st.builds(
        Statement, st.sampled_from(["exists", "absent"]), nouns, st.none(), st.none()
    ),
    st.builds(Statement, st.just("count"), nouns, st.none(), st.integers(2, 4)),
    st.builds(
        Statement, st.just("relation"), nouns, nouns, st.sampled_from(list(OPPOSITE))
    ),
    st.builds(
        Statement, st.just("motion"), nouns, st.none(), st.sampled_from([*MOTION_WORDS])
    ),
)


@given(statements, st.integers(0, 10**6))
def test_what_is_said_is_read_as_it_was_meant(statement, seed):
    assert parse(say(statement, np.random.default_rng(seed))) == statement


@given(st.integers(0, 10**6), st.integers(1, 3), st.booleans())
def test_every_caption_is_true(seed, things, moving):
    generator = np.random.default_rng(seed)
    scene = random_scene(generator, things, moving=moving)
    found = captions(scene, generator, count=4)
    found += captions(scene, generator, kinds=("exists", "absent", "count"))
    assert all(is_true(caption, scene) for caption in found), found


@given(st.integers(0, 10**6))
def test_a_changed_caption_is_false(seed):
    """The opposite of a relation, and a colour that is not in the picture."""
    generator = np.random.default_rng(seed)
    scene = random_scene(generator, 2)
    first, second = scene.things
    nouns = [Noun(one.size, one.colour, one.shape) for one in (first, second)]
    for relation in scene.relations(first, second):
        true = Statement("relation", *nouns, relation)
        assert is_true(say(true, generator), scene)
        changed = true._replace(what=OPPOSITE[relation])
        assert not is_true(say(changed, generator), scene)
        other = next(c for c in COLOURS if c not in (first.colour, second.colour))
        changed = true._replace(second=nouns[1]._replace(colour=other))
        assert not is_true(say(changed, generator), scene)


def test_wording_varies_and_follows_the_seed():
    first, again, other = (
        captions(SCENE, np.random.default_rng(seed), 20, kinds=("relation",))
        for seed in (0, 0, 1)
    )
    assert first == again != other
    assert len(set(first)) > 15
    assert set(SENTENCES) == {"exists", "absent", "count", "relation", "motion"}


def test_a_thing_alone_has_no_relations_to_tell_of():
    scene = Scene(SCENE.things[:1])
    assert all(" of " not in each for each in captions(scene, np.random.default_rng(0)))
    with pytest.raises(ValueError, match="one thing has no relations"):
        captions(scene, np.random.default_rng(0), kinds=("relation",))
