"""`keras-rnn inspect`: how a table is read, without forecasting it."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from keras_rnn.cli.arguments import (
    add_data_arguments,
    aggregate_argument,
    reading_arguments,
    with_flags,
)

_DESCRIPTION = """\
Say how a table is read, without forecasting it: rows, span and step, the first and the
last row beside how they stand in the file, what each column became, what was repaired
and left out and why, and the command that forecasts it. Each column is drawn as a line
of characters, the dots of which are times without a value. Nothing is trained.
"""

_EPILOG = """\
examples:
  keras-rnn inspect sales.csv
  keras-rnn inspect stores.csv --where store=North
  keras-rnn inspect logger.csv --plot output/logger     columns.png, larger pictures
"""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand to the command line.

    Args:
        subparsers: What `ArgumentParser.add_subparsers` returned.
    """
    parser = subparsers.add_parser(
        "inspect",
        help="say how a table is read, without forecasting it",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "source", nargs="?", metavar="SOURCE", help="the table; the same as --data"
    )
    add_data_arguments(parser)
    parser.add_argument_group("files").add_argument(
        "--plot",
        metavar="DIR",
        help="write columns.png, a picture of each column, into this folder",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Read a table and print how.

    Args:
        arguments: `argparse.Namespace` of the subcommand's arguments.

    Raises:
        UserError: An argument or the data cannot be used.
    """
    from keras_rnn.cli.column_pictures import show_columns
    from keras_rnn.cli.console import fact
    from keras_rnn.cli.reading import show_series, show_target
    from keras_rnn.datasets.series.loading import load_series

    source = arguments.source or arguments.data
    series = load_series(source, **reading_arguments(arguments))
    show_series(series)
    show_target(series, arguments.target)
    show_columns(series)
    _show_command(series, source, arguments)
    if arguments.plot is not None:
        from keras_rnn.cli.column_pictures import plot_columns
        from keras_rnn.cli.short_commands import import_matplotlib, save_png
        from keras_rnn.files import output_folder, replacing

        path = output_folder(Path(arguments.plot)) / "columns.png"
        import_matplotlib()
        with replacing(path) as temporary:
            save_png(plot_columns(series), temporary, dpi=120)
        fact("Written", path)


def _show_command(series, source, arguments):
    """Print the command that forecasts the series, or why there is none."""
    from keras_rnn.cli.console import fact, show_counts
    from keras_rnn.errors import UserError
    from keras_rnn.forecasting.plan import plan_forecast

    flags = {name: f"--{name}" for name in ("target", "every", "horizon", "aggregate")}
    try:
        plan = plan_forecast(
            series,
            arguments.target,
            every=arguments.every,
            aggregate=aggregate_argument(arguments.aggregate),
        )
    except UserError as error:
        fact("No forecast", with_flags(str(error), flags))
        return
    show_counts("Prepared", plan.notes)
    for remark in plan.remarks:
        fact("Note", remark)
    for warning in plan.warnings:
        fact("Warning", warning)
    words = ["keras-rnn", "forecast", "--data", source]
    for name in ("time_column", "date_order", "start"):
        value = getattr(arguments, name)
        words += [f"--{name.replace('_', '-')}", value] if value is not None else []
    for name in ("where", "aggregate"):
        for value in getattr(arguments, name) or ():
            words += [f"--{name}", value]
    words += ["--target", plan.task.target, "--every", plan.preparation.every]
    words += ["--horizon", str(plan.task.horizon)]
    if plan.preparation.known_ahead:
        words += ["--known-ahead", ",".join(plan.preparation.known_ahead)]
    fact("Forecast", shlex.join(words))
