"""The command line's arguments: reading them, and naming them in what goes wrong."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from keras_rnn.errors import UserError, nearest

_DATE_ORDERS = ("day first", "month first", "year first")


class Parser(argparse.ArgumentParser):
    """Raises a `UserError` where argparse prints its usage and exits.

    Attributes:
        subcommands: Dict from a subcommand's name to its parser, filled by whoever
            adds them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subcommands: dict[str, Parser] = {}

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> argparse.Namespace:
        """Return the arguments; of an unknown one, say what it may have meant.

        Args:
            args: Sequence of strings. Default: those of the process.
            namespace: `argparse.Namespace` to fill. Default: a new one.

        Returns:
            `argparse.Namespace`.

        Raises:
            UserError: An argument is unknown, or its value cannot be.
        """
        chosen, unknown = self.parse_known_args(args, namespace)
        if unknown:
            used = self.subcommands.get(getattr(chosen, "subcommand", ""), self)
            used.error(used.unknown(unknown[0]))
        return chosen

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the arguments."""
        choice = re.search(r"invalid choice: '([^']*)'", message)
        if choice and self.subcommands:
            known = ", ".join(self.subcommands)
            message = (
                f"There is no subcommand {choice[1]!r}."
                f"{nearest(choice[1], self.subcommands)} Known are {known}"
            )
        message = message.removeprefix("argument ")
        end = "" if message.endswith("?") else "."
        raise UserError(f"{message}{end} See {self.prog} --help.")

    def unknown(self, argument: str) -> str:
        """Say what is wrong with an argument that no subcommand knows."""
        if not argument.startswith("-"):
            return (
                f"{argument!r} stands alone: each value follows the name of what it "
                f"is, such as --data {argument}"
            )
        name = argument.split("=")[0]
        options = re.findall(r"--[a-z][a-z-]*", self.format_usage())
        meant = nearest(name, options)
        return f"There is no argument {name!r}{'.' if meant else ''}{meant}"

    def flags(self) -> dict[str, str]:
        """Return what to type for each argument of the library.

        Returns:
            Dict from an argument's name to its flag, such as `"time_column"` to
            `"--time-column"`. A `folder` is where results are written to.
        """
        flags = {
            action.dest: action.option_strings[-1]
            for action in self._actions
            if action.option_strings
        }
        if "out" in flags:
            flags.setdefault("folder", flags["out"])
        return flags


def with_flags(message: str, flags: Mapping[str, str]) -> str:
    """Return a library's message in the words of the command line.

    Args:
        message: String, in which arguments stand in backticks, alone or with a value.
        flags: Mapping from an argument's name to its flag. Other words in backticks
            stay as they are.

    Returns:
        String.

    Example:

    >>> flags = {"horizon": "--horizon", "every": "--every"}
    >>> with_flags("Choose `horizon=8` or a longer `every`.", flags)
    'Choose --horizon 8 or a longer --every.'
    >>> with_flags("`every=30 min` is finer than the data.", flags)
    "--every '30 min' is finer than the data."
    >>> with_flags("Choose one: where={'store': 'North'}.", {"where": "--where"})
    'Choose one: --where store=North.'
    """

    def flag(match):
        name, value = match.groups()
        if name not in flags:
            return match[0]
        return flags[name] if value is None else f"{flags[name]} {shlex.quote(value)}"

    def python(match):
        name, value = match.groups()
        if name not in flags:
            return match[0]
        pairs = re.findall(r"'([^']*)': '?([^',}]*)", value)
        values = [f"{a}={b}" for a, b in pairs] or [value.strip("'")]
        return " ".join(f"{flags[name]} {shlex.quote(one)}" for one in values)

    message = re.sub(r"`(\w+)(?:=([^`]*))?`", flag, message)
    # As it is written in Python: every='1h', where={'store': 'North'}.
    return re.sub(r"\b(\w+)=('[^']*'|\{'[^{}]*\})", python, message)


@contextmanager
def naming(**flags: str) -> Iterator[None]:
    """Name arguments of the library by other flags than their own.

    Args:
        **flags: For an argument's name, its flag: `folder="--load"`.

    Raises:
        UserError: The one that the block raises, in the words of the command line.
    """
    try:
        yield
    except UserError as error:
        raise UserError(with_flags(str(error), flags)) from error


def add_data_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--data` and what tells how to read it, `--target`, `--every`, `--aggregate`.

    Args:
        parser: `argparse.ArgumentParser` of a subcommand.
    """
    group = parser.add_argument_group("data")
    group.add_argument(
        "--data",
        default="weather",
        metavar="SOURCE",
        help="weather (Jena 2009-2016, downloaded or from KERAS_RNN_DATA), "
        "weather-2020 or another year, sample (generated), or the path of a table: "
        "CSV and its relatives, plain, .gz or .zip, Excel, Parquet; default: weather",
    )
    add_reading_arguments(group)
    group.add_argument(
        "--target",
        metavar="COLUMN",
        help='the column to forecast; default: "T (degC)", "OT" or a measured one: '
        "it is said which and why",
    )
    group.add_argument(
        "--every",
        metavar="STEP",
        help="thin the rows to one each STEP, such as 10min, 1h, 1d or '1 month'; "
        "default: 1h for rows finer than half an hour, else the data's own step",
    )
    group.add_argument(
        "--aggregate",
        action="append",
        metavar="HOW",
        help="what a thinned row holds: last, mean, sum, min or max, or COLUMN=HOW for "
        "one column; default: amounts such as rain, counts and energy are summed, of "
        "all else the last reading is taken",
    )


def add_known_ahead_arguments(parser: argparse.ArgumentParser, *, future: bool) -> None:
    """Add `--known-ahead`, `--holidays` and `--future`.

    Args:
        parser: `argparse.ArgumentParser` of a subcommand.
        future: Boolean, whether it forecasts rows that are still to come.
    """
    group = parser.add_argument_group("known ahead")
    group.add_argument(
        "--known-ahead",
        type=names,
        metavar="C,C",
        help="columns whose future is known, such as promo,price; default: those that "
        "rows at the end hold whose target is empty, or --future holds"
        if future
        else "columns whose future was known, such as promo,price",
    )
    group.add_argument(
        "--holidays",
        metavar="PLACE",
        help="the public holidays of a country or a part of it, such as DE, DE-BY or "
        'US; needs pip install "keras-rnn[holidays]"',
    )
    if future:
        group.add_argument(
            "--future",
            metavar="FILE",
            help="a table of the rows to forecast, with the columns that are known "
            "ahead; default: the rows at the end of --data whose target is empty",
        )


def add_reading_arguments(group: argparse._ArgumentGroup) -> None:
    """Add what tells how to read a table of one's own, for `reading_arguments`.

    Args:
        group: What `add_argument_group` returned.
    """
    group.add_argument(
        "--time-column",
        metavar="COLUMN",
        help="the column with the time stamps; default: it is found",
    )
    group.add_argument(
        "--date-order",
        metavar="ORDER",
        help="day first, month first or year first; default: the rows decide",
    )
    group.add_argument(
        "--where",
        action="append",
        metavar="COLUMN=VALUE",
        help="one series in a table of several, such as store=North; may be repeated",
    )
    group.add_argument(
        "--start",
        metavar="STAMP",
        help="the first stamp of a table without a time column, such as 2024-01-01; "
        "--every is its step then",
    )


def add_model_arguments(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add `--history`, `--horizon`, `--model`, `--epochs` and `--seed`.

    Args:
        parser: `argparse.ArgumentParser` of a subcommand.

    Returns:
        The group of arguments, for more of them.
    """
    model = parser.add_argument_group("model")
    model.add_argument(
        "--history",
        type=positive,
        metavar="ROWS",
        help="rows of the past to forecast from; default: 72, fewer for a short series",
    )
    model.add_argument(
        "--horizon",
        type=positive,
        metavar="ROWS",
        help="rows to forecast; default: by their step, such as 24 hours, 14 days or "
        "12 months",
    )
    model.add_argument(
        "--model",
        metavar="NAME",
        help="gru, lstm or simple_rnn: the recurrent cell; or ridge: no network, done "
        "in seconds; default: gru",
    )
    model.add_argument(
        "--epochs",
        type=positive,
        metavar="N",
        help="epochs of the first training; default: 8, more for a very short "
        "series, 4 for a long one",
    )
    model.add_argument("--seed", type=seed, metavar="S", help="default: 0")
    return model


def reading_arguments(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what `load_series` is told about a table.

    Args:
        arguments: `argparse.Namespace` with what `add_data_arguments` added.

    Returns:
        Dict of keyword arguments.

    Raises:
        UserError: A `--where` is no COLUMN=VALUE, or a `--date-order` unknown.
    """
    where = {}
    for text in arguments.where or ():
        column, sign, value = text.partition("=")
        if not (column and sign and value):
            raise UserError(
                f"--where {shlex.quote(text)} is not of the form COLUMN=VALUE, such as "
                "store=North."
            )
        where[column.strip()] = value.strip()
    order = arguments.date_order
    if order is not None:
        order = re.sub(r"([ -]?first)?$", " first", order.strip().lower(), count=1)
        if order not in _DATE_ORDERS:
            raise UserError(
                "--date-order is day, month or year first, not "
                f"{arguments.date_order!r}."
            )
    return {
        "time_column": arguments.time_column,
        "date_order": order,
        "where": where or None,
        "start": arguments.start,
        "every": arguments.every,
    }


def aggregate_argument(texts: Sequence[str] | None) -> str | dict[str, str] | None:
    """Return the values of `--aggregate` as the library takes them.

    Args:
        texts: Sequence of strings, HOW or COLUMN=HOW, or `None`.

    Returns:
        `None`, a string for all columns, or a dict from column to string.

    Raises:
        UserError: One for all columns stands beside another.
    """
    if not texts:
        return None
    pairs = [text.rpartition("=") for text in texts]
    if not any(sign for _, sign, _ in pairs) and len(texts) == 1:
        return texts[0]
    if not all(sign for _, sign, _ in pairs):
        raise UserError(
            "--aggregate is one word for all columns, such as --aggregate sum, or "
            "COLUMN=HOW for each that is named, such as --aggregate rain=sum."
        )
    return {column: how for column, _, how in pairs}


def names(text: str) -> list[str]:
    """Return the names of a list such as `promo,price`, for argparse's `type`."""
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} names no column")
    return found


def positive(text: str) -> int:
    """Return a positive integer, for argparse's `type`."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return number


def levels(text: str) -> list[float]:
    """Return the numbers of a list such as `50,80,95`, for argparse's `type`."""
    try:
        return [float(level) for level in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of per cents such as 50,80,95"
        ) from None


def columns(text: str) -> list[str]:
    """Return the names of a list such as `north,south`, for argparse's `type`."""
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list such as north,south")
    return names


def seed(text: str) -> int:
    """Return an integer from 0 to 2**31 - 1, for argparse's `type`."""
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number < 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return number
