"""What became of each column of a table, and which numbers in it are placeholders."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from keras_rnn.datasets.tables.column_names import unit_of
from keras_rnn.datasets.tables.numbers import read_numbers

_CODE = re.compile(
    r"flag|(^|[_ .])qc($|[_ .\d])|quality|qualit|qualid|^qn(_|$)|_cd$|code|status|"
    r"(^|_)q(_|$|\d)|source|uncert|(^|[_ ])(id|no|nr)($|[_ ])|record|version|mode$|"
    r"station|sensor|^stn|^wban|^usaf|postcode|zip|latitude|longitude|^lat$|^lon$|"
    r"elevation|altitude|^table$|battery|batt_|firmware|timezone|tz$|year|month|weekday|"
    r"day_?of|^hour|holiday|season$|^week",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Column:
    """What a column of the file became.

    Args:
        name: String, its name in the table.
        kind: `"measurement"`; `"code"` for flags, numbers of stations and parts of the
            date, which are numbers but not measured; `"constant"`; `"empty"`; or, of a
            column that was left out, `"time"`, `"text"`, `"counter"`, `"series"`.
        unit: String, `""` where none is stated.
        used: Boolean, whether it is a column of the frame.
        why: String, why it was left out, or is no measurement.
        note: String, how its cells were understood where that is not plain.
    """

    name: str
    kind: str
    unit: str = ""
    used: bool = True
    why: str = ""
    note: str = ""


def read_measurements(
    column: pd.Series,
    name: str,
    decimal: str,
    repairs: Counter[str],
    *,
    thousands: bool = True,
    unit: str = "",
) -> tuple[np.ndarray | None, Column]:
    """Read a column as floats with NaN for all that is no measurement.

    Args:
        column: `pandas.Series` of text or numbers.
        name: String, its name.
        decimal: String, the decimal sign of the file.
        repairs: Counter, receives what was repaired.
        thousands: Boolean, see `read_numbers`.
        unit: String, what a row of units says. Default: `""`.

    Returns:
        Tuple `(values, column)`; values is `None` for a column of text.
    """
    unit = unit_of(name) or unit.strip("[]() ")
    note = ""
    words = 0
    if is_numeric_dtype(column):
        values = column.to_numpy(dtype="float64")
    else:
        found = read_numbers(column, decimal, name, thousands=thousands)
        unit, note = unit or found.unit, found.note
        if found.refused:
            repairs[f"column {name!r}: {found.refused}, left out"] = int(
                found.is_text.sum()
            )
            return None, Column(name, "text", used=False, why=found.refused)
        words = int(found.is_text.sum())
        if words > found.values.notna().sum():
            repairs[f"column {name!r} holds text, left out"] = words
            example = column[found.is_text].iloc[0]
            why = f"it holds text, such as {str(example).strip()[:30]!r}"
            return None, Column(name, "text", used=False, why=why)
        if words:
            repairs[f"{name}: text instead of a number, set to missing"] = words
        values = found.values.to_numpy()
    empty = int(np.isnan(values).sum()) - words
    if empty:
        repairs[f"{name}: no value"] = empty
    low, high = np.fmin.reduce(values), np.fmax.reduce(values)
    if np.isinf(low) or np.isinf(high):
        infinite = np.isinf(values)
        repairs[f"{name}: infinite, set to missing"] = int(infinite.sum())
        values = np.where(infinite, np.nan, values)
    for number, count in find_sentinels(values).items():
        text = f"{name}: {number:g} stands for no measurement, set to missing"
        repairs[text] = count
        values = np.where(values == number, np.nan, values)
    kind, why = _kind(values, name)
    return values, Column(name, kind, unit, why=why, note=note)


def _kind(values: np.ndarray, name: str) -> tuple[str, str]:
    low, high = np.fmin.reduce(values), np.fmax.reduce(values)
    if np.isnan(low):
        return "empty", "it holds no value"
    if low == high and len(values) > 1:
        return "constant", f"it is {low:g} in every row"
    if _CODE.search(name) and bool((values[~np.isnan(values)] % 1 == 0).all()):
        return "code", "its name and its whole numbers are those of a code"
    return "measurement", ""


def counts_rows(column: pd.Series) -> bool:
    """Whether a column only numbers the rows, from 0 or 1 or any other number."""
    if not is_numeric_dtype(column) or len(column) < 2 or column.isna().any():
        return False
    return bool((column.diff().iloc[1:] == 1).all())


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
