"""Scores of whole entities, and the baseline that tags each word by itself."""

from collections import Counter, defaultdict

from keras_rnn.datasets.text.entity_tokens import spans


def scores(truth: list[list[str]], found: list[list[str]]) -> dict[str, float]:
    """Return precision, recall and F1 of whole entities, from BIO tags.

    Tests hold it to the library seqeval, whose definition it is; seqeval itself is old
    and comes as a source archive alone, no burden to lay on every installation.

    Example:

    >>> truth = [["B-PER", "I-PER", "O", "B-LOC"]]
    >>> scores(truth, [["B-PER", "O", "O", "B-LOC"]])
    {'precision': 0.5, 'recall': 0.5, 'f1': 0.5}
    """
    pairs = [
        (set(spans(one)), set(spans(other)))
        for one, other in zip(truth, found, strict=True)
    ]
    right = sum(len(there & said) for there, said in pairs)
    there = sum(len(there) for there, _ in pairs)
    said = sum(len(said) for _, said in pairs)
    return {
        "precision": right / said if said else 0.0,
        "recall": right / there if there else 0.0,
        "f1": 2 * right / (there + said) if there + said else 0.0,
    }


def most_frequent_tags(
    sentences: list[list[str]],
    tags: list[list[str]],
    others: list[list[str]],
) -> list[list[str]]:
    """Tag each word of `others` as it mostly is in tagged sentences of the training.

    Words that are not in `sentences` are `O`.

    Example:

    >>> most_frequent_tags([["in", "York"]], [["O", "B-LOC"]], [["York", "is", "in"]])
    [['B-LOC', 'O', 'O']]
    """
    counts: dict[str, Counter] = defaultdict(Counter)
    for words, found in zip(sentences, tags, strict=True):
        for word, each in zip(words, found, strict=True):
            counts[word][each] += 1
    most = {word: count.most_common(1)[0][0] for word, count in counts.items()}
    return [[most.get(word, "O") for word in sentence] for sentence in others]
