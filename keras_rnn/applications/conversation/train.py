"""Conversation: what was said in, an answer out. Encoder-decoder with attention.

*Chapter 5*, 5.5 (ChatGPT), the way it was done with recurrent networks: Vinyals and Le,
"A neural conversational model", 2015.
"""

from itertools import pairwise

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.conversation import network
from keras_rnn.applications.conversation.network import reply
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.scores import log_likelihood
from keras_rnn.applications.shared.splits import too_few
from keras_rnn.applications.shared.texts import (
    END,
    MARKS,
    START,
    UNKNOWN,
    most_similar,
    vocabulary,
    words,
)
from keras_rnn.datasets.text import small_talk
from keras_rnn.datasets.text.small_talk import split_turns
from keras_rnn.datasets.text.word_tokens import detokenise, tokenise
from keras_rnn.reference.n_grams import NGrams, perplexity
from keras_rnn.visualize import attention_map

__all__ = ["answer", "reply", "train"]

BASELINE = "answer to the most similar question (TF-IDF); word trigrams"

_WORDS = 5_000
_UPDATES, _BATCH = 600, 128
_LEAST = 40


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer raw texts; earlier turns stand before the last one, with `|` between.

    Words that the model does not know are read as "unknown"; the answer to nothing is
    empty.
    """
    read = [network.read_words(split_turns(text)) for text in inputs]
    return Answers.of_each(inputs, network.replies(model, read))


def train(request: Request) -> Outcome:
    """Train on most dialogs, judge on the others, and once more without context.

    In the generated small talk the others combine names with what they never are in
    training; of a file, they are a tenth of the dialogs.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metrics `accuracy`, the share of answers that are right to
        the letter, and `perplexity` of a word of the right answers; in `more`, the
        same of a model that reads the last turn alone.

    Raises:
        UserError: The data cannot be read, or are less than 40 exchanges.
    """
    data = request.load(small_talk.load)
    learnt, validation, test, written = _split(data)
    request.tell_split("Exchanges", learnt, validation, test)
    before = np.concatenate([learnt, validation])
    truths = [detokenise(written[place]) for place in test]
    known = vocabulary([written[place] for place in learnt], least=1, most=_WORDS)
    near, asked = ([data.turns[i][-1] for i in places] for places in (before, test))
    similar = before[most_similar(near, asked, sublinear_tf=True)]
    baseline = {
        "accuracy": _same([detokenise(written[place]) for place in similar], truths),
        "perplexity": _trigrams(data, before, test, written, known),
    }
    request.tell(
        "Baseline",
        f"{BASELINE}: accuracy {baseline['accuracy']:.3f}, "
        f"perplexity {baseline['perplexity']:.2f}",
    )
    models, found, scores = {}, {}, {}
    for name, most in (("context", network.TURNS), ("last_turn", 1)):
        read = [network.read_words(turns, most) for turns in data.turns]
        request.tell("Train", f"reads {f'{most} turns' if most > 1 else 'one turn'}")
        models[name] = _trained(read, written, known, learnt, validation, request, name)
        asked = [read[place] for place in test]
        found[name] = network.replies(models[name], asked)
        right = [written[place] for place in test]
        scores[name] = {
            "accuracy": _same(found[name], truths),
            "perplexity": _perplexity(models[name], asked, right),
        }
    model = models["context"]
    # The end of the longest dialogs, and of others.
    shown = sorted(test[:60], key=lambda place: -len(data.turns[place]))[:4]
    shown = [*shown, *test[:2]]
    answers = answer(model, [data.texts[place] for place in shown]).rows
    figure = attention_map(
        *network.attention_weights(model, data.turns[shown[0]]),
        title="Where each word looked",
    )
    figure.supxlabel(data.describe(), x=0.01, ha="left", fontsize=6, color="0.4")
    return Outcome(
        model=model,
        data=data,
        metrics=scores["context"],
        baseline=baseline,
        baseline_name=BASELINE,
        examples=[
            (text, data.replies[place], said)
            for place, (text, said) in zip(shown, answers, strict=True)
        ],
        more={
            "train": len(learnt),
            "validation": len(validation),
            "test": len(test),
            "turns": network.TURNS,
            "accuracy_without_context": scores["last_turn"]["accuracy"],
            "perplexity_without_context": scores["last_turn"]["perplexity"],
            "where_the_last_turn_does_not_tell": _ambiguous(data, test, found, truths),
        },
        figures={"attention": figure},
    )


def _split(data):
    """Places to train on, validate on and test on, and the words of all answers."""
    written = [tokenise(answer) for answer in data.replies]
    short = np.array([0 < len(tokens) <= network.ANSWER for tokens in written], bool)
    test = np.flatnonzero(data.is_test & short)
    rest = np.flatnonzero(~data.is_test & short)
    if len(rest) < _LEAST or not len(test):
        has = (
            f"{len(data)} exchanges, {int(short.sum())} with an answer of at most "
            f"{network.ANSWER} words"
        )
        raise too_few(data, has, f"{_LEAST + 10}, in ten dialogs or more")
    # Whole dialogs: a new one begins where there is no earlier turn of the last one.
    starts = [now[: len(last)] != last for last, now in pairwise(data.turns)]
    dialog = np.cumsum([True, *starts])[rest]
    is_last = dialog > np.quantile(dialog, 0.95)
    if not is_last.any():  # a single long dialog
        is_last = np.arange(len(rest)) >= len(rest) * 19 // 20
    return rest[~is_last], rest[is_last], test, written


def _trained(read, written, known, learnt, validation, request, name):
    training.set_seed(request.seed)
    model = network.build(
        vocabulary([read[place] for place in learnt], least=1, most=_WORDS), known
    )

    def arrays(places: np.ndarray) -> tuple:
        said, before, after = network.encode(
            model, [read[i] for i in places], [written[i] for i in places]
        )
        return (said, before), after

    fit_to_likelihood(
        model,
        arrays(learnt),
        arrays(validation),
        request,
        updates=_UPDATES,
        learning_rate=5e-3,
        batch_size=_BATCH,
        # An unknown word is never the right answer: no answer says it.
        ignore_class=UNKNOWN,
        name=name,
    )
    return model


def _same(found, truths):
    """The share of answers that are right to the letter."""
    return float(
        np.mean([one == other for one, other in zip(found, truths, strict=True)])
    )


def _perplexity(model, read, written):
    """That of a word of the right answers, ends included, unknown words left out."""
    said, before, after = network.encode(model, read, written)
    scores = model.predict((said, before), batch_size=128, verbose=0)
    right = log_likelihood(scores, after)
    return perplexity(float(-right[after > UNKNOWN].mean()))


def _trigrams(data, learnt, test, written, known):
    """The perplexity of trigrams that count through the last turn and the answer."""
    said = [words(turns[-1]) for turns in data.turns]
    tokens = ["", "?", *MARKS, *known]
    asked = vocabulary([said[place] for place in learnt], least=1)
    numbers = {token: number for number, token in enumerate(tokens)}
    others = {token: len(tokens) + number for number, token in enumerate(asked)}

    def sequence(place: int) -> list[int]:
        answer = [numbers.get(word, UNKNOWN) for word in written[place]]
        before = [others.get(word, UNKNOWN) for word in said[place]]
        return [*before, START, *answer, END]

    model = NGrams(3, len(tokens) + len(asked)).fit([sequence(i) for i in learnt])
    losses = []
    for place in test:
        full = np.array(sequence(place))
        is_answer = np.arange(len(full)) > len(said[place])
        losses.append(-model.log_probabilities(full)[is_answer & (full > UNKNOWN)])
    return perplexity(float(np.concatenate(losses).mean()))


def _ambiguous(data, test, found, truths):
    """Accuracy on questions that have several answers, depending on what was before."""
    replies = {}
    for turns, answer in zip(data.turns, data.replies, strict=True):
        replies.setdefault(turns[-1], set()).add(answer)
    is_open = [len(replies[data.turns[place][-1]]) > 1 for place in test]
    if not any(is_open):
        return {"share": 0.0, "accuracy": None, "accuracy_without_context": None}

    def accuracy(answers: list[str]) -> float:
        right = np.array([a == b for a, b in zip(answers, truths, strict=True)])
        return float(right[is_open].mean())

    return {
        "share": float(np.mean(is_open)),
        "accuracy": accuracy(found["context"]),
        "accuracy_without_context": accuracy(found["last_turn"]),
    }
