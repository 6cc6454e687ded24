"""The default forecast beside LightGBM, ridge regression and naive forecasts.

Of every series (what `keras-rnn forecast --data` takes) all forecasts are judged on the
same windows of the same test part. LightGBM is direct: a model for each step ahead, on
24 lags of every column and 72 of the target, as differences from the last row, and the
last row itself; absolute error, at most 300 trees of 31 leaves, as many as are best on
the validation part. With `--refit`, as many trees are then grown on training and
validation part, which is what the other rows have learned from, too; it takes as long
again.

It needs `pip install lightgbm`. The ratio is to the best of the others.
"""

import statistics
import time

import numpy as np
import pandas as pd
from side_by_side.report import Target, finish, options, show_heading

from keras_rnn.datasets.series.loading import load_series
from keras_rnn.forecasting.plan import plan_forecast
from keras_rnn.forecasting.split import with_past
from keras_rnn.forecasting.train import train_forecaster

MOST = 1.01
SERIES = ["weather-2020", "weather", "sample"]
LAGS, TARGET_LAGS = 24, 72
TREES = {
    "objective": "mae",
    "num_leaves": 31,
    "learning_rate": 0.05,
    "num_threads": 2,
    "seed": 0,
    "verbose": -1,
}
MOST_TREES, PATIENCE = 300, 30


def main():
    parser = options(__doc__)
    parser.add_argument("series", nargs="*", metavar="DATA", default=SERIES)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--refit", action="store_true", help="LightGBM twice")
    args = parser.parse_args()
    try:
        import lightgbm  # noqa: F401
    except ModuleNotFoundError:
        print("Not measured: this needs LightGBM (pip install lightgbm).")
        return
    seeds = args.seeds[:1] if args.quick else args.seeds
    show_heading(f"mean absolute error, seeds {', '.join(map(str, seeds))}")
    rows, targets = [], []
    for name in args.series[:1] if args.quick else args.series:
        series = load_series(name)
        plan = plan_forecast(series, series.default_target)
        started = time.perf_counter()
        trees = lightgbm_error(plan, args.refit)
        tree_seconds = time.perf_counter() - started
        ours, seconds = [], []
        for seed in seeds:
            started = time.perf_counter()
            mae = train_forecaster(plan, seed=seed, verbose=0).backtest.mae
            seconds.append(time.perf_counter() - started)
            ours.append(mae["model"])
            print(f"{name}, seed {seed}: {ours[-1]:.4f}", flush=True)
        naive = min(
            mae[one] for one in mae if one not in ("model", "ridge") and one in mae
        )
        ratio = statistics.median(ours) / min(naive, mae["ridge"], trees)
        rows.append(
            [
                f"{name}, {plan.task.target}",
                f"{statistics.median(ours):.3f}",
                f"{naive:.3f}",
                f"{mae['ridge']:.3f}",
                f"{trees:.3f}",
                f"{statistics.median(seconds):.0f}",
                f"{tree_seconds:.0f}",
                f"{ratio:.3f}",
            ]
        )
        targets.append(Target(ratio, most=MOST))
    finish(
        [
            *("series", "ours", "best naive", "ridge", "LightGBM"),
            *("seconds", "of LightGBM", "ratio"),
        ],
        rows,
        targets,
        args,
    )


def lightgbm_error(plan, refit):
    """Its error on the test part, fitted to the training part, or to both."""
    import lightgbm

    parts = with_past(plan.parts, plan.task.lookback)
    tables = [table(plan.task, part) for part in parts]
    both = table(plan.task, pd.concat(plan.parts[:2]))
    errors = []
    for step in range(plan.task.horizon):
        train, validation, known = (
            lightgbm.Dataset(x, y[:, step]) for x, y in (*tables[:2], both)
        )
        model = lightgbm.train(
            TREES,
            train,
            MOST_TREES,
            valid_sets=[validation],
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
        )
        if refit:
            model = lightgbm.train(TREES, known, max(1, model.best_iteration))
        inputs, truth = tables[2]
        errors.append(np.abs(model.predict(inputs) - truth[:, step]).mean())
    return np.mean(errors)


def table(task, part):
    """Every window as a row: changes from its last row, and that row."""
    windows = task.windows(part)
    past, future = windows.arrays()
    target = windows.input_columns.index(task.target)
    last = past[:, -1:, :]
    lags = min(LAGS, past.shape[1] - 1)
    changes = (past[:, -1 - lags : -1] - last).reshape(len(past), -1)
    own = past[:, -1 - TARGET_LAGS : -1, target] - last[:, :, target]
    inputs = np.concatenate([changes, own, last[:, 0]], axis=1)
    return inputs, future[:, :, 0] - last[:, :, target]


if __name__ == "__main__":
    main()
