"""The rows that a forecaster goes on from: those that it keeps, and new readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.known_ahead import check_future
from keras_rnn.forecasting.pandas_input import as_future, as_series

if TYPE_CHECKING:
    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.forecaster import Forecaster

# Kept for `predict()` at least: enough to see the weekends of a daily series.
_LEAST_PAST = 100


def prepared_rows(
    forecaster: Forecaster, data: pd.DataFrame | pd.Series | Series | None
) -> pd.DataFrame:
    """Return the features of new readings, or of those that it was fitted on.

    Args:
        forecaster: `Forecaster`.
        data: DataFrame of readings, or another series; `None` for the rows it keeps.

    Returns:
        DataFrame of the columns `preparation.features`.

    Raises:
        UserError: It keeps no rows, or the readings are not like those before.
    """
    if data is None:
        if forecaster.past is None:
            raise UserError(
                "This forecaster does not know the rows that it was fitted on: "
                "give the readings to go on from."
            )
        return forecaster.past
    return forecaster.preparation.transform(
        as_fitted(forecaster, data), forecaster.target
    )


def rows_to_go_on_from(
    forecaster: Forecaster,
    data: pd.DataFrame | pd.Series | Series | None,
    future: pd.DataFrame | Series | None = None,
) -> pd.DataFrame:
    """Return the features of the last rows, with all that is known of the next ones.

    Args:
        forecaster: `Forecaster`.
        data: DataFrame of readings, or another series; `None` for the rows it keeps.
        future: DataFrame of the rows after them, with the columns that are known ahead.
            Default: `None`, rows at the end of `data` whose target is empty.

    Returns:
        DataFrame of the columns `preparation.features`.

    Raises:
        UserError: The readings cannot be used, or the future is not known or does not
            follow them.
    """
    preparation = forecaster.preparation
    if not preparation.known_ahead:
        if future is not None:
            raise UserError(
                "Future rows are given, and the forecaster was fitted with no column "
                "known ahead. Fit it with `known_ahead`, or leave them out."
            )
        return prepared_rows(forecaster, data)
    rows = None
    if future is not None:
        rows = as_future(
            future, forecaster.time_zone, forecaster.metadata.get("time column")
        )
    if data is not None:
        return preparation.transform(
            as_fitted(forecaster, data), forecaster.target, rows, must_know=True
        )
    past = prepared_rows(forecaster, None)
    features = list(preparation.ahead_features)[: len(preparation.known_ahead)]
    if rows is None:
        known = past[features].iloc[-preparation.horizon :].notna().all(axis=None)
        preparation.check_future(past.index, None if not known else past)
        return past
    if not preparation.aggregate:
        check_future(rows, past.index, preparation.known_ahead)
    to_come = preparation.to_come(rows, past.index[-1])
    check_future(to_come, past.index, preparation.known_ahead)
    preparation.check_future(past.index, to_come)
    past = past.copy()
    horizon = preparation.horizon
    past.iloc[-horizon:, past.columns.get_indexer(features)] = to_come.iloc[:horizon]
    return past


def as_fitted(
    forecaster: Forecaster, data: pd.DataFrame | pd.Series | Series
) -> pd.DataFrame:
    """Return new readings as a table like the one that a forecaster was fitted on.

    Args:
        forecaster: `Forecaster`.
        data: DataFrame of readings, or another series.

    Returns:
        DataFrame of the raw columns, indexed by time stamps without a time zone.

    Raises:
        UserError: The readings cannot be used, or one of both has a time zone.
    """
    time_column = forecaster.metadata.get("time column")
    if time_column not in getattr(data, "columns", ()):
        time_column = None
    series, time_zone = as_series(data, forecaster.target, time_column=time_column)
    had = forecaster.time_zone
    if (time_zone is None) != (had is None):
        raise UserError(
            "The forecaster was fitted on time stamps with "
            f"{'no time zone' if had is None else had.name}, and these have "
            f"{'none' if time_zone is None else time_zone.name}. Use "
            "frame.tz_localize to make them alike."
        )
    if time_zone is None or had is None:
        return series.frame
    index = time_zone.restore(series.frame.index)
    return series.frame.set_axis(had.strip(index))


def with_time_zone(forecaster: Forecaster, index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return time stamps in the time zone that a forecaster was fitted on, if any.

    Args:
        forecaster: `Forecaster`.
        index: `pandas.DatetimeIndex` without a time zone.
    """
    time_zone = forecaster.time_zone
    return index if time_zone is None else time_zone.restore(index)


def kept_rows(lookback: int, horizon: int) -> int:
    """Return how many rows of the past a forecaster keeps, to go on from."""
    return max(shown_rows(lookback, horizon), _LEAST_PAST)


def shown_rows(lookback: int, horizon: int) -> int:
    """Return how many rows of the past a picture of a forecast shows."""
    return max(4 * horizon, lookback)
