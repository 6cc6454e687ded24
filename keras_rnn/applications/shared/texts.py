"""Words of a sentence, and the baseline that counts them."""

import re
from collections import Counter

import numpy as np

# Words with their apostrophes, and each sign by itself.
_TOKEN = re.compile(r"\w+(?:'\w+)*|[^\w\s]")


def words(text):
    """Return the words and signs of a text, in small letters.

    Example:

    >>> words("It's good, isn't it?")
    ["it's", 'good', ',', "isn't", 'it', '?']
    """
    return _TOKEN.findall(text.lower())


def unknown_note(said, known):
    """Return what a reader has to know of words: which of them are unknown.

    Args:
        said: List of strings.
        known: Sequence of strings, a vocabulary.

    Example:

    >>> unknown_note(["a", "red", "car"], ("a", "red"))
    ' (does not know: car)'
    >>> unknown_note(["red"], ("a", "red"))
    ''
    """
    known = set(known)
    strange = [word for word in said if word not in known]
    return f" (does not know: {', '.join(strange)})" if strange else ""


def vocabulary(sequences, least=2, most=None):
    """Return the tokens that occur often enough, the most frequent first.

    Args:
        sequences: List of sequences of tokens, of the training part alone.
        least: Integer, how often a token has to occur. Default: `2`.
        most: Integer, how many tokens to keep at most. Default: all.

    Returns:
        List of strings; of equally frequent ones, in the order of the alphabet.

    Example:

    >>> vocabulary([["to", "be", "or"], ["not", "to", "be"]])
    ['be', 'to']
    """
    counts = Counter(token for tokens in sequences for token in tokens)
    kept = sorted(
        (token for token, count in counts.items() if count >= least),
        key=lambda token: (-counts[token], token),
    )
    return kept[:most]


def bag_of_words(train, labels, test):
    """Classify texts by which words they hold: what is tried before any network.

    Logistic regression (scikit-learn) on the TF-IDF weights of single words.

    Args:
        train: List of strings.
        labels: Integer array, their classes.
        test: List of strings.

    Returns:
        Array of probabilities, `(len(test), classes)`.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    counter = TfidfVectorizer(analyzer=words, sublinear_tf=True)
    model = LogisticRegression(C=3.0, max_iter=1000)
    model.fit(counter.fit_transform(train), labels)
    return model.predict_proba(counter.transform(test))


def most_similar(known, asked, analyzer=words, **options):
    """Return which of some texts is most like each of others: cosine of TF-IDF.

    Args:
        known: List of strings, to look in.
        asked: List of strings.
        analyzer: Function from a text to its tokens. Default: `words`.
        **options: Others of scikit-learn's `TfidfVectorizer`.

    Returns:
        List of integers, places in `known`, one for each of `asked`.

    Example:

    >>> most_similar(["a cat", "two dogs", "no dog"], ["the dog", "cat and mouse"])
    [2, 0]
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    counter = TfidfVectorizer(analyzer=analyzer, **options)
    table = counter.fit_transform(known).T.tocsc()
    rows = counter.transform(asked)
    best = []
    # All at once would be too large a table.
    for start in range(0, len(asked), 200):
        likeness = rows[start : start + 200] @ table
        best.extend(np.asarray(likeness.argmax(axis=1)).ravel().tolist())
    return best


def accuracy(probabilities, labels):
    """Return the fraction of rows whose largest probability is at their label."""
    return float(np.mean(np.argmax(probabilities, axis=1) == labels))
