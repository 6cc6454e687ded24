"""Which columns are amounts, that add up over time, and which are states."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

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
