"""Columns that are known ahead and tell what is to be forecast, in many series."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from keras_rnn.forecasting.leaks import leak_warnings
from keras_rnn.forecasting.many_series.panel import SeriesPanel

# The longest series are looked at, so many at most.
_LOOKED_AT = 3
_MOST_ROWS = 2_000


def panel_leaks(panel: SeriesPanel, horizon: int) -> Iterator[str]:
    """Tell which columns are the target, or come too early, in most series looked at.

    Args:
        panel: `SeriesPanel`.
        horizon: Integer, rows to forecast.

    Yields:
        Strings, a line for each such column with the series that it was found in.
    """
    known = panel.known_ahead
    if known is None:
        return
    longest = np.argsort(-panel.lengths, kind="stable")[:_LOOKED_AT]
    found: dict[str, list[str]] = {name: [] for name in known.columns}
    for place in longest:
        rows = slice(None, panel.lengths[place])
        truth = panel.values[panel.offsets[place] :][rows]
        values = known.values[known.offsets[place] :][rows]
        for column, name in enumerate(known.columns):
            frame = pd.DataFrame(
                {panel.target: _written(truth), name: _written(values[:, column])}
            )
            for text in leak_warnings(frame, panel.target, horizon, known.columns):
                found[name].append(f"{text} (so in series {panel.names[place]!r})")
    for texts in found.values():
        if 2 * len(texts) > len(longest):
            yield texts[0]


def _written(values):
    """Float32 values as the decimals they were, the latest of them."""
    return values[-_MOST_ROWS:].astype("str").astype("float64")
