"""Video captioning: a film in, a sentence about it out. Encoder-decoder.

*Lecture 3*, slide 3; *Chapter 5*, 5.1: any number of frames in, of words out.
"""

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared import caption_writing as writing
from keras_rnn.applications.shared import captioned_films as films
from keras_rnn.applications.shared.caption_attention import draw_looks
from keras_rnn.applications.shared.caption_writing import true, words_of
from keras_rnn.applications.shared.texts import MARKS, shifted, vocabulary
from keras_rnn.applications.video_captioning import film_encoder as film_eyes
from keras_rnn.architectures import attention_scores
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.pictures.image_files import read_film
from keras_rnn.layers import Decoder, Recurrent, TokenEmbedding

BASELINE = "caption of the most similar film"

_TRAIN, _VALIDATION, _TEST = 6000, 400, 600
# So many batches of 32, at least.
_UPDATES = 1000
_LONGEST = 12


def build(words, eyes=None, *, units=96, width=48):
    """Build the network: eyes, a reader at each place of the picture, and a writer.

    ```
    two frames    eyes -> what is at each place of 8 by 8
        |
    all frames    reader: an LSTM along the film at each place, the same at all
        |
    last states   writer: a GRU that looks at the places anew for each word
    ```

    A convolution with kernels of one place is such an LSTM (`ConvLSTM2D`). Things stay
    apart: what the writer looks at has one colour, one shape and one motion.

    Args:
        words: List of strings, the vocabulary of captions.
        eyes: What `film_encoder.learn` returned. Default:
            new ones that know nothing yet.
        units: Integer, size of the writer's state. Default: `96`.
        width: Integer, size of the reader's state at each place. Default: `48`.

    Returns:
        `keras.Model` from films `(batch, frames, 32, 32, 3)`, 0 to 255, and word
        numbers `(batch, time)` to logits `(batch, time, words)`; the vocabulary is
        saved with it.
    """
    eyes = film_eyes.build() if eyes is None else eyes
    rows, columns, names = eyes.output_shape[1:]
    read = keras.Sequential(
        [
            keras.Input((None, rows, columns, names)),
            keras.layers.ConvLSTM2D(width, 1, name="reader"),
            keras.layers.Reshape((rows * columns, width), name="places"),
        ],
        name="read",
    )
    begin = keras.Sequential(
        [
            keras.Input((rows * columns, width)),
            keras.layers.GlobalMaxPooling1D(),
            keras.layers.Dense(units, activation="tanh"),
        ],
        name="begin",
    )
    decoder = Decoder(
        Recurrent("gru", units, return_sequences=True),
        keras.layers.Dense(len(words) + len(MARKS) + 2, name="scores"),
        TokenEmbedding([*MARKS, *words], 32, name="words"),
        attention="additive",
        name="decoder",
    )
    film = keras.Input((None, films.SIZE, films.SIZE, 3), name="film")
    caption = keras.Input((None,), dtype="int32", name="caption")
    grids = film_eyes.FilmEyes(eyes, name="eyes")(film)
    outputs = _told(grids, caption, read, begin, decoder)
    return keras.Model([film, caption], outputs, name="video_captioning")


def _told(grids, caption, read, begin, decoder):
    places = read(grids)
    return decoder(caption, initial_state=[begin(places)], memory=places)


def without_eyes(model):
    """Return the network that reads what eyes saw, with the same weights.

    The eyes do not learn any more. So what they see of a film can be computed once,
    and only the rest be trained.

    Args:
        model: What `build` returned.

    Returns:
        `keras.Model` from grids `(batch, frames - 1, 8, 8, names)` and word numbers to
        logits.
    """
    layers = [model.get_layer(name) for name in ("read", "begin", "decoder")]
    grids = keras.Input(layers[0].input_shape[1:], name="grids")
    caption = keras.Input((None,), dtype="int32", name="caption")
    outputs = _told(grids, caption, *layers)
    return keras.Model([grids, caption], outputs, name="without_eyes")


def writer(model, beam_width=1):
    """Return a model that captions films: `(batch, frames, 32, 32, 3)` in, words out.

    Args:
        model: What `build` returned, trained; or what `without_eyes` made of it, for
            grids in place of films.
        beam_width: Integer; at 1 the most probable word at each step. Default: `1`.
    """
    return writing.writer(model, beam_width, _LONGEST)


def caption(model, pictures, beam_width=1):
    """Return a caption of each film.

    Args:
        model: As in `writer`, or the same loaded from its file.
        pictures: Array `(films, frames, 32, 32, 3)`, 0 to 255, at least two frames; or
            grids.
        beam_width: See `writer`. Default: `1`.

    Returns:
        List of strings.
    """
    return writing.write(model, writer(model, beam_width), pictures)


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
        request: `keras_rnn.applications.contract.Request`, with `data` `None` or
            `"sample"`.

    Returns:
        `Outcome` with the metrics `true_captions`, of beams of 3, and
        `true_captions_greedy`.

    Raises:
        UserError: Other data are asked for.
    """
    request.only_generated("video_captioning", "films")
    data = films.generate(_TRAIN, _VALIDATION, _TEST)
    request.tell_data(data)
    train, validation, test = (data.part(name) for name in shapes.PARTS)
    near = [train.captions[place][0] for place in films.most_similar(train, test)]
    simple = float(np.mean(true(near, test)))
    request.tell("Baseline", f"{BASELINE}: {simple:.3f} true")

    request.tell("Eyes", "learn to name what is where, and how it moves")
    eyes = film_eyes.learn(train, validation, request)
    said = [text.split() for texts in train.captions for text in texts]
    training.set_seed(request.seed)
    model = build(vocabulary(said, least=1), eyes)
    request.tell("Writer", "learns to tell what the eyes see")
    fit(model, train, validation, request)
    told, grids = without_eyes(model), film_eyes.seen(eyes, test).pictures
    found = {
        "true_captions": caption(told, grids, beam_width=3),
        "true_captions_greedy": caption(told, grids),
    }
    is_true = {name: np.array(true(each, test)) for name, each in found.items()}
    texts, right = found["true_captions"], is_true["true_captions"]
    is_new = np.array([films.is_new(scene) for scene in test.scenes])
    shown = [*np.flatnonzero(right)[:3], *np.flatnonzero(~right)[:2]]
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
        figures={
            "captions": films.draw_captions(test, texts, right, data.describe()),
            "where_it_looks": draw_where(
                model,
                test.pictures[shown],
                [texts[place] for place in shown],
                data.describe(),
            ),
        },
    )


def fit(model, train, validation, request):
    """Train the reader and the writer on what the eyes see of films.

    Args:
        model: What `build` returned, with eyes that have learned.
        train: `Films`; `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.contract.Request`.
    """
    eyes = model.get_layer("eyes").eyes
    writing.learn(
        without_eyes(model),
        *(film_eyes.seen(eyes, one) for one in (train, validation)),
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
        name="writer",
    )


def look(model, pictures, texts):
    """Return where a network looks while it writes.

    Args:
        model: What `build` returned, trained.
        pictures: Array `(films, frames, 32, 32, 3)`, 0 to 255.
        texts: List of strings, what is said of each film.

    Returns:
        List of arrays `(words, 8, 8)`, one for each film; the map of a word adds up
        to 1.
    """
    tokens = [text.split() for text in texts]
    read, _ = shifted(words_of(model), tokens)
    weights = attention_scores(model).predict((pictures, read), verbose=0)
    grid = model.get_layer("eyes").eyes.output_shape[1:3]
    maps = np.asarray(weights).reshape(*read.shape, *grid)
    return [own[: len(said)] for own, said in zip(maps, tokens, strict=True)]


def draw_where(model, pictures, texts, caption=""):
    """Draw the middle frame of films with where the network looks for each word.

    Args:
        model: As in `look`.
        pictures: See `look`.
        texts: See `look`.
        caption: String, to stand below. Default: `""`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    middle = pictures[:, pictures.shape[1] // 2]
    return draw_looks(middle, texts, look(model, pictures, texts), caption)
