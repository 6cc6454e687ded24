"""The network that draws what a caption says, pixel by pixel, and how it learns to."""

import keras
import numpy as np
from keras import ops

from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.scores import log_likelihood
from keras_rnn.applications.shared.texts import hide_words, words
from keras_rnn.applications.text_to_image.raster_cell import (
    PixelScores,
    RasterGRUCell,
    pixel_table,
)
from keras_rnn.architectures import one_to_many
from keras_rnn.datasets.generated.pixel_drawings import SIZE, palette
from keras_rnn.layers import TokenEmbedding
from keras_rnn.layers.token_embedding import PADDING
from keras_rnn.training import Batches

COLOURS = len(palette())
PIXELS = SIZE * SIZE
# What stands before the first pixel.
START = COLOURS
# Words of a caption.
LONGEST = 24


def build(vocabulary, *, units=96, width=32):
    """Build the network: it reads the caption, then draws pixel after pixel.

    ```
                             y_1     y_2     y_3         one of 13 colours each
                              |       |       |
                            scores  scores  scores       PixelScores
                              |       |       |
    caption, each step - ->  h_1 --> h_2 --> h_3         RasterGRUCell
                              |       |       |
                            start    y_1     y_2         and the pixels around
    ```

    Args:
        vocabulary: List of strings, the words of captions.
        units: Integer, size of the painter's state. Default: `96`.
        width: Integer, size of the caption's vector. Default: `32`.

    Returns:
        `keras.Model` from word numbers `(batch, words)` and pixel values, a step late,
        `(batch, pixels)` to logits `(batch, pixels, 13)`; the vocabulary is saved with
        it.
    """
    return one_to_many(
        keras.Input((None,), dtype="int32", name="caption"),
        {"cell": RasterGRUCell(units, width)},
        PixelScores(units, name="scores"),
        encoder=reader(vocabulary, width),
        targets=keras.Input((None,), dtype="int32", name="pixels"),
        target_encoder=_as_table(),
        context="every",
        name="text_to_image",
    )


def build_blind(vocabulary, *, units=96, width=32):
    """Build the baseline: all pixels at once, none of which knows of another.

    Args:
        vocabulary: As in `build`; `units` and `width` likewise.
        units: See `vocabulary`. Default: `96`.
        width: See `vocabulary`. Default: `32`.

    Returns:
        `keras.Model` from word numbers to logits `(batch, pixels, 13)`.
    """
    caption = keras.Input((None,), dtype="int32", name="caption")
    hidden = keras.layers.Dense(units, activation="relu")(
        reader(vocabulary, width)(caption)
    )
    scores = keras.layers.Dense(PIXELS * COLOURS)(hidden)
    outputs = keras.layers.Reshape((PIXELS, COLOURS), name="scores")(scores)
    return keras.Model(caption, outputs, name="all_pixels_at_once")


def reader(vocabulary, width):
    """Return the network that reads a caption: the sum of its words' vectors.

    A sum has no way to take two words together for a third thing. That is what makes
    words work in company that they were never seen in.

    Args:
        vocabulary: As in `build`; `width` likewise.
        width: See `vocabulary`.
    """
    caption = keras.Input((None,), dtype="int32")
    words = TokenEmbedding(
        vocabulary,
        width,
        mask_zero=False,
        embeddings_initializer=keras.initializers.RandomNormal(stddev=0.3),
        name="words",
    )(caption)
    there = ops.cast(ops.not_equal(caption, PADDING), words.dtype)
    outputs = ops.sum(words * ops.expand_dims(there, axis=-1), axis=1)
    return keras.Model(caption, outputs, name="reader")


def _as_table():
    """A pixel's value as what it is; the sign that begins is nothing at all."""
    table = np.pad(pixel_table(), ((0, 1), (0, 0)))
    layer = keras.layers.Embedding(*table.shape, trainable=False, name="pixel_table")
    layer.build()
    layer.set_weights([table])
    return layer


def words_of(model):
    """Return the layer that knows the words."""
    return model.get_layer("reader").get_layer("words")


def numbers(model, texts):
    """Return captions as word numbers, `(len(texts), 24)`."""
    return words_of(model).encode([words(text) for text in texts], LONGEST)


def late(pixels):
    """Return what the painter reads: each pixel's value when the next one's turn is.

    Args:
        pixels: Integer array `(drawings, rows, columns)`.

    Returns:
        int32 array `(drawings, rows * columns)`.

    Example:

    >>> late(np.array([[[1, 2], [3, 4]]])).tolist()
    [[13, 1, 2, 3]]
    """
    flat = pixels.reshape(len(pixels), -1).astype("int32")
    return np.pad(flat, ((0, 0), (1, 0)), constant_values=START)[:, :-1]


class DrawingBatches(Batches):
    """Captions with drawings; now and then a word is taken for an unknown one.

    Args:
        model: What `build` or `build_blind` returned.
        drawings: `keras_rnn.datasets.pixel_drawings.Drawings`.
        batch_size: Integer. Default: `64`.
        unknown: Float, how many words are taken for unknown ones, in a shuffled
            training. Default: `0.02`.
        shuffle: Boolean. Default: `True`.
        seed: Integer. Default: `0`.
    """

    def __init__(
        self,
        model,
        drawings,
        batch_size=64,
        unknown=0.02,
        shuffle=True,
        seed=0,
        **kwargs,
    ):
        said = drawings.pixels.reshape(len(drawings), -1)
        self.read = late(drawings.pixels) if len(model.inputs) > 1 else None
        arrays = numbers(model, drawings.captions), said
        super().__init__(arrays, batch_size, shuffle, seed, **kwargs)
        self.unknown = unknown

    def draw(self, generator):
        """Return an epoch's order, and the captions in it."""
        captions, _ = self.arrays
        if not self.shuffle:
            return np.arange(self.count), captions
        captions = hide_words(captions, generator, self.unknown)
        return generator.permutation(self.count), captions

    def __getitem__(self, batch):
        order, captions = self.drawn()
        chosen = order[batch * self.batch_size : (batch + 1) * self.batch_size]
        inputs = captions[chosen]
        if self.read is not None:
            inputs = inputs, self.read[chosen]
        return inputs, self.arrays[1][chosen]


def fit(model, train, validation, request, *, updates, name, learning_rate=4e-3):
    """Train a network on drawings with captions.

    Args:
        model: What `build` or `build_blind` returned.
        train: `keras_rnn.datasets.pixel_drawings.Drawings`; `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.contract.Request`.
        updates: Integer, how many batches of 64 to learn from at least.
        name: String, which folder within the request's to keep checkpoints in.
        learning_rate: Float. Default: `0.004`.
    """
    batches = DrawingBatches(model, train, seed=request.seed)
    fit_to_likelihood(
        model,
        batches,
        DrawingBatches(model, validation, shuffle=False),
        request,
        epochs=request.epochs or -(-updates // len(batches)),
        batches=len(batches),
        learning_rate=learning_rate,
        name=name,
    )


def losses(model, drawings):
    """Return the loss of each pixel of drawings, in nats.

    Args:
        model: As in `fit`, trained.
        drawings: `keras_rnn.datasets.pixel_drawings.Drawings`.

    Returns:
        Array `(drawings, 16, 16)`.
    """
    batches = DrawingBatches(model, drawings, shuffle=False)
    scores = model.predict(batches, verbose=0)
    flat = drawings.pixels.reshape(len(drawings), -1)
    return -log_likelihood(scores, flat).reshape(drawings.pixels.shape)


def nats(model, drawings):
    """Return the loss of drawings, in nats a pixel; see `losses`."""
    return float(losses(model, drawings).mean())
