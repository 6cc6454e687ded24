import json

import pytest

from keras_rnn.applications.catalogue import APPLICATIONS
from keras_rnn.cli.main import main


def test_list_shows_every_application(capsys):
    assert main(["run", "--list"]) == 0
    text = capsys.readouterr().out
    for one in APPLICATIONS.values():
        assert one.name in text
        assert one.shape in text


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sentiment")
    arguments = ["run", "sentiment", "--data", "sample", "--epochs", "2"]
    assert main([*arguments, "--out", str(folder), "--seed", "3"]) == 0
    return folder


def test_results_say_what_was_measured_on_what(trained):
    assert sorted(path.name for path in trained.iterdir()) == [
        "model.keras",
        "model_numpy.npz",
        "results.json",
    ]
    results = json.loads((trained / "results.json").read_text())
    assert results["application"] == "sentiment"
    assert set(results["metrics"]) == set(results["baseline"]) == {"accuracy"}
    assert 0 < results["metrics"]["accuracy"] <= 1
    assert results["data"]["kind"] == "sample"
    assert results["data"]["rows"] > 1000
    assert results["seed"] == 3
    assert results["seconds"] > 0
    assert "keras" in results["versions"]


def test_a_saved_model_answers_raw_text(trained, capsys):
    given = ["run", "sentiment", "--load", str(trained), "--input"]
    assert main([*given, "the film is silly ."]) == 0
    text = capsys.readouterr().out
    assert "the film is silly ." in text
    assert "negative" in text or "positive" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Which application? Known are character_language_model"),
        (["sentimant"], "Did you mean 'sentiment'"),
        (["sentiment", "--input", "text"], "folder with --load"),
        (["sentiment", "--load", "{folder}"], "there is none"),
        (["sentiment", "--load", "{folder}", "--input", "text"], "Train one first"),
        (["sentiment", "--data", "{folder}/none.tsv"], "none.tsv: No such file"),
    ],
)
def test_mistakes_are_one_line_and_status_2(arguments, message, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = [one.format(folder=tmp_path) for one in arguments]
    assert main(["run", *arguments, "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not out.exists() or not list(out.iterdir())


def test_the_model_of_another_application_is_refused(trained, capsys):
    given = ["run", "dna_splice", "--load", str(trained), "--input", "ACGT" * 15]
    assert main(given) == 2
    error = capsys.readouterr().err
    assert "not one of dna_splice" in error
    assert error.count("\n") == 1


def test_a_foreign_file_is_refused(tmp_path, capsys):
    (tmp_path / "model.keras").write_text("no model")
    assert main(["run", "sentiment", "--load", str(tmp_path), "--input", "x"]) == 2
    assert "cannot be opened as a model" in capsys.readouterr().err


def test_an_application_may_put_its_answers_into_words(capsys):
    from types import SimpleNamespace

    from keras_rnn.applications.contract import Answers
    from keras_rnn.cli.answers import show_answers

    names = SimpleNamespace(
        __name__="applications.names",
        answer=lambda model, texts, seed: Answers.of_each(
            texts, [f"[{model} in {text}]" for text in texts]
        ),
    )
    show_answers(names, "Luna", ["a wood", "a tree"])
    text = capsys.readouterr().out
    assert "[Luna in a wood]" in text
    assert "[Luna in a tree]" in text
    assert "probability" not in text


def outcome(**given):
    from types import SimpleNamespace

    from keras_rnn.applications.contract import Outcome

    model = SimpleNamespace(save=lambda path: path.write_text("a model"))
    return Outcome(model=model, data=None, baseline_name="n-grams", **given)


@pytest.mark.parametrize(("nats", "is_worse"), [(1.5, False), (2.5, True)])
def test_less_is_better_where_the_catalogue_says_so(nats, is_worse, capsys):
    from dataclasses import replace

    from keras_rnn.cli import run_report

    application = replace(
        APPLICATIONS["sentiment"], metric="nats", lower_is_better=True
    )
    given = {"metrics": {"nats": nats, "speed": 9.0}}
    run_report.show(
        outcome(**given, baseline={"nats": 2.0, "speed": None}), application
    )
    text = capsys.readouterr().out
    assert ("NOT better than n-grams" in text) is is_worse
    assert "2.000" in text


def test_further_files_stand_beside_the_results(tmp_path):
    from keras_rnn.cli import run_report

    files = {"tune.abc": "X:1\n", "tune.mid": b"MThd"}
    run_report.write(tmp_path, outcome(metrics={}, baseline={}, files=files), {"a": 1})
    assert (tmp_path / "tune.abc").read_text() == "X:1\n"
    assert (tmp_path / "tune.mid").read_bytes() == b"MThd"
    assert json.loads((tmp_path / "results.json").read_text()) == {"a": 1}
