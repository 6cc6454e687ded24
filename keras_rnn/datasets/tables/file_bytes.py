"""The bytes of a data file: unpacked, as UTF-8, or an error that says what is wrong."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO

from keras_rnn.errors import UserError, nearest

# A packed file may hold no more than this, whatever the memory.
UNPACKED_LIMIT = 4 * 1024**3  # bytes
_TEXT_SUFFIXES = (
    *(".csv", ".txt", ".tsv", ".dat", ".tab", ".epw", ".tm3", ".tmy3", ".rdb", ".prn"),
)
_PACKERS = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
_FOREIGN = {
    b"\x89HDF": "an HDF5 file",
    b"%PDF": "a PDF document",
    b"CDF\x01": "a NetCDF file",
    b"CDF\x02": "a NetCDF file",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow file",
}


def read_bytes(path: str | Path, *, limit: int = UNPACKED_LIMIT) -> bytes:
    """Read a file that may be packed with gzip, bzip2 or xz, or in a zip archive.

    What packs a file is told by its first bytes, whatever it is called. Excel
    workbooks, which are zip archives, too, are handed back as they are.

    Args:
        path: String or `pathlib.Path`.
        limit: Integer, the most bytes that a packed file may unpack to. Default: 4
            GiB, or what memory is free if that is less.

    Returns:
        Bytes, not empty.

    Raises:
        UserError: No such file, a folder, a damaged or empty file, several tables
            in one archive, a format that is no text, or a file that is larger than
            the memory or unpacks to more than `limit`.
    """
    path = Path(path).expanduser()
    limit = min(limit, free_memory())
    data = _read(path, free_memory())
    packer = next((p for start, p in _PACKERS.items() if data.startswith(start)), None)
    if packer is not None:
        data = _unpack(data, packer, path, limit)
    elif data[:4] in (b"PK\x03\x04", b"PK\x05\x06") or path.suffix.lower() == ".zip":
        data = _unzip(data, path, limit)
    if not data[:1_000_000].strip() and not data.strip():
        raise UserError(f"{path} is empty.")
    for start, kind in _FOREIGN.items():
        if data.startswith(start):
            raise UserError(f"{path} is {kind}. Save it as CSV and give that file.")
    return data


def free_memory() -> int:
    """Return how many bytes of memory are free, or very many where nothing tells."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    with suppress(AttributeError, OSError, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 2**62


def _size_text(size: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{size:,.1f} {unit}" if unit != "bytes" else f"{size} {unit}"
        size /= 1024
    raise AssertionError


def _read(path: Path, memory: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > memory:
            raise UserError(
                f"{path} has {_size_text(size)}, more than the {_size_text(memory)} of "
                "memory that are free. Give a part of its rows or columns."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.{_similar(path)}") from None
    except IsADirectoryError:
        raise UserError(f"{path} is a folder.{_files_in(path)}") from None
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror or error}.") from error


def _similar(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f" There is no folder {folder} either."
    return nearest(path.name, (entry.name for entry in folder.iterdir()))


def _files_in(folder: Path) -> str:
    endings = (*_TEXT_SUFFIXES, ".gz", ".zip")
    names = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in endings)
    if not names:
        return " Give a CSV file."
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    return f" Give one file in it: {shown}."


def _read_limited(
    stream: IO[bytes] | io.BufferedIOBase, path: Path, limit: int
) -> bytes:
    """Unpack step by step, and stop before the memory is full."""
    pieces, size = [], 0
    while piece := stream.read(min(1 << 20, limit + 1 - size)):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise UserError(
                f"{path} unpacks to more than {_size_text(limit)}. Unpack it and give "
                "a part of it."
            )
    return b"".join(pieces)


def _unpack(data: bytes, packer: type, path: Path, limit: int) -> bytes:
    try:
        source = io.BytesIO(data)
        stream = packer(fileobj=source) if packer is gzip.GzipFile else packer(source)
        with stream:
            return _read_limited(stream, path, limit)
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise UserError(
            f"{path} is damaged: it cannot be unpacked ({error}). Get it again."
        ) from error


def _unzip(data: bytes, path: Path, limit: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {member.filename for member in archive.infolist()}
            if members & {"xl/workbook.xml", "xl/workbook.bin"}:
                return data
            with archive.open(_only_table(archive, path)) as stream:
                return _read_limited(stream, path, limit)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        raise UserError(
            f"{path} is damaged: it is no zip archive that can be unpacked "
            f"({error}). Get it again."
        ) from error
    except RuntimeError as error:
        raise UserError(f"{path} cannot be unpacked: {error}.") from error


def _only_table(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and not Path(member.filename).name.startswith(".")
    ]
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


def is_workbook(data: bytes) -> bool:
    """Whether these are the bytes of an Excel workbook, new or old."""
    return data[:4] == b"\xd0\xcf\x11\xe0" or (
        data[:4] == b"PK\x03\x04" and b"xl/workbook" in data
    )


def is_parquet(data: bytes) -> bool:
    """Whether these are the bytes of a Parquet file."""
    return data[:4] == b"PAR1"


def is_epw(data: bytes) -> bool:
    """Whether the file begins as EnergyPlus weather files do."""
    return bool(re.match(rb"LOCATION,.*,", data[:500].lstrip()))
