"""Visual dialog: several questions about one picture, later ones of which refer back.

*Lecture 3*, slide 20: an encoder reads the question, the picture and all that was said
before, and the answer is decoded from that (Das et al. 2017, *Visual dialog*).
"""

from pathlib import Path

import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.picture_inputs import is_picture, texts_with_pictures
from keras_rnn.applications.shared.question_network import question_words
from keras_rnn.applications.shared.texts import unknown_note
from keras_rnn.applications.visual_dialog import image_encoder as dialog_eyes
from keras_rnn.applications.visual_dialog.batches import DialogBatches, places
from keras_rnn.applications.visual_dialog.figures import draw_dialogs, draw_gain
from keras_rnn.applications.visual_dialog.network import Talker, build, without_eyes
from keras_rnn.applications.visual_dialog.scores import Judged, by_kind, guesses
from keras_rnn.datasets.generated import shape_dialogs
from keras_rnn.datasets.pictures.image_files import read_image
from keras_rnn.errors import UserError

BASELINE = "most frequent answer to the wording"

_TRAIN, _VALIDATION, _TEST = 8000, 300, 600
_BATCH = 16
# So many batches, at least.
_UPDATES = 16_000


def predict(model, dialogs):
    """Return the answers to questions about pictures, asked one after another.

    Each answer is part of what was said when the next question comes.

    Args:
        model: What `network.build` returned, trained, or
            the same loaded from its file.
        dialogs: List of tuples of a picture (a path, of any size and mode, or an array
            of bytes of the model's size) and a list of questions. Words that the model
            does not know count as unknown.

    Returns:
        List of lists of strings, an answer to each question.

    Raises:
        UserError: A file is missing, damaged or no picture, or a question has no words,
            or none that the model knows.
    """
    found, _ = look(model, dialogs)
    return [[name for name, _ in each] for each in found]


def look(model, dialogs):
    """Return answers with their probability, and where the model looked.

    Args:
        model: As in `predict`; `dialogs` likewise.
        dialogs: See `model`.

    Returns:
        List of lists of tuples of an answer and its probability, and an array
        `(dialogs, rounds, 2, rows, columns)`: where it looked first and then again.
    """
    if not dialogs:
        return [], np.zeros((0, 0, 2, 0, 0), "float32")
    talker = _talker(model)
    images = np.array([_image(talker, picture) for picture, _ in dialogs])
    for _, questions in dialogs:
        for question in questions:
            _check(talker, question)
    numbers = talker.encode([questions for _, questions in dialogs])
    found, maps = talker.talk(images, numbers)
    names = np.array(talker.answers)[found.argmax(axis=-1)]
    return [
        [
            (str(names[one, place]), float(found[one, place].max()))
            for place in range(len(questions))
        ]
        for one, (_, questions) in enumerate(dialogs)
    ], maps


def _talker(model, history=True):
    """That of a model, made once: a chat asks again and again."""
    talker = getattr(model, "_visual_dialog_talker", None)
    if talker is None:
        talker = Talker(model, history)
        # Past Keras, which would track it as a part of the model.
        object.__setattr__(model, "_visual_dialog_talker", talker)
    return talker


def _image(talker, picture):
    if isinstance(picture, np.ndarray):
        return picture
    return read_image(picture, (talker.size, talker.size), colour=True)


def _check(talker, question):
    words = question_words(question)
    if not words:
        raise UserError(f"{question!r} is no question: it has no words.")
    if not set(words) & set(talker.vocabulary):
        raise UserError(
            f"{question!r} has no word that the model knows. It knows, for example, "
            '"is there a red square?" and "what size is it?"'
        )


def answer_table(model, inputs):
    """Return what the command line shows: heads, and a row for each round.

    Args:
        model: As in `predict`.
        inputs: List of strings: a picture's path, then questions about it in their
            order; then, if wanted, the next picture, with which all begins anew.

    Raises:
        UserError: As in `predict`, or a question has no picture, or the reverse.
    """
    if not texts_with_pictures(inputs):
        raise UserError(
            "Give a picture and then questions about it, one after another: --input "
            'picture.png "is there a red square?" "what size is it?"; or talk with '
            "--chat."
        )
    dialogs = []
    for one in inputs:
        if is_picture(one):
            dialogs.append((one, []))
        else:
            dialogs[-1][1].append(one)
    found, _ = look(model, dialogs)
    rows = []
    for (picture, questions), answers in zip(dialogs, found, strict=True):
        for number, (text, (name, chance)) in enumerate(
            zip(questions, answers, strict=True), 1
        ):
            note = _unknown(model, text)
            rows.append(
                [Path(picture).name, str(number), text + note, name, f"{chance:.0%}"]
            )
    return ["picture", "round", "question", "answer", "probability"], rows


def _unknown(model, text):
    """What a reader has to know of a question's words."""
    return unknown_note(question_words(text), _talker(model).vocabulary)


def reply(model, turns):
    """Return what is answered to the last turn of a chat: `run --chat` calls it.

    Args:
        model: As in `predict`.
        turns: List of strings, what was said and answered in turns. A picture's path
            begins a dialog about it; what follows are questions.

    Returns:
        String: an answer; or what is wrong with a turn, which then counts as not said.
    """
    picture, questions = None, []
    for said, answered in zip(turns[::2], [*turns[1::2], None], strict=True):
        if answered is None or answered.startswith((_LOOKING, *_talker(model).answers)):
            if is_picture(said):
                picture, questions = said, []
            else:
                questions.append(said)
    try:
        if picture is None:
            return "Which picture? Give its path first."
        if not questions:
            _image(_talker(model), picture)
            return f"{_LOOKING} {Path(picture).name}. What do you want to know?"
        return predict(model, [(picture, questions)])[0][-1] + _unknown(
            model, questions[-1]
        )
    except UserError as error:
        return str(error)


_LOOKING = "Looking at"


def train(request):
    """Train on generated dialogs, once with history and once without.

    Args:
        request: `keras_rnn.applications.contract.Request`, with `data` `None` or
            `"sample"`.

    Returns:
        `Outcome` with the metrics `accuracy`, `accuracy_referring_back`, the same on
        questions that refer back alone, and `gain_from_history`, by how much that is
        above the accuracy of the same network that was trained without what was said
        before. What the network answered itself is its history, right or wrong.

    Raises:
        UserError: Other data are asked for.
    """
    request.only_generated("visual_dialog", "dialogs")
    data = shape_dialogs.generate(_TRAIN, _VALIDATION, _TEST)
    request.tell_data(data)
    test = data.part("test")
    refers = test.refers_back
    request.tell("Questions", f"{refers.mean():.0%} of the test refer back")
    guessed = np.array(guesses(data)) == test.answers
    request.tell(
        "Baseline",
        f"{BASELINE}: accuracy {guessed.mean():.3f}, "
        f"{guessed[refers].mean():.3f} of those that refer back",
    )
    request.tell("Train", "eyes")
    eyes = dialog_eyes.learn(data, request)
    judged, models = {}, {}
    for history in (True, False):
        request.tell("Train", "with history" if history else "without history")
        models[history] = fit(data, request, eyes, history=history)
        judged[history] = judge(models[history], data, history=history)
    found, without = judged[True], judged[False]
    told = judge(models[True], data, told=True)
    kinds = by_kind(test, found, without, guessed)
    gain = found.metrics()["accuracy_referring_back"]
    gain -= without.metrics()["accuracy_referring_back"]
    first = test.rounds[0]
    return Outcome(
        model=models[True],
        data=data,
        metrics={**found.metrics(), "gain_from_history": gain},
        baseline={
            "accuracy": float(guessed.mean()),
            "accuracy_referring_back": float(guessed[refers].mean()),
            "gain_from_history": None,
        },
        baseline_name=BASELINE,
        examples=[
            (one.text, one.answer, answer)
            for one, answer in zip(first, found.answers[0], strict=True)
        ],
        more={
            "test": len(test),
            "test_questions": int(refers.size),
            "test_referring_back": int(refers.sum()),
            "without_history": without.metrics(),
            "with_true_answers_as_history": told.metrics(),
            "whole_dialogs_right": float(found.right.all(axis=1).mean()),
            "by_kind": kinds,
            "by_round": found.right.mean(axis=0).tolist(),
        },
        figures={
            "dialogs": figure(data, found),
            "gain_from_history": draw_gain(
                kinds,
                caption=data.describe(),
                title="What history is worth, by kind of question",
            ),
        },
    )


def fit(data, request, eyes, *, history=True):
    """Return a network trained on a data set's training part.

    It learns to answer, and where to look: the data tell which thing each question is
    about, as the boxes of Visual7W do (Zhu et al. 2016). From answers alone it does not
    find out what a relation is.

    Args:
        data: `keras_rnn.datasets.shape_dialogs.ShapeDialogs`.
        request: `keras_rnn.applications.contract.Request`.
        eyes: What `keras_rnn.applications.visual_dialog.image_encoder.learn` returned.
        history: Boolean, whether it knows what was said before. Default: `True`.

    Returns:
        What `network.build` returns, with the weights
        that validated best.
    """
    model = untrained(data, request, eyes, history=history)
    talker = Talker(model, history)
    batches = {}
    for part in ("train", "validation"):
        dialogs = data.part(part)
        given = talker.encode_answers(dialogs.answers)
        numbers = talker.encode(dialogs.questions)
        grids = eyes.predict(dialogs.images, batch_size=128, verbose=0)
        inputs = (grids, numbers[:, : given.shape[1]], given)
        is_training = part == "train"
        batches[part] = DialogBatches(
            (inputs, {"answer": given - 2, "look": places(dialogs, *grids.shape[1:3])}),
            _BATCH,
            is_training,
            request.seed,
        )
    fit_to_accuracy(
        without_eyes(model, history),
        batches["train"],
        batches["validation"],
        request,
        batches=len(batches["train"]),
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


def untrained(data, request, eyes, *, history=True):
    """Return the network that `fit` begins with. The arguments are those of `fit`."""
    learnt = data.part("train")
    known = sorted({word for text in learnt.texts for word in question_words(text)})
    answers = sorted(set(learnt.answers.ravel().tolist()))
    training.set_seed(request.seed)
    return build(
        known,
        answers,
        eyes,
        rounds=learnt.answers.shape[1],
        history=history,
    )


def judge(model, data, part="test", *, history=True, told=False):
    """Return how a network answers the dialogs of a part, as `Judged`.

    Args:
        model: What `fit` returned.
        data: `keras_rnn.datasets.shape_dialogs.ShapeDialogs`.
        part: String. Default: `"test"`.
        history: Boolean, as the model was trained. Default: `True`.
        told: Boolean, whether it is told the right answer after each round. Else its
            own counts as what was said. Default: `False`.
    """
    dialogs, talker = data.part(part), _talker(model, history)
    truths = dialogs.answers
    given = talker.encode_answers(truths) if told else None
    found, maps = talker.talk(dialogs.images, talker.encode(dialogs.questions), given)
    rounds = truths.shape[1]
    names = np.array(talker.answers)[found[:, :rounds].argmax(axis=-1)]
    return Judged(
        answers=names.tolist(),
        right=names == truths,
        maps=maps[:, :rounds],
        refers_back=dialogs.refers_back,
    )


def figure(data, found, part="test", count=2):
    """Draw dialogs: some that are right throughout, then some that are not.

    Args:
        data: `keras_rnn.datasets.shape_dialogs.ShapeDialogs`.
        found: `Judged` of the same part.
        part: String. Default: `"test"`.
        count: Integer, how many of each. Default: `2`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    dialogs, chosen = data.part(part), []
    is_right = found.right.all(axis=1)
    # Those first that refer back in more ways.
    back = [
        len({one.kind for one in rounds if one.refers_back})
        for rounds in dialogs.rounds
    ]
    for own in (is_right, ~is_right):
        places = np.flatnonzero(own)
        order = np.argsort(-np.array(back)[places], kind="stable")
        chosen += places[order][:count].tolist()
    return draw_dialogs(
        dialogs,
        found,
        chosen,
        caption=data.describe(),
        title="Bright: where the network looked. Orange: what was asked about. "
        "Italic: refers back. Red: wrong",
    )
