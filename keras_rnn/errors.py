"""The exception for mistakes in what the user gave."""

from collections.abc import Iterable


class UserError(ValueError):
    """Something the user gave cannot be used.

    The message is one line that says what is wrong, where (file, column, row)
    and what to do about it. The command line prints it and exits with status 2;
    in Python code it is a `ValueError` like any other.

    An argument that the user may have to change stands in backticks, alone or with a
    value: "Choose `horizon=8` or less." The command line, which alone knows its flags,
    prints "Choose --horizon 8 or less." (`keras_rnn.cli.arguments.with_flags`).
    """


def nearest(name: object, candidates: Iterable[object]) -> str:
    """Return `" Did you mean 'x'?"` for the closest candidate, or `""`.

    Args:
        name: String, what the user typed.
        candidates: Iterable of strings, what exists.

    Example:

    >>> nearest("lstn", ["lstm", "gru"])
    " Did you mean 'lstm'?"
    >>> nearest("transformer", ["lstm", "gru"])
    ''
    """
    from difflib import get_close_matches

    lowered = {str(candidate).lower(): str(candidate) for candidate in candidates}
    close = get_close_matches(str(name).lower(), lowered, n=1, cutoff=0.5)
    return f" Did you mean {lowered[close[0]]!r}?" if close else ""
