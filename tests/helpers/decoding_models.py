"""Small models to decode, and the slow ways that the fast ones are held to."""

import itertools

import keras
import numpy as np

from keras_rnn.architectures import encoder_decoder, many_to_many, one_to_many

START = 1
END = 2


def called(search, inputs):
    """What a search gives when called: on TensorFlow much faster than compiling it."""
    return [keras.ops.convert_to_numpy(one) for one in search(np.asarray(inputs))]


def rough(model, seed=0, scale=1.2):
    """Give a model weights under which tokens differ clearly in probability."""
    generator = np.random.default_rng(seed)
    model.set_weights(
        [generator.normal(0, scale, w.shape).astype("float32") for w in model.weights]
    )
    return model


def language_model(vocabulary=5, seed=0, mask_zero=False, depth=1, cell="gru"):
    """A `many_to_many` model of tokens."""
    return rough(
        many_to_many(
            keras.Input((None,), dtype="int32"),
            {"cell": cell, "units": 4, "depth": depth},
            keras.layers.Dense(vocabulary),
            encoder=keras.layers.Embedding(vocabulary, 3, mask_zero=mask_zero),
        ),
        seed,
    )


def translator(vocabulary=5, seed=0, **options):
    """An `encoder_decoder` of tokens, whose source 0 is padding."""
    options = {"attention": "additive", **options}
    recurrent = {"cell": "gru", "units": 4} | options.pop("recurrent", {})
    return rough(
        encoder_decoder(
            keras.Input((None,), dtype="int32"),
            keras.Input((None,), dtype="int32"),
            recurrent,
            keras.layers.Dense(vocabulary),
            encoder=keras.layers.Embedding(6, 3, mask_zero=True),
            target_encoder=keras.layers.Embedding(vocabulary, 3),
            **options,
        ),
        seed,
    )


def captioner(context="state", vocabulary=5, seed=0):
    """A `one_to_many` of tokens from a vector of three."""
    return rough(
        one_to_many(
            keras.Input((3,)),
            {"cell": "lstm", "units": 4},
            keras.layers.Dense(vocabulary, activation="softmax"),
            targets=keras.Input((None,), dtype="int32"),
            target_encoder=keras.layers.Embedding(vocabulary, 3),
            context=context,
        ),
        seed,
    )


def log_softmax(outputs):
    """NumPy's, float64, over the last axis."""
    outputs = np.asarray(outputs, "float64")
    outputs = outputs - outputs.max(axis=-1, keepdims=True)
    return outputs - np.log(np.exp(outputs).sum(axis=-1, keepdims=True))


def following(model, sources, written):
    """Log-probabilities of the next token after each of the sequences `written`.

    One call of the trained model on whole sequences, as in training: what it said
    last.

    Args:
        model: One of the above.
        sources: NumPy array, a source for each sequence.
        written: Integer array of shape `(count, length)`, without the start token.
    """
    written = np.asarray(written, "int32")
    if len(model.inputs) == 1:
        inputs = np.concatenate([sources, written], axis=1)
    else:
        start = np.full((len(written), 1), START)
        inputs = [sources, np.concatenate([start, written], axis=1)]
    outputs = keras.ops.convert_to_numpy(model(inputs))[:, -1]
    if model.name == "one_to_many":
        return np.log(np.asarray(outputs, "float64"))
    return log_softmax(outputs)


def greedy_by_hand(model, sources, max_length, end_token=END):
    """What greedy search must give: the whole model is called for each token."""
    count = len(sources)
    written, totals = np.zeros((count, 0), "int32"), np.zeros(count)
    ended = np.zeros(count, bool)
    for _ in range(max_length):
        after = following(model, sources, written)
        best = after.argmax(axis=1)
        totals += np.where(ended, 0, after[np.arange(count), best])
        written = np.append(written, np.where(ended, 0, best)[:, None], axis=1)
        ended |= best == end_token
    return written, totals


def every_sequence(model, source, vocabulary, max_length):
    """A dict from every sequence that can be written to its log-probability."""
    found = {}
    live = {(): 0.0}
    for length in range(1, max_length + 1):
        written = np.array(list(live)).reshape(len(live), -1)
        sources = np.repeat(np.asarray(source)[None], len(live), axis=0)
        after = following(model, sources, written)
        longer = {
            (*written, token): total + after[row, token]
            for (row, (written, total)), token in itertools.product(
                enumerate(live.items()), range(vocabulary)
            )
        }
        ended = {
            s: p for s, p in longer.items() if s[-1] == END or length == max_length
        }
        found |= ended
        live = {s: p for s, p in longer.items() if s not in ended}
    return found


def padded(written, max_length):
    """A sequence as an array of `max_length` tokens."""
    return [*written, *[0] * (max_length - len(written))]
