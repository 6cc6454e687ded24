"""Which columns are amounts, that add up over time, and what cannot be negative."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from keras_rnn.datasets.series.series import Series
from keras_rnn.errors import UserError, nearest

if TYPE_CHECKING:
    pass

_UNITS = frozenset(
    [
        "wh",
        "kwh",
        "mwh",
        "gwh",
        "kj",
        "mj",
        "gj",
        "m3",
        "m³",
        "l/m2",
        "l/m²",
        "mm/d",
        "pcs",
        "stk",
    ]
)
_NAMES = re.compile(
    r"(?<![a-z])rain|precip|prcp|niederschlag|regen(?!s)|pluie|précip|lluvia|snowfall|hail|"
    r"count(?!er)|(^|[\W_])cnt([\W_]|$)|anzahl|passenger|sales|sold|orders?$|trips|rides|"
    r"rentals|visits|visitors|clicks|calls|births|deaths|arrivals|departures|events|"
    r"sunshine|sonnenschein|energy|energie|(^|[\W_\d])[kmg]?wh([\W_]|$)|verbrauch|"
    r"consumption|umsatz|absatz|volume|quantity|(^|[\W_])qty([\W_]|$)",
    re.IGNORECASE,
)
# Readings of an instant, or of how much there is by now.
_STATES = re.compile(
    r"rate|intens|prob|chance|level|pegel|depth|height|stand([\W_]|$)|price|preis|power|"
    r"leistung|mean|average|avg|mittel|total since|cumul|kumul|(^|[\W_])(max|min)|"
    r"/\s*(h|hr|hour|min|s)\b|per hour|[\[(]\s*[kmg]?w\s*[\])]|%",
    re.IGNORECASE,
)

# What is never negative, if none of its readings is.
_MAGNITUDES = re.compile(
    r"speed|wind|gust|radia|irradi|sunspot|flow|discharge|concentr|volume|depth|"
    r"[uµ]g/m|W/m|\bpm ?\d|\bpp[mb]\b",
    re.IGNORECASE,
)
# Whole numbers that may well be negative one day.
_SIGNED = re.compile(
    r"temp|(^|[\W_])t([\W_]|$)|deg|[°º]|celsius|fahrenheit|dew|chang|chg|diff|delta|net|"
    r"balance|anomal|profit|return|growth|index|[\[(]\s*[cf]\s*[\])]",
    re.IGNORECASE,
)
_LEAST_ZEROS = 0.005


def is_amount(values: pd.Series, name: str, unit: str = "") -> bool:
    """Return whether a column holds amounts of an interval: rain, counts, energy.

    Their name or unit says so, none is negative, and they do not only rise: a meter
    that is read adds up by itself.

    Args:
        values: `pandas.Series` of numbers.
        name: String, the column's name.
        unit: String, its unit, or `""`. Default: `""`.

    Returns:
        Boolean.

    Example:

    >>> rain = pd.Series([0.0, 0.2, 0.0, 1.4])
    >>> is_amount(rain, "rain (mm)"), is_amount(rain.cumsum(), "rain (mm)")
    (True, False)
    >>> is_amount(rain, "rain rate (mm/h)"), is_amount(rain, "T (degC)")
    (False, False)
    """
    if unit.strip().lower() not in _UNITS and not _NAMES.search(name):
        return False
    if _STATES.search(name) or _STATES.search(f"({unit})"):
        return False
    known = values.to_numpy(dtype="float64")
    known = known[np.isfinite(known)]
    if not len(known) or known.min() < 0:
        return False
    changes = np.diff(known)
    return not len(changes) or bool((changes < 0).mean() > 0.01)


def choose_aggregates(frame: pd.DataFrame, units: dict[str, str]) -> dict[str, str]:
    """Choose for each column what a thinned row holds: amounts are summed.

    Args:
        frame: DataFrame of readings.
        units: Dict from column to unit.

    Returns:
        Dict from column to `"sum"` or `"last"`.
    """
    return {
        name: "sum" if is_amount(frame[name], name, units.get(name, "")) else "last"
        for name in frame.columns
    }


def natural_limits(values: pd.Series, name: str, unit: str = "") -> tuple[float, float]:
    """Return what a column cannot be below or above, as far as that is certain.

    Per cent that never left 0 to 100 stay there. Nothing below 0 is to be expected of
    amounts, of speeds and their like by name or unit, of whole numbers that are no
    temperature or difference, and of what often rests at exactly 0, if no reading was
    negative.

    Args:
        values: `pandas.Series` of numbers.
        name: String, the column's name.
        unit: String, its unit, or `""`. Default: `""`.

    Returns:
        Tuple of two floats, lower and upper; minus infinity and infinity for none.

    Example:

    >>> natural_limits(pd.Series([3.0, 0.0, 8.0]), "sales")
    (0.0, inf)
    >>> natural_limits(pd.Series([55.5, 98.0]), "rh (%)")
    (0.0, 100.0)
    >>> natural_limits(pd.Series([3.0, 0.0, 8.0]), "T (degC)")
    (-inf, inf)
    """
    known = values.to_numpy(dtype="float64")
    known = known[np.isfinite(known)]
    if not len(known) or known.min() < 0:
        return -math.inf, math.inf
    text = f"{name} ({unit})"
    if re.search(r"%|per ?cent", text, re.IGNORECASE) and known.max() <= 100:
        return 0.0, 100.0
    zeros = int((known == 0).sum())
    whole = bool((known == known.round()).all())
    if (
        is_amount(values, name, unit)
        or _MAGNITUDES.search(text)
        or (whole and not _SIGNED.search(text))
        or (not whole and zeros >= max(2, _LEAST_ZEROS * len(known)))
    ):
        return 0.0, math.inf
    return -math.inf, math.inf


AGGREGATES = ("last", "mean", "sum", "min", "max")


def checked_aggregates(
    aggregate: str | Mapping[str, str], columns: pd.Index
) -> dict[str, str]:
    """Return one of `AGGREGATES` for each column.

    Args:
        aggregate: One of `AGGREGATES` for all columns, or a mapping from column to one;
            a column that it does not name is thinned to its last reading.
        columns: `pandas.Index`, the names of the columns.

    Raises:
        UserError: There is no such word or no such column.
    """
    if isinstance(aggregate, str):
        aggregate = dict.fromkeys(columns, aggregate)
    for name, how in aggregate.items():
        if how not in AGGREGATES:
            raise UserError(
                f"`aggregate` is one of {', '.join(AGGREGATES)}, not {how!r}."
                f"{nearest(str(how), AGGREGATES)}"
            )
        if name not in columns:
            raise UserError(
                f"`aggregate` names a column {name!r}, and there is none."
                f"{nearest(str(name), list(columns))} The columns are: "
                f"{', '.join(map(repr, columns))}."
            )
    return {name: aggregate.get(name, "last") for name in columns}


def chosen_aggregates(
    frame: pd.DataFrame, series: Series, aggregate: str | Mapping[str, str] | None
) -> str | dict[str, str]:
    """Return what thinned rows hold of each column.

    Args:
        frame: DataFrame of the readings.
        series: `keras_rnn.datasets.Series` that they are from.
        aggregate: What the user asked for: a word for all columns, a mapping from
            column to word, or `None`.

    Returns:
        String for all columns, or dict from column to string: that of the user, then
        that of the series, then the choice by what the column is.
    """
    if isinstance(aggregate, str):
        return aggregate
    if series.aggregate:
        chosen = dict.fromkeys(frame.columns, series.aggregate)
    else:
        chosen = choose_aggregates(frame, series.units)
    return chosen | dict(aggregate or {})
