"""`keras-rnn stream`: a forecast for each row of a stream."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

_DESCRIPTION = """\
Read rows from standard input, or follow a file that grows, and write a forecast after
each: with the forecaster that `keras-rnn forecast` saved in DIR, and without a backend.

Rows are CSV with a line of names first, or JSON objects, one a line: a time stamp in
ISO 8601 and the columns that the forecaster was trained on. Written are, as CSV, a line
for each step ahead (after, time, forecast, lower, upper), or JSON, a line for each row.
The bands begin as those of the training and adapt to what came true (adaptive conformal
inference, Gibbs & Candes 2021).

A row that is late or repeats another is left out, a damaged line too; up to three
missing rows or values in a row are filled with the last before them; after a longer gap
there is no forecast until the history is whole again. What was done is said on standard
error. The state is kept in a file after each row. Killed and started again with the
same input, the stream goes on: rows that it knows are left out.
"""

_EPILOG = """\
examples:
  sensor | keras-rnn stream --load output/forecast > forecasts.csv
  keras-rnn stream --load output/forecast --format json < rows.csv
  keras-rnn stream --load output/forecast --follow log.csv --out forecasts.csv
  keras-rnn stream --load output/forecast --follow log.csv --out f.csv --once
"""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand to the command line.

    Args:
        subparsers: What `ArgumentParser.add_subparsers` returned.
    """
    parser = subparsers.add_parser(
        "stream",
        help="forecast after each row of standard input or of a growing file",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--load",
        required=True,
        metavar="DIR",
        help="folder of the forecaster that keras-rnn forecast saved",
    )
    parser.add_argument(
        "--follow",
        metavar="FILE",
        help="read the rows of a file, and those that are added to it later; default: "
        "standard input",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="with --follow: stop at the end of the file instead of waiting for more",
    )
    parser.add_argument(
        "--time-column",
        metavar="NAME",
        help="the column with the time stamps; default: the one of the training, or "
        "else the first that the forecaster does not know and that holds one",
    )
    parser.add_argument(
        "--format",
        choices=("csv", "json"),
        default="csv",
        help="what is written; default: csv",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="file to write to, behind what it holds; after a kill nothing of this is "
        "in it twice; "
        "default: standard output",
    )
    parser.add_argument(
        "--state",
        metavar="DIR",
        help="folder for the state; default: that of --load",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Forecast after each row.

    Args:
        arguments: `argparse.Namespace` of the subcommand's arguments.

    Raises:
        UserError: The forecaster, its state or the input cannot be used.
    """
    import sys
    from pathlib import Path

    from keras_rnn.cli.arguments import naming
    from keras_rnn.cli.backend import load_backend
    from keras_rnn.cli.stream_lines import Lines, Output, follow, stream_lines
    from keras_rnn.errors import UserError
    from keras_rnn.forecasting.forecaster import Forecaster
    from keras_rnn.forecasting.forecaster_files import NUMPY_FILE

    if arguments.once and arguments.follow is None:
        raise UserError("--once stops at the end of a file: name it by --follow.")
    source = Path(arguments.load)
    if not (source / NUMPY_FILE).is_file():
        load_backend()
    with naming(folder="--load"):
        forecaster = Forecaster.load(source)
    with naming(folder="--state"):
        stream = forecaster.stream(arguments.state or source)
    lines = Lines(stream, arguments.time_column)
    output = Output(stream, arguments.format, arguments.out)
    with naming(folder="--state"), output:
        if arguments.follow is None:
            coming: Iterable[tuple[bytes, dict[str, Any] | None]] = (
                (line, None) for line in sys.stdin.buffer
            )
        else:
            coming = follow(Path(arguments.follow), stream, lines, arguments.once)
        stream_lines(coming, stream, lines, output)
