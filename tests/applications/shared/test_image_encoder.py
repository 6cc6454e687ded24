import numpy as np

from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared import image_encoder
from keras_rnn.datasets.generated.captioned_scenes import generate


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
