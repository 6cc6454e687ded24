"""Video captioning: a film in, a sentence about it out. Encoder-decoder.

*Lecture 3*, slide 3; *Chapter 5*, 5.1: any number of frames in, of words out.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from matplotlib.figure import Figure

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.attention_maps import draw_word_maps
from keras_rnn.applications.shared.captions import (
    are_true,
    caption_search,
    fit_captions,
    nearest_captions,
    words_of,
    write_captions,
)
from keras_rnn.applications.shared.picture_figures import picture_grid, right_and_wrong
from keras_rnn.applications.shared.texts import MARKS, shifted, vocabulary
from keras_rnn.applications.video_captioning import film_encoder
from keras_rnn.architectures import attention_scores
from keras_rnn.datasets.generated import captioned_films as films
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures
from keras_rnn.datasets.pictures.image_files import read_film
from keras_rnn.layers import Decoder, Recurrent, TokenEmbedding

BASELINE = "caption of the most similar film"
LONGEST = 12

_TRAIN, _VALIDATION, _TEST = 6000, 400, 600
# So many batches of 32, at least.
_UPDATES = 1000


def build(
    words: list[str],
    encoder: keras.Model | None = None,
    *,
    units: int = 96,
    width: int = 48,
) -> keras.Model:
    """Build the network: an encoder of two frames, a reader at each place, a decoder.

    ```
    two frames    encoder -> what is at each place of 8 by 8
        |
    all frames    reader: an LSTM along the film at each place, the same at all
        |
    last states   decoder: a GRU with attention to the places, anew for each word
    ```

    A convolution with kernels of one place is such an LSTM (`ConvLSTM2D`). Things stay
    apart: what the decoder looks at has one colour, one shape and one motion.

    Args:
        words: List of strings, the vocabulary of captions.
        encoder: What `film_encoder.train_encoder` returned. Default: an untrained one.
        units: Integer, size of the decoder's state. Default: `96`.
        width: Integer, size of the reader's state at each place. Default: `48`.

    Returns:
        `keras.Model` from films `(batch, frames, 32, 32, 3)`, 0 to 255, and word
        numbers `(batch, time)` to logits `(batch, time, words)`; the vocabulary is
        saved with it.
    """
    encoder = film_encoder.build_encoder() if encoder is None else encoder
    rows, columns, classes = encoder.output_shape[1:]
    reader = keras.Sequential(
        [
            keras.Input((None, rows, columns, classes)),
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
    grids = film_encoder.FilmEncoder(encoder, name="film_encoder")(film)
    outputs = _logits(grids, caption, reader, begin, decoder)
    return keras.Model([film, caption], outputs, name="video_captioning")


def _logits(grids, caption, reader, begin, decoder):
    places = reader(grids)
    return decoder(caption, initial_state=[begin(places)], memory=places)


def from_grids(model: keras.Model) -> keras.Model:
    """Return the network that reads grids in place of films, with the same weights.

    The encoder does not learn any more. So its grids, `(batch, frames - 1, 8, 8,
    classes)`, can be computed once, and only the rest be trained.
    """
    layers = [model.get_layer(name) for name in ("read", "begin", "decoder")]
    grids = keras.Input(layers[0].input_shape[1:], name="grids")
    caption = keras.Input((None,), dtype="int32", name="caption")
    outputs = _logits(grids, caption, *layers)
    return keras.Model([grids, caption], outputs, name="from_grids")


def caption(model: keras.Model, pictures: np.ndarray, beam_width: int = 1) -> list[str]:
    """Return a caption of each film.

    Args:
        model: What `build` returned, trained, or the same loaded from its file; or what
            `from_grids` made of it, for grids in place of films.
        pictures: Array `(films, frames, 32, 32, 3)`, 0 to 255, at least two frames; or
            grids.
        beam_width: Integer; at 1 the most probable word at each step. Default: `1`.
    """
    return write_captions(model, caption_search(model, beam_width, LONGEST), pictures)


def caption_files(model: keras.Model, paths: Sequence[str | Path]) -> list[str]:
    """Return a caption of each film in a file (GIF, WebP, PNG) of any size.

    Raises:
        UserError: A file is missing, damaged, no picture, or has a single frame.
    """
    return [
        caption(model, read_film(path, (films.SIZE, films.SIZE))[None])[0]
        for path in paths
    ]


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer paths of films: a caption of each."""
    return Answers.of_each(inputs, caption_files(model, inputs))


def train(request: Request) -> Outcome:
    """Train on films of generated shapes, and judge on combinations never seen.

    Some colour, shape and motion (or relation) come together in the test alone. A
    caption is right if the grammar finds it true of the film, whatever its words.

    Returns:
        `Outcome` with the metrics `true_captions`, of beams of 3, and
        `true_captions_greedy`.
    """
    request.only_generated("video_captioning", "films")
    data = request.load(lambda _: films.generate(_TRAIN, _VALIDATION, _TEST))
    train, validation, test = data.parts.values()
    simple = float(np.mean(are_true(nearest_captions(train, test), test)))
    request.tell("Baseline", f"{BASELINE}: {simple:.3f} true")

    request.tell("Encoder", "learns to name what is where, and how it moves")
    encoder = film_encoder.train_encoder(train, validation, request)
    training.set_seed(request.seed)
    model = build(vocabulary(train.tokens, least=1), encoder)
    request.tell("Decoder", "learns to tell what the encoder names")
    fit(model, train, validation, request)
    reader, grids = from_grids(model), film_encoder.encode_films(encoder, test).pictures
    found = {
        "true_captions": caption(reader, grids, beam_width=3),
        "true_captions_greedy": caption(reader, grids),
    }
    is_true = {name: np.array(are_true(each, test)) for name, each in found.items()}
    texts, right = found["true_captions"], is_true["true_captions"]
    is_new = np.array([films.is_new(scene) for scene in test.scenes])
    shown = [*np.flatnonzero(right)[:3], *np.flatnonzero(~right)[:2]]
    chosen = [texts[place] for place in shown]
    return Outcome(
        model=model,
        data=data,
        metrics={name: float(each.mean()) for name, each in is_true.items()},
        baseline=dict.fromkeys(found, simple),
        baseline_name=BASELINE,
        examples=[
            (films.in_words(test.scenes[place]), test.texts[place], texts[place])
            for place in range(min(6, len(test)))
        ],
        more={
            "test": len(test),
            "where_the_motion_is_new": {
                "films": int(is_new.sum()),
                "true_captions": float(right[is_new].mean()) if is_new.any() else None,
            },
        },
        figures={
            "captions": draw_captions(test, texts, right, data.describe()),
            "where_it_looks": draw_word_maps(
                # The middle frame of each.
                test.pictures[shown, films.FRAMES // 2],
                chosen,
                word_maps(model, test.pictures[shown], chosen),
                data.describe(),
            ),
        },
    )


def fit(
    model: keras.Model,
    train: CaptionedPictures,
    validation: CaptionedPictures,
    request: Request,
) -> None:
    """Train the reader and the decoder of what `build` returned, on encoded films."""
    encoder = model.get_layer("film_encoder").encoder
    fit_captions(
        from_grids(model),
        film_encoder.encode_films(encoder, train),
        film_encoder.encode_films(encoder, validation),
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
        name="decoder",
    )


def word_maps(
    model: keras.Model, pictures: np.ndarray, texts: Sequence[str]
) -> list[np.ndarray]:
    """Return the attention before each word of captions of films, `(words, 8, 8)` each.

    The map of a word adds up to 1.
    """
    tokens = [text.split() for text in texts]
    read, _ = shifted(words_of(model), tokens)
    weights = attention_scores(model).predict((pictures, read), verbose=0)
    grid = model.get_layer("film_encoder").encoder.output_shape[1:3]
    maps = np.asarray(weights).reshape(*read.shape, *grid)
    return [own[: len(said)] for own, said in zip(maps, tokens, strict=True)]


def draw_captions(
    films: CaptionedPictures,
    texts: Sequence[str],
    right: np.ndarray,
    caption: str,
    count: int = 4,
) -> Figure:
    """Return a figure of films with their captions, right ones first.

    Args:
        films: `CaptionedPictures`.
        texts: Sequence of strings, the caption of each.
        right: Boolean array, which of them are true.
        caption: String, to stand below.
        count: Integer, films of either kind. Default: `4`.
    """
    chosen = np.concatenate([one[:count] for one in right_and_wrong(right).values()])
    frames = films.pictures.shape[1]
    figure, grid = picture_grid(
        len(chosen),
        frames,
        (1.25 * frames + 0.4, 1.5 * len(chosen) + 0.8),
        "Films that no training has seen, and what is said of them\n",
        caption,
        title_size=12,
        spines=True,
    )
    for row, place in zip(grid, chosen, strict=True):
        for axes, picture in zip(row, films.pictures[place], strict=True):
            axes.imshow(picture)
        row[0].text(
            0,
            1.08,
            texts[place] if right[place] else f"WRONG: {texts[place]}",
            transform=row[0].transAxes,
            color="0.2" if right[place] else "firebrick",
            in_layout=False,  # it may reach over the next picture
        )
    figure.set_layout_engine("constrained", hspace=0.2)
    return figure
