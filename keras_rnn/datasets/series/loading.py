"""The way in to a series: a data set by name, or a table by its path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from keras_rnn.datasets.series import weather
from keras_rnn.datasets.series.series import Series, choose_target
from keras_rnn.datasets.tables.read_table import read_table
from keras_rnn.errors import UserError, nearest

_NAMES = ("weather", "weather-2020", "sample")


def load_series(
    source: str | Path = "weather",
    *,
    time_column: str | None = None,
    date_order: str | None = None,
    where: Mapping[str, object] | None = None,
    every: object = None,
    start: object = None,
) -> Series:
    """Load a series to forecast: a known data set, or a table of one's own.

    Args:
        source: String or `pathlib.Path`: a data set that `weather.load` knows
            (`"weather"`, `"weather-2020"` or another year, `"sample"`), or the path of
            a table. Default: `"weather"`.
        time_column: String, the file's column with the time stamps. Default:
            `None`, it is looked for.
        date_order: `"day first"`, `"month first"` or `"year first"`. Default: `None`,
            the rows decide.
        where: Mapping from column to value, one series in a table of several.
            Default: `None`.
        every: String, the step of a table without time column, which `start` then
            needs, too. Default: `None`.
        start: String, the first stamp of such a table. Default: `None`.

    Returns:
        A `Series`; for a table, `Series.table` tells how it was read, and
        `Series.target_note` why its default target was chosen.

    Raises:
        UserError: An unknown name, data that cannot be had or read, or arguments
            about a table beside the name of a data set.

    Example:

    >>> load_series("sample").describe()[:40]
    'generated weather (generated sample, not'
    """
    name = str(source)
    about_table = {"date_order": date_order, "where": where, "start": start}
    if name in _NAMES or re.fullmatch(r"weather-\d{4}", name):
        for argument, value in about_table.items():
            if value is not None:
                raise UserError(
                    f"{argument} is about tables of one's own, and {name!r} is a data "
                    f"set that is known. Leave out {argument}."
                )
        return weather.load(name, time_column=time_column)
    path = Path(name).expanduser()
    if not path.exists() and not _looks_like_path(name):
        known = ", ".join(map(repr, _NAMES))
        raise UserError(
            f"There is no data set {name!r}.{nearest(name, _NAMES)} "
            f"Known are {known}, other years such as 'weather-2019', and CSV files."
        )
    table = read_table(
        path,
        time_column=time_column,
        date_order=date_order,
        where=where,
        every=every if start is not None else None,
        start=start,
    )
    target, why = choose_target(table)
    return Series(
        frame=table.frame,
        name=path.name,
        kind="file",
        origin=name,
        repairs=table.repairs,
        units=table.units,
        default_target=target,
        table=table,
        target_note=f"{target!r}: {why}; name another one with `target`",
    )


def _looks_like_path(name: str) -> bool:
    return "/" in name or "\\" in name or bool(re.search(r"\.\w{1,5}$", name))
