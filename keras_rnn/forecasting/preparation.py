"""From a table of readings to the columns that a model sees, repeatably."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.amounts import checked_aggregates
from keras_rnn.forecasting.features import (
    DAY,
    WEEK,
    YEAR,
    calendar,
    check_target,
    left_out_notes,
    period_name,
    why_unfit,
    wind_vectors,
)
from keras_rnn.forecasting.known_ahead import check_length, find_known_ahead
from keras_rnn.forecasting.public_holidays import PublicHolidays
from keras_rnn.forecasting.sampling import (
    default_every,
    is_thinner,
    resample,
    step_to_ask_for,
)
from keras_rnn.forecasting.spectrum import find_periods
from keras_rnn.forecasting.split import Split, split
from keras_rnn.forecasting.thinning import thinning_notes
from keras_rnn.forecasting.time_steps import (
    infer_step,
    months_in_span,
    next_time_stamps,
    parse_span,
    span_text,
)

# Fewer rows than these leave nothing to learn from once they are split.
_FEWEST_ROWS = 30

# Rows a day to a week apart are given the time of year from so much of a year on, in
# the training part: what it holds of a series of one year.
_LEAST_OF_YEAR = 0.65


@dataclass(frozen=True)
class Preparation:
    """How raw columns become inputs; learned once, on the training part.

    Attributes:
        every: String, the step of the rows, such as `"1 h"` or `"1 month"`.
        columns: Tuple of strings, the raw columns that are used.
        periods: Tuple of strings such as `"day"` or `"29.5 d"`, given to the model
            as sine and cosine.
        features: Tuple of strings, the columns that the model sees, in their order.
        aggregate: Dict from raw column to what a thinned row holds of it, `"last"`,
            `"mean"`, `"sum"`, `"min"` or `"max"`; empty where nothing is thinned.
        marks: `"start"` if a stamp is the beginning of what its row is about.
        known_ahead: Tuple of strings, the raw columns whose future is known.
        holidays: `PublicHolidays`, of which all is known ahead, or `None`.
        horizon: Integer, how many rows the features look ahead that do; 0 for none.
    """

    every: str
    columns: tuple[str, ...]
    periods: tuple[str, ...]
    features: tuple[str, ...]
    aggregate: dict[str, str] = field(default_factory=dict)
    marks: str = ""
    known_ahead: tuple[str, ...] = ()
    holidays: PublicHolidays | None = None
    horizon: int = 0

    @classmethod
    def fit(
        cls,
        frame: pd.DataFrame,
        target: str,
        every: str | pd.Timedelta | None = None,
        *,
        aggregate: str | Mapping[str, str] = "last",
        marks: str = "",
        known_ahead: Sequence[str] = (),
        holidays: PublicHolidays | None = None,
        cut: Callable[[pd.DataFrame], Split] = split,
    ) -> tuple[Preparation, pd.DataFrame, dict[str, int]]:
        """Choose step, columns and periods for forecasting `target`.

        Args:
            frame: DataFrame of the readings.
            target: String, the column to forecast.
            every: String or `pandas.Timedelta`. Default: `default_every`.
            aggregate: String for all columns or mapping from column to string, what a
                thinned row holds. Default: `"last"`.
            marks: `"start"` if a stamp is the beginning of what its row is about.
                Default: `""`.
            known_ahead: Sequence of strings, columns whose future is known. Default:
                none.
            holidays: `PublicHolidays`. Default: `None`.
            cut: Function that cuts the rows into a `Split`, the training part of which
                decides on columns and periods. Default: `split`, 70, 20 and 10 %.

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
        every = default_every(frame.index) if every is None else every
        thinned = is_thinner(frame.index, every)
        chosen = checked_aggregates(aggregate, frame.columns)
        rows, notes = resample(frame, every, aggregate=chosen, marks=marks)
        step = step_to_ask_for(rows, every)
        if thinned:
            notes = thinning_notes(chosen, step, len(rows)) | notes
        if len(rows) < _FEWEST_ROWS:
            finer = " or a shorter `every`" if thinned else ""
            raise UserError(
                f"The series has {len(rows)} rows, one each {step}: too "
                "few to learn from and to be judged on. Give "
                f"{_FEWEST_ROWS} or more{finer}."
            )
        train = cut(rows).train
        check_target(train[target], target)
        unfit = {
            name: why_unfit(train[name]) for name in frame.columns if name != target
        }
        kept = [name for name in frame.columns if not unfit.get(name)]
        notes |= left_out_notes({name: why for name, why in unfit.items() if why})
        periods = find_periods(train, target)
        if YEAR not in periods and _knows_the_year(train.index):
            periods = [*periods, YEAR]
        names = tuple(period_name(period) for period in periods)
        if holidays and thinned:
            holidays = replace(holidays, at_end=True)
        draft = cls(
            step,
            tuple(kept),
            names,
            (),
            aggregate={name: chosen[name] for name in kept} if thinned else {},
            marks=marks if thinned else "",
            known_ahead=tuple(name for name in known_ahead if name in kept),
            holidays=holidays,
        )
        features = draft._features(rows, None, target)
        return replace(draft, features=tuple(features.columns)), features, notes

    def looking_ahead(
        self,
        frame: pd.DataFrame,
        target: str,
        horizon: int,
        future: pd.DataFrame | None = None,
    ) -> tuple[Preparation, pd.DataFrame]:
        """Add features that hold what is known of the row `horizon` rows later.

        The last `horizon` rows of such a column are the future of that column, so that
        a window over the past knows it, and one column tells it for all steps.

        Args:
            frame: DataFrame of the readings.
            target: String, the column to forecast.
            horizon: Integer, rows to forecast.
            future: DataFrame of the rows after the readings. Default: `None`, they are
                not known, and the last values stand in for them.

        Returns:
            `(preparation, prepared frame)`.
        """
        draft = replace(self, horizon=horizon)
        rows, to_come = draft._rows(frame, future)
        features = draft._features(rows, to_come, target)
        return replace(draft, features=tuple(features.columns)), features

    def transform(
        self,
        frame: pd.DataFrame,
        target: str,
        future: pd.DataFrame | None = None,
        *,
        must_know: bool = False,
    ) -> pd.DataFrame:
        """Prepare other rows in the same way.

        Args:
            frame: DataFrame of readings with at least the columns in `columns`. Where
                columns are known ahead, rows at the end whose target is empty are
                their future.
            target: String, the column to forecast.
            future: DataFrame of the rows after the readings, with the columns in
                `known_ahead`. Default: `None`.
            must_know: Boolean, whether all has to be known that is known ahead, of each
                row to forecast after the last one. Default: `False`, the last values
                stand in for it, which windows inside the rows never look at.

        Returns:
            DataFrame of the columns `features`.

        Raises:
            UserError: A column is missing, the rows are too far apart, or the future
                is not known.
        """
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            raise UserError(
                f"The data has no column {missing[0]!r}, which the forecaster was "
                f"trained on ({len(missing)} of its {len(self.columns)} columns are "
                "missing). Give data of the same kind, or train on this one."
            )
        step = infer_step(frame.index)
        months = months_in_span(self.every)
        # No month has more than 31 days.
        longest = 31 * months * DAY if months else parse_span(self.every, "every")
        if step > 1.01 * longest:
            raise UserError(
                f"The data has one row each {span_text(step)}, and the forecaster was "
                f"trained on one each {self.every}. Give data as fine, or train on "
                "this one."
            )
        if self.known_ahead:
            found = find_known_ahead(frame, target, self.known_ahead, future)
            frame, future = found.history, found.future
        rows, to_come = self._rows(frame, future)
        if must_know:
            self.check_future(rows.index, to_come)
        return self._features(rows, to_come, target)[list(self.features)]

    def to_come(self, future: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
        """Return what is known ahead of the prepared rows after the last one.

        Args:
            future: DataFrame of the rows to come as they were given.
            last: `pandas.Timestamp` of the last prepared row.

        Returns:
            DataFrame of the columns in `known_ahead`.
        """
        future = future[list(self.known_ahead)]
        if self.aggregate:
            future = self._resample(future)
        return future[future.index > last]

    def check_future(
        self, index: pd.DatetimeIndex, to_come: pd.DataFrame | None
    ) -> None:
        """Raise a `UserError` unless each row to forecast is known ahead.

        Args:
            index: `pandas.DatetimeIndex` of the prepared rows.
            to_come: DataFrame as from `to_come`, or `None` for nothing.
        """
        if self.known_ahead:
            check_length(
                0 if to_come is None else len(to_come),
                self.horizon,
                next_time_stamps(index, self.horizon)[-1],
                self.known_ahead,
            )

    def forgetting(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows of which it is not known what comes after them.

        Args:
            rows: DataFrame of the columns `features`.
        """
        features = list(self.ahead_features)[: len(self.known_ahead)]
        if not features:
            return rows
        rows = rows.copy()
        rows.iloc[-self.horizon :, rows.columns.get_indexer(features)] = np.nan
        return rows

    def _resample(self, frame):
        chosen = {name: self.aggregate[name] for name in frame if self.aggregate}
        rows, _ = resample(
            frame, self.every, aggregate=chosen or "last", marks=self.marks
        )
        return rows

    def _rows(self, frame, future):
        """Readings one each `every`, and what is known of those after them."""
        rows = self._resample(frame[list(self.columns)])
        if future is None or not self.known_ahead:
            return rows, None
        if self.aggregate:
            # An interval that began before the last reading ends after it.
            known = list(self.known_ahead)
            future = pd.concat([frame[known], future[known]])
        return rows, self.to_come(future, rows.index[-1])

    def _features(self, rows, to_come, target):
        measured = rows[list(self.columns)]
        # A target that is a wind speed has to stay one.
        vectors = wind_vectors(measured)
        if target not in vectors:
            vectors[target] = measured[target]
        if self.holidays:
            vectors = vectors.join(self.holidays.columns(vectors.index))
        if self.horizon:
            vectors = vectors.join(self._ahead(rows, to_come))
        clock = calendar(vectors.index, list(self.periods))
        # Joined last: a model that treats them apart takes the columns at the end.
        return vectors.drop(columns=clock.columns, errors="ignore").join(clock)

    def _ahead(self, rows, to_come):
        """In each row what is known of the row `horizon` rows later."""
        index = rows.index
        stamps = index.append(next_time_stamps(index, self.horizon))
        known = rows[list(self.known_ahead)]
        if to_come is None:
            to_come = known.iloc[:0]
        to_come = to_come.iloc[: self.horizon].set_axis(
            stamps[len(index) :][: len(to_come)]
        )
        # The last values stand in for what is not known.
        known = pd.concat([known, to_come]).reindex(stamps)
        known.iloc[len(index) :] = known.iloc[len(index) - 1 :].ffill().iloc[1:]
        if self.holidays:
            known = known.join(self.holidays.columns(stamps))
        known.columns = list(self.ahead_features)
        return known.iloc[self.horizon :].set_axis(index)

    @property
    def ahead_features(self) -> dict[str, str]:
        """Dict from each feature that looks ahead to the column that it is of."""
        names = (*self.known_ahead, *(self.holidays.names if self.holidays else ()))
        return {f"{name}, {self.horizon} rows ahead": name for name in names}

    @property
    def looks_ahead(self) -> bool:
        """Boolean, whether something is known ahead."""
        return bool(self.known_ahead or self.holidays)

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
            "aggregate": self.aggregate,
            "marks": self.marks,
            "known ahead": list(self.known_ahead),
            "holidays": self.holidays.to_dict() if self.holidays else None,
            "rows ahead": self.horizon,
        }

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Preparation:
        """Rebuild a preparation from what `to_dict` returned.

        Args:
            state: Dict of the entries "every", "columns", "periods", "features",
                "aggregate" and "marks", and, where something is known ahead, "known
                ahead", "holidays" and "rows ahead".

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
            dict(state["aggregate"]),
            str(state["marks"]),
            tuple(state.get("known ahead", ())),
            PublicHolidays(**state["holidays"]) if state.get("holidays") else None,
            int(state.get("rows ahead", 0)),
        )


def _knows_the_year(index):
    """Whether rows of days or weeks cover enough of a year to tell it apart."""
    return (
        DAY <= infer_step(index) <= WEEK
        and index[-1] - index[0] >= _LEAST_OF_YEAR * YEAR
    )
