"""A file that anyone can have: from the user's folder, the cache or the network."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from keras_rnn.datasets.sources.cache import cache_folder, own_path
from keras_rnn.datasets.sources.download import download


class Found(NamedTuple):
    """Where a file is.

    Attributes:
        path: `pathlib.Path`, a file or folder.
        kind: `"file"` if it is the user's own, `"download"` otherwise.
        origin: String, its path or address.
    """

    path: Path
    kind: str
    origin: str


def find(
    own: str,
    cached: str,
    url: str,
    *,
    sha256: str | None = None,
    check: Callable[[Path], None] | None = None,
) -> Found:
    """Return where a public file is, downloading it if it is nowhere yet.

    Args:
        own: String, its path within `KERAS_RNN_DATA`.
        cached: String, its path within the cache folder.
        url: String, where it is downloaded from.
        sha256: String, the checksum of the download in hexadecimal digits. Default:
            `None`, unchecked.
        check: Function of the path of the complete download. It raises a `ValueError`
            that says what is wrong with the content. Default: `None`.

    Returns:
        `Found`.

    Raises:
        UserError: It is nowhere and cannot be downloaded.
    """
    mine = own_path(own, is_there=Path.exists)
    if mine:
        return Found(mine, "file", str(mine))
    path = cache_folder() / cached
    if not path.exists():
        download(url, path, sha256=sha256, check=check)
    return Found(path, "download", url)
