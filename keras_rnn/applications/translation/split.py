"""Pairs of sentences in parts that share no sentence, neither left nor right."""

import numpy as np


def split_pairs(
    keys: list[tuple[str, str]], *, test: int, validation: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the places of the pairs to train on, to validate on and to test on.

    One sentence often has several translations. A pair that has either of its
    sentences in common with a held-out pair is in no part at all: otherwise a model
    would be asked what it was told.

    Args:
        keys: List of tuples of two strings: what tells whether two sentences are the
            same, such as `datasets.text.word_tokens.normalised`.
        test: Integer, how many pairs to keep for the test.
        validation: Integer, how many at most to validate on.
        seed: Integer, which ones. Default: `0`.

    Returns:
        Three integer arrays, each in rising order: training, validation, test.

    Example:

    >>> keys = [("go", "ve"), ("go", "vete"), ("hi", "hola"), ("bye", "chao")]
    >>> train, validation, test = split_pairs(keys, test=1, validation=1, seed=1)
    >>> train.tolist(), validation.tolist(), test.tolist()
    ([3], [2], [0])
    """
    order = np.random.default_rng(seed).permutation(len(keys)).tolist()
    chosen: list[np.ndarray] = []
    seen: tuple[set[str], set[str]] = (set(), set())

    def is_new(place: int) -> bool:
        return not any(
            key in known for key, known in zip(keys[place], seen, strict=True)
        )

    for places, count in ((order[:test], test), (order[test:], validation)):
        part: list[int] = []
        for place in places:
            if len(part) == count:
                break
            # A pair of the test may share a sentence with another one of the test.
            if not chosen or is_new(place):
                part.append(place)
        for place in part:
            for key, known in zip(keys[place], seen, strict=True):
                known.add(key)
        chosen.append(np.sort(np.array(part, "int64")))
    test_part, validation_part = chosen
    held_out = {*test_part.tolist(), *validation_part.tolist()}
    train = [p for p in range(len(keys)) if p not in held_out and is_new(p)]
    return np.array(train, "int64"), validation_part, test_part
