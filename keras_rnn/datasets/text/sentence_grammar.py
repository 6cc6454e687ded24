"""A small grammar of French and English, for pairs of sentences that need no file.

The two differ where languages do: in French the adjective stands behind and agrees with
its noun, the verb has an ending for each person, a question turns verb and subject
around, and "not" comes in two halves; in English questions and negations need "do".
"""

import numpy as np

# French, English, whether the English verb of the third person has its own form.
_SUBJECTS = (
    ("je", "I", "je"),
    ("tu", "you", "tu"),
    ("il", "he", "il"),
    ("elle", "she", "il"),
    ("nous", "we", "nous"),
    ("vous", "you", "vous"),
    ("ils", "they", "ils"),
    ("elles", "they", "ils"),
)
_ENDINGS = {"je": "e", "tu": "es", "il": "e", "nous": "ons", "vous": "ez", "ils": "ent"}
_WANT = {
    "je": "veux",
    "tu": "veux",
    "il": "veut",
    "nous": "voulons",
    "vous": "voulez",
    "ils": "veulent",
}
# The stem of the French verb in -er, and the English verb.
_WITH_COMPANY = (
    ("chant", "sing"),
    ("dans", "dance"),
    ("jou", "play"),
    ("travaill", "work"),
    ("parl", "talk"),
    ("march", "walk"),
)
_WITH_OBJECT = (
    ("regard", "watch"),
    ("cherch", "look for"),
    ("trouv", "find"),
    ("port", "carry"),
    ("dessin", "draw"),
    ("montr", "show"),
)
_COMPANY = (
    ("moi", "me"),
    ("toi", "you"),
    ("lui", "him"),
    ("elle", "her"),
    ("nous", "us"),
    ("eux", "them"),
    ("Marie", "Marie"),
    ("Paul", "Paul"),
)
# French, English, whether it is feminine.
_NOUNS = (
    ("chat", "cat", False),
    ("livre", "book", False),
    ("tableau", "picture", False),
    ("jardin", "garden", False),
    ("maison", "house", True),
    ("voiture", "car", True),
    ("fleur", "flower", True),
    ("table", "table", True),
)
# Masculine, feminine, English.
_ADJECTIVES = (
    ("noir", "noire", "black"),
    ("vert", "verte", "green"),
    ("blanc", "blanche", "white"),
    ("rouge", "rouge", "red"),
    ("lourd", "lourde", "heavy"),
    ("ancien", "ancienne", "old"),
)
_TIMES = (
    ("", ""),
    ("", ""),
    (" aujourd'hui", " today"),
    (" demain", " tomorrow"),
    (" ce soir", " tonight"),
    (" dans le jardin", " in the garden"),
)

LECTURE_PAIR = ("Voulez-vous chanter avec moi?", "Do you want to sing with me?")


def draw_pairs(count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Return different pairs of sentences, drawn from the grammar.

    The lecture's "Voulez-vous chanter avec moi?" is one that the grammar makes, and is
    never drawn: it is there to be translated.

    Args:
        count: Integer.
        seed: Integer. Default: `0`.

    Returns:
        List of tuples of two strings, French and English.

    Example:

    >>> [(french, english)] = draw_pairs(1, seed=1)
    >>> french
    'Porte-t-elle une fleur blanche demain?'
    >>> english
    'Does she carry a white flower tomorrow?'
    """
    rng = np.random.default_rng(seed)
    pairs: dict[tuple[str, str], None] = {}
    while len(pairs) < count:
        pair = _pair(rng)
        if pair != LECTURE_PAIR:
            pairs[pair] = None
    return list(pairs)


def _pair(rng):
    def one_of(choices):
        return choices[rng.integers(len(choices))]

    subject, who, person = one_of(_SUBJECTS)
    wants, asks, denies = rng.random(3) < (0.4, 0.4, 0.25)
    is_third = person == "il"
    with_object = rng.random() < 0.6
    stem, verb = one_of(_WITH_OBJECT if with_object else _WITH_COMPANY)
    if with_object:
        tail, english_tail = _thing(one_of, rng)
    else:
        other, english_other = one_of(_COMPANY)
        tail, english_tail = f"avec {other}", f"with {english_other}"
    time, english_time = one_of(_TIMES)

    finite = _WANT[person] if wants else stem + _ENDINGS[person]
    rest = f"{stem}er {tail}" if wants else tail
    main = "want" if wants else verb
    english_rest = f"to {verb} {english_tail}" if wants else english_tail
    # "je" does not turn around: French asks with "est-ce que".
    if asks and person == "je":
        french = f"est-ce que {_said(subject, finite, denies)} {rest}"
    elif asks:
        joint = "-t-" if is_third and finite[-1] == "e" else "-"
        turned = f"{finite}{joint}{subject}"
        french = f"ne {turned} pas {rest}" if denies else f"{turned} {rest}"
    else:
        french = f"{_said(subject, finite, denies)} {rest}"
    helper = "does" if is_third else "do"
    if asks:
        negation = " not" if denies else ""
        english = f"{helper} {who}{negation} {main} {english_rest}"
    elif denies:
        english = f"{who} {helper} not {main} {english_rest}"
    else:
        english = f"{who} {_third(main) if is_third else main} {english_rest}"
    sign = "?" if asks else "."
    return (
        french[0].upper() + french[1:] + time + sign,
        english[0].upper() + english[1:] + english_time + sign,
    )


def _said(subject: str, verb: str, denies: bool) -> str:
    return f"{subject} ne {verb} pas" if denies else f"{subject} {verb}"


def _third(verb: str) -> str:
    first, space, rest = verb.partition(" ")
    ending = "es" if first.endswith("ch") else "ies" if first.endswith("rry") else "s"
    return (first[:-1] if ending == "ies" else first) + ending + space + rest


def _thing(one_of, rng):
    noun, english, is_feminine = one_of(_NOUNS)
    definite = rng.random() < 0.5
    article = ("le", "la") if definite else ("un", "une")
    *forms, adjective = one_of(_ADJECTIVES)
    if rng.random() < 0.3:
        french, described = noun, english
    else:
        french = f"{noun} {forms[is_feminine]}"
        described = f"{adjective} {english}"
    vowel = described[0] in "aeiou"
    english_article = "the" if definite else "an" if vowel else "a"
    return f"{article[is_feminine]} {french}", f"{english_article} {described}"
