"""Seconds and memory of one network for many series, from 10 of them to 10,000.

Generated series of a daily season, a week, a level of their own, and noise; 1,000 rows
each, seeded. Each row of the table is a process of its own: it fits, with the defaults,
forecasts two days of every series in one call, and is judged on the two days that
follow. "seconds" is fit and forecast, "peak" what the process held at most, backend
included, "MASE" beside that of the seasonal naive forecast.

An epoch holds 40,000 windows at most, so that time stops growing where there are more.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

from side_by_side.report import Target, finish, options, show_heading

COUNTS = (10, 100, 1000, 10_000)
ROWS, HORIZON, SEASON = 1000, 48, 24
# Of 1,000 series, on two cores.
MOST_SECONDS = 300


def main():
    parser = options(__doc__)
    parser.add_argument("--series", nargs="+", type=int, default=COUNTS)
    parser.add_argument("--fit", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.fit:
        print(json.dumps(measured(args.fit)))
        return
    show_heading(f"{ROWS:,} rows a series, {HORIZON} ahead, season {SEASON}")
    rows, targets = [], []
    for count in COUNTS[:2] if args.quick else args.series:
        done = subprocess.run(
            [sys.executable, __file__, "--fit", str(count)],
            env={"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        found = json.loads(done.stdout.splitlines()[-1])
        rows.append(
            [
                f"{count:,}",
                f"{found['seconds']:.0f}",
                f"{found['processor']:.0f}",
                f"{found['megabytes']:,.0f}",
                f"{found['mase']:.3f}",
                f"{found['naive']:.3f}",
            ]
        )
        most = MOST_SECONDS if count == 1000 else None
        targets.append(most and Target(found["seconds"], most=most))
    columns = ["series", "seconds", "processor", "peak, MB", "MASE", "seasonal naive"]
    finish(columns, rows, targets, args)


def measured(count):
    """What one process finds."""
    import numpy as np

    from keras_rnn.forecasting.many_series.m4_evaluation import (
        mase_of_each,
        seasonal_naive_scales,
    )
    from keras_rnn.forecasting.many_series.network_panel_model import NetworkPanelModel
    from keras_rnn.forecasting.many_series.panel import SeriesPanel

    values = generated(count)
    known, truth = values[:, :-HORIZON], values[:, -HORIZON:]
    names = map(str, range(count))
    panel = SeriesPanel.from_arrays(dict(zip(names, known, strict=True)), "1h")
    started, worked = time.perf_counter(), time.process_time()
    model = NetworkPanelModel.fit(panel, HORIZON, SEASON, verbose=0)
    forecast = model.predict(panel)
    seconds = time.perf_counter() - started
    processor = time.process_time() - worked
    scales = seasonal_naive_scales(list(known), SEASON)
    naive = np.tile(known[:, -SEASON:], HORIZON // SEASON)
    return {
        "seconds": seconds,
        "processor": processor,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "mase": float(mase_of_each(forecast, truth, scales).mean()),
        "naive": float(mase_of_each(naive, truth, scales).mean()),
    }


def generated(count, seed=0):
    """Float32 array (series, rows): a day, a week, and noise that is remembered."""
    import numpy as np

    generator = np.random.default_rng(seed)
    hours = np.arange(ROWS)
    day = generator.uniform(0.5, 1.5, (count, SEASON))
    week = generator.uniform(0.7, 1.1, (count, 7))
    noise = generator.normal(0, 0.05, (count, ROWS))
    for hour in range(1, ROWS):
        noise[:, hour] += 0.8 * noise[:, hour - 1]
    shape = day[:, hours % SEASON] * week[:, hours // SEASON % 7]
    level = 10 ** generator.uniform(0, 4, (count, 1))
    return (level * (shape + noise)).astype("float32")


if __name__ == "__main__":
    main()
