"""Windows a second: keras_rnn.forecasting.Windows beside Keras's own pipeline.

Both sides cut the same series (49,000 windows of 24 rows x 14 columns, the
temperature a day later as label) into shuffled batches of 32, and a Python loop takes
all batches of an epoch. The sides take turns; the table has the median of their
epochs. Before that, one epoch in order makes sure that both give the same windows; it
is the warm-up and not timed.

A training loop gets its batches from the same two objects, on TensorFlow through a
`tf.data` pipeline that Keras puts around ours: epoch_seconds.py measures that.
"""

import os
import statistics
import time

from side_by_side import both_ways
from side_by_side.report import Target, finish, options, show_heading

ROUNDS = 5
WINDOWS = 49_000


def main():
    args = options(__doc__, ROUNDS).parse_args()
    rounds = args.rounds or (2 if args.quick else ROUNDS)
    count = WINDOWS // 10 if args.quick else WINDOWS
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    show_heading(
        f"{count:,} windows of {both_ways.WIDTH} rows x {both_ways.COLUMNS} columns, "
        f"batch {both_ways.BATCH}, shuffled; {rounds} epochs each, in turns"
    )
    frame = both_ways.series(count)
    check_the_same(frame)

    windows, dataset = both_ways.ours(frame), both_ways.stock(frame)
    seconds = {"stock": [], "ours": []}
    for epoch in range(rounds):
        windows.epoch = epoch
        seconds["stock"].append(seconds_for(dataset))
        seconds["ours"].append(seconds_for(windows[i] for i in range(len(windows))))

    median = {side: statistics.median(found) for side, found in seconds.items()}
    ratio = median["stock"] / median["ours"]
    names = {"stock": both_ways.STOCK, "ours": "keras_rnn.forecasting.Windows"}
    rows = [
        [
            name,
            f"{count / median[side]:,.0f}",
            f"{median[side]:.3f}",
            f"{min(seconds[side]):.3f} - {max(seconds[side]):.3f}",
            f"{median['stock'] / median[side]:,.0f}",
        ]
        for side, name in names.items()
    ]
    columns = ["how", "windows/s", "seconds", "range", "ratio"]
    finish(columns, rows, [None, Target(ratio, least=100)], args)


def seconds_for(batches):
    """Return how long it takes to go through all batches."""
    begin = time.perf_counter()
    for _ in batches:
        pass
    return time.perf_counter() - begin


def check_the_same(frame):
    """Make sure that both sides give the same windows in the same order."""
    import numpy as np

    windows = both_ways.ours(frame, shuffle=False)
    batches = list(both_ways.stock(frame, shuffle=False).as_numpy_iterator())
    assert len(batches) == len(windows)
    for number, theirs in enumerate(batches):
        for mine, other in zip(windows[number], theirs, strict=True):
            assert np.array_equal(mine, other), f"batch {number} differs"


if __name__ == "__main__":
    main()
