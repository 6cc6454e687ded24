"""The forecaster of many series: one model, long tables of forecasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.conformal import band_columns
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_calendar import (
    with_holidays,
    without_holidays,
)
from keras_rnn.forecasting.many_series.panel_columns import (
    Future,
    PanelColumns,
    Tables,
)
from keras_rnn.forecasting.many_series.panel_known_ahead import check_rows_ahead
from keras_rnn.forecasting.many_series.panel_model import PanelModel
from keras_rnn.forecasting.many_series.panel_scores import PanelScores

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class PanelForecaster:
    """Forecasts many series some steps past the last row of each, by one model.

    `Forecaster.fit(frame, series="store")` trains one, `Forecaster.load` opens it.

    Attributes:
        model: What was trained, with `predict` and `predict_bands`.
        past: `SeriesPanel` that it goes on from.
        columns: `PanelColumns`, where a table holds the series.
        horizon: Integer, rows to forecast of each series.
        season: Tuple `(name, rows)`.
        levels: Tuple of floats, the levels of the bands in per cent.
        limits: Tuple of two floats, what values cannot be below or above.
        scores: `PanelScores` of the held-out rows.
        metadata: Dict of where the data came from and how it was trained.
        waiting: Integer array of shape `(series,)`, the newest rows of each that it has
            not learned from, or `None` where there are none.
        importance: DataFrame as from `importance_table`, of the held-out rows, or
            `None` where that was not asked for, or was not kept.

    Example:

    >>> days = pd.date_range("2024-01-01", periods=60)
    >>> week = 10 + np.arange(60) % 7
    >>> wide = pd.DataFrame({"North": week, "South": 3 * week}, index=days)
    >>> from keras_rnn.forecasting import Forecaster
    >>> forecaster = Forecaster.fit(
    ...     wide, target=["North", "South"], horizon=2, model="ridge", verbose=0
    ... )
    >>> forecaster.predict()[["series", "forecast"]].round(1).values.tolist()
    [['North', 14.0], ['North', 15.0], ['South', 42.0], ['South', 45.0]]
    """

    model: PanelModel
    past: SeriesPanel
    columns: PanelColumns
    horizon: int
    season: tuple[str, int]
    levels: tuple[float, ...]
    limits: tuple[float, float]
    scores: PanelScores | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    waiting: np.ndarray | None = None
    importance: pd.DataFrame | None = None

    @property
    def target(self) -> str:
        """String, what is forecast."""
        return self.past.target

    @property
    def unit(self) -> str:
        """String, its unit, or `""`."""
        return self.past.unit

    @property
    def names(self) -> list[str]:
        """List of strings, the series that it was fitted to."""
        return self.past.names

    @property
    def rows_that_it_knows(self) -> SeriesPanel:
        """`SeriesPanel`, the past as a table tells it, without holidays."""
        holidays = self.columns.holidays
        return self.past if holidays is None else without_holidays(self.past, holidays)

    def panel_of(
        self,
        data: Tables | None = None,
        future: Future | None = None,
        *,
        joined: bool = False,
    ) -> SeriesPanel:
        """Return the series of a table, in the form that it was fitted on.

        Args:
            data: What `predict` takes. Default: `None`, what it was fitted on.
            future: What `predict` takes. Default: `None`.
            joined: Boolean, whether the rows that it knows stand before those of the
                table. Default: `False`.

        Raises:
            UserError: The table cannot be used, or its rows have another step.
        """
        if data is None and future is None:
            return self.past
        holidays = self.columns.holidays
        if data is None:
            data = self.past
        if isinstance(data, SeriesPanel) and holidays is not None:
            data = without_holidays(data, holidays)
        past = self.rows_that_it_knows if joined else None
        panel = self.columns.panel(data, future, past)
        if holidays is not None:
            panel = with_holidays(panel, holidays, self.horizon)
        ratio = panel.step.span / self.past.step.span
        if not 0.9 < ratio < 1.1:
            raise UserError(
                f"The rows are {panel.step.text} apart, such as those of series "
                f"{panel.names[0]!r}, and the forecaster learned from rows "
                f"{self.past.step.text} apart. Bring them to that step."
            )
        return panel

    def new_names(self, panel: SeriesPanel) -> list[str]:
        """Return the names of series that it was not fitted to.

        Args:
            panel: `SeriesPanel`.
        """
        known = set(self.names)
        return [name for name in panel.names if name not in known]

    def predict(
        self,
        data: Tables | None = None,
        *,
        future: Future | None = None,
        series: str | Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Forecast what follows the last row of each series.

        Args:
            data: Newer readings, in the form that it was fitted on: a long or a wide
                DataFrame, or a dict. They may hold series that it has never seen, which
                are forecast by what the others taught. Default: `None`, what it was
                fitted on.
            future: The rows to forecast with the columns that are known ahead, in the
                form of `data`. Default: `None`, the rows at the end of `data` whose
                target is empty, or the future that it was fitted with.
            series: String or iterable of strings, the series to forecast. Default:
                `None`, all of them.

        Returns:
            DataFrame with `horizon` rows for each series: "series", "time", "forecast",
            "lower" and "upper"; of several levels, "lower 50", "upper 50" and so on
            instead of the last two. Where no times are known, "row" stands in place
            of "time".

        Raises:
            UserError: The table cannot be used, or there is no such series.
        """
        panel = self.panel_of(data, future)
        if series is not None:
            panel = panel.named([series] if isinstance(series, str) else series)
        return self._forecast(panel)

    def backtest(self, data: Tables | None = None) -> PanelScores:
        """Return how far off it is, series by series, beside forecasts without network.

        Args:
            data: Readings whose last rows are forecast from the rows before them; they
                should be ones that it has not learned from. Default: `None`, the rows
                that were held out while it was trained.

        Returns:
            `PanelScores`.

        Raises:
            UserError: No series is long enough.
        """
        if data is None:
            if self.scores is None:
                raise UserError(
                    "The scores of the training are not kept with this forecaster. "
                    "Give `data`, rows that it has not learned from."
                )
            return self.scores
        from keras_rnn.forecasting.many_series.panel_plan import plan_panel
        from keras_rnn.forecasting.many_series.panel_training import judge

        panel = self.panel_of(data)
        plan = plan_panel(panel, self.horizon, self.season[1])
        return judge(self.model, plan, self.levels)

    def update(
        self,
        data: Tables,
        *,
        future: Future | None = None,
        seed: int = 0,
        verbose: str | int = "auto",
    ) -> PanelForecaster:
        """Learn on from rows that came after those that it knows.

        What was gained is measured on the newest rows before they are learned from,
        printed, and kept in `metadata["updates"]`; where nothing was, or the rows are
        too few, the model stays as it is. In each case the new forecaster goes on from
        the newest row of each series, and keeps the bands that it had.

        Args:
            data: Readings in the form that it was fitted on, with rows later than the
                last ones that it knows. Rows that it knows already may stand before
                them, and series that it has never seen among them.
            future: The rows after them, as for `predict`, to go on from. Default:
                `None`, rows at the end of `data` whose target is empty.
            seed: Integer, of the order in which it learns. Default: `0`.
            verbose: `0` for silence, else a line says what was gained. Default:
                `"auto"`.

        Returns:
            A new `PanelForecaster`; this one stays as it is.

        Raises:
            UserError: No row is later than those it knows, rows that it knows have
                other values, or the rows have another step.
        """
        from keras_rnn.forecasting.many_series.panel_updating import (
            update_panel_forecaster,
        )

        panel = self.panel_of(data, future, joined=True)
        forecaster, gain = update_panel_forecaster(self, panel, seed=seed)
        if verbose:
            print(gain.describe())
        return forecaster

    def explain(self, data: Tables, *, repeats: int = 5, seed: int = 0) -> pd.DataFrame:
        """Return how much worse each column makes the forecasts when it is shuffled.

        On rows that it has learned from, this says what the model uses; on others, what
        helps it. See `panel_importance`.

        Args:
            data: Readings to forecast within, as for `predict`: the second half of
                each series.
            repeats: Integer, how often each column is shuffled. Default: `5`.
            seed: Integer, of the orders. Default: `0`.

        Returns:
            DataFrame as from `importance_table`: "column", "increase" of the scaled
            error (MASE), its "spread" among repeats, and its "share" of the error. The
            past of what is forecast is a column as well, and holidays are one.

        Raises:
            UserError: The table cannot be used, or no series is long enough.
        """
        from keras_rnn.forecasting.many_series.panel_importance import explain_panel

        return explain_panel(self, self.panel_of(data), repeats=repeats, seed=seed)

    def plot(
        self,
        data: Tables | None = None,
        *,
        series: Sequence[str] | None = None,
        caption: str | None = None,
    ) -> Figure:
        """Draw a page of small pictures: the last rows and the forecast of some series.

        Args:
            data: What `predict` takes. Default: `None`, what it was fitted on.
            series: List of strings, the series to draw, at most 12. Default: the best
                and the worst forecast, the median, and others evenly between.
            caption: String, what the forecasts rest on. Default: what it was fitted on.

        Returns:
            `matplotlib.figure.Figure`.

        Raises:
            UserError: The table cannot be used, or there is no such series.
        """
        from keras_rnn.forecasting.many_series.panel_plot import (
            plot_panel,
            shown_series,
        )

        panel = self.panel_of(data)
        scores = self.scores if data is None else None
        shown = (
            shown_series(panel, scores)
            if series is None
            else {str(name): "" for name in series}
        )
        panel = panel.named(shown)
        return plot_panel(
            panel,
            self._forecast(panel),
            titles=shown,
            levels=self.levels,
            caption=self._caption(data) if caption is None else caption,
        )

    def save(self, folder: str | Path) -> None:
        """Write the model, `forecaster.json` and the last rows into a folder.

        Args:
            folder: String or `pathlib.Path`; made if it is not there.

        Raises:
            UserError: The folder cannot be written to.
        """
        from keras_rnn.forecasting.many_series.panel_files import write_panel_forecaster

        write_panel_forecaster(self, folder)

    @classmethod
    def load(cls, folder: str | Path) -> PanelForecaster:
        """Open a saved forecaster.

        Args:
            folder: String or `pathlib.Path`, what was given to `save`.

        Raises:
            UserError: A file is missing, damaged, or of something else.
        """
        from keras_rnn.forecasting.many_series.panel_files import read_panel_forecaster

        return read_panel_forecaster(folder)

    def _caption(self, data):
        return self.metadata.get("description", "") if data is None else ""

    def _forecast(self, panel):
        check_rows_ahead(panel, self.horizon, self.columns.known_ahead)
        low, high = self.limits
        forecast = np.clip(self.model.predict(panel), low, high)
        lower, upper = self.model.predict_bands(panel, self.levels)
        columns: dict[str, Any] = {
            "series": np.repeat(np.array(panel.names, object), self.horizon),
            **_when(panel, self.horizon),
            "forecast": forecast.ravel(),
        }
        for place, (below, above) in enumerate(band_columns(self.levels)):
            columns[below] = np.clip(lower[..., place], low, high).ravel()
            columns[above] = np.clip(upper[..., place], low, high).ravel()
        return pd.DataFrame(columns)


def _when(panel, horizon):
    """The time stamps of the future, or the numbers of its rows."""
    if not panel.has_times:
        rows = panel.lengths[:, None] + np.arange(1, horizon + 1)
        return {"row": rows.ravel()}
    times = pd.DatetimeIndex(panel.future_stamps(horizon).ravel())
    return {"time": panel.with_zone(times)}


def nearest_names(new: Sequence[str], known: Sequence[str], most: int = 3) -> list[str]:
    """Return for some new series what they may have been meant to be.

    Args:
        new: List of strings.
        known: List of strings.
        most: Integer, how many to look at. Default: `3`.

    Example:

    >>> nearest_names(["Nort"], ["North", "South"])
    ["'Nort' (Did you mean 'North'?)"]
    """
    told = []
    for name in new[:most]:
        close = nearest(name, known).strip()
        told.append(f"{name!r} ({close})" if close else repr(name))
    return told
