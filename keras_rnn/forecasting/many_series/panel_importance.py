"""How much the forecasts of many series owe to each column that they draw on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.column_importance import HOLIDAYS, importance_table
from keras_rnn.forecasting.many_series.judged_windows import JudgedWindows
from keras_rnn.forecasting.many_series.known_rows import KnownRows
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_windows import filled_from_before

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.panel_forecaster import PanelForecaster
    from keras_rnn.forecasting.public_holidays import PublicHolidays

# Windows that are forecast again for each column and repeat, spread over all.
_MOST_WINDOWS = 256


def panel_importance(
    predict: Callable[[SeriesPanel], np.ndarray],
    windows: JudgedWindows,
    *,
    holidays: PublicHolidays | None = None,
    repeats: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Forecast again with one column at a time from elsewhere.

    What changes with time, that is the past of the target and what is known ahead, is
    moved within its own series by a random number of rows, its end put before its
    beginning: so it keeps its level and its rhythm, and only says nothing about this
    time. What is static comes from another series. Columns that tell the same stand in
    for each other: none of two such columns is important then. A column that does harm
    is below 0.

    Source: as `permutation_importance`, whose idea it is.

    Args:
        predict: Callable from a `SeriesPanel` to an array of shape
            `(series, horizon)`.
        windows: `JudgedWindows`.
        holidays: `PublicHolidays`, whose columns are moved together. Default: `None`.
        repeats: Integer, how often each is shuffled. Default: `5`.
        seed: Integer, of the orders. Default: `0`.

    Returns:
        DataFrame with a row for each name and repeat: "column", "mae", the scaled error
        (MASE) as it is, and "increase", by how much it is larger with the column
        shuffled. `importance_table` sums it up.
    """
    generator = np.random.default_rng(seed)
    error = windows.error(predict)
    rows = []
    for _ in range(repeats):
        # One draw for all columns, which can then be compared.
        moved = generator.random(len(windows))
        order = generator.permutation(len(windows))
        for name, panel in _shuffled(windows.past, moved, order, holidays):
            increase = replace(windows, past=panel).error(predict) - error
            rows.append((name, error, increase))
    return pd.DataFrame(rows, columns=["column", "mae", "increase"])


def importance_within(
    forecaster: PanelForecaster,
    panel: SeriesPanel,
    rows: np.ndarray,
    *,
    repeats: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Shuffle the columns of some rows of each series, and sum up what it costs.

    Args:
        forecaster: `PanelForecaster`.
        panel: `SeriesPanel`.
        rows: Integer array of shape `(series,)`, the last ones of each, which are
            forecast.
        repeats: Integer, how often each column is shuffled. Default: `5`.
        seed: Integer, of the orders. Default: `0`.

    Returns:
        DataFrame as from `importance_table`.

    Raises:
        UserError: `repeats` is less than 1.
    """
    if repeats < 1:
        raise UserError(f"`repeats` must be 1 or more, not {repeats}.")
    windows = JudgedWindows.within(
        panel, rows, forecaster.horizon, forecaster.season[1], most=_MOST_WINDOWS
    )
    found = panel_importance(
        lambda past: np.clip(forecaster.model.predict(past), *forecaster.limits),
        windows,
        holidays=forecaster.columns.holidays,
        repeats=repeats,
        seed=seed,
    )
    return importance_table(found)


def explain_panel(
    forecaster: PanelForecaster,
    panel: SeriesPanel,
    *,
    repeats: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Shuffle the columns of a panel, in forecasts within the second half of each.

    Args:
        forecaster: `PanelForecaster`.
        panel: `SeriesPanel`.
        repeats: Integer, how often each column is shuffled. Default: `5`.
        seed: Integer, of the orders. Default: `0`.

    Returns:
        DataFrame as from `importance_table`.

    Raises:
        UserError: No series is long enough.
    """
    horizon = forecaster.horizon
    rows = np.maximum(panel.lengths // 2, horizon)
    # A row before a forecast, and one more to see a change.
    rows = np.where(panel.lengths >= rows + 2, rows, 0)
    if not rows.any():
        longest = int(np.argmax(panel.lengths))
        raise UserError(
            f"There is nothing to forecast within: the longest series is "
            f"{panel.names[longest]!r} of {panel.lengths[longest]} rows, and a "
            f"forecast of {horizon} needs {horizon + 2}. Give more rows."
        )
    return importance_within(forecaster, panel, rows, repeats=repeats, seed=seed)


def _shuffled(panel, moved, order, holidays):
    """`(name, panel)` with one column after another shuffled."""
    # A gap that is moved to the beginning of a series could not be filled there.
    target = filled_from_before(panel.values, panel.offsets, season=1)
    yield (
        panel.target,
        replace(panel, values=_moved(target, panel.offsets, moved)),
    )
    known = panel.known_ahead
    if known is not None:
        days = () if holidays is None else holidays.names
        groups: dict[str, list[int]] = {}
        for place, name in enumerate(known.columns):
            groups.setdefault(HOLIDAYS if name in days else name, []).append(place)
        for name, places in groups.items():
            values = known.values.copy()
            values[:, places] = _moved(known.values[:, places], known.offsets, moved)
            yield (
                name,
                replace(
                    panel, known_ahead=KnownRows(known.columns, values, known.offsets)
                ),
            )
    if panel.static is not None:
        for name in panel.static:
            static = panel.static.copy()
            static[name] = panel.static[name].to_numpy()[order]
            yield str(name), replace(panel, static=static)


def _moved(values, offsets, share):
    """Values of each series, moved on by a share of its rows, one at least."""
    lengths = np.diff(offsets)
    by = 1 + (share * np.maximum(lengths - 1, 0)).astype("int64")
    begins = np.repeat(offsets[:-1], lengths)
    place = np.arange(len(values)) - begins
    back = (place - np.repeat(by, lengths)) % np.repeat(lengths, lengths)
    return values[begins + back]
