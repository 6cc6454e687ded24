"""Damage of the kinds that real station files have, at known places."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

_SLOT = 10  # rows; each fault has such a stretch for itself
_KINDS = ("sentinels", "empty", "gaps", "repeats")


def damage(
    frame: pd.DataFrame,
    rng: np.random.Generator,
    *,
    sentinel_columns: Sequence[str],
    sentinel: float = -9999.0,
) -> pd.DataFrame:
    """Return a copy of `frame` with faults, counted in `.attrs["faults"]`.

    Each kind of fault occurs about once in 5,000 rows, and at least once. No two
    faults touch, so that every one of them can be found and counted.

    Args:
        frame: `pandas.DataFrame` with a `DatetimeIndex` and at least 60 rows.
        rng: `numpy.random.Generator`.
        sentinel_columns: List of strings, columns of sensors that drop out together.
        sentinel: Float, what is written when they do. Default: -9999.

    Returns:
        `pandas.DataFrame`. Its attribute `faults` is a dict of integers:
        `"sentinels"` and `"empty"` count cells, `"gaps"` stretches of rows left out,
        `"rows missing"` the rows in them, `"repeats"` rows that occur twice.

    Raises:
        ValueError: The frame is too short to be damaged.
    """
    times = len(frame) // 5_000 + 1
    slots = np.arange(1, len(frame) // _SLOT - 1)
    if len(slots) < times * len(_KINDS):
        raise ValueError(
            f"{len(frame)} rows are too few to put faults in; at least 60 are needed."
        )
    starts = _SLOT * rng.choice(slots, size=(len(_KINDS), times), replace=False)
    lengths = rng.integers(1, _SLOT, size=(len(_KINDS), times))
    rows = {
        kind: np.concatenate(
            [np.arange(a, a + n) for a, n in zip(first, length, strict=True)]
        )
        for kind, first, length in zip(_KINDS, starts, lengths, strict=True)
    }

    values = frame.to_numpy(copy=True)
    columns = frame.columns.get_indexer(sentinel_columns)
    values[np.ix_(rows["sentinels"], columns)] = sentinel
    values[rows["empty"], rng.integers(0, frame.shape[1], len(rows["empty"]))] = np.nan

    counts = np.ones(len(frame), dtype=int)
    counts[rows["gaps"]] = 0
    counts[rows["repeats"]] = 2
    kept = np.repeat(np.arange(len(frame)), counts)
    result = pd.DataFrame(values[kept], index=frame.index[kept], columns=frame.columns)
    result.attrs["faults"] = {
        "sentinels": len(rows["sentinels"]) * len(columns),
        "empty": len(rows["empty"]),
        "gaps": times,
        "rows missing": len(rows["gaps"]),
        "repeats": len(rows["repeats"]),
    }
    return result
