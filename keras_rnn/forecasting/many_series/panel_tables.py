"""Tables of pandas, long or wide or in a dict, as rows of many series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from pandas.api import types

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.many_series.panel_rows import FEW, PanelRows
from keras_rnn.forecasting.many_series.panel_static import check_static, static_values
from keras_rnn.forecasting.pandas_input import UNNAMED, as_numbers, take_stamps


def long_rows(
    frame: pd.DataFrame,
    series_column: str,
    target: str | None,
    time_column: str | None,
    *,
    static: Sequence[str] = (),
    known_ahead: Sequence[str] = (),
) -> PanelRows:
    """Return the rows of a long table.

    Args:
        frame: DataFrame with a row for each series and time.
        series_column: String, the column, or level of the index, of the names.
        target: String, the column of the values, or `None` for the only one.
        time_column: String, the column of the stamps, or `None`.
        static: Sequence of strings, columns that are constant within a series.
            Default: none.
        known_ahead: Sequence of strings, columns that are not the target where that is
            not named. Default: none.

    Raises:
        UserError: A column is missing or of no use, or a row has no name or no stamp.
    """
    if not isinstance(frame, pd.DataFrame):
        raise UserError(
            f"Many series are a pandas DataFrame or a dict of them, not "
            f"{type(frame).__name__}."
        )
    frame = with_flat_index(frame, series_column)
    if series_column not in frame:
        raise UserError(
            f"There is no column {series_column!r} to tell the series apart."
            f"{nearest(series_column, frame.columns)} The columns are: "
            f"{', '.join(map(repr, frame.columns))}."
        )
    if frame.empty:
        raise UserError("The table has no rows: there is nothing to forecast.")
    notes: dict[str, int] = {}
    ids = frame[series_column]
    stamps, rest = take_stamps(frame.drop(columns=series_column), time_column, notes)
    name, values = _values(rest, target, notes, (*static, *known_ahead))
    static = check_static(list(static), list(rest), [name, *known_ahead])
    return named_rows(
        ids,
        stamps,
        values,
        series_column,
        name,
        _row_text,
        notes,
        others=_others(rest, {name, *static}),
        static=static_values(rest, static),
    )


def named_rows(
    ids: pd.Series,
    stamps: pd.DatetimeIndex,
    values: np.ndarray,
    series_column: str,
    target: str,
    where: Callable[[int], str],
    notes: dict[str, int],
    unit: str = "",
    *,
    others: Mapping[str, np.ndarray] | None = None,
    static: Mapping[str, np.ndarray] | None = None,
) -> PanelRows:
    """Return rows with the names of their series, without those that lack one.

    Args:
        ids: `pandas.Series`, the name of each row's series, of any type.
        stamps: `pandas.DatetimeIndex`.
        values: Float array.
        series_column: String, the column of the names, for messages.
        target: String, what the values are.
        where: Function from the number of a row to where it stands.
        notes: Dict, receives what was done.
        unit: String. Default: `""`.
        others: Mapping from name to array, other columns of numbers. Default: none.
        static: Mapping from name to array, columns that are constant within a series.
            Default: none.

    Raises:
        UserError: More than a few rows have no name, or one has no stamp.
    """
    codes, names = _codes(ids)
    nameless = codes < 0
    if nameless.any():
        row = int(np.argmax(nameless))
        if nameless.mean() > FEW:
            raise UserError(
                f"{int(nameless.sum()):,} of {len(codes):,} rows have no name in "
                f"column {series_column!r}, first {where(row)}. Fill them in, or drop "
                "them."
            )
        text = f"rows without a name in column {series_column!r}, dropped (first "
        notes[f"{text}{where(row)})"] = int(nameless.sum())
    lost = stamps.isna() & ~nameless
    if lost.any():
        row = int(np.argmax(lost))
        raise UserError(
            f"Series {names[codes[row]]!r} has a row without a time stamp "
            f"({where(row)}), and so have {int(lost.sum()):,} rows. Drop them."
        )
    if nameless.any():
        kept = np.flatnonzero(~nameless)
        codes, stamps, values = codes[kept], stamps[kept], values[kept]

        def where_kept(row, where=where):
            return where(int(kept[row]))

        where = where_kept
        others = {name: column[kept] for name, column in (others or {}).items()}
        static = {name: column[kept] for name, column in (static or {}).items()}
    return PanelRows(
        names,
        codes,
        stamps,
        values,
        target,
        where,
        unit,
        notes,
        others=dict(others or {}),
        static=dict(static or {}),
    )


def wide_rows(
    frame: pd.DataFrame,
    targets: Sequence[str] | None,
    time_column: str | None,
    *,
    known_ahead: Sequence[str] = (),
) -> PanelRows:
    """Return the rows of a table with a column for each series.

    Args:
        frame: DataFrame with a row for each time.
        targets: List of strings, the columns, or `None` for all of numbers.
        time_column: String, the column of the stamps, or `None`.
        known_ahead: Sequence of strings, columns that are no series where those are
            not named. Default: none.

    Raises:
        UserError: A column is missing or holds no numbers.
    """
    frame = frame.set_axis([str(name) for name in frame.columns], axis="columns")
    notes: dict[str, int] = {}
    stamps, frame = take_stamps(frame, time_column, notes)
    if stamps.hasnans:
        row = int(np.argmax(stamps.isna()))
        raise UserError(f"Row {row} has no time stamp. Drop such rows.")
    asked = targets is not None
    if not asked:
        numbers = [name for name in frame if as_numbers(frame[name]) is not None]
        targets = [name for name in numbers if name not in known_ahead]
    targets = [str(name) for name in targets or ()]
    if len(set(targets)) < len(targets):
        twice = next(name for name in targets if targets.count(name) > 1)
        raise UserError(f"`target` names {twice!r} twice.")
    columns = [_numbers(_column(frame, name), name, notes) for name in targets]
    if not columns:
        raise UserError("No column holds numbers: there is nothing to forecast.")
    rows = len(frame)
    others = _others(frame, set(targets))
    return PanelRows(
        targets,
        np.repeat(np.arange(len(targets)), rows),
        stamps.take(np.tile(np.arange(rows), len(targets))),
        np.concatenate(columns),
        "value",
        lambda row: f"row {row % rows}",
        notes=notes,
        others={name: np.tile(v, len(targets)) for name, v in others.items()},
    )


def dict_rows(
    frames: Mapping[object, pd.DataFrame | pd.Series],
    target: str | None,
    time_column: str | None,
    *,
    static: Sequence[str] = (),
    known_ahead: Sequence[str] = (),
) -> PanelRows:
    """Return the rows of a dict of tables.

    Args:
        frames: Mapping from a series' name to its DataFrame or `pandas.Series`.
        target: String, the column of the values, or `None` for the only one.
        time_column: String, the column of the stamps, or `None`.
        static: Sequence of strings, columns that are constant within each table.
            Default: none.
        known_ahead: Sequence of strings, columns that are not the target where that is
            not named. Default: none.

    Raises:
        UserError: A table cannot be used; the message names its series.
    """
    names = [str(name) for name in frames]
    if not names:
        raise UserError("The dict of series is empty: there is nothing to forecast.")
    if any(not name.strip() for name in names):
        raise UserError("A series of the dict has an empty name. Give it one.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UserError(f"Two series of the dict are named {twice!r}. Rename one.")
    notes: dict[str, int] = {}
    stamps, values, rests = [], [], []
    taken = (*static, *known_ahead)
    for name, table in zip(names, frames.values(), strict=True):
        try:
            found, rest, column, numbers = _of_one(
                table, target, time_column, notes, taken
            )
            check_static(list(static), list(rest), [column, *known_ahead])
        except UserError as error:
            raise UserError(f"Series {name!r}: {error}") from None
        if target is None and isinstance(table, pd.DataFrame):
            target = column
        stamps.append(found)
        values.append(numbers)
        rests.append(rest.drop(columns=column, errors="ignore"))
    rest = pd.concat(rests, ignore_index=True)
    lengths = np.array([len(one) for one in values])
    begins = np.repeat(np.cumsum(lengths) - lengths, lengths)
    joined = stamps[0].append(stamps[1:])
    if not isinstance(joined, pd.DatetimeIndex):
        raise UserError(
            "Some series have stamps with a time zone and some without, or of several "
            "zones. Bring them to one."
        )
    return PanelRows(
        names,
        np.repeat(np.arange(len(names)), lengths),
        joined,
        np.concatenate(values),
        target or UNNAMED,
        lambda row: f"row {row - begins[row]}",
        notes=notes,
        others=_others(rest, set(static)),
        static=static_values(rest, list(static)),
    )


def _others(frame, taken):
    """Columns of numbers that are not taken, infinite values as missing."""
    found = {
        name: as_numbers(frame[name]) for name in frame.columns if name not in taken
    }
    return {
        name: np.where(np.isinf(values), np.nan, values)
        for name, values in found.items()
        if values is not None
    }


def _of_one(table, target, time_column, notes, taken):
    if isinstance(table, pd.Series):
        table = table.to_frame(UNNAMED)
        target = UNNAMED
    if not isinstance(table, pd.DataFrame):
        raise UserError(
            f"it is a {type(table).__name__}, no pandas DataFrame or Series."
        )
    if table.empty:
        raise UserError("it has no rows. Leave it out.")
    table = table.set_axis([str(name) for name in table.columns], axis="columns")
    stamps, table = take_stamps(table, time_column, notes)
    if stamps.hasnans:
        raise UserError(
            f"row {int(np.argmax(stamps.isna()))} has no time stamp. Drop such rows."
        )
    return stamps, table, *_values(table, target, notes, taken)


def with_flat_index(frame: pd.DataFrame, series_column: str) -> pd.DataFrame:
    """Return a table with the levels of its index as columns, if they name series.

    Args:
        frame: DataFrame.
        series_column: String, the column or level of the names.

    Raises:
        UserError: Two columns have one name.
    """
    if isinstance(frame.index, pd.MultiIndex) or frame.index.name == series_column:
        frame = frame.reset_index()
    columns = [str(name) for name in frame.columns]
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise UserError(f"There are two columns {twice!r}. Rename or drop one.")
    return frame.set_axis(columns, axis="columns")


def _codes(ids):
    """The place of each row's name, -1 where it is empty, and the names as written."""
    if types.is_numeric_dtype(ids.dtype) or types.is_datetime64_any_dtype(ids.dtype):
        codes, names = pd.factorize(ids)
        return codes, [str(name) for name in names]
    if isinstance(ids.dtype, pd.CategoricalDtype):
        ids = ids.astype("object")
    # As text first: 1, 1.0 and "001" are one number and three names.
    text = ids.map(str, na_action="ignore").astype("object")
    codes, names = pd.factorize(text)
    names = [str(name) for name in names]
    blank = np.array([not name.strip() for name in names], bool)
    if blank.any():
        places = np.cumsum(~blank) - 1
        codes = np.where((codes < 0) | blank[codes], -1, places[codes])
        names = [name for name, empty in zip(names, blank, strict=True) if not empty]
    return codes, names


def _values(frame, target, notes, taken=()):
    """Name and values of the column to forecast."""
    if target is None:
        found = [name for name in frame if as_numbers(frame[name]) is not None]
        found = [name for name in found if name not in taken]
        if len(found) != 1:
            what = (
                f"columns {', '.join(map(repr, found))} hold"
                if found
                else "no column holds"
            )
            raise UserError(
                f"None is named to be forecast, and {what} numbers: give one as "
                "`target`."
            )
        target = found[0]
    target = str(target)
    return target, _numbers(_column(frame, target), target, notes)


def _column(frame, name):
    if name not in frame:
        raise UserError(
            f"There is no column {name!r}.{nearest(name, frame.columns)} The columns "
            f"are: {', '.join(map(repr, frame.columns))}."
        )
    return frame[name]


def _numbers(column, name, notes):
    values = as_numbers(column)
    if values is None:
        text = pd.to_numeric(column, errors="coerce").isna() & column.notna()
        row = int(np.argmax(text)) if text.any() else 0
        raise UserError(
            f"Column {name!r} holds no numbers: row {row} is {column.iloc[row]!r}. "
            "Convert it with pd.to_numeric, or choose another `target`."
        )
    infinite = np.isinf(values)
    if infinite.any():
        notes[f"{name}: infinite, set to missing"] = int(infinite.sum())
        values = np.where(infinite, np.nan, values)
    return values


def _row_text(row):
    return f"row {row}"
