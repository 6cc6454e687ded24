"""Image captioning: a picture in, a sentence about it out. One-to-many.

*Lecture 3*, slide 18; *Chapter 5*, 5.4: systems of one shape, which differ in where the
picture enters. All have a GRU of the same size here and the same eyes, so that this
alone is compared.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from keras_rnn import training
from keras_rnn.applications.captioning import photographs
from keras_rnn.applications.captioning.network import (
    PAPERS,
    SYSTEMS,
    build,
    rebuilding,
    without_eyes,
)
from keras_rnn.applications.captioning.scenes import draw_captions, generate, in_words
from keras_rnn.applications.captioning.scores import (
    goodness,
    nearest_captions,
    of_scenes,
    rightness,
    scores,
)
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared import caption_writing as writing
from keras_rnn.applications.shared import scene_encoder as scene_eyes
from keras_rnn.applications.shared.caption_attention import draw_looks, look
from keras_rnn.applications.shared.captioned_films import Films
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.pictures import flickr8k
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.optional import need

BASELINE = "caption of the most similar picture"

_TRAIN, _VALIDATION, _TEST = 6000, 400, 600
# So many batches of 32, at least, for each system.
_UPDATES = 3000
_LONGEST = 20
# Of so many captions or more, rare words are left out.
_MANY = 5000


class Task(NamedTuple):
    """Pictures as a captioning network learns from them.

    Attributes:
        data: Where they come from.
        eyes: `keras.Model` from pictures to a grid, trained.
        parts: Dict from part to `Films`, whose pictures are grids.
        shown: What gives the raw picture of each place of the test.
    """

    data: object
    eyes: object
    parts: dict
    shown: object


def scenes(request):
    """Return the `Task` of generated scenes, with eyes that learn to name them.

    Args:
        request: `keras_rnn.applications.contract.Request`.
    """
    data = generate(_TRAIN, _VALIDATION, _TEST)
    request.tell_data(data)
    request.tell("Eyes", "learn to name colour, shape and size at each place")
    eyes = scene_eyes.learn(data.part("train"), data.part("validation"), request)
    parts = {name: seen(eyes, one) for name, one in data.parts.items()}
    return Task(data, eyes, parts, data.part("test").pictures)


def of_files(request):
    """Return the `Task` of a folder of photographs, seen by a network that knows some.

    Args:
        request: `keras_rnn.applications.contract.Request`, with the folder as `data`
            and maybe a `backbone`.

    Raises:
        UserError: As `keras_rnn.datasets.flickr8k.load` and
            `keras_rnn.applications.captioning.photographs.eyes`.
    """
    data = flickr8k.load(request.data)
    eyes, note = photographs.eyes(request.backbone)
    data = replace(data, note=note)
    request.tell_data(data)
    request.tell("Eyes", f"{request.backbone or photographs.BACKBONE}, as it is")
    parts = photographs.parts(data, photographs.seen(data, eyes))
    size = eyes.input_shape[1]
    shown = photographs.Pictures(data.paths[data.places("test")], size)
    return Task(data, eyes, parts, shown)


def seen(eyes, pictures):
    """Return `Films` whose pictures are what eyes see of them.

    Args:
        eyes: `keras.Model` from pictures to a grid.
        pictures: `Films` of raw pictures that stand still.
    """
    grids = eyes.predict(pictures.pictures, batch_size=128, verbose=0)
    return replace(pictures, pictures=grids)


def writer(model, beam_width=3):
    """Return a model that captions pictures: `(batch, height, width, 3)` in, words out.

    Args:
        model: What `build` returned, trained, or the same loaded from its file; or
            what `without_eyes` made of it, for grids in place of pictures.
        beam_width: Integer; at 1 the most probable word at each step. Default: `3`.
    """
    return writing.writer(model, beam_width, _LONGEST)


def caption(model, pictures, by=None):
    """Return a caption of each picture.

    Args:
        model: As in `writer`.
        pictures: Array `(pictures, height, width, 3)`, 0 to 255; or grids.
        by: What `writer` returned, which is compiled once for all calls. Default: a
            new one.

    Returns:
        List of strings.
    """
    return writing.write(model, by or writer(model), pictures)


def predict(model, paths):
    """Return a caption of each picture in a file, of any size and mode.

    Args:
        model: As in `caption`, with eyes.
        paths: List of paths.

    Returns:
        List of strings.

    Raises:
        UserError: A file is missing, damaged or no picture.
    """
    size = model.inputs[0].shape[1:3]
    pictures = [read_image(path, size, colour=True) for path in paths]
    return caption(model, np.array(pictures))


answers = predict


def train(request):
    """Train each system on the same pictures, and judge on others.

    Of generated scenes, the test has combinations never seen. A caption of one is right
    if the grammar finds it true, whatever its words. The system that does best on the
    validation part is kept.

    Args:
        request: `keras_rnn.applications.contract.Request`, with `data` `None` or
            `"sample"`, or a folder that `keras_rnn.datasets.flickr8k` reads.

    Returns:
        `Outcome` with the metrics `true_captions` (of scenes alone), `exact` (the
        caption is one of those of its picture, word by word) and `bleu`; those of all
        systems are in `more`.

    Raises:
        UserError: The folder or something in it is not as it should be.
    """
    need("sacrebleu")
    task = (scenes if request.data in (None, "sample") else of_files)(request)
    train, validation, test = (task.parts[name] for name in shapes.PARTS)
    is_sample = of_scenes(test)
    metric = "true_captions" if is_sample else "bleu"
    simple = scores(nearest_captions(train, test), test)
    request.tell("Baseline", f"{BASELINE}: {metric} {simple[metric]:.3f}")
    said = [text.split() for texts in train.captions for text in texts]
    words = vocabulary(said, least=1 if len(said) < _MANY or is_sample else 4)
    models, texts, chosen, table = {}, {}, {}, {}
    for system in SYSTEMS:
        request.tell("System", PAPERS[system])
        training.set_seed(request.seed)
        models[system] = build(words, system, task.eyes)
        fit(models[system], train, validation, request, system)
        told = without_eyes(models[system])
        by = writer(told)
        own = caption(told, validation.pictures, by)
        chosen[system] = np.mean(goodness(own, validation))
        texts[system] = caption(told, test.pictures, by)
        table[system] = scores(texts[system], test)
        request.tell("On the test", f"{metric} {table[system][metric]:.3f}")
    best = max(chosen, key=chosen.get)
    return Outcome(
        model=models[best],
        data=task.data,
        metrics=table[best],
        baseline=simple,
        baseline_name=BASELINE,
        metric=metric,
        examples=examples(test, texts[best]),
        more={
            "system": best,
            "systems": table,
            "validation": {name: float(value) for name, value in chosen.items()},
            "test": len(test.scenes),
        },
        figures=figures(task, models, texts, best),
    )


def fit(model, train, validation, request, system="vinyals"):
    """Train a network on what its eyes see, without the eyes.

    Args:
        model: What `build` returned.
        train: `Films` whose pictures are grids, as `seen` makes them; `validation`
            likewise.
        validation: See `train`.
        request: `keras_rnn.applications.contract.Request`.
        system: String, which folder within the request's to keep checkpoints in.
            Default: `"vinyals"`.

    Returns:
        The network that was trained, with the weights of `model`
        (`keras_rnn.applications.captioning.network.rebuilding`).
    """
    learning = rebuilding(without_eyes(model))
    writing.learn(
        learning,
        train,
        validation,
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
        weight_decay=0.01,
        name=system,
    )
    return learning


def examples(pictures, texts, count=6):
    """Return rows of what was given, what it is, and what is said of it."""
    rows = zip(pictures.scenes, pictures.captions, texts, strict=True)
    return [
        (in_words(one) if of_scenes(pictures) else one.name, own[0], text)
        for one, own, text in list(rows)[:count]
    ]


def figures(task, models, texts, best):
    """Return a page of right and wrong captions, and where words looked."""
    test = task.parts["test"]
    about, good = task.data.describe(), goodness(texts[best], test)
    shown = Films(test.scenes, task.shown, test.captions)
    right, kinds = rightness(good, test)
    found = {"captions": draw_captions(shown, texts[best], right, about, kinds=kinds)}
    if "attention" in models:
        first = slice(0, 4)
        maps = look(
            without_eyes(models["attention"]),
            test.pictures[first],
            texts["attention"][first],
        )
        pictures = [task.shown[place] for place in range(len(maps))]
        found["where_words_look"] = draw_looks(
            pictures, texts["attention"][first], maps, about
        )
    return found
