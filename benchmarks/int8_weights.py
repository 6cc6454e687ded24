"""What weights of eight bits save in a LiteRT file, and what they cost.

Of each cell, the model of benchmarks/runtimes.py (two layers of 16 units, weights at
random, an answer at each step) on one sequence of 1,000 steps: kilobytes, and the
largest difference from Keras. Then a network that was trained, `sentiment` on the
sentences of film reviews, a few epochs: its accuracy on sentences that it has not seen.
"""

import os
import tempfile
from pathlib import Path

import runtimes
from side_by_side.report import Target, finish, options, show_heading

WEIGHTS = ("float32", "int8")


def main():
    parser = options(__doc__)
    parser.add_argument("--data", help="default: as keras-rnn run; or sample")
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    show_heading("LiteRT files with float32 weights and with int8 weights")
    rows, targets = [], []
    for cell in ["lstm", "min_gru"] if arguments.quick else runtimes.cells():
        small, loss = of_cell(cell)
        rows.append([cell, *small, f"{loss:.1g}"])
        targets.append(None)
    small, scores = of_sentiment(arguments)
    accuracies = f"accuracy {scores[0]:.4f}, then {scores[1]:.4f}"
    rows.append(["sentiment, trained", *small, accuracies])
    targets.append(Target(scores[0] - scores[1], most=0.005))
    columns = ["model", "kB, float32", "kB, int8", "largest difference"]
    finish(columns, rows, targets, arguments)


def exported(model, folder):
    """Return both files of a model, and their kilobytes."""
    from keras_rnn.runtimes import export

    made = [
        export(model, "litert", folder / f"net_{one}", weights=one) for one in WEIGHTS
    ]
    return [one.paths[0] for one in made], [f"{one.bytes / 1000:.1f}" for one in made]


def of_cell(cell):
    import numpy as np

    from keras_rnn.runtimes.litert_file import run_litert
    from keras_rnn.runtimes.reading import read_model

    model = runtimes.build(cell)
    shape = (1, runtimes.STEPS, runtimes.FEATURES)
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    wanted = model.predict(x, verbose=0)
    with tempfile.TemporaryDirectory() as name:
        (_, path), sizes = exported(model, Path(name))
        (found,) = run_litert(path, read_model(model), [x], step=False)
    return sizes, float(np.abs(found - wanted).max())


def of_sentiment(arguments):
    import numpy as np

    from keras_rnn.applications import sentiment
    from keras_rnn.applications.contract import Request
    from keras_rnn.applications.shared.splits import split
    from keras_rnn.applications.without_backend.networks import KerasNetwork
    from keras_rnn.applications.without_backend.sentiment import numbers
    from keras_rnn.runtimes.litert_file import run_litert
    from keras_rnn.runtimes.reading import read_model

    data, epochs = arguments.data, 1 if arguments.quick else arguments.epochs
    done = sentiment.train(Request(data=data, epochs=epochs, verbose=0))
    labels, graph = done.data.labels, read_model(done.model)
    parts = split(len(done.data), test=0.1, validation=0.1, labels=labels)
    test = parts.test[: 50 if arguments.quick else None]
    network, scores = KerasNetwork(done.model), []
    with tempfile.TemporaryDirectory() as name:
        paths, sizes = exported(done.model, Path(name))
        for path in paths:
            found = [
                run_litert(
                    path,
                    graph,
                    [numbers(network, [done.data.texts[place]])],
                    step=False,
                )[0].argmax()
                for place in test
            ]
            scores.append(float(np.mean(np.array(found) == labels[test])))
    return sizes, scores


if __name__ == "__main__":
    main()
