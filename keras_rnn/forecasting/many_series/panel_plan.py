"""What is forecast of a panel, and on which of its rows that is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.forecasting.amounts import natural_limits
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_calendar import with_holidays
from keras_rnn.forecasting.many_series.panel_leaks import panel_leaks
from keras_rnn.forecasting.public_holidays import PublicHolidays

# The last tenth of a series judges, as that of one series does.
_TEST = 0.1
_MOST_WINDOWS = 5
# Rows that a series keeps beside a season when its end is judged.
_LEAST_KEPT = 3


@dataclass(frozen=True, eq=False)
class PanelPlan:
    """A panel made ready: how far ahead, which season, and what is held out.

    Attributes:
        panel: `SeriesPanel`, all rows.
        horizon: Integer, rows to forecast of each series.
        season: Tuple `(name, rows)`; `("", 1)` where there is none.
        windows: Integer, forecasts one after the other at the end of each series that
            judge.
        judged: Boolean array of shape `(series,)`, which series are long enough.
        limits: Tuple of two floats, what the values cannot be below or above.
        remarks: Tuple of strings, what was chosen where nobody said.
    """

    panel: SeriesPanel
    horizon: int
    season: tuple[str, int]
    windows: int
    judged: np.ndarray
    limits: tuple[float, float]
    remarks: tuple[str, ...]

    @property
    def held_out(self) -> int:
        """Integer, the rows at the end of each judged series."""
        return self.windows * self.horizon

    def training_panel(self) -> SeriesPanel:
        """Return what a model may learn from before it is judged.

        Of the series that are judged, the last rows are left out; the others are too
        short to be judged, and whole.
        """
        return self.panel.without_last(np.where(self.judged, self.held_out, 0))[0]

    def unjudged(self) -> list[str]:
        """Return the names of the series that are too short to be judged."""
        return [self.panel.names[place] for place in np.flatnonzero(~self.judged)]


def plan_panel(
    panel: SeriesPanel,
    horizon: int | None = None,
    season: int | None = None,
    *,
    holidays: PublicHolidays | None = None,
) -> PanelPlan:
    """Choose horizon, season and the rows that judge.

    Args:
        panel: `SeriesPanel`.
        horizon: Integer, rows to forecast. Default: by the step: a day of hours, two
            weeks of days, a year of months; fewer where most series are short.
        season: Integer, rows in a season. Default: by the step: a day of hours, a week
            of days, a year of months.
        holidays: `PublicHolidays`, to be known ahead. Default: `None`.

    Returns:
        `PanelPlan`.

    Raises:
        UserError: The series are too short, or an argument is no number of rows.

    Example:

    >>> panel = SeriesPanel.from_arrays({"a": range(99), "b": range(9)}, "1 month")
    >>> plan = plan_panel(panel)
    >>> plan.horizon, plan.season, plan.judged.tolist(), plan.unjudged()
    (12, ('year', 12), [True, False], ['b'])
    """
    remarks = list(panel.remarks)
    for name, value in (("horizon", horizon), ("season", season)):
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if value is not None and not (whole and value >= 1):
            raise UserError(f"`{name}` must be 1 row or more, not {value!r}.")
    found = panel.step.season if season is None else ("season", int(season))
    if not found[0]:
        remarks.append(
            f"no season: rows {panel.step.text} apart have no day, week or year to "
            "repeat; `season` names one, in rows"
        )
    elif found[1] >= panel.lengths.max():
        remarks.append(
            f"no season: a {found[0]} is {found[1]} rows, and the longest series has "
            f"{panel.lengths.max()}"
        )
        found = "", 1
    if horizon is None:
        usual = panel.step.usual_horizon
        horizon = max(1, min(usual, int(np.median(panel.lengths)) // 4))
        if horizon < usual:
            remarks.append(
                f"{horizon} steps ahead and not {usual}: half of the series have "
                f"{int(np.median(panel.lengths))} rows or fewer"
            )
        horizon = _known_horizon(panel, horizon, remarks)
    horizon = int(horizon)
    remarks.extend(panel_leaks(panel, horizon))
    if holidays is not None:
        panel = with_holidays(panel, holidays, horizon)
    windows = int(_TEST * np.median(panel.lengths)) // horizon
    windows = max(1, min(windows, _MOST_WINDOWS))
    needed = found[1] + _LEAST_KEPT
    judged = panel.lengths >= windows * horizon + needed
    if judged.mean() < 0.5:
        windows = 1
        judged = panel.lengths >= horizon + needed
    if not judged.any():
        longest = int(np.argmax(panel.lengths))
        raise UserError(
            f"`horizon={horizon}` leaves no series long enough: the longest is "
            f"{panel.names[longest]!r} of {panel.lengths[longest]} rows, and "
            f"{horizon + needed} are needed to learn from one season of {found[1]} "
            "rows and be judged. Choose a shorter `horizon`, or give more rows."
        )
    short = int((~judged).sum())
    if short:
        one = panel.names[int(np.argmin(judged))]
        remarks.append(
            f"{short:,} of {len(judged):,} series have fewer than "
            f"{windows * horizon + needed} rows, such as {one!r}: they are learned "
            "from and forecast, and not judged"
        )
    return PanelPlan(
        panel=panel,
        horizon=horizon,
        season=found,
        windows=windows,
        judged=judged,
        limits=_limits(panel, remarks),
        remarks=tuple(remarks),
    )


def _known_horizon(panel, horizon, remarks):
    """No more than is known ahead of every series."""
    known = int(panel.rows_ahead.min())
    if panel.known_ahead is None or not 0 < known < horizon:
        return horizon
    series = panel.names[int(np.argmin(panel.rows_ahead))]
    remarks.append(
        f"{known} steps ahead and not {horizon}: so many are known ahead of series "
        f"{series!r}"
    )
    return known


def _limits(panel, remarks):
    import pandas as pd

    values = pd.Series(panel.values).dropna()
    low, high = natural_limits(values, panel.target, panel.unit)
    if low == 0:
        inside = "at 0 or above" if high == np.inf else f"within 0 and {high:g}"
        remarks.append(f"forecasts and bands are kept {inside}, where all values are")
    return low, high
