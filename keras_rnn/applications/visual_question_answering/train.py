"""Visual question answering: a picture and a question in, one answer out. Many-to-one.

*Lecture 3*, slide 19; *Chapter 5*, 5.4: the words of the question are read one by one,
then the network looks where in the picture the answer is.
"""

from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared.attention_maps import area, draw_maps, mass_inside
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.picture_inputs import texts_with_pictures
from keras_rnn.applications.shared.question_network import build, question_words
from keras_rnn.applications.shared.question_only import blind_answers
from keras_rnn.applications.shared.texts import unknown_note
from keras_rnn.applications.visual_question_answering.batches import (
    PictureBatches,
    QuestionBatches,
    with_several_questions,
)
from keras_rnn.datasets.pictures import easy_vqa
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.errors import UserError

BASELINE = "question alone (its most frequent answer)"

# So many batches of 8 pictures with 8 questions, at least.
_UPDATES = 8000


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
    known = _words_of(model).vocabulary
    rows = []
    for (picture, question), name, each in zip(
        pairs, classes(model).names(found), found, strict=True
    ):
        note = unknown_note(question_words(question), known)
        rows.append([Path(picture).name, question + note, name, f"{each.max():.0%}"])
    return ["picture", "question", "answer", "probability"], rows


def _pairs(inputs):
    """Each question with the picture before it."""
    pairs = texts_with_pictures(inputs)
    if not pairs:
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
        request: `keras_rnn.applications.contract.Request`.

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
    learn = np.concatenate([parts["train"], parts["validation"]])
    texts, truths = np.array(data.texts), np.array(data.answers)
    guesses = blind_answers(texts[learn], truths[learn], texts[parts["test"]])
    blind = float(np.mean(np.array(guesses) == truths[parts["test"]]))
    request.tell("Baseline", f"{BASELINE}: accuracy {blind:.3f}")
    model = fit(data, request)
    found = judge(model, data, parts["test"])
    return Outcome(
        model=model,
        data=data,
        metrics={
            "accuracy": float(found.right.mean()),
            "attention_in_box": _mean(found.inside),
        },
        baseline={
            "accuracy": blind,
            "attention_in_box": _mean(area(data.boxes[parts["test"]])),
        },
        baseline_name=BASELINE,
        examples=[
            (data.texts[place], data.answers[place], name)
            for place, name in list(zip(found.places, found.answers, strict=True))[:6]
        ],
        more={
            "test": len(found.places),
            "wrong": int((~found.right).sum()),
            "by_kind": found.by_kind(),
            "vocabulary": len(_words_of(model).vocabulary),
        },
        figures={"where_it_looks": figure(data, found)},
    )


def fit(data, request):
    """Return a network trained on a data set's training part.

    Args:
        data: `keras_rnn.datasets.picture_questions.PictureQuestions`.
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        What `build` returns, with the weights that validated best.
    """
    parts = {part: data.places(part) for part in ("train", "validation")}
    answers = sorted({data.answers[place] for place in parts["train"]})
    labels = np.array(
        [answers.index(one) if one in answers else -1 for one in data.answers], "int32"
    )
    tokens = [question_words(text) for text in data.texts]
    known = sorted({word for place in parts["train"] for word in tokens[place]})
    training.set_seed(request.seed)
    model = build(known, answers, data.images.shape[1])
    numbers = _words_of(model).encode(tokens)
    batches = {
        part: PictureBatches(
            data,
            places[labels[places] >= 0],
            numbers,
            labels,
            shuffle=part == "train",
            seed=request.seed,
        )
        for part, places in parts.items()
    }
    each = batches["train"].each
    fit_to_accuracy(
        with_several_questions(model, each, numbers.shape[1]),
        batches["train"],
        batches["validation"],
        request,
        batches=len(batches["train"]),
        updates=_UPDATES,
        learning_rate=3e-3,
        metrics=["accuracy"],
    )
    return model


class Judged(NamedTuple):
    """How a network answered.

    Attributes:
        places: Integer array, the numbers of the questions.
        answers: List of strings.
        right: Boolean array.
        maps: Array `(questions, glimpses, rows, columns)`, where it looked.
        inside: Float array, how much of the last look is in the box of what is asked
            about; NaN where that is no one thing.
        kinds: Array of strings, what each question asks for.
    """

    places: np.ndarray
    answers: list
    right: np.ndarray
    maps: np.ndarray
    inside: np.ndarray
    kinds: np.ndarray

    def by_kind(self):
        """Return a dict with the figures of each kind of question."""
        found = {}
        for kind in sorted(set(self.kinds.tolist())):
            own = self.kinds == kind
            found[kind] = {
                "questions": int(own.sum()),
                "accuracy": float(self.right[own].mean()),
                "attention_in_box": _mean(self.inside[own]),
            }
        return found


def judge(model, data, places):
    """Return how a network answers some of a data set's questions, as `Judged`.

    Args:
        model: What `fit` returned.
        data: `keras_rnn.datasets.picture_questions.PictureQuestions`.
        places: Integer array, the numbers of the questions.
    """
    tokens = [question_words(text) for text in data.texts]
    batches = QuestionBatches(data, places, _words_of(model).encode(tokens))
    found, maps = map(np.asarray, _seeing(model).predict(batches, verbose=0))
    names = classes(model).names(found)
    return Judged(
        places=places,
        answers=names,
        right=np.array(names) == np.array(data.answers)[places],
        maps=maps,
        inside=mass_inside(maps[:, -1], data.boxes[places]),
        kinds=np.array(data.kinds)[places],
    )


def _mean(values):
    """The mean of what is known, or `None` where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def figure(data, found, count=6):
    """Draw where the network looked: right answers above, wrong ones below.

    Args:
        data: `keras_rnn.datasets.picture_questions.PictureQuestions`.
        found: `Judged`.
        count: Integer, how many of each. Default: `6`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    rows, owners = {}, data.owners[found.places]
    for name, chosen in (("right", found.right), ("wrong", ~found.right)):
        rows[name] = []
        places = np.flatnonzero(chosen)
        for one in _varied(places, found.kinds, owners)[:count]:
            place = found.places[one]
            text = f"{data.texts[place]} {found.answers[one]}"
            if name == "wrong":
                text += f" (is: {data.answers[place]})"
            image = data.images[data.owners[place]]
            rows[name].append((image, found.maps[one, -1], data.boxes[place], text))
    return draw_maps(
        rows,
        caption=data.describe(),
        title="Bright: where the network looked. Orange: what was asked about",
    )


def _varied(places, kinds, owners):
    """The places: of one picture the first, and no kind again before all others."""
    _, first = np.unique(owners[places], return_index=True)
    places = places[np.sort(first)][:400]
    own = kinds[places].tolist()
    turns = [own[:place].count(kind) for place, kind in enumerate(own)]
    return places[np.argsort(turns, kind="stable")]
