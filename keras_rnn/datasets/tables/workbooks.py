"""Parquet files and Excel workbooks, through pandas, as the text of a table."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.optional import need


def workbook_as_text(data: bytes, path: str | Path) -> tuple[bytes, str]:
    """Return the one sheet of a workbook as CSV, and the name of the sheet.

    Args:
        data: Bytes of the workbook.
        path: The file, for error messages.

    Raises:
        UserError: The reader is not installed, or several sheets hold tables.
    """
    old = data[:4] == b"\xd0\xcf\x11\xe0"
    if not old:
        _need("openpyxl", path, "save the sheet as CSV")
    try:
        sheets = pd.read_excel(
            io.BytesIO(data),
            sheet_name=None,
            header=None,
            dtype=object,
            engine="xlrd" if old else "openpyxl",
        )
    except ImportError as error:  # of xlrd alone, which no extra brings
        raise UserError(
            f"{path} is an Excel workbook of before 2007, which needs xlrd to be read: "
            "pip install xlrd; or save the sheet as xlsx or CSV and give that file."
        ) from error
    except Exception as error:
        raise UserError(
            f"{path} is damaged: it is no workbook that can be read ({error})."
        ) from error
    filled = {name: sheet for name, sheet in sheets.items() if len(sheet) > 2}
    if len(filled) > 1:
        names = ", ".join(map(repr, filled))
        raise UserError(
            f"{path} holds several sheets with tables ({names}). Save one of them as "
            "CSV and give that file."
        )
    if not filled:
        raise UserError(f"{path} holds no sheet with a table.")
    name, sheet = next(iter(filled.items()))
    stream = io.StringIO()
    writer = csv.writer(stream)
    for row in sheet.itertuples(index=False):
        writer.writerow([_text(cell) for cell in row])
    return stream.getvalue().encode(), name


def _need(library: str, path: str | Path, instead: str) -> None:
    try:
        need(library)
    except UserError as error:
        raise UserError(f"{path}: {error}; or {instead} and give that file.") from None


def _text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and cell != cell) or cell is pd.NaT:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell)


def parquet_cells(data: bytes, path: str | Path) -> pd.DataFrame:
    """Return the columns of a Parquet file, and its index if it holds time.

    Args:
        data: Bytes of the file.
        path: The file, for error messages.

    Raises:
        UserError: The reader is not installed, or the file is damaged.
    """
    _need("pyarrow", path, "save it as CSV")
    try:
        frame = pd.read_parquet(io.BytesIO(data), engine="pyarrow")
    except Exception as error:
        raise UserError(
            f"{path} is damaged: it is no Parquet file ({error})."
        ) from error
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    frame.columns = [str(name) for name in frame.columns]
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.DatetimeTZDtype):
            frame[name] = (
                frame[name].dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            )
        elif frame[name].dtype.kind == "M":
            frame[name] = frame[name].dt.strftime("%Y-%m-%d %H:%M:%S.%f")
        elif frame[name].dtype.kind == "b":
            frame[name] = frame[name].astype("float64")
        elif frame[name].dtype == object or isinstance(
            frame[name].dtype, pd.CategoricalDtype
        ):
            text = frame[name].astype("object")
            frame[name] = (
                text.where(text.isna(), text.map(str)).astype("str").where(text.notna())
            )
    return frame
