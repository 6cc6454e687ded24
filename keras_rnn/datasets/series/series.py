"""One time series as every loader hands it over."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from keras_rnn.datasets.tables.table import Table

_KINDS = {
    "file": "file",
    "download": "download",
    "sample": "generated sample, not measured",
}


@dataclass(frozen=True)
class Series:
    """Measured columns over time, with where they come from.

    Args:
        frame: `pandas.DataFrame` of floats, a column for each quantity. Its index is
            a sorted, unique `DatetimeIndex` without time zone named `"time"`;
            missing values are NaN, missing rows are missing.
        name: String, what the series is called in headings.
        kind: `"file"` (the user's own, or from `KERAS_RNN_DATA`), `"download"` (from
            its public source or the cache of it) or `"sample"` (generated).
        origin: String, the path, the URL or `"generated, seed 0"`.
        repairs: Dict from what was repaired while reading to how often.
        units: Dict from column to unit, `""` where the header states none.
        default_target: String, the column that is forecast when nobody names one.
        note: String, one line that the user must be told, such as why a generated
            sample stands in for the real data. Default: `""`.
        table: `Table`, how a file of one's own was read. Default: `None`.
        target_note: String, the default target and why it was chosen. Default: `""`.
    """

    frame: pd.DataFrame
    name: str
    kind: str
    origin: str
    repairs: dict[str, int] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    default_target: str = ""
    note: str = ""
    table: Table | None = None
    target_note: str = ""

    def describe(self) -> str:
        """Return a one-line heading: name, kind, rows, columns, span and origin."""
        times = self.frame.index
        return (
            f"{self.name} ({_KINDS[self.kind]}): {len(times):,} rows, "
            f"{self.frame.shape[1]} columns, "
            f"{times[0]:%Y-%m-%d %H:%M} to {times[-1]:%Y-%m-%d %H:%M}, {self.origin}"
        )
