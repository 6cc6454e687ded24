"""The systems of image captioning, from one builder: where the picture enters."""

import math
from typing import Any

import keras

from keras_rnn.applications.shared.image_encoder import build_encoder
from keras_rnn.applications.shared.texts import MARKS
from keras_rnn.architectures import one_to_many
from keras_rnn.errors import nearest
from keras_rnn.layers import (
    PictureAttentionCell,
    ReconstructionLoss,
    TokenEmbedding,
    VisualMemoryCell,
)

# Where the picture enters, and how many layers there are.
SYSTEMS: dict[str, dict[str, Any]] = {
    "vinyals": {"context": "first"},
    "karpathy": {"context": "bias"},
    "mao": {"context": "multimodal"},
    "donahue": {"context": "every", "depth": 2},
    "chen": {"context": "every", "memory": True},
    "attention": {"context": "every", "attention": True},
}
PAPERS = {
    "vinyals": "Vinyals et al. 2015, before the first word",
    "karpathy": "Karpathy & Fei-Fei 2015, with the first word",
    "mao": "Mao et al. 2015, behind the recurrence at every word",
    "donahue": "Donahue et al. 2015, at every word, two layers",
    "chen": "Chen & Zitnick 2015, at every word, and rebuilt from the words",
    "attention": "Xu et al. 2015, looked at anew for every word (attention)",
}

_WORD_FEATURES = 48
# How much an error of the rebuilt picture weighs beside one of the words.
_RECONSTRUCTION_WEIGHT = 1.0
# Features of a whole picture that are kept apart by place.
_LARGEST = 4096
# Features of one place, where there is attention to places.
_WIDEST = 64


def build(
    words: list[str],
    system: str = "vinyals",
    encoder: keras.Model | None = None,
    *,
    units: int = 96,
) -> keras.Model:
    """Build the network: an image encoder, and a decoder that is given its features.

    ```
    picture -> image encoder -> grid -> features: vector or places -> decoder -> words
    ```

    Args:
        words: List of strings, the vocabulary of captions.
        system: String, one of `SYSTEMS`: where the picture enters. Default:
            `"vinyals"`.
        encoder: `keras.Model` from pictures `(batch, height, width, 3)`, 0 to 255, to a
            grid `(batch, rows, columns, features)`. Default: an untrained one for
            scenes.
        units: Integer, size of the decoder's state and of its features. Default: `96`.

    Returns:
        `keras.Model` from pictures and word numbers `(batch, time)` to logits
        `(batch, time, words)`; the vocabulary is saved with it.

    Raises:
        ValueError: There is no such system.
    """
    if system not in SYSTEMS:
        raise ValueError(
            f"Unknown system {system!r}.{nearest(system, SYSTEMS)} Known are "
            f"{', '.join(SYSTEMS)}."
        )
    options = dict(SYSTEMS[system])
    encoder = build_encoder() if encoder is None else encoder
    picture = keras.Input(encoder.input_shape[1:], name="picture")
    caption = keras.Input((None,), dtype="int32", name="caption")
    head = keras.layers.Dense(len(words) + len(MARKS) + 2, name="scores")
    embedding = TokenEmbedding([*MARKS, *words], _WORD_FEATURES, name="words")
    shape = encoder.output_shape[1:]
    recurrent = {"cell": "gru", "units": units, "depth": options.pop("depth", 1)}
    features = _vector(shape, units)
    if options.pop("memory", False):
        recurrent = {"cell": VisualMemoryCell(units, units // 2, _WORD_FEATURES)}
    if options.pop("attention", False):
        recurrent = {"cell": PictureAttentionCell(units, _WORD_FEATURES, shape[:2])}
        features = _places(shape)
    return one_to_many(
        picture,
        recurrent,
        head,
        encoder=keras.Sequential([encoder, features], name="encoder"),
        targets=caption,
        target_encoder=embedding,
        name=f"captioning_{system}",
        **options,
    )


def _vector(shape, units):
    """From a grid to one vector.

    What a small grid holds at each place is kept apart: without that nobody could tell
    which colour is on the left. Of photographs there is too much of it, and the mean is
    taken, as the papers do.
    """
    if math.prod(shape) <= _LARGEST:
        flat = keras.layers.Flatten(name="flat")
    else:
        flat = keras.layers.GlobalAveragePooling2D(name="flat")
    vector = keras.layers.Dense(units, activation="relu", name="vector")
    return keras.Sequential([keras.Input(shape), flat, vector], name="features")


def _places(shape):
    """From a grid to its places side by side, each of them not too large."""
    layers = [keras.Input(shape)]
    if shape[-1] > _WIDEST:
        layers.append(keras.layers.Dense(_WIDEST, activation="relu", name="vector"))
    layers.append(keras.layers.Flatten(name="flat"))
    return keras.Sequential(layers, name="features")


def encoder_of(model: keras.Model) -> keras.Model:
    """Return the image encoder of a model that `build` returned."""
    return model.get_layer("encoder").layers[0]


def from_grids(model: keras.Model) -> keras.Model:
    """Return the network that reads grids in place of pictures, with the same weights.

    The image encoder does not learn any more. So its grids can be computed once, and
    only the rest be trained.
    """
    _, features = model.get_layer("encoder").layers
    decoder = model.get_layer("decoder")
    grid = keras.Input(features.input_shape[1:], name="grid")
    caption = keras.Input((None,), dtype="int32", name="caption")
    outputs = decoder(caption, context=features(grid))
    return keras.Model([grid, caption], outputs, name=f"{model.name}_from_grids")


def with_reconstruction(model: keras.Model) -> keras.Model:
    """Return the network of `from_grids` as it is trained.

    That of `"chen"` adds to the loss how unlike the grid is to what can be rebuilt of
    it from the words so far, which a layer `"rebuilt"` does. This part helps to learn,
    and is not among what is saved. Others are as they are.
    """
    decoder, features = model.get_layer("decoder"), model.get_layer("features")
    cell = decoder.recurrent.layers[0].cell
    if not isinstance(cell, VisualMemoryCell):
        return model
    grid, caption = model.inputs
    flat = features.get_layer("flat")(grid)
    memory = keras.layers.RNN(cell.memory, return_sequences=True, name="memory")
    remembered = memory(decoder.embedding(caption))
    rebuilt = keras.layers.Dense(flat.shape[-1], name="rebuilt")(remembered)
    outputs = ReconstructionLoss(_RECONSTRUCTION_WEIGHT, name="reconstruction")(
        model.outputs[0], rebuilt, flat
    )
    return keras.Model([grid, caption], outputs, name=f"{model.name}_reconstruction")
