"""How well a forecaster did, on its test part and in the past again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, overload

import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.metrics import score_table

if TYPE_CHECKING:
    from keras_rnn.datasets.series.series import Series
    from keras_rnn.forecasting.forecaster import Forecaster
    from keras_rnn.forecasting.rolling_scores import RollingBacktest

_NO_SCORES = "This forecaster does not know its errors on a test part. Fit it again."


class ForecasterScores:
    """The methods of `Forecaster` that tell its errors.

    Attributes:
        metadata: Dict, which holds the scores from `fit`.
    """

    metadata: dict[str, Any]

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
                cast("Forecaster", self),
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
