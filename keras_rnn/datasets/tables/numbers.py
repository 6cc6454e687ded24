"""Columns of text as numbers: decimal signs, thousands, units, currency, flags."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from keras_rnn.datasets.tables.separators import MISSING_WORDS, is_unit

_GROUPED = {
    ".": r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?",  # 1,013.25
    ",": r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?",  # 1.013,25
}
_BOTH_GERMAN = r"[+-]?\d{1,3}(?:\.\d{3})+,\d*"
_ONE_GROUP = {".": r"[+-]?[1-9]\d{0,2},\d{3}", ",": r"[+-]?[1-9]\d{0,2}\.\d{3}"}
_SIGNS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u2019": "'", "\u00a0": " ", "\u202f": " "}
)
_DRESSED = re.compile(
    r"(?P<before>[^\d+\-.,(]{0,6}?)\s*(?P<open>\(?)(?P<sign>[+-]?)\s?"
    r"(?P<currency>[$€£¥]?)\s?"
    r"(?P<number>\d[\d.,']*(?: \d{3}[\d.,]*)*(?:[eE][+-]?\d+)?|\.\d+)(?P<gap>\s*)"
    r"(?P<close>\)?)"
    r"(?P<after>[^\d,;:]{0,15}|[^\d\s,;:][^\s,;:]{0,14}"
    r"|[^\W\d_]+ ?[^\W\d_]*[-⁻²³\d/^.]+)$"
)
_QUALITY = re.compile(r"[+-]?\d{3,6},[0-9A-Z](,.*)?$")
_BEFORE = re.compile(
    r"|(?:US|R|A|C|NZ|HK|S)?[$€£¥]|EUR|USD|GBP|CHF|SEK|NOK|DKK|JPY|CNY|INR|AUD|CAD|"
    r"PLN|CZK|Fr\.?|kr\.?|Rs\.?|zł|≈|~"
)
_FLAG = re.compile(
    r"[*#!?]{1,3}$|[A-Za-z]{1,3}$|\([A-Za-z]{1,3}\)$|\[[A-Za-z\d]{1,3}\]$"
)
_ISD = {"TMP": ("°C", 9999), "DEW": ("°C", 9999), "SLP": ("hPa", 99999)}
_MULTIPLES = frozenset(
    (
        *(
            "K",
            "k",
            "M",
            "m",
            "B",
            "b",
            "T",
            "G",
            "bn",
            "mn",
            "mln",
            "tn",
            "Mio",
            "Mrd",
        ),
        *("Mio.", "Mrd.", "Tsd", "Tsd.", "thousand", "million"),
    )
)


@dataclass(frozen=True)
class Numbers:
    """A column of text read as numbers.

    Args:
        values: Float `pandas.Series` with NaN where there is no number.
        is_text: Boolean `pandas.Series` that marks cells with other text than a word
            for a missing value.
        unit: String, the unit or currency that the cells carry, or `""`.
        note: String, how the cells were understood, `""` where nothing is special.
        refused: String, why the column cannot be read as numbers, or `""`.
    """

    values: pd.Series
    is_text: pd.Series
    unit: str = ""
    note: str = ""
    refused: str = ""


def read_numbers(
    cells: pd.Series, decimal: str = ".", name: str = "", *, thousands: bool = True
) -> Numbers:
    """Read a column of text as numbers.

    Args:
        cells: `pandas.Series` of strings (missing ones allowed).
        decimal: String, the decimal sign of the file. Cells with the other one are
            understood too where they leave no doubt.
        name: String, the column's name. Default: `""`.
        thousands: Boolean, whether 1.138 in a file with decimal commas (1,138 in one
            with points) is above one thousand where nothing else tells. Default:
            `True`.

    Returns:
        `Numbers`.
    """
    text = cells.astype("str").str.translate(_SIGNS).str.strip().where(cells.notna())
    missing = text.isna() | text.str.lower().isin(MISSING_WORDS)
    filled = text[~missing]
    if len(filled) and filled.head(200).str.match(_QUALITY).all():
        found = _with_quality(text, filled, missing, name)
        if found is not None:
            return found
    plain, note = _with_point(text, missing, decimal, thousands)
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    is_text = values.isna() & ~missing
    if not is_text.any() or not len(filled):
        return Numbers(values, is_text, note=note)
    undressed = _undress(text, missing, is_text, decimal, thousands)
    return undressed or Numbers(values, is_text, note=note)


def _with_point(
    text: pd.Series, missing: pd.Series, decimal: str, likely: bool
) -> tuple[pd.Series, str]:
    """Numbers with a decimal point and no thousands; and what was decided."""
    text = text.str.removesuffix("%").str.rstrip()
    text = text.str.replace(r"(?<=\d)[' ](?=\d{3}(\D|$))", "", regex=True)
    other = "," if decimal == "." else "."
    marked = text.str.contains(other, regex=False, na=False)
    if not marked.any():
        return text.str.replace(",", ".", regex=False), ""
    if decimal == "." and text.str.fullmatch(_BOTH_GERMAN, na=False).any():
        # The other columns do not decide on 1.013,25 €.
        return _with_point(text, missing, ",", likely)
    marked &= text.str.contains(r"\d", na=False)
    numeric = marked & text.str.fullmatch(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?", na=False)
    candidates = text[numeric]
    if len(candidates) and candidates.str.fullmatch(_GROUPED[decimal]).all():
        thousands, why = _are_thousands(text, candidates, missing, decimal, likely)
        if thousands:
            note = _said(candidates, text, other, why, thousand=True)
            text = text.str.replace(other, "", regex=False)
            return text.str.replace(decimal, ".", regex=False), note
        note = _said(candidates, text, other, why, thousand=False)
        return text.str.replace(",", ".", regex=False), note
    both = text.str.fullmatch(_GROUPED[decimal], na=False) & text.str.contains(
        decimal, regex=False, na=False
    )
    if both.any():
        text = text.where(~both, text.str.replace(other, "", regex=False))
    return text.str.replace(",", ".", regex=False), ""


def _are_thousands(
    text: pd.Series,
    candidates: pd.Series,
    missing: pd.Series,
    decimal: str,
    likely: bool,
) -> tuple[bool, str]:
    """Whether 1.138 (or 1,138) is above one thousand, and why.

    An empty reason says that nothing leaves a doubt.
    """
    if not candidates.str.fullmatch(_ONE_GROUP[decimal]).all():
        # 1,234,567 or 1,013.25; but 0,138 is no thousand.
        zero = candidates.str.match(r"[+-]?0").any()
        return not zero, ""
    rest = text[~missing & ~text.index.isin(candidates.index)]
    bare = pd.to_numeric(rest.str.replace(decimal, ".", regex=False), errors="coerce")
    if len(bare) and (bare.abs() >= 1000).any():
        return False, "others have no thousands sign"
    if len(bare) and bare.notna().any():
        return True, ""
    return likely, "every cell has three digits behind the sign"


def _said(
    candidates: pd.Series, text: pd.Series, sign: str, why: str, *, thousand: bool
) -> str:
    if not why:
        return ""
    cell = candidates.iloc[0]
    number = cell.replace(sign, "" if thousand else ".")
    reading = "thousands" if thousand else "decimals"
    return f"{cell!r} was read as {number} ({reading}: {why})"


def _with_quality(
    text: pd.Series, filled: pd.Series, missing: pd.Series, name: str
) -> Numbers | None:
    """`+0083,1`: a value and the flag of its quality, in one cell."""
    if not filled.str.match(_QUALITY).all():
        return None
    known = _ISD.get(str(name).strip().upper())
    digits = filled.str.split(",", n=1).str[0]
    widths = digits.str.lstrip("+-").str.len()
    padded = widths.nunique() == 1 and widths.iloc[0] in (4, 5)
    signed = digits.str.match(r"[+-]").mean() > 0.9 or name.strip().upper() == "SLP"
    nothing = pd.Series(float("nan"), index=text.index)
    several = filled.str.count(",").max() > 1 and not known
    if not ((padded and (signed or known)) or several):
        return None
    if several and filled.head(200).str.fullmatch(r"[+-]?\d{1,3}(,\d{3})+").all():
        return None
    cell = filled.iloc[0]
    if known is None:
        return Numbers(
            nothing,
            ~missing,
            refused=f"{cell!r} is a value and a flag of its quality in one cell",
        )
    unit, gone = known
    values = pd.to_numeric(digits).astype("float64")
    values = values.where(values.abs() != gone) / 10
    number = values.dropna().iloc[:1].tolist() or [float("nan")]
    return Numbers(
        values.reindex(text.index),
        pd.Series(False, index=text.index),
        unit=unit,
        note=f"{cell!r} was read as {values.iloc[0]:g} {unit} with a flag of its "
        "quality (tenths, as NOAA ISD writes them)"
        if number
        else "",
    )


def _undress(
    text: pd.Series, missing: pd.Series, is_text: pd.Series, decimal: str, likely: bool
) -> Numbers | None:
    """Take off the unit, the currency or the flags around numbers."""
    uniques = text[~missing].unique()
    known: dict[str, str] = {}
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    counts = text[~missing].value_counts()
    spaced = True
    for cell in uniques:
        match = _DRESSED.match(cell)
        if match is None:
            continue
        number = match["number"].strip().rstrip(",.")
        negative = match["sign"] == "-" or (
            match["open"] == "(" and match["close"] == ")"
        )
        known[cell] = ("-" if negative else "") + number
        times = int(counts[cell])
        sign = (match["before"].strip() + match["currency"]).strip()
        before[sign] = before.get(sign, 0) + times
        tail = (
            match["after"].strip()
            if match["close"] == "" or match["open"]
            else match["after"]
        )
        after[tail] = after.get(tail, 0) + times
        if tail and not match["gap"] and not match["after"][:1].isspace():
            spaced = False
    read = sum(before.values())
    if read < 0.9 * int((~missing).sum()):
        return None
    units_before = {unit: n for unit, n in before.items() if unit}
    units_after = {unit: n for unit, n in after.items() if unit}
    flags = {unit: n for unit, n in units_after.items() if _FLAG.match(unit)}
    nothing = pd.Series(float("nan"), index=text.index)
    unit = note = ""
    if len(units_before) > 1:
        return None
    if units_before:
        unit = next(iter(units_before))
        if not _BEFORE.fullmatch(unit):
            return None
    whole = len(units_after) == 1 and "" not in after
    if whole or (len(units_after) == 1 and not flags):
        (tail,) = units_after
        if tail in _MULTIPLES and not (spaced and is_unit(tail)):
            return Numbers(
                nothing,
                ~missing,
                refused=f"{tail!r} behind its numbers may be a multiple, as in "
                f"{uniques[0]!r}",
            )
        if is_unit(tail) or len(tail) > 1 or not tail.isalpha():
            unit = tail
        else:
            note = f"the flag behind every number was taken off, as in {uniques[0]!r}"
    elif units_after:
        all_carry = after.get("", 0) == 0 and any(map(is_unit, units_after))
        if len(flags) < len(units_after) or set(flags) & _MULTIPLES or all_carry:
            two = " and ".join(map(repr, list(units_after)[:2]))
            return Numbers(
                nothing,
                ~missing,
                refused=f"its cells carry different units or flags ({two})",
            )
        if after.get("", 0) == 0 and len(flags) > 3:
            return None
        example = next(cell for cell in uniques if cell.endswith(tuple(flags)))
        note = f"flags behind numbers were taken off, as in {example!r}"
    numbers = text.map(known)
    plain, grouped = _with_point(numbers, missing | numbers.isna(), decimal, likely)
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    if values.isna().sum() > is_text.sum() and values.notna().sum() == 0:
        return None
    return Numbers(
        values, values.isna() & ~missing, unit, "; ".join(filter(None, (note, grouped)))
    )
