"""Tunes to learn from and tunes to judge by, with no tune on both sides."""

import numpy as np

from keras_rnn.applications.music_generation import bars as music_bars
from keras_rnn.applications.shared.splits import too_few
from keras_rnn.datasets.text.tune_tokens import (
    BARS,
    UnreadableError,
    tokens_of,
    write_abc,
)
from keras_rnn.datasets.text.tunes import Tunes
from keras_rnn.errors import UserError

_LEAST = 30


def usable(data: Tunes) -> tuple[list[list[str]], dict[str, float]]:
    """Return the tunes that can be learnt from, as tokens, and a dict of counts.

    The dict tells how many were `unreadable` and `not_whole`, and the share of all that
    have whole bars as they stand in the file, `real_whole_bars`.

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
        refusal = too_few(data, f"{len(found)} tunes with whole bars", f"{_LEAST}")
        first = f" The first that is not: {faults[0]}." if faults else ""
        raise UserError(f"{refusal}{first}")
    return found, {
        "real_whole_bars": music_bars.share([f"X:1\n{one}" for one in data.texts]),
        "unreadable": unreadable,
        "not_whole": len(faults) - unreadable,
    }


def groups(sequences: list[list[str]], alike: float = 0.5) -> np.ndarray:
    """Return which tunes are versions of the same one: the number of each one's group.

    Two tunes are that if at least half (`alike`) of the different bars in either of
    them are common to both (Jaccard), whatever their names, keys and metres; and what
    is a version of a version belongs to the same group.

    Example:

    >>> tunes = ["K:D A B | c d |]", "K:G e f | g a |]", "K:G A B | c d |]"]
    >>> groups([tune.split() for tune in tunes]).tolist()
    [0, 1, 0]
    """
    bars = [_bars(tokens) for tokens in sequences]
    found = np.arange(len(bars))
    holders: dict[tuple[str, ...], list[int]] = {}
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


def split(
    sequences: list[list[str]],
    shares: tuple[float, ...] = (0.8, 0.1, 0.1),
    seed: int = 0,
) -> list[np.ndarray]:
    """Return the places of each part's tunes, all versions of a tune in one part."""
    group = groups(sequences)
    order = np.random.default_rng(seed).permutation(np.unique(group))
    rank = np.argsort(order)[np.searchsorted(np.sort(order), group)]
    by_rank = np.argsort(rank, kind="stable")
    ends = np.round(np.cumsum(shares)[:-1] * len(sequences)).astype(int)
    # A group that a border would cut goes to the part that it begins in.
    ranks = rank[by_rank]
    borders = [int(np.searchsorted(ranks, ranks[end - 1], "right")) for end in ends]
    return [np.sort(part) for part in np.split(by_rank, borders)]
