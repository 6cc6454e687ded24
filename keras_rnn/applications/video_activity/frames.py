"""Films, frame by frame: what does the shape do that moves? Many-to-many.

The second half of `video_activity`: every picture of a film gets an activity.
"""

import keras
import numpy as np
from matplotlib.figure import Figure

from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.picture_figures import picture_grid
from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.generated.shape_films import ACTIVITIES
from keras_rnn.layers import ClassProbabilities

BASELINE = "logistic regression on the change to the next frame"
SIZE = 16

# So many batches of 32, at least.
_UPDATES = 1800


def build(*, units: int = 64, dropout: float = 0.2) -> keras.Model:
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


def fit(
    model: keras.Model,
    train: tuple[np.ndarray, np.ndarray],
    validation: tuple[np.ndarray, np.ndarray],
    request: Request,
) -> None:
    """Train a network of frames on what `drawn_films` returns."""
    fit_to_accuracy(
        model,
        train,
        validation,
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
        metrics=["accuracy"],
        name="frames",
    )


def changes_to_next(pictures: np.ndarray) -> np.ndarray:
    """Return how much each pixel changes until the next frame; at the end, not at all.

    From pictures `(films, frames, 16, 16, 3)` to float32 `(films, frames, 768)`.
    """
    values = pictures.reshape(*pictures.shape[:2], -1).astype("float32") / 255
    return np.concatenate([np.diff(values, axis=1), 0 * values[:, :1]], axis=1)


def baseline_accuracy(
    train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray]
) -> float:
    """Return the share of frames of the test that logistic regression tells."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.1, max_iter=200)
    given, truths = (
        [changes_to_next(pictures).reshape(said.size, -1), said.ravel()]
        for pictures, said in (train, test)
    )
    return float(model.fit(*given).score(*truths))


def draw_answers(
    model: keras.Model, pictures: np.ndarray, said: np.ndarray, caption: str
) -> Figure:
    """Return a figure of films with what is said of each frame, the wrong in red.

    Args:
        model: What `build` returned, trained.
        pictures: Array `(films, frames, 16, 16, 3)`.
        said: Integer array `(films, frames)`, what is right.
        caption: String, to stand below.
    """
    found = np.asarray(model.predict(pictures, verbose=0)).argmax(axis=-1)
    count, frames = said.shape
    figure, grid = picture_grid(
        count,
        frames,
        (0.72 * frames, 1.1 * count + 0.7),
        "What happens in each frame; in red what is wrong, and what is right",
        caption,
        title_size=12,
        spines=True,
    )
    for place, axes in np.ndenumerate(grid):
        axes.imshow(pictures[place])
        answer, truth = ACTIVITIES[found[place]], ACTIVITIES[said[place]]
        wrong = answer != truth
        text = f"{answer}\n({truth})" if wrong else answer
        axes.set_xlabel(text, fontsize=7, color="firebrick" if wrong else "0.2")
    return figure
