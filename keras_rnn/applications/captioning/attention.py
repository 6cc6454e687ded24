"""Where in a picture the system with attention looks for each of its words."""

import itertools
import math
from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from keras_rnn.applications.shared.attention_maps import box_area, mass_inside
from keras_rnn.applications.shared.captions import words_of
from keras_rnn.applications.shared.texts import shifted
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures


def word_maps(
    model: keras.Model, grids: np.ndarray, texts: Sequence[str]
) -> list[np.ndarray]:
    """Return the attention before each word of captions, `(words, rows, columns)` each.

    Args:
        model: What `network.from_grids` returned of the system `"attention"`.
        grids: Array `(pictures, rows, columns, features)`, of an image encoder.
        texts: Sequence of strings, the caption of each.
    """
    tokens = [text.split() for text in texts]
    words = words_of(model)
    read, _ = shifted(words, tokens)
    cell = model.get_layer("decoder").recurrent.layers[0].cell
    flat = model.get_layer("features")(np.asarray(grids, "float32"))
    states, maps = cell.get_initial_state(len(texts)), []
    for word in read.T[: max(1, *map(len, tokens))]:
        inputs = ops.concatenate([words(word[:, None])[:, 0], flat], axis=-1)
        maps.append(ops.convert_to_numpy(cell.attend(states[0], inputs)[1]))
        _, states = cell(inputs, states)
    each = np.stack(maps, axis=1)
    return [own[: len(said)] for own, said in zip(each, tokens, strict=True)]


def mass_on_named(
    model: keras.Model, pictures: CaptionedPictures, texts: Sequence[str]
) -> tuple[float, float]:
    """Return how much of the attention before a colour falls on the thing it names.

    That is the mass inside the thing's box, a mean over all colours said, and what an
    even map would have there. NaN where nothing is named.

    Args:
        model: What `network.from_grids` returned of the system `"attention"`.
        pictures: `CaptionedPictures` of scenes, as grids.
        texts: Sequence of strings, the caption of each.
    """
    inside, even = [], []
    maps = word_maps(model, pictures.pictures, texts)
    for scene, text, own in zip(pictures.scenes, texts, maps, strict=True):
        for place, named in enumerate(itertools.pairwise(text.split())):
            for thing in scene.things:
                if (thing.colour, thing.shape) == named:
                    box = np.array([scene.box(thing)])
                    inside.append(mass_inside(own[place : place + 1], box)[0])
                    even.append(box_area(box)[0])
    if not inside:
        return math.nan, math.nan
    return float(np.mean(inside)), float(np.mean(even))
