"""Seconds a training step: minGRU and minLSTM beside Keras's LSTM, at growing lengths.

Each model reads sequences of 16 features with one recurrent layer of 64 units and
answers with one number (a Dense layer on the last output); a step is one
`train_on_batch` with 16 sequences, forward, backward and Adam. Everything is left at
Keras's defaults, so on TensorFlow the LSTM is compiled with XLA and the other two,
which do not gain from it, are not.

  LSTM      one step after another: time grows with the length
  minGRU    all steps at once, by a scan over logarithms
  minLSTM   the same, with two gates

The three take turns in one process, and all are warmed up before. `--backend jax`
measures on JAX. The ratio is LSTM's median time by the layer's: above 1, the layer
is faster. There is no target: how much a scan gains depends on how many numbers a
machine can work on at once, which for two cores is few.
"""

import os
import statistics
import time

from side_by_side.report import finish, options, show_heading

ROUNDS = 5
LENGTHS = (128, 512, 2048, 8192)
QUICK_LENGTHS = (128, 512)
BATCH, FEATURES, UNITS = 16, 16, 64


def main():
    parser = options(__doc__, ROUNDS)
    parser.add_argument("--backend", choices=("tensorflow", "jax"))
    parser.add_argument(
        "--lengths", nargs="+", type=int, help="default: 128 512 2048 8192"
    )
    args = parser.parse_args()
    if args.backend:
        os.environ["KERAS_BACKEND"] = args.backend
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    rounds = args.rounds or (2 if args.quick else ROUNDS)
    lengths = args.lengths or (QUICK_LENGTHS if args.quick else LENGTHS)
    show_heading(
        f"batch {BATCH}, {FEATURES} features, {UNITS} units, on "
        f"{os.environ['KERAS_BACKEND']}; {rounds} timed steps each, in turns"
    )
    rows = []
    for length in lengths:
        seconds, first = measure(length, rounds)
        median = {name: statistics.median(found) for name, found in seconds.items()}
        for name, found in seconds.items():
            ratio = median["LSTM"] / median[name]
            rows.append(
                [
                    f"{length:,} steps, {name}",
                    f"{first[name]:.1f}",
                    f"{median[name]:.3f}",
                    f"{min(found):.3f} - {max(found):.3f}",
                    f"{ratio:.1f}",
                ]
            )
    columns = ["how", "first", "median", "range", "ratio"]
    finish(columns, rows, [None] * len(rows), args)


def measure(length, rounds):
    """Return the seconds of each training step by layer, and of the first ones."""
    import numpy as np

    draw = np.random.default_rng(0).normal
    x = draw(size=(BATCH, length, FEATURES)).astype("float32")
    y = draw(size=(BATCH, 1)).astype("float32")
    models, first = {}, {}
    for name, layer in layers().items():
        models[name] = build(layer, length)
        first[name] = step(models[name], x, y)
        step(models[name], x, y)
    seconds = {name: [] for name in models}
    for _ in range(rounds):
        for name, model in models.items():
            seconds[name].append(step(model, x, y))
    return seconds, first


def layers():
    """Return the layers to compare, by name."""
    import keras

    from keras_rnn.layers import MinGRU, MinLSTM

    return {
        "LSTM": keras.layers.LSTM(UNITS),
        "minGRU": MinGRU(UNITS),
        "minLSTM": MinLSTM(UNITS),
    }


def build(layer, length):
    """Return a compiled model around a recurrent layer."""
    import keras

    model = keras.Sequential(
        [keras.Input((length, FEATURES)), layer, keras.layers.Dense(1)]
    )
    model.compile("adam", "mse")
    return model


def step(model, x, y):
    """Train a step, and return how long it took."""
    begin = time.perf_counter()
    float(model.train_on_batch(x, y))
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
