"""A text, letter by letter: which one comes next? Many-to-many, then one-to-many.

*Chapter 5*, 5.2: the example "hello", with a whole book instead of a word.
"""

import time

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.character_language_model.batches import (
    ForgetAtStart,
    TextStream,
)
from keras_rnn.applications.character_language_model.figures import draw
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.n_grams import NGrams
from keras_rnn.applications.shared.scores import log_likelihood, perplexity
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.text import plain_text
from keras_rnn.decoding import sample
from keras_rnn.errors import UserError
from keras_rnn.layers import TokenEmbedding

ORDER = 5
BASELINE = f"{ORDER}-grams of letters, interpolated"
TEMPERATURES = (0.5, 0.8, 1.0)

EPOCHS = 14
_ROWS, _STEPS = 64, 64
# A short text is read in fewer rows, so that there is enough to learn from.
_BATCHES = 150

_FEWEST = 15_000
# Letters that are rarer than this in the training part are unknown ones.
_LEAST = 5
# Letters that the network reads before those that count, where a row of the test
# begins, so that it starts with a state. They are of the row before.
_WARM_UP = 256


def build(letters, *, units=256, depth=2, width=64, dropout=0.2, rows=None):
    """Build the network: letters, a state that goes on, and the next letter.

    Args:
        letters: List of strings, the vocabulary.
        units: Integer, size of each layer's state. Default: `256`.
        depth: Integer, number of recurrent layers. Default: `2`.
        width: Integer, size of the letters' vectors. Default: `64`.
        dropout: Float, fraction dropped of each layer's output. Default: `0.2`.
        rows: Integer, the batch size of a stateful network that learns from a
            `TextStream`. Default: `None`, one that reads any batch from its beginning.
            Both have the same weights in the same order.

    Returns:
        `keras.Model` from letters' numbers `(batch, time)` to logits
        `(batch, time, len(letters) + 2)`; the vocabulary is saved with it.
    """
    stateful = rows is not None
    scores = keras.layers.Dense(len(letters) + 2, name="scores")
    return many_to_many(
        keras.Input((None,), batch_size=rows, dtype="int32", name="text"),
        {
            "cell": "gru",
            "units": units,
            "depth": depth,
            "dropout_between": dropout,
            "stateful": stateful,
        },
        # A stream has no padding, and to look for it takes time.
        encoder=TokenEmbedding(letters, width, mask_zero=not stateful, name="letters"),
        # A Sequential would end the mask, and dropout is for learning alone.
        head=keras.Sequential([keras.layers.Dropout(dropout), scores])
        if stateful
        else scores,
        name="character_language_model",
    )


def predict(model, texts, *, length=300, temperature=0.8, seed=0):
    """Go on with raw texts.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: List of strings. Letters that the model does not know count as unknown;
            an empty text is a new beginning.
        length: Integer, how many letters to write. Default: `300`.
        temperature: Float, see `keras_rnn.decoding.sample`. Default: `0.8`.
        seed: Integer. Default: `0`.

    Returns:
        List of strings, without the texts that were given.
    """
    writer = sample(model, max_length=length, temperature=temperature, seed=seed)
    letters = model.get_layer("letters")
    numbers = letters.encode([text or "\n" for text in texts])
    written, _ = writer.predict(numbers, verbose=0)
    return ["".join(each) for each in letters.decode(written)]


def answers(model, texts):
    """Return raw texts with what the model makes of them."""
    return [
        text + found for text, found in zip(texts, predict(model, texts), strict=True)
    ]


def log_probabilities(model, numbers, history=(), rows=32):
    """Return the log-probability of each letter, after all those before it.

    The text is read in `rows` parts side by side, each after the end of the one before
    it, so that a network which remembers less than 256 letters says what it would say
    in one pass.

    Args:
        model: As in `predict`.
        numbers: Integer array `(length,)`.
        history: Integer array, what stands before it. Default: nothing.
        rows: Integer. Default: `32`.

    Returns:
        Array `(length,)`, in nats.
    """
    length = len(numbers)
    history = np.asarray(history, "int32")[-_WARM_UP:]
    before = len(history)
    part = -(-length // rows)
    # A letter has to be read before the first one that counts.
    missing = _WARM_UP + 1 - before
    padding = np.full(missing, 0, "int32")
    tail = np.zeros(part * rows - length, "int32")
    tokens = np.concatenate([padding, history, np.asarray(numbers, "int32"), tail])
    starts = np.arange(rows)[:, None] * part
    laid = tokens[starts + np.arange(_WARM_UP + 1 + part)]
    logits = model.predict(laid[:, :-1], batch_size=rows, verbose=0)[:, _WARM_UP:]
    found = log_likelihood(logits, laid[:, _WARM_UP + 1 :])
    return found.reshape(-1)[:length]


def train(request):
    """Learn from 85 % of the text, choose the epoch on 5 %, judge on the last 10 %.

    The 5 % are the beginning of the text: what stands right before the test is most
    like it (the same play, the same names), and is there to learn from.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metrics `nats` a letter and `perplexity`, and its samples in
        `samples.txt`.

    Raises:
        UserError: The data cannot be read, or are too short.
    """
    data = plain_text.load(request.data)
    request.tell_data(data)
    known, (learn, validate, test) = _parts(data)
    request.tell(
        "Letters",
        f"{len(learn):,} to train, {len(validate):,} to validate, {len(test):,} to "
        f"test, {len(known)} different ones",
    )
    before = np.concatenate([validate, learn])  # as they stand in the text
    count = NGrams(ORDER, len(known) + 2).fit([before])
    # Joined, so that the first letters of the test have a history, too.
    counted = count.log_probabilities(np.concatenate([before[-ORDER:], test]))[ORDER:]
    simple = -float(counted.mean())
    request.tell("Baseline", f"{BASELINE}: {simple:.3f} nats a letter")

    model = _trained(request, known, learn, validate)
    found = log_probabilities(model, test, before)
    nats = -float(found.mean())
    letters = model.get_layer("letters")
    samples = {
        heat: predict(model, ["\n"], length=500, temperature=heat, seed=request.seed)[0]
        for heat in TEMPERATURES
    }
    shown = letters.decode([test[:160]])[0]
    return Outcome(
        model=model,
        data=data,
        metrics={"nats": nats, "perplexity": perplexity(nats)},
        baseline={"nats": simple, "perplexity": perplexity(simple)},
        baseline_name=BASELINE,
        examples=[
            (f"temperature {heat}", "", text[:160].strip())
            for heat, text in samples.items()
        ],
        more={"letters": len(known), "test": len(test), **_speed(model)},
        figures={
            "surprise": draw(
                shown, {BASELINE: counted[:160], "network": found[:160]}, data
            )
        },
        files={
            "samples.txt": "\n".join(
                f"=== temperature {heat}\n{text}\n" for heat, text in samples.items()
            )
        },
    )


def _parts(data):
    """The vocabulary of the training part, and the three parts as numbers."""
    if len(data) < _FEWEST:
        raise UserError(
            f"{data.origin} has {len(data):,} characters, too few to learn from. Give "
            f"at least {_FEWEST:,}; a million is better."
        )
    first, second = int(0.05 * len(data)), int(0.9 * len(data))
    known = vocabulary([data.text[first:second]], _LEAST)
    numbers = TokenEmbedding(known, 1).encode([data.text])[0]
    return known, (numbers[first:second], numbers[:first], numbers[second:])


def _trained(request, known, learn, validate):
    """A network for any batch, with the weights that a stateful one has learned."""
    training.set_seed(request.seed)
    rows = min(_ROWS, max(8, len(learn) // (_BATCHES * _STEPS)))
    stream = TextStream(learn, rows, _STEPS)
    learner = build(known, rows=rows)
    fit_to_likelihood(
        learner,
        stream,
        TextStream(validate, rows, _STEPS),
        request,
        epochs=request.epochs or EPOCHS,
        batches=len(stream),
        learning_rate=4e-3,
        callbacks=[ForgetAtStart()],
    )
    model = build(known)
    model.set_weights(
        [keras.ops.convert_to_numpy(one) for one in learner.trainable_weights]
    )
    return model


def _speed(model, length=400, calls=8):
    """Letters a second in one compiled call, and with a `predict` for each letter."""
    prompt = model.get_layer("letters").encode(["\n"])
    writer = sample(model, max_length=length, seed=0)
    text = np.tile(prompt, (1, 64))
    seconds = []
    for work in (
        lambda: writer.predict(prompt, verbose=0),
        lambda: [model.predict(text, verbose=0) for _ in range(calls)],
    ):
        work()  # compiles
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    compiled, naive = length / seconds[0], calls / seconds[1]
    return {
        "letters_a_second": round(compiled, 1),
        "letters_a_second_with_predict": round(naive, 1),
    }
