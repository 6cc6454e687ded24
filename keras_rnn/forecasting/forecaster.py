"""The forecaster: fitted once, saved as files, forecasting in physical units."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from keras_rnn.forecasting.conformal import (
    Bands,
    band_columns,
)
from keras_rnn.forecasting.contiguous_rows import latest_rows
from keras_rnn.forecasting.forecast_plot import plot_forecast
from keras_rnn.forecasting.forecaster_files import (
    read_forecaster,
    read_model,
    write_forecaster,
)
from keras_rnn.forecasting.forecaster_fit import ForecasterFit
from keras_rnn.forecasting.forecaster_rows import (
    as_fitted,
    kept_rows,
    prepared_rows,
    rows_to_go_on_from,
    shown_rows,
    with_time_zone,
)
from keras_rnn.forecasting.forecaster_scores import ForecasterScores
from keras_rnn.forecasting.known_ahead import split_at_last_reading
from keras_rnn.forecasting.pandas_input import TimeZone
from keras_rnn.forecasting.preparation import Preparation
from keras_rnn.forecasting.time_steps import next_time_stamps
from keras_rnn.runtimes.numpy_graph import NumpyGraph

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure

    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.stream import ForecastStream
    from keras_rnn.forecasting.windows import Windows


@dataclass(frozen=True, eq=False)
class Forecaster(ForecasterFit, ForecasterScores):
    """Forecasts one column of a series some steps past its last row.

    `Forecaster.fit` trains one on a DataFrame, `Forecaster.load` opens a saved one.

    Attributes:
        model: `keras.Model` from `(batch, lookback, features)` to
            `(batch, horizon)`, both in physical units: the scaling is inside. It
            is a model like any other; `keras.models.load_model` opens its file
            once `keras_rnn.layers` is imported. A loaded forecaster opens it when it
            is first asked for: forecasting needs no backend.
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

    @property
    def lookback(self) -> int:
        """Integer, how many prepared rows a forecast needs."""
        if "model" in self.__dict__:
            return self.model.input_shape[1]
        assert self.numpy_form is not None
        steps = self.numpy_form.graph.inputs[0].steps
        assert steps is not None
        return steps

    @cached_property
    def numpy_form(self) -> NumpyGraph | None:
        """`NumpyGraph`, the model in NumPy, which forecasts the same to 1e-5 of it.

        `None` where a layer of a model of one's own is not known in NumPy.
        """
        from keras_rnn.forecasting.numpy_form import numpy_form

        return numpy_form(self)

    def __getattr__(self, name: str) -> Any:
        # What is not there: the Keras model of a forecaster that was loaded.
        if name != "model" or "_folder" not in self.__dict__:
            raise AttributeError(
                f"{type(self).__name__!r} has no attribute {name!r}",
                name=name,
                obj=self,
            )
        self.__dict__["model"] = read_model(self.__dict__["_folder"])
        return self.__dict__["model"]

    def forecast_rows(self, past: np.ndarray) -> np.ndarray:
        """Forecast from prepared rows, without a backend where that can be.

        Args:
            past: Float32 array of shape `(batch, lookback, features)`, in physical
                units.

        Returns:
            Float64 array of shape `(batch, horizon)` in the target's unit.
        """
        if self.numpy_form is not None:
            return self.bands.limit(self.numpy_form.predict(past)[0])
        return self.bands.limit(self.model.predict(past, verbose=0))

    def predict(
        self,
        data: pd.DataFrame | pd.Series | Series | None = None,
        *,
        future: pd.DataFrame | Series | None = None,
    ) -> pd.DataFrame:
        """Forecast what follows the last row.

        Args:
            data: DataFrame of newer readings, with at least the columns that the
                forecaster was trained on. Only its end counts. Default: `None`, what
                it was fitted on.
            future: DataFrame of the rows to forecast, with the columns that are known
                ahead. Default: `None`, rows at the end of `data` whose target is empty.

        Returns:
            DataFrame in the target's unit, indexed by the time stamps that follow. Its
            columns are "forecast", "lower" and "upper"; of several levels, "lower 50",
            "upper 50" and so on instead of the last two. A band is wider after days
            that moved more, and NaN where there were too few errors to take it from.

        Raises:
            UserError: A column is missing, there are too few rows, the last ones have a
                gap, or the future of a column is not known that has to be.
        """
        rows = rows_to_go_on_from(self, data, future)
        latest = latest_rows(rows, self.lookback)
        past = latest.to_numpy("float32")[None]
        forecast = self.forecast_rows(past)
        columns = {"forecast": forecast[0]}
        before = latest[self.target].to_numpy("float64")[None]
        for names, (_, *ends) in zip(
            band_columns(self.bands.levels),
            self.bands.each(forecast, before),
            strict=True,
        ):
            columns |= {name: end[0] for name, end in zip(names, ends, strict=True)}
        index = next_time_stamps(rows.index, self.horizon)
        return pd.DataFrame(columns, index=with_time_zone(self, index).rename("time"))

    def predict_windows(self, windows: Windows) -> np.ndarray:
        """Forecast from every stretch of the past that a `Windows` holds.

        Args:
            windows: `Windows` of the columns `preparation.features`, as wide as
                `lookback`, in physical units.

        Returns:
            Float64 array of shape `(windows, horizon)` in the target's unit.
        """
        return self.bands.limit(self.model.predict(windows, verbose=0))

    def update(
        self,
        data: pd.DataFrame | pd.Series | Series,
        *,
        future: pd.DataFrame | Series | None = None,
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
            future: DataFrame of the rows after them, as for `predict`, to go on from.
                Default: `None`, rows at the end of `data` whose target is empty.
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

        frame = as_fitted(self, data)
        preparation, knows = self.preparation, True
        if preparation.known_ahead:
            come, _ = split_at_last_reading(frame, self.target)
            knows = future is not None or len(come) < len(frame)
            rows = rows_to_go_on_from(self, data, future) if knows else None
        if not preparation.known_ahead or not knows:
            rows = preparation.transform(frame, self.target)
        check_step(self, frame.index)
        least = kept_rows(self.lookback, self.horizon)
        forecaster, gain = update_forecaster(self, rows, least_past=least, seed=seed)
        if not knows:
            past = preparation.forgetting(forecaster.past)
            forecaster = replace(forecaster, past=past)
        if verbose:
            print(gain.describe(self.unit))
        return forecaster

    def stream(self, folder: str | Path | None = None) -> ForecastStream:
        """Return a stream, which reads row after row and forecasts after each.

        Its bands adapt to what comes true. It goes on from the rows that the forecaster
        keeps, or from where it was.

        Args:
            folder: String or `pathlib.Path`, where its state is kept and found again.
                Default: `None`, nowhere.

        Returns:
            `ForecastStream`.

        Raises:
            UserError: The state in the folder is damaged or of another forecaster.
        """
        from keras_rnn.forecasting.stream import ForecastStream

        return ForecastStream(self, folder)

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
            self, prepared_rows(self, data), repeats=repeats, seed=seed
        )

    def plot(
        self,
        data: pd.DataFrame | pd.Series | Series | None = None,
        *,
        future: pd.DataFrame | Series | None = None,
    ) -> Figure:
        """Draw the forecast with its band, after the last rows, and the errors by step.

        Args:
            data: DataFrame of newer readings. Default: `None`, what the forecaster was
                fitted on.
            future: DataFrame of the rows to forecast, as for `predict`.

        Returns:
            `matplotlib.figure.Figure`.

        Raises:
            UserError: There is nothing to forecast from, as for `predict`.
        """
        forecast = self.predict(data, future=future)
        rows = prepared_rows(self, data)
        past = rows[self.target].iloc[-shown_rows(self.lookback, self.horizon) :]
        past = past.set_axis(with_time_zone(self, past.index))
        if data is None:
            caption = self.metadata.get("description", "")
        else:
            caption = f"{len(rows):,} rows up to {past.index[-1]}"
        return plot_forecast(
            past,
            forecast,
            target=self.target,
            unit=self.unit,
            levels=self.bands.levels,
            caption=caption,
            mae_by_step=self.metadata.get("test mae by step"),
        )

    def save(self, folder: str | Path) -> None:
        """Write `forecaster.keras` and `forecaster.json` into a folder: all or none.

        The JSON file holds the last readings as well, so that `predict()` works after
        `load`. With them goes `forecaster_numpy.npz`, the model in NumPy, with which a
        loaded forecaster forecasts without importing a backend; it is written once it
        forecasts what Keras forecasts, to 1e-5.

        Args:
            folder: String or `pathlib.Path`; made if it is not there.

        Raises:
            UserError: The folder cannot be written to.
        """
        write_forecaster(self, folder)

    @classmethod
    def load(cls, folder: str | Path) -> Forecaster:
        """Open a saved forecaster, without importing a backend where that can be.

        Args:
            folder: String or `pathlib.Path`, what was given to `save`.

        Returns:
            `Forecaster`.

        Raises:
            UserError: A file is missing, damaged, or of something else, such as of many
                series, which `PanelForecaster.load` opens.
        """
        model, state = read_forecaster(folder)
        if not isinstance(model, NumpyGraph):
            return cls(model=model, **state)
        forecaster = cls(model=cast("keras.Model", None), **state)
        kept = forecaster.__dict__
        del kept["model"]  # until it is asked for
        kept |= {"numpy_form": model, "_folder": Path(folder).absolute()}
        return forecaster
