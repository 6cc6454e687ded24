"""A run that fails leaves nothing half-written, whatever fails and when."""

from types import SimpleNamespace

import pytest

from keras_rnn.applications.catalogue import find
from keras_rnn.applications.contract import Outcome
from keras_rnn.cli.main import main
from keras_rnn.datasets.text import splice
from keras_rnn.errors import UserError

METRICS = ("accuracy", "f1", "nats", "bleu", "whole_bars")

# Of each sequence shape one or two.
SAMPLE = [
    "sentiment",
    "dna_splice",
    "dna_tags",
    "named_entities",
    "character_language_model",
    "translation",
    "conversation",
    "music_generation",
]


def files_in(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(params=["new", "used"])
def out(request, tmp_path):
    """A folder that is not there yet, or that holds an earlier run."""
    folder = tmp_path / "out"
    if request.param == "used":
        folder.mkdir()
        (folder / "results.json").write_text('{"earlier": true}')
        (folder / "model.keras").write_text("an earlier model")
    return folder


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"no such thing\n"])
@pytest.mark.parametrize("name", SAMPLE)
def test_data_that_cannot_be_read(name, content, out, tmp_path, capsys):
    if name == "character_language_model" and content == b"no such thing\n":
        pytest.skip("is a text, and so can be learned from")
    data = tmp_path / "mine.txt"
    data.write_bytes(content)
    before = files_in(out)
    assert main(["run", name, "--data", str(data), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("keras-rnn: ")
    assert "mine.txt" in error
    assert error.count("\n") == 1
    assert files_in(out) == before


def fail(*_, **__):
    raise OSError(28, "No space left on device")


def write(path, **_):
    path.write_text("half")


def failing_outcome(part):
    """What a training came to, of which one part cannot be written."""
    return Outcome(
        model=SimpleNamespace(save=fail if part == "model" else write),
        data=splice.sample(3),
        metrics=dict.fromkeys(METRICS, 1.0),
        baseline=dict.fromkeys(METRICS, 0.5),
        baseline_name="nothing",
        figures={
            "picture": SimpleNamespace(savefig=fail if part == "figure" else write)
        },
        files={"../no/such/folder": "x"} if part == "file" else {"tune.abc": "X:1"},
    )


@pytest.mark.parametrize("part", ["model", "figure", "file"])
@pytest.mark.parametrize("name", SAMPLE)
def test_a_disk_that_is_full_at_the_end(name, part, out, monkeypatch, capsys):
    module = find(name).module
    monkeypatch.setattr(module, "train", lambda request: failing_outcome(part))
    before = files_in(out)
    assert main(["run", name, "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert f"Cannot write to the folder {out}: " in error
    assert error.count("\n") == 1
    assert files_in(out) == before
    assert {path.name for path in out.iterdir()} == set(before)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_training_that_stops_leaves_its_checkpoint_alone(
    name, out, monkeypatch, capsys
):
    def train(request):
        request.folder.mkdir(parents=True)
        (request.folder / "checkpoint.npz").write_text("a whole one")
        raise UserError("The loss is not a number.")

    module = find(name).module
    monkeypatch.setattr(module, "train", train)
    before = files_in(out)
    assert main(["run", name, "--out", str(out)]) == 2
    assert capsys.readouterr().err == "keras-rnn: The loss is not a number.\n"
    after = files_in(out)
    assert after.pop("checkpoints/checkpoint.npz") == b"a whole one"
    assert after == before
