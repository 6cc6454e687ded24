"""The systems of image captioning, from one builder: where the picture enters."""

import math

import keras

from keras_rnn.applications.shared import scene_encoder as scene_eyes
from keras_rnn.applications.shared.texts import MARKS
from keras_rnn.architectures import one_to_many
from keras_rnn.errors import nearest
from keras_rnn.layers import (
    LookingCell,
    MindsEyeCell,
    Rebuilding,
    TokenEmbedding,
)

# Where the picture enters, and how many layers there are.
SYSTEMS = {
    "vinyals": {"context": "first"},
    "karpathy": {"context": "bias"},
    "mao": {"context": "multimodal"},
    "donahue": {"context": "every", "depth": 2},
    "chen": {"context": "every", "memory": True},
    "attention": {"context": "every", "look": True},
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
_REBUILDING = 1.0
# Features of a whole picture that are kept apart by place.
_LARGEST = 4096
# Features of one place, where places are looked at.
_WIDEST = 64


def build(words, system="vinyals", eyes=None, *, units=96):
    """Build the network: eyes, and a writer that is told what they see.

    ```
    picture -> eyes -> grid -> see -> vector or places -> decoder -> words
    ```

    Args:
        words: List of strings, the vocabulary of captions.
        system: String, one of `SYSTEMS`: where the picture enters. Default:
            `"vinyals"`.
        eyes: `keras.Model` from pictures `(batch, height, width, 3)`, 0 to 255, to a
            grid `(batch, rows, columns, features)`. Default: new ones for scenes.
        units: Integer, size of the writer's state and of what it is told.
            Default: `96`.

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
    eyes = scene_eyes.build() if eyes is None else eyes
    picture = keras.Input(eyes.input_shape[1:], name="picture")
    caption = keras.Input((None,), dtype="int32", name="caption")
    head = keras.layers.Dense(len(words) + len(MARKS) + 2, name="scores")
    embedding = TokenEmbedding([*MARKS, *words], _WORD_FEATURES, name="words")
    name = f"captioning_{system}"
    shape = eyes.output_shape[1:]
    recurrent = {"cell": "gru", "units": units, "depth": options.pop("depth", 1)}
    see = _whole(shape, units)
    if options.pop("memory", False):
        recurrent = {"cell": MindsEyeCell(units, units // 2, _WORD_FEATURES)}
    if options.pop("look", False):
        recurrent = {"cell": LookingCell(units, _WORD_FEATURES, shape[:2])}
        see = _places(shape)
    return one_to_many(
        picture,
        recurrent,
        head,
        encoder=keras.Sequential([eyes, see], name="encoder"),
        targets=caption,
        target_encoder=embedding,
        name=name,
        **options,
    )


def _whole(shape, units):
    """From a grid to one vector."""
    told = keras.layers.Dense(units, activation="relu", name="told")
    return keras.Sequential([keras.Input(shape), _together(shape), told], name="see")


def _places(shape):
    """From a grid to its places side by side, each of them not too large."""
    layers = [keras.Input(shape)]
    if shape[-1] > _WIDEST:
        layers.append(keras.layers.Dense(_WIDEST, activation="relu", name="told"))
    return keras.Sequential([*layers, keras.layers.Flatten(name="flat")], name="see")


def _together(shape):
    """A layer from a grid to one vector.

    What a small grid shows at each place is kept apart: without that nobody could tell
    which colour is on the left. Of photographs there is too much of it, and the mean is
    taken, as the papers do.
    """
    if math.prod(shape) <= _LARGEST:
        return keras.layers.Flatten(name="flat")
    return keras.layers.GlobalAveragePooling2D(name="flat")


def eyes_of(model):
    """Return the eyes of a model that `build` returned: pictures in, a grid out."""
    return model.get_layer("encoder").layers[0]


def without_eyes(model):
    """Return the network that reads what eyes saw, with the same weights.

    The eyes do not learn any more. So what they see of a picture can be computed once,
    and only the rest be trained.

    Args:
        model: What `build` returned.

    Returns:
        `keras.Model` from a grid and word numbers to logits.
    """
    _, see = model.get_layer("encoder").layers
    decoder = model.get_layer("decoder")
    grid = keras.Input(see.input_shape[1:], name="grid")
    caption = keras.Input((None,), dtype="int32", name="caption")
    outputs = decoder(caption, context=see(grid))
    return keras.Model([grid, caption], outputs, name=f"{model.name}_without_eyes")


def rebuilding(model):
    """Return the network of `without_eyes` as it learns.

    That of `"chen"` adds to the loss how unlike the grid is to what can be rebuilt of
    it from the words so far, which a layer `"rebuilt"` does. This part helps to learn,
    and is not among what is saved. Others are as they are.

    Args:
        model: What `without_eyes` returned.
    """
    decoder, see = model.get_layer("decoder"), model.get_layer("see")
    cell = decoder.recurrent.layers[0].cell
    if not isinstance(cell, MindsEyeCell):
        return model
    grid, caption = model.inputs
    flat = see.get_layer("flat")(grid)
    memory = keras.layers.RNN(cell.memory, return_sequences=True, name="memory")
    told = memory(decoder.embedding(caption))
    rebuilt = keras.layers.Dense(flat.shape[-1], name="rebuilt")(told)
    outputs = Rebuilding(_REBUILDING, name="rebuilding")(
        model.outputs[0], rebuilt, flat
    )
    return keras.Model([grid, caption], outputs, name=f"{model.name}_rebuilding")
