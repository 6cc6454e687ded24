"""One time series as every loader hands it over, and what is forecast of a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from keras_rnn.datasets.dataset import Dataset
from keras_rnn.datasets.tables.table import Table


@dataclass(frozen=True)
class Series(Dataset):
    """Measured columns over time, with where they come from.

    Args:
        frame: `pandas.DataFrame` of floats, a column for each quantity. Its index is
            a sorted, unique `DatetimeIndex` without time zone named `"time"`;
            missing values are NaN, missing rows are missing.
        repairs: Dict from what was repaired while reading to how often.
        units: Dict from column to unit, `""` where the header states none.
        default_target: String, the column that is forecast when nobody names one.
        table: `Table`, how a file of one's own was read. Default: `None`.
        target_note: String, the default target and why it was chosen. Default: `""`.
        aggregate: String such as `"last"`, how all columns are thinned because
            published figures do so. Default: `""`, by what each column is.
    """

    sample_kind: ClassVar[str] = "generated sample, not measured"

    frame: pd.DataFrame
    repairs: dict[str, int] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    default_target: str = ""
    table: Table | None = None
    target_note: str = ""
    aggregate: str = ""

    @property
    def amount(self) -> str:
        """String: rows, columns and span."""
        times, columns = self.frame.index, self.frame.shape[1]
        return (
            f"{len(times):,} rows, {columns} column{'s' if columns != 1 else ''}, "
            f"{times[0]:%Y-%m-%d %H:%M} to {times[-1]:%Y-%m-%d %H:%M}"
        )


# Columns that published comparisons forecast.
_USUAL = ("T (degC)", "OT")


_EXACT = frozenset(
    (
        *(
            "y",
            "value",
            "values",
            "target",
            "obs",
            "observed",
            "measurement",
            "messwert",
        ),
        *(
            "wert",
            "close",
            "adjclose",
            "demand",
            "load",
            "sales",
            "totaldemand",
            "count",
        ),
        *("cnt", "quantity", "total", "consumption", "verbrauch", "netzlast"),
        *("price", "passengers"),
    )
)


_HINTS = re.compile(
    r"demand|load(?!ed)|sales|consumption|verbrauch|umsatz|absatz|passenger|netzlast|"
    r"price|preis|^close|volume|value|wert",
    re.IGNORECASE,
)


# Where the air is measured beside much else.
_AIR = re.compile(
    r"dry.?bulb|(^|[\W_])air.?t(emp|c|a)?([\W_]|$)|airtemp|temp_air|lufttemp|"
    r"^t_?2m([\W_]|$)|^temp(erature|eratur)?([\W_]|$)",
    re.IGNORECASE,
)


# What astronomy or the logger itself decides.
_NOT_MEASURED = re.compile(
    r"^etrn?([\W_]|$)|extraterrestrial|zenith|azimuth|batt|panel.?t|ptemp|"
    r"elevation|(solar|sun).?(height|angle)|declination",
    re.IGNORECASE,
)


def choose_target(table: Table) -> tuple[str, str]:
    """Choose a column to forecast: one that is measured and changes.

    Flags, codes, counters, parts of the date and constants are never chosen while a
    measured column is there. Among these, one whose name is that of a target goes
    first, then the temperature of the air, then the first of the file that is no
    battery and no angle of the sun.

    Args:
        table: `Table` as it was read.

    Returns:
        Tuple `(column, why)`.

    Example:

    >>> import pathlib, tempfile
    >>> from keras_rnn.datasets import read_table
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_text("day,qc_flag,T\\n2020-01-01,0,3.5\\n2020-01-02,1,4\\n")
    >>> choose_target(read_table(path))
    ('T', 'the only measured column')
    """
    names = [str(name) for name in table.frame.columns]
    for name in _USUAL:
        if name in names:
            return name, "the column that is usually forecast in this data set"
    measured = [
        column.name
        for column in table.columns
        if column.used and column.kind == "measurement"
    ]
    if not measured:
        filled = [str(name) for name in names if table.frame[name].notna().any()]
        return (filled or names)[-1], "no column is measured and changes"
    if len(measured) == 1:
        return measured[0], "the only measured column"
    for name in measured:
        bare = re.sub(r"[(\[].*|[\W_]", "", name).lower()
        if bare in _EXACT:
            return name, f"by its name, of {len(measured)} measured columns"
    for name in measured:
        if _HINTS.search(name):
            return name, f"by its name, of {len(measured)} measured columns"
    for name in measured:
        if _AIR.search(name):
            return name, f"temperature, of {len(measured)} measured columns"
    told = [name for name in measured if not _NOT_MEASURED.search(name)]
    if told and told[0] != measured[0]:
        return told[0], (
            f"the first of {len(measured)} measured columns that neither the sun's "
            "path nor the logger decides"
        )
    return measured[0], f"the first of {len(measured)} measured columns"
