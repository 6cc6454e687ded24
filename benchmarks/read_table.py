"""Time and memory of reading a large CSV, beside the best call of pandas by hand.

    python benchmarks/read_table.py [ROWS]

Each reading runs in a process of its own, so that the peak of memory is its own, in
turn with the others; the best of three counts. Targets: at most 1.5 times the time of
`pandas.read_csv` with everything given by hand, and at most 3 times its memory.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
COLUMNS = 10
ROUNDS = 3
TIME_TARGET, MEMORY_TARGET = 1.5, 3.0

_CHILD = """
import json, sys, time
import numpy, pandas
from keras_rnn.datasets.tables import read_table as module
print("ready", flush=True)
sys.stdin.readline()
begun, used = time.perf_counter(), time.process_time()
{call}
print(json.dumps(dict(
    wall=time.perf_counter() - begun,
    cpu=time.process_time() - used,
    rows=len(frame), sum=float(frame.to_numpy().sum()), last=str(frame.index[-1]),
)))
"""
_CALLS = {
    "pandas, all given by hand": """
names = [f"c{{i}}" for i in range({columns})]
frame = pandas.read_csv(
    {path!r}, sep=",", header=0, names=["time", *names], index_col="time",
    dtype=dict.fromkeys(names, "float64"), parse_dates=["time"],
    date_format="%Y-%m-%d %H:%M:%S", engine="c",
)
""",
    "read_table": "frame = module.read_table({path!r}).frame",
}


def write_csv(path):
    """A file of numbers with up to three decimals, one row each ten minutes."""
    rng = np.random.default_rng(0)
    times = pd.date_range("2000-01-01", periods=ROWS, freq="10min")
    values = rng.normal(20, 30, (ROWS, COLUMNS)).round(3)
    frame = pd.DataFrame(values, columns=[f"c{i}" for i in range(COLUMNS)])
    frame.insert(0, "time", times.strftime("%Y-%m-%d %H:%M:%S"))
    frame.to_csv(path, index=False)


def resident(process):
    """Bytes of memory that a process holds now."""
    pages = Path(f"/proc/{process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def run_watched(code):
    """What the code prints, and the most memory it held above that of its imports."""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    before = most = resident(process)
    process.stdin.write("go\n")
    process.stdin.flush()
    lines = []
    reader = threading.Thread(target=lambda: lines.append(process.stdout.readline()))
    reader.start()
    while reader.is_alive():
        with contextlib.suppress(OSError, IndexError):
            most = max(most, resident(process))
        time.sleep(0.002)
    process.wait()
    return {**json.loads(lines[0]), "memory": (most - before) / 2**20}


def measure(path):
    """Dict from call to its best seconds and its megabytes."""
    results = {name: [] for name in _CALLS}
    for _ in range(ROUNDS):
        for name, call in _CALLS.items():
            code = _CHILD.format(call=call.format(path=str(path), columns=COLUMNS))
            results[name].append(run_watched(code))
    checks = {
        (r["rows"], round(r["sum"], 3), r["last"])
        for rs in results.values()
        for r in rs
    }
    assert len(checks) == 1, f"the readings differ: {checks}"
    return {
        name: {key: min(run[key] for run in runs) for key in ("wall", "cpu", "memory")}
        for name, runs in results.items()
    }


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        write_csv(path)
        size = path.stat().st_size / 1e6
        results = measure(path)
    print(f"{ROWS:,} rows x {COLUMNS} columns, {size:.0f} MB, best of {ROUNDS}")
    for name, result in results.items():
        print(
            f"  {name:28s} {result['wall']:6.2f} s ({result['cpu']:.2f} s of processor)"
            f"  {result['memory']:6.0f} MiB more at the peak"
        )
    by_hand, ours = results.values()
    for key, unit, target in (
        ("wall", "time", TIME_TARGET),
        ("cpu", "processor time", TIME_TARGET),
        ("memory", "memory", MEMORY_TARGET),
    ):
        ratio = ours[key] / by_hand[key]
        met = "met" if ratio <= target else "MISSED"
        print(f"  {unit}: {ratio:.2f} times, target {target:g}: {met}")


if __name__ == "__main__":
    main()
