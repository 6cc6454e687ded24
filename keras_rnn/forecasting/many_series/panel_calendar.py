"""Public holidays as columns that all series of a panel know ahead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError
from keras_rnn.forecasting.many_series.known_rows import KnownRows
from keras_rnn.forecasting.public_holidays import PublicHolidays, check_holidays

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.panel import SeriesPanel


def holidays_of(place: str, panel: SeriesPanel, marks: str = "") -> PublicHolidays:
    """Return the holidays of a place, by the dates that the series' stamps have there.

    Args:
        place: String such as `"DE"` or `"DE-BY"`.
        panel: `SeriesPanel`.
        marks: `"end"` where a stamp is the end of what its row is about. Default: `""`.

    Raises:
        UserError: No such place, no library, rows further apart than days, or no time
            stamps.
    """
    if not panel.has_times:
        raise UserError(
            f"`holidays={place}` needs the dates of the rows, and none are known. "
            "Leave it out."
        )
    some = panel.step.after(np.repeat(panel.starts[:1], 4), np.arange(4))
    place = check_holidays(place, pd.DatetimeIndex(some))
    zone = panel.time_zone
    name = zone.name if zone is not None and not zone.is_local else ""
    return PublicHolidays(place, name, at_end=marks == "end")


def with_holidays(
    panel: SeriesPanel, holidays: PublicHolidays, horizon: int
) -> SeriesPanel:
    """Return a panel that knows the holidays, of its rows and of those to come.

    Args:
        panel: `SeriesPanel`, with these columns or without.
        holidays: `PublicHolidays`.
        horizon: Integer, rows to come, where no other column says how many are known.
    """
    panel = without_holidays(panel, holidays)
    known = panel.known_ahead
    ahead = panel.rows_ahead if known is not None else horizon
    counts = panel.lengths + ahead
    offsets = np.concatenate([[0], np.cumsum(counts)])
    places = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    stamps = panel.step.after(np.repeat(panel.starts, counts), places)
    unique, inverse = np.unique(stamps, return_inverse=True)
    values = holidays.columns(pd.DatetimeIndex(unique)).to_numpy("float32")[inverse]
    days = KnownRows(holidays.names, values, offsets)
    return replace(panel, known_ahead=days if known is None else known.beside(days))


def without_holidays(panel: SeriesPanel, holidays: PublicHolidays) -> SeriesPanel:
    """Return a panel without the columns of the holidays.

    Args:
        panel: `SeriesPanel`.
        holidays: `PublicHolidays`.
    """
    known = panel.known_ahead
    if known is None:
        return panel
    kept = [name not in holidays.names for name in known.columns]
    if all(kept):
        return panel
    if not any(kept):
        return replace(panel, known_ahead=None)
    columns = tuple(name for name in known.columns if name not in holidays.names)
    rest = KnownRows(columns, known.values[:, kept], known.offsets)
    return replace(panel, known_ahead=rest)
