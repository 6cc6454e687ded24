"""A backtest in folds that is made up: no forecast, no training."""

import numpy as np
import pandas as pd

from keras_rnn.forecasting.rolling_scores import Fold, RollingBacktest


def made_backtest(step="h", horizon=3, origins=20, band=True, year_mean=False):
    """Two folds of made-up forecasts; the first has a scale of 2, the second of 4."""
    generator = np.random.default_rng(0)
    index = pd.date_range("2024-01-30 20:00", periods=200, freq=step, name="time")
    rows = []
    for fold in (1, 2):
        for origin in range(origins * (fold - 1), origins * fold):
            for number in range(1, horizon + 1):
                truth = generator.normal(10, 3)
                model = truth + generator.normal(0.3, 1)
                rows.append(
                    {
                        "fold": fold,
                        "origin": index[origin],
                        "time": index[origin + number],
                        "step": number,
                        "truth": truth,
                        "model": model,
                        "lower": model - 1.0 if band else np.nan,
                        "upper": model + 1.5 if band else np.nan,
                        "persistence": truth + generator.normal(0, 3),
                        "seasonal_naive": truth + generator.normal(0, 2.5),
                        **({"year_mean": truth + 1e-3} if year_mean else {}),
                        "ridge": truth + generator.normal(0, 1.2),
                    }
                )
    folds = [
        Fold(n, index[1], index[9], (index[0], index[1], 99), origins, scale, 0.5)
        for n, scale in ((1, 2.0), (2, 4.0))
    ]
    return RollingBacktest(pd.DataFrame(rows), tuple(folds), "load", "kW", "day")
