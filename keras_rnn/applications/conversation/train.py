"""Conversation: what was said in, an answer out. Encoder-decoder with attention.

*Chapter 5*, 5.5 (ChatGPT), the way it was done with recurrent networks: Vinyals and Le,
"A neural conversational model", 2015.
"""

import math

import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.conversation import network as talker
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.n_grams import NGrams
from keras_rnn.applications.shared.scores import log_likelihood, perplexity
from keras_rnn.applications.shared.texts import (
    END,
    MARKS,
    START,
    UNKNOWN,
    most_similar,
    vocabulary,
    words,
)
from keras_rnn.applications.shared.word_tokens import detokenise, tokenise
from keras_rnn.datasets.text import small_talk
from keras_rnn.datasets.text.small_talk import split_turns
from keras_rnn.errors import UserError

BASELINE = "answer to the most similar question (TF-IDF); word trigrams"

_WORDS = 5_000
_UPDATES, _BATCH = 600, 128
_LEAST = 40


def predict(model, texts):
    """Return the answers to raw texts.

    Args:
        model: What `text.talker.build` returned, trained, or the same loaded from its
            file.
        texts: List of strings. Earlier turns stand before the last one, with `|`
            between. Words that the model does not know are read as "unknown".

    Returns:
        List of strings; the answer to nothing is empty.
    """
    return talker.replies(
        model, [talker.read_words(split_turns(text)) for text in texts]
    )


answers = predict


# What `run --chat` calls.
reply = talker.reply


def train(request):
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
    data = small_talk.load(request.data)
    request.tell_data(data)
    split = _split(data)
    request.tell(
        "Exchanges",
        ", ".join(
            f"{len(places):,} to {name}"
            for name, places in zip(
                ("train", "validate", "test"), split[:3], strict=True
            )
        ),
    )
    learnt, validation, test, written = split
    everything = np.concatenate([learnt, validation])
    truths = [detokenise(written[place]) for place in test]
    known = vocabulary([written[place] for place in learnt], least=1, most=_WORDS)
    near = _nearest(data, everything, test)
    baseline = {
        "accuracy": _same([detokenise(written[place]) for place in near], truths),
        "perplexity": _trigrams(data, everything, test, written, known),
    }
    request.tell(
        "Baseline",
        f"{BASELINE}: accuracy {baseline['accuracy']:.3f}, "
        f"perplexity {baseline['perplexity']:.2f}",
    )
    models, found, scores = {}, {}, {}
    for name, most in (("context", talker.TURNS), ("last_turn", 1)):
        read = [talker.read_words(turns, most) for turns in data.turns]
        request.tell("Train", f"reads {f'{most} turns' if most > 1 else 'one turn'}")
        model = _trained(read, written, known, learnt, validation, request, name)
        models[name] = model
        found[name] = talker.replies(model, [read[place] for place in test])
        scores[name] = {
            "accuracy": _same(found[name], truths),
            "perplexity": _perplexity(
                model, [read[i] for i in test], [written[i] for i in test]
            ),
        }
    model, chosen = models["context"], _chosen(data, test)
    return Outcome(
        model=model,
        data=data,
        metrics=scores["context"],
        baseline=baseline,
        baseline_name=BASELINE,
        examples=[
            (data.texts[place], data.replies[place], answer)
            for place, answer in zip(
                chosen, predict(model, [data.texts[i] for i in chosen]), strict=True
            )
        ],
        more={
            "train": len(learnt),
            "validation": len(validation),
            "test": len(test),
            "turns": talker.TURNS,
            "accuracy_without_context": scores["last_turn"]["accuracy"],
            "perplexity_without_context": scores["last_turn"]["perplexity"],
            "where_the_last_turn_does_not_tell": _ambiguous(data, test, found, truths),
        },
        figures=_figures(model, data, chosen),
    )


def _split(data):
    """Places to train on, validate on and test on, and the words of all answers."""
    written = [tokenise(answer) for answer in data.replies]
    short = np.array([0 < len(tokens) <= talker.ANSWER for tokens in written], bool)
    test = np.flatnonzero(data.is_test & short)
    rest = np.flatnonzero(~data.is_test & short)
    if len(rest) < _LEAST or not len(test):
        raise UserError(
            f"{data.origin} has {len(data)} exchanges, {int(short.sum())} with an "
            f"answer of at most {talker.ANSWER} words. Give at least {_LEAST + 10}, in "
            "ten dialogs or more, so that some can be kept for the test."
        )
    # Whole dialogs: a new one begins where there is no earlier turn of the last one.
    starts = np.array(
        [
            place == 0 or turns[: len(before)] != before
            for place, (turns, before) in enumerate(
                zip(data.turns, [[], *data.turns[:-1]], strict=True)
            )
        ]
    )
    dialog = np.cumsum(starts)[rest]
    is_last = dialog > np.quantile(dialog, 0.95)
    if not is_last.any():  # a single long dialog
        is_last = np.arange(len(rest)) >= len(rest) * 19 // 20
    return rest[~is_last], rest[is_last], test, written


def _trained(read, written, known, learnt, validation, request, name):
    training.set_seed(request.seed)
    model = talker.build(
        vocabulary([read[place] for place in learnt], least=1, most=_WORDS), known
    )

    def arrays(places):
        said, before, after = talker.encode(
            model, [read[i] for i in places], [written[i] for i in places]
        )
        return (said, before), after

    batches = math.ceil(len(learnt) / _BATCH)
    epochs = request.epochs or math.ceil(_UPDATES / batches)
    fit_to_likelihood(
        model,
        arrays(learnt),
        arrays(validation),
        request,
        epochs=epochs,
        batches=batches,
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
    said, before, after = talker.encode(model, read, written)
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

    def sequence(place):
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


def _nearest(data, learnt, test):
    """Of each test exchange, the most similar one of the training part."""
    known, asked = (
        [data.turns[place][-1] for place in places] for places in (learnt, test)
    )
    return learnt[most_similar(known, asked, sublinear_tf=True)]


def _ambiguous(data, test, found, truths):
    """Accuracy on questions that have several answers, depending on what was before."""
    replies = {}
    for turns, answer in zip(data.turns, data.replies, strict=True):
        replies.setdefault(turns[-1], set()).add(answer)
    is_open = [len(replies[data.turns[place][-1]]) > 1 for place in test]
    if not any(is_open):
        return {"share": 0.0, "accuracy": None, "accuracy_without_context": None}

    def accuracy(answers):
        right = np.array([a == b for a, b in zip(answers, truths, strict=True)])
        return float(right[is_open].mean())

    return {
        "share": float(np.mean(is_open)),
        "accuracy": accuracy(found["context"]),
        "accuracy_without_context": accuracy(found["last_turn"]),
    }


def _chosen(data, test):
    """Some exchanges to show: the end of the longest dialogs, and of others."""
    longest = sorted(test[:60], key=lambda place: -len(data.turns[place]))[:4]
    return [*longest, *test[:2]]


def _figures(model, data, chosen):
    from keras_rnn.visualize import attention_map

    weights, read, written = talker.look(model, data.turns[chosen[0]])
    figure = attention_map(weights, read, written, title="Where each word looked")
    figure.supxlabel(data.describe(), x=0.01, ha="left", fontsize=6, color="0.4")
    return {"attention": figure}
