"""Tags along a sequence: where they change, and how well they were found."""

from itertools import pairwise

import numpy as np


def junctions(tags: list[str]) -> list[tuple[int, str, str]]:
    """Return where one tag ends and another begins: `(place, tag, next tag)`.

    Example:

    >>> junctions(["exon", "exon", "intron"])
    [(2, 'exon', 'intron')]
    """
    return [
        (place, before, after)
        for place, (before, after) in enumerate(pairwise(tags), 1)
        if before != after
    ]


def scores(truth: list[list[str]], found: list[list[str]]) -> dict[str, float | None]:
    """Return how well tags were found.

    `accuracy` is the share of bases with the right tag; `junctions` that of the
    sequences with a junction in which it is found at its very place, and no other; and
    `false_junctions` that of those without one in which one is found.

    Example:

    >>> scores([["exon", "intron"], ["neither"] * 2], [["exon", "intron"]] * 2)
    {'accuracy': 0.5, 'junctions': 1.0, 'false_junctions': 1.0}
    """
    pairs = list(zip(truth, found, strict=True))
    right = [one == other for pair in pairs for one, other in zip(*pair, strict=True)]
    there = [
        junctions(one) == junctions(other) for one, other in pairs if len(set(one)) > 1
    ]
    none = [bool(junctions(other)) for one, other in pairs if len(set(one)) == 1]
    return {
        "accuracy": float(np.mean(right)),
        "junctions": float(np.mean(there)) if there else None,
        "false_junctions": float(np.mean(none)) if none else None,
    }
