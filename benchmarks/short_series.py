"""Forecasts of short series beside each simple forecast that people would try.

Of every FILE (a table that `keras-rnn forecast --data` takes) the default forecast is
made for each seed, and its mean absolute error stands beside those of persistence,
seasonal naive, drift, exponential smoothing and ridge regression: the same origins,
the same rows known before them. The ratio is to the best of these, which nobody can
know beforehand. Without a FILE, the series is 144 generated months whose season grows
with them.

Meant for the airline passengers, the UK driver deaths, the yearly sunspots (all in
R's `datasets`) and the weekly CO2 of Mauna Loa (in `statsmodels.datasets`), each saved
as a CSV with a column of dates.
"""

import statistics
import time
from pathlib import Path

import numpy as np
import pandas as pd
from side_by_side.report import Target, finish, options, show_heading

from keras_rnn.datasets.series.loading import load_series
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.train import train_forecaster

MOST = 1.02
SIMPLE = (
    *("persistence", "seasonal_naive", "drift", "exponential_smoothing"),
    *("ridge", "year_mean"),
)


def main():
    parser = options(__doc__)
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--model", default="gru", help="default: gru")
    args = parser.parse_args()
    seeds = args.seeds[:1] if args.quick else args.seeds
    show_heading(f"the default forecast, seeds {', '.join(map(str, seeds))}")
    rows, targets = [], []
    for file in args.files or [None]:
        plan = plan_forecast(generated() if file is None else load_series(file))
        trained, seconds = [], []
        for seed in seeds:
            started = time.perf_counter()
            trained.append(
                train_forecaster(plan, model=args.model, seed=seed, verbose=0)
            )
            seconds.append(time.perf_counter() - started)
        mae = trained[0].backtest.mae
        ours = [one.backtest.mae["model"] for one in trained]
        best = min(mae[name] for name in SIMPLE if name in mae)
        # The worst of the seeds.
        ratio = max(ours) / best
        rows.append(
            [
                "generated" if file is None else Path(file).stem,
                str(sum(map(len, plan.parts))),
                f"{trained[0].backtest.count} x {plan.task.horizon}",
                f"{statistics.median(ours):.4g}",
                *(f"{mae[name]:.4g}" if name in mae else "" for name in SIMPLE),
                f"{statistics.median(seconds):.0f}",
                f"{ratio:.3f}",
            ]
        )
        targets.append(Target(ratio, most=MOST))
        print(
            f"{rows[-1][0]}: {', '.join(f'{one:.4g}' for one in ours)}; "
            + ", ".join(
                f"{share:.0%} {name}"
                for name, share in trained[0].ensemble.weights.items()
                if share >= 0.005
            ),
            flush=True,
        )
    names = [name.replace("_", " ") for name in SIMPLE]
    finish(
        ["series", "rows", "origins x steps", "ours", *names, "seconds", "ratio"],
        rows,
        targets,
        args,
    )


def generated(rows=144):
    """Months that grow by a share, with a season that does too."""
    row = np.arange(rows)
    noise = np.random.default_rng(0).normal(0, 0.04, rows)
    values = 100 * np.exp(0.01 * row + 0.2 * np.sin(np.pi * row / 6) + noise)
    index = pd.date_range("2010-01-01", periods=rows, freq="MS")
    return pd.DataFrame({"sales": values}, index=index)


if __name__ == "__main__":
    main()
