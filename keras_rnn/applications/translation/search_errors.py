"""Who is to blame for a wrong answer: the model, or the search that asks it?

*Chapter 5*, 5.6: the CS230 cheat sheet on recurrent neural networks, "Error analysis".
"""

from dataclasses import dataclass

import numpy as np

from keras_rnn.applications.shared.batches import group_by_length
from keras_rnn.applications.shared.scores import log_likelihood
from keras_rnn.applications.shared.texts import UNKNOWN
from keras_rnn.applications.translation.network import encode_sources, encode_targets


@dataclass(frozen=True)
class SearchErrors:
    """What came of the analysis, sentence by sentence.

    Attributes:
        reference: Float array, the score of each reference, `log P(y*|x) / lp(y*)`.
        found: Float array, that of what the search found.
        judged: Boolean array: whether the search found something else than the
            reference, and the model knows all words of the reference.
    """

    reference: np.ndarray
    found: np.ndarray
    judged: np.ndarray

    @property
    def search_to_blame(self):
        """Boolean array: the model prefers the reference, and the search missed it."""
        return self.judged & (self.reference > self.found)

    @property
    def model_to_blame(self):
        """Boolean array: the model prefers what was found."""
        return self.judged & (self.reference <= self.found)

    def share_of_search(self):
        """Return the fraction of the judged sentences that the search is to blame for.

        `None` if no sentence was judged.
        """
        judged = int(self.judged.sum())
        return float(self.search_to_blame.sum() / judged) if judged else None


def analyse(model, sources, references, found, length_penalty=1.0):
    """Compare what a search found with what it should have found.

    The search looks for the translation `y` with the highest score. If the reference
    `y*` has a higher one than what it found, the search has failed: a wider beam would
    help. If not, the search did what it was asked, and the model is wrong (or knows
    another good translation). References with words that the model does not know are
    not judged: it cannot say them.

    Args:
        model: What `text.translator.build` returned, trained.
        sources: List of lists of strings.
        references: List of lists of strings, the right translations.
        found: List of lists of strings, what the search found.
        length_penalty: That of the search, as in `keras_rnn.decoding.beam_search`.
            Default: `1.0`.

    Returns:
        `SearchErrors`.
    """
    right, is_known = log_probabilities(model, sources, references)
    said, _ = log_probabilities(model, sources, found)
    differ = np.array([a != b for a, b in zip(references, found, strict=True)], bool)
    return SearchErrors(
        reference=right / _penalty(references, length_penalty),
        found=said / _penalty(found, length_penalty),
        judged=differ & is_known,
    )


def log_probabilities(model, sources, targets, batch_size=64):
    """Return how probable a model finds given translations.

    Args:
        model: What `text.translator.build` returned, trained.
        sources: List of lists of strings, each of at least one.
        targets: Likewise, their translations.
        batch_size: Integer. Default: `64`.

    Returns:
        Float array, `log P(y|x)` with the end mark in nats, and a boolean array:
        whether the model knows all words of the translation.
    """
    totals = np.zeros(len(sources))
    is_known = np.ones(len(sources), bool)
    for group in group_by_length([len(tokens) for tokens in sources]):
        for places in np.array_split(group, -(-len(group) // batch_size)):
            read, said = encode_targets(model, [targets[place] for place in places])
            numbers = encode_sources(model, [sources[place] for place in places])
            logs = log_likelihood(model.predict_on_batch((numbers, read)), said)
            totals[places] = np.where(said != 0, logs, 0.0).sum(axis=1)
            is_known[places] = (said != UNKNOWN).all(axis=1)
    return totals, is_known


def _penalty(sequences, length_penalty):
    lengths = np.array([len(tokens) + 1 for tokens in sequences])  # and the end mark
    return ((5.0 + lengths) / 6.0) ** length_penalty
