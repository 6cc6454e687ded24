"""Columns of text as numbers."""

import pandas as pd

_MISSING_WORDS = frozenset(
    (
        *("", "-", "--", "---", "----", ".", "*", "?", "/", "x", "m", "na", "n.a."),
        *("n/a", "nan", "none", "nil", "null", "missing", "nodata", "no_data"),
        *("no data", "invalid", "k.a.", "fehlt", "leer", "#na", "#n/a", "#nv"),
        *("#wert!", "#value!", "#div/0!", "#ref!"),
    )
)
_GROUPED = {
    ".": r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?",  # 1,013.25
    ",": r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?",  # 1.013,25
}


def to_numbers(cells, decimal="."):
    """Read a column of text as numbers.

    Args:
        cells: `pandas.Series` of strings (missing ones allowed).
        decimal: String, the decimal sign of the file. Cells with the other one are
            understood too where they leave no doubt.

    Returns:
        Tuple `(numbers, text)`: a float `pandas.Series` with NaN where there is no
        number, and a boolean one that marks the cells that hold other text than a
        word for a missing value.
    """
    text = cells.astype("str").str.strip().where(cells.notna())
    text = text.str.removesuffix("%").str.rstrip()
    other = "," if decimal == "." else "."
    marked = text.str.contains(other, regex=False, na=False)
    marked &= text.str.contains(r"\d", na=False)
    if text[marked].str.fullmatch(_GROUPED[decimal]).all():
        text = text.str.replace(other, "", regex=False)
        text = text.str.replace(decimal, ".", regex=False)
    else:
        text = text.str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    missing = text.isna() | text.str.lower().isin(_MISSING_WORDS)
    return numbers, numbers.isna() & ~missing
