"""Which stretches of the past a backtest forecasts, and from what: no backend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.plan import ForecastPlan, plan_forecast
from keras_rnn.forecasting.time_steps import months_in_span

if TYPE_CHECKING:
    from keras_rnn.datasets.series.series import Series

# The share of the rows that is forecast when nobody says how long a fold is, and the
# most that may be: the first model needs a past, too.
_SHARE = 0.3
_MOST = 0.5


@dataclass(frozen=True)
class FoldPlan:
    """One stretch of the past to forecast, and what is known before it.

    Attributes:
        number: Integer from 1 on.
        start: `pandas.Timestamp`, the first row that is forecast.
        end: `pandas.Timestamp`, the last row that is forecast.
        known: `ForecastPlan` of the rows that its model may learn from. Folds that
            share a model share this object.
    """

    number: int
    start: pd.Timestamp
    end: pd.Timestamp
    known: ForecastPlan


@dataclass(frozen=True)
class BacktestPlan:
    """A series, and the folds to forecast it in.

    Attributes:
        whole: `ForecastPlan` of all rows: it decides on the step, the horizon and what
            the target is, and on nothing that a model sees.
        folds: Tuple of `FoldPlan`, the earliest first.
        refit: Boolean, whether each fold has its own model.
    """

    whole: ForecastPlan
    folds: tuple[FoldPlan, ...]
    refit: bool

    @property
    def times(self) -> pd.DatetimeIndex:
        """`pandas.DatetimeIndex`, the rows of all folds."""
        index = pd.concat(self.whole.parts).index
        return index[index.get_loc(self.folds[0].start) :]

    @property
    def rows(self) -> int:
        """Integer, rows in a fold."""
        return len(self.times) // len(self.folds)


def plan_backtest(
    data: pd.DataFrame | pd.Series | Series,
    target: str | None = None,
    *,
    folds: int = 6,
    fold_rows: int | None = None,
    refit: bool = False,
    horizon: int | None = None,
    history: int | None = None,
    every: str | pd.Timedelta | None = None,
    aggregate: str | Mapping[str, str] | None = None,
    time_column: str | None = None,
    known_ahead: str | Iterable[str] | None = None,
    holidays: str | None = None,
    name: str = "DataFrame",
) -> BacktestPlan:
    """Cut the end of a series into folds that are forecast from the rows before them.

    Each fold, or without `refit` the first one, is planned on the series as it was
    then: which columns serve, how they are thinned, which periods they show and how far
        back
    a model looks is decided by `plan_forecast` on the rows before the fold alone. Of
    the whole series are only the step, the horizon and how the target itself is
    thinned.

    Args:
        data: DataFrame or `pandas.Series` with time stamps, or
            `keras_rnn.datasets.Series`.
        target: String, the column to forecast. Default: as in `plan_forecast`.
        folds: Integer, how many stretches of equal length. Default: `6`.
        fold_rows: Integer, rows of each, at least the horizon. Default: the folds are
            the last 30 % of the rows, or longer where a fold would be shorter than the
            horizon.
        refit: Boolean, whether each fold's model learns from all rows before that fold,
            and not all of them from those before the first. Default: `False`.
        horizon: Integer, rows to forecast. Default: as in `plan_forecast`.
        history: Integer, rows of the past to learn from. Default: as in
            `plan_forecast`.
        every: String such as `"1h"`, the step of the rows. Default: as in
            `plan_forecast`.
        aggregate: String or mapping, what a thinned row holds. Default: as in
            `plan_forecast`.
        time_column: String, the column with the time stamps. Default: it is found.
        known_ahead: String or iterable of strings, columns whose future is known. In a
            fold, what they came to be is taken for what was known. Default: as in
            `plan_forecast`.
        holidays: String, a country whose holidays are known ahead. Default: `None`.
        name: String, what a DataFrame is called in headings. Default: `"DataFrame"`.

    Returns:
        `BacktestPlan`.

    Raises:
        UserError: There are more folds than the rows allow, or the rows before a fold
            are too few.
    """
    whole = plan_forecast(
        data,
        target,
        horizon=horizon,
        history=history,
        every=every,
        aggregate=aggregate,
        time_column=time_column,
        known_ahead=known_ahead,
        holidays=holidays,
        must_continue=False,
        name=name,
    )
    index = pd.concat(whole.parts).index
    length = _fold_rows(len(index), whole.task.horizon, folds, fold_rows)
    starts = len(index) - length * np.arange(folds, 0, -1)
    planned: list[FoldPlan] = []
    for number, first in enumerate(starts, 1):
        if refit or not planned:
            known = _known_before(whole, index, int(first), number, history, aggregate)
        planned.append(FoldPlan(number, index[first], index[first + length - 1], known))
    return BacktestPlan(whole, tuple(planned), refit)


def _fold_rows(rows, horizon, folds, fold_rows):
    """The rows of a fold, once they are known to fit into the series."""
    for name, value, least in (("folds", folds, 1), ("fold_rows", fold_rows, horizon)):
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise UserError(f"`{name}` must be a whole number, not {value!r}.")
        if value < least:
            why = ", the horizon" if name == "fold_rows" else ""
            raise UserError(f"`{name}` must be {least}{why} or more, not {value}.")
    most = int(rows * _MOST)
    needed = folds * (fold_rows or horizon)
    if needed > most:
        fit = most // (fold_rows or horizon)
        choose = (
            f"Choose `folds={fit}` or less" if fit else "Choose a shorter `horizon`"
        )
        raise UserError(
            f"{folds} folds of {fold_rows or horizon} rows are {needed:,}, and of the "
            f"{rows:,} rows half, {most:,}, can be forecast: the others are to learn "
            f"from. {choose}, or give more rows."
        )
    return fold_rows or max(horizon, int(rows * _SHARE) // folds)


def _known_before(whole, index, first, number, history, aggregate):
    """The plan that somebody would have made who had the rows before a fold alone."""
    task = whole.task
    if aggregate is None or isinstance(aggregate, Mapping):
        # What is forecast has to be the same in all folds.
        chosen = whole.preparation.aggregate.get(task.target)
        aggregate = ({task.target: chosen} if chosen else {}) | dict(aggregate or {})
    frame = whole.series.frame
    read = frame.index <= index[first - 1]
    if whole.preparation.marks and not _ends_with_a_day(whole.preparation, frame.index):
        # A reading that begins where the last row ends is of the next one.
        read = frame.index < index[first - 1]
    series = replace(whole.series, frame=frame[read], repairs={})
    closed = whole.preparation.holidays
    try:
        return plan_forecast(
            series,
            task.target,
            horizon=task.horizon,
            history=history,
            every=whole.preparation.every,
            aggregate=aggregate or None,
            known_ahead=whole.preparation.known_ahead or None,
            holidays=closed.place if closed else None,
            must_continue=False,
        )
    except UserError as error:
        raise UserError(
            f"Fold {number} is forecast from the {first:,} rows before "
            f"{index[first]:%Y-%m-%d %H:%M}, as if there were no others. {error}"
        ) from error


def _ends_with_a_day(preparation, index):
    """Whether thinned rows are stamped with the last day in them."""
    days = (index == index.normalize()).all()
    return bool(days) and months_in_span(preparation.every) > 0
