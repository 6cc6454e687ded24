"""Public holidays as columns that are known ahead, in a series' own time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.features import DAY
from keras_rnn.forecasting.time_steps import infer_step, span_text
from keras_rnn.optional import need


@dataclass(frozen=True)
class PublicHolidays:
    """The holidays of a country or of a part of it.

    Attributes:
        place: String, a country by its two letters, such as `"DE"`, or a part of it,
            such as `"DE-BY"`.
        time_zone: String, the time zone whose dates count where the stamps are in UTC;
            `""` where they are dates of the place already.
        at_end: Boolean, whether a stamp is the end of what its row is about, so that
            midnight belongs to the day before.

    Example:

    ```python
    days = pd.date_range("2024-12-23", periods=5, freq="D")
    PublicHolidays("DE").columns(days)["holiday in DE"].tolist()  # [0, 0, 1, 1, 0]
    ```
    """

    place: str
    time_zone: str = ""
    at_end: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Tuple of strings, the columns: that day, the day before and the day after."""
        of = f"holiday in {self.place}"
        return of, f"day before a {of}", f"day after a {of}"

    def columns(self, index: pd.DatetimeIndex) -> pd.DataFrame:
        """Return 1 on holidays, on the days before and on the days after; else 0.

        Args:
            index: `pandas.DatetimeIndex`, sorted, without a time zone.

        Returns:
            Float64 DataFrame of the columns `names`.

        Raises:
            UserError: The library is not installed, or knows no such place.
        """
        inside = index - pd.Timedelta(1, "ns") if self.at_end else index
        if self.time_zone:
            inside = inside.tz_localize("UTC").tz_convert(self.time_zone)
            inside = inside.tz_localize(None)
        days = inside.normalize()
        years = range(days[0].year - 1, days[-1].year + 2)
        known = pd.DatetimeIndex(
            sorted(map(pd.Timestamp, _calendar(self.place, years)))
        )
        values = [days.isin(known), days.isin(known - DAY), days.isin(known + DAY)]
        return pd.DataFrame(
            np.column_stack(values).astype("float64"), index, list(self.names)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes, ready for JSON."""
        return dict(vars(self))


def check_holidays(place: str, index: pd.DatetimeIndex | None = None) -> str:
    """Return a place as it is written, once its holidays are known.

    Args:
        place: String such as `"DE"`, `"de-by"` or `"US"`.
        index: `pandas.DatetimeIndex` of the rows, which have to be days or finer.
            Default: `None`, any.

    Raises:
        UserError: The library is not installed, knows no such place, or the rows are
            further apart than days.
    """
    place = str(place).strip().upper().replace("_", "-")
    _calendar(place, [2024])
    if index is not None and infer_step(index) > DAY:
        raise UserError(
            f"`holidays={place}` are days, and the rows are "
            f"{span_text(infer_step(index))} apart. Leave it out, or give rows of days "
            "or finer."
        )
    return place


def _calendar(place, years):
    """The dates of all holidays of some years."""
    need("holidays")
    import holidays

    country, _, part = place.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise UserError(
            f"`holidays={place}` is no country whose holidays are known."
            f"{nearest(country, known)} Write it by its two letters, such as DE, US or "
            "DE-BY for a part of it."
        )
    if part and part not in known[country]:
        parts = ", ".join(known[country]) or "none"
        raise UserError(
            f"`holidays={place}`: {country} has no part {part!r} whose holidays are "
            f"known.{nearest(part, known[country])} Known are: {parts}."
        )
    return holidays.country_holidays(country, subdiv=part or None, years=list(years))
