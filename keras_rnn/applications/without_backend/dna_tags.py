"""Coding parts of DNA, by a network for `dna_tags`."""

import numpy as np

from keras_rnn.applications.contract import Answers
from keras_rnn.applications.shared.lengths import longest
from keras_rnn.applications.shared.tag_runs import runs
from keras_rnn.applications.without_backend.networks import Network, likeliest
from keras_rnn.datasets.text import splice

# How what is longer than any stretch is read.
_WINDOW, _STEP = 40, 10


def answer(network: Network, inputs: list[str]) -> Answers:
    """Answer raw sequences: each in runs of a tag, `[ACCAG: exon][GTAAGT: intron]`.

    Args:
        network: `Network`.
        inputs: List of strings.
    """
    sequences = checked(inputs)
    found = [
        "".join(f"[{run}: {tag}]" for tag, run in runs(sequence, tags))
        for sequence, tags in zip(sequences, tag(network, sequences), strict=True)
    ]
    return Answers.of_each(inputs, found)


def checked(texts: list[str]) -> list[str]:
    """Return sequences in capital letters.

    Args:
        texts: List of strings.

    Raises:
        UserError: A letter is no base, or a text has none at all.
    """
    return [
        splice.check_bases(text, f"Sequence {number}", length=None)
        for number, text in enumerate(texts, 1)
    ]


def tag(network: Network, sequences: list[str]) -> list[list[str]]:
    """Return a tag for each base: longer sequences than any are read in windows.

    Args:
        network: `Network`.
        sequences: List of strings, what `checked` returns.
    """
    windows = [
        (row, start, start + size)
        for row, sequence in enumerate(sequences)
        for start, size in _windows(len(sequence))
    ]
    read = [sequences[row][start:end] for row, start, end in windows]
    # Few different lengths, each of which is compiled.
    numbers = network.encode("bases", read, longest(read))
    likely = [np.zeros((len(sequence), len(splice.TAGS))) for sequence in sequences]
    probabilities = network.predict(numbers, batch_size=256)
    for (row, start, end), each in zip(windows, probabilities, strict=True):
        likely[row][start:end] += each[: end - start]
    return [likeliest(network, each) for each in likely]


def _windows(length: int) -> list[tuple[int, int]]:
    """Where a sequence is read: `(start, size)`, the whole of it if it is short."""
    if length <= splice.LENGTH:
        return [(0, length)]
    last = length - _WINDOW
    return [(start, _WINDOW) for start in (*range(0, last, _STEP), last)]
