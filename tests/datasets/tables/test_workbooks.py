"""Parquet and Excel, through pandas; and what is said where their readers are not."""

import io
import sys
import zipfile

import pandas as pd
import pytest

from keras_rnn import optional
from keras_rnn.datasets.tables.read_table import read_table, table_of_bytes
from keras_rnn.errors import UserError


@pytest.fixture
def without(monkeypatch):
    """Lets a library be not installed."""
    found = optional.find_spec

    def hide(library):
        monkeypatch.setattr(
            optional, "find_spec", lambda name: None if name == library else found(name)
        )

    return hide


FRAME = pd.DataFrame(
    {
        "Datum": pd.date_range("2021-01-28", periods=30),
        "T": [i / 4 for i in range(30)],
        "sky": ["fog", "sun", "rain"] * 10,
    }
)


def workbook(**sheets):
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False, startrow=2)
    return stream.getvalue()


def test_a_sheet(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook(Wetter=FRAME))
    table = read_table(tmp_path / "a.xlsx")
    assert table.frame["T"].tolist() == FRAME["T"].tolist()
    assert table.frame.index.tolist() == FRAME["Datum"].tolist()
    assert table.reader == "pandas.read_excel"
    assert table.notes == ("the sheet 'Wetter' of the workbook was read",)


def test_several_sheets():
    with pytest.raises(UserError, match=r"several sheets with tables \('a', 'b'\)"):
        table_of_bytes(workbook(a=FRAME, b=FRAME), "a.xlsx")


@pytest.mark.parametrize("index", [False, True])
def test_parquet(tmp_path, index):
    frame = FRAME.set_index("Datum") if index else FRAME
    frame.to_parquet(tmp_path / "a.parquet")
    table = read_table(tmp_path / "a.parquet")
    assert table.frame["T"].tolist() == FRAME["T"].tolist()
    assert table.frame.index.tolist() == FRAME["Datum"].tolist()
    assert table.reader == "pandas.read_parquet"


def test_without_openpyxl(without):
    without("openpyxl")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(UserError) as caught:
        table_of_bytes(stream.getvalue(), "a.xlsx")
    assert str(caught.value) == (
        "a.xlsx: Reading an Excel workbook needs openpyxl, which is not installed: "
        'pip install "keras-rnn[tables]"; or save the sheet as CSV and give that file.'
    )


def test_without_pyarrow(without):
    without("pyarrow")
    with pytest.raises(UserError) as caught:
        table_of_bytes(b"PAR1....", "a.parquet")
    assert str(caught.value) == (
        "a.parquet: Reading a Parquet file needs pyarrow, which is not installed: "
        'pip install "keras-rnn[tables]"; or save it as CSV and give that file.'
    )


def test_an_old_workbook_without_xlrd(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlrd", None)
    with pytest.raises(UserError) as caught:
        table_of_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls")
    assert str(caught.value) == (
        "a.xls is an Excel workbook of before 2007, which needs xlrd to be read: pip "
        "install xlrd; or save the sheet as xlsx or CSV and give that file."
    )


def test_a_damaged_parquet_file():
    with pytest.raises(
        UserError, match=r"a\.parquet is damaged: it is no Parquet file"
    ):
        table_of_bytes(b"PAR1....", "a.parquet")
