"""Video captioning: a film in, a sentence about it out. Encoder-decoder.

*Lecture 3*, slide 3; *Chapter 5*, 5.1: any number of frames in, of words out.
"""

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications import caption_writing
from keras_rnn.applications import film_captions as films
from keras_rnn.applications.caption_writing import true
from keras_rnn.applications.outcome import Outcome
from keras_rnn.applications.texts import vocabulary
from keras_rnn.applications.word_marks import MARKS
from keras_rnn.architectures import encoder_decoder
from keras_rnn.datasets import shapes
from keras_rnn.datasets.image_files import read_film
from keras_rnn.errors import UserError
from keras_rnn.layers import TokenEmbedding

BASELINE = "caption of the most similar film"

_TRAIN, _VALIDATION, _TEST = 2400, 240, 600
# So many batches of 32, at least.
_UPDATES = 1500
_LONGEST = 12


def build(words, *, units=96, features=96):
    """Build the network: eyes for two frames at a time, a reader and a writer.

    What moves, and how, lies between two frames. The convolutions see both, and the
    strongest response anywhere in the picture is kept: what is seen does not depend on
    where it is.

    Args:
        words: List of strings, the vocabulary of captions.
        units: Even integer, size of the writer's state; the reader has half of it in
            each direction. Default: `96`.
        features: Integer, what is looked for in two frames. Default: `96`.

    Returns:
        `keras.Model` from films `(batch, frames, 32, 32, 3)`, 0 to 255, and word
        numbers `(batch, time)` to logits `(batch, time, words)`; the vocabulary is
        saved with it.
    """
    return encoder_decoder(
        keras.Input((None, films.SIZE, films.SIZE, 3), name="film"),
        keras.Input((None,), dtype="int32", name="caption"),
        {"cell": "gru", "units": units // 2, "bidirectional": True},
        keras.layers.Dense(len(words) + len(MARKS) + 2, name="scores"),
        encoder=_eyes(features),
        target_encoder=TokenEmbedding([*MARKS, *words], 32, name="words"),
        decoder={"cell": "gru", "units": units},
        attention="additive",
        name="video_captioning",
    )


def _eyes(features):
    """From a film to a vector for each frame but the last, which looks at the next."""
    film = keras.Input((None, films.SIZE, films.SIZE, 3))
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1)(film)
    both = keras.ops.concatenate([scaled[:, :-1], scaled[:, 1:]], axis=-1)
    options = {"padding": "same", "activation": "relu"}
    pair = keras.Sequential(
        [
            keras.Input((films.SIZE, films.SIZE, 6)),
            keras.layers.Conv2D(32, 5, strides=2, **options),
            keras.layers.Conv2D(48, 3, strides=2, **options),
            keras.layers.Conv2D(features, 3, **options),
            keras.layers.GlobalMaxPooling2D(),
        ],
        name="pair",
    )
    return keras.Model(film, keras.layers.TimeDistributed(pair)(both), name="eyes")


def writer(model, beam_width=1):
    """Return a model that captions films: `(batch, frames, 32, 32, 3)` in, words out.

    Args:
        model: What `build` returned, trained.
        beam_width: Integer; at 1 the most probable word at each step. Default: `1`.
    """
    return caption_writing.writer(model, beam_width, _LONGEST)


def caption(model, pictures, beam_width=1):
    """Return a caption of each film.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        pictures: Array `(films, frames, 32, 32, 3)`, 0 to 255, at least two frames.
        beam_width: See `writer`. Default: `1`.

    Returns:
        List of strings.
    """
    return caption_writing.write(model, writer(model, beam_width), pictures)


def predict(model, paths):
    """Return a caption of each film in a file.

    Args:
        model: As in `caption`.
        paths: List of paths of moving pictures (GIF, WebP, PNG with several frames),
            of any size.

    Returns:
        List of strings.

    Raises:
        UserError: A file is missing, damaged, no picture, or has a single frame.
    """
    return [
        caption(model, read_film(path, (films.SIZE, films.SIZE))[None])[0]
        for path in paths
    ]


answers = predict


def train(request):
    """Train on films of generated shapes, and judge on combinations never seen.

    Some colour, shape and motion (or relation) come together in the test alone. A
    caption is right if the grammar finds it true of the film, whatever its words.

    Args:
        request: `keras_rnn.applications.outcome.Request`, with `data` `None` or
            `"sample"`.

    Returns:
        `Outcome` with the metrics `true_captions`, of beams of 3, and
        `true_captions_greedy`.

    Raises:
        UserError: Other data are asked for.
    """
    if request.data not in (None, "sample"):
        raise UserError(
            f"video_captioning has no data {request.data!r}: its films are generated. "
            "Leave --data out or say sample."
        )
    data = films.generate(_TRAIN, _VALIDATION, _TEST)
    request.tell_data(data)
    train, validation, test = (data.part(name) for name in shapes.PARTS)
    near = [train.captions[place][0] for place in films.most_similar(train, test)]
    simple = float(np.mean(true(near, test)))
    request.tell("Baseline", f"{BASELINE}: {simple:.3f} true")

    training.set_seed(request.seed)
    said = [text.split() for texts in train.captions for text in texts]
    model = build(vocabulary(said, least=1))
    fit(model, train, validation, request)
    found = {
        "true_captions": caption(model, test.pictures, beam_width=3),
        "true_captions_greedy": caption(model, test.pictures),
    }
    is_true = {name: np.array(true(each, test)) for name, each in found.items()}
    texts, right = found["true_captions"], is_true["true_captions"]
    is_new = np.array([films.is_new(scene) for scene in test.scenes])
    return Outcome(
        model=model,
        data=data,
        metrics={name: float(each.mean()) for name, each in is_true.items()},
        baseline=dict.fromkeys(found, simple),
        baseline_name=BASELINE,
        examples=[
            (films.in_words(scene), captions[0], text)
            for scene, captions, text in list(
                zip(test.scenes, test.captions, texts, strict=True)
            )[:6]
        ],
        more={
            "test": len(test.scenes),
            "where_the_motion_is_new": {
                "films": int(is_new.sum()),
                "true_captions": float(right[is_new].mean()) if is_new.any() else None,
            },
        },
        figures={"captions": films.draw_captions(test, texts, right, data.describe())},
    )


def fit(model, train, validation, request):
    """Train a network on films with captions.

    Args:
        model: What `build` returned.
        train: `keras_rnn.applications.film_captions.Films`; `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.outcome.Request`.
    """
    caption_writing.learn(
        model, train, validation, request, updates=_UPDATES, learning_rate=2e-3
    )
