"""Visual question answering: a picture and a question in, one answer out. Many-to-one.

*Lecture 3*, slide 19; *Chapter 5*, 5.4: the words of the question are read one by one,
then the network looks where in the picture the answer is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.attention_maps import (
    box_area,
    draw_maps,
    mass_inside,
)
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.picture_figures import right_and_wrong
from keras_rnn.applications.shared.questions import (
    checked_words,
    most_frequent_answers,
    question_words,
    read_pictures,
    texts_of_pictures,
)
from keras_rnn.applications.shared.texts import unknown_note
from keras_rnn.applications.visual_question_answering.batches import (
    PictureBatches,
    QuestionBatches,
)
from keras_rnn.applications.visual_question_answering.network import (
    answer_layer,
    build,
    with_maps,
    with_several_questions,
    words_of,
)
from keras_rnn.datasets.pictures import easy_vqa
from keras_rnn.datasets.pictures.picture_questions import PictureQuestions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BASELINE = "question alone (its most frequent answer)"

# So many batches of 8 pictures with 8 questions, at least.
_UPDATES = 8000


def probabilities(
    model: keras.Model, pairs: Sequence[tuple[str | Path | np.ndarray, str]]
) -> np.ndarray:
    """Return the probability of each answer to questions about pictures.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        pairs: Sequence of tuples of a picture (a path, of any size and mode, or an
            array of bytes of the model's size) and a question. Words that the model
            does not know count as unknown.

    Returns:
        Array of shape `(len(pairs), answers)`.

    Raises:
        UserError: A file is missing, damaged or no picture, or a question has no words.
    """
    return np.asarray(model.predict(_inputs(model, pairs), verbose=0))


def glimpses(
    model: keras.Model, pairs: Sequence[tuple[str | Path | np.ndarray, str]]
) -> np.ndarray:
    """Return where the model looks for the answers to questions about pictures.

    Args:
        model, pairs: As `probabilities` takes them.

    Returns:
        Array of shape `(len(pairs), glimpses, rows, columns)`; each glimpse adds up
        to 1.
    """
    return np.asarray(with_maps(model).predict(_inputs(model, pairs), verbose=0)[1])


def _inputs(model, pairs):
    images = read_pictures(
        [picture for picture, _ in pairs], model.inputs[0].shape[1:3]
    )
    tokens = [checked_words(question) for _, question in pairs]
    return [images, words_of(model).encode(tokens)]


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Return the answer to each question, as `contract` states it.

    Args:
        model: `keras.Model`, as `probabilities` takes it.
        inputs: List of strings: a picture's path, then questions about it; then, if
            wanted, the next picture.
        seed: Integer, has no effect. Default: `0`.

    Raises:
        UserError: As `probabilities` does, or a question has no picture, or the
            reverse.
    """
    dialogs = texts_of_pictures(
        inputs,
        "Give a picture and then questions about it, such as: picture.png "
        '"what color is the circle?"',
    )
    pairs = [(picture, text) for picture, texts in dialogs for text in texts]
    found = probabilities(model, pairs)
    known = words_of(model).vocabulary
    rows = []
    for (picture, text), name, each in zip(
        pairs, answer_layer(model).names(found), found, strict=True
    ):
        note = unknown_note(question_words(text), known)
        rows.append([Path(picture).name, text + note, name, f"{each.max():.0%}"])
    return Answers(["picture", "question", "answer", "probability"], rows)


def train(request: Request) -> Outcome:
    """Train on pictures with questions, and judge on other pictures.

    easy-VQA has a test part of its own; of its training part, every tenth picture is
    kept to choose the epoch.

    Args:
        request: `Request`.

    Returns:
        `Outcome` with the metrics `accuracy` and `attention_in_box`: how much of the
        last look falls into the box of what is asked about. An even look has there the
        box's part of the picture.

    Raises:
        UserError: The data cannot be read.
    """
    data = request.load(easy_vqa.load)
    train, validation, test = map(data.places, ("train", "validation", "test"))
    request.tell_split("Questions", train, validation, test)
    known = np.concatenate([train, validation])
    texts, truths = np.array(data.texts), np.array(data.answers)
    guesses = most_frequent_answers(texts[known], truths[known], texts[test])
    simple = float(np.mean(np.array(guesses) == truths[test]))
    request.tell("Baseline", f"{BASELINE}: accuracy {simple:.3f}")
    model = fit(data, request)
    found = evaluate(model, data, test)
    return Outcome(
        model=model,
        data=data,
        metrics={
            "accuracy": float(found.right.mean()),
            "attention_in_box": _mean(found.inside),
        },
        baseline={
            "accuracy": simple,
            "attention_in_box": _mean(box_area(data.boxes[test])),
        },
        baseline_name=BASELINE,
        examples=[
            (data.texts[place], data.answers[place], name)
            for place, name in list(zip(test, found.answers, strict=True))[:6]
        ],
        more={
            "test": len(test),
            "wrong": int((~found.right).sum()),
            "by_kind": found.by_kind(),
            "vocabulary": len(words_of(model).vocabulary),
        },
        figures={"where_it_looks": draw_answers(data, found)},
    )


def fit(data: PictureQuestions, request: Request) -> keras.Model:
    """Return a network trained on a data set's training part.

    It has the weights that validated best.
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
    numbers = words_of(model).encode(tokens)
    train, validation = (
        PictureBatches(
            data,
            places[labels[places] >= 0],
            numbers,
            labels,
            shuffle=part == "train",
            seed=request.seed,
        )
        for part, places in parts.items()
    )
    fit_to_accuracy(
        with_several_questions(model, train.each, numbers.shape[1]),
        train,
        validation,
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
        metrics=["accuracy"],
    )
    return model


class QuestionResults(NamedTuple):
    """Answers of a network to questions about pictures.

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
    answers: list[str]
    right: np.ndarray
    maps: np.ndarray
    inside: np.ndarray
    kinds: np.ndarray

    def by_kind(self) -> dict[str, dict]:
        """Return a dict with the scores of each kind of question."""
        found = {}
        for kind in sorted(set(self.kinds.tolist())):
            own = self.kinds == kind
            found[kind] = {
                "questions": int(own.sum()),
                "accuracy": float(self.right[own].mean()),
                "attention_in_box": _mean(self.inside[own]),
            }
        return found


def evaluate(
    model: keras.Model, data: PictureQuestions, places: np.ndarray
) -> QuestionResults:
    """Return how a network answers some of a data set's questions.

    Args:
        model: What `fit` returned.
        data: `PictureQuestions`.
        places: Integer array, the numbers of the questions.
    """
    tokens = [question_words(text) for text in data.texts]
    batches = QuestionBatches(data, places, words_of(model).encode(tokens))
    found, maps = map(np.asarray, with_maps(model).predict(batches, verbose=0))
    names = answer_layer(model).names(found)
    return QuestionResults(
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


def draw_answers(
    data: PictureQuestions, found: QuestionResults, count: int = 6
) -> Figure:
    """Draw where the network looked: right answers above, wrong ones below.

    Args:
        data: `PictureQuestions`.
        found: `QuestionResults`.
        count: Integer, how many of each. Default: `6`.
    """

    def shown(one):
        place = found.places[one]
        text = f"{data.texts[place]} {found.answers[one]}"
        if not found.right[one]:
            text += f" (is: {data.answers[place]})"
        image = data.images[data.owners[place]]
        return image, found.maps[one, -1], data.boxes[place], text

    owners = data.owners[found.places]
    return draw_maps(
        {
            name: [shown(one) for one in _varied(places, found.kinds, owners)[:count]]
            for name, places in right_and_wrong(found.right).items()
        },
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
