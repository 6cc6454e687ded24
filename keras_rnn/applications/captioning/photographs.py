"""Features of photographs, by a network of `keras.applications`, computed once."""

import hashlib
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.shared.texts import words
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures
from keras_rnn.datasets.pictures.flickr8k import CaptionedPhotographs
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.datasets.sources.cache import cache_folder
from keras_rnn.errors import UserError, nearest
from keras_rnn.files import replacing

BACKBONE = "MobileNetV2"
SIZE = 160
WEIGHTS = "imagenet"

_BATCH = 32


def build_encoder(
    backbone: str | None = None, size: int | None = None, weights: str | None = None
) -> tuple[keras.Model, str]:
    """Return one of the networks of `keras.applications` without its last layer.

    It takes raw pictures: the preparation that the network wants is inside.

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
            network, note = _pretrained(make, backbone, shape)
        if network is None:
            network = make(include_top=False, weights=None, input_shape=shape)
    except ValueError as error:
        raise UserError(
            f"{backbone} cannot be used for pictures of {size} by {size} pixels: "
            f"{str(error).splitlines()[0]}"
        ) from error
    picture = keras.Input(shape, name="picture")
    grid = network(module.preprocess_input(picture))
    encoder = keras.Model(picture, grid, name="image_encoder")
    encoder.trainable = False
    return encoder, note


def _pretrained(make, backbone, shape):
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


def _module_of(backbone):
    """The module of `keras.applications` that has a network and its preparation."""
    names = [name for name in dir(keras.applications) if name[0].isupper()]
    if backbone not in names:
        raise UserError(
            f"There is no network {backbone!r} in keras.applications."
            f"{nearest(backbone, names)} Known are {', '.join(names)}."
        )
    modules = (getattr(keras.applications, name) for name in dir(keras.applications))
    return next(
        one
        for one in modules
        if hasattr(one, backbone) and hasattr(one, "preprocess_input")
    )


def features_of(data: CaptionedPhotographs, encoder: keras.Model) -> np.ndarray:
    """Return the encoder's grids of photographs: computed at once, and kept.

    They lie in the folder `features` of the cache (`KERAS_RNN_CACHE`), under a name
    that depends on the files, their sizes and dates, and on the encoder.

    Returns:
        float16 array `(len(data), rows, columns, features)`, left on the disk and read
        where it is needed.

    Raises:
        UserError: A picture is damaged, or the file cannot be written.
    """
    folder = cache_folder() / "features"
    path = folder / f"{_fingerprint(data.paths, encoder)}.npy"
    if not path.is_file():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"Cannot make {folder}: {error.strerror}.") from error
        with replacing(path) as temporary:
            _compute(data.paths, encoder, temporary)
    return np.load(path, mmap_mode="r")


def _compute(paths, encoder, target):
    size = encoder.input_shape[1:3]
    shape = (len(paths), *encoder.output_shape[1:])
    kept = np.lib.format.open_memmap(target, "w+", "float16", shape)
    most = np.finfo("float16").max
    for start in range(0, len(paths), _BATCH):
        own = paths[start : start + _BATCH]
        pictures = np.array([read_image(path, size, colour=True) for path in own])
        grid = encoder.predict(pictures, batch_size=_BATCH, verbose=0)
        kept[start : start + len(own)] = np.clip(grid, -most, most)
    kept.flush()


def _fingerprint(paths, encoder):
    """A name for the grids of these files by this encoder."""
    told = hashlib.sha256(repr(encoder.input_shape).encode())
    for path in paths:
        about = path.stat()
        told.update(f"{path.resolve()} {about.st_size} {about.st_mtime_ns}\n".encode())
    for weight in encoder.get_weights():
        told.update(np.ascontiguousarray(weight).tobytes())
    return told.hexdigest()[:24]


def split(
    data: CaptionedPhotographs, features: np.ndarray
) -> dict[str, CaptionedPictures]:
    """Return photographs with their features, and captions, by part of the data.

    Captions are in small letters and without signs. Where pictures have fewer of them
    than others, theirs come several times. Paths stand in for `scenes`.
    """
    most = max(map(len, data.captions))
    captions = [list(islice(cycle(map(_plain, own)), most)) for own in data.captions]
    places = {part: data.places(part) for part in dict.fromkeys(data.parts.tolist())}
    return {
        part: CaptionedPictures(data.paths[own], features[own], captions[own])
        for part, own in places.items()
    }


def _plain(caption):
    """A caption in small letters, without signs."""
    return " ".join(word for word in words(caption) if word[0].isalnum())


class PhotographFiles(Sequence):
    """Pictures of files, of one size, each opened when it is asked for."""

    def __init__(self, paths: Sequence[Path], size: int = SIZE) -> None:
        self.paths, self.size = paths, size

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, place):
        return read_image(self.paths[place], (self.size, self.size), colour=True)
