"""Scores of captions of scenes or of photographs, and a baseline without words.

Of a scene the grammar tells whether a caption is true. Of a photograph nothing but its
captions is known, so that one can only count words in common (BLEU).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from keras_rnn.applications.shared import captions
from keras_rnn.applications.shared.captions import are_true
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures
from keras_rnn.datasets.generated.shapes import Scene
from keras_rnn.optional import need


def are_scenes(pictures: CaptionedPictures) -> bool:
    """Return whether pictures are of scenes, and not photographs."""
    return isinstance(pictures.scenes[0], Scene)


def nearest_captions(train: CaptionedPictures, asked: CaptionedPictures) -> list[str]:
    """Return a caption of the most similar grid of the training for each grid."""
    if not are_scenes(asked):
        # The mean over all places, as a grid of one place.
        train, asked = (
            replace(
                one,
                pictures=np.mean(one.pictures, (1, 2), dtype="float32", keepdims=True),
            )
            for one in (train, asked)
        )
    return captions.nearest_captions(train, asked)


def score_each(texts: Sequence[str], pictures: CaptionedPictures) -> np.ndarray:
    """Return the score of each caption.

    Of scenes 1 where it is true and 0 else; of photographs BLEU, 0 to 100.
    """
    if are_scenes(pictures):
        return np.array(are_true(texts, pictures), "float64")
    need("sacrebleu")
    import sacrebleu

    return np.array(
        [
            sacrebleu.sentence_bleu(text, own).score
            for text, own in zip(texts, pictures.captions, strict=True)
        ]
    )


def scores(texts: Sequence[str], pictures: CaptionedPictures) -> dict[str, float]:
    """Return the scores of captions as a whole.

    These are `true_captions`, of scenes, and `exact`, 0 to 1, and `bleu`, 0 to 100.
    """
    need("sacrebleu")
    import sacrebleu

    references = list(map(list, zip(*pictures.captions, strict=True)))
    exact = [text in own for text, own in zip(texts, pictures.captions, strict=True)]
    found = {
        "exact": float(np.mean(exact)),
        "bleu": float(sacrebleu.corpus_bleu(texts, references).score),
    }
    if are_scenes(pictures):
        return {"true_captions": float(np.mean(are_true(texts, pictures))), **found}
    return found


def passing(
    each: np.ndarray, pictures: CaptionedPictures
) -> tuple[np.ndarray, tuple[str, str]]:
    """Return which scored captions pass for right, and what right and wrong are called.

    Of scenes what is true passes, of photographs the better half.
    """
    if are_scenes(pictures):
        return each > 0, ("true", "not true")
    return each >= np.median(each), ("like its captions", "unlike")
