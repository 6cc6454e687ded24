"""The forecaster: fitted once, saved as two files, forecasting in physical units."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import keras
import numpy as np
import pandas as pd

from keras_rnn._version import __version__
from keras_rnn.errors import UserError
from keras_rnn.files import output_folder, replacing_all
from keras_rnn.forecasting.conformal import (
    LEVELS,
    Bands,
    band_columns,
    check_levels,
)
from keras_rnn.forecasting.contiguous_rows import latest_rows
from keras_rnn.forecasting.forecast_plot import plot_forecast
from keras_rnn.forecasting.forecaster_files import (
    FORMAT,
    METADATA_FILE,
    MODEL_FILE,
    checks_of,
    checksum,
    read_model,
    read_state,
    rows_to_dict,
)
from keras_rnn.forecasting.metrics import score_table
from keras_rnn.forecasting.pandas_input import TimeZone, as_series
from keras_rnn.forecasting.plan import check_model, plan_forecast
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.time_steps import next_time_stamps

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.rolling_scores import RollingBacktest
    from keras_rnn.forecasting.windows import Windows

_NO_SCORES = "This forecaster does not know its errors on a test part. Fit it again."
# Kept for `predict()` at least: enough to see the weekends of a daily series.
_LEAST_PAST = 100


@dataclass(frozen=True, eq=False)
class Forecaster:
    """Forecasts one column of a series some steps past its last row.

    `Forecaster.fit` trains one on a DataFrame, `Forecaster.load` opens a saved one.

    Attributes:
        model: `keras.Model` from `(batch, lookback, features)` to
            `(batch, horizon)`, both in physical units: the scaling is inside. It
            is a model like any other; `keras.models.load_model` opens its file
            once `keras_rnn.layers` is imported.
        preparation: `Preparation`, how readings become features.
        target: String, the column that is forecast.
        unit: String, its unit, or `""`.
        horizon: Integer, rows to forecast.
        bands: `Bands`, how far the bands reach around a forecast, and what the target
            cannot be below or above.
        metadata: Dict of the training span, the test scores, where the data came
            from, and what was done to it.
        past: DataFrame of the prepared last rows that it was fitted on, or `None`.
        time_zone: `TimeZone` of the stamps that it was fitted on, or `None`.

    Example:

    >>> hours = pd.date_range("2024-01-01", periods=400, freq="h")
    >>> day = np.sin(2 * np.pi * np.arange(400) / 24)
    >>> frame = pd.DataFrame({"load": 50 + 10 * day}, index=hours)
    >>> forecaster = Forecaster.fit(
    ...     frame, target="load", horizon=3, model="ridge", verbose=0
    ... )
    >>> forecaster.predict()["forecast"].round(2).tolist()
    [41.34, 40.34, 40.0]
    """

    model: keras.Model
    preparation: Preparation
    target: str
    unit: str
    horizon: int
    bands: Bands
    metadata: dict[str, Any] = field(default_factory=dict)
    past: pd.DataFrame | None = None
    time_zone: TimeZone | None = None

    @classmethod
    def fit(
        cls,
        data: pd.DataFrame | pd.Series | Series,
        target: str | None = None,
        *,
        horizon: int | None = None,
        history: int | None = None,
        every: str | pd.Timedelta | None = None,
        aggregate: str | Mapping[str, str] | None = None,
        time_column: str | None = None,
        model: str = "gru",
        levels: float | Iterable[float] = LEVELS,
        epochs: int | None = None,
        seed: int = 0,
        folder: str | Path | None = None,
        verbose: str | int = "auto",
        name: str = "DataFrame",
    ) -> Forecaster:
        """Train a forecaster on a table of readings and judge it on the last tenth.

        A model learns from the first 70 % of the rows, the next 20 % decide on its
        settings (and are then learned from, too), and the last 10 % judge it beside
        forecasts that need no network: see `backtest`. A series of up to 360 rows
        without a gap is judged by rolling origins: drift, exponential smoothing and
        ridge regression are fitted to the rows before each of them, the origins in the
        fourth fifth of the rows set their weights, those in the last fifth judge; a
        network takes part where it clearly wins. What had to be done to the
        table (rows sorted, holes filled, columns left out) is printed, and stays in
        `metadata["notes"]`.

        Args:
            data: DataFrame of numbers with a `DatetimeIndex`, or with time stamps in
                a column; or a `pandas.Series`; or a `keras_rnn.datasets.Series`.
            target: String, the column to forecast. Default: the only column.
            horizon: Integer, rows to forecast. Default: by the step of the rows: a day
                of hours, two weeks of days, a year of months.
            history: Integer, rows of the past to forecast from. Default: 72, or fewer
                if the series is short.
            every: String such as `"1h"` or `"1 month"`, the step of the rows. Default:
                an hour for rows finer than half an hour, else their own step.
            aggregate: `"last"`, `"mean"`, `"sum"`, `"min"` or `"max"`, what thinned
                rows hold, or a mapping from column to it. Default: amounts such as
                rain, counts and energy are summed, else the last reading is taken.
            time_column: String, the column with the time stamps. Default: the index
                if it holds stamps, else the only column that does.
            model: `"gru"`, `"lstm"` or `"simple_rnn"`, the recurrent cell; or
                `"ridge"` for no network, done in seconds. Default: `"gru"`.
            levels: Number or iterable of numbers, the share of readings that a band is
                to hold, in per cent, such as `(50, 80, 95)`. Default: `80`.
            epochs: Integer, the most epochs. Default: 10, and more for a series so
                short that these would be less than 500 updates of the weights.
            seed: Integer, of everything that is drawn by chance. Default: `0`.
            folder: String or `pathlib.Path` for checkpoints, from which a training
                that was stopped goes on. Default: none are kept.
            verbose: `0` for silence, `1` for a progress bar, `2` for a line an epoch,
                or `"auto"`. Default: `"auto"`.
            name: String, what a DataFrame is called in captions. Default:
                `"DataFrame"`.

        Returns:
            `Forecaster`.

        Raises:
            UserError: The table or an argument cannot be used; the message says why.
        """
        # Here, because it imports this module.
        from keras_rnn.forecasting.train import train_forecaster

        check_model(model)
        levels = check_levels(levels)
        folder = None if folder is None else output_folder(folder)
        plan = plan_forecast(
            data,
            target,
            horizon=horizon,
            history=history,
            every=every,
            aggregate=aggregate,
            time_column=time_column,
            name=name,
        )
        if verbose:
            for note, number in (plan.series.repairs | plan.notes).items():
                print(f"{note}: {number:,}")
            for remark in plan.remarks:
                print(remark)
        forecaster = train_forecaster(
            plan,
            model=model,
            levels=levels,
            epochs=epochs,
            seed=seed,
            folder=folder,
            verbose=verbose,
        ).forecaster
        if verbose:
            for reason in forecaster.bands.missing():
                print(reason)
        if time_column is not None:
            forecaster.metadata["time column"] = time_column
        return forecaster

    @property
    def lookback(self) -> int:
        """Integer, how many prepared rows a forecast needs."""
        return self.model.input_shape[1]

    def predict(self, data: pd.DataFrame | pd.Series | None = None) -> pd.DataFrame:
        """Forecast what follows the last row.

        Args:
            data: DataFrame of newer readings, with at least the columns that the
                forecaster was trained on. Only its end counts. Default: `None`, what
                it was fitted on.

        Returns:
            DataFrame in the target's unit, indexed by the time stamps that follow. Its
            columns are "forecast", "lower" and "upper"; of several levels, "lower 50",
            "upper 50" and so on instead of the last two. A band is wider after days
            that moved more, and NaN where there were too few errors to take it from.

        Raises:
            UserError: A column is missing, there are too few rows, or the last ones
                have a gap.
        """
        rows = self._prepared(data)
        latest = latest_rows(rows, self.lookback)
        past = latest.to_numpy("float32")[None]
        forecast = self.bands.limit(self.model.predict(past, verbose=0))
        columns = {"forecast": forecast[0]}
        before = latest[self.target].to_numpy("float64")[None]
        for names, (_, *ends) in zip(
            band_columns(self.bands.levels),
            self.bands.each(forecast, before),
            strict=True,
        ):
            columns |= {name: end[0] for name, end in zip(names, ends, strict=True)}
        index = next_time_stamps(rows.index, self.horizon)
        return pd.DataFrame(columns, index=self._with_time_zone(index).rename("time"))

    def predict_windows(self, windows: Windows) -> np.ndarray:
        """Forecast from every stretch of the past that a `Windows` holds.

        Args:
            windows: `Windows` of the columns `preparation.features`, as wide as
                `lookback`, in physical units.

        Returns:
            Float64 array of shape `(windows, horizon)` in the target's unit.
        """
        return self.bands.limit(self.model.predict(windows, verbose=0))

    @overload
    def backtest(self, *, by_step: bool = False) -> pd.DataFrame: ...

    @overload
    def backtest(
        self,
        data: pd.DataFrame | pd.Series | Series,
        *,
        folds: int = 6,
        fold_rows: int | None = None,
        refit: bool = False,
        explain: bool = False,
        verbose: str | int = "auto",
    ) -> RollingBacktest: ...

    def backtest(
        self,
        data: pd.DataFrame | pd.Series | Series | None = None,
        *,
        by_step: bool = False,
        folds: int | None = None,
        fold_rows: int | None = None,
        refit: bool = False,
        explain: bool = False,
        verbose: str | int = "auto",
    ) -> pd.DataFrame | RollingBacktest:
        """Return the errors on the test part, or forecast the past again in folds.

        Without arguments, what is known from `fit`: the test part is the last tenth of
        the rows that the forecaster was fitted on, from which it had learned nothing
        when it was judged; every window of it counts. Of a short series it is the last
        fifth, and each forecast was fitted to the rows before its origin.

        With `data`, forecasters with the same settings are trained anew, each on the
        rows before what it forecasts, and compared origin by origin: see
        `rolling_backtest`. The result has `scores(by)`, `forecasts`, `importance()` and
        `plot()`.

        Args:
            data: DataFrame of readings, such as the one that it was fitted on. Default:
                `None`, the scores from `fit`.
            by_step: Boolean, whether each step ahead has its own rows in the scores
                from `fit`. Default: `False`, the mean over all steps.
            folds: Integer, how many stretches at the end of `data` to forecast.
                Default: `6`.
            fold_rows: Integer, rows of each. Default: together they are the last 30 %.
            refit: Boolean, whether each fold has a model that learned from all rows
                before it. Default: `False`, one for all, from the rows before the
                first.
            explain: Boolean, whether each column's importance is measured, too.
                Default: `False`.
            verbose: `0` for silence, else a line is printed for each fold. Default:
                `"auto"`.

        Returns:
            `RollingBacktest` with `data`. Else a DataFrame of the columns "forecast"
            ("model", "persistence", "ridge" and, where the series is long enough,
            "seasonal_naive" and "year_mean", the mean of the same days in earlier
            years; of days and longer steps "drift" and "exponential_smoothing"), "step"
            with `by_step`, "mae" in the target's unit, and "skill", the share of the
            least naive error that is gone: below 0 is worse than naive.

        Raises:
            UserError: The forecaster has no scores, because it was not trained by
                `fit` or the command line; or `data` cannot be used.
        """
        if data is not None or folds is not None:
            # Here, because it imports this module.
            from keras_rnn.forecasting.rolling_origin import backtest_again

            return backtest_again(
                self,
                data,
                folds=6 if folds is None else folds,
                fold_rows=fold_rows,
                refit=refit,
                explain=explain,
                verbose=verbose,
            )
        mae = self.metadata.get("test mae")
        mae_by_step = self.metadata.get("test mae by step")
        if mae is None or (by_step and mae_by_step is None):
            raise UserError(_NO_SCORES)
        return score_table(mae, mae_by_step if by_step else None)

    def band_scores(self) -> pd.DataFrame:
        """Return how well the bands held on the test part, which did not set them.

        Returns:
            DataFrame of the columns "level" in per cent, "coverage", the share of
            readings inside, "width", the mean one, and "pinball", the mean loss of the
            two ends as quantiles, in the target's unit; no row for a level without a
            band. `metadata["test crps"]` is the continuous ranked probability score.

        Raises:
            UserError: The forecaster has no scores, because it was not trained by
                `fit` or the command line.
        """
        if "test bands" not in self.metadata:
            raise UserError(_NO_SCORES)
        return pd.DataFrame(
            self.metadata["test bands"],
            columns=["level", "coverage", "width", "pinball"],
        )

    def update(
        self,
        data: pd.DataFrame | pd.Series | Series,
        *,
        seed: int = 0,
        verbose: str | int = "auto",
    ) -> Forecaster:
        """Learn on from rows that came after those that it knows.

        It takes seconds. What was gained is measured on the newest rows before they are
        learned from, printed, and kept in `metadata["updates"]`; where nothing was, or
        the rows are too few, the weights stay as they are. In each case the new
        forecaster goes on from the newest row, and keeps the band that it had.

        Args:
            data: DataFrame of readings with rows later than the last one that it knows.
                Rows that it knows already may stand before them.
            seed: Integer, of the order in which it learns. Default: `0`.
            verbose: `0` for silence, else a line says what was gained. Default:
                `"auto"`.

        Returns:
            A new `Forecaster`; this one stays as it is.

        Raises:
            UserError: No row is later than those it knows, rows that it knows have
                other values, or the rows have another step.
        """
        from keras_rnn.forecasting.updating import check_step, update_forecaster

        frame = self._as_fitted(data)
        rows = self.preparation.transform(frame, self.target)
        check_step(self, frame.index)
        least = kept_rows(self.lookback, self.horizon)
        forecaster, gain = update_forecaster(self, rows, least_past=least, seed=seed)
        if verbose:
            print(gain.describe(self.unit))
        return forecaster

    def explain(
        self,
        data: pd.DataFrame | pd.Series | Series,
        *,
        repeats: int = 5,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Return how much worse each column makes the forecasts when it is shuffled.

        On rows that it has learned from, this says what the model uses; on others, what
        helps it. For the latter without new rows: `backtest(data, explain=True)`.

        Args:
            data: DataFrame of readings to forecast within, as for `predict`.
            repeats: Integer, how often each column is shuffled. Default: `5`.
            seed: Integer, of the orders. Default: `0`.

        Returns:
            DataFrame as from `importance_table`: "column", "increase" of the mean
            absolute error in the target's unit, its "spread" among repeats, and its
            "share" of the error. The clock's columns are "calendar", those made of wind
            speed and direction "wind".

        Raises:
            UserError: A column is missing, or there is no stretch without a gap that is
                long enough to forecast within.
        """
        from keras_rnn.forecasting.column_importance import explain_forecaster

        return explain_forecaster(
            self, self._prepared(data), repeats=repeats, seed=seed
        )

    def plot(self, data: pd.DataFrame | pd.Series | None = None) -> Figure:
        """Draw the forecast with its band, after the last rows, and the errors by step.

        Args:
            data: DataFrame of newer readings. Default: `None`, what the forecaster was
                fitted on.

        Returns:
            `matplotlib.figure.Figure`.

        Raises:
            UserError: There is nothing to forecast from, as for `predict`.
        """
        future = self.predict(data)
        rows = self._prepared(data)
        past = rows[self.target].iloc[-shown_rows(self.lookback, self.horizon) :]
        past = past.set_axis(self._with_time_zone(past.index))
        if data is None:
            caption = self.metadata.get("description", "")
        else:
            caption = f"{len(rows):,} rows up to {past.index[-1]}"
        return plot_forecast(
            past,
            future,
            target=self.target,
            unit=self.unit,
            levels=self.bands.levels,
            caption=caption,
            mae_by_step=self.metadata.get("test mae by step"),
        )

    def save(self, folder: str | Path) -> None:
        """Write `forecaster.keras` and `forecaster.json` into a folder: both or none.

        The JSON file holds the last readings as well, so that `predict()` works after
        `load`.

        Args:
            folder: String or `pathlib.Path`; made if it is not there.

        Raises:
            UserError: The folder cannot be written to.
        """
        folder = output_folder(folder)
        state = {
            "format": FORMAT,
            "keras_rnn": __version__,
            "target": self.target,
            "unit": self.unit,
            "horizon": self.horizon,
            "lookback": self.lookback,
            "preparation": self.preparation.to_dict(),
            "bands": self.bands.to_dict(),
            "about": self.metadata,
        }
        if self.past is not None:
            state["past"] = rows_to_dict(self.past)
        if self.time_zone is not None:
            state["time zone"] = vars(self.time_zone)
        with replacing_all(folder) as temporary:
            self.model.save(temporary / MODEL_FILE)
            state["model sha256"] = checksum(temporary / MODEL_FILE)
            text = json.dumps(state, indent=2) + "\n"
            (temporary / METADATA_FILE).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path) -> Forecaster:
        """Open a saved forecaster.

        Args:
            folder: String or `pathlib.Path`, what was given to `save`.

        Returns:
            `Forecaster`.

        Raises:
            UserError: A file is missing, damaged, or of something else.
        """
        folder = Path(folder)
        for name in (METADATA_FILE, MODEL_FILE):
            if not (folder / name).is_file():
                raise UserError(
                    f"{folder} holds no saved forecaster: there is no {name}. Give as "
                    "`folder` the one that a forecaster was saved in."
                )
        state, checks = read_state(folder / METADATA_FILE)
        loaded = cls(model=read_model(folder / MODEL_FILE), **state)
        if checks_of(loaded.model, folder / MODEL_FILE) != checks:
            raise UserError(
                f"{folder / MODEL_FILE} and {METADATA_FILE} are of two different "
                "forecasters. Train again, or put back the file that belongs there."
            )
        return loaded

    def _prepared(self, data):
        """Features of new readings, or of those that it was fitted on."""
        if data is None:
            if self.past is None:
                raise UserError(
                    "This forecaster does not know the rows that it was fitted on: "
                    "give the readings to go on from."
                )
            return self.past
        return self.preparation.transform(self._as_fitted(data), self.target)

    def _as_fitted(self, data):
        """New readings as a frame like the one that it was fitted on."""
        time_column = self.metadata.get("time column")
        if time_column not in getattr(data, "columns", ()):
            time_column = None
        series, time_zone = as_series(data, self.target, time_column=time_column)
        if (time_zone is None) != (self.time_zone is None):
            had = "no time zone" if self.time_zone is None else self.time_zone.name
            raise UserError(
                f"The forecaster was fitted on time stamps with {had}, and these have "
                f"{'none' if time_zone is None else time_zone.name}. Use "
                "frame.tz_localize to make them alike."
            )
        if time_zone is None:
            return series.frame
        index = time_zone.restore(series.frame.index)
        return series.frame.set_axis(self.time_zone.strip(index))

    def _with_time_zone(self, index):
        return index if self.time_zone is None else self.time_zone.restore(index)


def kept_rows(lookback: int, horizon: int) -> int:
    """Return how many rows of the past a forecaster keeps, to go on from."""
    return max(shown_rows(lookback, horizon), _LEAST_PAST)


def shown_rows(lookback: int, horizon: int) -> int:
    """Return how many rows of the past a picture of a forecast shows."""
    return max(4 * horizon, lookback)
