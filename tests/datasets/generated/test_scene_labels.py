import numpy as np

from keras_rnn.datasets.generated.scene_labels import (
    attribute_labels,
    frame_labels,
    side_labels,
)
from keras_rnn.datasets.generated.shape_scene import Scene, Thing


def test_a_place_is_what_its_middle_lies_in():
    """Boxes of 0.58 by 0.58 in the middle, and of 0.2 by 0.2 in a corner."""
    cross = Thing("cross", "blue", "small", 0.5, 0.5)
    assert attribute_labels([Scene((cross,), cells=1)], 4, 4)[0, :, :, 0].tolist() == [
        [0, 0, 0, 0],
        [0, 3, 3, 0],
        [0, 3, 3, 0],
        [0, 0, 0, 0],
    ]
    found = attribute_labels([Scene((cross,), cells=1), Scene(())], 4, 4)
    assert found[0, 1, 2].tolist() == [3, 4, 1]  # the third colour, the fourth shape
    assert not found[1].any()


def test_a_place_is_beside_what_is_elsewhere():
    red = Thing("circle", "red", "small", 0.25, 0.25)
    blue = Thing("square", "blue", "small", 0.75, 0.25)
    alone, both = Scene((red,), cells=2), Scene((red, blue), cells=2)
    assert not side_labels([alone]).any()
    found = side_labels([both], 4, 4)[0]
    assert found[:, :, 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [0] * 4, [0] * 4]
    assert not found[:, :, 1].any()
    below = Scene((red, Thing("cross", "red", "small", 0.75, 0.75)), cells=2)
    assert side_labels([below], 4, 4)[0, 3, 2].tolist() == [
        2,
        2,
    ]  # right, below


def test_places_are_named_as_they_are_in_each_frame():
    ball = Thing("circle", "red", "small", x=0.5, y=0.5, motion="right")
    found = frame_labels([Scene((ball,))], frames=3)
    assert found.shape == (1, 2, 8, 8, 4)
    # The middles of places 3 and 4, 0.4375 and 0.5625, lie within 0.5 +- 0.29 / 3; half
    # a cell of 1 / 3 further right, that of place 5 alone does.
    assert np.argwhere(found[0, 0, :, :, 0]).tolist() == [
        [3, 3],
        [3, 4],
        [4, 3],
        [4, 4],
    ]
    assert np.argwhere(found[0, 1, :, :, 0]).tolist() == [[3, 5], [4, 5]]
    # The first colour, shape and size; the third of still, left, right, ...
    assert found[0, 1, 3, 5].tolist() == [1, 1, 1, 3]
    assert found[0, 1, 0, 0].tolist() == [0, 0, 0, 0]
