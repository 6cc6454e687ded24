"""What a column says about time, before it is settled which column counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

# Coarser than these, a table needs no time of day.
DATES = ("day", "week", "month", "quarter", "half-year", "year")


@dataclass(frozen=True)
class TimeReading:
    """Points in time read from one column.

    Args:
        stamps: `pandas.Series` of datetimes without zone; NaT where a cell is empty
            or cannot be read.
        unit: `"time"` or the coarser one that a cell names: `"day"`, `"week"`,
            `"month"`, `"quarter"`, `"half-year"`, `"year"`.
        notation: String, how the cells are written, in words.
        order: `"day first"`, `"month first"`, `"year first"`, or `""` when the
            notation leaves no choice.
        why: String, why this order was taken.
        question: String, not empty when two orders are equally good: one sentence
            with the cell read both ways.
        rivals: Dict from order (`"dmy"`) to stamps, all readings between which the
            rows had to decide.
        written: `pandas.Series`, the cells that these were read from.
        zone: String, the zone that the cells state; stamps with an offset are UTC.
        marks: `"start"` when the cells are intervals of which the start was taken.
        repairs: Dict from what was changed to the number of cells it is about.
    """

    stamps: pd.Series
    unit: str
    notation: str
    order: str = ""
    why: str = ""
    question: str = ""
    rivals: dict[str, pd.Series] = field(default_factory=dict)
    written: pd.Series | None = None
    zone: str = ""
    marks: str = ""
    repairs: dict[str, int] = field(default_factory=dict)

    @property
    def dates_only(self) -> bool:
        """Whether no cell says a time of day."""
        return self.unit in DATES


@dataclass(frozen=True)
class FoundTime:
    """The stamps of a table and where they were read.

    Args:
        reading: `TimeReading`, date and time of day together.
        columns: Tuple of strings, the columns they were read from.
        others: Dict from each other column that holds stamps, and so is no
            measurement, to why it was left out.
        notes: Tuple of strings, how the columns were understood.
        periods: Integer, the numbered periods of a day; 0: none.
    """

    reading: TimeReading
    columns: tuple[str, ...]
    others: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    periods: int = 0
