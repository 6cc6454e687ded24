"""Eyes for dialogs: they learn to name what is where, before anybody asks.

Das et al. (2017) took a network that had learned to name photographs, and left it as it
was. These eyes are such a network for coloured shapes. So dialogs have to teach only
what words mean and what refers to what, and each picture is looked at once.
"""

from keras_rnn import training
from keras_rnn.applications.shared.scene_encoder import (
    all_names,
    labels,
    learn_names,
    naming_places,
    targets,
)

# So many batches to learn from.
_UPDATES = 700
_BATCH = 32


def learn(data, request, width=48):
    """Return eyes that have learned to name the thing at each place of a picture.

    Args:
        data: `keras_rnn.datasets.shape_dialogs.ShapeDialogs` of pictures of 32 pixels.
        request: `keras_rnn.applications.contract.Request`.
        width: Integer, size of what they see at a place, before they name it.
            Default: `48`.

    Returns:
        `keras.Model` from pictures `(batch, 32, 32, 3)`, 0 to 255, to `(batch, 4, 4,
        12)`: the probabilities of colours, shapes and sizes at each place, times 4;
        all about 0 where nothing is. No later training changes its weights.
    """
    training.set_seed(request.seed)
    learnt, validation = data.part("train"), data.part("validation")
    naming = naming_places(width)
    learn_names(
        naming,
        *(
            (one.images, targets(labels(one.scenes, *naming.output_shape[0][1:3])))
            for one in (learnt, validation)
        ),
        request,
        batches=-(-len(learnt) // _BATCH),
        updates=_UPDATES,
    )
    return all_names(naming)
