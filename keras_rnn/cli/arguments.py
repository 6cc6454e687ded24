"""Arguments that several subcommands share."""

import argparse


def add_data_arguments(parser):
    """Add `--data`, `--time-column`, `--target` and `--every`."""
    group = parser.add_argument_group("data")
    group.add_argument(
        "--data",
        default="weather",
        metavar="SOURCE",
        help="weather (Jena 2009-2016, downloaded or from KERAS_RNN_DATA), "
        "weather-2020 or another year, sample (generated), or the path of a CSV "
        "file, plain, .gz or .zip; default: weather",
    )
    group.add_argument(
        "--time-column",
        metavar="COLUMN",
        help="the CSV column with the time stamps; default: it is found",
    )
    group.add_argument(
        "--target",
        metavar="COLUMN",
        help='the column to forecast; default: "T (degC)", "OT" or the last one',
    )
    group.add_argument(
        "--every",
        metavar="STEP",
        help="thin the rows to one each STEP, such as 10min, 1h or 1d; default: 1h, "
        "or the data's own step where that is longer",
    )


def positive(text):
    """Return a positive integer, for argparse's `type`."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return number


def seed(text):
    """Return an integer from 0 to 2**31 - 1, for argparse's `type`."""
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number < 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return number
