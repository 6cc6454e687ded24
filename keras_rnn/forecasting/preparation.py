"""From a table of readings to the columns that a model sees, repeatably."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.features import calendar, period_name, wind_vectors
from keras_rnn.forecasting.sampling import resample
from keras_rnn.forecasting.spectrum import find_periods
from keras_rnn.forecasting.split import split
from keras_rnn.forecasting.time_steps import infer_step, parse_span, span_text

# Fewer rows than these leave nothing to learn from once they are split.
_FEWEST_ROWS = 30

# A column that is missing in more than this share of the training rows would cost
# more windows than it can be worth.
_MOST_MISSING = 0.05


@dataclass(frozen=True)
class Preparation:
    """How raw columns become inputs; learned once, on the training part.

    Attributes:
        every: String, the step of the rows, such as `"1h"`.
        columns: Tuple of strings, the raw columns that are used.
        periods: Tuple of strings such as `"day"` or `"29.5 d"`, given to the model
            as sine and cosine.
        features: Tuple of strings, the columns that the model sees, in their order.
    """

    every: str
    columns: tuple[str, ...]
    periods: tuple[str, ...]
    features: tuple[str, ...]

    @classmethod
    def fit(
        cls,
        frame: pd.DataFrame,
        target: str,
        every: str | pd.Timedelta | None = None,
    ) -> tuple[Preparation, pd.DataFrame, dict[str, int]]:
        """Choose step, columns and periods for forecasting `target`.

        Args:
            frame: DataFrame of the readings.
            target: String, the column to forecast.
            every: String or `pandas.Timedelta`. Default: one hour, or the series'
                own step where that is longer.

        Returns:
            `(preparation, prepared frame, notes)`; the notes are a dict from what
            was done, in words, to how often.

        Raises:
            UserError: No such target, one that cannot be forecast, or too few rows.
        """
        if target not in frame.columns:
            raise UserError(
                f"There is no column {target!r}.{nearest(target, frame.columns)} "
                f"The columns are: {', '.join(map(repr, frame.columns))}."
            )
        step = infer_step(frame.index)
        hour = pd.Timedelta(hours=1)
        every = max(step, hour) if every is None else parse_span(every, "`every`")
        rows, notes = resample(frame, every)
        if len(rows) < _FEWEST_ROWS:
            finer = " or a shorter `every`" if every > step else ""
            raise UserError(
                f"The series has {len(rows)} rows, one each {span_text(every)}: too "
                "few to learn from and to be judged on. Give "
                f"{_FEWEST_ROWS} or more{finer}."
            )
        train = split(rows).train
        _check_target(train[target], target)
        kept = []
        for column in frame.columns:
            why = _unfit(train[column])
            if column == target or not why:
                kept.append(column)
            else:
                notes[f"column {column!r} left out: {why}"] = 1
        periods = tuple(period_name(period) for period in find_periods(train, target))
        draft = cls(span_text(every), tuple(kept), periods, ())
        features = draft._features(rows, target)
        return (
            cls(draft.every, draft.columns, periods, tuple(features.columns)),
            features,
            notes,
        )

    def transform(self, frame: pd.DataFrame, target: str) -> pd.DataFrame:
        """Prepare other rows in the same way.

        Args:
            frame: DataFrame of readings with at least the columns in `columns`.
            target: String, the column to forecast.

        Returns:
            DataFrame of the columns `features`.

        Raises:
            UserError: A column is missing, or the rows are too far apart.
        """
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            raise UserError(
                f"The data has no column {missing[0]!r}, which the forecaster was "
                f"trained on ({len(missing)} of its {len(self.columns)} columns are "
                "missing). Give data of the same kind, or train on this one."
            )
        step = infer_step(frame.index)
        if step > 1.01 * parse_span(self.every, "every"):
            raise UserError(
                f"The data has one row each {span_text(step)}, and the forecaster was "
                f"trained on one each {self.every}. Give data as fine, or train on "
                "this one."
            )
        rows, _ = resample(frame[list(self.columns)], self.every)
        return self._features(rows, target)[list(self.features)]

    def _features(self, rows, target):
        measured = rows[list(self.columns)]
        # A target that is a wind speed has to stay one.
        vectors = wind_vectors(measured)
        if target not in vectors:
            vectors[target] = measured[target]
        clock = calendar(vectors.index, list(self.periods))
        # Joined last: a model that treats them apart takes the columns at the end.
        return vectors.drop(columns=clock.columns, errors="ignore").join(clock)

    @property
    def calendar_columns(self) -> int:
        """Integer, how many of the features, at the end, tell the time."""
        return 2 * len(self.periods)

    def to_dict(self) -> dict[str, Any]:
        """Return the preparation as plain lists, ready for JSON."""
        return {
            "every": self.every,
            "columns": list(self.columns),
            "periods": list(self.periods),
            "features": list(self.features),
        }

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Preparation:
        """Rebuild a preparation from what `to_dict` returned.

        Args:
            state: Dict of the entries "every", "columns", "periods" and "features".

        Returns:
            `Preparation`.

        Raises:
            KeyError: An entry is missing.
        """
        return cls(
            str(state["every"]),
            tuple(state["columns"]),
            tuple(state["periods"]),
            tuple(state["features"]),
        )


def _check_target(values, target):
    if values.isna().all():
        raise UserError(
            f"Column {target!r} has no value in the training part (the first 70 %). "
            "Choose another `target`."
        )
    if values.nunique() == 1:
        raise UserError(
            f"Column {target!r} is {values.dropna().iloc[0]:g} throughout the training "
            "part: there is nothing to forecast. Choose another `target`."
        )


def _unfit(values):
    """Why a column cannot serve as input: a string, empty if it can."""
    missing = values.isna().mean()
    if missing > _MOST_MISSING:
        return f"{missing:.0%} of its values are missing"
    return "it never changes" if values.nunique() <= 1 else ""
