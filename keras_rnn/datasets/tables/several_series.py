"""Tables that hold several series, and rows that repeat a stamp for other reasons."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from pandas.api.types import (
    is_datetime64_any_dtype,
    is_float_dtype,
    is_numeric_dtype,
)

from keras_rnn.datasets.tables.calendar_step import has_repeats
from keras_rnn.datasets.tables.column_names import column_named, names_a_series
from keras_rnn.errors import UserError, nearest

_FEW = 0.03  # share of rows that may repeat a stamp
_MOST_KEYS = 30  # columns that are looked at


def choose_rows(
    cells: pd.DataFrame, where: Mapping[str, object], path: object
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Keep the rows of one series.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read.
        where: Mapping from column to the value that its cells must have.
        path: The file, for error messages.

    Returns:
        Tuple `(rows, chosen)`; `chosen` is a dict from column to the value as text.

    Raises:
        UserError: No such column, or no such value in it.
    """
    chosen = {}
    for given, value in where.items():
        name = column_named(cells, given, path)
        column = cells[name]
        if is_numeric_dtype(column):
            try:
                kept = column == float(str(value))
            except ValueError:
                kept = pd.Series(False, index=cells.index)
        else:
            text = column.astype("str").str.strip()
            kept = text == str(value).strip()
            if not kept.any():
                kept = text.str.lower() == str(value).strip().lower()
        if not kept.any():
            values = [_text(one) for one in column.dropna().unique()[:1000]]
            raise UserError(
                f"{path}: no row has {value!r} in column {name!r}."
                f"{nearest(str(value), values)} It holds {_listed(values)}."
            )
        cells = cells[kept]
        chosen[name] = str(value)
    return cells, chosen


def check_one_series(
    cells: pd.DataFrame,
    stamps: pd.Series,
    time_columns: tuple[str, ...],
    lines: tuple[int, int] | None,
    path: object,
) -> None:
    """Raise an error when rows with the same stamp are not the same row.

    A few may be (a logger that wrote twice, the hour that summer time repeats); more
    than three in a hundred are several series in one table, or a time of day that was
    not found.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read.
        stamps: `pandas.Series` of datetimes, one a row.
        time_columns: Tuple of strings, the columns that the stamps were read from.
        lines: Tuple of the lines of two such rows in the file, or `None`.
        path: The file, for error messages.

    Raises:
        UserError: See above; the message names the columns that tell the series apart.
    """
    names = [name for name in cells.columns if name not in time_columns]
    if not has_repeats(stamps):
        if any(map(names_a_series, names)):
            keys = _stacked_or_alternating(cells[names], stamps, made=not time_columns)
            if keys:
                refuse_several(cells, keys, path, stamps)
        return
    others = cells[names]
    repeated = stamps.duplicated(keep="first").to_numpy()
    rows = others.assign(**{"\0time": stamps})
    copies = rows.duplicated(keep="first").to_numpy()
    count = int((repeated & ~copies).sum())
    kept = len(rows) - int(copies.sum())
    folded = _in_autumn_night(stamps[repeated & ~copies])
    if count - folded <= max(1, _FEW * kept):
        keys = _stacked_or_alternating(others, stamps, made=False)
        if keys:
            refuse_several(others, keys, path, stamps)
        return
    rows, stamps = rows[~copies], stamps[~copies]
    others = others[~copies]
    keys = _keys(others, stamps)
    if keys:
        refuse_several(others, keys, path, stamps)
    differ = _differing(others, stamps)
    where = f" (lines {lines[0]} and {lines[1]}, for example)" if lines else ""
    raise UserError(
        f"{path}: {count:,} of {kept:,} rows repeat the time stamp of another row with "
        f"other values{where}; they differ in {_listed(differ, 6)}. If one of these "
        "columns holds the time of day or the time, name it as `time_column`; if one "
        "tells several series apart, choose one with `where`, a dict from column to "
        "value."
    )


def in_sequence_note(
    cells: pd.DataFrame, stamps: pd.Series, time_columns: tuple[str, ...]
) -> tuple[str, ...]:
    """Say that rows of one name come after those of another, as of a sensor replaced.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read.
        stamps: `pandas.Series` of datetimes, one a row.
        time_columns: Tuple of strings, the columns that the stamps were read from.
    """
    for name in cells.columns:
        text = not is_numeric_dtype(cells[name])
        if name in time_columns or not (text and names_a_series(name)):
            continue
        names = cells[name].iloc[stamps.argsort()].dropna()
        changes = names[names != names.shift()]
        if (
            2 <= len(changes) <= 9
            and changes.is_unique
            and len(names) > 4 * len(changes)
        ):
            values = changes.tolist()
            where = f"where={{{name!r}: {_text(values[-1])!r}}}"
            return (
                f"column {name!r} is first {_text(values[0])!r}, then "
                f"{_listed([_text(value) for value in values[1:]])}: they were read as "
                f"one series; {where} takes the rows of one",
            )
    return ()


def refuse_several(
    cells: pd.DataFrame,
    keys: list[str],
    path: object,
    stamps: pd.Series | None = None,
) -> None:
    """Raise the error that names the columns that tell the series of a table apart.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read.
        keys: List of strings, the columns.
        path: The file, for error messages.
        stamps: `pandas.Series` of datetimes, one a row. Default: `None`: they are not
            known, and it is not proposed to forecast all series.

    Raises:
        UserError: Always.
    """
    first = cells.iloc[0]
    told = []
    for name in keys:
        values = [_text(value) for value in cells[name].dropna().unique()]
        told.append(f"column {name!r} ({len(values)} values: {_listed(values)})")
    where = ", ".join(f"{name!r}: {_text(first[name])!r}" for name in keys)
    all_alike = (
        len(keys) == 1 and stamps is not None and _have_one_step(cells[keys[0]], stamps)
    )
    raise UserError(
        f"{path} holds several series in one table, told apart by "
        f"{' and '.join(told)}. Choose one of them: where={{{where}}}"
        + (f"; or forecast all: `series_column={keys[0]}`." if all_alike else ".")
    )


def _have_one_step(names: pd.Series, stamps: pd.Series) -> bool:
    """Whether the series of a table have rows equally far apart, about."""
    times = stamps.groupby(names.to_numpy(), sort=False)
    steps = times.apply(lambda one: one.sort_values().diff().median())
    steps = steps[steps > pd.Timedelta(0)]
    return len(steps) == 0 or bool(steps.max() <= 1.5 * steps.min())


def all_whole(values: np.ndarray) -> bool:
    """Whether an array holds whole numbers alone; the first ones tell mostly."""
    return bool((values[:1000] % 1 == 0).all() and (values % 1 == 0).all())


def _listed(values: list[str], most: int = 4) -> str:
    shown = ", ".join(repr(value) for value in values[:most])
    return f"{shown}, ..." if len(values) > most else shown


def _text(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()


def _in_autumn_night(stamps: pd.Series) -> int:
    """How many of these stamps lie in the hour that the end of summer time repeats."""
    autumn = stamps.dt.month.isin((3, 4, 10, 11)) & (stamps.dt.day_of_week == 6)
    return int((autumn & (stamps.dt.hour <= 3)).sum())


def in_repeated_hour(stamps: pd.Series) -> bool:
    """Whether all repeated stamps lie in the hour that summer time repeats."""
    if not has_repeats(stamps):
        return False
    repeated = stamps[stamps.duplicated().to_numpy()]
    return _in_autumn_night(repeated) == len(repeated)


def _candidates(cells: pd.DataFrame) -> list[str]:
    """Columns that may name a series, likely ones first."""
    ranked = []
    for place, name in enumerate(cells.columns):
        column = cells[name]
        if is_datetime64_any_dtype(column):
            continue
        if is_float_dtype(column) and not all_whole(column.dropna().to_numpy()):
            continue
        distinct = column.nunique(dropna=False)
        if distinct < 2 or 2 * distinct > len(column):
            continue
        numeric = is_numeric_dtype(column)
        if numeric and not names_a_series(name):
            counts = column.value_counts()
            if counts.min() * 2 < counts.max():
                continue
        unnamed = not names_a_series(name)
        ranked.append(((numeric, unnamed, distinct, place), name))
    return [name for _, name in sorted(ranked)][:_MOST_KEYS]


def _keys(cells: pd.DataFrame, stamps: pd.Series) -> list[str]:
    """The fewest columns that, with the stamp, name each row once."""
    candidates = _candidates(cells)
    codes = {name: pd.factorize(cells[name])[0] for name in candidates}
    time = pd.factorize(stamps)[0]
    for size in (1, 2, 3):
        best: tuple[float, list[str]] | None = None
        for names in combinations(candidates[: 30 if size == 1 else 12], size):
            rows = pd.DataFrame({"\0time": time, **{n: codes[n] for n in names}})
            repeats = float(rows.duplicated().mean())
            if repeats <= 0.01 and (best is None or repeats < best[0]):
                best = repeats, list(names)
        if best is not None:
            # Columns that say the same (a number and a name) are not asked for twice.
            return best[1]
    return []


def check_one_notation(
    cells: pd.DataFrame, unreadable: pd.Series, path: object
) -> None:
    """Raise an error when rows of one kind alone have stamps that cannot be read.

    A table of months may hold years as well, told apart by a column of their own.

    Args:
        cells: `pandas.DataFrame`, the columns as they were read.
        unreadable: Boolean `pandas.Series`, one a row.
        path: The file, for error messages.
    """
    for name in _candidates(cells):
        if is_numeric_dtype(cells[name]) or unreadable.sum() < 2:
            continue
        bad = set(cells[name][unreadable].dropna())
        good = set(cells[name][~unreadable].dropna())
        if bad and good and not bad & good:
            refuse_several(
                cells[~unreadable].iloc[:1].combine_first(cells), [name], path
            )


def _stacked_or_alternating(
    cells: pd.DataFrame, stamps: pd.Series, *, made: bool
) -> list[str]:
    """Series one below the other, or in turn, whose stamps do not coincide.

    They are told apart by a column of names: where it changes, time goes back; or it
    takes its values in turn.
    """
    if len(stamps) < 8:
        return []
    named = [name for name in cells.columns if names_a_series(name)]
    ticks = stamps.ffill().to_numpy().astype("datetime64[us]").astype("int64")
    back = np.flatnonzero(np.diff(ticks) < 0)
    for name in _candidates(cells[named]):
        codes = pd.factorize(cells[name])[0]
        changes = np.flatnonzero(np.diff(codes) != 0)
        count = codes.max() + 1
        stacked = count > 1 and len(changes) == count - 1 and set(back) <= set(changes)
        if made and stacked:
            return [name]
        stacked = stacked and len(back) > 0
        in_turn = (
            count >= 2
            and len(codes) >= 4 * count
            and not is_numeric_dtype(cells[name])
            and (codes[count:] == codes[:-count]).all()
        )
        if (stacked and 2 * len(back) >= len(changes)) or in_turn:
            return [name]
    return []


def _differing(cells: pd.DataFrame, stamps: pd.Series) -> list[str]:
    """The columns that differ most often among rows of one stamp."""
    groups = pd.factorize(stamps)[0]
    order = np.argsort(groups, kind="stable")
    same = np.diff(groups[order]) == 0
    counts = {}
    for name in cells.columns:
        codes = pd.factorize(cells[name])[0][order]
        counts[name] = int(((np.diff(codes) != 0) & same).sum())
    ordered = sorted(counts, key=counts.__getitem__, reverse=True)
    return [str(name) for name in ordered if counts[name]]
