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

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.texts import (
    most_similar,
    unknown_note,
    vocabulary,
    words,
)
from keras_rnn.applications.text_to_image import drawing_classifier, network
from keras_rnn.applications.text_to_image.drawing_classifier import (
    classify,
    compare_nearest,
)
from keras_rnn.applications.text_to_image.figures import (
    draw_growing,
    draw_right_and_wrong,
    draw_temperatures,
)
from keras_rnn.datasets.generated import pixel_drawings
from keras_rnn.datasets.generated.shape_scene import SHAPES
from keras_rnn.datasets.pictures.image_files import encode_png
from keras_rnn.decoding import sample
from keras_rnn.errors import UserError

BASELINE = "all pixels at once"

# Drawn a little more boldly than they are believed.
TEMPERATURE = 0.5
TEMPERATURES = (0.3, 0.5, 1.0, 1.5)

_TRAIN, _VALIDATION, _TEST = 4000, 256, 300
# So many batches of 64, at least.
UPDATES, BASELINE_UPDATES = 800, 400


def draw(
    model: keras.Model,
    texts: Sequence[str],
    *,
    temperature: float = TEMPERATURE,
    seed: int | None = None,
) -> np.ndarray:
    """Draw what captions say, pixel by pixel.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: Sequence of strings. Words that the model does not know count as unknown.
        temperature: Float above 0: below 1 the likely becomes likelier. Default: `0.5`.
        seed: Integer. Default: `None`, other pictures at each call.

    Returns:
        Integer array `(len(texts), 16, 16)`, values of `pixel_drawings`.

    Raises:
        UserError: A caption has no words, or too many.
    """
    for text in texts:
        _check(text)
    sampler = sample(
        model,
        start_token=network.START,
        max_length=network.PIXELS,
        temperature=temperature,
        seed=seed,
    )
    numbers = network.word_numbers(model, texts)
    pixels, _ = sampler.predict(numbers, batch_size=len(texts), verbose=0)
    side = pixel_drawings.SIZE
    return np.asarray(pixels).reshape(-1, side, side)


def _check(text):
    said = [word for word in words(text) if word[0].isalnum()]
    if not said:
        raise UserError(
            f"{text!r} is no caption: it has no words. Say what to draw, such as "
            '"a small red circle".'
        )
    if len(words(text)) > network.LONGEST:
        raise UserError(
            f"{text[:40]!r}... has {len(words(text))} words and signs. A caption has "
            f"at most {network.LONGEST}: make it shorter."
        )


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer captions: a picture of each, in letters and as a PNG file."""
    pixels = draw(model, inputs, seed=seed)
    known = network.words_of(model).vocabulary
    rows, files = [], {}
    for number, (text, one) in enumerate(zip(inputs, pixels, strict=True), 1):
        note = unknown_note(words(text), known)
        rows.append([text + note, pixel_drawings.in_letters(one)])
        files[f"drawing_{number}.png"] = encode_png(pixel_drawings.to_colours(one, 16))
    return Answers(["given", "drawn"], rows, files)


def train(request: Request) -> Outcome:
    """Train on drawings with captions, and judge pictures of captions never seen.

    In the test a colour, a shape and a place come together that never did in training.

    Returns:
        `Outcome` with the metrics `right`, the share of drawings in which the network
        of `visual_question_answering` finds shape and colour of the caption; `shape`
        and `colour` alone; and `nats`, the loss a pixel of the test's real drawings.
    """
    request.only_generated("text_to_image", "drawings")
    data = request.load(lambda _: pixel_drawings.generate(_TRAIN, _VALIDATION, _TEST))
    train, validation, test = data.parts.values()
    classifier = drawing_classifier.train_classifier(request)
    real = classify(classifier, test.pixels, test.things)
    request.tell("Classifier", f"right about {real.right.mean():.3f} of real drawings")

    known = vocabulary([words(text) for text in train.captions], least=1)
    training.set_seed(request.seed)
    baseline = network.build_baseline(known)
    network.fit(
        baseline, train, validation, request, updates=BASELINE_UPDATES, name="baseline"
    )
    numbers = network.word_numbers(baseline, test.captions)
    likeliest = baseline.predict(numbers, verbose=0).argmax(axis=-1)
    simple = classify(classifier, likeliest.reshape(test.pixels.shape), test.things)
    request.tell("Baseline", f"{BASELINE}: {simple.right.mean():.3f} right")

    training.set_seed(request.seed)
    model = network.build(known)
    network.fit(model, train, validation, request, updates=UPDATES, name="drawing")
    drawn = {
        each: draw(model, test.captions, temperature=each, seed=request.seed)
        for each in TEMPERATURES
    }
    found = {
        each: classify(classifier, one, test.things) for each, one in drawn.items()
    }
    own, right = drawn[TEMPERATURE], found[TEMPERATURE].right
    first = np.argsort(~right, kind="stable")[:4]
    copied = train.pixels[most_similar(train.captions, test.captions)]
    shapes = np.array([thing.shape for thing in test.things])
    source = data.describe()
    return Outcome(
        model=model,
        data=data,
        metrics={
            **found[TEMPERATURE].shares(),
            "nats": float(network.losses(model, test).mean()),
        },
        baseline={
            **simple.shares(),
            "nats": float(network.losses(baseline, test).mean()),
        },
        baseline_name=BASELINE,
        examples=[
            (text, "", pixel_drawings.in_letters(one))
            for text, one in zip(test.captions[:2], own[:2], strict=True)
        ],
        more={
            "judge_on_real_drawings": real.shares(),
            "by_nearest_drawing": compare_nearest(own, test),
            "by_shape": {
                shape: float(right[shapes == shape].mean())
                for shape in SHAPES
                if shape in shapes
            },
            "by_temperature": {str(each): one.shares() for each, one in found.items()},
            "picture_of_the_nearest_caption": classify(
                classifier, copied, test.things
            ).shares(),
            "temperature": TEMPERATURE,
            "test": len(test),
            "vocabulary": len(known),
        },
        figures={
            "drawings": draw_right_and_wrong(test.captions, own, right, source),
            "growing": draw_growing(
                [test.captions[place] for place in first], own[first], source
            ),
            "temperatures": draw_temperatures(test.captions, drawn, source),
        },
    )
