"""What the subcommands print: headings, facts, tables, and which files they wrote."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

_FACT_WIDTH = 11

# Without markup: "[/s]" is a unit in a column's name, not the end of a style.
console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)


def fact(name: str, text: object) -> None:
    """Print one line: a name in bold, then its value.

    Args:
        name: String.
        text: String, or anything that is printed as one.
    """
    console.print(f"{name:<{_FACT_WIDTH}}", style="bold", end="")
    console.print(str(text))


def show_counts(name: str, counts: Mapping[str, int]) -> None:
    """Print a dict from words to numbers, a line each; nothing if it is empty.

    Args:
        name: String, to stand in bold before the first line.
        counts: Mapping from words to integers.
    """
    for words, number in counts.items():
        fact(name, f"{words}: {number:,}")
        name = ""


def show_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    strong: Collection[int] = (),
    wrap: bool = False,
) -> None:
    """Print a table, its first column to the left and the others to the right.

    Args:
        title: String.
        columns: List of strings.
        rows: List of lists of strings.
        strong: Collection of integers, the rows to print in bold. Default: none.
        wrap: Boolean, whether the columns hold texts, which stand to the left and are
            folded where the terminal is too narrow. Default: `False`.
    """
    table = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD
    )
    for number, column in enumerate(columns):
        right = number > 0 and not wrap
        table.add_column(column, justify="right" if right else "left", no_wrap=not wrap)
    for number, row in enumerate(rows):
        table.add_row(*row, style="bold" if number in strong else None)
    console.print(table)


def show_written(folder: Path, names: Sequence[str], started: float) -> None:
    """Print where the results are, and how long all of it took.

    Args:
        folder: `pathlib.Path` of the results.
        names: Sequence of strings, the files in it.
        started: Float, `time.perf_counter()` at the beginning.
    """
    fact("Written", f"{folder}: {', '.join(names)}")
    fact("Time", f"{time.perf_counter() - started:.0f} s")
