"""A stream of forecasts that is killed a hundred times, and one that is left alone.

A file grows by three rows, `keras-rnn stream --follow` is started, and killed (SIGKILL)
at a random moment after it has begun to read them; again and again. What it has written
in the end has to be, byte by byte, what one run over the whole file writes. `make test`
does the same with processes that are forked, which takes a second and not minutes.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from side_by_side.report import Target, finish, options, show_heading

HERE = Path(__file__).resolve().parents[1]
KILLS = 100
STEPS = 3
TRAINED = 1000


def main():
    parser = options(__doc__)
    arguments = parser.parse_args()
    kills = 5 if arguments.quick else KILLS
    show_heading(f"keras-rnn stream on generated weather, killed {kills} times")
    os.environ["PYTHONPATH"] = str(HERE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known, rows = folder / "known.csv", folder / "rows.csv"
        whole = table(kills)
        whole.iloc[:TRAINED].to_csv(known)
        whole.iloc[TRAINED:].to_csv(rows)
        forecast = ["forecast", "--data", known, "--model", "ridge", "--out", folder]
        call([*forecast, "--target", "load"])
        begun = time.perf_counter()
        call([*stream(folder, rows, "alone"), "--once"])
        alone = time.perf_counter() - begun
        killed, begun = kill(folder, rows, kills), time.perf_counter()
        call([*stream(folder, folder / "growing.csv", "killed"), "--once"])
        again = time.perf_counter() - begun
        texts = [(folder / f"{one}.csv").read_bytes() for one in ("alone", "killed")]
    same = texts[0] == texts[1] and texts[0].count(b"\n") > STEPS * kills
    lines = [str(text.count(b"\n")) for text in texts]
    rows = [
        ["left alone", "0", lines[0], f"{alone:.1f}", "-"],
        ["killed", str(killed), lines[1], f"{again:.1f}", "yes" if same else "NO"],
    ]
    columns = ["stream", "kills", "lines", "seconds of the last run", "same bytes"]
    finish(columns, rows, [None, Target(killed * same, least=kills)], arguments)


def table(kills):
    """Return an hourly series, long enough to train on and to grow between kills."""
    import numpy as np
    import pandas as pd

    rng, count = np.random.default_rng(0), TRAINED + STEPS * kills
    hours = np.arange(count)
    load = 50 + 10 * np.sin(2 * np.pi * hours / 24) + rng.normal(size=count)
    times = pd.date_range("2024-01-01", periods=count, freq="h", name="time")
    return pd.DataFrame({"load": load.round(2)}, times)


def stream(folder, rows, name):
    """Return the arguments of a stream that has a state and a file of its own."""
    state = folder / f"{name}_state"
    state.mkdir(exist_ok=True)
    given = ["--follow", rows, "--out", folder / f"{name}.csv", "--state", state]
    return ["stream", "--load", folder, *given]


def call(arguments):
    command = [sys.executable, "-m", "keras_rnn", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)


def kill(folder, rows, kills):
    """Return how often a stream was killed while a file grew to its whole length."""
    coming = rows.read_bytes().splitlines(keepends=True)
    growing, state = folder / "growing.csv", folder / "killed_state/stream.state"
    known = len(coming) - STEPS * kills
    growing.write_bytes(b"".join(coming[:known]))
    command = [sys.executable, "-m", "keras_rnn"]
    command += map(str, stream(folder, growing, "killed"))
    random.seed(0)
    killed = 0

    def version():
        return state.stat().st_mtime_ns if state.exists() else 0

    while known < len(coming):
        with growing.open("ab") as file:
            file.writelines(coming[known : known + STEPS])
        known += STEPS
        before = version()
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        begun = time.perf_counter()
        while version() == before and time.perf_counter() < begun + 60:
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    return killed


if __name__ == "__main__":
    main()
