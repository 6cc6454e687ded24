"""Numbers that loggers write where there was no measurement."""

from __future__ import annotations

import numpy as np

_STRONG = (
    *(-999.0, -999.9, -999.99, -9999.0, -9999.9, -9999.99, -99999.0, -99999.9),
    *(-9900.0, -9990.0, -6999.0, -7999.0, -6999.9, -99900.0, -999999.0),
)
_NINES = (999.0, 999.9, 999.99, 9999.0, 9999.9, 9999.99, 99999.0, 999999.0)
_FILL_VALUES = (9.969209968386869e36, 1e20, -1e30)  # netCDF and its relatives
_WEAK = (
    *(-99.0, -99.9, -99.99, -200.0, -888.0, -8888.0, -32768.0, 32767.0),
    *(99.0, 99.9, 99.99),
)
_CANDIDATES = np.array((*_STRONG, *_NINES, *_FILL_VALUES, *_WEAK))


def find_sentinels(values: np.ndarray) -> dict[float, int]:
    """Find the numbers in a column that stand for a missing measurement.

    A number is one of them only if it is a usual one (such as -9999) and lies far
    outside of all other values: 999.9 is a good air pressure, but no temperature.
    How far depends on how telling the number is: a -9999 must be farther from the
    other values than they are apart, or the only negative number; a 9999 twice as
    far; a 99, -99 or -200 must also occur at least three times. And always it must be
    far on its own scale too, by 30 % of its size.

    Args:
        values: Float array `(rows,)`, NaN allowed.

    Returns:
        Dict from each such number to how often it occurs.

    Example:

    >>> import numpy as np
    >>> find_sentinels(np.array([1.5, -9999.0, 2.0, -9999.0]))
    {-9999.0: 2}
    >>> find_sentinels(np.array([999.0, 999.9, 1003.2]))
    {}
    """
    if not len(values) or np.isnan(low := np.fmin.reduce(values)):
        return {}
    # A placeholder lies outside of all other values, so that one is at an end of them.
    if low not in _CANDIDATES and np.fmax.reduce(values) not in _CANDIDATES:
        return {}
    values = values[~np.isnan(values)]
    suspicious = np.isin(values, _CANDIDATES)
    found, counts = np.unique(values[suspicious], return_counts=True)
    rest = values[~suspicious]
    return {
        float(number): int(count)
        for number, count in zip(found, counts, strict=True)
        if _is_sentinel(number, count, rest)
    }


def _is_sentinel(number: float, count: int, rest: np.ndarray) -> bool:
    if not len(rest):
        return number in _STRONG
    low, high = rest.min(), rest.max()
    width = high - low
    distance = max(low - number, number - high)
    if distance < 0.3 * abs(number):
        return False
    alone_negative = number < 0 <= low
    if number in _STRONG:
        return alone_negative or distance > width
    if number in _WEAK:
        return count >= 3 and (alone_negative or distance > 2 * width)
    return distance > 2 * width or (count >= 3 and distance > width)
