"""Tunes to learn from and tunes to judge by, with no tune on both sides."""

import numpy as np

from keras_rnn.applications.music_generation import bars as music_bars
from keras_rnn.applications.music_generation.tokens import (
    BARS,
    UnreadableError,
    tokens_of,
    write_abc,
)
from keras_rnn.errors import UserError

_LEAST = 30


def usable(data):
    """Return the tunes that can be learnt from, as tokens.

    Args:
        data: `keras_rnn.datasets.tunes.Tunes`.

    Returns:
        Tuple of a list of lists of tokens, and a dict: how many tunes were
        `unreadable` and `not_whole`, and the share of all that have whole bars as
        they stand in the file, `real_whole_bars`.

    Raises:
        UserError: They are less than 30.
    """
    found, faults, unreadable = [], [], 0
    for tune in data.tunes:
        try:
            tokens = tokens_of(tune)
        except UnreadableError as error:
            unreadable += 1
            faults.append(f"{data.origin}, line {tune.line}: {error}")
            continue
        report = music_bars.count(write_abc(tokens))
        if report.whole:
            found.append(tokens)
        else:
            faults.append(f"{data.origin}, line {tune.line}: {report.fault}")
    if len(found) < _LEAST:
        raise UserError(
            f"{data.origin} has {len(found)} tunes with whole bars. Give at least "
            f"{_LEAST}, so that some can be kept for the test."
            + (f" The first that is not: {faults[0]}." if faults else "")
        )
    return found, {
        "real_whole_bars": music_bars.share([f"X:1\n{one}" for one in data.texts]),
        "unreadable": unreadable,
        "not_whole": len(faults) - unreadable,
    }


def groups(sequences, alike=0.5):
    """Return which tunes are versions of the same one.

    Two tunes are that if at least half of the different bars in either of them are
    common to both (Jaccard), whatever their names, keys and metres; and what is a
    version of a version belongs to the same group.

    Args:
        sequences: List of lists of tokens.
        alike: Float, the share of bars in common. Default: `0.5`.

    Returns:
        Integer array, the number of each tune's group.

    Example:

    >>> tunes = ["K:D A B | c d |]", "K:G e f | g a |]", "K:G A B | c d |]"]
    >>> groups([tune.split() for tune in tunes]).tolist()
    [0, 1, 0]
    """
    bars = [_bars(tokens) for tokens in sequences]
    found = np.arange(len(bars))
    holders = {}
    for tune, one in enumerate(bars):
        for bar in one:
            holders.setdefault(bar, []).append(tune)
    for tune, one in enumerate(bars):
        others = {other for bar in one for other in holders[bar] if other < tune}
        for other in others:
            common = len(one & bars[other])
            if common >= alike * (len(one) + len(bars[other]) - common):
                found[found == found[tune]] = found[other]
    return found


def _bars(tokens):
    """The different bars of a tune, each a tuple of tokens."""
    found, bar = set(), []
    for token in tokens:
        if token in BARS:
            found.add(tuple(bar))
            bar = []
        elif ":" not in token and not token.startswith("["):
            bar.append(token)
    return found - {()}


def split(sequences, shares=(0.8, 0.1, 0.1), seed=0):
    """Share tunes out, all versions of a tune to the same part.

    Args:
        sequences: List of lists of tokens.
        shares: Tuple of floats. Default: `(0.8, 0.1, 0.1)`.
        seed: Integer. Default: `0`.

    Returns:
        List of integer arrays, the places of each part's tunes.
    """
    group = groups(sequences)
    order = np.random.default_rng(seed).permutation(np.unique(group))
    rank = np.argsort(order)[np.searchsorted(np.sort(order), group)]
    by_rank = np.argsort(rank, kind="stable")
    ends = np.round(np.cumsum(shares)[:-1] * len(sequences)).astype(int)
    # A group that a border would cut goes to the part that it begins in.
    ranks = rank[by_rank]
    borders = [int(np.searchsorted(ranks, ranks[end - 1], "right")) for end in ends]
    return [np.sort(part) for part in np.split(by_rank, borders)]
