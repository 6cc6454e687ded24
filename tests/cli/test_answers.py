import io
from types import SimpleNamespace

import pytest

from keras_rnn.applications.conversation import network
from keras_rnn.cli.answers import chat
from keras_rnn.cli.main import main
from keras_rnn.errors import UserError


class Typed(io.StringIO):
    def isatty(self):
        return True


def echo(model, turns):
    return f"{model}: {len(turns)} turns"


ECHO = SimpleNamespace(__name__="applications.echo", reply=echo)


def test_every_answer_knows_all_turns_before(capsys):
    turns = chat(ECHO, "net", io.StringIO("hello\nand you?\n"))
    assert turns == ["hello", "net: 1 turns", "and you?", "net: 3 turns"]
    assert capsys.readouterr().out == (
        "> hello\nnet: 1 turns\n> and you?\nnet: 3 turns\n"
    )


def test_an_empty_line_ends_the_talk():
    lines = io.StringIO("hello\n\nnever read\n")
    assert len(chat(ECHO, "net", lines)) == 2
    assert lines.read() == "never read\n"


def test_who_types_is_told_how_it_ends(capsys):
    chat(ECHO, "net", Typed("hello\n"))
    text = capsys.readouterr().out
    assert text.startswith("Say something. An empty line ends the talk.\n> ")
    assert "> hello" not in text  # the terminal has shown it


def test_ctrl_c_ends_the_talk():
    class Interrupted(io.StringIO):
        def readline(self):
            raise KeyboardInterrupt

    assert chat(ECHO, "net", Interrupted()) == []


def test_what_is_no_text_is_one_error():
    lines = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), encoding="utf-8")
    with pytest.raises(UserError, match="no text in utf-8"):
        chat(ECHO, "net", lines)


@pytest.fixture
def saved(tmp_path):
    network.build(["hello", "|"], ["hi"], units=8, width=4).save(
        tmp_path / "model.keras"
    )
    return str(tmp_path)


def test_a_saved_model_answers_lines_that_are_piped_in(saved, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\nhello again\n\n"))
    assert main(["run", "conversation", "--load", saved, "--chat"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "> hello"
    assert lines[2] == "> hello again"
    assert len(lines) == 4


def test_the_model_of_another_application_is_refused(tmp_path, monkeypatch, capsys):
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.save(tmp_path / "model.keras")
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\n"))
    assert main(["run", "conversation", "--load", str(tmp_path), "--chat"]) == 2
    assert "not one of conversation" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["conversation", "--chat"], "--chat is what a trained model answers"),
        (["conversation", "--load", "{}", "--chat", "--input", "x"], "not both"),
        (["sentiment", "--load", "{}", "--chat"], "no talking to sentiment"),
        (["conversation", "--load", "{}/none", "--chat"], "Train one first"),
    ],
)
def test_mistakes_are_one_line_and_status_2(arguments, message, saved, capsys):
    assert main(["run", *(one.format(saved) for one in arguments)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
