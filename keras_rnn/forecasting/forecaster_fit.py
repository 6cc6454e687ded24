"""How a forecaster is made from a table: `Forecaster.fit`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.files import output_folder
from keras_rnn.forecasting.conformal import LEVELS, check_levels

if TYPE_CHECKING:
    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.forecaster import Forecaster
    from keras_rnn.forecasting.many_series.panel_forecaster import PanelForecaster


class ForecasterFit:
    """The method of `Forecaster` that trains one on a table."""

    @overload
    @classmethod
    def fit(
        cls,
        data: pd.DataFrame | pd.Series | Series,
        target: str | None = None,
        *,
        series: None = None,
        **options: Any,
    ) -> Forecaster: ...

    @overload
    @classmethod
    def fit(
        cls,
        data: Mapping[Any, pd.DataFrame | pd.Series],
        target: str | None = None,
        **options: Any,
    ) -> PanelForecaster: ...

    @overload
    @classmethod
    def fit(
        cls, data: pd.DataFrame, target: list[str] | tuple[str, ...], **options: Any
    ) -> PanelForecaster: ...

    @overload
    @classmethod
    def fit(
        cls,
        data: pd.DataFrame,
        target: str | None = None,
        *,
        series: str,
        **options: Any,
    ) -> PanelForecaster: ...

    # The options of each form are those of this signature.
    @classmethod  # type: ignore[misc]
    def fit(
        cls,
        data: pd.DataFrame
        | pd.Series
        | Series
        | Mapping[Any, pd.DataFrame | pd.Series],
        target: str | list[str] | tuple[str, ...] | None = None,
        *,
        series: str | None = None,
        horizon: int | None = None,
        season: int | None = None,
        history: int | None = None,
        every: str | pd.Timedelta | None = None,
        aggregate: str | Mapping[str, str] | None = None,
        time_column: str | None = None,
        known_ahead: str | Iterable[str] | None = None,
        future: pd.DataFrame | Series | None = None,
        holidays: str | None = None,
        static: str | Iterable[str] | None = None,
        model: str = "gru",
        levels: float | Iterable[float] = LEVELS,
        epochs: int | None = None,
        seed: int = 0,
        folder: str | Path | None = None,
        verbose: str | int = "auto",
        name: str = "DataFrame",
    ) -> Forecaster | PanelForecaster:
        """Train a forecaster on a table of readings and judge it on the last tenth.

        A model learns from the first 70 % of the rows, the next 20 % decide on its
        settings (and are then learned from, too), and the last 10 % judge it beside
        forecasts that need no network: see `backtest`. Once it is judged, it learns
        from these, too: what is returned has learned from all rows. A series of up to
        360 rows without a gap is judged by rolling origins: drift, exponential
        smoothing and ridge regression are fitted to the rows before each of them, the
        origins in the fourth fifth of the rows set their weights, those in the last
        fifth judge; a network takes part where it clearly wins. What had to be done to
        the table (rows sorted, holes filled, columns left out) is printed, and stays in
        `metadata["notes"]`.

        Of many series, one model learns from all of them, and the last tenth of each
        judges: give a long table and `series`, a wide table and several columns as
        `target`, or a dict from name to table. The result is a `PanelForecaster`, with
        the same verbs.

        Args:
            data: DataFrame of numbers with a `DatetimeIndex`, or with time stamps in
                a column; or a `pandas.Series`; or a `keras_rnn.datasets.Series`; or a
                dict from the name of a series to its DataFrame or `pandas.Series`.
            target: String, the column to forecast; or list of strings, the columns of a
                wide table that are a series each. Default: the only column.
            series: String, the column of a long table that names the series of each
                row. Default: `None`, the table holds one series.
            horizon: Integer, rows to forecast. Default: by the step of the rows: a day
                of hours, two weeks of days, a year of months.
            season: Integer, of many series the rows in a season. Default: by the step
                of the rows: a day of hours, a week of days, a year of months.
            history: Integer, rows of the past to forecast from. Default: 72, or fewer
                if the series is short.
            every: String such as `"1h"` or `"1 month"`, the step of the rows. Default:
                an hour for rows finer than half an hour, else their own step.
            aggregate: `"last"`, `"mean"`, `"sum"`, `"min"` or `"max"`, what thinned
                rows hold, or a mapping from column to it. Default: amounts such as
                rain, counts and energy are summed, else the last reading is taken.
            time_column: String, the column with the time stamps. Default: the index
                if it holds stamps, else the only column that does.
            known_ahead: String or iterable of strings, columns whose future is known,
                such as prices. Default: what `future` holds, or what rows at the end
                hold whose target is empty.
            future: DataFrame of the rows after the readings, with these columns.
                Default: rows at the end of the readings whose target is empty, or none.
            holidays: String, a country such as `"DE"`, or a part of it such as
                `"DE-BY"`, whose public holidays are known ahead. Default: `None`.
            static: String or iterable of strings, of many series the columns that are
                constant within each, such as a store's size. Default: none.
            model: `"gru"`, `"lstm"` or `"simple_rnn"`, the recurrent cell; or
                `"ridge"` for no network, done in seconds. Default: `"gru"`.
            levels: Number or iterable of numbers, the share of readings that a band is
                to hold, in per cent, such as `(50, 80, 95)`. Default: `80`.
            epochs: Integer, the epochs of the first training; going on with later rows
                takes a quarter as many. Default: 8, 4 from 20,000 windows on, and more
                for a series so short that these would be less than 500 updates of the
                weights.
            seed: Integer, of everything that is drawn by chance. Default: `0`.
            folder: String or `pathlib.Path` for checkpoints, from which a training
                that was stopped goes on. Default: none are kept.
            verbose: `0` for silence, `1` for a progress bar, `2` for a line an epoch,
                or `"auto"`. Default: `"auto"`.
            name: String, what a DataFrame is called in captions. Default:
                `"DataFrame"`.

        Returns:
            `Forecaster`, or of many series `PanelForecaster`.

        Raises:
            UserError: The table or an argument cannot be used; the message says why.
        """
        is_wide = target is not None and not isinstance(target, str)
        if series is not None or is_wide or isinstance(data, Mapping):
            from keras_rnn.forecasting.many_series.panel_fit import fit_panel_forecaster

            return fit_panel_forecaster(
                data,
                target,
                series=series,
                horizon=horizon,
                season=season,
                every=every,
                time_column=time_column,
                known_ahead=known_ahead,
                future=future,
                holidays=holidays,
                static=static,
                model=model,
                levels=levels,
                epochs=epochs,
                seed=seed,
                verbose=verbose,
                name=name,
                history=history,
                aggregate=aggregate,
                folder=folder,
            )
        assert target is None or isinstance(target, str)
        if season is not None:
            raise UserError(
                "`season` is about many series; of one, it is found. Leave it out, or "
                "give `series`, the column that names them."
            )
        if static is not None:
            raise UserError(
                "`static` is about many series: what is constant tells nothing about "
                "one. Leave it out, or give `series`, the column that names them."
            )
        # Here, because a saved forecaster is loaded without them.
        from keras_rnn.forecasting.plan import check_model, plan_forecast
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
            known_ahead=known_ahead,
            future=future,
            holidays=holidays,
            name=name,
        )
        if verbose:
            for note, number in (plan.series.repairs | plan.notes).items():
                print(f"{note}: {number:,}")
            for remark in plan.remarks:
                print(remark)
            for warning in plan.warnings:
                print(f"Warning: {warning}")
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
