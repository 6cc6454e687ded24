"""From tables of many series to a forecaster of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.conformal import LEVELS, check_levels
from keras_rnn.forecasting.many_series.panel_calendar import holidays_of
from keras_rnn.forecasting.many_series.panel_columns import (
    Future,
    PanelColumns,
    Tables,
)
from keras_rnn.forecasting.many_series.panel_forecaster import PanelForecaster
from keras_rnn.forecasting.many_series.panel_known_ahead import check_rows_ahead
from keras_rnn.forecasting.many_series.panel_plan import plan_panel
from keras_rnn.forecasting.many_series.panel_training import (
    check_history,
    train_panel_forecaster,
)
from keras_rnn.forecasting.plan import check_model


def fit_panel_forecaster(
    data: Tables,
    target: str | Sequence[str] | None = None,
    *,
    series: str | None = None,
    horizon: int | None = None,
    season: int | None = None,
    every: str | pd.Timedelta | None = None,
    time_column: str | None = None,
    known_ahead: str | Iterable[str] | None = None,
    future: Future | None = None,
    holidays: str | None = None,
    static: str | Iterable[str] | None = None,
    aggregate: str | Mapping[str, str] | None = None,
    history: int | None = None,
    model: str = "gru",
    levels: float | Iterable[float] = LEVELS,
    epochs: int | None = None,
    seed: int = 0,
    verbose: str | int = "auto",
    name: str = "DataFrame",
    **others: Any,
) -> PanelForecaster:
    """Train one model on many series and judge it on the last rows of each.

    The arguments are those of `Forecaster.fit`.

    Args:
        data: Long or wide DataFrame, dict of tables, or `SeriesPanel`.
        target: String, the column of the values; or list of strings, the columns of a
            wide table that are a series each.
        series: String, the column of a long table that names the series.
        horizon: Integer, rows to forecast of each series.
        season: Integer, rows in a season.
        every: String such as `"1h"`, the step of the rows.
        time_column: String, the column with the time stamps.
        known_ahead: String or iterable of strings, columns whose future is known.
        future: Rows to come in the form of `data`.
        holidays: String, a country or a part of it.
        static: String or iterable of strings, columns that are constant within a
            series.
        aggregate: String, or mapping from column to it, what thinned rows hold.
        history: Integer, rows that a window of the network looks back.
        model: `"gru"`, `"lstm"`, `"simple_rnn"` or `"ridge"`. Default: `"gru"`.
        levels: Number or iterable of numbers, in per cent. Default: `80`.
        epochs: Integer.
        seed: Integer. Default: `0`.
        verbose: `0` for silence, `1`, `2` or `"auto"`. Default: `"auto"`.
        name: String, what a table is called in captions. Default: `"DataFrame"`.
        **others: Arguments of `Forecaster.fit` that many series have no use for; only
            `None` is taken.

    Raises:
        UserError: The table or an argument cannot be used; the message says why.
    """
    for argument, value in others.items():
        if value is not None:
            raise UserError(
                f"`{argument}` is about one series alone, and these are many. Leave it "
                "out."
            )
    check_model(model)
    check_history(history, model)
    levels = check_levels(levels)
    if isinstance(target, str) or target is None:
        columns = PanelColumns(series=series, target=target)
    elif series is not None:
        raise UserError(
            "Several `target` columns are those of a wide table, and `series` is the "
            "column of a long one. Give one `target`, or leave out `series`."
        )
    else:
        columns = PanelColumns(targets=tuple(str(column) for column in target))
    columns = replace(
        columns,
        time=time_column,
        every=None if every is None else str(every),
        known_ahead=None if known_ahead is None else _names(known_ahead),
        static=_names(static or ()),
        aggregate=aggregate,
    )
    panel = columns.panel(data, future)
    columns = columns.fixed(panel)
    if holidays is not None:
        columns = replace(columns, holidays=holidays_of(holidays, panel))
    plan = plan_panel(panel, horizon, season, holidays=columns.holidays)
    if panel.rows_ahead.any():
        check_rows_ahead(plan.panel, plan.horizon)
    if verbose:
        for note, number in panel.notes.items():
            print(f"{note}: {number:,}")
        for remark in plan.remarks:
            print(remark)
    if isinstance(data, Mapping) or columns.series is not None:
        columns = replace(columns, target=columns.target or panel.target)
    kind = "a pandas DataFrame" if isinstance(data, pd.DataFrame) else "a dict"
    about = (
        f"{name}: {len(panel):,} series, {len(panel.values):,} rows, given as {kind}"
    )
    return train_panel_forecaster(
        plan,
        columns=columns,
        model=model,
        levels=levels,
        epochs=epochs,
        seed=seed,
        verbose=verbose,
        history=history,
        metadata={"description": about, "notes": panel.notes},
    )


def _names(names):
    return (names,) if isinstance(names, str) else tuple(names)
