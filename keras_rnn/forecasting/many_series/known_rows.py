"""Columns whose future is known, of all series: their rows and then those to come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class KnownRows:
    """What is known of each row of a panel and of rows after its last ones.

    Attributes:
        columns: Tuple of strings.
        values: Float32 array of shape `(rows, columns)`, all series one after another,
            no value missing: of each series its rows, and then rows to come.
        offsets: Int64 array of shape `(series + 1,)`: series i is
            `values[offsets[i]:offsets[i + 1]]`.

    Example:

    >>> price = np.array([[1], [2], [3], [8], [9]], "float32")
    >>> known = KnownRows(("price",), price, np.array([0, 3, 5]))
    >>> known.cut(np.array([1]), np.array([0])).values.ravel().tolist()
    [2.0, 3.0]
    """

    columns: tuple[str, ...]
    values: np.ndarray
    offsets: np.ndarray

    def cut(self, skipped: np.ndarray, places: np.ndarray) -> KnownRows:
        """Return some of the series without their first rows; the last rows stay.

        So rows that are cut off the end of a panel become rows to come.

        Args:
            skipped: Integer array, rows to leave out at the beginning of each.
            places: Integer array of the same shape, the series.
        """
        begins = self.offsets[:-1][places] + skipped
        lengths = self.offsets[1:][places] - begins
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        rows = np.arange(offsets[-1]) + np.repeat(begins - offsets[:-1], lengths)
        return KnownRows(self.columns, self.values[rows], offsets)

    def ahead(self, lengths: np.ndarray, horizon: int) -> np.ndarray:
        """Return what is known of the rows to come.

        Args:
            lengths: Integer array of shape `(series,)`, the rows of each series before
                them.
            horizon: Integer, how many; no more than are known of any series.

        Returns:
            Float32 array of shape `(series, horizon, columns)`.
        """
        first = self.offsets[:-1] + lengths
        return self.values[first[:, None] + np.arange(horizon)]

    def beside(self, other: KnownRows) -> KnownRows:
        """Return these columns and others of the same rows.

        Args:
            other: `KnownRows`.
        """
        return KnownRows(
            self.columns + other.columns,
            np.concatenate([self.values, other.values], axis=1),
            self.offsets,
        )
