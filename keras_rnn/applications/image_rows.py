"""Digits read row by row: which one is it? Many-to-one.

The example of the guide *Working with RNNs*: an image of 28 by 28 pixels is a sequence
of 28 steps of 28 features.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.picture_figures import draw_rows, right_and_wrong
from keras_rnn.applications.shared.scores import accuracy
from keras_rnn.applications.shared.splits import split
from keras_rnn.architectures import many_to_one
from keras_rnn.datasets.pictures import digits
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.errors import UserError
from keras_rnn.layers import ClassProbabilities

BASELINE = "logistic regression on the pixels"
NAMES = tuple("0123456789")

# So many batches of 64, at least.
_UPDATES = 1900


def build(*, units: int = 96, dropout: float = 0.3) -> keras.Model:
    """Build the network: rows from above to below and back, and one answer.

    Args:
        units: Integer, size of each direction's state. Default: `96`.
        dropout: Float, fraction dropped of the last state. Default: `0.3`.

    Returns:
        `keras.Model` from pixels `(batch, 28, 28)`, 0 (paper) to 255 (ink), to
        probabilities `(batch, 10)`.
    """
    return many_to_one(
        keras.Input((digits.SIZE, digits.SIZE), name="image"),
        {"cell": "gru", "units": units, "bidirectional": True},
        encoder=keras.layers.Rescaling(1 / 255, name="encoder"),
        head=keras.Sequential(
            [keras.layers.Dropout(dropout), ClassProbabilities(NAMES, name="answer")],
            name="head",
        ),
        name="image_rows",
    )


def probabilities(model: keras.Model, paths: Sequence[str | Path]) -> np.ndarray:
    """Return the probability of each digit for files of images, `(len(paths), 10)`.

    A picture is made grey and 28 by 28 pixels. The network knows bright ink on dark
    paper: if the border is bright, black and white change places.

    Raises:
        UserError: A file is missing, or no picture.
        ValueError: The model reads something else.
    """
    rows = (digits.SIZE, digits.SIZE)
    if tuple(model.input_shape[1:]) != rows:
        raise ValueError(f"it reads {model.input_shape[1:]}, not {rows} pixels.")
    images = [_as_ink(read_image(path, rows)) for path in paths]
    return np.asarray(model.predict(np.array(images, "float32"), verbose=0))


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer paths of images: the digit in each."""
    layer = model.get_layer("head").get_layer("answer")
    return Answers.of_classes(inputs, probabilities(model, inputs), layer)


def train(request: Request) -> Outcome:
    """Train on 7,000 images and judge on 2,000, stratified; 1,000 choose the epoch.

    Returns:
        `Outcome` with the metric `accuracy`.

    Raises:
        UserError: Other data are asked for, or a file cannot be read.
    """
    from sklearn.linear_model import LogisticRegression

    if request.data not in (None, "sample"):
        raise UserError(
            f"image_rows has no data {request.data!r}: it takes its own, or sample."
        )
    data = request.load(lambda source: digits.load(generated=source == "sample"))
    images, labels = data.images.astype("float32"), data.labels.astype("int32")
    train, validation, test, known = split(
        len(labels), test=0.2, validation=1 / 8, labels=labels
    )
    request.tell_split("Images", train, validation, test)
    flat = images.reshape(len(images), -1) / 255
    pixels = LogisticRegression(C=0.03, max_iter=500).fit(flat[known], labels[known])
    simple = float(pixels.score(flat[test], labels[test]))
    request.tell("Baseline", f"{BASELINE}: accuracy {simple:.3f}")

    training.set_seed(request.seed)
    model = build()
    fit_to_accuracy(
        model,
        (images[train], labels[train]),
        (images[validation], labels[validation]),
        request,
        updates=_UPDATES,
        learning_rate=4e-3,
        batch_size=64,
        metrics=["accuracy"],
    )
    found = np.asarray(model.predict(images[test], batch_size=256, verbose=0))
    right = found.argmax(axis=1) == labels[test]

    def draw(axes, place):
        said = found[place]
        axes.imshow(images[test[place]], cmap="gray_r")
        text = f"{labels[test[place]]}: says {said.argmax()} ({said.max():.0%})"
        axes.set_title(text, fontsize=8)

    return Outcome(
        model=model,
        data=data,
        metrics={"accuracy": accuracy(found, labels[test])},
        baseline={"accuracy": simple},
        baseline_name=BASELINE,
        more={"test": len(test), "wrong": int((~right).sum())},
        figures={
            "digits": draw_rows(
                right_and_wrong(right),
                draw,
                (9, 3.6),
                "Digits that no training has seen, read row by row",
                data.describe(),
                columns=8,
                title_size=12,
            )
        },
    )


def _as_ink(image):
    """Bright ink on dark paper, whatever the picture was."""
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    return 255 - image if np.median(border) > 127 else image
