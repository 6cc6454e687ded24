import argparse

import pytest

from keras_rnn.cli.arguments import Parser
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
