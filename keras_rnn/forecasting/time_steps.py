"""The time step of a series: how far apart its rows are, and how a person writes it."""

import re
from datetime import timedelta

import numpy as np
import pandas as pd

from keras_rnn.datasets.tables.calendar_step import retail_months
from keras_rnn.errors import UserError

# Two neighbouring rows further apart than this many steps have a gap between them.
GAP = 1.5

_DAY = pd.Timedelta(days=1).as_unit("ns")
_MONTHS = re.compile(r"([1-9]\d*)?\s*(months?|mo|quarters?|years?)", re.IGNORECASE)

_ROUND_UNITS = [
    pd.Timedelta(days=1),
    pd.Timedelta(hours=1),
    pd.Timedelta(minutes=1),
    pd.Timedelta(seconds=1),
]


def infer_step(index: pd.DatetimeIndex) -> pd.Timedelta:
    """Return the usual distance between neighbouring rows.

    It is the most frequent difference. Where no difference makes up half of them
    (a logger whose clock jitters), it is the median, rounded to a whole second,
    minute, hour or day if one is within 1 %. A monthly series has 31 days, a
    series of working days one day: `steps_between` counts those by the calendar.

    Args:
        index: `pandas.DatetimeIndex`, sorted and without repeats, two rows or more.

    Returns:
        `pandas.Timedelta`.

    Raises:
        UserError: Fewer than two rows, not time stamps, or not in order.

    Example:

    >>> import pandas as pd
    >>> infer_step(pd.date_range("2020-01-01", periods=6, freq="10min"))
    Timedelta('0 days 00:10:00')
    """
    differences = np.diff(nanoseconds(index))
    if len(differences) == 0:
        raise UserError(
            "The step of a series needs at least two rows, and there "
            f"{'is one' if len(index) else 'are none'}. Give a longer series."
        )
    values, counts = np.unique(differences, return_counts=True)
    most_frequent = int(values[np.argmax(counts)])
    if counts.max() * 2 >= len(differences):
        return pd.Timedelta(most_frequent, unit="ns")
    median = pd.Timedelta(int(np.median(differences)), unit="ns")
    for unit in _ROUND_UNITS:
        rounded = median.round(unit)
        if rounded and abs(rounded - median) <= median / 100:
            return rounded
    return median


def steps_between(index: pd.DatetimeIndex) -> np.ndarray:
    """Return how many steps lie between neighbouring rows: 1 where none is missing.

    Months, quarters and years are counted by the calendar, so that 28 to 31 days
    are one step of a monthly series, and so are 28 and 35 days where months have
    four or five weeks. In a series that has rows on working days alone, Friday to
    Monday is one step.

    Args:
        index: `pandas.DatetimeIndex`, sorted and without repeats.

    Returns:
        Float array with one entry fewer than there are rows.

    Example:

    >>> import pandas as pd
    >>> steps_between(pd.DatetimeIndex(["2020-01-31", "2020-02-29", "2020-04-30"]))
    array([1., 2.])
    """
    if len(nanoseconds(index)) < 2:
        return np.zeros(0)
    months = months_in_step(index)
    if months:
        month = np.asarray(index.year * 12 + index.month)
        return np.diff(month) / months
    retail = retail_steps(index)
    if retail is not None:
        return retail.astype(float)
    if is_working_days(index):
        days = _on_the_clock(index).astype("datetime64[D]")
        return np.busday_count(days[:-1], days[1:]).astype(float)
    # The step first: what finding it takes is free again for the differences.
    step = infer_step(index).as_unit("ns").value
    return np.diff(nanoseconds(index)) / step


def next_time_stamps(index: pd.DatetimeIndex, count: int) -> pd.DatetimeIndex:
    """Return the next time stamps after the last row, one step apart.

    Months follow by the calendar (the 31st of January is followed by the last day
    of February), months of four or five weeks in the order that they have in most
    quarters, and working days skip the weekend.

    Args:
        index: `pandas.DatetimeIndex`, sorted and without repeats, two rows or more.
        count: Integer, how many stamps.

    Returns:
        `pandas.DatetimeIndex` of length `count`, with the name of `index`.

    Example:

    >>> import pandas as pd
    >>> fridays_end = pd.bdate_range("2024-01-01", "2024-01-12")
    >>> next_time_stamps(fridays_end, 2).strftime("%a %d").tolist()
    ['Mon 15', 'Tue 16']
    """
    last = index[-1:].repeat(count)
    return shift_time_stamps(index, last, np.arange(1, count + 1)).rename(index.name)


def step_text(index: pd.DatetimeIndex) -> str:
    """Return the step of a series in words: "1 h", "1 month", "1 working day".

    Args:
        index: `pandas.DatetimeIndex`, sorted and without repeats, two rows or more.

    Returns:
        String.

    Example:

    >>> import pandas as pd
    >>> step_text(pd.date_range("2000-01-01", periods=24, freq="QS"))
    '3 months'
    """
    months = months_in_step(index)
    if months:
        return months_text(months)
    if retail_steps(index) is not None:
        return "1 month of 4 or 5 weeks"
    return "1 working day" if is_working_days(index) else span_text(infer_step(index))


def shift_time_stamps(
    index: pd.DatetimeIndex, stamps: pd.DatetimeIndex, numbers: np.ndarray
) -> pd.DatetimeIndex:
    """Return time stamps moved by a number of steps of a series.

    Args:
        index: `pandas.DatetimeIndex`, the series that defines step and calendar.
        stamps: `pandas.DatetimeIndex`, the stamps to move.
        numbers: Integer array as long as `stamps`, steps to move each by.

    Returns:
        `pandas.DatetimeIndex` as long as `stamps`.
    """
    months = months_in_step(index)
    if months and _all_at_month_end(index):
        moves = [pd.offsets.MonthEnd(months * int(n)) for n in numbers]
    elif months:
        moves = [pd.DateOffset(months=months * int(n)) for n in numbers]
    elif (retail := retail_steps(index)) is not None:
        moves = _retail_moves(index, retail, stamps, numbers)
    elif is_working_days(index):
        moves = [pd.offsets.BDay(int(n)) for n in numbers]
    else:
        return stamps + infer_step(index) * np.asarray(numbers)
    return pd.DatetimeIndex([a + b for a, b in zip(stamps, moves, strict=True)])


def _retail_moves(index, months, stamps, numbers):
    """Days of that many months of four or five weeks after each stamp of the index."""
    number = np.concatenate([[0], np.cumsum(months)])
    days = np.round(np.diff(nanoseconds(index)) / _DAY.value).astype(int)
    whole = months == 1
    usual = []  # of the three months of a quarter
    for place in range(3):
        of_place = days[whole & (number[:-1] % 3 == place)]
        usual.append(int(np.bincount(of_place).argmax()) if len(of_place) else 28)
    begins = number[index.get_indexer(stamps)]
    return [
        pd.Timedelta(days=sum(usual[(begin + step) % 3] for step in range(int(count))))
        for begin, count in zip(begins, numbers, strict=True)
    ]


def nanoseconds(index: pd.DatetimeIndex) -> np.ndarray:
    """Return the stamps as int64 nanoseconds since 1970, after checking their order.

    Args:
        index: `pandas.DatetimeIndex`.

    Returns:
        Int64 array.

    Raises:
        UserError: Not time stamps, a stamp is missing, or they are not in order.
    """
    if not isinstance(index, pd.DatetimeIndex):
        raise UserError(
            f"The rows need time stamps, and their index is a {type(index).__name__}. "
            "Set a DatetimeIndex, or read the file with keras_rnn.datasets."
        )
    if index.hasnans:
        row = int(np.argmax(index.isna()))
        raise UserError(
            f"Row {row} has no time stamp. Drop it: frame[frame.index.notna()]."
        )
    stamps = index.as_unit("ns").asi8
    later = np.diff(stamps) > 0
    if not later.all():
        row = int(np.argmin(later)) + 1
        raise UserError(
            f"Row {row} ({index[row]}) is not later than the row before it. Sort "
            "the frame by time and drop repeated stamps."
        )
    return stamps


def months_in_step(index: pd.DatetimeIndex) -> int:
    """Return the months in a step of a monthly, quarterly or yearly series, else 0."""
    days = infer_step(index) / pd.Timedelta(days=1)
    months = round(days / 30.436875)
    if months < 1 or not 28 * months <= days <= 31 * months:
        return 0
    same_day = _all_same(index.day) or _all_at_month_end(index)
    month = np.asarray(index.year * 12 + index.month)
    return (
        months if _same_time(index) and same_day and (np.diff(month) > 0).all() else 0
    )


def _all_at_month_end(index):
    return bool(index.is_month_end.all())


def retail_steps(index: pd.DatetimeIndex) -> np.ndarray | None:
    """Return `retail_months` of an index, by the clock of its time zone if it has one.

    Args:
        index: `pandas.DatetimeIndex`, sorted and without repeats.

    Example:

    >>> sundays = pd.date_range("2024-01-07", periods=60, freq="W", tz="Europe/Berlin")
    >>> retail_steps(sundays[[0, 4, 8, 13, 17, 21, 26, 30]]).tolist()
    [1, 1, 1, 1, 1, 1, 1]
    """
    return retail_months(_on_the_clock(index))


def _on_the_clock(index):
    """Stamps as a clock shows them: as an array, NumPy knows no time zones."""
    return (index if index.tz is None else index.tz_localize(None)).to_numpy()


def is_working_days(index: pd.DatetimeIndex) -> bool:
    """Return whether it is a daily series that has no row on a weekend."""
    if infer_step(index) != pd.Timedelta(days=1):
        return False
    # A week's rows must have been able to show a weekend.
    spans_weekend = len(index) > 5 or index[-1] - index[0] > pd.Timedelta(days=5)
    return bool(spans_weekend and _same_time(index) and index.day_of_week.max() <= 4)


def _same_time(index):
    """Whether all rows have the same time of day."""
    return _all_same(nanoseconds(index) % pd.Timedelta(days=1).as_unit("ns").value)


def _all_same(values):
    return bool((values == values[0]).all())


def months_text(months: int) -> str:
    """Return a number of months as a person writes it: "1 month", "2 years".

    Args:
        months: Integer, 1 or more.
    """
    years, rest = divmod(months, 12)
    number, word = (years, "year") if not rest else (months, "month")
    return f"{number} {word}{'s' if number > 1 else ''}"


def months_in_span(text: str | pd.Timedelta) -> int:
    """Return the months of a span that is written in months, quarters or years, else 0.

    Args:
        text: String such as `"1 month"`, `"quarter"` or `"2 years"`, or any other span.

    Returns:
        Integer.

    Example:

    >>> months_in_span("quarter"), months_in_span("2 years"), months_in_span("1d")
    (3, 24, 0)
    """
    written = _MONTHS.fullmatch(text.strip()) if isinstance(text, str) else None
    if not written:
        return 0
    unit = written[2].lower().rstrip("s")
    return int(written[1] or 1) * {"quarter": 3, "year": 12}.get(unit, 1)


def parse_span(text: str | pd.Timedelta, name: str) -> pd.Timedelta:
    """Return a positive `pandas.Timedelta` for `"1h"` and the like.

    Args:
        text: String or `pandas.Timedelta`. Days may be `d` or `D`, hours `h` or `H`.
        name: String, what it is for, to begin an error message with: an argument
            in backticks, such as "`every`".

    Returns:
        `pandas.Timedelta`, above zero.

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
            f"{name} must be a time span such as '10min', '1h', '1d' or '1 month', not "
            f"{text!r}."
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


def span_text(span: pd.Timedelta) -> str:
    """Return a time span as a person writes it.

    Args:
        span: `pandas.Timedelta`.

    Returns:
        String: days, hours, minutes and seconds, those that are not zero.

    Example:

    >>> span_text(pd.Timedelta("26h"))
    '1 d 2 h'
    """
    parts = span.round("s").components
    units = [(parts.days, "d"), (parts.hours, "h"), (parts.minutes, "min")]
    units.append((parts.seconds, "s"))
    written = [f"{number} {unit}" for number, unit in units if number]
    return " ".join(written) or f"{span.total_seconds():g} s"
