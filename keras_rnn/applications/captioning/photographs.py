"""What a network that was trained on photographs sees of others, computed once."""

import hashlib
from itertools import cycle, islice

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.shared.captioned_films import Films
from keras_rnn.applications.shared.texts import words
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.datasets.sources.cache import cache_folder
from keras_rnn.errors import UserError, nearest
from keras_rnn.files import replacing

BACKBONE = "MobileNetV2"
SIZE = 160
WEIGHTS = "imagenet"

_BATCH = 32


def eyes(backbone=None, size=None, weights=None):
    """Return one of the networks of `keras.applications` without its last layer.

    It takes raw pictures: what the network does with them first is inside.

    Args:
        backbone: String, its name in `keras.applications`. Default: `"MobileNetV2"`.
        size: Integer, pixels of a picture's side. Default: `160`.
        weights: String, `"imagenet"`, which are downloaded once by Keras, or
            `"random"`. Default: `"imagenet"`.

    Returns:
        `keras.Model` from pictures `(batch, size, size, 3)`, 0 to 255, to a grid
        `(batch, rows, columns, features)`, whose weights no training changes, and a
        note: `""`, or why the weights are random after all.

    Raises:
        UserError: There is no such network, or it takes no pictures of that size.
    """
    backbone, size = backbone or BACKBONE, size or SIZE
    module = _module_of(backbone)
    make = getattr(module, backbone)
    shape = (size, size, 3)
    training.set_seed(0)
    network, note = None, ""
    try:
        if (weights or WEIGHTS) == "imagenet":
            network, note = _that_knows_photographs(make, backbone, shape)
        if network is None:
            network = make(include_top=False, weights=None, input_shape=shape)
    except ValueError as error:
        raise UserError(
            f"{backbone} cannot be used for pictures of {size} by {size} pixels: "
            f"{str(error).splitlines()[0]}"
        ) from error
    picture = keras.Input(shape, name="picture")
    seen = network(module.preprocess_input(picture))
    seeing = keras.Model(picture, seen, name="eyes")
    seeing.trainable = False
    return seeing, note


def _that_knows_photographs(make, backbone, shape):
    """A network with the weights of ImageNet; or none, and a note why."""
    try:
        return make(include_top=False, weights="imagenet", input_shape=shape), ""
    except ValueError:
        raise
    except Exception as error:  # what Keras raises without a network
        reason = str(error).splitlines()[0]
        return None, (
            f"The weights of {backbone} cannot be had ({reason}): they are "
            "random, and what it sees of photographs is of little use."
        )


def names():
    """Return what networks there are."""
    return [name for name in dir(keras.applications) if name[0].isupper()]


def _module_of(backbone):
    """The module of `keras.applications` that has a network and its preparation."""
    if backbone not in names():
        raise UserError(
            f"There is no network {backbone!r} in keras.applications."
            f"{nearest(backbone, names())} Known are {', '.join(names())}."
        )
    modules = (getattr(keras.applications, name) for name in dir(keras.applications))
    return next(
        one
        for one in modules
        if hasattr(one, backbone) and hasattr(one, "preprocess_input")
    )


def seen(data, seeing):
    """Return what eyes see of photographs: computed at once, and kept.

    It lies in the folder `features` of the cache (`KERAS_RNN_CACHE`), under a name
    that depends on the files, their sizes and dates, and on the eyes.

    Args:
        data: `keras_rnn.datasets.flickr8k.CaptionedPhotographs`.
        seeing: What `eyes` returned.

    Returns:
        float16 array `(len(data), rows, columns, features)`, left on the disk and read
        where it is needed.

    Raises:
        UserError: A picture is damaged, or the file cannot be written.
    """
    folder = cache_folder() / "features"
    path = folder / f"{_fingerprint(data.paths, seeing)}.npy"
    if not path.is_file():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"Cannot make {folder}: {error.strerror}.") from error
        with replacing(path) as temporary:
            _compute(data.paths, seeing, temporary)
    return np.load(path, mmap_mode="r")


def _compute(paths, seeing, target):
    size = seeing.input_shape[1:3]
    shape = (len(paths), *seeing.output_shape[1:])
    kept = np.lib.format.open_memmap(target, "w+", "float16", shape)
    most = np.finfo("float16").max
    for start in range(0, len(paths), _BATCH):
        own = paths[start : start + _BATCH]
        pictures = np.array([read_image(path, size, colour=True) for path in own])
        grid = seeing.predict(pictures, batch_size=_BATCH, verbose=0)
        kept[start : start + len(own)] = np.clip(grid, -most, most)
    kept.flush()


def _fingerprint(paths, seeing):
    """A name for what these eyes see of these files."""
    told = hashlib.sha256(repr(seeing.input_shape).encode())
    for path in paths:
        about = path.stat()
        told.update(f"{path.resolve()} {about.st_size} {about.st_mtime_ns}\n".encode())
    for weight in seeing.get_weights():
        told.update(np.ascontiguousarray(weight).tobytes())
    return told.hexdigest()[:24]


def parts(data, features):
    """Return photographs as what captions are learned from.

    Captions are in small letters and without signs. Where pictures have fewer of them
    than others, theirs come several times.

    Args:
        data: `keras_rnn.datasets.flickr8k.CaptionedPhotographs`.
        features: What `seen` returned.

    Returns:
        Dict from part to `Films`, whose `scenes`
        are the paths, and whose `pictures` are the features.
    """
    most = max(map(len, data.captions))
    captions = [list(islice(cycle(map(_plain, own)), most)) for own in data.captions]
    found = {}
    for part in dict.fromkeys(data.parts.tolist()):
        own = data.places(part)
        found[part] = Films(data.paths[own], features[own], captions[own])
    return found


def _plain(caption):
    """A caption in small letters, without signs."""
    return " ".join(word for word in words(caption) if word[0].isalnum())


class Pictures:
    """Pictures of files, each opened when it is asked for.

    Args:
        paths: List of paths.
        size: Integer, pixels of a side. Default: `160`.
    """

    def __init__(self, paths, size=SIZE):
        self.paths, self.size = paths, size

    def __getitem__(self, place):
        return read_image(self.paths[place], (self.size, self.size), colour=True)
