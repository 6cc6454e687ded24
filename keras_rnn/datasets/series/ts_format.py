"""Series of several channels with a class each: the format `.ts` of the UEA archive."""

import numpy as np

from keras_rnn.errors import UserError


def read_ts(text: str, where: str) -> tuple[np.ndarray, list[str]]:
    """Read series of equal length.

    Lines of `#` are remarks, those of `@` say what the file holds, and after `@data`
    each line is a recording: its channels with colons between, the values of each with
    commas, and the class last.

    Args:
        text: String.
        where: String, how to call the file in a message.

    Returns:
        Tuple: float32 array `(recordings, steps, channels)`, and list of strings, the
        class of each.

    Raises:
        UserError: The text is no such file, or the series differ in size; with the
            number of the line.

    Example:

    >>> series, classes = read_ts("@data\\n1,2,3:4,5,6:Walking", "here")
    >>> series[0].tolist(), classes
    ([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]], ['Walking'])
    """
    series: list[np.ndarray] = []
    classes: list[str] = []
    is_data = False
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not is_data:
            is_data = line.lower() == "@data"
            continue
        if not line or line.startswith("#"):
            continue
        *channels, name = line.split(":")
        if not channels or not name.strip():
            raise UserError(
                f"{where}, line {number}: expected channels and a class, with colons "
                f"between. Found {line[:40]!r}."
            )
        try:
            values = np.array([one.split(",") for one in channels], "float32").T
        except ValueError as error:
            raise UserError(
                f"{where}, line {number}: not all channels are equally many numbers "
                f"({error})."
            ) from error
        if series and values.shape != series[0].shape:
            raise UserError(
                f"{where}, line {number} has {values.shape[0]} steps of "
                f"{values.shape[1]} channels, the lines before {series[0].shape[0]} of "
                f"{series[0].shape[1]}: only series of equal size can be read."
            )
        if not np.isfinite(values).all():
            raise UserError(f"{where}, line {number}: a value is missing.")
        series.append(values)
        classes.append(name.strip())
    if not series:
        raise UserError(f"{where} has no recordings after a line @data.")
    return np.array(series), classes
