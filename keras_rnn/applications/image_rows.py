"""Digits read row by row: which one is it? Many-to-one.

The example of the guide *Working with RNNs*: an image of 28 by 28 pixels is a sequence
of 28 steps of 28 features.
"""

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared.figure_grid import blank_page
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.scores import accuracy
from keras_rnn.architectures import many_to_one
from keras_rnn.datasets.pictures import digits
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.errors import UserError
from keras_rnn.layers import ClassProbabilities

BASELINE = "logistic regression on the pixels"
NAMES = tuple("0123456789")

# So many batches of 64, at least.
_UPDATES = 1900


def build(*, units=96, dropout=0.3):
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


def predict(model, paths):
    """Return the probability of each digit for files of images.

    A picture is made grey and 28 by 28 pixels. The network knows bright ink on dark
    paper: if the border is bright, black and white change places.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        paths: List of paths.

    Returns:
        Array of shape `(len(paths), 10)`.

    Raises:
        UserError: A file is missing, or no picture.
    """
    images = [_as_ink(read_image(path, (digits.SIZE, digits.SIZE))) for path in paths]
    return np.asarray(model.predict(np.array(images, "float32"), verbose=0))


def classes(model):
    """Return the layer that knows what the classes are called."""
    return model.get_layer("head").get_layer("answer")


def train(request):
    """Train on 7,000 images and judge on 2,000, stratified; 1,000 choose the epoch.

    Args:
        request: `keras_rnn.applications.contract.Request`, with `data` `None` or
            `"sample"`.

    Returns:
        `Outcome` with the metric `accuracy`.

    Raises:
        UserError: Other data are asked for, or a file cannot be read.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split

    if request.data not in (None, "sample"):
        raise UserError(
            f"image_rows has no data {request.data!r}: leave --data out or say sample."
        )
    data = digits.load(generated=request.data == "sample")
    request.tell_data(data)
    images, labels = data.images.astype("float32"), data.labels.astype("int32")
    rest, test = train_test_split(
        np.arange(len(labels)), test_size=0.2, stratify=labels, random_state=0
    )
    train, validation = train_test_split(
        rest, test_size=1 / 8, stratify=labels[rest], random_state=0
    )
    request.tell(
        "Images",
        f"{len(train):,} to train, {len(validation):,} to validate, "
        f"{len(test):,} to test",
    )
    flat = images.reshape(len(images), -1) / 255
    pixels = LogisticRegression(C=0.03, max_iter=500).fit(flat[rest], labels[rest])
    simple = float(pixels.score(flat[test], labels[test]))
    request.tell("Baseline", f"{BASELINE}: accuracy {simple:.3f}")

    training.set_seed(request.seed)
    model = build()
    fit_to_accuracy(
        model,
        (images[train], labels[train]),
        (images[validation], labels[validation]),
        request,
        batches=-(-len(train) // 64),
        updates=_UPDATES,
        learning_rate=4e-3,
        batch_size=64,
        metrics=["accuracy"],
    )
    found = np.asarray(model.predict(images[test], batch_size=256, verbose=0))
    wrong = test[found.argmax(axis=1) != labels[test]]
    return Outcome(
        model=model,
        data=data,
        metrics={"accuracy": accuracy(found, labels[test])},
        baseline={"accuracy": simple},
        baseline_name=BASELINE,
        more={"test": len(test), "wrong": len(wrong)},
        figures={"digits": _figure(model, images, labels, test, wrong, data)},
    )


def _as_ink(image):
    """Bright ink on dark paper, whatever the picture was."""
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    return 255 - image if np.median(border) > 127 else image


def _figure(model, images, labels, test, wrong, data):
    """Right answers above, wrong ones below."""
    title = "Digits that no training has seen, read row by row"
    figure, grid = blank_page(2, 8, (9, 3.6), title, data.describe(), title_size=12)
    right = test[~np.isin(test, wrong)]
    for row, (kind, places) in zip(
        grid, (("right", right), ("wrong", wrong)), strict=True
    ):
        row[0].set_ylabel(kind)
        for axes, place in zip(row, places, strict=False):
            answer = np.asarray(model.predict(images[place : place + 1], verbose=0))[0]
            axes.imshow(images[place], cmap="gray_r")
            title = f"{labels[place]}: says {answer.argmax()} ({answer.max():.0%})"
            axes.set_title(title, fontsize=8)
    return figure
