"""Day first or month first: decided once for a column, by the calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.calendar_step import CalendarStep, find_step
from keras_rnn.errors import UserError

ORDERS = {"day first": "dmy", "month first": "mdy", "year first": "ymd"}
WORDS = dict(zip(ORDERS.values(), ORDERS, strict=True))
# One reading must be this much more even than another one to be taken without asking.
_CLEARLY = 1.25


@dataclass(frozen=True)
class Choice:
    """The order that was taken, why, and the question if nothing decides."""

    order: str
    why: str
    question: str = ""


def check_order(date_order: str | None) -> None:
    """Raise an error for an order that does not exist."""
    if date_order is not None and date_order not in ORDERS:
        known = ", ".join(map(repr, ORDERS))
        raise UserError(f"date_order must be one of {known}, not {date_order!r}.")


def choose_order(
    readings: dict[str, pd.Series],
    text: pd.Series,
    sign: str,
    date_order: str | None = None,
) -> Choice:
    """Choose between readings of the same cells.

    What reads more cells wins. Then what is more even by the calendar: the first of
    each month, month by month, against the first twelve days of each January. Dates
    with points are day first, unless that is much less even.

    Args:
        readings: Dict from order (`"dmy"`) to `pandas.Series` of stamps.
        text: `pandas.Series`, the cells as they stand in the file.
        sign: String, what separates day and month.
        date_order: String, the order that the user gave, or `None`.

    Returns:
        A `Choice`.
    """
    if len(readings) == 1:
        order = next(iter(readings))
        why = "as `date_order` or the column's name says" if date_order else ""
        return Choice(order, why or _only(order, text, readings[order]))
    counts = {order: int(values.notna().sum()) for order, values in readings.items()}
    best = max(counts.values())
    left = {order: readings[order] for order, n in counts.items() if n == best}
    if len(left) == 1:
        order = next(iter(left))
        other = readings[max((o for o in counts if o != order), key=counts.__getitem__)]
        cell = text[left[order].notna() & other.isna()].iloc[0]
        return Choice(order, f"{cell!r} can be nothing else")
    left = _distinct(left)
    if len(left) == 1:
        order = next(iter(left))
        return Choice(order, "")  # day and month are the same in every row
    return _by_evenness(left, text, sign)


def _only(order: str, text: pd.Series, values: pd.Series) -> str:
    if order == "ymd":
        return ""
    place = {"dmy": 0, "mdy": 1}[order]
    for cell in text[values.notna()].head(100_000):
        numbers = [part for part in _numbers(cell)[:2] if part]
        if len(numbers) == 2 and int(numbers[place]) > 12:
            return f"{cell!r} can be nothing else"
    return ""


def _numbers(cell: str) -> list[str]:
    return re.findall(r"\d+", cell)


def _distinct(readings: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """Readings that differ from the ones before them."""
    result: dict[str, pd.Series] = {}
    for order, values in readings.items():
        if not any(values.equals(other) for other in result.values()):
            result[order] = values
    return result


def _by_evenness(left: dict[str, pd.Series], text: pd.Series, sign: str) -> Choice:
    steps = {order: _step(values) for order, values in left.items()}
    scores = {order: score for order, (score, _) in steps.items()}
    first, second = sorted(scores, key=scores.__getitem__, reverse=True)[:2]
    ratio = scores[first] / max(scores[second], 1e-12)
    if sign == "." and "dmy" in left and (first == "dmy" or ratio < 4):
        return Choice("dmy", "dates with points are day first")
    if ratio >= _CLEARLY:
        why = f"so the rows are {steps[first][1].text}; "
        why += f"{WORDS[second]} they are {_contrast(steps[second][1])}"
        return Choice(first, why)
    preferred = "mdy" if "mdy" in (first, second) else first
    return Choice(preferred, "", _question(left, first, second, text))


def _contrast(step: CalendarStep) -> str:
    if step.missing:
        return f"{step.text} with {step.missing:,} rows missing"
    return step.text


def _step(values: pd.Series) -> tuple[float, CalendarStep]:
    stamps = values.dropna().to_numpy().astype("datetime64[us]")
    ticks = np.diff(stamps.astype("int64"))
    in_order = len(ticks) == 0 or (ticks >= 0).all() or (ticks <= 0).all()
    step = find_step(np.unique(stamps))
    score = step.evenness
    # Only one of two readings is in order as it stands: that is no coincidence.
    return score * (1.0 if in_order else 0.5), step


def _question(
    left: dict[str, pd.Series], first: str, second: str, text: pd.Series
) -> str:
    differ = (left[first] != left[second]) & left[first].notna()
    cell = text[differ].iloc[0]
    told = " or ".join(
        f"{left[order][differ].iloc[0]:%-d %B %Y} (date_order={WORDS[order]!r})"
        for order in sorted((first, second))
    )
    return f"{cell!r} may be {told}, and the rows do not tell which"
