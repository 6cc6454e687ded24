"""`keras-rnn run NAME --load DIR --chat`: talking to a model, line by line."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, TextIO

from keras_rnn.cli.foreign_model import name_of, refusing_others
from keras_rnn.errors import UserError

if TYPE_CHECKING:
    import keras


def check_can_chat(module: ModuleType) -> None:
    """Refuse an application that answers each text by itself.

    Raises:
        UserError: The module has no function `reply(model, turns)`.
    """
    if not hasattr(module, "reply"):
        raise UserError(
            f"There is no talking to {name_of(module)}: it answers each text by "
            'itself. Give it --input "..." instead of --chat.'
        )


def chat(
    module: ModuleType, model: keras.Model, lines: TextIO | None = None
) -> list[str]:
    """Answer lines, with all that was said before, up to an empty line or the end.

    Args:
        module: An application with a function `reply(model, turns)`.
        model: Its model.
        lines: Text stream to read from. Default: `None`, what is typed or piped in.

    Returns:
        List of strings: all turns.

    Raises:
        UserError: The model is not one of the application, or a line is no text.
    """
    lines = sys.stdin if lines is None else lines
    # Who types sees where to; what is piped in is repeated, to be read as a dialog.
    is_typed = lines.isatty()
    if is_typed:
        print("Say something. An empty line ends the talk.")
    turns = []
    while said := _next(lines, is_typed):
        if not is_typed:
            print(f"> {said}")
        turns.append(said)
        with refusing_others(module):
            answer = module.reply(model, list(turns))
        print(answer, flush=True)
        turns.append(answer)
    return turns


def _next(lines, is_typed):
    """The next line without its ends; empty when the talk is over."""
    if is_typed:
        print("> ", end="", flush=True)
    try:
        line = lines.readline()
    except KeyboardInterrupt:
        line = ""
    except UnicodeDecodeError as error:
        raise UserError(
            f"What was said is no text in {error.encoding}. Save it as UTF-8."
        ) from error
    if is_typed and not line:
        print()
    return line.strip()
