"""Seconds an epoch: keras_rnn.training.fit beside Keras's pipeline and model.fit.

The same models learn from the same 49,000 windows (24 rows x 14 columns, the
temperature a day later, batches of 32, shuffled), with Adam and the mean squared
error:

  linear   all 24 x 14 numbers to one, by a Dense layer
  lstm     LSTM(32), then a Dense layer

  stock    model.fit(timeseries_dataset_from_array(...), epochs=20)
  ours     keras_rnn.training.fit(model, Windows(...), epochs=20)

Everything else is left at its default, in silence (verbose=0, which spares the stock
side its progress bar). Ours sends 64 batches at a time to the backend and, on
TensorFlow, compiles the LSTM with XLA, as it does for any training as long as this
one. The trainings run in processes of their own that take turns, and end early, after
the rounds asked for. A turn is two epochs, of which the second is timed; the very
first epoch, with its tracing and compiling, has a column of its own. The median is
that of the timed epochs, and "20 epochs" is the first one and 19 times the median.

Ratios are to the stock way on TensorFlow, of the medians; on JAX too. The stock way
on JAX is shown beside it.
"""

import os
import statistics
import sys

from side_by_side import both_ways
from side_by_side.report import Target, finish, options, show_heading
from side_by_side.turns import Contestant, race, turn_taker

ROUNDS = 5
EPOCHS = 20
# Two epochs a turn, and one in which the process is told to end.
MOST_ROUNDS = EPOCHS // 2 - 1
WINDOWS = 49_000
MODELS = ("linear", "lstm")

# (who, backend) -> least ratio to the stock way on TensorFlow, for each model
TARGETS = {
    ("ours", "tensorflow"): {"linear": 4, "lstm": 2},
    ("ours", "jax"): {"linear": 10, "lstm": 4},
}
WAYS = [("stock", "tensorflow"), *TARGETS, ("stock", "jax")]


def main():
    parser = options(__doc__, ROUNDS)
    parser.add_argument(
        "--models", nargs="+", choices=MODELS, default=MODELS, help="default: both"
    )
    args = parser.parse_args()
    rounds = min(args.rounds or (2 if args.quick else ROUNDS), MOST_ROUNDS)
    count = WINDOWS // 10 if args.quick else WINDOWS
    show_heading(
        f"{count:,} windows of {both_ways.WIDTH} rows x {both_ways.COLUMNS} columns, "
        f"batch {both_ways.BATCH}; {rounds} timed epochs each, in turns"
    )
    rows, targets = [], []
    for name in args.models:
        contestants = [
            Contestant(
                f"{name}, {who}, {backend}",
                backend,
                [__file__, "--train", name, who, str(count)],
            )
            for who, backend in WAYS
        ]
        race(contestants, rounds, say)
        median = [statistics.median(one.seconds) for one in contestants]
        for way, one, seconds in zip(WAYS, contestants, median, strict=True):
            ratio = median[0] / seconds
            least = TARGETS.get(way, {}).get(name)
            rows.append(
                [
                    one.name,
                    f"{one.first:.1f}",
                    f"{seconds:.2f}",
                    f"{min(one.seconds):.2f} - {max(one.seconds):.2f}",
                    f"{one.first + (EPOCHS - 1) * seconds:.0f}",
                    f"{one.loss:.3f}",
                    f"{ratio:.1f}",
                ]
            )
            targets.append(Target(ratio, least=least) if least else None)
    columns = ["how", "first", "median", "range", "20 epochs", "loss", "ratio"]
    finish(columns, rows, targets, args)


def train(name, who, windows):
    """Train one model in one way, taking turns: what each process does."""
    frame = both_ways.series(windows)
    if who == "ours":
        from keras_rnn.training import fit

        batches = both_ways.ours(frame)
        model = build(name)
        fit(model, batches, epochs=EPOCHS, callbacks=[turn_taker()], verbose=0)
    else:
        batches = both_ways.stock(frame)
        model = build(name)
        model.fit(batches, epochs=EPOCHS, callbacks=[turn_taker()], verbose=0)


def build(name):
    """Return the compiled model."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    reader = layers.LSTM(32) if name == "lstm" else layers.Flatten()
    model = keras.Sequential(
        [
            keras.Input((both_ways.WIDTH, both_ways.COLUMNS)),
            reader,
            layers.Dense(1),
            layers.Reshape((1, 1)),
        ]
    )
    model.compile("adam", "mse")
    return model


def say(words):
    """Show on a terminal that something happens."""
    if sys.stderr.isatty():
        print(f"\r{words:<60}", end="\r", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--train"]:
        train(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        os._exit(0)
    main()
