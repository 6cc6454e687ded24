"""From a table of readings to the columns that a model sees, repeatably."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.features import (
    DAY,
    WEEK,
    YEAR,
    calendar,
    period_name,
    wind_vectors,
)
from keras_rnn.forecasting.sampling import default_every, resample
from keras_rnn.forecasting.spectrum import find_periods
from keras_rnn.forecasting.split import Split, split
from keras_rnn.forecasting.thinning import checked_aggregates, is_thinner
from keras_rnn.forecasting.time_steps import (
    infer_step,
    months_in_span,
    parse_span,
    span_text,
    step_text,
)

# Fewer rows than these leave nothing to learn from once they are split.
_FEWEST_ROWS = 30

# A column that is missing in more than this share of the training rows would cost
# more windows than it can be worth.
_MOST_MISSING = 0.05

# More columns than these that are left out for one reason are not all named.
_MOST_NAMES = 4

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
    """

    every: str
    columns: tuple[str, ...]
    periods: tuple[str, ...]
    features: tuple[str, ...]
    aggregate: dict[str, str] = field(default_factory=dict)
    marks: str = ""

    @classmethod
    def fit(
        cls,
        frame: pd.DataFrame,
        target: str,
        every: str | pd.Timedelta | None = None,
        *,
        aggregate: str | Mapping[str, str] = "last",
        marks: str = "",
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
        if thinned:
            notes = _thinning_notes(chosen, every, rows, frame.index, marks) | notes
        if len(rows) < _FEWEST_ROWS:
            finer = " or a shorter `every`" if thinned else ""
            raise UserError(
                f"The series has {len(rows)} rows, one each {_step(rows, every)}: too "
                "few to learn from and to be judged on. Give "
                f"{_FEWEST_ROWS} or more{finer}."
            )
        train = cut(rows).train
        _check_target(train[target], target)
        unfit = {name: _unfit(train[name]) for name in frame.columns if name != target}
        kept = [name for name in frame.columns if not unfit.get(name)]
        notes |= _left_out({name: why for name, why in unfit.items() if why})
        periods = find_periods(train, target)
        if YEAR not in periods and _knows_the_year(train.index):
            periods = [*periods, YEAR]
        names = tuple(period_name(period) for period in periods)
        draft = cls(_step(rows, every), tuple(kept), names, ())
        features = draft._features(rows, target)
        fitted = replace(
            draft,
            features=tuple(features.columns),
            aggregate={name: chosen[name] for name in kept} if thinned else {},
            marks=marks if thinned else "",
        )
        return fitted, features, notes

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
        months = months_in_span(self.every)
        # No month has more than 31 days.
        longest = 31 * months * DAY if months else parse_span(self.every, "every")
        if step > 1.01 * longest:
            raise UserError(
                f"The data has one row each {span_text(step)}, and the forecaster was "
                f"trained on one each {self.every}. Give data as fine, or train on "
                "this one."
            )
        rows, _ = resample(
            frame[list(self.columns)],
            self.every,
            aggregate=self.aggregate or "last",
            marks=self.marks,
        )
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
            "aggregate": self.aggregate,
            "marks": self.marks,
        }

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Preparation:
        """Rebuild a preparation from what `to_dict` returned.

        Args:
            state: Dict of the entries "every", "columns", "periods", "features",
                "aggregate" and "marks".

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
        )


def _left_out(unfit):
    """Which columns were left out and why, in words; many of one kind in one line."""
    notes = {}
    for name, why in unfit.items():
        names = [other for other, reason in unfit.items() if reason == why]
        if len(names) > _MOST_NAMES:
            first = ", ".join(map(repr, names[:_MOST_NAMES]))
            text = f"columns left out, of each {why}: {first} and others"
            notes[text] = len(names)
        else:
            notes[f"column {name!r} left out: {why}"] = 1
    return notes


def _step(rows, every):
    """The step of prepared rows as `every` may be given again."""
    if months_in_span(every):
        return every
    if len(rows) > 1 and months_in_span(step_text(rows.index)):
        return step_text(rows.index)
    return span_text(parse_span(every, "`every`"))


def _thinning_notes(chosen, every, rows, index, marks):
    """What a thinned row holds, in words."""
    step = _step(rows, every)
    words = {
        "last": f"columns thinned to the last reading of each {step}",
        "sum": f"columns of amounts summed over each {step}",
        "mean": f"columns averaged over each {step}",
        "min": f"columns reduced to the least reading of each {step}",
        "max": f"columns reduced to the largest reading of each {step}",
    }
    notes = {}
    for how, text in words.items():
        names = [name for name, one in chosen.items() if one == how]
        shown = f" ({', '.join(names)})" if how != "last" and len(names) <= 6 else ""
        if names:
            notes[text + shown] = len(names)
    if set(chosen.values()) != {"last"}:
        notes[f"rows stamped with the end of their {step}"] = len(rows)
    return notes


def _knows_the_year(index):
    """Whether rows of days or weeks cover enough of a year to tell it apart."""
    step = infer_step(index)
    return DAY <= step <= WEEK and index[-1] - index[0] >= _LEAST_OF_YEAR * YEAR


def _check_target(values, target):
    if values.isna().all():
        raise UserError(
            f"Column {target!r} has no value in the training part. "
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
