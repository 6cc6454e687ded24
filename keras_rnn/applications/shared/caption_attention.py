"""Where in a picture a writer looks for each of its words."""

import itertools
import math

import numpy as np
from keras import ops

from keras_rnn.applications.shared.attention_maps import draw_maps
from keras_rnn.applications.shared.caption_writing import words_of
from keras_rnn.applications.shared.texts import shifted

# Words that show nothing.
_PLAIN = ("a", "the", "is", "there", "picture", "shows", "of", "to", "on")


def look(model, grids, texts):
    """Return where a network looks before it says each word.

    Args:
        model: What `keras_rnn.applications.captioning.network.without_eyes` returned
            of the system `"attention"`, whose cell is a `LookingCell`.
        grids: Array `(pictures, rows, columns, features)`, what the eyes see.
        texts: List of strings, what is said of each.

    Returns:
        List of arrays `(words, rows, columns)`, one for each picture; the map of a word
        adds up to 1.
    """
    tokens = [text.split() for text in texts]
    words = words_of(model)
    read, _ = shifted(words, tokens)
    cell = model.get_layer("decoder").recurrent.layers[0].cell
    flat = model.get_layer("see")(np.asarray(grids, "float32"))
    states, maps = cell.get_initial_state(len(texts)), []
    for word in read.T[: max(1, *map(len, tokens))]:
        inputs = ops.concatenate([words(word[:, None])[:, 0], flat], axis=-1)
        maps.append(ops.convert_to_numpy(cell.look(states[0], inputs)[1]))
        _, states = cell(inputs, states)
    maps = np.stack(maps, axis=1)
    return [own[: len(said)] for own, said in zip(maps, tokens, strict=True)]


def draw_looks(pictures, texts, maps, caption="", most=8):
    """Draw pictures with what was looked at for each word.

    Args:
        pictures: List of arrays `(height, width, 3)` of bytes.
        texts: List of strings, what is said of each.
        maps: What `look` returned.
        caption: String, below. Default: `""`.
        most: Integer, words of a picture to show at most; articles and the like are
            left out. Default: `8`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    rows = {}
    for number, (picture, text, own) in enumerate(
        zip(pictures, texts, maps, strict=True), 1
    ):
        shown = [
            (picture, each, None, word)
            for word, each in zip(text.split(), own, strict=True)
            if word not in _PLAIN
        ]
        rows[f"picture {number}"] = [(picture, None, None, ""), *shown[:most]]
    return draw_maps(rows, caption, "Bright: where it looked for the word above")


def mass_on_named(model, pictures, texts):
    """Return how much of the looks for a colour falls on the thing that is named.

    Args:
        model: As in `look`.
        pictures: `Films` of scenes, as grids.
        texts: List of strings, what is said of each.

    Returns:
        Two floats: the mass inside the box of the thing, a mean over all colours said,
        and what an even look would have there. NaN where nothing is named.
    """
    from keras_rnn.applications.shared.attention_maps import area, mass_inside

    inside, even = [], []
    looks = look(model, pictures.pictures, texts)
    for scene, text, own in zip(pictures.scenes, texts, looks, strict=True):
        said = text.split()
        for place, (word, following) in enumerate(itertools.pairwise(said)):
            for thing in scene.things:
                if (thing.colour, thing.shape) == (word, following):
                    box = np.array([scene.box(thing)])
                    inside.append(mass_inside(own[place : place + 1], box)[0])
                    even.append(area(box)[0])
    if not inside:
        return math.nan, math.nan
    return float(np.mean(inside)), float(np.mean(even))
