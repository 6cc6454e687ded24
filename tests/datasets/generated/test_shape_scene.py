import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.generated.shape_scene import (
    COLOURS,
    MOTIONS,
    RELATIONS,
    SHAPES,
    Scene,
    Thing,
    move,
    part,
    part_of,
    random_scene,
    random_scenes,
)

BALL = Thing("circle", "red", "small", x=0.2, y=0.2)
BOX = Thing("square", "blue", "large", x=0.8, y=0.25)
SCENE = Scene((BALL, BOX))

seeds = st.integers(0, 2**32 - 1)
counts = st.integers(1, 4)


def test_relations_hold_both_ways_round():
    assert SCENE.relations(BALL, BOX) == ("left of",)
    assert SCENE.relations(BOX, BALL) == ("right of",)
    lower = Thing("cross", "black", "small", x=0.5, y=0.9)
    assert SCENE.relations(lower, BALL) == ("right of", "below")
    assert SCENE.relations(BALL, lower) == ("left of", "above")


def test_a_box_reaches_as_far_as_the_size_says():
    assert SCENE.box(BALL) == pytest.approx(
        (0.2 - 0.29 / 3, 0.2 - 0.29 / 3, 0.2 + 0.29 / 3, 0.2 + 0.29 / 3)
    )
    assert Scene((BALL,), cells=2).box(BALL)[2] == pytest.approx(0.2 + 0.29 / 2)


def test_combinations_of_a_scene():
    assert SCENE.combinations() == {
        ("red", "circle", "left of"),
        ("blue", "square", "right of"),
    }
    assert Scene((BOX,)).combinations() == {("blue", "square", "alone")}
    rising = Thing("cross", "black", "small", x=0.5, y=0.5, motion="up")
    assert Scene((rising,)).combinations() == {("black", "cross", "up")}


def test_every_pair_of_words_is_seen_in_training():
    """What is new in the test is only which three come together."""
    every = [(c, s, r) for c in COLOURS for s in SHAPES for r in RELATIONS]
    parts = [part_of(one) for one in every]
    assert parts.count("test") == parts.count("validation") == len(every) / 8
    seen = {one for one, of in zip(every, parts, strict=True) if of == "train"}
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert {(one[first], one[second]) for one in seen} == {
            (one[first], one[second]) for one in every
        }


@given(seeds)
def test_no_combination_of_the_test_is_in_the_training(seed):
    generator = np.random.default_rng(seed)
    train = random_scenes(generator, 3, "train", things=(1, 2))
    kept = random_scenes(generator, 3, "test", things=(2, 3))
    shown = {one for scene in train for one in scene.combinations()}
    for scene in kept:
        assert part(scene) == "test"
        new = scene.combinations() - shown
        assert any(part_of(one) == "test" for one in new)


@given(seeds, counts, st.booleans())
def test_things_stay_within_the_picture_and_apart(seed, count, moving):
    generator = np.random.default_rng(seed)
    scene = random_scene(generator, count, moving=moving)
    assert len({(one.colour, one.shape) for one in scene.things}) == count
    for frame in move(scene, 4) if moving else [scene]:
        for thing in frame.things:
            assert min(frame.box(thing)) > -0.03
            assert max(frame.box(thing)) < 1.03
    for frame in (scene, move(scene, 2)[-1]):
        for one in frame.things:
            for other in frame.things:
                assert one is other or frame.relations(one, other)


@given(seeds)
def test_the_same_seed_gives_the_same_scene(seed):
    first, again = (random_scene(np.random.default_rng(seed), 3) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("motion", MOTIONS)
def test_a_film_ends_one_cell_further(motion):
    ball = Thing("circle", "red", "small", x=0.5, y=0.5, motion=motion)
    film = move(Scene((ball,)), 5)
    assert len(film) == 5
    assert film[0].things == (ball,)
    dx, dy = MOTIONS[motion]
    assert film[-1].things[0].x == pytest.approx(0.5 + dx / 3)
    assert film[-1].things[0].y == pytest.approx(0.5 + dy / 3)
    assert film[2].things[0].x == pytest.approx(0.5 + dx / 6)


def test_what_stands_still_stays():
    assert move(SCENE, 3) == [SCENE] * 3
    assert not SCENE.moving
