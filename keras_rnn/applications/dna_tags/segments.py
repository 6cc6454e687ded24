"""Stretches of DNA with a tag at each base, as a whole and cut."""

import numpy as np

from keras_rnn.applications.shared.splits import too_few
from keras_rnn.datasets.text import splice
from keras_rnn.datasets.text.labelled_texts import LabelledTexts

Tagged = tuple[list[str], list[list[str]]]

# A cut keeps at least so many bases on either side of the middle.
LEAST = 10

_FOLDS = 10


def split(data: LabelledTexts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which stretches train, validate and test: stratified, none in two.

    Three integer arrays, of about eight, one and one tenths of what `splice.load` gave.

    Raises:
        UserError: A class has less than ten different stretches.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    for number, name in enumerate(data.classes):
        texts = {t for t, n in zip(data.texts, data.labels, strict=True) if n == number}
        if len(texts) < _FOLDS:
            has = f"{len(texts)} different sequences of {name}"
            raise too_few(data, has, f"{_FOLDS} of each class")
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    parts = [
        part for _, part in folds.split(data.texts, data.labels, groups=data.texts)
    ]
    return np.sort(np.concatenate(parts[2:])), parts[1], parts[0]


def whole(data: LabelledTexts, places: np.ndarray | list[int]) -> Tagged:
    """Return some stretches, strings of 60 bases, and the tags of their bases."""
    texts = [data.texts[place] for place in places]
    return texts, [splice.tags(data.classes[data.labels[place]]) for place in places]


def cut(
    data: LabelledTexts, places: np.ndarray | list[int], seed: int, times: int = 1
) -> Tagged:
    """Return parts of stretches, so that a junction may be anywhere in them.

    Ten to thirty bases are kept on either side of the middle. A network that has seen
    whole stretches alone looks for a junction behind base 30 and nowhere else.

    Args:
        data: `LabelledTexts`, what `splice.load` returns.
        places: Integer array, which stretches.
        seed: Integer.
        times: Integer, how many parts of each stretch. Default: `1`.
    """
    rng = np.random.default_rng(seed)
    middle = splice.LENGTH // 2
    sides = rng.integers(LEAST, middle + 1, (times * len(places), 2))
    kept = [slice(middle - before, middle + after) for before, after in sides]
    texts, tags = whole(data, places)
    return (
        [text[each] for text, each in zip(times * texts, kept, strict=True)],
        [tag[each] for tag, each in zip(times * tags, kept, strict=True)],
    )


def whole_and_cut(
    data: LabelledTexts, places: np.ndarray | list[int], seed: int, times: int = 1
) -> Tagged:
    """Return what `whole` returns, and behind it what `cut` does."""
    texts, tags = whole(data, places)
    cut_texts, cut_tags = cut(data, places, seed, times)
    return texts + cut_texts, tags + cut_tags
