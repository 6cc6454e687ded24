"""Tags without a network: the most frequent one, and a position weight matrix."""

import numpy as np
import numpy.typing as npt

from keras_rnn.applications.dna_tags.segments import LEAST
from keras_rnn.applications.shared.dna_bases import SHARES
from keras_rnn.datasets.text import splice


def most_frequent_tags(truth: list[list[str]], others: list[str]) -> list[list[str]]:
    """Tag each base of `others` as most bases at its place are in the training part.

    Example:

    >>> most_frequent_tags([["a", "b"], ["a", "c"], ["a", "c", "b"]], ["GAT"])
    [['a', 'c', 'b']]
    """
    names = sorted({tag for tags in truth for tag in tags})
    counts = np.zeros((max(map(len, [*truth, *others])), len(names)), int)
    for tags in truth:
        counts[np.arange(len(tags)), [names.index(tag) for tag in tags]] += 1
    most = [names[number] for number in counts.argmax(axis=1)]
    return [most[: len(each)] for each in others]


class WeightMatrix:
    """The bases around junctions, each place by itself, and where they may stand.

    A position weight matrix (Staden 1984) with Bayes' rule, the textbook's way.

    Each kind of junction is a table of how often a base stands at a distance from it.
    A stretch of DNA is explained in every way that is possible, a junction of either
    kind at each place and no junction at all, and Bayes' rule weighs these.

    Args:
        sequences: List of strings of 60 bases, the junction in their middle.
        labels: Integer array, their classes, as `splice.CLASSES` numbers them.

    Example:

    >>> data = splice.sample(600)
    >>> matrix = WeightMatrix(data.texts, data.labels)
    >>> donor = "ACTTGCATCCATTTGACCAG" + "GTAAGTCTTACGATTCATTA"
    >>> tags = matrix.tag([donor])[0]
    >>> tags.index("intron"), tags.count("exon")
    (20, 20)
    """

    def __init__(self, sequences: list[str], labels: npt.ArrayLike) -> None:
        shares = np.array([_shares(sequence) for sequence in sequences])
        labels = np.asarray(labels)
        tables = [shares[labels == label].sum(axis=0) + 1 for label in range(3)]
        # Where there is no junction no place differs from any other.
        tables[2] = np.broadcast_to(tables[2].mean(axis=0), tables[2].shape)
        self.tables = [table / table.sum(axis=1, keepdims=True) for table in tables]
        self.prior = np.bincount(labels, minlength=3) / len(labels)

    def tag(self, sequences: list[str]) -> list[list[str]]:
        """Return the likeliest tag of each base, in sequences of 20 to 60 bases."""
        return [self._tag(sequence) for sequence in sequences]

    def _tag(self, sequence):
        shares, length = _shares(sequence), len(sequence)
        middle = splice.LENGTH // 2
        places = range(max(LEAST, length - middle), min(middle, length - LEAST) + 1)
        weights, tags = [], []
        for kind, (before, after) in enumerate(((0, 1), (1, 0))):
            for place in places:
                table = self.tables[kind][middle - place : middle - place + length]
                weights.append(
                    np.log((shares * table).sum(axis=1)).sum()
                    + np.log(self.prior[kind] / len(places))
                )
                tags.append([before] * place + [after] * (length - place))
        table = self.tables[2][:length]
        weights.append(
            np.log((shares * table).sum(axis=1)).sum() + np.log(self.prior[2])
        )
        tags.append([2] * length)
        weights = np.exp(np.array(weights) - max(weights))
        found = weights @ np.eye(3)[np.array(tags)].transpose(1, 0, 2)
        return [splice.TAGS[number] for number in found.argmax(axis=1)]


def _shares(sequence):
    return np.array([SHARES[base] for base in sequence])
