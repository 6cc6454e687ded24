import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.generated.shape_drawing import BACKGROUND, draw, draw_all
from keras_rnn.datasets.generated.shape_scene import (
    COLOURS,
    SHAPES,
    Scene,
    Thing,
    random_scene,
)


def alone(shape, size="large", cells=2):
    return Scene((Thing(shape, "blue", size, 0.5, 0.5),), cells)


def test_a_square_pixel_by_pixel():
    # Half its side is 0.88 * 0.42 / 2 of 10 pixels: 1.848 pixels.
    picture = draw(alone("square"), size=10)
    assert (picture[4:6, 4:6] == COLOURS["blue"]).all()
    assert (picture[:3] == BACKGROUND).all()
    edge = 0.348  # the pixel's middle is 1.5 away from the middle, and 1.848 is covered
    mixed = np.array(BACKGROUND) + (0.5 + edge) * (
        np.array(COLOURS["blue"]) - np.array(BACKGROUND)
    )
    np.testing.assert_allclose(picture[3, 3], mixed, atol=1)


@pytest.mark.parametrize(
    ("shape", "part"),
    [
        ("circle", np.pi / 4),
        ("square", 0.88**2),
        ("triangle", 0.5),
        ("cross", 0.36 * 2 - 0.36**2),
    ],
)
@pytest.mark.parametrize("size", ["small", "large"])
def test_shapes_cover_the_area_that_geometry_says(shape, part, size):
    scene = alone(shape, size)
    (thing,) = scene.things
    picture = draw(scene, 200).astype(float)
    covered = (BACKGROUND[0] - picture[:, :, 0]) / (BACKGROUND[0] - COLOURS["blue"][0])
    radius = 200 * scene.radius(thing)
    assert covered.sum() == pytest.approx(part * (2 * radius) ** 2, rel=0.02)


def test_a_triangle_stands_on_its_base():
    rows = (draw(alone("triangle"), 32)[:, :, 0] < 140).sum(axis=1)
    drawn = rows[rows > 0]
    assert (np.diff(drawn) >= 0).all()
    assert drawn[-1] > 3 * drawn[0]


@given(st.integers(0, 10**6), st.sampled_from([16, 32]), st.integers(1, 3))
def test_boxes_contain_the_coloured_pixels(seed, size, count):
    scene = random_scene(np.random.default_rng(seed), count)
    picture = draw(scene, size).astype(int)
    middles = (np.arange(size) + 0.5) / size
    for thing in scene.things:
        own = np.abs(picture - COLOURS[thing.colour]).sum(axis=-1) < 12
        inside = np.zeros((size, size), bool)
        for other in scene.things:
            if other.colour == thing.colour:
                top, left, bottom, right = scene.box(other)
                rows = (middles > top) & (middles < bottom)
                inside |= rows[:, None] & (middles > left) & (middles < right)
        assert size == 16 or own.any()  # too small for the arm of a cross
        assert not (own & ~inside).any()


def test_many_are_drawn_as_one_by_one():
    scenes = [alone(shape) for shape in SHAPES]
    np.testing.assert_array_equal(
        draw_all(scenes, 16), [draw(scene, 16) for scene in scenes]
    )
