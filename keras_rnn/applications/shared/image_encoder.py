"""Image encoders for drawn shapes: they name what is at each place, then stay fixed.

The systems of captioning all took a network that had learned to classify photographs,
and trained what writes on top of it. This is such a pretrained network for coloured
shapes. It learns two things of each place: what is there, from the colours around it;
and on which side of something else it is, from where in the picture something is, and
from nothing else. So a red circle on the left is named by an encoder that never saw one
there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.learning import batches_in, fit_to_loss
from keras_rnn.datasets.generated.scene_labels import (
    ATTRIBUTES,
    SIDES,
    attribute_labels,
    side_labels,
)
from keras_rnn.datasets.generated.shape_scene import Scene

SIZE = 32

# Features of a place from which its side is told.
_HIDDEN = 8
# Probabilities are scaled by this, so that a decoder soon takes notice of them.
_SCALE = 4.0
_BATCH = 32


def convolutions(
    size: int, width: int, channels: int = 3, name: str = "image_encoder"
) -> keras.Sequential:
    """Return convolutions from pictures, 0 to 255, to a grid of 8 by 8 places.

    Args:
        size: Integer, pixels of a picture's side: 32 or 64.
        width: Integer, size of the vector at each place.
        channels: Integer, numbers of a pixel. Default: `3`.
        name: String. Default: `"image_encoder"`.
    """
    pixels = keras.Input((size, size, channels))
    layers = [pixels, keras.layers.Rescaling(1 / 127.5, -1)]
    steps = 3 if size > 32 else 2
    # Strided ones have an even size, so that they see as far to each side: with an odd
    # one the map would lie half a place above and left of what was seen. The last one
    # lets each place see its neighbours, so that it knows a shape's sides.
    for step in range(steps + 1):
        layers += [
            keras.layers.Conv2D(
                width if step >= steps - 1 else width * 3 // 8,
                4 if step < steps else 3,
                strides=2 if step < steps else 1,
                padding="same",
                use_bias=False,
            ),
            # With few pictures in a batch and few epochs, so that it learns in time.
            keras.layers.BatchNormalization(momentum=0.95),
            keras.layers.ReLU(),
        ]
    return keras.Sequential(layers, name=name)


def build_encoder(width: int = 48) -> keras.Model:
    """Return an untrained encoder, with `width` features from which a place is named.

    Returns:
        `keras.Model` from pictures `(batch, 32, 32, 3)`, 0 to 255, to
        `(batch, 4, 4, classes)`: for each place the probabilities of all `ATTRIBUTES`
        and `SIDES` (`scene_labels`), times 4; all about 0 where nothing is.
    """
    return _probability_grid(_classifier(width, sides=True))


def train_encoder(
    train: tuple[np.ndarray, Sequence[Scene]],
    validation: tuple[np.ndarray, Sequence[Scene]],
    request: Request,
    *,
    width: int = 48,
    sides: bool = True,
    updates: int = 1000,
) -> keras.Model:
    """Return an encoder like that of `build_encoder`, trained and then fixed.

    Args:
        train, validation: Tuples of pictures `(count, 32, 32, 3)` and their scenes.
        request: `Request`.
        width: Integer, features from which a place is named. Default: `48`.
        sides: Boolean, whether it also tells `SIDES`. Default: `True`.
        updates: Integer, batches of 32 to learn from. Default: `1000`.
    """
    training.set_seed(request.seed)
    classifier = _classifier(width, sides)
    rows, columns = classifier.output_shape[0][1:3]

    def targets(scenes):
        found = [attribute_labels(scenes, rows, columns)]
        if sides:
            found.append(side_labels(scenes, rows, columns))
        return one_target_each(np.concatenate(found, axis=-1))

    fit_classifier(
        classifier,
        (train[0], targets(train[1])),
        (validation[0], targets(validation[1])),
        request,
        updates,
    )
    return _probability_grid(classifier)


def _classifier(width, sides):
    """From pictures to the `class_heads` of 4 by 4 places."""
    encoder = convolutions(SIZE, width)
    # Places of 8 by 8 pixels: each thing covers the middle of one or more, and never
    # that of a place which another thing covers.
    grid = keras.layers.Conv2D(width, 2, strides=2, activation="relu")(
        encoder.outputs[0]
    )
    outputs = class_heads(grid, ATTRIBUTES)
    if sides:
        rows, columns = grid.shape[1:3]
        something = keras.layers.Flatten()(1 - outputs[0][..., :1])
        hidden = keras.layers.Dense(96, activation="tanh")(something)
        where = keras.layers.Dense(rows * columns * _HIDDEN, activation="tanh")(hidden)
        where = keras.layers.Reshape((rows, columns, _HIDDEN))(where)
        outputs = [*outputs, *class_heads(where, SIDES)]
    return keras.Model(encoder.inputs[0], outputs, name="place_classifier")


def _probability_grid(classifier):
    """All probabilities side by side and scaled, without those that nothing is there.

    Scaled to be large enough to learn from.
    """
    something = [one[..., 1:] for one in classifier.outputs]
    together = keras.layers.Concatenate(name="classes")(something)
    outputs = keras.layers.Rescaling(_SCALE, name="scaled")(together)
    return keras.Model(classifier.inputs[0], outputs, name="image_encoder")


def class_heads(
    grid: keras.KerasTensor, attributes: Mapping[str, Sequence[str]]
) -> list[keras.KerasTensor]:
    """Return the probabilities of each attribute's values at each place of a grid.

    One tensor `(batch, rows, columns, values + 1)` for each attribute; the first
    probability is that nothing is there.
    """
    return [
        keras.layers.Dense(len(values) + 1, "softmax", name=name)(grid)
        for name, values in attributes.items()
    ]


def fit_classifier(
    classifier: keras.Model,
    train: tuple | keras.utils.PyDataset,
    validation: tuple | keras.utils.PyDataset,
    request: Request,
    updates: int,
) -> None:
    """Train a classifier of places, and fix its weights after that.

    It learns from pictures with `one_target_each`, as arrays or batches, of which it
    sees `updates` at most.
    """
    epochs = math.ceil(updates / batches_in(train, _BATCH))
    fit_to_loss(
        classifier,
        ["sparse_categorical_crossentropy"] * len(classifier.outputs),
        train,
        validation,
        replace(request, epochs=min(request.epochs or epochs, epochs)),
        batch_size=_BATCH,
        learning_rate=3e-3,
        weight_decay=0.01,
        name="image_encoder",
    )
    classifier.trainable = False


def one_target_each(labels: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return labels `(..., attributes)` as a tuple, an array for each attribute."""
    return tuple(np.moveaxis(labels, -1, 0))
