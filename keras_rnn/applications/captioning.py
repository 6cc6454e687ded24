"""Image captioning: a picture in, a sentence about it out. One-to-many.

*Lecture 3*, slide 18; *Chapter 5*, 5.4: systems of one shape, which differ in where the
picture enters. All have a GRU of the same size here, so that this alone is compared.
"""

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications import caption_writing
from keras_rnn.applications.caption_writing import true
from keras_rnn.applications.film_captions import most_similar
from keras_rnn.applications.outcome import Outcome
from keras_rnn.applications.scene_captions import draw_captions, generate, in_words
from keras_rnn.applications.texts import vocabulary
from keras_rnn.applications.word_marks import MARKS
from keras_rnn.architectures import one_to_many
from keras_rnn.datasets import shapes
from keras_rnn.datasets.image_files import read_image
from keras_rnn.errors import UserError, nearest
from keras_rnn.layers import TokenEmbedding

BASELINE = "caption of the most similar picture"

# Where the picture enters, and how many layers there are.
SYSTEMS = {
    "vinyals": {"context": "first"},
    "karpathy": {"context": "bias"},
    "mao": {"context": "multimodal"},
    "donahue": {"context": "every", "depth": 2},
}
PAPERS = {
    "vinyals": "Vinyals et al. 2015, before the first word",
    "karpathy": "Karpathy & Fei-Fei 2015, with the first word",
    "mao": "Mao et al. 2015, behind the recurrence at every word",
    "donahue": "Donahue et al. 2015, at every word, two layers",
}
SIZE = 32

_TRAIN, _VALIDATION, _TEST = 3000, 300, 600
# So many batches of 32, at least, for each system.
_UPDATES = 1500
_LONGEST = 20


def build(words, system="vinyals", *, units=128):
    """Build the network: eyes, and a writer that is told what they see.

    Args:
        words: List of strings, the vocabulary of captions.
        system: String, one of `SYSTEMS`: where the picture enters. Default:
            `"vinyals"`.
        units: Integer, size of the writer's state and of what the eyes see. Default:
            `128`.

    Returns:
        `keras.Model` from pictures `(batch, 32, 32, 3)`, 0 to 255, and word numbers
        `(batch, time)` to logits `(batch, time, words)`; the vocabulary is saved with
        it.

    Raises:
        ValueError: There is no such system.
    """
    if system not in SYSTEMS:
        raise ValueError(
            f"Unknown system {system!r}.{nearest(system, SYSTEMS)} Known are "
            f"{', '.join(SYSTEMS)}."
        )
    options = dict(SYSTEMS[system])
    depth = options.pop("depth", 1)
    return one_to_many(
        keras.Input((SIZE, SIZE, 3), name="picture"),
        {"cell": "gru", "units": units, "depth": depth},
        keras.layers.Dense(len(words) + len(MARKS) + 2, name="scores"),
        encoder=_eyes(units),
        targets=keras.Input((None,), dtype="int32", name="caption"),
        target_encoder=TokenEmbedding([*MARKS, *words], 48, name="words"),
        name=f"captioning_{system}",
        **options,
    )


def _eyes(units):
    """Convolutions, and a vector that knows what is where."""
    convolutions = []
    for filters, size, strides in ((24, 4, 2), (48, 4, 2), (32, 3, 1)):
        convolutions += [
            keras.layers.Conv2D(
                filters, size, strides=strides, padding="same", use_bias=False
            ),
            keras.layers.BatchNormalization(momentum=0.95),
            keras.layers.ReLU(),
        ]
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            keras.layers.Rescaling(1 / 127.5, -1),
            *convolutions,
            keras.layers.Flatten(),
            keras.layers.Dense(units, activation="relu"),
        ],
        name="eyes",
    )


def writer(model, beam_width=3):
    """Return a model that captions pictures: `(batch, 32, 32, 3)` in, words out.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        beam_width: Integer; at 1 the most probable word at each step. Default: `3`.
    """
    return caption_writing.writer(model, beam_width, _LONGEST)


def caption(model, pictures, by=None):
    """Return a caption of each picture.

    Args:
        model: As in `writer`.
        pictures: Array `(pictures, 32, 32, 3)`, 0 to 255.
        by: What `writer` returned, which is compiled once for all calls. Default: a
            new one.

    Returns:
        List of strings.
    """
    return caption_writing.write(model, by or writer(model), pictures)


def predict(model, paths):
    """Return a caption of each picture in a file, of any size and mode.

    Args:
        model: As in `caption`.
        paths: List of paths.

    Returns:
        List of strings.

    Raises:
        UserError: A file is missing, damaged or no picture.
    """
    pictures = [read_image(path, (SIZE, SIZE), colour=True) for path in paths]
    return caption(model, np.array(pictures))


answers = predict


def train(request):
    """Train each system on generated scenes, and judge on combinations never seen.

    A caption is right if the grammar finds it true of the scene, whatever its words.
    The system whose captions of the validation part are most often true is kept.

    Args:
        request: `keras_rnn.applications.outcome.Request`, with `data` `None` or
            `"sample"`.

    Returns:
        `Outcome` with the metrics `true_captions`, `exact` (the caption is one of the
        five of its scene, word by word) and `bleu`; those of all systems are in `more`.

    Raises:
        UserError: Other data are asked for.
    """
    if request.data not in (None, "sample"):
        raise UserError(
            f"captioning has no data {request.data!r}: its pictures are generated. "
            "Leave --data out or say sample."
        )
    data = generate(_TRAIN, _VALIDATION, _TEST)
    request.tell_data(data)
    train, validation, test = (data.part(name) for name in shapes.PARTS)
    near = [train.captions[place][0] for place in most_similar(train, test)]
    simple = scores(near, test)
    request.tell("Baseline", f"{BASELINE}: {simple['true_captions']:.3f} true")
    said = [text.split() for texts in train.captions for text in texts]
    words = vocabulary(said, least=1)
    models, texts, chosen, table = {}, {}, {}, {}
    for system in SYSTEMS:
        request.tell("System", PAPERS[system])
        training.set_seed(request.seed)
        models[system] = build(words, system)
        fit(models[system], train, validation, request, system)
        by = writer(models[system])
        own = caption(models[system], validation.pictures, by)
        chosen[system] = np.mean(true(own, validation))
        texts[system] = caption(models[system], test.pictures, by)
        table[system] = scores(texts[system], test)
        request.tell("True captions", f"{table[system]['true_captions']:.3f}")
    best = max(chosen, key=chosen.get)
    right = np.array(true(texts[best], test))
    return Outcome(
        model=models[best],
        data=data,
        metrics=table[best],
        baseline=simple,
        baseline_name=BASELINE,
        examples=[
            (in_words(scene), captions[0], text)
            for scene, captions, text in list(
                zip(test.scenes, test.captions, texts[best], strict=True)
            )[:6]
        ],
        more={"system": best, "systems": table, "test": len(test.scenes)},
        figures={"captions": draw_captions(test, texts[best], right, data.describe())},
    )


def fit(model, train, validation, request, system="vinyals"):
    """Train a network on pictures with captions.

    Args:
        model: What `build` returned.
        train: `keras_rnn.applications.film_captions.Films`, of pictures that stand
            still; `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.outcome.Request`.
        system: String, which folder within the request's to keep checkpoints in.
            Default: `"vinyals"`.
    """
    caption_writing.learn(
        model,
        train,
        validation,
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
        weight_decay=0.01,
        name=system,
    )


def scores(texts, pictures):
    """Return how good captions are.

    Args:
        texts: List of strings, one for each picture.
        pictures: `Films`, with several captions of each picture.

    Returns:
        Dict: `true_captions` and `exact`, 0 to 1, and `bleu`, 0 to 100.
    """
    import sacrebleu

    count = len(pictures.captions[0])
    references = [[each[i] for each in pictures.captions] for i in range(count)]
    exact = [text in own for text, own in zip(texts, pictures.captions, strict=True)]
    return {
        "true_captions": float(np.mean(true(texts, pictures))),
        "exact": float(np.mean(exact)),
        "bleu": float(sacrebleu.corpus_bleu(texts, references).score),
    }
