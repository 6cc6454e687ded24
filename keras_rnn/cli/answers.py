"""`keras-rnn run NAME --load DIR`: what a model answers, to inputs or in a chat."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TextIO
from zipfile import is_zipfile

from keras_rnn.cli.console import fact, show_table
from keras_rnn.errors import UserError
from keras_rnn.files import output_folder, replacing_all

if TYPE_CHECKING:  # what answers without a backend imports none
    import keras

    from keras_rnn.applications.contract import Answers


def load_model(path: Path) -> keras.Model:
    """Return a saved model.

    Args:
        path: `pathlib.Path` of a `.keras` file.

    Raises:
        UserError: The file is none of a Keras model.
    """
    import keras

    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:  # whatever a file of somebody else leads to
        raise UserError(
            f"{path} cannot be opened as a model: {_reason(path, error)}"
        ) from error


def _reason(path: Path, error: Exception) -> str:
    """What is wrong with a file that Keras cannot open, and what to do."""
    text = str(error)
    if not is_zipfile(path) or "File format not supported" in text:
        return "it is no .keras file, or is damaged."
    if "Lambda" in text and "deserialization" in text:
        return (
            "it has a Lambda layer, whose Python code is not run from a file. Put a "
            "layer of Keras, or one of your own that is registered, in its place."
        )
    if "Could not interpret activation" in text:
        return (
            "it has an activation that was a Python function, which is not in the "
            "file. Name one of Keras, such as 'tanh', or register your own."
        )
    if unknown := re.search(r"Could not locate (?:class|function) '(\w+)'", text):
        return (
            f"it has a {unknown[1]}, which is not known here. It was written by "
            "another version, or with layers that are not of this package."
        )
    if "objects could not be loaded" in text:
        return "its weights do not fit its layers. Train it again."
    return text.splitlines()[0] if text else type(error).__name__


def show_answers(
    module: ModuleType,
    model: keras.Model,
    inputs: Sequence[str],
    folder: str | Path | None = None,
    seed: int = 0,
) -> None:
    """Print the answers of a model to raw inputs, and write those that are files.

    Args:
        module: Module of an application, see `keras_rnn.applications.contract`.
        model: `keras.Model`.
        inputs: List of strings.
        folder: Where files are written to. Default: `None`, nowhere.
        seed: Integer, for answers that are drawn by chance. Default: `0`.
    """
    with _refusing_others(module):
        answers = module.answer(model, inputs, seed)
    show(answers, folder)


def show(answers: Answers, folder: str | Path | None = None) -> None:
    """Print answers, and write those that are files.

    Args:
        answers: `Answers`.
        folder: Where files are written to. Default: `None`, nowhere.
    """
    show_table("Answers", answers.columns, answers.rows, wrap=True)
    if answers.files and folder is not None:
        folder = output_folder(folder)
        with replacing_all(folder) as temporary:
            for name, content in answers.files.items():
                (temporary / name).write_bytes(content)
        fact("Written", f"{folder}: {', '.join(answers.files)}")


def check_can_chat(module: ModuleType) -> None:
    """Refuse an application that answers each text by itself.

    Raises:
        UserError: The module has no function `reply(model, turns)`.
    """
    if not hasattr(module, "reply"):
        raise UserError(
            f"There is no talking to {_name_of(module)}: it answers each text by "
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
        with _refusing_others(module):
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


def _name_of(module: ModuleType) -> str:
    """What an application is called."""
    return module.__name__.removesuffix(".train").rsplit(".", 1)[-1]


@contextmanager
def _refusing_others(module: ModuleType) -> Iterator[None]:
    """Say of an error in an application that the model is none of its own.

    Args:
        module: The application that was given the model.

    Raises:
        UserError: In place of what a model of another application leads to.
    """
    try:
        yield
    except UserError:
        raise
    except (AttributeError, ValueError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise UserError(
            f"The model is not one of {_name_of(module)}: {reason[0]}"
        ) from error
