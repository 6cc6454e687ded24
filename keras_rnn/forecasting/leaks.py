"""Columns that tell what is to be forecast: the target again, now or too early."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

# The latest rows that are looked at, and the fewest that say anything.
_MOST_ROWS = 5_000
_FEWEST_ROWS = 20
# Shifts, at most, that are tried.
_MOST_SHIFTS = 200
# The share of rows that have to agree up to rounding: a copy may have been corrected.
_SAME = 0.99
# Rounding that is coarser than this part of the spread hides too much: then the values
# have to be the same.
_COARSE = 0.1
# Of what a column that comes too early leaves open, against the target's last value.
_LEFT_OPEN = 0.01


def leak_warnings(
    frame: pd.DataFrame, target: str, horizon: int, known_ahead: Sequence[str] = ()
) -> Iterator[str]:
    """Tell which columns are the target under another name, or come too early.

    A copy is one up to a factor, a shift and the rounding of both columns. What is only
    close to the target, such as the potential temperature to the temperature, is none.
    A column comes too early whose value in a row is the target of a later row: up to
    rounding, or so nearly that it leaves open a hundredth of what the target's own last
    value does. Of a column that is known ahead, the target of an earlier row is too
    early, too, as long as that row is one that is forecast.

    Args:
        frame: DataFrame of numbers, one row a step.
        target: String, the column to forecast.
        horizon: Integer, rows to forecast.
        known_ahead: Sequence of strings, columns whose future is known. Default: none.

    Yields:
        Strings, a line for each such column.

    Example:

    >>> sold = np.random.default_rng(0).integers(0, 50, 200).astype(float)
    >>> frame = pd.DataFrame({"sold": sold, "turnover": 2.5 * sold})
    >>> print(*leak_warnings(frame, "sold", 7))
    column 'turnover' is the target 'sold' under another name (2.5 times it, in 200 of
    200 rows): it tells nothing more
    """
    recent = frame.iloc[-_MOST_ROWS:]
    truth = recent[target].to_numpy("float64")
    shifts = range(1, min(horizon, _MOST_SHIFTS, len(truth) // 2) + 1)
    left_open = _left_open_by_itself(truth, horizon)
    for name in recent.columns:
        if name == target:
            continue
        values = recent[name].to_numpy("float64")
        ahead = name in known_ahead
        found = _copy(values, truth)
        if found:
            yield (
                f"column {name!r}, which is known ahead, is the target {target!r} "
                f"under another name ({found}): the scores are of no worth unless it "
                "is really known. Leave it out"
                if ahead
                else f"column {name!r} is the target {target!r} under another name "
                f"({found}): it tells nothing more"
            )
            continue
        for shift in shifts:
            early = _comes_early(values, truth, shift, left_open)
            if early:
                yield (
                    f"column {name!r} holds in each row the target {target!r} of "
                    f"{_rows(shift)} later ({early}): it knows the future, and the "
                    "scores are of no worth. Leave it out, or move it"
                )
                break
            late = ahead and shift < horizon and _copy(values[shift:], truth[:-shift])
            if late:
                yield (
                    f"column {name!r}, which is known ahead, holds the target "
                    f"{target!r} of {_rows(shift)} before ({late}): of the rows that "
                    "are forecast nobody knows that. Do not name it as known ahead"
                )
                break


def _rows(number):
    return f"{number} row{'s' if number > 1 else ''}"


def _copy(values, truth):
    """How a column is the target up to rounding, in words; `""` where it is not."""
    both = np.isfinite(values) & np.isfinite(truth)
    values, truth = values[both], truth[both]
    if len(truth) < _FEWEST_ROWS or _correlation(values, truth) ** 2 < 0.98:
        return ""
    slope, level = np.polyfit(truth, values, 1)
    # Once more without what was corrected by hand.
    off = np.abs(values - level - slope * truth)
    near = off <= np.quantile(off, 0.95)
    if truth[near].std() == 0:
        return ""
    slope, level = np.polyfit(truth[near], values[near], 1)
    off = np.abs(values - level - slope * truth)
    spread = values.std()
    rounding = 0.5 * (_resolution(values) + abs(slope) * _resolution(truth))
    longest = 1.1 * rounding if rounding < _COARSE * spread else 0.0
    same = off <= longest + 1e-6 * spread
    # Rows of the commonest value, such as no rain, agree in any case.
    common = _commonest(truth)
    told = truth != common
    if told.sum() < _FEWEST_ROWS or same[told].mean() < _SAME:
        return ""
    relation = []
    if abs(slope - 1) > 1e-3:
        relation.append(f"{slope:.4g} times it")
    if abs(level) > max(longest, 1e-6 * spread) and abs(level) > 1e-3 * spread:
        relation.append(f"{'plus' if level > 0 else 'less'} {abs(level):.4g}")
    words = " ".join(relation) or "the same values"
    return f"{words}, in {same.sum():,} of {len(same):,} rows"


def _left_open_by_itself(truth, horizon):
    """What the best of the target's own earlier rows leaves open of it.

    Nothing in a series that repeats itself exactly: there each past is a future.
    """
    rows = min(4 * horizon + 60, _MOST_SHIFTS, len(truth) // 2)
    return min(
        (1 - _correlation(truth[:-back], truth[back:]) ** 2 for back in range(1, rows)),
        default=1.0,
    )


def _comes_early(values, truth, shift, left_open):
    """How a column tells the target of a later row, in words; `""` where it cannot."""
    now, later = values[:-shift], truth[shift:]
    if _correlation(now, later) ** 2 < 0.98:
        return ""
    open_by_column = 1 - _correlation(now, later) ** 2
    if open_by_column >= _LEFT_OPEN * left_open:
        return ""
    exact = _copy(now, later)
    return exact or f"correlation {_correlation(now, later):.4f}"


def _correlation(a, b):
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < _FEWEST_ROWS or a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def _resolution(values):
    """The last decimal that values are written with; 0 for more than six."""
    size = max(1.0, float(np.abs(values).max()))
    for places in range(7):
        if np.allclose(values, values.round(places), rtol=0, atol=1e-9 * size):
            return 10.0**-places
    return 0.0


def _commonest(values):
    found, counts = np.unique(values, return_counts=True)
    return found[np.argmax(counts)] if counts.max() > 1 else np.nan
