"""Words and signs of a sentence in any language of letters, and back to a sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

# Numbers with their points, words with apostrophes and hyphens, and single signs.
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*(?!\w)|\w+(?:['\u2019-]\w+)*|[^\w\s]")

_ENDS = {".", "?", "!", "…"}
_OPEN = {"¿", "¡", "(", "«", "“", "$"}
_CLOSE = {".", ",", "?", "!", ";", ":", ")", "»", "”", "%", "…"}
_SIGNS = re.compile(r"[\W_]+")


def tokenise(text: str) -> list[str]:
    """Return the words and signs of a text.

    Example:

    >>> tokenise("¿Quieres cantar conmigo?")
    ['¿', 'Quieres', 'cantar', 'conmigo', '?']
    >>> tokenise("Voulez-vous 1,5 l d'eau ?")
    ['Voulez-vous', '1,5', 'l', "d'eau", '?']
    """
    return _TOKEN.findall(text)


def detokenise(tokens: Sequence[str]) -> str:
    """Return the text of tokens, with spaces and capitals where a writer puts them.

    `tokenise` reads the same tokens from it, apart from the capitals that begin a
    sentence.

    Example:

    >>> detokenise(["¿", "quieres", "agua", ",", "Ana", "?", "sí", "."])
    '¿Quieres agua, Ana? Sí.'
    """
    text, joins, is_quoted = "", True, False
    begins = _begins(tokens)
    for token, first in zip(tokens, begins, strict=True):
        opens = token in _OPEN
        closes = token in _CLOSE
        if token == '"':
            opens, closes = not is_quoted, is_quoted
            is_quoted = not is_quoted
        shown = token[0].upper() + token[1:] if first else token
        text += shown if joins or closes else f" {shown}"
        joins = opens
    return text


def true_case(tokens: Sequence[str], is_lower_case: Callable[[str], bool]) -> list[str]:
    """Write the first word of each sentence as it is written within one.

    "The" at the beginning is the same word as "the"; "Tom" is not "tom".

    Args:
        tokens: List of strings.
        is_lower_case: Function from a word to whether it mostly begins with a small
            letter.

    Example:

    >>> true_case(["The", "end", ".", "Tom", "left"], {"The"}.__contains__)
    ['the', 'end', '.', 'Tom', 'left']
    """
    return [
        token[0].lower() + token[1:] if first and is_lower_case(token) else token
        for token, first in zip(tokens, _begins(tokens), strict=True)
    ]


def mostly_lower_case(sequences: Sequence[Sequence[str]]) -> Callable[[str], bool]:
    """Return a function that tells whether a word mostly begins with a small letter.

    Only words within sentences count, since the first has a capital in any case. Give
    sequences of the training part alone.
    """
    counts = Counter(
        token
        for tokens in sequences
        for token, first in zip(tokens, _begins(tokens), strict=True)
        if not first
    )
    # Two letters in capitals are a name of letters, and I is always large.
    return lambda word: counts[word[0].lower() + word[1:]] > counts[word]


def lower_case_by_rank(vocabulary: Sequence[str]) -> Callable[[str], bool]:
    """Return such a function that knows only a vocabulary, the most frequent first."""
    rank = {word: place for place, word in enumerate(vocabulary)}
    last = len(rank)

    def is_lower_case(word: str) -> bool:
        small = word[0].lower() + word[1:]
        return rank.get(small, last) < rank.get(word, last)

    return is_lower_case


def normalised(text: str) -> str:
    """Return a text without capitals and signs: what makes two sentences the same.

    Example:

    >>> normalised("Come here!") == normalised("come here.")
    True
    """
    return _SIGNS.sub(" ", text.lower()).strip()


def split_long(tokens: list[str], longest: int) -> list[list[str]]:
    """Cut tokens into pieces of at most `longest`, behind a sign where there is one.

    Example:

    >>> split_long(["a", "b", ",", "c", "d"], 4)
    [['a', 'b', ','], ['c', 'd']]
    """
    found = []
    while len(tokens) > longest:
        window = tokens[:longest]
        for signs in (_ENDS, {";", ":"}, {","}):
            places = [i for i, token in enumerate(window, 1) if token in signs]
            if places:
                break
        cut = places[-1] if places else longest
        found.append(tokens[:cut])
        tokens = tokens[cut:]
    return [*found, tokens]


def _begins(tokens: Sequence[str]) -> list[bool]:
    """For each token, whether it is the first word of a sentence."""
    begins, waiting = [], True
    for token in tokens:
        is_word = token[0].isalnum()
        begins.append(waiting and is_word)
        if token in _ENDS:
            waiting = True
        elif is_word or token in {",", ";", ":"}:
            waiting = False
    return begins
