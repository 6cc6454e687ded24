"""Image captioning: a picture in, a sentence about it out. One-to-many.

*Lecture 3*, slide 18; *Chapter 5*, 5.4: systems of one shape, which differ in where the
picture enters. All have a GRU of the same size here and the same image encoder, so that
this alone is compared.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
from matplotlib.figure import Figure

from keras_rnn import training
from keras_rnn.applications.captioning import photographs
from keras_rnn.applications.captioning.attention import word_maps
from keras_rnn.applications.captioning.network import (
    PAPERS,
    SYSTEMS,
    build,
    encoder_of,
    from_grids,
    with_reconstruction,
)
from keras_rnn.applications.captioning.scores import (
    nearest_captions,
    passing,
    score_each,
    scores,
)
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared import image_encoder
from keras_rnn.applications.shared.attention_maps import draw_word_maps
from keras_rnn.applications.shared.captions import (
    caption_search,
    encode_pictures,
    fit_captions,
    write_captions,
)
from keras_rnn.applications.shared.picture_figures import draw_rows, right_and_wrong
from keras_rnn.applications.shared.questions import read_pictures
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.datasets.generated import captioned_scenes, shapes
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures
from keras_rnn.datasets.pictures import flickr8k
from keras_rnn.optional import need

BASELINE = "caption of the most similar picture"

_TRAIN, _VALIDATION, _TEST = 6000, 400, 600
# So many batches of 32, at least, for each system.
_UPDATES = 3000
_LONGEST = 20
# Of so many captions or more, rare words are left out.
_MANY = 5000


class CaptioningData(NamedTuple):
    """Pictures as grids of an encoder, by part, and the raw ones of the test."""

    source: Any
    encoder: keras.Model
    parts: dict[str, CaptionedPictures]
    shown: Sequence[np.ndarray]


def scenes(request: Request) -> CaptioningData:
    """Return generated scenes, with an encoder that learns to name them."""
    data = captioned_scenes.generate(_TRAIN, _VALIDATION, _TEST)
    request.tell_data(data)
    request.tell("Encoder", "learns to name colour, shape and size at each place")
    train, validation, _ = ((one.pictures, one.scenes) for one in data.parts.values())
    encoder = image_encoder.train_encoder(train, validation, request)
    parts = {name: encode_pictures(encoder, one) for name, one in data.parts.items()}
    return CaptioningData(data, encoder, parts, data.part("test").pictures)


def photographs_of(request: Request) -> CaptioningData:
    """Return a folder of photographs, with an encoder that was trained on others."""
    data = flickr8k.load(str(request.data))
    encoder, note = photographs.build_encoder(request.backbone)
    data = replace(data, note=note)
    request.tell_data(data)
    request.tell("Encoder", f"{request.backbone or photographs.BACKBONE}, as it is")
    parts = photographs.split(data, photographs.features_of(data, encoder))
    size = encoder.input_shape[1]
    shown = photographs.PhotographFiles(data.paths[data.places("test")], size)
    return CaptioningData(data, encoder, parts, shown)


def search(model: keras.Model, beam_width: int = 3) -> keras.Model:
    """Return a model that captions pictures: `(batch, height, width, 3)` in, words out.

    Args:
        model: What `build` returned, trained, or the same loaded from its file; or
            what `from_grids` made of it, for grids in place of pictures.
        beam_width: Integer; at 1 the most probable word at each step. Default: `3`.
    """
    return caption_search(model, beam_width, _LONGEST)


def caption(
    model: keras.Model, pictures: np.ndarray, by: keras.Model | None = None
) -> list[str]:
    """Return a caption of each picture, or of each grid, as the model reads them.

    By what `search` returned, which is compiled once for all calls, or by a new one.
    """
    return write_captions(model, by or search(model), pictures)


def caption_files(model: keras.Model, paths: Sequence[str | Path]) -> list[str]:
    """Return a caption of each picture in a file, of any size and mode.

    Raises:
        UserError: A file is missing, damaged or no picture.
    """
    return caption(model, read_pictures(paths, encoder_of(model).input_shape[1:3]))


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer paths of pictures: a caption of each."""
    return Answers.of_each(inputs, caption_files(model, inputs))


def train(request: Request) -> Outcome:
    """Train each system on the same pictures, and judge on others.

    Of generated scenes, the test has combinations never seen. A caption of one is right
    if the grammar finds it true, whatever its words. The system that does best on the
    validation part is kept.

    Args:
        request: `Request`, with `data` `None` or `"sample"`, or a folder that
            `keras_rnn.datasets.flickr8k` reads.

    Returns:
        `Outcome` with the metrics `true_captions` (of scenes alone), `exact` (the
        caption is one of those of its picture, word by word) and `bleu`; those of all
        systems are in `more`.

    Raises:
        UserError: The folder or something in it is not as it should be.
    """
    need("sacrebleu")
    is_sample = request.data in (None, "sample")
    data = (scenes if is_sample else photographs_of)(request)
    train, validation, test = (data.parts[name] for name in shapes.PARTS)
    metric = "true_captions" if is_sample else "bleu"
    simple = scores(nearest_captions(train, test), test)
    request.tell("Baseline", f"{BASELINE}: {metric} {simple[metric]:.3f}")
    said = train.tokens
    words = vocabulary(said, least=1 if len(said) < _MANY or is_sample else 4)
    models, texts, chosen, table = {}, {}, {}, {}
    for system in SYSTEMS:
        request.tell("System", PAPERS[system])
        training.set_seed(request.seed)
        models[system] = build(words, system, data.encoder)
        fit(models[system], train, validation, request, system)
        reader = from_grids(models[system])
        by = search(reader)
        own = caption(reader, validation.pictures, by)
        chosen[system] = float(np.mean(score_each(own, validation)))
        texts[system] = caption(reader, test.pictures, by)
        table[system] = scores(texts[system], test)
        request.tell("On the test", f"{metric} {table[system][metric]:.3f}")
    best = max(chosen, key=lambda name: chosen[name])
    return Outcome(
        model=models[best],
        data=data.source,
        metrics=table[best],
        baseline={**simple},
        baseline_name=BASELINE,
        metric=metric,
        examples=[
            (captioned_scenes.in_words(one) if is_sample else one.name, own[0], text)
            for one, own, text in list(
                zip(test.scenes, test.captions, texts[best], strict=True)
            )[:6]
        ],
        more={
            "system": best,
            "systems": table,
            "validation": chosen,
            "test": len(test),
        },
        figures=figures(data, models, texts, best),
    )


def fit(
    model: keras.Model,
    train: CaptionedPictures,
    validation: CaptionedPictures,
    request: Request,
    system: str = "vinyals",
) -> keras.Model:
    """Train what `build` returned on grids, without its image encoder.

    Checkpoints lie in the folder of the `system`. Returns the network that was trained
    (`network.with_reconstruction`), with the weights of `model`.
    """
    trained = with_reconstruction(from_grids(model))
    fit_captions(
        trained,
        train,
        validation,
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
        weight_decay=0.01,
        name=system,
    )
    return trained


def figures(
    data: CaptioningData,
    models: Mapping[str, keras.Model],
    texts: Mapping[str, list[str]],
    best: str,
) -> dict[str, Figure]:
    """Return right and wrong captions of the best system, and attention of words.

    Args:
        data: `CaptioningData`.
        models, texts: Dicts from system to what `fit` trained, and to its captions of
            the test.
        best: String, one of the systems.
    """
    test, source = data.parts["test"], data.source.describe()
    right, names = passing(score_each(texts[best], test), test)
    found = {
        "captions": draw_captions(data.shown, texts[best], right, source, names=names)
    }
    if "attention" in models:
        first = texts["attention"][:4]
        maps = word_maps(
            from_grids(models["attention"]), test.pictures[: len(first)], first
        )
        pictures = [data.shown[place] for place in range(len(maps))]
        found["where_words_look"] = draw_word_maps(pictures, first, maps, source)
    return found


def draw_captions(
    pictures: Sequence[np.ndarray],
    texts: Sequence[str],
    right: np.ndarray,
    caption: str,
    count: int = 5,
    names: tuple[str, str] = ("true", "not true"),
) -> Figure:
    """Return a figure of pictures with their captions, right ones above wrong ones.

    Args:
        pictures: Sequence of arrays `(size, size, 3)`.
        texts: Sequence of strings, the caption of each.
        right: Boolean array, which of them are true.
        caption: String, to stand below.
        count: Integer, pictures of either kind. Default: `5`.
        names: What right and wrong are called. Default: `("true", "not true")`.
    """

    def draw(axes, place):
        axes.imshow(pictures[place])
        axes.set_title(textwrap.fill(texts[place], 26), fontsize=8)

    return draw_rows(
        right_and_wrong(right, names),
        draw,
        (2.0 * count + 0.6, 5.6),
        "Pictures that no training has seen, and what is said of them",
        caption,
        columns=count,
        title_size=12,
    )
