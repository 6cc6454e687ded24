"""Eyes for films: trained to name what is where and how it moves, then left so.

There are two pairs of them (Simonyan & Zisserman 2014, *Two-stream networks*). One
looks at a frame and tells what is there, and cannot know how it moves. The other looks
at two frames and tells how. So a red circle that rises is seen by who never saw one.
"""

from dataclasses import replace

import keras
import numpy as np
from keras import ops

from keras_rnn import training
from keras_rnn.applications.shared import scene_encoder as scene_eyes
from keras_rnn.applications.shared.captioned_films import FRAMES, SIZE
from keras_rnn.applications.shared.question_network import eyes
from keras_rnn.datasets.generated.shape_scene import MOTIONS, STILL, move
from keras_rnn.layers.part_settings import keeps_part_settings
from keras_rnn.training import Batches

# What can be said of the thing at a place; 0 is that there is none.
WHAT, HOW = scene_eyes.NAMES, {"motion": (STILL, *MOTIONS)}
NAMES = {**WHAT, **HOW}

# So many batches of 32, at least.
_UPDATES = 900


def build(width=48):
    """Return eyes that know nothing yet.

    Args:
        width: Integer, size of what they see at a place, before they name it.
            Default: `48`.

    Returns:
        `keras.Model` from two frames after each other, `(batch, 32, 32, 6)`, 0 to 255,
        to `(batch, 8, 8, names)`: for each place of the first frame the probabilities
        of all `NAMES`.
    """
    return _all_names(_naming(width))


def _naming(width):
    """From two frames to the probabilities of names: of the colours, the shapes, ..."""
    both = keras.Input((SIZE, SIZE, 6), name="frames")
    what = eyes(SIZE, width, name="what")(both[..., :3])
    how = eyes(SIZE, width, channels=6, name="how")(both)
    told = [*scene_eyes.named(what, WHAT), *scene_eyes.named(how, HOW)]
    return keras.Model(both, told, name="naming")


def _all_names(naming):
    """The same with all probabilities of a place side by side."""
    together = keras.layers.Concatenate(name="names")(naming.outputs)
    return keras.Model(naming.inputs[0], together, name="eyes")


def learn(train, validation, request, width=48):
    """Return eyes that have learned to name what they see at each place.

    Args:
        train: `Films`; `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.contract.Request`.
        width: See `build`. Default: `48`.

    Returns:
        As `build`, with weights that no later training changes.
    """
    training.set_seed(request.seed)
    naming = _naming(width)
    batches = [
        PairBatches(one, shuffle=shuffle, seed=request.seed)
        for one, shuffle in ((train, True), (validation, False))
    ]
    scene_eyes.learn_names(
        naming, *batches, request, batches=len(batches[0]), updates=_UPDATES
    )
    return _all_names(naming)


def labels(scenes, frames=FRAMES):
    """Return what is to be said of each place of each frame but the last.

    Args:
        scenes: List of `keras_rnn.datasets.shapes.Scene`, as each film begins.
        frames: Integer. Default: `5`.

    Returns:
        int32 array `(films, frames - 1, 8, 8, 4)`: the number of colour, shape, size
        and motion in `NAMES`, counted from 1; 0 where nothing is.
    """
    film = [frame for scene in scenes for frame in move(scene, frames)[:-1]]
    found = scene_eyes.labels(film, names=NAMES)
    return found.reshape(len(scenes), frames - 1, *found.shape[1:])


class PairBatches(Batches):
    """Two frames of each film, with what is at each place of them.

    Which frames these are is drawn anew in each epoch.

    Args:
        films: `keras_rnn.applications.shared.captioned_films.Films`.
        batch_size: Integer. Default: `32`.
        shuffle: Boolean; without it, the frames are the first two of the first film,
            the second and third of the second, and so on. Default: `True`.
        seed: Integer. Default: `0`.
    """

    def __init__(self, films, batch_size=32, shuffle=True, seed=0, **kwargs):
        arrays = films.pictures, labels(films.scenes, films.pictures.shape[1])
        super().__init__(arrays, batch_size, shuffle, seed, **kwargs)

    def draw(self, generator):
        """Return an epoch's order, and which frame of each film is the first of two."""
        pairs = self.arrays[1].shape[1]
        if not self.shuffle:
            return np.arange(self.count), np.arange(self.count) % pairs
        order = generator.permutation(self.count)
        return order, generator.integers(pairs, size=self.count)

    def __getitem__(self, batch):
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        films, first = (one[chosen] for one in self.drawn())
        pictures, found = self.arrays
        both = [pictures[films, first], pictures[films, first + 1]]
        return np.concatenate(both, axis=-1), scene_eyes.targets(found[films, first])


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class FilmEyes(keras.layers.Layer):
    """Eyes that look at a whole film, of any number of frames.

    Args:
        eyes: What `build` or `learn` returned.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        film: Tensor of shape `(batch, frames, 32, 32, 3)`, 0 to 255.

    Returns:
        Tensor of shape `(batch, frames - 1, 8, 8, names)`.
    """

    def __init__(self, eyes, **kwargs):
        super().__init__(**kwargs)
        self.eyes = eyes

    def call(self, film):
        both = ops.concatenate([film[:, :-1], film[:, 1:]], axis=-1)
        pairs, *picture = ops.shape(both)[1:]
        # One batch of all pairs: it is the same what the films are.
        grids = self.eyes(ops.reshape(both, (-1, *picture)))
        return ops.reshape(grids, (-1, pairs, *grids.shape[1:]))

    def compute_output_shape(self, film_shape):
        batch, frames = film_shape[:2]
        pairs = None if frames is None else frames - 1
        return (batch, pairs, *self.eyes.output_shape[1:])

    def get_config(self):
        eyes = keras.saving.serialize_keras_object(self.eyes)
        return {**super().get_config(), "eyes": eyes}

    @classmethod
    def from_config(cls, config):
        eyes = keras.saving.deserialize_keras_object(config["eyes"])
        return cls(**{**config, "eyes": eyes})


def seen(eyes, films):
    """Return films as eyes see them: grids in place of pictures.

    Args:
        eyes: What `learn` returned.
        films: `keras_rnn.applications.shared.captioned_films.Films`.
    """
    pictures = films.pictures
    both = np.concatenate([pictures[:, :-1], pictures[:, 1:]], axis=-1)
    grids = eyes.predict(both.reshape(-1, *both.shape[2:]), batch_size=128, verbose=0)
    return replace(films, pictures=grids.reshape(*both.shape[:2], *grids.shape[1:]))
