"""Visual dialog: several questions about one picture, later ones of which refer back.

*Lecture 3*, slide 20: an encoder reads the question, the picture and all that was said
before, and the answer is decoded from that (Das et al. 2017, *Visual dialog*).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared import image_encoder
from keras_rnn.applications.shared.hidden_word_batches import HiddenWordBatches
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.questions import (
    is_picture,
    question_words,
    texts_of_pictures,
)
from keras_rnn.applications.shared.texts import unknown_note
from keras_rnn.applications.visual_dialog.agent import DialogAgent
from keras_rnn.applications.visual_dialog.figures import draw_gain, draw_varied_dialogs
from keras_rnn.applications.visual_dialog.network import build, from_grids
from keras_rnn.applications.visual_dialog.scores import (
    DialogResults,
    baseline_is_right,
    by_kind,
)
from keras_rnn.datasets.generated import shape_dialogs
from keras_rnn.datasets.generated.scene_labels import places_of
from keras_rnn.datasets.generated.shape_dialogs import ShapeDialogs, VisualDialogs
from keras_rnn.errors import UserError

BASELINE = "most frequent answer to the wording"

_TRAIN, _VALIDATION, _TEST = 8000, 300, 600
_BATCH = 16
# So many batches, at least; and of 32 pictures to train the image encoder.
_UPDATES, _ENCODER_UPDATES = 16_000, 700

_LOOKING = "Looking at"


def replies(
    model: keras.Model, dialogs: Sequence[tuple[str | Path | np.ndarray, list[str]]]
) -> list[list[str]]:
    """Return the answers to questions about pictures, asked one after another.

    Each answer is part of what was said when the next question comes. A picture is a
    path, of any size and mode, or an array of bytes of the model's size. Words that the
    model does not know count as unknown.

    Raises:
        UserError: A file is missing, damaged or no picture, or a question has no words,
            or none that the model knows.
    """
    return [[name for name, _ in each] for each in _replies(model, dialogs)]


def _replies(model, dialogs):
    """The same, each with its probability."""
    if not dialogs:
        return []
    agent = DialogAgent.of(model)
    images = np.array([agent.read_image(picture) for picture, _ in dialogs])
    for _, questions in dialogs:
        for question in questions:
            agent.check(question)
    found, _ = agent.talk(images, agent.encode([texts for _, texts in dialogs]))
    return [
        [(agent.answers[one.argmax()], float(one.max())) for one in each[: len(texts)]]
        for each, (_, texts) in zip(found, dialogs, strict=True)
    ]


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer dialogs: a picture's path comes before the questions about it."""
    dialogs = texts_of_pictures(
        inputs,
        "Give a picture and then questions about it, one after another, such as: "
        'picture.png "is there a red square?" "what size is it?"',
    )
    rows = [
        [Path(picture).name, str(number), text + _note(model, text), name, f"{p:.0%}"]
        for (picture, texts), found in zip(
            dialogs, _replies(model, dialogs), strict=True
        )
        for number, (text, (name, p)) in enumerate(zip(texts, found, strict=True), 1)
    ]
    return Answers(["picture", "round", "question", "answer", "probability"], rows)


def _note(model, text):
    """What a reader has to know of a question's words."""
    return unknown_note(question_words(text), DialogAgent.of(model).vocabulary)


def reply(model: keras.Model, turns: list[str]) -> str:
    """Return the answer to the last turn, or what is wrong with it.

    A picture's path begins a dialog about it; what follows are questions. A turn with
    which something is wrong counts as not said.
    """
    picture, questions = None, list[str]()
    agent = DialogAgent.of(model)
    for said, answered in zip(turns[::2], [*turns[1::2], None], strict=True):
        if answered is None or answered.startswith((_LOOKING, *agent.answers)):
            if is_picture(said):
                picture, questions = said, []
            else:
                questions.append(said)
    try:
        if picture is None:
            return "Which picture? Give its path first."
        if not questions:
            agent.read_image(picture)
            return f"{_LOOKING} {Path(picture).name}. What do you want to know?"
        [found] = replies(model, [(picture, questions)])
        return found[-1] + _note(model, questions[-1])
    except UserError as error:
        return str(error)


def train(request: Request) -> Outcome:
    """Train on generated dialogs, once with history and once without.

    Returns:
        `Outcome` with the metrics `accuracy`, `accuracy_referring_back`, the same on
        questions that refer back alone, and `gain_from_history`, by how much that is
        above the accuracy of the same network that was trained without what was said
        before. What the network answered itself is its history, right or wrong.
    """
    request.only_generated("visual_dialog", "dialogs")
    data = request.load(lambda _: shape_dialogs.generate(_TRAIN, _VALIDATION, _TEST))
    test = data.part("test")
    refers = test.refers_back
    request.tell("Questions", f"{refers.mean():.0%} of the test refer back")
    guessed = baseline_is_right(data)
    baseline = {
        "accuracy": float(guessed.mean()),
        "accuracy_referring_back": float(guessed[refers].mean()),
        "gain_from_history": None,
    }
    request.tell(
        "Baseline",
        f"{BASELINE}: accuracy {guessed.mean():.3f}, "
        f"{guessed[refers].mean():.3f} of those that refer back",
    )
    request.tell("Train", "image encoder")
    encoder = train_encoder(data, request)
    results, models = {}, {}
    for history in (True, False):
        request.tell("Train", "with history" if history else "without history")
        models[history] = fit(data, request, encoder, history=history)
        results[history] = evaluate(models[history], data, history=history)
    found, without = results[True], results[False]
    true_history = evaluate(models[True], data, true_history=True)
    kinds = by_kind(test, found, without, guessed)
    gain = found.metrics()["accuracy_referring_back"]
    gain -= without.metrics()["accuracy_referring_back"]
    return Outcome(
        model=models[True],
        data=data,
        metrics={**found.metrics(), "gain_from_history": gain},
        baseline=baseline,
        baseline_name=BASELINE,
        examples=[
            (one.text, one.answer, said)
            for one, said in zip(test.rounds[0], found.answers[0], strict=True)
        ],
        more={
            "test": len(test),
            "test_questions": int(refers.size),
            "test_referring_back": int(refers.sum()),
            "without_history": without.metrics(),
            "with_true_answers_as_history": true_history.metrics(),
            "whole_dialogs_right": float(found.right.all(axis=1).mean()),
            "by_kind": kinds,
            "by_round": found.right.mean(axis=0).tolist(),
        },
        figures={
            "dialogs": draw_varied_dialogs(test, found, data.describe()),
            "gain_from_history": draw_gain(
                kinds,
                caption=data.describe(),
                title="What history is worth, by kind of question",
            ),
        },
    )


def train_encoder(data: ShapeDialogs, request: Request) -> keras.Model:
    """Return an image encoder that has learned to name what is at each place.

    So dialogs have to teach only what words mean and what refers to what, as in Das et
    al. (2017), who took a network that had learned to classify photographs.
    """
    train, validation = data.part("train"), data.part("validation")
    return image_encoder.train_encoder(
        (train.images, train.scenes),
        (validation.images, validation.scenes),
        request,
        sides=False,
        updates=_ENCODER_UPDATES,
    )


def fit(
    data: ShapeDialogs,
    request: Request,
    encoder: keras.Model,
    *,
    history: bool = True,
) -> keras.Model:
    """Return a network trained on a data set's training part, with its best weights.

    It learns to answer, and where to look: the data tell which thing each question is
    about, as the boxes of Visual7W do (Zhu et al. 2016). From answers alone it does not
    find out what a relation is. Without `history` it knows nothing said before.
    """
    learnt = data.part("train")
    known = sorted({word for text in learnt.texts for word in question_words(text)})
    answers = sorted(set(learnt.answers.ravel().tolist()))
    rounds = learnt.answers.shape[1]
    training.set_seed(request.seed)
    model = build(known, answers, encoder, rounds=rounds, history=history)
    agent = DialogAgent(model, history)

    def batches(part):
        dialogs = data.part(part)
        given = agent.encode_answers(dialogs.answers)
        numbers = agent.encode(dialogs.questions)[:, : given.shape[1]]
        grids = encoder.predict(dialogs.images, batch_size=128, verbose=0)
        looks = looked_at(dialogs, *grids.shape[1:3])
        arrays = (grids, numbers, given), {"answer": given - 2, "look": looks}
        return HiddenWordBatches(arrays, 1, _BATCH, part == "train", request.seed)

    fit_to_accuracy(
        from_grids(model, history),
        batches("train"),
        batches("validation"),
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
        loss={
            "answer": "sparse_categorical_crossentropy",
            "look": "categorical_crossentropy",
        },
        monitor="val_answer_accuracy",
        metrics={"answer": ["accuracy"]},
        name="history" if history else "no_history",
    )
    return model


def looked_at(dialogs: VisualDialogs, rows: int, columns: int) -> np.ndarray:
    """Return where one has to look for an answer, `(dialogs, rounds, 2, places)`.

    First at the other thing of a relation, then at the thing that is asked about. Even
    shares of its places that add up to 1; all 0 where there is no such thing, or
    several.
    """
    found = np.zeros((*dialogs.answers.shape, 2, rows, columns), "float32")
    for own, scene, rounds in zip(found, dialogs.scenes, dialogs.rounds, strict=True):
        for looks, one in zip(own, rounds, strict=True):
            for grid, thing in zip(looks, (one.other, one.thing), strict=True):
                if thing is not None:
                    grid[places_of(thing, scene, rows, columns)] = 1
    found /= np.maximum(found.sum(axis=(-2, -1), keepdims=True), 1)
    return found.reshape(*found.shape[:3], rows * columns)


def evaluate(
    model: keras.Model,
    data: ShapeDialogs,
    *,
    history: bool = True,
    true_history: bool = False,
) -> DialogResults:
    """Return how a network that `fit` returned answers the dialogs of the test.

    With `true_history` it is told the right answer after each round. Else its own
    counts as what was said.
    """
    dialogs, agent = data.part("test"), DialogAgent.of(model, history)
    truths = dialogs.answers
    given = agent.encode_answers(truths) if true_history else None
    found, maps = agent.talk(dialogs.images, agent.encode(dialogs.questions), given)
    rounds = truths.shape[1]
    names = np.array(agent.answers)[found[:, :rounds].argmax(axis=-1)]
    return DialogResults(
        answers=names.tolist(),
        right=names == truths,
        maps=maps[:, :rounds],
        refers_back=dialogs.refers_back,
    )
