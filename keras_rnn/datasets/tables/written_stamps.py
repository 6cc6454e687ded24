"""How the stamps of a table stand in its file."""

from __future__ import annotations

import pandas as pd

from keras_rnn.datasets.tables.date_and_time import FoundTime
from keras_rnn.datasets.tables.separators import read_rows
from keras_rnn.datasets.tables.source import Source


def written(
    cells: pd.DataFrame, found: FoundTime, stamps: pd.Series, source: Source
) -> tuple[str, str]:
    """How the stamps of the earliest and the latest row stand in the file."""
    if not found.columns or not len(stamps):
        return "", ""
    times = stamps.to_numpy()
    first, last = (
        row_text(cells, found.columns, place, source)
        for place in (int(times.argmin()), int(times.argmax()))
    )
    return first, last


def row_text(
    cells: pd.DataFrame, columns: tuple[str, ...], place: int, source: Source
) -> str:
    raw = _raw_row(cells.index[place], source)
    names = list(source.cells.columns)
    parts = []
    for name in columns:
        value = cells[name].iloc[place]
        if raw and name in names and names.index(name) < len(raw):
            parts.append(raw[names.index(name)].strip())
        elif isinstance(value, float):
            parts.append(f"{value:.10g}")
        else:
            parts.append(str(value))
    return " ".join(parts)


def _raw_row(label: object, source: Source) -> list[str]:
    """The cells of the first or the last row as text; nothing for other rows."""
    if source.plan is None or source.upright:
        return []
    if label == 0:
        return source.plan.sample[0]
    if label == len(source.cells) - 1 and not source.cut:
        tail = source.data[-20_000:].decode(errors="replace").splitlines()
        rows = read_rows(tail[-3:], source.plan.separator)
        return rows[-1][1] if rows else []
    return []


def order_note(
    cells: pd.DataFrame, found: FoundTime, stamps: pd.Series, source: Source
) -> tuple[str, ...]:
    """Which of day and month was first, with a cell that shows it."""
    reading = found.reading
    if reading.order not in ("day first", "month first") or not reading.why:
        return ()
    telling = (stamps.dt.day != stamps.dt.month).to_numpy()
    if len(found.columns) > 1:  # 24:00 belongs to the next day
        telling = telling & (stamps.dt.normalize() != stamps).to_numpy()
    place = int(telling.argmax())
    written = row_text(cells, found.columns[:1], place, source)
    stamp = stamps.iloc[place]
    return (
        f"dates were read {reading.order}, {written!r} as {stamp.day} "
        f"{stamp:%B %Y}: {reading.why}",
    )
