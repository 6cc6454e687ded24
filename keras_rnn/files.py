"""Atomic writing: a file is replaced as a whole or not at all."""

import errno
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keras_rnn.errors import UserError


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path that replaces `path` when the block succeeds.

    If the block raises, the temporary file is removed and whatever stood at
    `path` before is untouched. The temporary name keeps the suffix of `path`,
    because Keras and matplotlib choose the file format by it.

    Args:
        path: String or `pathlib.Path`, the file to write.

    Raises:
        UserError: The file cannot be written (read-only folder, disk full).
    """
    path = Path(path)
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(
            f"Cannot write {path}: {reason}. Free some space or choose another folder."
        ) from error


@contextmanager
def replacing_all(folder: str | Path) -> Iterator[Path]:
    """Yield an empty folder whose files move to `folder` when the block succeeds.

    For files that belong together. If the block raises, what stood in `folder`
    before is untouched. Ctrl-C while the files move takes effect after the last. A
    killed process leaves a hidden folder behind, which the next call removes.

    Args:
        folder: String or `pathlib.Path`, an existing folder.

    Raises:
        UserError: The folder cannot be written to (read-only, disk full).
    """
    folder = Path(folder)
    for leftover in folder.glob(".unfinished-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        temporary = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
        try:
            yield temporary
            made = sorted(temporary.iterdir())
            for path in made:
                if path.is_file() and (folder / path.name).is_dir():
                    raise OSError(errno.EISDIR, f"{path.name} is a folder there")
            with _interrupt_held():
                for path in made:
                    os.replace(path, folder / path.name)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(
            f"Cannot write to the folder {folder}: {reason}. Free some space or choose "
            "another folder."
        ) from error


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Let Ctrl-C take effect after the block, not inside it."""
    usual = signal.getsignal(signal.SIGINT)
    # Only the main thread is interrupted, and may say how.
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not callable(usual) or not in_main_thread:
        yield
        return
    held = []
    signal.signal(signal.SIGINT, lambda *given: held.append(given))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if held:
            usual(*held[0])


def write_text(path: str | Path, text: str) -> None:
    """Write `text` to `path` as UTF-8, all of it or nothing.

    Args:
        path: String or `pathlib.Path`, the file to write.
        text: String.

    Raises:
        UserError: The file cannot be written (read-only folder, disk full).
    """
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def output_folder(path: str | Path) -> Path:
    """Make the folder `path` if necessary and check that it can be written to.

    Called before long work, so that a read-only folder costs no training.

    Args:
        path: String or `pathlib.Path`.

    Returns:
        `pathlib.Path` of the existing folder.

    Raises:
        UserError: There is a file of that name, or the folder is read-only.
    """
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise UserError(
            f"Cannot write to the folder {path}: {reason}. Give another `folder`."
        ) from error
    return path


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
