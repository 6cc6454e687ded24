"""Films of shapes: what is said of each frame is what is seen to happen."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.generated import shape_films
from keras_rnn.datasets.generated.shape_scene import MOTIONS, STILL, part_of


@given(st.integers(0, 10_000), st.integers(2, 24))
def test_each_frame_tells_what_happens_until_the_next(seed, frames):
    film = shape_films.random_film(np.random.default_rng(seed), frames)
    assert len(film) == frames
    for scene, after in pairwise(film):
        (actor, other), (later, same) = scene.things, after.things
        way = np.array([later.x - actor.x, later.y - actor.y])
        expected = np.array(MOTIONS.get(actor.motion, (0, 0)))
        np.testing.assert_allclose(way, 0.06 * expected, atol=1e-9)
        assert other == same
        assert other.motion == STILL
    assert film[-1].things[0].motion == film[-2].things[0].motion


@given(st.integers(0, 10_000))
def test_nothing_leaves_the_picture(seed):
    for scene in shape_films.random_film(np.random.default_rng(seed), 30):
        assert 0 < scene.things[0].x < 1
        assert 0 < scene.things[0].y < 1


@pytest.mark.parametrize("of", ["train", "validation", "test"])
def test_what_comes_together_in_the_test_is_in_no_other_part(of):
    films = shape_films.random_films(np.random.default_rng(0), 60, of)
    seen = [
        {
            part_of((one.colour, one.shape, one.motion))
            for one in (scene.things[0] for scene in film)
            if one.motion != STILL
        }
        for film in films
    ]
    allowed = {
        "train": {"train"},
        "validation": {"train", "validation"},
        "test": {"train", "validation", "test"},
    }[of]
    assert all(parts <= allowed for parts in seen)
    if of != "train":
        assert all(of in parts for parts in seen)


def test_activities_are_the_motions_by_number():
    film = shape_films.random_film(np.random.default_rng(3), 12)
    names = [shape_films.ACTIVITIES[one] for one in shape_films.activities(film)]
    assert names == [scene.things[0].motion for scene in film]
    assert shape_films.ACTIVITIES == ("still", "left", "right", "up", "down")


def test_every_activity_is_frequent():
    films = shape_films.random_films(np.random.default_rng(0), 200)
    counts = np.bincount(np.concatenate([shape_films.activities(one) for one in films]))
    assert (counts > 0.12 * counts.sum()).all()


def test_pictures_and_activities_of_films_belong_together():
    pictures, said = shape_films.drawn_films(6, "train", seed=1)
    assert pictures.dtype == np.uint8
    still = said[:, :-1] == 0
    same = (pictures[:, 1:] == pictures[:, :-1]).all(axis=(2, 3, 4))
    # What stands still is drawn alike; what goes may be hidden behind the other.
    assert same[still].all()
    assert same[~still].mean() < 0.1
