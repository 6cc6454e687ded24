"""Names in sentences, by a network for `named_entities`."""

import numpy as np

from keras_rnn.applications.contract import Answers
from keras_rnn.applications.shared.lengths import longest
from keras_rnn.applications.without_backend.networks import Network, likeliest
from keras_rnn.datasets.text.entity_tokens import (
    Entity,
    marked,
    places,
    shape,
    tokens,
)

# Characters of a word that are read: longer ones lose their middle.
LETTERS = 16


def answer(network: Network, inputs: list[str]) -> Answers:
    """Answer raw texts: each with its entities in brackets, `[Ada: PER] met`.

    Args:
        network: `Network`.
        inputs: List of strings.
    """
    found = [marked(text, entities) for text, entities in entities_of(network, inputs)]
    return Answers.of_each(inputs, found)


def entities_of(network: Network, texts: list[str]) -> list[tuple[str, list[Entity]]]:
    """Return raw texts, each with the places of its entities: `(type, from, to)`.

    Args:
        network: `Network`.
        texts: List of strings.
    """
    read = [tokens(text) for text in texts]
    tags = tag(network, [[token for token, *_ in each] for each in read])
    return [
        (text, places(found, each))
        for text, found, each in zip(texts, read, tags, strict=True)
    ]


def tag(network: Network, sentences: list[list[str]]) -> list[list[str]]:
    """Return the likeliest tag of each token of sentences.

    Args:
        network: `Network`.
        sentences: List of lists of strings.
    """
    probabilities = network.predict(*encode(network, sentences), batch_size=64)
    names = likeliest(network, probabilities)
    return [row[: len(tokens)] for row, tokens in zip(names, sentences, strict=True)]


def encode(
    network: Network, sentences: list[list[str]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what a network reads for sentences: three arrays, padded at the end.

    Args:
        network: `Network`.
        sentences: List of lists of strings.

    Returns:
        Numbers of words `(sentences, time)`, of their letters `(sentences, time, 16)`
        and of how they are written `(sentences, time)`.
    """
    length = longest(sentences)
    words = network.encode(
        "word_vectors",
        [[word.lower() for word in sentence] for sentence in sentences],
        length,
    )
    shapes = network.encode(
        "shape_vectors",
        [[shape(word) for word in sentence] for sentence in sentences],
        length,
    )
    # Each different word is spelt once. The first row is padding.
    distinct = sorted({word for sentence in sentences for word in sentence})
    rows = {word: row for row, word in enumerate(distinct, 1)}
    spelled = ["", *map(_without_middle, distinct)]
    table = network.encode("character_vectors", spelled, LETTERS)
    spelt = np.zeros(words.shape, "int32")
    for row, sentence in zip(spelt, sentences, strict=True):
        row[: len(sentence)] = [rows[word] for word in sentence]
    return words, table[spelt], shapes


def _without_middle(word: str) -> str:
    half = LETTERS // 2
    return word if len(word) <= LETTERS else word[:half] + word[-half:]
