"""How much a forecast owes to each column: the error when that column is shuffled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.features import WIND_COLUMNS

if TYPE_CHECKING:
    from keras_rnn.forecasting.forecaster import Forecaster
    from keras_rnn.forecasting.preparation import Preparation
    from keras_rnn.forecasting.windows import Windows

CALENDAR, HOLIDAYS, WIND = "calendar", "holidays", "wind"

# Windows that are forecast again for each column and repeat, spread over all.
_MOST_WINDOWS = 256


def column_groups(preparation: Preparation, target: str) -> dict[str, list[int]]:
    """Return which inputs of a model are shuffled together.

    A column that was measured stands for itself, together with what is known of its
    future. The sines and cosines of the clock are "calendar", the components of the
    wind, made of speeds and one direction, "wind", and the columns of holidays
    "holidays".

    Args:
        preparation: `Preparation`, whose `features` are the model's inputs.
        target: String, the column that is forecast; a wind speed that is, stands for
            itself.

    Returns:
        Dict from name to places among the features, in their order.
    """
    features = preparation.features
    clock = len(features) - preparation.calendar_columns
    groups: dict[str, list[int]] = {}
    ahead = preparation.ahead_features
    closed = preparation.holidays.names if preparation.holidays else ()
    for place, feature in enumerate(features):
        feature = ahead.get(feature, feature)
        derived = feature not in preparation.columns and feature != target
        name = feature
        if place >= clock:
            name = CALENDAR
        elif feature in closed:
            name = HOLIDAYS
        elif derived and feature in WIND_COLUMNS:
            name = WIND
        groups.setdefault(name, []).append(place)
    return groups


def permutation_importance(
    predict: Callable[[np.ndarray], np.ndarray],
    windows: Windows,
    groups: Mapping[str, Sequence[int]],
    *,
    repeats: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Forecast again with one column at a time from another window.

    The whole past of a column moves from one window to another, so that it stays what
    such a past looks like and only says nothing about this one. Columns that tell the
    same stand in for each other: none of two such columns is important then. A column
    that does harm is below 0.

    Source: Breiman 2001, "Random forests", Machine Learning 45; for any model, Fisher,
    Rudin & Dominici 2019, "All models are wrong, but many are useful", Journal of
    Machine Learning Research 20.

    Args:
        predict: Callable from a float32 array of shape `(windows, lookback, features)`
            to forecasts of shape `(windows, horizon)`.
        windows: `Windows` in the units of `predict`, whose only label column is the
            target; at most 256, spread over all of them, are used.
        groups: Mapping from a name to the places of the features that are shuffled
            together, as from `column_groups`.
        repeats: Integer, how often each is shuffled. Default: `5`.
        seed: Integer, of the orders. Default: `0`.

    Returns:
        DataFrame with a row for each name and repeat: "column", "mae", the mean
        absolute error as it is, and "increase", by how much it is larger with the
        column shuffled. `importance_table` sums it up.
    """
    past, truth = windows.gather(windows.spread(_MOST_WINDOWS))
    truth = truth[:, :, 0].astype("float64")
    generator = np.random.default_rng(seed)
    # The same orders for all columns, which can then be compared.
    orders = [generator.permutation(len(past)) for _ in range(repeats)]
    mae = float(np.abs(predict(past) - truth).mean())
    rows = []
    for name, places in groups.items():
        # One call for all repeats: (repeats * windows, lookback, features).
        shuffled = np.concatenate([past] * repeats)
        shuffled[:, :, places] = past[np.concatenate(orders)][:, :, places]
        forecasts = predict(shuffled).reshape(repeats, *truth.shape)
        errors = np.abs(forecasts - truth).mean(axis=(1, 2))
        rows += [(name, mae, float(error) - mae) for error in errors]
    return pd.DataFrame(rows, columns=["column", "mae", "increase"])


def forecaster_importance(
    forecaster: Forecaster, windows: Windows, *, repeats: int = 5, seed: int = 0
) -> pd.DataFrame:
    """Shuffle the columns that a forecaster sees.

    Args:
        forecaster: `Forecaster`.
        windows: `Windows`, as `Forecaster.predict_windows` takes them.
        repeats: Integer, how often each column is shuffled. Default: `5`.
        seed: Integer, of the orders. Default: `0`.

    Returns:
        DataFrame as from `permutation_importance`.
    """
    return permutation_importance(
        partial(forecaster.model.predict, batch_size=_MOST_WINDOWS, verbose=0),
        windows,
        column_groups(forecaster.preparation, forecaster.target),
        repeats=repeats,
        seed=seed,
    )


def explain_forecaster(
    forecaster: Forecaster, rows: pd.DataFrame, *, repeats: int = 5, seed: int = 0
) -> pd.DataFrame:
    """Shuffle the columns of prepared rows, and sum up what it costs.

    Args:
        forecaster: `Forecaster`.
        rows: DataFrame of the columns `preparation.features`.
        repeats: Integer, how often each column is shuffled. Default: `5`.
        seed: Integer, of the orders. Default: `0`.

    Returns:
        DataFrame as from `importance_table`.

    Raises:
        UserError: `repeats` is less than 1, or no window fits into the rows.
    """
    # Here, because it imports the backend.
    from keras_rnn.forecasting.windows import Windows

    if repeats < 1:
        raise UserError(f"`repeats` must be 1 or more, not {repeats}.")
    windows = Windows(
        rows,
        forecaster.lookback,
        forecaster.horizon,
        forecaster.horizon,
        [forecaster.target],
    )
    found = forecaster_importance(forecaster, windows, repeats=repeats, seed=seed)
    return importance_table(found)


def importance_table(repeats: pd.DataFrame) -> pd.DataFrame:
    """Return mean and spread of what shuffling each column costs, the dearest first.

    Args:
        repeats: DataFrame of "column", "mae" and "increase", as from
            `permutation_importance`, of one model or of several.

    Returns:
        DataFrame of the columns "column", "increase" (the mean, in the target's unit),
        "spread" (the standard deviation among repeats) and "share", the increase as a
        share of the error with all columns in place.

    Example:

    >>> repeats = pd.DataFrame(
    ...     {"column": ["p", "p", "T"], "mae": 2.0, "increase": [0.1, 0.3, 1.0]}
    ... )
    >>> importance_table(repeats).round(2)
      column  increase  spread  share
    0      T       1.0    0.00    0.5
    1      p       0.2    0.14    0.1
    """
    grouped = repeats.groupby("column", sort=False)
    mean, mae = grouped["increase"].mean(), grouped["mae"].mean()
    table = pd.DataFrame(
        {
            "increase": mean,
            "spread": grouped["increase"].std().fillna(0.0),
            "share": mean / mae.where(mae > 0),
        }
    )
    table = table.sort_values("increase", ascending=False, kind="stable")
    return table.rename_axis("column").reset_index()
