"""AmbiguousSentences with a word that is a name or is not, which only its future tells.

The two sentences of *Chapter 5*, section 5.1, with a small grammar around them:

    He said , Teddy Roosevelt was a great President .
    He said , Teddy bears are on sale !
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from keras_rnn.errors import UserError

# How often a speaker is chosen, and how often what follows is about a person.
SPEAKERS = {"He": (0.5, 0.5), "Historians": (0.25, 0.9), "Shopkeepers": (0.25, 0.2)}
AMBIGUOUS = ("Teddy", "Rose", "Lily", "Robin", "Daisy")
SURNAMES = ("Roosevelt", "Smith", "Kennedy", "Moreno", "Kim")
THINGS = ("bears", "stickers", "cushions", "prints", "cards")
SINGULAR_ENDING = "was a great President ."
PERSON_ENDINGS = (
    SINGULAR_ENDING,
    "came home late .",
    "will be remembered .",
    "wrote a long letter .",
)
THING_ENDINGS = (
    "are on sale !",
    "are sold out .",
    "cost next to nothing .",
    "make a nice present .",
)

_ENDINGS = " ".join(PERSON_ENDINGS + THING_ENDINGS).split()
VOCABULARY = (
    "",  # padding
    *dict.fromkeys(
        (*SPEAKERS, "said", ",", "and", *AMBIGUOUS, *SURNAMES, *THINGS, *_ENDINGS)
    ),
)
"""Tuple of strings: the word of each number. 0 is padding."""


class AmbiguousSentences(NamedTuple):
    """Tagged sentences, padded at their ends.

    Args:
        tokens: Integer array `(count, time)`, numbers into `VOCABULARY`.
        is_name: Float array `(count, time)`, 1 for a word of a person's name.
        is_ambiguous: Boolean array `(count, time)`, true for the words of
            `AMBIGUOUS`, which can be either.
    """

    tokens: np.ndarray
    is_name: np.ndarray
    is_ambiguous: np.ndarray


def generate(
    count: int, *, seed: int | np.random.Generator = 0, most: int = 3
) -> AmbiguousSentences:
    """Generate tagged sentences.

    A speaker is drawn; then, with the speaker's probability in `SPEAKERS`, whether the
    sentence is about a person or about things. Either way it goes on with 1 to `most`
    words of `AMBIGUOUS`, drawn alike in both cases: up to there, nothing but the
    speaker says what they are. A surname or a thing then decides for all of them.

    Args:
        count: Integer, how many sentences.
        seed: Integer or `numpy.random.Generator`. Default: 0.
        most: Integer, the most ambiguous words in a sentence, so that the word that
            decides is up to `2 * most - 1` steps away. Default: 3.

    Returns:
        `AmbiguousSentences`.

    Raises:
        UserError: `most` is not from 1 to 5, or `count` is less than 1.

    Example:

    >>> sentences = generate(2, seed=2)
    >>> print(*words(sentences.tokens[0]))
    He said , Lily and Robin Smith will be remembered .
    >>> sentences.is_name[0, :7].astype(int).tolist()
    [0, 0, 0, 1, 0, 1, 1]
    """
    if not 1 <= most <= len(AMBIGUOUS):
        raise UserError(f"most is {most}: give a number from 1 to {len(AMBIGUOUS)}")
    if count < 1:
        raise UserError(f"count is {count}: give a whole number from 1")
    rng = np.random.default_rng(seed)
    texts, names = zip(*(_sentence(rng, most) for _ in range(count)), strict=True)
    longest = max(map(len, texts))
    tokens = np.zeros((count, longest), "int32")
    is_name = np.zeros((count, longest), "float32")
    for row, (text, name) in enumerate(zip(texts, names, strict=True)):
        tokens[row, : len(text)] = encode(text)
        is_name[row, : len(name)] = name
    return AmbiguousSentences(tokens, is_name, np.isin(tokens, encode(AMBIGUOUS)))


def encode(text: str | Sequence[str]) -> list[int]:
    """Return the numbers of words.

    Args:
        text: Sequence of strings, or one string with spaces between its words and
            before its punctuation.

    Returns:
        List of integers.

    Raises:
        UserError: A word is not in `VOCABULARY`.

    Example:

    >>> words(encode("He said , Teddy bears are on sale !"))[3:5]
    ['Teddy', 'bears']
    """
    text = text.split() if isinstance(text, str) else text
    unknown = [word for word in text if word not in VOCABULARY[1:]]
    if unknown:
        raise UserError(f"{unknown[0]!r} is not a word of this small grammar")
    return [VOCABULARY.index(word) for word in text]


def words(tokens: Iterable[int]) -> list[str]:
    """Return the words of numbers, as a list of strings without padding.

    Args:
        tokens: Sequence of integers, numbers into `VOCABULARY`.

    Returns:
        List of strings.
    """
    return [VOCABULARY[token] for token in tokens if token]


def best_forward_accuracy() -> float:
    """Return how often the best guess from the past alone is right.

    It says "name" where the speaker's probability is more than a half, so it is right
    with the larger of the two probabilities, averaged over the speakers.

    Returns:
        Float, the share of right answers on ambiguous words.

    Example:

    >>> round(best_forward_accuracy(), 6)  # 0.5 * 0.5 + 0.25 * 0.9 + 0.25 * 0.8
    0.675
    """
    return sum(share * max(name, 1 - name) for share, name in SPEAKERS.values())


def _sentence(rng: np.random.Generator, most: int) -> tuple[list[str], list[int]]:
    """Draw one sentence; return its words, and 1 for each that is of a name."""
    speaker = rng.choice(list(SPEAKERS), p=[share for share, _ in SPEAKERS.values()])
    person = int(rng.random() < SPEAKERS[speaker][1])
    group = rng.choice(AMBIGUOUS, rng.integers(1, most + 1), replace=False)
    decides = rng.choice(SURNAMES if person else THINGS)
    endings = list(PERSON_ENDINGS if person else THING_ENDINGS)
    if len(group) > 1 and person:
        endings.remove(SINGULAR_ENDING)
    ending = rng.choice(endings).split()

    text, names = [speaker, "said", ","], [0, 0, 0]
    for place, word in enumerate(group):
        if place:
            text.append("and" if place == len(group) - 1 else ",")
            names.append(0)
        text.append(word)
        names.append(person)
    return [*text, decides, *ending], [*names, person, *(0 for _ in ending)]
