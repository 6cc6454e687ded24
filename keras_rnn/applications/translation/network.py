"""The network that translates, and what it reads and writes: words as numbers."""

import keras
import numpy as np

from keras_rnn.applications.shared.batches import group_by_length
from keras_rnn.applications.shared.lengths import SENTENCE_STEP, longest
from keras_rnn.applications.shared.texts import (
    END,
    MARKS,
    START,
    shifted,
    without_marks,
)
from keras_rnn.architectures import encoder_decoder
from keras_rnn.datasets.text.word_tokens import (
    detokenise,
    lower_case_by_rank,
    split_long,
    tokenise,
    true_case,
)
from keras_rnn.decoding import beam_search, greedy_search
from keras_rnn.layers import NarrowDense, TokenEmbedding

# A longer sentence is translated in parts.
LONGEST = 24
_MOST_WRITTEN = 32


def build(
    source_words: list[str],
    target_words: list[str],
    *,
    attention: str | None = "multiplicative",
    units: int = 192,
    width: int = 96,
    dropout: float = 0.1,
) -> keras.Model:
    """Build the network: a reader in both directions and a writer that looks back.

    Args:
        source_words, target_words: Lists of strings, the vocabularies, the most
            frequent first.
        attention: `"additive"`, `"multiplicative"` or `None`. Default:
            `"multiplicative"`.
        units: Even integer, size of the writer's state; the reader has half of it in
            each direction. Default: `192`.
        width: Integer, size of the word vectors, and of what the scores of all
            words are made from. Default: `96`.
        dropout: Float, fraction dropped of word vectors and of what the writer says.
            Default: `0.1`.

    Returns:
        `keras.Model` from word numbers `(batch, time)` and `(batch, target time)` to
        scores `(batch, target time, words)`, logits. Both vocabularies are saved with
        it.
    """
    return encoder_decoder(
        keras.Input((None,), dtype="int32", name="source"),
        keras.Input((None,), dtype="int32", name="target"),
        {"cell": "gru", "units": units // 2, "bidirectional": True, "dropout": dropout},
        NarrowDense(len(target_words) + len(MARKS) + 2, width, dropout, name="scores"),
        encoder=TokenEmbedding(source_words, width, name="source_words"),
        target_encoder=TokenEmbedding(
            [*MARKS, *target_words], width, name="target_words"
        ),
        decoder={"cell": "gru", "units": units, "dropout": dropout},
        attention=attention,
        name="translation",
    )


def vocabularies(model: keras.Model) -> tuple[TokenEmbedding, TokenEmbedding]:
    """Return the layers that know the source's and the target's words."""
    return model.get_layer("source_words"), model.get_layer("decoder").embedding


def source_tokens(model: keras.Model, text: str) -> list[str]:
    """Return the words of a raw text as the model knows them."""
    source, _ = vocabularies(model)
    return true_case(tokenise(text), lower_case_by_rank(source.vocabulary))


def encode_targets(
    model: keras.Model, sequences: list[list[str]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the decoder reads and what it is to say, padded at the end.

    Two int32 arrays of the same shape `(sequences, target time)`: the words after the
    start mark, and the words with the end mark.
    """
    _, target = vocabularies(model)
    return shifted(target, sequences, SENTENCE_STEP)


def encode_sources(model: keras.Model, sequences: list[list[str]]) -> np.ndarray:
    """Return the numbers of words, padded at the end to a multiple of four."""
    source, _ = vocabularies(model)
    return source.encode(sequences, longest(sequences, SENTENCE_STEP))


def searcher(
    model: keras.Model, beam_width: int = 5, length_penalty: float = 1.0
) -> keras.Model:
    """Return a model that translates: numbers in, numbers and log-probability out.

    Args:
        model: What `build` returned, trained.
        beam_width: Integer; at 1 the most probable word at each step. Default: `5`.
        length_penalty: Float, by which longer translations are preferred.
            Default: `1.0`.
    """
    if beam_width == 1:
        return greedy_search(
            model,
            start_token=START,
            end_token=END,
            max_length=_MOST_WRITTEN,
            from_logits=True,
        )
    return beam_search(
        model,
        start_token=START,
        end_token=END,
        max_length=_MOST_WRITTEN,
        beam_width=beam_width,
        length_penalty=length_penalty,
        from_logits=True,
    )


def search(
    model: keras.Model, search: keras.Model, sequences: list[list[str]]
) -> tuple[list[list[str]], np.ndarray]:
    """Translate sequences of words, each of at least one, with what `searcher` made.

    Returns:
        List of lists of strings, the translations, and a float array of their
        log-probabilities.
    """
    _, target = vocabularies(model)
    found: list[list[str]] = [[] for _ in sequences]
    totals = np.zeros(len(sequences))
    for places in group_by_length([len(tokens) for tokens in sequences]):
        numbers = encode_sources(model, [sequences[place] for place in places])
        tokens, total = search.predict(numbers, batch_size=64, verbose=0)
        totals[places] = total
        for place, words in zip(places, target.decode(tokens), strict=True):
            found[place] = without_marks(words)
    return found, totals


def translate(
    model: keras.Model, texts: list[str], search_with: keras.Model | None = None
) -> list[str]:
    """Return the translations of raw texts.

    A text of more than 24 words is translated in parts, cut behind a sign where there
    is one. Words that the model does not know are read as "unknown"; what it writes is
    always made of words that it knows.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: List of strings.
        search_with: What `searcher` returned. Default: `None`, beams of 5.

    Returns:
        List of strings; an empty text stays one.
    """
    return [detokenise(words) for words in translate_words(model, texts, search_with)]


def translate_words(
    model: keras.Model, texts: list[str], search_with: keras.Model | None = None
) -> list[list[str]]:
    """Return what `translate` returns, as lists of words."""
    pieces, owners = [], []
    for place, text in enumerate(texts):
        tokens = source_tokens(model, text)
        for piece in split_long(tokens, LONGEST) if tokens else []:
            pieces.append(piece)
            owners.append(place)
    joined: list[list[str]] = [[] for _ in texts]
    if pieces:
        if search_with is None:
            search_with = searcher(model)
        found, _ = search(model, search_with, pieces)
        for owner, tokens in zip(owners, found, strict=True):
            joined[owner] += tokens
    return joined
