"""Peak memory of windows over a long series, beside what a user would do instead.

The series has 420,000 ten-minute rows x 19 columns (the generated sample with wind
vectors and the time of day and year, standardised). Each way cuts it into windows of
24 rows, with one column 24 rows later as label, and takes 1,000 shuffled batches of
32, in a fresh process:

  Windows, float32      keras_rnn.forecasting.Windows over a float32 frame, as
                        Scaler.transform returns it
  Windows, float64      the same over a float64 frame, of which Windows keeps a
                        float32 copy
  timeseries_dataset_from_array
                        keras.utils' function, over the float32 frame's values
  one array             all windows stacked into one NumPy array

"peak" is the most memory that the process held at once, less what it held before the
series was there (interpreter and libraries, made to load by a small series first).
It includes the series itself, its time stamps, and everything on top. "ratio" is the
peak divided by the series' values; "ratio of arrays" is the same of the memory that
NumPy and Python asked for (tracemalloc, measured in a second process; TensorFlow's
own memory is not in it).
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from side_by_side import both_ways
from side_by_side.memory import forget_peak, most_resident, resident
from side_by_side.report import Target, finish, options, show_heading

ROWS = 420_000
COLUMNS = 19
BATCHES = 1000
WAYS = {
    "Windows, float32": "float32",
    "Windows, float64": "float64",
    both_ways.STOCK: "float32",
    "one array": "float32",
}


def main():
    args = options(__doc__).parse_args()
    rows = ROWS // 10 if args.quick else ROWS
    show_heading(
        f"{rows:,} rows x {COLUMNS} columns, windows of {both_ways.WIDTH} rows, "
        f"{BATCHES:,} batches of {both_ways.BATCH}"
    )
    table, targets = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "series.npy"
        measured("make", path, rows)
        for way, dtype in WAYS.items():
            series = rows * COLUMNS * int(dtype[-2:]) // 8
            peak = measured("resident", path, way)
            arrays = "" if way == both_ways.STOCK else measured("arrays", path, way)
            table.append(
                [
                    way,
                    f"{series / 1e6:.1f} MB",
                    f"{peak / 1e6:.1f} MB",
                    f"{arrays / series:.2f}" if arrays else "",
                    f"{peak / series:.2f}",
                ]
            )
            first = not targets
            targets.append(Target(peak / series, most=1.5) if first else None)
    columns = ["how", "series", "peak", "ratio of arrays", "ratio"]
    finish(columns, table, targets, args)


def measured(*what):
    """Run this script once more, as another process, and return what it prints."""
    command = [sys.executable, __file__, "--part", *map(str, what)]
    environment = os.environ | {
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, what))} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


# What the other processes do


def make(path, rows):
    """Write the series that all ways read."""
    import numpy as np

    from keras_rnn.datasets.series.weather_sample import generate
    from keras_rnn.forecasting import Scaler, calendar, wind_vectors

    frame = wind_vectors(generate(rows))
    frame = frame.join(calendar(frame, ["day", "year"]))
    assert frame.shape == (rows, COLUMNS)
    np.save(path, Scaler.fit(frame).transform(frame).to_numpy())
    return True


def peak_of(measure, path, way):
    """Return the most bytes held while windows are made and read, in one way."""
    import tracemalloc

    import numpy as np

    small = np.random.default_rng(0).normal(size=(1000, COLUMNS)).astype("float32")
    take_batches(way, small)
    if measure == "arrays":
        tracemalloc.start()
        take_batches(way, np.load(path))
        return tracemalloc.get_traced_memory()[1]
    forget_peak()
    before = resident()
    take_batches(way, np.load(path))
    return most_resident() - before


def take_batches(way, values):
    """Make windows over the values and take batches from them."""
    import numpy as np
    import pandas as pd

    times = pd.date_range("2009", periods=len(values), freq="10min")
    names = [both_ways.TARGET, *map(str, range(1, COLUMNS))]
    values = values.astype(WAYS[way], copy=False)
    frame = pd.DataFrame(values, index=times, columns=names, copy=False)
    del values
    if way == both_ways.STOCK:
        for _ in both_ways.stock(frame).take(BATCHES):
            pass
    elif way == "one array":
        width, ahead = both_ways.WIDTH, both_ways.AHEAD
        views = np.lib.stride_tricks.sliding_window_view(frame, width, axis=0)
        windows = np.stack(views[:-ahead]).transpose(0, 2, 1)
        order = np.random.default_rng(0).permutation(len(windows))
        for batch in range(min(BATCHES, len(windows) // both_ways.BATCH)):
            first = batch * both_ways.BATCH
            windows[order[first : first + both_ways.BATCH]]
    else:
        windows = both_ways.ours(frame)
        for batch in range(min(BATCHES, len(windows))):
            windows[batch]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        what, path, detail = sys.argv[2:]
        making = what == "make"
        found = make(path, int(detail)) if making else peak_of(what, path, detail)
        print(json.dumps(found))
    else:
        main()
