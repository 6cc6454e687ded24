"""Frequent English words by what they have in common, to look at word vectors with."""

from collections.abc import Container
from itertools import permutations

# What a picture shows. Who has other words in his text sees those that are there.
GROUPS = {
    "family": "mother father sister brother son daughter uncle aunt wife husband",
    "numbers": "two three four five six seven eight nine ten twenty",
    "food": "bread meat cheese soup rice cake apple eggs fish salad",
    "drinks": "water milk coffee tea beer wine juice",
    "time": "day week month year hour minute night morning evening afternoon",
    "weekdays": "monday tuesday wednesday thursday friday saturday sunday",
    "places": "house school office hospital station park garden kitchen room hotel",
    "languages": "english french german spanish japanese italian chinese",
    "countries": "america france germany spain japan italy china australia canada",
    "colours": "black white red green blue yellow brown",
    "animals": "dog cat bird horse fish cow dogs cats birds horses",
    "people": "i you he she we they",
    "movement": "go come walk run swim drive fly travel leave arrive",
    "company": "sing dance play work talk walk",
    "handling": "watch carry find draw show look",
    "things": "book picture car flower table house",
}

# Pairs that differ in one way: any two of a family make a question.
FAMILIES = {
    "woman": "he she, his her, him her, man woman, boy girl, father mother, "
    "brother sister, son daughter, husband wife, uncle aunt, men women, boys girls, "
    "himself herself, king queen",
    "past": "go went, see saw, come came, take took, give gave, make made, get got, "
    "know knew, think thought, say said, find found, buy bought, write wrote, "
    "eat ate, leave left, tell told, meet met, lose lost",
    "plural": "book books, car cars, friend friends, dog dogs, child children, "
    "student students, house houses, year years, problem problems, word words, "
    "letter letters, flower flowers, movie movies, question questions",
    "comparative": "good better, bad worse, big bigger, old older, tall taller, "
    "fast faster, easy easier, young younger, small smaller, strong stronger",
    "third person": "go goes, want wants, like likes, know knows, have has, "
    "speak speaks, live lives, look looks, make makes, play plays, need needs",
    "language": "france french, germany german, spain spanish, japan japanese, "
    "italy italian, china chinese, england english, russia russian",
    "opposite": "always never, open closed, good bad, big small, old young, "
    "rich poor, hot cold, right wrong, early late, long short",
    "shortened": "is isn't, are aren't, was wasn't, do don't, does doesn't, "
    "did didn't, can can't, could couldn't, would wouldn't, have haven't",
}


def groups(known: Container[str]) -> dict[str, list[str]]:
    """Return those words of `GROUPS` that are known, each word once.

    Args:
        known: Container of strings.

    Returns:
        Dict from group to list of words; no group of less than three.

    Example:

    >>> groups({"two", "five", "nine", "bread"})
    {'numbers': ['two', 'five', 'nine']}
    """
    found, seen = {}, set()
    for name, words in GROUPS.items():
        here = [word for word in words.split() if word in known and word not in seen]
        if len(here) > 2:
            found[name] = here
            seen.update(here)
    return found


def analogies(family: str | None = None) -> list[tuple[str, ...]]:
    """Return questions "a is to b as c is to d".

    Args:
        family: String, one of `FAMILIES`. Default: all of them.

    Returns:
        List of tuples of four strings.

    Example:

    >>> analogies("woman")[0]
    ('he', 'she', 'his', 'her')
    """
    questions = []
    for name in FAMILIES if family is None else [family]:
        pairs = [tuple(pair.split()) for pair in FAMILIES[name].split(", ")]
        # "her" is the answer to two: a question must not hold its own answer.
        questions += [
            (*one, *other)
            for one, other in permutations(pairs, 2)
            if len({*one, *other}) == 4
        ]
    return questions
