"""The bytes of a data file, plain or packed, or an error that says what is wrong."""

import gzip
import io
import zipfile
import zlib
from pathlib import Path

from keras_rnn.errors import UserError, nearest

_TEXT_SUFFIXES = (".csv", ".txt", ".tsv", ".dat", ".tab")
_FOREIGN = {
    b"PAR1": "a Parquet file",
    b"\x89HDF": "an HDF5 file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
}


def read_bytes(path):
    """Read a text file that may be packed with gzip or in a zip archive.

    What packs a file is told by its first bytes, whatever it is called.

    Args:
        path: String or `pathlib.Path`.

    Returns:
        Bytes, not empty.

    Raises:
        UserError: No such file, a folder, a damaged or empty file, several tables
            in one archive, or a format that is no text.
    """
    path = Path(path).expanduser()
    data = _read(path)
    if data[:2] == b"\x1f\x8b":
        data = _gunzip(data, path)
    elif data[:4] in (b"PK\x03\x04", b"PK\x05\x06") or path.suffix.lower() == ".zip":
        data = _unzip(data, path)
    if not data.strip():
        raise UserError(f"{path} is empty.")
    for start, kind in _FOREIGN.items():
        if data.startswith(start):
            raise UserError(f"{path} is {kind}. Save it as CSV and give that file.")
    return data


def _read(path):
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.{_similar(path)}") from None
    except IsADirectoryError:
        raise UserError(f"{path} is a folder.{_files_in(path)}") from None
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror or error}.") from error


def _similar(path):
    folder = path.parent
    if not folder.is_dir():
        return f" There is no folder {folder} either."
    return nearest(path.name, (entry.name for entry in folder.iterdir()))


def _files_in(folder):
    endings = (*_TEXT_SUFFIXES, ".gz", ".zip")
    names = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in endings)
    if not names:
        return " Give a CSV file."
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    return f" Give one file in it: {shown}."


def _gunzip(data, path):
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise UserError(
            f"{path} is damaged: it cannot be unpacked ({error}). Get it again."
        ) from error


def _unzip(data, path):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(_only_table(archive, path))
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        raise UserError(
            f"{path} is damaged: it is no zip archive that can be unpacked "
            f"({error}). Get it again."
        ) from error
    except RuntimeError as error:
        raise UserError(f"{path} cannot be unpacked: {error}.") from error


def _only_table(archive, path):
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and not Path(member.filename).name.startswith(".")
    ]
    if any(member.filename == "xl/workbook.xml" for member in members):
        raise UserError(
            f"{path} is an Excel workbook. Save the sheet as CSV and give that file."
        )
    tables = [m for m in members if m.filename.lower().endswith(_TEXT_SUFFIXES)]
    candidates = tables if len(members) > 1 else members
    if len(candidates) == 1:
        return candidates[0]
    names = ", ".join(member.filename for member in candidates or members)
    if not candidates:
        raise UserError(f"{path} holds no CSV file, only: {names or 'nothing'}.")
    raise UserError(
        f"{path} holds several tables ({names}). Unpack it and give one of them."
    )
