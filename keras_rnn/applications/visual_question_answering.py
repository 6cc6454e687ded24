"""Visual question answering: a picture and a question in, one answer out. Many-to-one.

*Lecture 3*, slide 19; *Chapter 5*, 5.4: the words of the question are read one by one,
then the network looks where in the picture the answer is.
"""

from collections import Counter
from pathlib import Path

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.learning import fit_to_accuracy
from keras_rnn.applications.outcome import Outcome
from keras_rnn.applications.picture_batches import (
    PictureBatches,
    QuestionBatches,
    with_several_questions,
)
from keras_rnn.applications.picture_maps import area, draw_maps, mass_inside
from keras_rnn.applications.texts import accuracy, words
from keras_rnn.architectures import many_to_one
from keras_rnn.datasets import easy_vqa
from keras_rnn.datasets.image_files import read_image
from keras_rnn.errors import UserError
from keras_rnn.layers import ClassProbabilities, PictureAttention, TokenEmbedding

BASELINE = "most frequent answer to the question, without the picture"

# So many batches of 8 pictures with 8 questions, at least.
_UPDATES = 4000

# Both ways of writing are one word.
_SPELLINGS = {"colour": "color", "grey": "gray"}
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")


def build(vocabulary, answers, size, *, width=64, glimpses=2):
    """Build the network: it reads the question, looks at the picture and answers.

    ```
                           answer
                             |
          question . ---- head ---- glimpse
                   |                   |
          GRU -> GRU -> GRU --looks-> grid of vectors
           |      |      |             |
         what   color   is ...      convolutions
    ```

    Args:
        vocabulary: List of strings, the words of questions.
        answers: Sequence of strings.
        size: Integer, pixels of a picture's side, a multiple of 8.
        width: Integer, size of all vectors. Default: `64`.
        glimpses: Integer, how often it looks (`PictureAttention`). Default: `2`.

    Returns:
        `keras.Model` from pictures `(batch, size, size, 3)`, 0 to 255, and word numbers
        `(batch, time)` to probabilities `(batch, answers)`.
    """
    image = keras.Input((size, size, 3), name="image")
    question = keras.Input((None,), dtype="int32", name="question")
    reader = many_to_one(
        question,
        {"cell": "gru", "units": width},
        encoder=TokenEmbedding(vocabulary, width // 2, name="words"),
        head=keras.layers.Dense(width, activation="tanh", name="summary"),
        name="reader",
    )
    asked = reader(question)
    grid = _eyes(size, width)(image)
    glimpse, _ = PictureAttention(width, glimpses, name="look")(asked, grid)
    outputs = _head(answers, width)([asked, glimpse])
    return keras.Model([image, question], outputs, name="visual_question_answering")


def _eyes(size, width):
    """Convolutions down to a grid of places: 8 by 8 for pictures of 32 or 64 pixels."""
    steps = 3 if size > 32 else 2
    convolutions = [
        keras.layers.Conv2D(
            width * 3 // 8 if step < steps - 1 else width,
            5 if step == 0 else 3,
            strides=2,
            padding="same",
            activation="relu",
        )
        for step in range(steps)
    ]
    return keras.Sequential(
        [
            keras.Input((size, size, 3)),
            keras.layers.Rescaling(1 / 127.5, -1),
            *convolutions,
        ],
        name="eyes",
    )


def _head(answers, width):
    """The answer, from what was asked and what was seen."""
    asked, seen = keras.Input((width,)), keras.Input((width,))
    fitting = keras.layers.Multiply()([keras.layers.Dense(width)(asked), seen])
    both = keras.layers.Concatenate()([asked, seen, fitting])
    hidden = keras.layers.Dense(2 * width, activation="relu")(both)
    outputs = ClassProbabilities(answers, name="answer")(hidden)
    return keras.Model([asked, seen], outputs, name="head")


def question_words(text):
    """Return the words of a question, without signs, in one way of writing.

    Example:

    >>> question_words("What colour is the circle?")
    ['what', 'color', 'is', 'the', 'circle']
    """
    found = [word for word in words(text) if word[0].isalnum()]
    return [_SPELLINGS.get(word, word) for word in found]


def predict(model, pairs):
    """Return the probability of each answer to questions about pictures.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        pairs: List of tuples of a picture (a path, of any size and mode, or an array
            of bytes of the model's size) and a question. Words that the model does not
            know count as unknown.

    Returns:
        Array of shape `(len(pairs), answers)`.

    Raises:
        UserError: A file is missing, damaged or no picture, or a question has no words.
    """
    return np.asarray(model.predict(_inputs(model, pairs), verbose=0))


def look(model, pairs):
    """Return where the model looks for the answers to questions about pictures.

    Args:
        model: As in `predict`; `pairs` likewise.
        pairs: See `model`.

    Returns:
        Array of shape `(len(pairs), glimpses, rows, columns)`; each glimpse adds up
        to 1.
    """
    return np.asarray(_seeing(model).predict(_inputs(model, pairs), verbose=0)[1])


def classes(model):
    """Return the layer that knows what the answers are called."""
    return model.get_layer("head").get_layer("answer")


def _words_of(model):
    return model.get_layer("reader").get_layer("words")


def _seeing(model):
    """The model with its attention weights as second output."""
    outputs = [model.outputs[0], model.get_layer("look").output[1]]
    return keras.Model(model.inputs, outputs)


def _inputs(model, pairs):
    size = model.inputs[0].shape[1:3]
    images = [
        picture
        if isinstance(picture, np.ndarray)
        else read_image(picture, size, colour=True)
        for picture, _ in pairs
    ]
    tokens = [question_words(question) for _, question in pairs]
    for (_, question), found in zip(pairs, tokens, strict=True):
        if not found:
            raise UserError(f"{question!r} is no question: it has no words.")
    return [np.array(images), _words_of(model).encode(tokens)]


def answer_table(model, inputs):
    """Return what the command line shows: heads, and a row for each question.

    Args:
        model: As in `predict`.
        inputs: List of strings: a picture's path, then questions about it; then, if
            wanted, the next picture.

    Raises:
        UserError: As in `predict`, or a question has no picture, or the reverse.
    """
    pairs = _pairs(inputs)
    found = predict(model, pairs)
    known = set(_words_of(model).vocabulary)
    rows = []
    for (picture, question), name, each in zip(
        pairs, classes(model).names(found), found, strict=True
    ):
        strange = [word for word in question_words(question) if word not in known]
        note = f" (does not know: {', '.join(strange)})" if strange else ""
        rows.append([Path(picture).name, question + note, name, f"{each.max():.0%}"])
    return ["picture", "question", "answer", "probability"], rows


def _pairs(inputs):
    """Each question with the picture before it."""
    pairs, picture, asked = [], None, True
    for one in inputs:
        if Path(one).suffix.lower() in _PICTURES or Path(one).is_file():
            if not asked:
                break
            picture, asked = one, False
        elif picture is None:
            break
        else:
            pairs.append((picture, one))
            asked = True
    if not asked or not pairs or picture is None:
        raise UserError(
            "Give a picture and then questions about it: --input picture.png "
            '"what color is the circle?"'
        )
    return pairs


def train(request):
    """Train on pictures with questions, and judge on other pictures.

    easy-VQA has a test part of its own; of its training part, every tenth picture is
    kept to choose the epoch.

    Args:
        request: `keras_rnn.applications.outcome.Request`.

    Returns:
        `Outcome` with the metrics `accuracy` and `attention_in_box`: how much of the
        last look falls into the box of what is asked about. An even look has there the
        box's part of the picture.

    Raises:
        UserError: The data cannot be read.
    """
    data = easy_vqa.load(request.data)
    request.tell_data(data)
    parts = {part: data.places(part) for part in ("train", "validation", "test")}
    request.tell(
        "Questions",
        f"{len(parts['train']):,} to train, {len(parts['validation']):,} to validate, "
        f"{len(parts['test']):,} to test",
    )
    answers = sorted({data.answers[place] for place in parts["train"]})
    # One that no training has is a wrong answer, whatever is said.
    labels = np.array(
        [answers.index(one) if one in answers else -1 for one in data.answers], "int32"
    )
    learn = np.concatenate([parts["train"], parts["validation"]])
    texts, truths = np.array(data.texts), np.array(data.answers)
    guesses = blind_answers(texts[learn], truths[learn], texts[parts["test"]])
    blind = float(np.mean(np.array(guesses) == truths[parts["test"]]))
    request.tell("Baseline", f"{BASELINE}: accuracy {blind:.3f}")

    training.set_seed(request.seed)
    tokens = [question_words(text) for text in data.texts]
    known = sorted({word for place in parts["train"] for word in tokens[place]})
    model = build(known, answers, data.images.shape[1])
    numbers = _words_of(model).encode(tokens)
    batches = {
        part: PictureBatches(
            data,
            parts[part][labels[parts[part]] >= 0],
            numbers,
            labels,
            shuffle=part == "train",
            seed=request.seed,
        )
        for part in ("train", "validation")
    }
    several = with_several_questions(model, batches["train"].each, numbers.shape[1])
    fit_to_accuracy(
        several,
        batches["train"],
        batches["validation"],
        request,
        batches=len(batches["train"]),
        updates=_UPDATES,
        learning_rate=3e-3,
        metrics=["accuracy"],
    )
    test = parts["test"]
    found, maps = _seeing(model).predict(
        QuestionBatches(data, test, numbers), verbose=0
    )
    maps, boxes = np.asarray(maps)[:, -1], data.boxes[test]
    right = found.argmax(axis=1) == labels[test]
    kinds = np.array([data.kinds[place] for place in test])
    inside = mass_inside(maps, boxes)
    by_kind = {
        kind: {
            "questions": int((kinds == kind).sum()),
            "accuracy": float(right[kinds == kind].mean()),
            "attention_in_box": _mean(inside[kinds == kind]),
        }
        for kind in sorted(set(kinds.tolist()))
    }
    names = classes(model).names(found)
    return Outcome(
        model=model,
        data=data,
        metrics={
            "accuracy": accuracy(found, labels[test]),
            "attention_in_box": _mean(inside),
        },
        baseline={"accuracy": blind, "attention_in_box": _mean(area(boxes))},
        baseline_name=BASELINE,
        examples=[
            (data.texts[place], data.answers[place], f"{name} ({each.max():.0%})")
            for place, name, each in list(zip(test, names, found, strict=True))[:6]
        ],
        more={
            "test": len(test),
            "wrong": int((~right).sum()),
            "by_kind": by_kind,
            "vocabulary": len(known),
        },
        figures={"where_it_looks": _figure(data, test, names, right, maps)},
    )


def _mean(values):
    """The mean of what is known, or `None` where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def blind_answers(learn, answers, asked):
    """Answer questions without a picture: what was answered most often.

    Where a question is new, that of the longest beginning that is known counts.

    Args:
        learn: List of strings, questions.
        answers: List of strings, their answers.
        asked: List of strings, other questions.

    Returns:
        List of strings.

    Example:

    >>> learn = ["what color is it?", "is there a cross?", "is there a circle?"]
    >>> blind_answers(learn, ["red", "no", "no"], ["is there a square?"])
    ['no']
    """
    counts = {}
    for text, answer in zip(learn, answers, strict=True):
        words = question_words(text)
        for end in range(len(words) + 1):
            counts.setdefault(tuple(words[:end]), Counter())[answer] += 1
    found = []
    for text in asked:
        words = question_words(text)
        while tuple(words) not in counts:
            words.pop()
        found.append(counts[tuple(words)].most_common(1)[0][0])
    return found


def _figure(data, test, names, right, maps, count=6):
    """Right answers of all kinds above, wrong ones below."""
    rows = {}
    for name, chosen in (("right", right), ("wrong", ~right)):
        places = np.flatnonzero(chosen)
        # One of each kind first, and never two questions about one picture in a row.
        kinds = [data.kinds[test[place]] for place in places]
        turn = [kinds[:place].count(kind) for place, kind in enumerate(kinds[:400])]
        order = [places[one] for one in np.argsort(turn, kind="stable")[:count]]
        rows[name] = [
            (
                data.images[data.owners[test[place]]],
                maps[place],
                data.boxes[test[place]],
                f"{data.texts[test[place]]} {names[place]}"
                + ("" if chosen is right else f" (is: {data.answers[test[place]]})"),
            )
            for place in order
        ]
    return draw_maps(
        rows,
        caption=data.describe(),
        title="Bright: where the network looked. Orange: what was asked about",
    )
