"""Seconds and memory of one network for many series, from 10 of them to 10,000.

Generated series of a daily season, a week, a level of their own, and noise; 1,000 rows
each, seeded. Each row of the table is a process of its own: it fits, with the defaults,
forecasts two days of every series in one call, and is judged on the two days that
follow. "seconds" is fit and forecast, "processor" the seconds of all cores that these
took, "peak" what the process held at most, backend included, "MASE" beside that of the
seasonal naive forecast.

An epoch holds 40,000 windows at most, so that time stops growing where there are more.

With `--peers`, the global LSTMs of NeuralForecast and Darts learn from the same series
(see `side_by_side/global_peers.py` for their settings). They need a Python of their
own, with `pip install neuralforecast darts`: `--peer-python /path/to/bin/python`. Of
this package there are two rows, the defaults and a single epoch: the latter is to take
at most half of the time of the peer that errs less, and err no more than it.
"""

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import time

from side_by_side.report import Target, finish, options, show_heading

COUNTS = (10, 100, 1000, 10_000)
ROWS, HORIZON, SEASON = 1000, 48, 24
# Series that are generated at once: what is measured is not their making.
BLOCK = 500
# Of 1,000 series, on two cores.
MOST_SECONDS = 300
PEERS = ("neuralforecast", "darts")
DEFAULTS, SHORT = "keras_rnn", "keras_rnn, 1 epoch"
PEER_SERIES = 200
# What is imported before the clock starts.
IMPORTED = {
    DEFAULTS: "keras_rnn.forecasting.many_series.network_panel_model",
    SHORT: "keras_rnn.forecasting.many_series.network_panel_model",
    "neuralforecast": "neuralforecast.models",
    "darts": "darts.models",
}
# Of the time of the peer that errs less, in processor seconds.
MOST_OF_PEERS = 0.5


def main():
    parser = options(__doc__)
    parser.add_argument("--series", nargs="+", type=int)
    parser.add_argument("--peers", action="store_true", help="beside other libraries")
    parser.add_argument("--peer-python", default=sys.executable, metavar="FILE")
    parser.add_argument("--fit", nargs=2, metavar=("WHO", "N"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.fit:
        who, count = args.fit
        print(json.dumps(measured(who, int(count), args.quick)))
        return
    show_heading(f"{ROWS:,} rows a series, {HORIZON} ahead, season {SEASON}")
    if args.peers:
        beside_peers(args)
    else:
        by_number_of_series(args)


def by_number_of_series(args):
    """A row for each number of series."""
    rows, targets = [], []
    for count in args.series or (COUNTS[:2] if args.quick else COUNTS):
        found = in_a_process(sys.executable, DEFAULTS, count, args.quick)
        rows.append([f"{count:,}", *shown(found)])
        most = MOST_SECONDS if count == 1000 else None
        targets.append(most and Target(found["seconds"], most=most))
    finish(["series", *COLUMNS], rows, targets, args)


def beside_peers(args):
    """A row for each library."""
    count = (args.series or [20 if args.quick else PEER_SERIES])[0]
    found = {}
    for who in (SHORT, *PEERS, *[DEFAULTS] * (not args.quick)):
        python = args.peer_python if who in PEERS else sys.executable
        found[who] = in_a_process(python, who, count, args.quick)
    best = min(PEERS, key=lambda peer: found[peer]["mase"])
    ours, theirs = found[SHORT], found[best]
    rows = [[f"{name}, {count:,} series", *shown(one)] for name, one in found.items()]
    of_time = Target(ours["processor"] / theirs["processor"], most=MOST_OF_PEERS)
    of_error = Target(ours["mase"] / theirs["mase"], most=1.0)
    targets = [{SHORT: of_time, best: of_error}.get(name) for name in found]
    finish(["library", *COLUMNS], rows, targets, args)


COLUMNS = ("seconds", "processor", "peak, MB", "MASE", "seasonal naive")


def shown(found):
    return [
        f"{found['seconds']:.0f}",
        f"{found['processor']:.0f}",
        f"{found['megabytes']:,.0f}",
        f"{found['mase']:.3f}",
        f"{found['naive']:.3f}",
    ]


def in_a_process(python, who, count, quick):
    """What `measured` finds in a process of its own."""
    command = [python, __file__, "--fit", who, str(count), *["--quick"] * quick]
    done = subprocess.run(
        command,
        env={"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"{who}, {count:,} series: {', '.join(shown(found))}", flush=True)
    return found


def measured(who, count, quick=False):
    """What one process finds."""
    import numpy as np
    from side_by_side import global_peers

    forecast_of = getattr(global_peers, who) if who in PEERS else ours
    importlib.import_module(IMPORTED[who])
    values = generated(count)
    known, truth = values[:, :-HORIZON], values[:, -HORIZON:]
    started, worked = time.perf_counter(), time.process_time()
    forecast = forecast_of(known, HORIZON, SEASON, quick or who == SHORT)
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    scale = np.abs(known[:, SEASON:] - known[:, :-SEASON]).mean(axis=1)
    naive = np.tile(known[:, -SEASON:], HORIZON // SEASON)
    return {
        "seconds": seconds,
        "processor": processor,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "mase": float((np.abs(forecast - truth).mean(axis=1) / scale).mean()),
        "naive": float((np.abs(naive - truth).mean(axis=1) / scale).mean()),
    }


def ours(known, horizon, season, short):
    """The defaults of `Forecaster.fit`, without a table around the numbers."""
    from keras_rnn.forecasting.many_series.global_network import GlobalNetworkSettings
    from keras_rnn.forecasting.many_series.network_panel_model import NetworkPanelModel
    from keras_rnn.forecasting.many_series.panel import SeriesPanel

    names = map(str, range(len(known)))
    panel = SeriesPanel.from_arrays(dict(zip(names, known, strict=True)), "1h")
    settings = GlobalNetworkSettings(epochs=1 if short else None)
    model = NetworkPanelModel.fit(panel, horizon, season, settings=settings, verbose=0)
    return model.predict(panel)


def generated(count, seed=0):
    """Float32 array (series, rows): a day, a week, and noise that is remembered."""
    import numpy as np

    hours = np.arange(ROWS)
    values = np.empty((count, ROWS), "float32")
    for block in range(0, count, BLOCK):
        generator = np.random.default_rng((seed, block))
        some = values[block : block + BLOCK]
        day = generator.uniform(0.5, 1.5, (len(some), SEASON))
        week = generator.uniform(0.7, 1.1, (len(some), 7))
        noise = generator.normal(0, 0.05, (len(some), ROWS))
        for hour in range(1, ROWS):
            noise[:, hour] += 0.8 * noise[:, hour - 1]
        shape = day[:, hours % SEASON] * week[:, hours // SEASON % 7]
        some[:] = 10 ** generator.uniform(0, 4, (len(some), 1)) * (shape + noise)
    return values


if __name__ == "__main__":
    main()
