"""Words of a sentence for the search of names: as they are written, and where."""

import re
from itertools import groupby

Token = tuple[str, int, int]
Entity = tuple[str, int, int]

_TOKEN = re.compile(
    r"""
    (?:[^\W\d_]\.){2,}              # U.S.
    | \d+(?:[.,:]\d+)+              # 1,000.5
    | \w+(?:['\u2019\-]\w+)*        # O'Brien, twenty-one
    | '(?:s|re|ve|ll|d|m)\b         # what is left of a word that was split already
    | [^\w\s]
    """,
    re.VERBOSE,
)
# As in the treebanks: "Granger's" is a name and a word, "didn't" two words.
_CONTRACTION = re.compile(r"(?i)(?<=\w)(?:n['\u2019]t|['\u2019](?:s|re|ve|ll|d|m))$")


def tokens(text: str) -> list[Token]:
    """Return the words and signs of a text: `(token, first place, place after it)`.

    Example:

    >>> [token for token, *_ in tokens("O'Brien didn't see Granger's cat.")]
    ["O'Brien", 'did', "n't", 'see', 'Granger', "'s", 'cat', '.']
    """
    found = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        rest = _CONTRACTION.search(match[0])
        if rest and not match[0].startswith("'"):
            middle = start + rest.start()
            found.append((text[start:middle], start, middle))
            start = middle
        found.append((text[start:end], start, end))
    return found


def shape(word: str) -> str:
    """Return how a word is written: X for capitals, x for small letters, d for digits.

    Example:

    >>> [shape(word) for word in ("Harry", "IBM", "eBay", "1990s", "U.S.", ",")]
    ['Xx', 'X', 'xXx', 'dx', 'X.X.', ',']
    """
    classes = (
        "d" if sign.isdigit() else "Xx"[not sign.isupper()] if sign.isalpha() else sign
        for sign in word
    )
    return "".join(one for one, _ in groupby(classes))


def spans(tags: list[str]) -> list[Entity]:
    """Return the entities of BIO tags: `(type, first token, token after the last)`.

    An `I-` after a tag of another type begins an entity, as in seqeval's definition.

    Example:

    >>> spans(["B-PER", "I-PER", "O", "I-LOC", "B-LOC"])
    [('PER', 0, 2), ('LOC', 3, 4), ('LOC', 4, 5)]
    """
    found: list[Entity] = []
    for place, tag in enumerate(tags):
        if tag == "O":
            continue
        first = place
        if tag[0] == "I" and found and found[-1][::2] == (tag[2:], place):
            first = found.pop()[1]  # goes on
        found.append((tag[2:], first, place + 1))
    return found


def places(found: list[Token], tags: list[str]) -> list[Entity]:
    """Return where the entities of a text are: `(type, first place, place after)`.

    `found` is what `tokens` returned for the text, `tags` has one for each.

    Example:

    >>> places(tokens("met Harry Potter."), ["O", "B-PER", "I-PER", "O"])
    [('PER', 4, 16)]
    """
    return [
        (kind, found[first][1], found[last - 1][2]) for kind, first, last in spans(tags)
    ]


def marked(text: str, entities: list[Entity]) -> str:
    """Return a text with the entities that `places` returned in brackets, with types.

    Example:

    >>> marked("Harry Potter met Luna.", [("PER", 0, 12), ("PER", 17, 21)])
    '[Harry Potter: PER] met [Luna: PER].'
    """
    parts, done = [], 0
    for kind, start, end in entities:
        parts += [text[done:start], f"[{text[start:end]}: {kind}]"]
        done = end
    return "".join([*parts, text[done:]])


def joined(sentence: list[str]) -> tuple[str, list[Token]]:
    """Return tokens as a text with spaces between, and as `tokens` would.

    Example:

    >>> joined(["Granger", "'s"])
    ("Granger 's", [('Granger', 0, 7), ("'s", 8, 10)])
    """
    found, start = [], 0
    for token in sentence:
        found.append((token, start, start + len(token)))
        start += len(token) + 1
    return " ".join(sentence), found
