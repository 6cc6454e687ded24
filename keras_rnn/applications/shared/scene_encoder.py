"""Eyes for scenes of shapes: trained to name what is where, then left as they are.

The systems of captioning all took a network that had learned to name photographs, and
trained what writes on top of it. These eyes are such a network for coloured shapes.
They learn two things of each place: what is there, from the colours around it; and on
which side of something else it is, from where in the picture something is, and from
nothing else. So a red circle on the left is seen by who never saw one there.
"""

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.shared.learning import fit_to_loss
from keras_rnn.applications.shared.question_network import eyes
from keras_rnn.datasets.generated.shape_scene import COLOURS, RELATIONS, SHAPES, SIZES

SIZE = 32

# What can be said of the thing at a place; 0 is that there is none.
NAMES = {"colour": tuple(COLOURS), "shape": SHAPES, "size": tuple(SIZES)}
# And on which side of another thing it is.
SIDES = {"across": RELATIONS[:2], "upright": RELATIONS[2:]}

# What a place knows of where things are, before its side is told.
_HIDDEN = 8

# What a sure name counts, so that who reads it soon takes notice.
_LARGE = 4.0

# So many batches of 32, at least.
_UPDATES = 1000


def build(width=48):
    """Return eyes that know nothing yet.

    Args:
        width: Integer, size of what they see at a place, before they name it.
            Default: `48`.

    Returns:
        `keras.Model` from pictures `(batch, 32, 32, 3)`, 0 to 255, to
        `(batch, 4, 4, names)`: for each place the probabilities of all `NAMES` and
        `SIDES`, times 4; all about 0 where nothing is.
    """
    return all_names(_naming(width))


def naming_places(width):
    """Return what tells names at 4 by 4 places, and has not learned to yet.

    Args:
        width: See `build`.

    Returns:
        `keras.Model` from pictures `(batch, 32, 32, 3)`, 0 to 255, to what `named`
        returns of `NAMES`.
    """
    seeing = eyes(SIZE, width)
    # Places of 8 by 8 pixels: each thing covers the middle of one or more, and never
    # that of a place which another thing covers.
    grid = keras.layers.Conv2D(width, 2, strides=2, activation="relu")(
        seeing.outputs[0]
    )
    return keras.Model(seeing.inputs[0], named(grid, NAMES), name="naming")


def _naming(width):
    """The same with sides, after the names."""
    naming = naming_places(width)
    what = naming.outputs
    rows, columns = what[0].shape[1:3]
    something = keras.layers.Flatten()(1 - what[0][..., :1])
    hidden = keras.layers.Dense(96, activation="tanh")(something)
    where = keras.layers.Dense(rows * columns * _HIDDEN, activation="tanh")(hidden)
    where = keras.layers.Reshape((rows, columns, _HIDDEN))(where)
    return keras.Model(naming.inputs[0], [*what, *named(where, SIDES)], name="naming")


def all_names(naming):
    """Return eyes that see the probabilities of names, large enough to learn from.

    Args:
        naming: `keras.Model` from pictures to what `named` returned.

    Returns:
        `keras.Model` from pictures to `(batch, rows, columns, names)`: all that is
        told, side by side, times 4, without the probability that nothing is there.
    """
    something = [one[..., 1:] for one in naming.outputs]
    together = keras.layers.Concatenate(name="names")(something)
    outputs = keras.layers.Rescaling(_LARGE, name="large")(together)
    return keras.Model(naming.inputs[0], outputs, name="eyes")


def learn(train, validation, request, width=48):
    """Return eyes that have learned to name what they see at each place.

    Args:
        train: `Films` of pictures that stand
            still; `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.contract.Request`.
        width: See `build`. Default: `48`.

    Returns:
        As `build`, with weights that no later training changes.
    """
    training.set_seed(request.seed)
    naming = _naming(width)
    learn_names(
        naming,
        *(
            (
                one.pictures,
                targets(_all_labels(one.scenes, *naming.output_shape[0][1:3])),
            )
            for one in (train, validation)
        ),
        request,
        batches=-(-len(train.scenes) // 32),
        updates=_UPDATES,
    )
    return all_names(naming)


def named(grid, names):
    """Return the probabilities of what is at each place, from what eyes see there.

    Args:
        grid: Keras tensor `(batch, rows, columns, width)`.
        names: Dict from what is to be told, such as `"colour"`, to all its names.

    Returns:
        List of Keras tensors `(batch, rows, columns, names + 1)`, one for each key of
        `names`; the first probability is that nothing is there.
    """
    return [
        keras.layers.Dense(len(known) + 1, "softmax", name=name)(grid)
        for name, known in names.items()
    ]


def learn_names(naming, train, validation, request, *, batches, updates):
    """Train eyes to name what is at each place, and let them learn no more after that.

    Args:
        naming: `keras.Model` from pictures to what `named` returned.
        train: Pictures and `targets`, as `keras_rnn.training.fit` takes them;
            `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.contract.Request`.
        batches: Integer, batches in an epoch.
        updates: Integer, how many batches to learn from: fewer where the request names
            a number of epochs.
    """
    epochs = -(-updates // batches)
    fit_to_loss(
        naming,
        ["sparse_categorical_crossentropy"] * len(naming.outputs),
        train,
        validation,
        request,
        epochs=min(request.epochs or epochs, epochs),
        batches=batches,
        learning_rate=3e-3,
        weight_decay=0.01,
        name="eyes",
    )
    naming.trainable = False


def targets(found):
    """Return what `labels` found as a tuple, one array for each that is told."""
    return tuple(np.moveaxis(found, -1, 0))


def labels(scenes, rows=8, columns=8, names=NAMES):
    """Return what is to be said of each place of scenes.

    A place belongs to the thing whose box its middle lies in.

    Args:
        scenes: List of `keras_rnn.datasets.shapes.Scene`.
        rows: Integer. Default: `8`.
        columns: Integer. Default: `8`.
        names: Dict from an attribute of things to its values. Default: `NAMES`, colour,
            shape and size.

    Returns:
        int32 array `(scenes, rows, columns, len(names))`: the number of each in
        `names`, counted from 1; 0 where nothing is.
    """
    found = np.zeros((len(scenes), rows, columns, len(names)), "int32")
    for own, scene in zip(found, scenes, strict=True):
        for thing in scene.things:
            own[places_of(thing, scene, rows, columns)] = [
                known.index(getattr(thing, name)) + 1 for name, known in names.items()
            ]
    return found


def sides(scenes, rows=8, columns=8):
    """Return on which sides of another thing the thing at each place is.

    Args:
        scenes: List of `keras_rnn.datasets.shapes.Scene` of two things at most.
        rows: Integer. Default: `8`.
        columns: Integer. Default: `8`.

    Returns:
        int32 array `(scenes, rows, columns, 2)`: the number in `SIDES`, counted from 1;
        0 where nothing is, or nothing beside it.
    """
    found = np.zeros((len(scenes), rows, columns, len(SIDES)), "int32")
    for own, scene in zip(found, scenes, strict=True):
        for thing in scene.things:
            told = scene.relations_of(thing)
            own[places_of(thing, scene, rows, columns)] = [
                next((n for n, one in enumerate(known, 1) if one in told), 0)
                for known in SIDES.values()
            ]
    return found


def _all_labels(scenes, rows, columns):
    """Names and sides, as `_naming` tells them."""
    both = labels(scenes, rows, columns), sides(scenes, rows, columns)
    return np.concatenate(both, axis=-1)


def places_of(thing, scene, rows, columns):
    """Return the places whose middle lies in a thing's box, as an index.

    Args:
        thing: `Thing` of the scene.
        scene: `keras_rnn.datasets.shapes.Scene`.
        rows: Integer, places from top to bottom.
        columns: Integer, places from left to right.

    Returns:
        Tuple of arrays, rows and columns, that index a grid.
    """
    y, x = (np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns
    top, left, bottom, right = scene.box(thing)
    return np.ix_((y > top) & (y < bottom), (x > left) & (x < right))
