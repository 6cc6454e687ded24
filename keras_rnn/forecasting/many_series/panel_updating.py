"""Learning on from new rows of many series, kept where it helps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.judged_windows import JudgedWindows

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.panel import SeriesPanel
    from keras_rnn.forecasting.many_series.panel_forecaster import PanelForecaster

# The share of the rows not learned from yet that decides whether learning helps, as of
# one series.
_HELD_OUT = 0.25
# Windows that decide, at most, spread over all.
_MOST_WINDOWS = 2048


@dataclass(frozen=True)
class PanelGain:
    """What a forecaster of many series gained from new rows.

    Attributes:
        rows: Integer, rows that it did not know, of all series.
        series: Integer, the series that they are of.
        new: Integer, how many of these it had never seen.
        start: `pandas.Timestamp`, the first of the rows.
        end: `pandas.Timestamp`, the last of them.
        held_out: Integer, how many of the newest rows judged it; 0 where there were too
            few rows to learn from and to be judged on.
        judged: Integer, the series that these are of.
        before: Float, the scaled error (MASE) on those as it was; NaN for none.
        after: Float, the same after learning from the new rows before them.
        learned: Boolean, whether it has learned from the new rows.
        needed: Integer, rows of a series not learned from yet that it takes to learn.
    """

    rows: int
    series: int
    new: int
    start: pd.Timestamp
    end: pd.Timestamp
    held_out: int
    judged: int
    before: float
    after: float
    learned: bool
    needed: int

    def to_dict(self) -> dict[str, Any]:
        """Return the entries as JSON knows them."""
        known = self.held_out > 0
        return {
            "rows": self.rows,
            "series": self.series,
            "new series": self.new,
            "start": str(self.start),
            "end": str(self.end),
            "held out rows": self.held_out,
            "judged series": self.judged,
            "mase before": self.before if known else None,
            "mase after": self.after if known else None,
            "learned": self.learned,
        }

    def describe(self) -> str:
        """Return in one line what was gained."""
        rows = (
            f"{_counted(self.rows, 'new row')} of {_counted(self.series, 'series')}"
            + (f", {self.new:,} of them new" if self.new else "")
        )
        if not self.held_out:
            return (
                f"{rows}, from which it goes on; too few to learn from, which takes "
                f"{self.needed:,} rows of a series that it has not learned from"
            )
        where = (
            f"error (MASE) on the newest {_counted(self.held_out, 'row')} of "
            f"{_counted(self.judged, 'series')} from {self.before:.4g} to "
            f"{self.after:.4g}"
        )
        if self.learned:
            share = 1 - self.after / self.before if self.before else 0.0
            return (
                f"{rows}: {where} ({share:.1%} less) by learning from those before; "
                "then learned from all of them"
            )
        return (
            f"{rows}: nothing gained, {where} by learning from those before; the model "
            "stays as it was"
        )


def update_panel_forecaster(
    forecaster: PanelForecaster, panel: SeriesPanel, *, seed: int = 0
) -> tuple[PanelForecaster, PanelGain]:
    """Learn on from a panel that holds new rows behind those that a forecaster knows.

    Of each series the newest quarter of the rows that it has not learned from is held
    out, one horizon at least. A copy of the networks learns from the others at a low
    rate for a few epochs; of ridge regressions, those of series with new rows are
    fitted anew. Where it then errs less on the held-out rows than before, it learns
    from those in the same way and is kept; else the old one stays. A series with fewer
    new rows than two horizons waits, and counts with later ones.

    Args:
        forecaster: `PanelForecaster`.
        panel: `SeriesPanel`, as from `PanelForecaster.panel_of` with `joined=True`: the
            series that it knows in their order, then those that it does not.
        seed: Integer, of the order of the windows. Default: `0`.

    Returns:
        `(forecaster, gain)`: a new `PanelForecaster`, and `PanelGain`.

    Raises:
        UserError: No row is later than those that it knows.
    """
    past, horizon = forecaster.past, forecaster.horizon
    known = len(past)
    added = panel.lengths.copy()
    added[:known] -= past.lengths
    gone_on = np.flatnonzero(added > 0)
    if not len(gone_on):
        last = pd.Timestamp(past.ends.max())
        raise UserError(
            f"No row is later than the last one of its series that the forecaster "
            f"knows, and no series is new: the latest is {last}. Give later rows."
        )
    waiting = added.copy()
    if forecaster.waiting is not None:
        waiting[:known] += forecaster.waiting
    needed = 2 * horizon
    held_out = np.maximum(horizon, np.round(_HELD_OUT * waiting).astype("int64"))
    # Two rows have to be left before the first forecast that is learned from.
    enough = (waiting >= needed) & (panel.lengths >= held_out + horizon + 2)
    held_out = np.where(enough, held_out, 0)
    model, learned = forecaster.model, False
    before = after = float("nan")
    if held_out.any():
        judging = JudgedWindows.within(
            panel, held_out, horizon, forecaster.season[1], most=_MOST_WINDOWS
        )

        def error(candidate):
            return judging.error(
                lambda rows: np.clip(candidate.predict(rows), *forecaster.limits)
            )

        before = error(model)
        earlier = panel.without_last(held_out)[0]
        teaching = np.where(held_out > 0, waiting - held_out, 0)
        learner = model.copy(seed).learn_newest(earlier, teaching)
        after = error(learner)
        learned = after < before
        if learned:
            # Those too that began before the held-out rows and end in them.
            rest = np.where(held_out > 0, held_out + horizon - 1, 0)
            model = learner.learn_newest(panel, rest)
            waiting = np.where(held_out > 0, 0, waiting)
    firsts = panel.step.after(
        panel.starts[gone_on], panel.lengths[gone_on] - added[gone_on]
    )
    gain = PanelGain(
        rows=int(added.sum()),
        series=len(gone_on),
        new=int((gone_on >= known).sum()),
        start=pd.Timestamp(firsts.min()),
        end=pd.Timestamp(panel.ends[gone_on].max()),
        held_out=int(held_out.sum()),
        judged=int((held_out > 0).sum()),
        before=before,
        after=after,
        learned=learned,
        needed=needed,
    )
    metadata = dict(forecaster.metadata)
    metadata["updates"] = [
        *metadata.get("updates", []),
        gain.to_dict() | {"gain": gain.describe()},
    ]
    return replace(
        forecaster,
        model=model,
        past=panel,
        metadata=metadata,
        waiting=waiting if waiting.any() else None,
    ), gain


def _counted(count, what):
    plural = "" if count == 1 or what == "series" else "s"
    return f"{count:,} {what}{plural}"
