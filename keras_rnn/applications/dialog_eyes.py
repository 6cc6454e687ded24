"""Eyes for dialogs: they learn to name what is where, before anybody asks.

Das et al. (2017) took a network that had learned to name photographs, and left it as it
was. These eyes are such a network for coloured shapes. So dialogs have to teach only
what words mean and what refers to what, and each picture is looked at once.
"""

import keras

from keras_rnn import training
from keras_rnn.applications.picture_network import eyes
from keras_rnn.applications.scene_eyes import (
    NAMES,
    labels,
    learn_names,
    named,
    targets,
)

# Places of a row and rows, what a sure name counts, and batches to learn from.
_GRID, _LARGE, _UPDATES = 4, 4.0, 700
_BATCH = 32


def learn(data, request, width=48):
    """Return eyes that have learned to name the thing at each place of a picture.

    Args:
        data: `keras_rnn.datasets.shape_dialogs.ShapeDialogs` of pictures of 32 pixels.
        request: `keras_rnn.applications.outcome.Request`.
        width: Integer, size of what they see at a place, before they name it.
            Default: `48`.

    Returns:
        `keras.Model` from pictures `(batch, 32, 32, 3)`, 0 to 255, to `(batch, 4, 4,
        12)`: the probabilities of colours, shapes and sizes at each place, times 4;
        all about 0 where nothing is. No later training changes its weights.
    """
    training.set_seed(request.seed)
    learnt, validation = data.part("train"), data.part("validation")
    seeing = eyes(learnt.images.shape[1], width)
    # Places of 8 by 8 pixels, the middles of which no two things share.
    grid = keras.layers.Conv2D(width, 2, strides=2, activation="relu")(
        seeing.outputs[0]
    )
    naming = keras.Model(seeing.inputs[0], named(grid, NAMES), name="naming")
    learn_names(
        naming,
        *(
            (one.images, targets(labels(one.scenes, _GRID, _GRID)))
            for one in (learnt, validation)
        ),
        request,
        batches=-(-len(learnt) // _BATCH),
        updates=_UPDATES,
    )
    something = [one[..., 1:] for one in naming.outputs]
    together = keras.layers.Concatenate(name="names")(something)
    outputs = keras.layers.Rescaling(_LARGE, name="large")(together)
    seen = keras.Model(naming.inputs[0], outputs, name="eyes")
    seen.trainable = False
    return seen
