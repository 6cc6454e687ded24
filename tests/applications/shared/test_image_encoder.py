import numpy as np

from keras_rnn.applications.captioning.scenes import generate
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared import image_encoder
from keras_rnn.datasets.generated.shapes import Scene, Thing


def test_a_place_is_what_its_middle_lies_in():
    """Boxes of 0.58 by 0.58 in the middle, and of 0.2 by 0.2 in a corner."""
    cross = Thing("cross", "blue", "small", 0.5, 0.5)
    assert image_encoder.attribute_labels([Scene((cross,), cells=1)], 4, 4)[
        0, :, :, 0
    ].tolist() == [
        [0, 0, 0, 0],
        [0, 3, 3, 0],
        [0, 3, 3, 0],
        [0, 0, 0, 0],
    ]
    found = image_encoder.attribute_labels([Scene((cross,), cells=1), Scene(())], 4, 4)
    assert found[0, 1, 2].tolist() == [3, 4, 1]  # the third colour, the fourth shape
    assert not found[1].any()


def test_it_names_what_is_at_each_place_and_learns_no_more():
    data = generate(16, 4, 4)
    train, validation = data.part("train"), data.part("validation")
    encoder = image_encoder.train_encoder(
        (train.pictures, train.scenes),
        (validation.pictures, validation.scenes),
        Request(epochs=1, verbose=0),
        width=8,
    )
    assert encoder.output_shape == (None, 4, 4, 16)
    assert encoder.trainable_weights == []
    grids = np.asarray(encoder.predict(train.pictures, verbose=0))
    # Probabilities times 4, without that of nothing, which is what is left.
    assert (grids > 0).all()
    for start, end in ((0, 6), (6, 10), (10, 12), (12, 14), (14, 16)):
        assert (grids[..., start:end].sum(axis=-1) < 4).all()


def test_a_place_is_beside_what_is_elsewhere():
    red = Thing("circle", "red", "small", 0.25, 0.25)
    blue = Thing("square", "blue", "small", 0.75, 0.25)
    alone, both = Scene((red,), cells=2), Scene((red, blue), cells=2)
    assert not image_encoder.side_labels([alone]).any()
    found = image_encoder.side_labels([both], 4, 4)[0]
    assert found[:, :, 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [0] * 4, [0] * 4]
    assert not found[:, :, 1].any()
    below = Scene((red, Thing("cross", "red", "small", 0.75, 0.75)), cells=2)
    assert image_encoder.side_labels([below], 4, 4)[0, 3, 2].tolist() == [
        2,
        2,
    ]  # right, below
