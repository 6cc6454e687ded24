"""Columns that are constant within a series: a store's size, its region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.panel_rows import PanelRows


def static_of(
    table: PanelRows, names: list[str], notes: dict[str, int]
) -> pd.DataFrame:
    """Return the one value of each static column for each series.

    Args:
        table: `PanelRows` with static columns.
        names: List of strings, the series that are kept.
        notes: Dict, receives what was done.

    Returns:
        DataFrame with a row for each of `names`, columns of floats or of strings; NaN
        or an empty string where a series has no value.

    Raises:
        UserError: A column changes within a series; the message names series, rows and
            column.
    """
    columns: dict[str, np.ndarray] = {}
    wanted = set(names)
    kept = np.array([name in wanted for name in table.names])
    order = pd.Index(table.names).get_indexer(pd.Index(names))
    for name, values in table.static.items():
        numbers = values.dtype.kind == "f"
        empty = np.isnan(values) if numbers else values == ""
        rows = np.flatnonzero(~empty & kept[table.codes])
        first = np.full(len(table.names), -1)
        # Written backwards, so that the first row of each series stays.
        first[table.codes[rows[::-1]]] = rows[::-1]
        changed = values[rows] != values[first[table.codes[rows]]]
        if changed.any():
            row = int(rows[np.argmax(changed)])
            before = int(first[table.codes[row]])
            raise UserError(
                f"Column {name!r} is static and changes within series "
                f"{table.series_at(row)}: {_shown(values[before])} "
                f"({table.where(before)}) and {_shown(values[row])} "
                f"({table.where(row)}). Correct it, or leave it out of `static`."
            )
        blank = "" if not numbers else np.nan
        of_each = np.where(first < 0, blank, values[np.maximum(first, 0)])[order]
        columns[name] = of_each
        missing = int((first[order] < 0).sum())
        if missing == len(names):
            raise UserError(f"Column {name!r} is static and empty in each series.")
        if missing:
            one = names[int(np.argmax(first[order] < 0))]
            notes[f"{name}: series without a value, such as {one!r}"] = missing
    return pd.DataFrame(columns, index=pd.Index(names, name="series"))


def static_values(frame: pd.DataFrame, names: list[str]) -> dict[str, np.ndarray]:
    """Return static columns as numbers, or as text where they hold some.

    Args:
        frame: DataFrame.
        names: List of strings, columns of it.

    Raises:
        UserError: There is no such column.
    """
    from keras_rnn.forecasting.pandas_input import as_numbers

    found = {}
    for name in names:
        numbers = as_numbers(frame[name])
        if numbers is None:
            text = frame[name].astype("object")
            text = text.where(text.notna(), "").map(lambda one: str(one).strip())
            numbers = text.to_numpy("object")
        found[name] = numbers
    return found


def check_static(static: list[str], columns: list[str], taken: list[str]) -> list[str]:
    """Return the names of static columns, each once.

    Args:
        static: List of strings.
        columns: List of strings, the columns that there are.
        taken: List of strings, those that are used otherwise: the column to forecast,
            and what is known ahead.

    Raises:
        UserError: There is no such column, or it is used otherwise.
    """
    from keras_rnn.errors import nearest

    for name in static:
        if name in taken:
            raise UserError(
                f"`static` names {name!r}, which is forecast or known ahead: that "
                "changes from row to row. Leave it out."
            )
        if name not in columns:
            raise UserError(
                f"`static` names a column {name!r}, and there is none."
                f"{nearest(name, columns)} The columns are: "
                f"{', '.join(map(repr, columns))}."
            )
    return list(dict.fromkeys(static))


def _shown(value):
    return repr(value) if isinstance(value, str) else f"{value:g}"
