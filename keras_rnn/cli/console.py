"""What the subcommands print: headings, facts, tables, and which files they wrote."""

import time

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

_FACT_WIDTH = 11

# Without markup: "[/s]" is a unit in a column's name, not the end of a style.
console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)


def fact(name, text):
    """Print one line: what it is in bold, then what it is worth."""
    console.print(f"{name:<{_FACT_WIDTH}}", style="bold", end="")
    console.print(str(text))


def show_series(series):
    """Print what a series is and what was repaired while reading it."""
    fact("Data", series.describe())
    if series.note:
        fact("Note", series.note)
    show_counts("Repaired", series.repairs)


def show_counts(name, counts):
    """Print a dict from words to numbers, a line each; nothing if it is empty."""
    for words, number in counts.items():
        fact(name, f"{words}: {number:,}")
        name = ""


def show_table(title, columns, rows, *, strong=(), wrap=False):
    """Print a table, its first column to the left and the others to the right.

    Args:
        title: String.
        columns: List of strings.
        rows: List of lists of strings.
        strong: Collection of integers, the rows to print in bold.
        wrap: Boolean, whether the columns hold texts, which stand to the left and are
            folded where the terminal is too narrow. Default: `False`.
    """
    table = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD
    )
    for number, column in enumerate(columns):
        justify = "right" if number and not wrap else "left"
        table.add_column(column, justify=justify, no_wrap=not wrap)
    for number, row in enumerate(rows):
        table.add_row(*row, style="bold" if number in strong else None)
    console.print(table)


def show_written(folder, names, started):
    """Print where the results are, and how long all of it took."""
    fact("Written", f"{folder}: {', '.join(names)}")
    fact("Time", f"{time.perf_counter() - started:.0f} s")
