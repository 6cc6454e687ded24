"""How good captions of scenes or of photographs are, and a baseline without words.

Of a scene the grammar tells whether a caption is true. Of a photograph nothing but its
captions is known, so that one can only count words in common (BLEU).
"""

from dataclasses import replace

import numpy as np

from keras_rnn.applications.shared.caption_writing import true
from keras_rnn.applications.shared.captioned_films import most_similar
from keras_rnn.datasets.generated.shapes import Scene
from keras_rnn.optional import need


def of_scenes(pictures):
    """Return whether pictures are of scenes, and not photographs.

    Args:
        pictures: `keras_rnn.applications.shared.captioned_films.Films`.
    """
    return isinstance(pictures.scenes[0], Scene)


def nearest_captions(train, asked):
    """Return for each picture a caption of the most similar one of the training.

    Args:
        train: `Films` whose pictures are grids; `asked` likewise.
        asked: See `train`.

    Returns:
        List of strings.
    """
    if not of_scenes(asked):
        train, asked = (
            replace(one, pictures=_means(one.pictures)) for one in (train, asked)
        )
    return [train.captions[place][0] for place in most_similar(train, asked)]


def _means(grids):
    """The mean over all places, as a grid of one place."""
    return np.mean(grids, (1, 2), dtype="float32", keepdims=True)


def goodness(texts, pictures):
    """Return how good each caption is.

    Args:
        texts: List of strings, one for each picture.
        pictures: `Films`.

    Returns:
        Float array: of scenes 1 where it is true and 0 else; of photographs BLEU,
        0 to 100.
    """
    if of_scenes(pictures):
        return np.array(true(texts, pictures), "float64")
    need("sacrebleu")
    import sacrebleu

    return np.array(
        [
            sacrebleu.sentence_bleu(text, own).score
            for text, own in zip(texts, pictures.captions, strict=True)
        ]
    )


def scores(texts, pictures):
    """Return how good captions are.

    Args:
        texts: List of strings, one for each picture.
        pictures: `Films`, with several captions of each picture.

    Returns:
        Dict: `true_captions`, of scenes, and `exact`, 0 to 1, and `bleu`, 0 to 100.
    """
    need("sacrebleu")
    import sacrebleu

    count = len(pictures.captions[0])
    references = [[each[i] for each in pictures.captions] for i in range(count)]
    exact = [text in own for text, own in zip(texts, pictures.captions, strict=True)]
    found = {
        "exact": float(np.mean(exact)),
        "bleu": float(sacrebleu.corpus_bleu(texts, references).score),
    }
    if of_scenes(pictures):
        return {"true_captions": float(np.mean(true(texts, pictures))), **found}
    return found


def rightness(good, pictures):
    """Return which captions pass for right, and what right and wrong are called.

    Args:
        good: What `goodness` returned.
        pictures: `Films`.

    Returns:
        Boolean array, and a tuple of two strings. Of scenes what is true; of
        photographs the better half.
    """
    if of_scenes(pictures):
        return good > 0, ("true", "not true")
    return good >= np.median(good), ("like its captions", "unlike")
