import argparse

import pytest

from keras_rnn.cli.arguments import (
    Parser,
    aggregate_argument,
    naming,
    reading_arguments,
    with_flags,
)
from keras_rnn.cli.main import parser as command_line
from keras_rnn.errors import UserError


@pytest.fixture
def parser():
    top = Parser(prog="tool")
    subparsers = top.add_subparsers(dest="subcommand")
    train = subparsers.add_parser("train")
    train.add_argument("--epochs", type=int)
    train.add_argument("--fast", action="store_true")
    train.add_argument("--mode", choices=["a", "b"])
    subparsers.add_parser("test")
    top.subcommands = subparsers.choices
    return top


def test_good_arguments(parser):
    chosen = parser.parse_args(["train", "--epochs", "3"])
    assert chosen == argparse.Namespace(
        subcommand="train", epochs=3, fast=False, mode=None
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["trian"],
            "There is no subcommand 'trian'. Did you mean 'train'? Known are train, "
            "test. See tool --help.",
        ),
        (
            ["frobnicate"],
            "There is no subcommand 'frobnicate'. Known are train, test. See tool "
            "--help.",
        ),
        (
            ["train", "--epoch=3x", "--epocs", "3"],
            "--epochs: invalid int value: '3x'. See tool train --help.",
        ),
        (
            ["train", "--epocs=3"],
            "There is no argument '--epocs'. Did you mean '--epochs'? See tool train "
            "--help.",
        ),
        (["train", "--xyz"], "There is no argument '--xyz'. See tool train --help."),
        (["--xyz"], "There is no argument '--xyz'. See tool --help."),
        (
            ["train", "my.csv"],
            "'my.csv' stands alone: each value follows the name of what it is, such "
            "as --data my.csv. See tool train --help.",
        ),
        (["train", "--epochs"], "--epochs: expected one argument. See tool train --he"),
        (["train", "--fast=1"], "--fast: ignored explicit argument '1'. See tool tra"),
    ],
)
def test_mistakes(arguments, message, parser):
    with pytest.raises(UserError) as caught:
        parser.parse_args(arguments)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_wrong_choice_of_an_argument_is_no_subcommand(parser):
    with pytest.raises(UserError, match=r"--mode: invalid choice: 'c' \(choose from"):
        parser.parse_args(["train", "--mode", "c"])


# Naming arguments in messages


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Choose `mode=a` or more `epochs`.", "Choose --mode a or more --epochs."),
        ("`epochs=3 or 4` is odd.", "--epochs '3 or 4' is odd."),
        ("`units` is no argument of it.", "`units` is no argument of it."),
        ("epochs without a mark stays.", "epochs without a mark stays."),
    ],
)
def test_arguments_in_messages_become_flags(message, said, parser):
    assert with_flags(message, parser.subcommands["train"].flags()) == said


def test_every_argument_has_its_flag():
    forecast = command_line().subcommands["forecast"].flags()
    assert forecast["time_column"] == "--time-column"
    assert forecast["horizon"] == "--horizon"
    assert forecast["folder"] == forecast["out"] == "--out"
    assert "folder" not in command_line().flags()


def test_an_argument_with_another_flag():
    with (
        pytest.raises(UserError, match=r"^Give another --load\.$"),
        naming(folder="--load"),
    ):
        raise UserError("Give another `folder`.")


def data_arguments(*arguments):
    return command_line().parse_args(["forecast", *arguments])


def test_how_a_table_is_read():
    chosen = data_arguments(
        *("--date-order", "day", "--where", "store=North", "--where", "item= 7=b"),
        *("--start", "2024-01-01", "--every", "1h", "--time-column", "when"),
    )
    assert reading_arguments(chosen) == {
        "time_column": "when",
        "date_order": "day first",
        "where": {"store": "North", "item": "7=b"},
        "start": "2024-01-01",
        "every": "1h",
    }
    assert set(reading_arguments(data_arguments()).values()) == {None}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (None, None),
        (["sum"], "sum"),
        (["rain (mm)=sum", "T=a=mean"], {"rain (mm)": "sum", "T=a": "mean"}),
    ],
)
def test_what_thinned_rows_hold(texts, expected):
    assert aggregate_argument(texts) == expected


@pytest.mark.parametrize("texts", [["sum", "mean"], ["sum", "T=mean"]])
def test_two_answers_to_one_question(texts):
    with pytest.raises(UserError, match="--aggregate is one word for all columns"):
        aggregate_argument(texts)


def test_python_in_a_message_is_what_to_type():
    flags = command_line().subcommands["forecast"].flags()
    message = "such as every='1h', start='2024-01-01' or where={'a': 'b c', 'd': 1}."
    assert with_flags(message, flags) == (
        "such as --every 1h, --start 2024-01-01 or --where 'a=b c' --where d=1."
    )
    assert with_flags("Choose `aggregate` or name='x'.", flags) == (
        "Choose --aggregate or name='x'."
    )
