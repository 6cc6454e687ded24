"""The network that draws what a caption says, pixel by pixel, and how it learns to."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.hidden_word_batches import HiddenWordBatches
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.scores import log_likelihood
from keras_rnn.applications.shared.texts import words
from keras_rnn.architectures import one_to_many
from keras_rnn.datasets.generated.pixel_drawings import SIZE, Drawings, palette
from keras_rnn.datasets.text.token_numbers import PADDING
from keras_rnn.layers import PixelScores, RasterGRUCell, TokenEmbedding
from keras_rnn.layers.raster_gru import pixel_table

COLOURS = len(palette())
PIXELS = SIZE * SIZE
# What stands before the first pixel.
START = COLOURS
# Words of a caption.
LONGEST = 24


def build(
    vocabulary: Sequence[str], *, units: int = 96, width: int = 32
) -> keras.Model:
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
        vocabulary: Sequence of strings, the words of captions.
        units: Integer, size of the drawing network's state. Default: `96`.
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
        encoder=_reader(vocabulary, width),
        targets=keras.Input((None,), dtype="int32", name="pixels"),
        target_encoder=_table_embedding(),
        context="every",
        name="text_to_image",
    )


def build_baseline(
    vocabulary: Sequence[str], *, units: int = 96, width: int = 32
) -> keras.Model:
    """Build the baseline: all pixels at once, none of which knows of another.

    Returns:
        `keras.Model` from word numbers to logits `(batch, pixels, 13)`.
    """
    caption = keras.Input((None,), dtype="int32", name="caption")
    hidden = keras.layers.Dense(units, activation="relu")(
        _reader(vocabulary, width)(caption)
    )
    scores = keras.layers.Dense(PIXELS * COLOURS)(hidden)
    outputs = keras.layers.Reshape((PIXELS, COLOURS), name="scores")(scores)
    return keras.Model(caption, outputs, name="all_pixels_at_once")


def _reader(vocabulary, width):
    """Return the network that reads a caption: the sum of its words' vectors.

    A sum has no way to take two words together for a third thing. That is what makes
    words work in company that they were never seen in.
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


def _table_embedding():
    """From a pixel's value to what it is; the sign that begins is nothing at all."""
    table = np.pad(pixel_table(), ((0, 1), (0, 0)))
    layer = keras.layers.Embedding(*table.shape, trainable=False, name="pixel_table")
    layer.build()
    layer.set_weights([table])
    return layer


def words_of(model: keras.Model) -> TokenEmbedding:
    """Return the layer that knows the words."""
    return model.get_layer("reader").get_layer("words")


def word_numbers(model: keras.Model, texts: Sequence[str]) -> np.ndarray:
    """Return captions as word numbers, `(len(texts), 24)`."""
    return words_of(model).encode([words(text) for text in texts], LONGEST)


def late(pixels: np.ndarray) -> np.ndarray:
    """Return each pixel's value when the next one's turn is, `(drawings, pixels)`.

    Example:

    >>> late(np.array([[[1, 2], [3, 4]]])).tolist()
    [[13, 1, 2, 3]]
    """
    flat = pixels.reshape(len(pixels), -1).astype("int32")
    return np.pad(flat, ((0, 0), (1, 0)), constant_values=START)[:, :-1]


def drawing_batches(
    model: keras.Model,
    drawings: Drawings,
    shuffle: bool = True,
    seed: int = 0,
    unknown: float = 0.02,
) -> HiddenWordBatches:
    """Return captions with drawings in batches of 64.

    Where they are shuffled, a share of the words (`unknown`) is hidden.
    """
    numbers, said = word_numbers(model, drawings.captions), drawings.pixels
    reads_pixels = len(model.inputs) > 1
    inputs = (numbers, late(said)) if reads_pixels else numbers
    arrays, words = (inputs, said.reshape(len(said), -1)), 0 if reads_pixels else None
    return HiddenWordBatches(arrays, words, 64, shuffle, seed, unknown)


def fit(
    model: keras.Model,
    train: Drawings,
    validation: Drawings,
    request: Request,
    *,
    updates: int,
    name: str,
) -> None:
    """Train what `build` or `build_baseline` returned on drawings with captions.

    It learns from `updates` batches of 64 at least. Checkpoints lie in the folder
    `name`.
    """
    fit_to_likelihood(
        model,
        drawing_batches(model, train, seed=request.seed),
        drawing_batches(model, validation, shuffle=False),
        request,
        updates=updates,
        learning_rate=4e-3,
        name=name,
    )


def losses(model: keras.Model, drawings: Drawings) -> np.ndarray:
    """Return the loss of each pixel of drawings, in nats, `(drawings, 16, 16)`."""
    batches = drawing_batches(model, drawings, shuffle=False)
    scores = model.predict(batches, verbose=0)
    flat = drawings.pixels.reshape(len(drawings), -1)
    return -log_likelihood(scores, flat).reshape(drawings.pixels.shape)
