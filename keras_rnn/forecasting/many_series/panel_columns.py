"""Where a table of many series holds them, and how it is read by that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.following_rows import (
    following_rows,
    rows_of_panel,
)
from keras_rnn.forecasting.many_series.panel import SeriesPanel
from keras_rnn.forecasting.many_series.panel_known_ahead import (
    looking_ahead,
    with_future,
)
from keras_rnn.forecasting.many_series.panel_rows import PanelRows
from keras_rnn.forecasting.many_series.panel_rows_to_come import rows_to_come
from keras_rnn.forecasting.many_series.panel_tables import (
    dict_rows,
    long_rows,
    wide_rows,
)
from keras_rnn.forecasting.many_series.panel_thinning import thinned

if TYPE_CHECKING:
    from keras_rnn.forecasting.public_holidays import PublicHolidays

# What a table of many series can be given as, and the rows that are still to come.
Tables: TypeAlias = (
    pd.DataFrame | Mapping[object, pd.DataFrame | pd.Series] | SeriesPanel
)
Future: TypeAlias = pd.DataFrame | Mapping[object, pd.DataFrame] | PanelRows


@dataclass(frozen=True)
class PanelColumns:
    """Where a table of many series holds them.

    Attributes:
        series: String, the column of a long table that names the series, or `None`.
        target: String, the column of the values in a long table or in each of a dict.
        targets: Tuple of strings, the columns of a wide table, or `None`.
        time: String, the column of the stamps, or `None` where it is found.
        every: String, the step that was asked for, or `None`.
        known_ahead: Tuple of strings, the columns whose future is known, or `None`
            where they are looked for.
        static: Tuple of strings, columns that are constant within a series.
        holidays: `PublicHolidays`, known ahead by the calendar, or `None`.
        aggregate: String, or mapping from column to it, what thinned rows hold, or
            `None`.
    """

    series: str | None = None
    target: str | None = None
    targets: tuple[str, ...] | None = None
    time: str | None = None
    every: str | None = None
    known_ahead: tuple[str, ...] | None = None
    static: tuple[str, ...] = ()
    holidays: PublicHolidays | None = None
    aggregate: str | Mapping[str, str] | None = None

    def as_loaded(self, series: str | None = None) -> dict[str, Any]:
        """Return the arguments by which `load_panel` reads a file of the same form.

        Args:
            series: String, another name of the column of names. Default: its own.
        """
        column = series or self.series
        if column is None and self.targets is None:
            return {}
        return {
            "series_column": column,
            "target": self.target,
            "targets": None if self.targets is None else list(self.targets),
            "known_ahead": self.known_ahead,
            "static": list(self.static),
            "aggregate": self.aggregate,
        }

    def fixed(self, panel: SeriesPanel) -> PanelColumns:
        """Return the same once it is known which columns look ahead.

        Args:
            panel: `SeriesPanel` that was read by it, without holidays.
        """
        known = panel.known_ahead
        return replace(self, known_ahead=() if known is None else known.columns)

    def panel(
        self,
        data: Tables,
        future: Future | None = None,
        past: SeriesPanel | None = None,
    ) -> SeriesPanel:
        """Return the series of a table.

        Args:
            data: DataFrame, long or wide; or mapping from the name of a series to its
                DataFrame or `pandas.Series`; or `SeriesPanel`, returned as it is.
            future: Rows to come in the same form. Default: `None`, those at the end of
                `data` whose target is empty.
            past: `SeriesPanel`, rows before those of the table, to be joined with them.
                Default: `None`, the table holds all.

        Raises:
            UserError: The table cannot be used.
        """
        coming = None if future is None else self.rows_to_come(future, data)
        if isinstance(data, SeriesPanel):
            self._check(data)
            data = data if coming is None else with_future(data, coming)
            if past is None:
                return data
            return following_rows(past, rows_of_panel(data)).panel(self.every)
        return self.panel_of_rows(
            looking_ahead(self._rows(data), self.known_ahead, coming), past
        )

    def panel_of_rows(
        self, rows: PanelRows, past: SeriesPanel | None = None, marks: str = ""
    ) -> SeriesPanel:
        """Return the series of rows of which it is known what looks ahead.

        Args:
            rows: `PanelRows`.
            past: `SeriesPanel`, rows before them. Default: `None`, there are none.
            marks: `"start"` if a stamp is the beginning of what its row is about.
                Default: `""`.

        Raises:
            UserError: The rows cannot be used.
        """
        whole = thinned(rows, self.every, self.aggregate, marks)
        if past is not None:
            whole = following_rows(past, whole, thinned=whole is not rows)
        return whole.panel(self.every)

    def rows_to_come(self, future: Future, data: Tables) -> PanelRows:
        """Return rows to come, of a table in the form of the readings.

        Args:
            future: DataFrame, long or wide, or mapping, or `PanelRows`.
            data: The readings.

        Raises:
            UserError: The table cannot be used.
        """
        if isinstance(future, PanelRows):
            return future
        targets: Sequence[str] | None = self.targets
        if self.series is None and targets is None and isinstance(future, pd.DataFrame):
            # Of a dict, one table may tell the future of all.
            names = data.names if isinstance(data, SeriesPanel) else data
            targets = [str(name) for name in names]
        return rows_to_come(future, self.series, targets, self.target, self.time)

    def _check(self, panel):
        """A panel that is given as such holds what it was fitted with."""
        known = () if panel.known_ahead is None else panel.known_ahead.columns
        for name in self.known_ahead or ():
            if name not in known:
                raise UserError(
                    f"The series know nothing ahead of {name!r}, which the forecaster "
                    "was fitted with. Give a table that does."
                )

    def _rows(self, data):
        known = self.known_ahead or ()
        if isinstance(data, Mapping):
            return dict_rows(
                data, self.target, self.time, static=self.static, known_ahead=known
            )
        if self.series is not None:
            return long_rows(
                data,
                self.series,
                self.target,
                self.time,
                static=self.static,
                known_ahead=known,
            )
        if self.targets is None:
            raise UserError(
                "A table of many series needs the column that names them: give it as "
                "`series`; or give a dict from name to table."
            )
        if self.static:
            raise UserError(
                f"`static` names {self.static[0]!r}: a wide table has one row for all "
                "series and no column that is constant within one. Leave it out, or "
                "give a long table."
            )
        return wide_rows(data, self.targets, self.time, known_ahead=known)
