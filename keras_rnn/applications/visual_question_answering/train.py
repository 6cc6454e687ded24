"""Visual question answering: a picture and a question in, one answer out. Many-to-one.

*Lecture 3*, slide 19; *Chapter 5*, 5.4: the words of the question are read one by one,
then the network looks where in the picture the answer is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
from matplotlib.figure import Figure

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
from keras_rnn.applications.shared.texts import hide_words, unknown_note
from keras_rnn.applications.visual_question_answering.network import (
    answer_layer,
    build,
    with_maps,
    with_several_questions,
    words_of,
)
from keras_rnn.datasets.pictures import easy_vqa
from keras_rnn.datasets.pictures.picture_questions import PictureQuestions
from keras_rnn.training import Batches

BASELINE = "question alone (its most frequent answer)"

# So many batches of 8 pictures with 8 questions, at least.
_UPDATES = 8000


def probabilities(
    model: keras.Model, pairs: Sequence[tuple[str | Path | np.ndarray, str]]
) -> np.ndarray:
    """Return the probability of each answer to questions, `(len(pairs), answers)`.

    A question has a picture: a path, of any size and mode, or an array of bytes of the
    model's size. Words that the model does not know count as unknown.

    Raises:
        UserError: A file is missing, damaged or no picture, or a question has no words.
        ValueError: The model takes something else.
    """
    if len(model.inputs) != 2:
        raise ValueError(
            f"it has {len(model.inputs)} inputs, not picture and question."
        )
    return np.asarray(model.predict(_inputs(model, pairs), verbose=0))


def _inputs(model, pairs):
    images = read_pictures(
        [picture for picture, _ in pairs], model.inputs[0].shape[1:3]
    )
    tokens = [checked_words(question) for _, question in pairs]
    return [images, words_of(model).encode(tokens)]


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer questions: a picture's path comes before the questions about it."""
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

    Returns:
        `Outcome` with the metrics `accuracy` and `attention_in_box`: how much of the
        last look falls into the box of what is asked about. An even look has there the
        box's part of the picture.
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


class PictureBatches(Batches):
    """Pictures, each with some of its questions: so it is looked at once for all.

    In each epoch other questions are drawn, and a few of their words are taken for
    unknown ones, so that a network learns to do without. Both follow from `seed` and
    the epoch's number alone, so that `keras_rnn.training.fit` can go on after a kill.

    Args:
        data: `PictureQuestions`.
        places: Integer array, the questions to take.
        numbers: Integer array `(len(data), time)`, the words of all questions.
        labels: Integer array `(len(data),)`, their answers.
        each: Integer, questions of a picture. Where it has fewer, some come twice.
            Default: `8`.
        unknown: Float, how many words are taken for unknown ones. Default: `0.02`.
        batch_size, shuffle, seed: What `keras_rnn.training.Batches` takes.
    """

    def __init__(
        self,
        data: PictureQuestions,
        places: np.ndarray,
        numbers: np.ndarray,
        labels: np.ndarray,
        each: int = 8,
        batch_size: int = 8,
        unknown: float = 0.02,
        shuffle: bool = True,
        seed: int = 0,
    ) -> None:
        order = places[np.argsort(data.owners[places], kind="stable")]
        pictures, starts = np.unique(data.owners[order], return_index=True)
        super().__init__((pictures, pictures), batch_size, shuffle, seed)
        self.images, self.numbers, self.labels = data.images, numbers, labels
        self.pictures, self.own = pictures, np.split(order, starts[1:])
        self.each, self.unknown = each, unknown

    def draw(self, generator: np.random.Generator) -> tuple:
        """Return the order of the pictures, and questions and words of each."""
        order = np.arange(self.count)
        if self.shuffle:
            order = generator.permutation(self.count)
        asked = np.array([self._some(self.own[one], generator) for one in order])
        share = self.unknown * self.shuffle
        return order, asked, hide_words(self.numbers[asked], generator, share)

    def _some(self, own, generator):
        """As many of a picture's questions as wanted, each as often as the others."""
        whole, rest = divmod(self.each, len(own))
        return np.concatenate([np.tile(own, whole), generator.permutation(own)[:rest]])

    def __getitem__(self, batch):
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        order, asked, words = (each[chosen] for each in self.drawn())
        return (self.images[self.pictures[order]], words), self.labels[asked]


def fit(data: PictureQuestions, request: Request) -> keras.Model:
    """Return a network trained on the training part of a data set.

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
    """Return how a network answers the questions at some places of a data set."""
    tokens = [question_words(text) for text in data.texts]
    numbers = words_of(model).encode(tokens)[places]
    inputs = [data.images[data.owners[places]], numbers]
    found = with_maps(model).predict(inputs, batch_size=256, verbose=0)
    found, maps = map(np.asarray, found)
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
    """Draw where the network looked: `count` right answers above, wrong ones below."""

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
