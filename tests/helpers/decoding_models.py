"""Small models to decode, and the slow ways that the fast ones are held to."""

import itertools

import keras
import numpy as np

from keras_rnn.architectures import encoder_decoder, many_to_many, one_to_many

START = 1
END = 2


def called(model, inputs):
    """What a model gives, by the backend's fastest way for a single call."""
    if keras.backend.backend() == "tensorflow":
        return [keras.ops.convert_to_numpy(one) for one in _flat(model(inputs))]
    return _flat(model.predict_on_batch(inputs))


def _flat(outputs):
    return list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]


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


def at_each_step(model, sources, written):
    """Log-probabilities of every token at each step of the sequences `written`.

    One call of the trained model on whole sequences, as in training.

    Args:
        model: One of the above.
        sources: NumPy array, a source for each sequence.
        written: Integer array of shape `(count, length)`, without the start token.

    Returns:
        Array of shape `(count, length, vocabulary)`: what comes at the place of each
        token, by the model that has read those before.
    """
    read = np.asarray(written)[:, :-1]
    if len(model.inputs) == 1:
        inputs = np.concatenate([sources, read], axis=1)
    else:
        start = np.full((len(read), 1), START)
        inputs = [sources, np.concatenate([start, read], axis=1)]
    [outputs] = called(model, inputs)
    outputs = outputs[:, outputs.shape[1] - np.shape(written)[1] :]
    if model.name == "one_to_many":
        return np.log(np.asarray(outputs, "float64"))
    return log_softmax(outputs)


def following(model, sources, written, longest):
    """Log-probabilities of the next token after each of the sequences `written`.

    Filled up to the length `longest`, so that every call is of one shape: what comes
    later changes nothing.
    """
    count, length = np.shape(written)
    filled = np.full((count, longest), START)
    filled[:, :length] = written
    return at_each_step(model, sources, filled)[:, length]


def greedy_by_hand(model, sources, max_length, end_token=END):
    """What greedy search must give: the whole model is called for each token."""
    count = len(sources)
    written, totals = np.zeros((count, 0), "int32"), np.zeros(count)
    ended = np.zeros(count, bool)
    for _ in range(max_length):
        after = following(model, sources, written, max_length)
        best = after.argmax(axis=1)
        totals += np.where(ended, 0, after[np.arange(count), best])
        written = np.append(written, np.where(ended, 0, best)[:, None], axis=1)
        ended |= best == end_token
    return written, totals


def every_sequence(model, sources, vocabulary, max_length):
    """For each source, a dict from every sequence to its log-probability."""
    whole = np.array(list(itertools.product(range(vocabulary), repeat=max_length)))
    found = [{} for _ in sources]
    repeated = np.repeat(sources, len(whole), axis=0)
    steps = at_each_step(model, repeated, np.tile(whole, (len(sources), 1)))
    steps = steps.reshape(len(sources), len(whole), max_length, vocabulary)
    for row, of_row in enumerate(steps):
        for written, after in zip(whole.tolist(), of_row, strict=True):
            if END in written:
                written = written[: written.index(END) + 1]
            gained = [after[place, token] for place, token in enumerate(written)]
            found[row][tuple(written)] = float(np.sum(gained))
    return found


def padded(written, max_length):
    """A sequence as an array of `max_length` tokens."""
    return [*written, *[0] * (max_length - len(written))]
