import numpy as np

from keras_rnn.applications.captioning.scenes import generate
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared import scene_encoder as scene_eyes
from keras_rnn.datasets.generated.shapes import Scene, Thing


def test_a_place_is_what_its_middle_lies_in():
    """Boxes of 0.58 by 0.58 in the middle, and of 0.2 by 0.2 in a corner."""
    cross = Thing("cross", "blue", "small", 0.5, 0.5)
    assert scene_eyes.labels([Scene((cross,), cells=1)], 4, 4)[0, :, :, 0].tolist() == [
        [0, 0, 0, 0],
        [0, 3, 3, 0],
        [0, 3, 3, 0],
        [0, 0, 0, 0],
    ]
    found = scene_eyes.labels([Scene((cross,), cells=1), Scene(())], 4, 4)
    assert found[0, 1, 2].tolist() == [3, 4, 1]  # the third colour, the fourth shape
    assert not found[1].any()


def test_eyes_name_what_is_at_each_place_and_learn_no_more():
    data = generate(16, 4, 4)
    train, validation = data.part("train"), data.part("validation")
    eyes = scene_eyes.learn(train, validation, Request(epochs=1, verbose=0), width=8)
    assert eyes.output_shape == (None, 4, 4, 16)
    assert eyes.trainable_weights == []
    grids = np.asarray(eyes.predict(train.pictures, verbose=0))
    # Probabilities times 4, without that of nothing, which is what is left.
    assert (grids > 0).all()
    for start, end in ((0, 6), (6, 10), (10, 12), (12, 14), (14, 16)):
        assert (grids[..., start:end].sum(axis=-1) < 4).all()


def test_a_place_is_beside_what_is_elsewhere():
    red = Thing("circle", "red", "small", 0.25, 0.25)
    blue = Thing("square", "blue", "small", 0.75, 0.25)
    alone, both = Scene((red,), cells=2), Scene((red, blue), cells=2)
    assert not scene_eyes.sides([alone]).any()
    found = scene_eyes.sides([both], 4, 4)[0]
    assert found[:, :, 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [0] * 4, [0] * 4]
    assert not found[:, :, 1].any()
    below = Scene((red, Thing("cross", "red", "small", 0.75, 0.75)), cells=2)
    assert scene_eyes.sides([below], 4, 4)[0, 3, 2].tolist() == [2, 2]  # right, below
