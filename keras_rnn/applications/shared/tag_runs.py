"""Runs of equal tags along a sequence."""

from itertools import groupby


def runs(sequence: str, tags: list[str]) -> list[tuple[str, str]]:
    """Return the runs of equal tags, each with its bases.

    Example:

    >>> runs("CAGGT", ["exon", "exon", "exon", "intron", "intron"])
    [('exon', 'CAG'), ('intron', 'GT')]
    """
    found = []
    for tag, run in groupby(zip(tags, sequence, strict=True), lambda pair: pair[0]):
        found.append((tag, "".join(base for _, base in run)))
    return found
