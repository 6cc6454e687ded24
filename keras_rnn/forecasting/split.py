"""Splitting a series in time: the past to learn from, the rest to be judged on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.baselines import usual_horizon
from keras_rnn.forecasting.conformal import FEWEST_ERRORS
from keras_rnn.forecasting.contiguous_rows import gaps_between

# Up to so many rows, thirty years of months, a tenth holds but a handful of forecasts
# that do not overlap, and every member but the network is refitted in milliseconds.
SHORT_ROWS = 360


class Split(NamedTuple):
    """The three parts of a series, in the order of time, none overlapping.

    Attributes:
        train: DataFrame, the earliest rows.
        validation: DataFrame, the rows after them: for early stopping and choices.
        test: DataFrame, the latest rows: looked at once, for the final figures.
    """

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


def split(frame: pd.DataFrame, fractions: Sequence[float] = (0.7, 0.2, 0.1)) -> Split:
    """Cut a series into training, validation and test part, in the order of time.

    Never at random: neighbouring rows are nearly copies of each other, so a random
    split would show the model its own test set. The cuts are at rows
    `int(n * 0.7)` and `int(n * 0.9)` for the default fractions. The parts share
    the frame's memory.

    Args:
        frame: DataFrame, sorted by time.
        fractions: Three positive numbers that add up to 1. Default:
            `(0.7, 0.2, 0.1)`.

    Returns:
        `Split`, a named tuple `(train, validation, test)`.

    Raises:
        UserError: The fractions do not add up to 1, or a part would be empty.

    Example:

    >>> import pandas as pd
    >>> train, validation, test = split(pd.DataFrame({"T": range(10)}))
    >>> len(train), len(validation), len(test)
    (7, 2, 1)
    """
    fractions = _checked(fractions)
    rows = len(frame)
    # Rounded: 0.7 + 0.2 is 0.8999999999999999, which would cut a row too early.
    first = int(rows * round(fractions[0], 12))
    second = int(rows * round(fractions[0] + fractions[1], 12))
    if not 0 < first < second < rows:
        raise UserError(
            f"{rows} rows cannot be split by {fractions}: a part would be empty. "
            "Give more rows or other fractions."
        )
    return Split(frame.iloc[:first], frame.iloc[first:second], frame.iloc[second:])


def forecast_parts(
    frame: pd.DataFrame, horizon: int | None, remarks: list[str]
) -> Split:
    """Cut a prepared series so that its test part can judge a forecast.

    70, 20 and 10 %; of fewer rows, more of them to be judged on: up to 20 %.

    Args:
        frame: DataFrame of the prepared rows.
        horizon: Integer, rows to forecast, or `None` for what is usual.
        remarks: List, receives why the parts are others than those of `split`.

    Returns:
        `Split`.
    """
    if is_short_series(frame):
        parts = split(frame, (0.6, 0.2, 0.2))
        remarks.append(
            f"a short series: of its {len(frame)} rows the last {len(parts.test)} are "
            "judged by rolling origins, each with what was known before it"
        )
        return parts
    parts = split(frame)
    rows, test = len(frame), len(parts.test)
    horizon = horizon or usual_horizon(frame.index)
    needed = min(horizon + FEWEST_ERRORS - 1, rows // 5)
    if test >= needed:
        return parts
    first = rows - needed - len(parts.validation)
    remarks.append(
        f"the test part is the last {needed} rows and not {test}, because each step "
        "ahead has to be judged several times"
    )
    return Split(
        frame.iloc[:first], frame.iloc[first : rows - needed], frame.iloc[-needed:]
    )


def is_short_series(frame: pd.DataFrame) -> bool:
    """Return whether a series is short, and no row and no value of it is missing.

    Args:
        frame: DataFrame of the prepared rows.
    """
    return (
        len(frame) <= SHORT_ROWS
        and np.isfinite(frame.to_numpy()).all()
        and not gaps_between(frame.index).any()
    )


def cut_alike(frame: pd.DataFrame, parts: Split) -> Split:
    """Return the same rows with other columns, cut as they were.

    Args:
        frame: DataFrame of as many rows as `parts` have together.
        parts: `Split`.
    """
    first = len(parts.train)
    second = first + len(parts.validation)
    return Split(frame.iloc[:first], frame.iloc[first:second], frame.iloc[second:])


def with_past(parts: Split, rows: int) -> Split:
    """Return parts that begin `rows` earlier, where there are rows before them.

    What was measured before a part is known when its first row is forecast: windows
    over these parts predict rows of their own part alone, and look back into the one
    before.

    Args:
        parts: `Split`.
        rows: Integer, how far the first window of a part looks back.

    Returns:
        `Split`; the training part is as it was.
    """
    train, validation, test = parts
    before = pd.concat([train, validation])
    return Split(
        train,
        pd.concat([train.iloc[len(train) - rows :], validation]),
        pd.concat([before.iloc[len(before) - rows :], test]),
    )


def _checked(fractions):
    try:
        numbers = tuple(float(fraction) for fraction in fractions)
    except (TypeError, ValueError):
        numbers = ()
    if (
        len(numbers) != 3
        or not np.isfinite(numbers).all()
        or min(numbers) <= 0
        or abs(sum(numbers) - 1) > 1e-6
    ):
        raise UserError(
            "fractions must be three positive numbers that add up to 1, such as "
            f"(0.7, 0.2, 0.1), not {fractions!r}."
        )
    return numbers
