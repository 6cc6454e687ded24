"""Words of a sentence."""

import re

# Words with their apostrophes, and each sign by itself.
_TOKEN = re.compile(r"\w+(?:'\w+)*|[^\w\s]")


def words(text: str) -> list[str]:
    """Return the words and signs of a text, in small letters.

    Example:

    >>> words("It's good, isn't it?")
    ["it's", 'good', ',', "isn't", 'it', '?']
    """
    return _TOKEN.findall(text.lower())
