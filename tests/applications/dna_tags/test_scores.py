from keras_rnn.applications.dna_tags import scores as tag_scores
from keras_rnn.applications.dna_tags.baseline import most_frequent_tags
from keras_rnn.applications.shared import tag_runs


def test_scores_ask_for_the_very_place():
    truth = [
        ["exon", "exon", "intron", "intron"],
        ["intron", "intron", "exon", "exon"],
        ["neither"] * 4,
        ["neither"] * 4,
    ]
    found = [
        ["exon", "exon", "intron", "intron"],
        ["intron", "exon", "exon", "exon"],
        ["neither"] * 4,
        ["neither", "neither", "neither", "intron"],
    ]
    assert tag_scores.scores(truth, found) == {
        "accuracy": 14 / 16,
        "junctions": 0.5,
        "false_junctions": 0.5,
    }
    assert tag_scores.scores(truth[:1], truth[:1])["false_junctions"] is None


def test_the_baseline_knows_places_alone():
    truth = [["exon"] * 3, ["exon", "intron"], ["intron", "intron"]]
    found = most_frequent_tags(truth, ["AC", "GGG"])
    assert found == [["exon", "intron"], ["exon", "intron", "exon"]]


def test_runs_and_junctions_of_one_tag_and_of_none():
    assert tag_runs.runs("ACG", ["neither"] * 3) == [("neither", "ACG")]
    assert tag_scores.junctions(["neither"] * 3) == []
    assert tag_runs.runs("", []) == []
    assert tag_scores.junctions(list("aabba")) == [(2, "a", "b"), (4, "b", "a")]
