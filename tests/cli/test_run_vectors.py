import json

import pytest

from keras_rnn.applications.shared.texts import words
from keras_rnn.cli.main import main
from keras_rnn.datasets.text import reviews


@pytest.fixture
def vectors(tmp_path):
    """Of four words that the generated reviews have, and one that they have not."""
    path = tmp_path / "vectors.txt"
    path.write_text(
        "5 3\nfilm 1 0 0\nboring 0 1 0\nfunny 0 -1 0\nnot 0 0 1\nqwertz 2 2 2\n"
    )
    return path


def test_sentiment_begins_with_a_file(vectors, tmp_path, capsys):
    data = reviews.sample(300)
    texts = tmp_path / "texts.tsv"
    texts.write_text(
        "".join(
            f"{data.classes[label]}\t{text}\n"
            for text, label in zip(data.texts, data.labels, strict=True)
        )
    )
    assert {"film", "boring", "funny", "not"} <= {
        word for text in data.texts for word in words(text)
    }
    given = ["run", "sentiment", "--data", str(texts), "--epochs", "1"]
    out = tmp_path / "out"
    assert main([*given, "--vectors", str(vectors), "--out", str(out)]) == 0
    assert "4 of " in capsys.readouterr().out
    assert json.loads((out / "results.json").read_text())["start_vectors"] == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dna_splice", "--vectors", "{vectors}"], "or run one that does: sentiment."),
        (["sentiment", "--vectors", "{vectors}", "--load", "x"], "give one of them"),
        (["sentiment", "--data", "sample", "--vectors", "none.txt"], "none.txt"),
        (
            ["sentiment", "--data", "sample", "--vectors", "{foreign}"],
            "has none of the",
        ),
    ],
)
def test_what_cannot_be_is_one_line(arguments, message, vectors, tmp_path, capsys):
    foreign = tmp_path / "foreign.txt"
    foreign.write_text("mot 1 2\n")
    given = [each.format(vectors=vectors, foreign=foreign) for each in arguments]
    out = tmp_path / "out"
    assert main(["run", *given, "--out", str(out)]) == 2
    assert message in " ".join(capsys.readouterr().err.split())
