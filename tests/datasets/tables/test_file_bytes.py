import bz2
import gzip
import lzma
import zipfile

import pytest

from keras_rnn.datasets.tables import file_bytes
from keras_rnn.datasets.tables.file_bytes import read_bytes, to_utf8
from keras_rnn.errors import UserError

CONTENT = b"time,T\n2020-01-01,1\n"


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def failure(path, **arguments):
    with pytest.raises(UserError) as caught:
        read_bytes(path, **arguments)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "packed_without_a_suffix"])
def test_gzip_is_told_by_its_content(tmp_path, name):
    (tmp_path / name).write_bytes(gzip.compress(CONTENT))
    assert read_bytes(tmp_path / name) == CONTENT


def test_plain(tmp_path):
    (tmp_path / "a.csv").write_bytes(CONTENT)
    assert read_bytes(str(tmp_path / "a.csv")) == CONTENT


def test_the_only_table_of_a_zip_is_taken(tmp_path):
    members = {
        "data/": b"",
        "data/a.csv": CONTENT,
        "data/about.md": b"# About",
        "__MACOSX/data/._a.csv": b"\0\0",
        "data/.hidden.csv": b"x",
    }
    assert read_bytes(zipped(tmp_path / "a.zip", members)) == CONTENT


def test_a_single_member_needs_no_suffix(tmp_path):
    assert read_bytes(zipped(tmp_path / "a.zip", {"LD2011": CONTENT})) == CONTENT


def test_several_tables_are_named(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.csv": CONTENT, "b.txt": CONTENT})
    assert failure(path) == (
        f"{path} holds several tables (a.csv, b.txt). Unpack it and give one of them."
    )


def test_a_zip_without_table(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.png": b"x", "b.png": b"y"})
    assert "holds no CSV file, only: a.png, b.png" in failure(path)


def test_an_empty_zip(tmp_path):
    assert "holds no CSV file, only: nothing" in failure(zipped(tmp_path / "a.zip", {}))


def test_a_workbook_is_handed_back_as_it_is(tmp_path):
    path = zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": b"x", "a.xml": b"y"})
    assert read_bytes(path) == path.read_bytes()


def test_a_format_that_is_no_table(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\x89HDF....")
    assert failure(tmp_path / "a.csv") == (
        f"{tmp_path / 'a.csv'} is an HDF5 file. Save it as CSV and give that file."
    )


@pytest.mark.parametrize("packer", [gzip, bz2, lzma])
def test_what_unpacks_to_too_much_is_refused(tmp_path, packer):
    path = tmp_path / "a.csv"
    path.write_bytes(packer.compress(CONTENT * 1000))
    assert failure(path, limit=4096) == (
        f"{path} unpacks to more than 4.0 KiB. Unpack it and give a part of it."
    )
    assert read_bytes(path, limit=len(CONTENT) * 1000) == CONTENT * 1000


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.csv": CONTENT * 1000})
    assert "unpacks to more than 4.0 KiB" in failure(path, limit=4096)


def test_no_more_than_the_limit_is_unpacked(tmp_path, monkeypatch):
    """A stream without end: only stopping in time brings an error."""

    class Endless:
        taken = 0

        def read(self, size):
            Endless.taken += size
            return b"0" * size

    with pytest.raises(UserError, match="unpacks to more than"):
        file_bytes._read_limited(Endless(), tmp_path / "a.gz", 5_000_000)
    assert Endless.taken <= 5_000_001


def test_a_file_larger_than_the_memory_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(CONTENT * 1000)
    monkeypatch.setattr(file_bytes, "free_memory", lambda: 2048)
    assert failure(path) == (
        f"{path} has 19.5 KiB, more than the 2.0 KiB of memory that are free. Give a "
        "part of its rows or columns."
    )


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_damaged_archives(tmp_path, keep):
    whole = zipped(tmp_path / "a.zip", {"a.csv": CONTENT * 100}).read_bytes()
    (tmp_path / "a.zip").write_bytes(whole[: int(len(whole) * keep)])
    assert "a.zip is damaged" in failure(tmp_path / "a.zip")
    packed = gzip.compress(CONTENT * 100)
    (tmp_path / "a.csv.gz").write_bytes(packed[: int(len(packed) * keep)])
    assert "a.csv.gz is damaged" in failure(tmp_path / "a.csv.gz")


def test_a_zip_with_a_flipped_byte(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.csv": CONTENT * 100})
    data = bytearray(path.read_bytes())
    data[45] ^= 0xFF
    path.write_bytes(data)
    assert "is damaged" in failure(path)


def test_no_zip_at_all_behind_the_name(tmp_path):
    (tmp_path / "a.csv.zip").write_bytes(b"<html>Not found</html>")
    assert "a.csv.zip is damaged" in failure(tmp_path / "a.csv.zip")


def test_missing_file_suggests_the_nearest(tmp_path):
    (tmp_path / "weather.csv").write_bytes(CONTENT)
    path = tmp_path / "wether.csv"
    assert failure(path) == f"There is no file {path}. Did you mean 'weather.csv'?"


def test_missing_folder(tmp_path):
    message = failure(tmp_path / "nowhere" / "a.csv")
    assert message.endswith(f"There is no folder {tmp_path / 'nowhere'} either.")


def test_a_folder_lists_what_could_be_meant(tmp_path):
    assert failure(tmp_path).endswith("is a folder. Give a CSV file.")
    for name in ("b.csv", "a.csv.gz", "c.png"):
        (tmp_path / name).touch()
    assert failure(tmp_path).endswith("Give one file in it: a.csv.gz, b.csv.")


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", gzip.compress(b"", mtime=0)])
def test_empty(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    assert failure(tmp_path / "a.csv") == f"{tmp_path / 'a.csv'} is empty."


def test_a_name_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.csv").write_bytes(CONTENT)
    assert read_bytes("~/a.csv") == CONTENT


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("T (°C)".encode(), "T (°C)"),
        ("T (°C)".encode("utf-8-sig"), "T (°C)"),
        ("T (°C), µmol, m²".encode("latin-1"), "T (°C), µmol, m²"),
        ("T (°C)".encode("utf-16"), "T (°C)"),
        ("Preis in €".encode("cp1252"), "Preis in €"),
    ],
)
def test_encodings(data, text):
    assert to_utf8(data, "a.csv")[0].decode() == text


def test_ascii_is_handed_back_as_it_is():
    data = b"date,T"
    assert to_utf8(data, "a.csv") == (data, "ascii")
    assert to_utf8(data, "a.csv")[0] is data


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03", "é\0".encode()])
def test_no_text(data):
    with pytest.raises(UserError, match=r"a\.csv is not a text file"):
        to_utf8(data, "a.csv")
