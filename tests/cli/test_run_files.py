"""Answers that are files as well, such as pictures that a network drew."""

from types import SimpleNamespace

import pytest

from keras_rnn.applications.contract import Answers
from keras_rnn.cli.answers import show_answers
from keras_rnn.errors import UserError


def draw(model, texts, seed):
    rows = [[text, f"picture {seed}"] for text in texts]
    files = {f"{number}.png": b"a picture" for number, _ in enumerate(texts, 1)}
    return Answers(["given", "drawn"], rows, files)


DRAWING = SimpleNamespace(__name__="applications.drawing", answer=draw)


def test_are_written_beside_what_is_there(tmp_path, capsys):
    (tmp_path / "model.keras").write_text("a model")
    show_answers(DRAWING, "model", ["a wood", "a tree"], tmp_path, seed=7)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["1.png", "2.png", "model.keras"]
    assert (tmp_path / "2.png").read_bytes() == b"a picture"
    text = capsys.readouterr().out
    assert "a wood" in text
    assert "picture 7" in text
    assert "1.png, 2.png" in text


def test_are_shown_alone_without_a_folder(tmp_path, capsys):
    show_answers(DRAWING, "model", ["a wood"])
    text = capsys.readouterr().out
    assert "picture 0" in text
    assert "Written" not in text
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_where_there_is_no_answer(tmp_path):
    def refuse(model, texts, seed):
        raise UserError("no words")

    broken = SimpleNamespace(__name__="applications.drawing", answer=refuse)
    with pytest.raises(UserError, match="no words"):
        show_answers(broken, "model", [""], tmp_path / "new")
    assert not (tmp_path / "new").exists()
