"""Lengths of time as a person writes them: "10min", "1h", "1 d 12 h"."""

import re
from datetime import timedelta

import numpy as np
import pandas as pd

from keras_rnn.errors import UserError


def parse_span(text, name):
    """Return a positive `pandas.Timedelta` for `"1h"` and the like.

    Args:
        text: String or `pandas.Timedelta`. Days may be `d` or `D`, hours `h` or `H`.
        name: String, what it is for, to begin an error message with.

    Raises:
        UserError: It is no time span, or not above zero.

    Example:

    >>> parse_span("1d 2H", "every")
    Timedelta('1 days 02:00:00')
    """
    try:
        span = pd.Timedelta(_as_pandas_writes(text))
    except (TypeError, ValueError):
        span = pd.NaT
    if span is pd.NaT or span <= pd.Timedelta(0):
        raise UserError(
            f"{name} must be a time span such as '10min', '1h' or '1d', not {text!r}."
        )
    return span


def _as_pandas_writes(text):
    """The text with the letter case that pandas wants; a bare unit is one of it."""
    if not isinstance(text, str):
        # A number would be nanoseconds, which nobody means.
        return text if isinstance(text, timedelta | np.timedelta64) else None
    if not re.search(r"[a-zA-Z:]", text):
        return None
    text = re.sub(r"^\s*(?=[a-zA-Z])", "1", text)
    text = re.sub(r"(?<=[\d\s.])d(?![a-z])", "D", text)
    return re.sub(r"(?<=[\d\s.])H(?![a-z])", "h", text)


def span_text(span):
    """Return a time span as a person writes it.

    Example:

    >>> span_text(pd.Timedelta("26h"))
    '1 d 2 h'
    """
    parts = span.round("s").components
    units = [(parts.days, "d"), (parts.hours, "h"), (parts.minutes, "min")]
    units.append((parts.seconds, "s"))
    written = [f"{number} {unit}" for number, unit in units if number]
    return " ".join(written) or f"{span.total_seconds():g} s"
