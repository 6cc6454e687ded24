"""Splice junctions without a network: how often each base stands at each place.

A position weight matrix (Staden 1984) with Bayes' rule, the textbook's way.
"""

import numpy as np

from keras_rnn.applications.dna_tags.segments import LEAST
from keras_rnn.applications.shared.dna_bases import SHARES
from keras_rnn.datasets.text import splice


class WeightMatrix:
    """The bases around junctions, each place by itself, and where they may stand.

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

    def __init__(self, sequences, labels):
        shares = np.array([_shares(sequence) for sequence in sequences])
        labels = np.asarray(labels)
        tables = [shares[labels == label].sum(axis=0) + 1 for label in range(3)]
        # Where there is no junction no place differs from any other.
        tables[2] = np.broadcast_to(tables[2].mean(axis=0), tables[2].shape)
        self.tables = [table / table.sum(axis=1, keepdims=True) for table in tables]
        self.prior = np.bincount(labels, minlength=3) / len(labels)

    def tag(self, sequences):
        """Return the likeliest tag of each base.

        Args:
            sequences: List of strings of 20 to 60 bases.

        Returns:
            List of lists of strings, as long as the sequences.
        """
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
