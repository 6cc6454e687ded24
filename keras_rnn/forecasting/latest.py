"""The rows that a forecast starts from: the last ones, if they are all there."""

from keras_rnn.errors import UserError
from keras_rnn.forecasting.runs import float32_rows, gaps_between, unbroken_runs


def latest_rows(frame, count):
    """Return the last `count` rows.

    Args:
        frame: DataFrame of numbers, sorted by time.
        count: Integer, at least 1.

    Returns:
        DataFrame of `count` rows without a gap or a missing value.

    Raises:
        UserError: There are fewer rows, or the message names what is missing.
    """
    rows = len(frame)
    if rows < count:
        raise UserError(
            f"A forecast starts from the last {count} rows, and there are {rows}. "
            "Give more rows."
        )
    values = float32_rows(frame, list(frame.columns))
    begins, ends = unbroken_runs(gaps_between(frame.index), values)
    # The first row of the unbroken run at the end; `rows` if there is none.
    begin = begins[-1] if len(ends) and ends[-1] == rows else rows
    if rows - begin < count:
        before = frame.index[begin - 1]
        empty = frame.columns[frame.iloc[begin - 1].isna().to_numpy()]
        what = (
            f"column {empty[0]!r} has no value at {before}"
            if len(empty)
            else f"there are none between {before} and {frame.index[begin]}"
        )
        raise UserError(
            f"A forecast starts from the last {count} rows, and {what}. Fill them in, "
            "or leave off the rows from there on."
        )
    return frame.iloc[rows - count :]
