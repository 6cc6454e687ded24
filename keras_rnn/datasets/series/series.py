"""One time series as every loader hands it over."""

from __future__ import annotations

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
