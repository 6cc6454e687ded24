"""An encoder of films: trained to name what is where and how it moves, then fixed.

It has two streams (Simonyan & Zisserman 2014, *Two-stream networks*). One looks at a
frame and tells what is there, and cannot know how it moves. The other looks at two
frames and tells how. So a red circle that rises is named by who never saw one.
"""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_rnn import training
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared import image_encoder
from keras_rnn.applications.shared.image_encoder import class_heads, convolutions
from keras_rnn.datasets.generated.captioned_films import SIZE
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures
from keras_rnn.datasets.generated.scene_labels import ATTRIBUTES, MOTION, frame_labels
from keras_rnn.layers.part_settings import keeps_part_settings
from keras_rnn.training import Batches

# So many batches of 32, at least.
_UPDATES = 900


def build_encoder(width: int = 48) -> keras.Model:
    """Return an untrained encoder, with `width` features from which a place is named.

    Returns:
        `keras.Model` from two frames after each other, `(batch, 32, 32, 6)`, 0 to 255,
        to `(batch, 8, 8, classes)`: for each place of the first frame the probabilities
        of all `ATTRIBUTES` and of its `MOTION` (`scene_labels`).
    """
    return _probability_grid(_classifier(width))


def _classifier(width):
    """From two frames to the probabilities of each attribute."""
    both = keras.Input((SIZE, SIZE, 6), name="frames")
    appearance = convolutions(SIZE, width, name="appearance")(both[..., :3])
    motion = convolutions(SIZE, width, channels=6, name="motion_stream")(both)
    heads = [*class_heads(appearance, ATTRIBUTES), *class_heads(motion, MOTION)]
    return keras.Model(both, heads, name="place_classifier")


def _probability_grid(classifier):
    """The same with all probabilities of a place side by side."""
    together = keras.layers.Concatenate(name="classes")(classifier.outputs)
    return keras.Model(classifier.inputs[0], together, name="film_encoder")


def train_encoder(
    train: CaptionedPictures,
    validation: CaptionedPictures,
    request: Request,
    width: int = 48,
) -> keras.Model:
    """Return an encoder like that of `build_encoder`, trained and fixed, from films."""
    training.set_seed(request.seed)
    classifier = _classifier(width)
    learning, judging = (
        FramePairBatches(one, shuffle=shuffle, seed=request.seed)
        for one, shuffle in ((train, True), (validation, False))
    )
    image_encoder.fit_classifier(classifier, learning, judging, request, _UPDATES)
    return _probability_grid(classifier)


class FramePairBatches(Batches):
    """Two frames of each film, with what is at each place of the first.

    Which frames these are is drawn anew in each epoch. Without `shuffle` they are the
    first two of the first film, the second and third of the second, and so on.
    """

    def __init__(
        self,
        films: CaptionedPictures,
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int = 0,
    ) -> None:
        arrays = films.pictures, frame_labels(films.scenes, films.pictures.shape[1])
        super().__init__(arrays, batch_size, shuffle, seed)

    def draw(self, generator: np.random.Generator) -> tuple:
        """Return an epoch's order, and which frame of each film is the first of two."""
        pairs = self.arrays[1].shape[1]
        if not self.shuffle:
            return np.arange(self.count), np.arange(self.count) % pairs
        order = generator.permutation(self.count)
        return order, generator.integers(pairs, size=self.count)

    def __getitem__(self, batch):
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        films, first = (one[chosen] for one in self.drawn())
        pictures, labels = self.arrays
        both = [pictures[films, first], pictures[films, first + 1]]
        targets = image_encoder.one_target_each(labels[films, first])
        return np.concatenate(both, axis=-1), targets


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class FilmEncoder(keras.layers.Layer):
    """Encodes each two frames of a film of any number of frames.

    Args:
        encoder: What `build_encoder` or `train_encoder` returned.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        film: Tensor of shape `(batch, frames, 32, 32, 3)`, 0 to 255.

    Returns:
        Tensor of shape `(batch, frames - 1, 8, 8, classes)`.
    """

    def __init__(self, encoder: keras.Model, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.encoder = encoder

    def call(self, film: keras.KerasTensor) -> keras.KerasTensor:
        both = ops.concatenate([film[:, :-1], film[:, 1:]], axis=-1)
        pairs, *picture = ops.shape(both)[1:]
        # One batch of all pairs: it is the same what the films are.
        grids = self.encoder(ops.reshape(both, (-1, *picture)))
        return ops.reshape(grids, (-1, pairs, *grids.shape[1:]))

    def compute_output_shape(self, film_shape: tuple) -> tuple:
        batch, frames = film_shape[:2]
        pairs = None if frames is None else frames - 1
        return (batch, pairs, *self.encoder.output_shape[1:])

    def get_config(self) -> dict[str, Any]:
        encoder = keras.saving.serialize_keras_object(self.encoder)
        return {**super().get_config(), "encoder": encoder}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "FilmEncoder":
        encoder = keras.saving.deserialize_keras_object(config["encoder"])
        return cls(**{**config, "encoder": encoder})


def encode_films(encoder: keras.Model, films: CaptionedPictures) -> CaptionedPictures:
    """Return films with the grids of an encoder in place of their pictures."""
    pictures = films.pictures
    both = np.concatenate([pictures[:, :-1], pictures[:, 1:]], axis=-1)
    flat = both.reshape(-1, *both.shape[2:])
    grids = encoder.predict(flat, batch_size=128, verbose=0)
    return replace(films, pictures=grids.reshape(*both.shape[:2], *grids.shape[1:]))
