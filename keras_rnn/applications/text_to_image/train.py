"""Text to image: a caption in, a picture out, drawn pixel by pixel. One-to-many.

*Chapter 5*, 5.5: a picture from a sentence. Here as recurrent networks did it
(PixelRNN, van den Oord et al. 2016): a picture of 16 by 16 pixels is a sequence of 256
colours, each drawn by chance from what is likely after those before it.

What is used today does more (diffusion: Ho et al. 2020, Rombach et al. 2022). It begins
with noise and makes all pixels a little clearer at once, some dozens of times, so that
no corner is settled before the rest; its pictures have a million pixels, and its words
are those of hundreds of millions of captions. This network knows 30 words, and draws
one flat shape.
"""

import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared.texts import (
    most_similar,
    unknown_note,
    vocabulary,
    words,
)
from keras_rnn.applications.text_to_image import judge as picture_judge
from keras_rnn.applications.text_to_image import network as picture_painter
from keras_rnn.applications.text_to_image.figures import (
    draw_growing,
    draw_right_and_wrong,
    draw_temperatures,
)
from keras_rnn.applications.text_to_image.network import build, build_blind, words_of
from keras_rnn.datasets.generated import pixel_drawings
from keras_rnn.datasets.generated.shape_scene import SHAPES
from keras_rnn.datasets.pictures.image_files import as_png
from keras_rnn.decoding import sample
from keras_rnn.errors import UserError

BASELINE = "all pixels at once"

# Drawn a little more boldly than they are believed.
TEMPERATURE = 0.5
TEMPERATURES = (0.3, 0.5, 1.0, 1.5)

_TRAIN, _VALIDATION, _TEST = 4000, 256, 300
# So many batches of 64, at least.
UPDATES, BLIND_UPDATES = 800, 400


def paint(model, texts, *, temperature=TEMPERATURE, seed=None):
    """Draw what captions say, pixel by pixel.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: List of strings. Words that the model does not know count as unknown.
        temperature: Float above 0: below 1 the likely becomes likelier. Default: `0.5`.
        seed: Integer. Default: `None`, other pictures at each call.

    Returns:
        Integer array `(len(texts), 16, 16)`, pixel values as in
        `keras_rnn.datasets.pixel_drawings`.

    Raises:
        UserError: A caption has no words, or too many.
    """
    for text in texts:
        _check(text)
    painter = sample(
        model,
        start_token=picture_painter.START,
        max_length=picture_painter.PIXELS,
        temperature=temperature,
        seed=seed,
    )
    numbers = picture_painter.numbers(model, texts)
    pixels, _ = painter.predict(numbers, batch_size=len(texts), verbose=0)
    side = pixel_drawings.SIZE
    return np.asarray(pixels).reshape(-1, side, side)


def _check(text):
    said = [word for word in words(text) if word[0].isalnum()]
    if not said:
        raise UserError(
            f"{text!r} is no caption: it has no words. Say what to draw, such as "
            '"a small red circle".'
        )
    if len(words(text)) > picture_painter.LONGEST:
        raise UserError(
            f"{text[:40]!r}... has {len(words(text))} words and signs. A caption has "
            f"at most {picture_painter.LONGEST}: make it shorter."
        )


def predict(model, texts, *, temperature=TEMPERATURE, seed=None):
    """Return a picture of each caption.

    Args:
        model: As in `paint`; the others likewise.
        texts: See `model`.
        temperature: See `model`. Default: `0.5`.
        seed: See `model`. Default: `None`.

    Returns:
        Array of unsigned bytes `(len(texts), 16, 16, 3)`: red, green and blue.

    Raises:
        UserError: As in `paint`.
    """
    pixels = paint(model, texts, temperature=temperature, seed=seed)
    return pixel_drawings.to_colours(pixels)


def answer_files(model, texts, seed=0):
    """Return what the command line shows, and the same pictures as files.

    Args:
        model: As in `paint`.
        texts: List of strings.
        seed: Integer. Default: `0`.

    Returns:
        Heads, and a row for each caption, with the picture in letters; and a dict
        from file name to the content of a PNG file, 16 times as high and wide.

    Raises:
        UserError: As in `paint`.
    """
    pixels = paint(model, texts, seed=seed)
    known = words_of(model).vocabulary
    rows, files = [], {}
    for number, (text, one) in enumerate(zip(texts, pixels, strict=True), 1):
        note = unknown_note(words(text), known)
        rows.append([text + note, pixel_drawings.in_letters(one)])
        files[f"drawing_{number}.png"] = as_png(pixel_drawings.to_colours(one, 16))
    return ["given", "drawn"], rows, files


def answers(model, texts):
    """Return a picture of each caption in letters, as `answer_files` has it."""
    return [row[-1] for row in answer_files(model, texts)[1]]


def train(request):
    """Train on drawings with captions, and judge pictures of captions never seen.

    In the test a colour, a shape and a place come together that never did in training.

    Args:
        request: `keras_rnn.applications.contract.Request`, with `data` `None` or
            `"sample"`.

    Returns:
        `Outcome` with the metrics `right`, the share of drawings in which the network
        of `visual_question_answering` finds shape and colour of the caption; `shape`
        and `colour` alone; and `nats`, the loss a pixel of the test's real drawings.

    Raises:
        UserError: Other data are asked for.
    """
    request.only_generated("text_to_image", "drawings")
    data = pixel_drawings.generate(_TRAIN, _VALIDATION, _TEST)
    request.tell_data(data)
    train, validation, test = data.parts.values()
    judge = picture_judge.teach(request)
    real = picture_judge.look(judge, test.pixels, test.things)
    request.tell("Judge", f"right about {real.right.mean():.3f} of real drawings")

    known = vocabulary([words(text) for text in train.captions], least=1)
    training.set_seed(request.seed)
    blind = build_blind(known)
    fit = picture_painter.fit
    fit(blind, train, validation, request, updates=BLIND_UPDATES, name="baseline")
    likeliest = blind.predict(picture_painter.numbers(blind, test.captions), verbose=0)
    likeliest = likeliest.argmax(axis=-1).reshape(test.pixels.shape)
    simple = {
        **picture_judge.look(judge, likeliest, test.things).shares(),
        "nats": picture_painter.nats(blind, test),
    }
    request.tell("Baseline", f"{BASELINE}: {simple['right']:.3f} right")

    training.set_seed(request.seed)
    model = build(known)
    fit(model, train, validation, request, updates=UPDATES, name="painter")
    drawn = {
        each: paint(model, test.captions, temperature=each, seed=request.seed)
        for each in TEMPERATURES
    }
    verdicts = {
        each: picture_judge.look(judge, one, test.things) for each, one in drawn.items()
    }
    own, verdict = drawn[TEMPERATURE], verdicts[TEMPERATURE]
    first = np.argsort(~verdict.right, kind="stable")[:4]
    copied = train.pixels[most_similar(train.captions, test.captions)]
    return Outcome(
        model=model,
        data=data,
        metrics={**verdict.shares(), "nats": picture_painter.nats(model, test)},
        baseline=simple,
        baseline_name=BASELINE,
        examples=[
            (text, "", pixel_drawings.in_letters(one))
            for text, one in zip(test.captions[:2], own[:2], strict=True)
        ],
        more={
            "judge_on_real_drawings": real.shares(),
            "by_nearest_drawing": checked(own, test),
            "by_shape": {
                shape: float(verdict.right[own_shape].mean())
                for shape in SHAPES
                if (own_shape := _has_shape(test, shape)).any()
            },
            "by_temperature": {
                str(each): one.shares() for each, one in verdicts.items()
            },
            "picture_of_the_nearest_caption": picture_judge.look(
                judge, copied, test.things
            ).shares(),
            "temperature": TEMPERATURE,
            "test": len(test),
            "vocabulary": len(known),
        },
        figures={
            "drawings": draw_right_and_wrong(test, own, verdict, data.describe()),
            "growing": draw_growing(
                [test.captions[place] for place in first], own[first], data.describe()
            ),
            "temperatures": draw_temperatures(test.captions, drawn, data.describe()),
        },
    )


def _has_shape(drawings, shape):
    return np.array([thing.shape == shape for thing in drawings.things])


def checked(pixels, drawings):
    """Return what the most similar real drawings say of pictures.

    Args:
        pixels: Integer array `(drawings, 16, 16)`, pixel values.
        drawings: `keras_rnn.datasets.pixel_drawings.Drawings`, whose captions they are
            pictures of.

    Returns:
        Dict: `right` as the metric is; of captions that say so, `size` and `place`;
        and `flawless`: the picture is right, and a real drawing, pixel by pixel.
    """
    found = picture_judge.nearest(pixels)
    right, size, place, flawless = [], [], [], []
    for one, thing, where, text in zip(
        found, drawings.things, drawings.places, drawings.captions, strict=True
    ):
        both = one.thing.shape, one.thing.colour
        right.append(both == (thing.shape, thing.colour))
        flawless.append(right[-1] and one.off == 0)
        noun, said_place = pixel_drawings.said(text)
        if noun.size:
            size.append(one.thing.size == thing.size)
        if said_place:
            place.append(one.place == where)
    lists = {"right": right, "size": size, "place": place, "flawless": flawless}
    return {
        name: float(np.mean(each)) if each else None for name, each in lists.items()
    }
