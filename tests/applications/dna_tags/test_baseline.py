import numpy as np
import pytest

from keras_rnn.applications.dna_tags.baseline import WeightMatrix
from keras_rnn.applications.dna_tags.scores import junctions
from keras_rnn.datasets.text import splice

DONOR = "A" * 27 + "CAGGTAAGT" + "C" * 24
ACCEPTOR = "G" * 20 + "TTTTTTCAG" + "T" * 31


@pytest.fixture(scope="module")
def matrix():
    data = splice.sample(2000)
    return WeightMatrix(data.texts, data.labels)


def test_counts_bases_at_each_place_and_one_more():
    sequences = ["A" * 60, "A" * 59 + "C", "G" * 60, "ACGT" * 15]
    table, _, background = WeightMatrix(sequences, [0, 0, 1, 2]).tables
    np.testing.assert_allclose(table[0], np.array([3, 1, 1, 1]) / 6)
    np.testing.assert_allclose(table[59], np.array([2, 2, 1, 1]) / 6)
    np.testing.assert_allclose(background, 0.25)


def test_finds_a_junction_wherever_it_is(matrix):
    sample = splice.sample(300, seed=9)
    donors = [
        text
        for text, label in zip(sample.texts, sample.labels, strict=True)
        if label == 0 and text[28:34] in ("AGGTAA", "AGGTGA")
    ]
    assert len(donors) > 10
    for first in (0, 7, 15):
        found = matrix.tag([text[first : first + 40] for text in donors])
        place = [(30 - first, "exon", "intron")]
        assert np.mean([junctions(tags) == place for tags in found]) > 0.9


def test_a_whole_stretch_has_its_junction_in_the_middle(matrix):
    shifted = "A" * 20 + "CAGGTAAGT" + "C" * 31  # a donor at 23
    (tags,) = matrix.tag([shifted])
    assert junctions(tags) in ([], [(30, "exon", "intron")], [(30, "intron", "exon")])


def test_nothing_known_of_the_bases_leaves_the_prior(matrix):
    assert matrix.tag(["N" * 60]) == [["neither"] * 60]
