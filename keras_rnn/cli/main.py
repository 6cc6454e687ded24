"""Reads the command line, runs a subcommand, and turns errors into one line."""

from __future__ import annotations

import argparse
import atexit
import gc
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from keras_rnn._version import __version__
from keras_rnn.cli.arguments import Parser, with_flags
from keras_rnn.errors import UserError

# Each is a module of this package.
_SUBCOMMANDS = ("forecast", "backtest", "inspect", "compare", "run", "export", "stream")

_EPILOG = """\
examples:
  keras-rnn forecast                            the weather of Jena, 24 hours on
  keras-rnn forecast --data sales.csv --target sales --horizon 14
  keras-rnn backtest --data sales.csv --refit   how that would have done
  keras-rnn inspect sales.csv                   how the table is read
  keras-rnn compare --data weather --task single-step
  keras-rnn run --list                          the lectures' applications
  keras-rnn export output/sentiment --to numpy  a model that needs no Keras
  keras-rnn stream --load output/forecast < rows.csv    a forecast after each row

Each subcommand explains itself: keras-rnn forecast --help
"""


def parser(subcommand: str | None = None) -> Parser:
    """Return the `Parser` of the command line; imports no backend.

    Args:
        subcommand: String, the only subcommand that is wanted. Default: all of them.
    """
    top = Parser(
        prog="keras-rnn",
        description="Recurrent networks on Keras 3: forecast a series, compare models, "
        "run the lectures' applications.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"keras_rnn {__version__}")
    subparsers = top.add_subparsers(
        title="subcommands", dest="subcommand", metavar="SUBCOMMAND"
    )
    for name in _SUBCOMMANDS if subcommand is None else [subcommand]:
        import_module(f"keras_rnn.cli.{name}").add_parser(subparsers)
    top.subcommands = subparsers.choices
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Sequence of strings. Default: those of the process.

    Returns:
        Integer, the exit status: 0, or 2 with one line on stderr that says what to do.
    """
    # TensorFlow tells of its build options and of GPUs that are not there.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    # On its way out, Python looks through all that was imported for garbage.
    atexit.register(gc.freeze)
    arguments = sys.argv[1:] if arguments is None else arguments
    first = arguments[0] if arguments else None
    top = parser(first if first in _SUBCOMMANDS else None)
    flags: dict[str, str] = {}
    try:
        chosen = top.parse_args(arguments)
        if chosen.subcommand is None:
            top.print_help()
        else:
            flags = top.subcommands[chosen.subcommand].flags()
            flags.setdefault("series_column", "keras-rnn forecast --series-column")
            chosen.run(chosen)
    except UserError as error:
        return _failed(with_flags(str(error), flags))
    except KeyboardInterrupt:
        if sys.stdout.isatty():
            print()  # a progress bar may stand in this line
        return _failed("stopped. The same command goes on where it was.")
    except BrokenPipeError:
        # The reader of our output, such as `head`, has had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _failed(message):
    """Print why, in one line, and return the exit status."""
    print(f"keras-rnn: {' '.join(message.splitlines())}", file=sys.stderr)
    return 2
