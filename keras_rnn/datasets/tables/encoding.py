"""The bytes of a text file as UTF-8, whatever they were written in."""

from __future__ import annotations

from pathlib import Path

from keras_rnn.errors import UserError

_MARK = b"\xef\xbb\xbf"


def to_utf8(data: bytes, path: str | Path) -> tuple[bytes, str]:
    """Return a text file's bytes in UTF-8, and the encoding that they had.

    Known are UTF-8, UTF-16 with its mark, and Latin-1, which is read as Windows-1252:
    the same for all that can be printed. Plain ASCII is handed back as it is.

    Args:
        data: Bytes of the file.
        path: The file, for error messages.

    Returns:
        Tuple `(data, encoding)`.

    Raises:
        UserError: The file is no text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data.isascii():
        if b"\0" in data:
            raise _no_text(path)
        return data, "ascii"
    else:
        encodings = ["utf-8", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding == "utf-8":
            return data.removeprefix(_MARK), encoding
        return text.encode(), encoding
    raise _no_text(path)


def _no_text(path: str | Path) -> UserError:
    return UserError(f"{path} is not a text file. Save the table as CSV.")
