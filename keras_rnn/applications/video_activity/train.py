"""Activity: what does somebody do whom a watch or a camera follows? Many-to-one.

*Chapter 5*, 5.1 and 5.5: video activity recognition. The recordings of a watch get one
answer each; frame by frame, which is many-to-many, is in `frames`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from matplotlib.figure import Figure

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.learning import as_bytes, fit_to_loss
from keras_rnn.applications.shared.scores import accuracy
from keras_rnn.applications.video_activity import frames
from keras_rnn.architectures import many_to_one
from keras_rnn.datasets.generated.shape_films import drawn_films
from keras_rnn.datasets.series import motions
from keras_rnn.layers import ClassProbabilities

BASELINE = "logistic regression on each channel's mean and spread"

# Of batches of 8: forty recordings are few, and each is read often.
_EPOCHS, _BATCH = 60, 8

# Of films, whose pictures are drawn on the spot.
_FILMS = {"train": 3600, "validation": 300, "test": 300}


def build(
    classes: Sequence[str],
    channels: int,
    *,
    units: int = 48,
    dropout: float = 0.3,
    noise: float = 0.3,
) -> keras.Model:
    """Build the network: the recording in both directions, and one answer.

    Args:
        classes: Sequence of strings.
        channels: Integer.
        units: Integer, size of each direction's state. Default: `48`.
        dropout: Float, fraction dropped of the last state. Default: `0.3`.
        noise: Float, what is added to each standardised value in training. Default:
            `0.3`.

    Returns:
        `keras.Model` from measurements `(batch, steps, channels)`, as the sensor gives
        them, to probabilities `(batch, classes)`. Its layer `"scale"` is to be adapted
        to the training part.
    """
    return many_to_one(
        keras.Input((None, channels), name="motion"),
        {"cell": "gru", "units": units, "bidirectional": True},
        encoder=keras.Sequential(
            [
                keras.Input((None, channels)),
                keras.layers.Normalization(name="scale"),
                keras.layers.GaussianNoise(noise),
            ],
            name="encoder",
        ),
        head=keras.Sequential(
            [keras.layers.Dropout(dropout), ClassProbabilities(classes, name="answer")],
            name="head",
        ),
        name="video_activity",
    )


def probabilities(model: keras.Model, paths: Sequence[str | Path]) -> np.ndarray:
    """Return the probability of each activity for files of measurements.

    A line of the text is a measurement, with a number for each channel, with commas or
    blanks between.

    Raises:
        UserError: A file is missing, or holds something else.
    """
    channels = model.input_shape[-1]
    found = [
        model.predict(motions.read_recording(path, channels)[None], verbose=0)[0]
        for path in paths
    ]
    return np.asarray(found)


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer paths of measurements: the activity in each."""
    layer = model.get_layer("head").get_layer("answer")
    return Answers.of_classes(inputs, probabilities(model, inputs), layer)


def train(request: Request) -> Outcome:
    """Train on the recordings that the archive has for it, judge once on the others.

    Forty recordings leave none to choose an epoch by: all are learned from, for a
    number of epochs that is fixed beforehand, and the last weights are kept.

    Returns:
        `Outcome` with the metrics `accuracy`, of recordings, and `frame_accuracy`, of
        the frames of generated films; the network for these is in `frames.keras`.
    """
    data = request.load(motions.load)
    request.tell(
        "Recordings",
        f"{len(data.train)} to train, {len(data.test)} to test: "
        f"{', '.join(data.classes)}",
    )
    simple = mean_and_spread(data)
    request.tell("Baseline", f"{BASELINE}: accuracy {simple:.3f}")
    training.set_seed(request.seed)
    model = build(data.classes, data.train.shape[-1])
    fit(model, data, request)
    found = np.asarray(model.predict(data.test, batch_size=64, verbose=0))

    films = {of: drawn_films(count, of) for of, count in _FILMS.items()}
    pictures, said = films["test"]
    request.tell_split(
        "Films (generated)",
        films["train"][1],
        films["validation"][1],
        said,
        f", of {said.shape[1]} frames",
    )
    simple_frames = frames.baseline_accuracy(films["train"], films["test"])
    request.tell("Baseline", f"{frames.BASELINE}: accuracy {simple_frames:.3f}")
    training.set_seed(request.seed)
    frame_model = frames.build()
    frames.fit(frame_model, films["train"], films["validation"], request)
    by_frame = np.asarray(frame_model.predict(pictures, batch_size=64, verbose=0))
    caption = f"films of coloured shapes (generated, not real): {len(said)} in the test"
    return Outcome(
        model=model,
        data=data,
        metrics={
            "accuracy": accuracy(found, data.test_labels),
            "frame_accuracy": float((by_frame.argmax(axis=-1) == said).mean()),
        },
        baseline={"accuracy": simple, "frame_accuracy": simple_frames},
        baseline_name=BASELINE,
        more={
            "test": len(data.test),
            "classes": list(data.classes),
            "frame_baseline_name": frames.BASELINE,
            "test_frames": int(said.size),
        },
        figures={
            "activities": draw_recordings(data, found),
            "frames": frames.draw_answers(frame_model, pictures[:5], said[:5], caption),
        },
        files={"frames.keras": as_bytes(frame_model)},
    )


def fit(model: keras.Model, data: motions.Motions, request: Request) -> None:
    """Train a network that `build` returned on all recordings of the training part."""
    model.get_layer("encoder").get_layer("scale").adapt(data.train)
    fit_to_loss(
        model,
        "sparse_categorical_crossentropy",
        (data.train, data.train_labels),
        None,
        request,
        epochs=_EPOCHS,
        learning_rate=5e-3,
        metrics=["accuracy"],
        batch_size=_BATCH,
        name="recordings",
    )


def mean_and_spread(data: motions.Motions) -> float:
    """Return the accuracy of the baseline on the test part."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def facts(series):
        return np.concatenate([series.mean(axis=1), series.std(axis=1)], axis=1)

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    model.fit(facts(data.train), data.train_labels)
    return float(model.score(facts(data.test), data.test_labels))


def draw_recordings(data: motions.Motions, found: np.ndarray) -> Figure:
    """Draw a recording of each class of the test, with the answer of a network."""
    names = data.classes
    figure = Figure(figsize=(9, 1.5 * len(names) + 0.8), layout="constrained")
    grid = figure.subplots(len(names), sharex=True, squeeze=False)[:, 0]
    for number, (axes, name) in enumerate(zip(grid, names, strict=True)):
        place = np.flatnonzero(data.test_labels == number)[0]
        axes.plot(data.test[place], linewidth=0.9)
        said = found[place]
        axes.set_title(
            f"{name}: says {names[said.argmax()]} ({said.max():.0%})", fontsize=9
        )
        axes.set_ylabel("as measured", fontsize=8)
    grid[-1].set_xlabel("step")
    figure.suptitle("Recordings that no training has seen, a line a channel")
    figure.supxlabel(data.describe(), fontsize=7, color="0.4")
    return figure
