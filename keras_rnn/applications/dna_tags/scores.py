"""Tags along a sequence: where they change, and how well they were found."""

from itertools import groupby, pairwise

import numpy as np


def parts(sequence, tags):
    """Return the runs of equal tags, each with its bases.

    Example:

    >>> parts("CAGGT", ["exon", "exon", "exon", "intron", "intron"])
    [('exon', 'CAG'), ('intron', 'GT')]
    """
    found = []
    for tag, run in groupby(zip(tags, sequence, strict=True), lambda pair: pair[0]):
        found.append((tag, "".join(base for _, base in run)))
    return found


def junctions(tags):
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


def most_frequent_tags(truth, others):
    """Tag each base as most bases at its place are: what is tried before all else.

    Args:
        truth: List of lists of strings, the tags of the training part.
        others: List of sequences to be tagged.

    Example:

    >>> most_frequent_tags([["a", "b"], ["a", "c"], ["a", "c", "b"]], ["GAT"])
    [['a', 'c', 'b']]
    """
    names = sorted({tag for tags in truth for tag in tags})
    counts = np.zeros((max(map(len, [*truth, *others])), len(names)), int)
    for tags in truth:
        counts[np.arange(len(tags)), [names.index(tag) for tag in tags]] += 1
    most = [names[number] for number in counts.argmax(axis=1)]
    return [most[: len(each)] for each in others]


def scores(truth, found):
    """Return how well tags were found.

    Args:
        truth: List of lists of strings.
        found: Likewise, as long.

    Returns:
        Dict with `accuracy`, the share of bases with the right tag; `junctions`, the
        share of the sequences with a junction in which it is found at its very place,
        and no other; and `false_junctions`, the share of those without one in which
        one is found.

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
