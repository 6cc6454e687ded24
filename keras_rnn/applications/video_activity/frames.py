"""Films, frame by frame: what does the shape do that moves? Many-to-many.

The second half of `video_activity`: every picture of a film gets an activity.
"""

import keras
import numpy as np

from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.generated.shape_drawing import draw_all
from keras_rnn.datasets.generated.shape_films import (
    ACTIVITIES,
    activities,
    random_films,
)
from keras_rnn.layers import ClassProbabilities

BASELINE = "logistic regression on the change to the next frame"
SIZE = 16


def build(*, units=64, dropout=0.2):
    """Build the network: each picture becomes a vector, then both directions of time.

    Args:
        units: Integer, size of each direction's state. Default: `64`.
        dropout: Float, fraction dropped of what each frame's answer is made from.
            Default: `0.2`.

    Returns:
        `keras.Model` from pictures `(batch, frames, 16, 16, 3)`, 0 to 255, to
        probabilities `(batch, frames, 5)`.
    """
    convolution = {"strides": 2, "padding": "same", "activation": "relu"}
    picture = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            keras.layers.Rescaling(1 / 127.5, offset=-1),
            keras.layers.Conv2D(16, 3, **convolution),
            keras.layers.Conv2D(32, 3, **convolution),
            keras.layers.Flatten(),
            keras.layers.Dense(64),
        ],
        name="picture",
    )
    return many_to_many(
        keras.Input((None, SIZE, SIZE, 3), name="film"),
        {"cell": "gru", "units": units, "bidirectional": True},
        encoder=keras.layers.TimeDistributed(picture, name="pictures"),
        head=keras.Sequential(
            [keras.layers.Dropout(dropout), ClassProbabilities(ACTIVITIES)],
            name="head",
        ),
        name="film_frames",
    )


def films(count, of, seed=0):
    """Return films of generated shapes and what happens in each of their frames.

    Args:
        count: Integer.
        of: String, `"train"`, `"validation"` or `"test"`: some colour, shape and
            motion come together in the test alone.
        seed: Integer. Default: `0`.

    Returns:
        Tuple: pictures `(count, frames, 16, 16, 3)` of unsigned bytes, and the number
        of each frame's activity `(count, frames)`.
    """
    parts = ("train", "validation", "test")
    generator = np.random.default_rng((seed, parts.index(of)))
    drawn = random_films(generator, count, of)
    pictures = draw_all([scene for film in drawn for scene in film], SIZE)
    shape = (count, len(drawn[0]), SIZE, SIZE, 3)
    return pictures.reshape(shape), np.array([activities(film) for film in drawn])


def change_to_the_next(pictures):
    """Return how much each pixel changes until the next frame; at the end, not at all.

    Args:
        pictures: Array `(films, frames, 16, 16, 3)`.

    Returns:
        float32 array `(films, frames, 768)`.
    """
    values = pictures.reshape(*pictures.shape[:2], -1).astype("float32") / 255
    return np.concatenate([np.diff(values, axis=1), 0 * values[:, :1]], axis=1)


def baseline(train, test):
    """Return the share of frames that logistic regression tells.

    Args:
        train: Tuple of pictures and activities, as of `films`.
        test: Likewise.
    """
    from sklearn.linear_model import LogisticRegression

    pictures, said = train
    model = LogisticRegression(C=0.1, max_iter=200)
    model.fit(change_to_the_next(pictures).reshape(said.size, -1), said.ravel())
    pictures, said = test
    changes = change_to_the_next(pictures).reshape(said.size, -1)
    return float(model.score(changes, said.ravel()))


def draw_answers(model, pictures, said, caption):
    """Return a picture of films with what is said of each frame, the wrong in red.

    Args:
        model: What `build` returned, trained.
        pictures: Array `(films, frames, 16, 16, 3)`.
        said: Integer array `(films, frames)`, what is right.
        caption: String.

    Returns:
        `matplotlib` figure.
    """
    from matplotlib.figure import Figure

    found = np.asarray(model.predict(pictures, verbose=0)).argmax(axis=-1)
    count, frames = said.shape
    figure = Figure(figsize=(0.72 * frames, 1.1 * count + 0.7), layout="constrained")
    grid = figure.subplots(count, frames, squeeze=False)
    for row, film, answers, right in zip(grid, pictures, found, said, strict=True):
        for axes, picture, answer, truth in zip(row, film, answers, right, strict=True):
            axes.imshow(picture)
            axes.set(xticks=[], yticks=[])
            wrong = answer != truth
            text = ACTIVITIES[answer] + (f"\n({ACTIVITIES[truth]})" if wrong else "")
            axes.set_xlabel(text, fontsize=7, color="firebrick" if wrong else "0.2")
    figure.suptitle(
        "What happens in each frame; in red what is wrong, and what is right"
    )
    figure.supxlabel(caption, fontsize=7, color="0.4")
    return figure
