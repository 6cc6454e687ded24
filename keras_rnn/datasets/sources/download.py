"""Getting a file from the network: all of it, checked, or nothing."""

import hashlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from keras_rnn.errors import UserError
from keras_rnn.files import replacing

_CHUNK = 1 << 16


class NotOnServerError(UserError):
    """The server answers, but has no such file."""


def download(
    url: str,
    path: str | Path,
    *,
    sha256: str | None = None,
    check: Callable[[Path], None] | None = None,
    seconds: float = 10.0,
) -> Path:
    """Download `url` to `path`, which appears only when all of it is there.

    A progress bar is shown on a terminal.

    Args:
        url: String.
        path: String or `pathlib.Path`, the file to write. Its folder is made.
        sha256: String, the file's checksum in hexadecimal digits. Default: `None`.
        check: Function of the path of the complete file. It raises a `ValueError`
            that says what is wrong with the content. Default: `None`.
        seconds: Float, how long to wait for the connection, and then for the next
            piece of the file. Default: 10.

    Returns:
        `pathlib.Path`, the file.

    Raises:
        UserError: No network, a transfer that broke off or stands still, or a content
            that is not the expected one. Nothing is written.
        NotOnServerError: A `UserError`; there is no file at that address.
    """
    path = Path(path)
    _connect(url, seconds)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"Cannot make the folder {path.parent}: {error.strerror or error}. "
            "Choose another with KERAS_RNN_CACHE."
        ) from error
    with replacing(path) as temporary:
        _fetch(url, temporary, seconds)
        if sha256:
            with temporary.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
            if found != sha256.lower():
                raise UserError(
                    f"{url} is not the expected file: its SHA-256 checksum is {found}, "
                    f"not {sha256}. Nothing was kept."
                )
        if check:
            try:
                check(temporary)
            except ValueError as error:
                reason = str(error).replace(str(temporary), "it").rstrip(".")
                raise UserError(
                    f"{url} is not the expected file: {reason}. Nothing was kept."
                ) from error
    return path


def _fetch(url: str, path: Path, seconds: float) -> None:
    import requests

    try:
        with requests.get(
            url,
            stream=True,
            timeout=seconds,
            headers={"Accept-Encoding": "identity"},  # so that the length is the file's
        ) as response:
            response.raise_for_status()
            _write(response, path)
    except requests.HTTPError as error:
        status = getattr(error.response, "status_code", None)
        kind = NotOnServerError if status in (404, 410) else UserError
        raise kind(f"{url} cannot be had: the server says {status}.") from error
    except requests.Timeout as error:
        raise UserError(
            f"{url} did not answer within {seconds:g} s. Try again later."
        ) from error
    except requests.RequestException as error:
        stalled = "timed out" in str(error).lower()
        what = f"stood still for {seconds:g} s" if stalled else "broke off"
        raise UserError(
            f"The download of {url} {what}; nothing was kept. Try again."
        ) from error


def _write(response, path):
    """Write the body to `path`. A body shorter than announced is an error."""
    from tqdm import tqdm

    length = int(response.headers.get("Content-Length", 0)) or None
    name = urlsplit(response.url).path.rsplit("/", 1)[-1]
    # disable=None: no bar where the output is no terminal.
    bar = {"desc": name, "unit": "B", "unit_scale": True, "disable": None}
    with path.open("wb") as stream, tqdm(total=length, **bar) as progress:
        for chunk in response.iter_content(_CHUNK):
            stream.write(chunk)
            progress.update(len(chunk))


def _connect(url: str, seconds: float) -> None:
    """Try to reach the server, name look-up included, within a limit of time.

    Neither the look-up nor a server with several addresses obeys the time limit of
    `requests`, so that a machine without network could wait for minutes.
    """
    import requests

    if requests.utils.get_environ_proxies(url):
        return  # a proxy looks the name up
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    outcome = []

    def attempt():
        try:
            socket.create_connection((parts.hostname, port), timeout=seconds).close()
            outcome.append(None)
        except OSError as error:
            outcome.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    error = outcome[0] if outcome else TimeoutError(f"no answer within {seconds:g} s")
    if error is not None:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{parts.hostname} cannot be reached ({reason}).") from error
