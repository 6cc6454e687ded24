"""Seconds of one `keras-rnn forecast`, beside those of another commit.

Both builds forecast the same series, in turns, each in a process of its own: all from
the start of Python to the files that were written counts. The other build is a folder
with a checkout of it:

    git worktree add ../before b90ad7f
    .venv/bin/python benchmarks/forecast_seconds.py --before ../before

Shown are the median seconds, processor seconds and peak memory of each build, and the
error on the test part (the median of the turns, each with a seed of its own). Without
--before only this build is measured. A file, such as ETTh1.csv, is named in --series.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from side_by_side.report import Target, finish, options, show_heading

HERE = Path(__file__).resolve().parents[1]
# The share of the other build's seconds that a series may take.
SERIES = {"sample": 0.25, "ETTh1.csv": 0.25, "weather": 0.25, "weather-2020": 0.5}
DEFAULT = ["sample", "weather-2020", "weather"]


def main():
    parser = options(__doc__, rounds=3)
    parser.add_argument("--before", metavar="DIR", help="a checkout of the other")
    parser.add_argument("--series", nargs="+", default=DEFAULT, metavar="DATA")
    args = parser.parse_args()
    rounds = args.rounds or (1 if args.quick else 3)
    names = [
        str(Path(name).resolve()) if Path(name).exists() else name
        for name in (args.series[:1] if args.quick else args.series)
    ]
    builds = {"before": Path(args.before).resolve()} if args.before else {}
    builds["now"] = HERE
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    show_heading(f"keras-rnn forecast, {backend}, {rounds} turns")
    rows, targets = [], []
    for data in names:
        name = Path(data).name
        runs = {build: [] for build in builds}
        for turn in range(rounds):
            for build, folder in builds.items():
                run = forecast(folder, data, seed=turn)
                runs[build].append(run)
                print(
                    f"{name}, turn {turn + 1}, {build}: {run['seconds']:.1f} s, "
                    f"error {run['error']:.4f}",
                    flush=True,
                )
        median = {
            build: {
                key: statistics.median(run[key] for run in measured)
                for key in measured[0]
            }
            for build, measured in runs.items()
        }
        for build, figures in median.items():
            first = next(iter(median.values()))
            share = figures["seconds"] / first["seconds"]
            rows.append(
                [
                    f"{name}, {build}",
                    f"{figures['seconds']:.1f}",
                    f"{figures['processor']:.1f}",
                    f"{figures['memory']:.0f} MB",
                    f"{figures['error']:.4f}",
                    f"{share:.2f}",
                ]
            )
            compared = args.before and build == "now"
            most = SERIES.get(name, 0.25) if compared else None
            targets.append(most and Target(share, most=most))
    finish(
        ["series, build", "seconds", "processor", "peak", "error", "ratio"],
        rows,
        targets,
        args,
    )


def forecast(build, data, seed):
    """Run one forecast and return what it took."""
    environment = {**os.environ, "PYTHONPATH": str(build)}
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "keras_rnn", "forecast", "--data", data]
        command += ["--seed", str(seed), "--out", out]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", MEASURED, *command[1:]],
            env=environment,
            cwd=out,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        results = json.loads((Path(out) / "results.json").read_text())
        peak = float((Path(out) / "peak.txt").read_text())
    return {
        "seconds": seconds,
        "processor": sum(
            getattr(after, kind) - getattr(before, kind)
            for kind in ("ru_utime", "ru_stime")
        ),
        "memory": peak,
        "error": results["test"]["mae"]["model"],
    }


# Runs a command and leaves its peak memory in a file: the highest of all children that
# `getrusage` knows would be that of the largest series.
MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
open("peak.txt", "w").write(str(peak))
"""


if __name__ == "__main__":
    main()
