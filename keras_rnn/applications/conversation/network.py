"""The network that talks, and what it reads and writes: turns as numbers of words."""

import keras
import numpy as np

from keras_rnn.applications.shared.lengths import longest
from keras_rnn.applications.shared.texts import (
    END,
    MARKS,
    START,
    shifted,
    without_marks,
    words,
)
from keras_rnn.architectures import attention_scores, encoder_decoder
from keras_rnn.datasets.text.small_talk import SEPARATOR
from keras_rnn.datasets.text.word_tokens import detokenise, tokenise
from keras_rnn.decoding import greedy_search
from keras_rnn.layers import TokenEmbedding

# The last turns that are read, their words and those of an answer. What is longer
# loses its oldest words; a longer answer is not learnt from.
TURNS, LENGTH, ANSWER = 7, 56, 16


def build(
    said_words: list[str],
    answer_words: list[str],
    *,
    attention: str | None = "additive",
    units: int = 128,
    width: int = 64,
    dropout: float = 0.1,
) -> keras.Model:
    """Build the network: a reader in both directions and a writer that looks back.

    Args:
        said_words: List of strings, the vocabulary of what is said, in small letters,
            with the separator of turns.
        answer_words: List of strings, the vocabulary of the answers.
        attention: `"additive"`, `"multiplicative"`, or `None` as in 2015. Default:
            `"additive"`.
        units: Even integer, size of the writer's state; the reader has half of it in
            each direction. Default: `128`.
        width: Integer, size of the word vectors. Default: `64`.
        dropout: Float, fraction dropped of the word vectors. Default: `0.1`.

    Returns:
        `keras.Model` from word numbers `(batch, time)` and `(batch, answer time)` to
        scores `(batch, answer time, words)`, logits. Both vocabularies are saved with
        it.
    """
    count = len(answer_words) + len(MARKS) + 2
    return encoder_decoder(
        keras.Input((None,), dtype="int32", name="said"),
        keras.Input((None,), dtype="int32", name="answer"),
        {"cell": "gru", "units": units // 2, "bidirectional": True, "dropout": dropout},
        keras.layers.Dense(count, name="scores"),
        encoder=TokenEmbedding(said_words, width, name="said_words"),
        target_encoder=TokenEmbedding(
            [*MARKS, *answer_words], width, name="answer_words"
        ),
        decoder={"cell": "gru", "units": units, "dropout": dropout},
        attention=attention,
        name="conversation",
    )


def read_words(turns: list[str], most: int = TURNS) -> list[str]:
    """Return what the network reads of turns: the words of the last ones, `most` turns.

    Example:

    >>> read_words(["I am Ada.", "Hello, Ada.", "what is my name?"], most=2)
    ['hello', ',', 'ada', '.', '|', 'what', 'is', 'my', 'name', '?']
    """
    found: list[str] = []
    for turn in turns[-most:]:
        found += [*([SEPARATOR] if found else []), *words(turn)]
    return found[-LENGTH:]


def reply(model: keras.Model, turns: list[str]) -> str:
    """Return the answer to the last of some turns; the answer to nothing is empty."""
    return replies(model, [read_words(turns)])[0]


def attention_weights(
    model: keras.Model, turns: list[str]
) -> tuple[np.ndarray, list[str], list[str]]:
    """Return where the model looked while it wrote an answer, and that answer.

    Returns:
        Array `(words written, words read)`, the words read, and the words written with
        `"end"`.
    """
    read = read_words(turns)
    answer = tokenise(reply(model, turns))
    said, written, _ = encode(model, [read], [answer])
    weights = np.asarray(attention_scores(model).predict_on_batch((said, written)))[0]
    return weights[: len(answer) + 1, : len(read)], read, [*answer, "end"]


def _vocabularies(model):
    return model.get_layer("said_words"), model.get_layer("decoder").embedding


def encode(
    model: keras.Model,
    read: list[list[str]],
    written: list[list[str]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what encoder and decoder read and what is to be said, padded at the end.

    Three int32 arrays: what `read_words` returned as `(turns, time)`, and for the words
    of the answers, read and said by the decoder, `(turns, answer time)`.
    """
    _, answer = _vocabularies(model)
    return _numbers(model, read), *shifted(answer, written)


def _numbers(model, read):
    """What is read as numbers, in few different lengths: each is compiled."""
    said, _ = _vocabularies(model)
    return said.encode(read, longest(read, 8))


def _writer(model):
    """The search of a model, made and compiled once: a chat asks again and again."""
    writer = getattr(model, "_conversation_writer", None)
    if writer is None:
        options = {"start_token": START, "end_token": END, "from_logits": True}
        writer = greedy_search(model, max_length=ANSWER + 1, **options)
        # Past Keras, which would track it as a part of the model.
        object.__setattr__(model, "_conversation_writer", writer)
    return writer


def replies(model: keras.Model, read: list[list[str]]) -> list[str]:
    """Return the answers to what `read_words` returned; that to nothing is empty."""
    _, answer = _vocabularies(model)
    found = [""] * len(read)
    places = [place for place, tokens in enumerate(read) if tokens]
    if not places:
        return found
    numbers = _numbers(model, [read[place] for place in places])
    tokens, _ = _writer(model).predict(numbers, batch_size=128, verbose=0)
    for place, one in zip(places, answer.decode(tokens), strict=True):
        found[place] = detokenise(without_marks(one))
    return found
