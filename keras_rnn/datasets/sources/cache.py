"""Where data files lie on this machine."""

import os
from collections.abc import Callable
from pathlib import Path

from keras_rnn.errors import UserError


def data_folder() -> Path | None:
    """Return the folder that `KERAS_RNN_DATA` names, or `None` when it is not set.

    It holds files that the user has put there, read before anything is downloaded.

    Returns:
        `pathlib.Path`, or `None`.

    Raises:
        UserError: The variable names something that is no folder.
    """
    name = os.environ.get("KERAS_RNN_DATA")
    if not name:
        return None
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise UserError(
            f"KERAS_RNN_DATA is set to {name}, which is not a folder. "
            "Correct it or unset it."
        )
    return folder


def own_path(
    *names: str, is_there: Callable[[Path], bool] = Path.is_file
) -> Path | None:
    """Return the first of these paths that `KERAS_RNN_DATA` holds, or `None`.

    Args:
        *names: Strings, paths within that folder.
        is_there: Function of a `pathlib.Path`. Default: whether it is a file.

    Returns:
        `pathlib.Path`, or `None`.
    """
    folder = data_folder()
    if folder is None:
        return None
    return next((folder / name for name in names if is_there(folder / name)), None)


def cache_folder() -> Path:
    """Return the folder that downloads are kept in; it need not exist yet.

    `KERAS_RNN_CACHE` when that is set; the `data` folder of a checkout when the
    package is run from one; else the user's cache folder.

    Returns:
        `pathlib.Path`.
    """
    name = os.environ.get("KERAS_RNN_CACHE")
    if name:
        return Path(name).expanduser()
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").is_file() and (checkout / "data").is_dir():
        return checkout / "data"
    import platformdirs

    return Path(platformdirs.user_cache_dir("keras_rnn", appauthor=False))
