"""The options that every benchmark takes, and what it prints."""

import argparse
import os
import platform
import sys
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

_PACKAGES = ("tensorflow", "jax", "keras", "numpy", "pandas")


@dataclass(frozen=True)
class Target:
    """What a ratio has to be.

    Attributes:
        ratio: Float, what was measured.
        least, most: Float, the bound; one of the two.
    """

    ratio: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self):
        if self.most is None:
            return self.ratio >= self.least
        return self.ratio <= self.most

    def __str__(self):
        bound = self.most if self.least is None else self.least
        words = "at most" if self.least is None else "at least"
        return f"{words} {bound:g}: {'met' if self.met else 'MISSED'}"


def options(doc, rounds=None):
    """Return the parser of a benchmark's options.

    Args:
        doc: String, the script's docstring; `--help` shows all of it.
        rounds: Integer, the default of `--rounds`. Default: no such option.
    """
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="less data and fewer rounds: whether it runs, not how fast",
    )
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    if rounds is not None:
        parser.add_argument(
            "--rounds",
            type=_count,
            metavar="N",
            help=f"how often each side is measured (default {rounds}, with --quick 2)",
        )
    return parser


def show_heading(task):
    """Print on which machine, with which versions and what is measured."""
    load = ""
    if hasattr(os, "getloadavg"):
        load = f", {os.getloadavg()[0]:.1f} processes busy at the start"
    facts = {
        "Machine": f"{_processor()}, {_cores()} cores{load}",
        "Versions": f"Python {platform.python_version()}, {_versions()}",
        "Date": date.today().isoformat(),
        "Task": task,
    }
    for name, text in facts.items():
        print(f"{name:10}{text}", flush=True)


def finish(columns, rows, targets, options):
    """Print the table, and leave with status 1 if `--check` was given and failed.

    Args:
        columns: List of strings, without that of the targets.
        rows: List of lists of strings.
        targets: List as long as `rows`, of `Target`s or `None`.
        options: What the parser made of the command line.
    """
    rows = [[*row, str(t or "")] for row, t in zip(rows, targets, strict=True)]
    print()
    for line in _aligned([[*columns, "target"], *rows]):
        print(line)
    if options.quick:
        print("\nShortened by --quick: these ratios say little.")
    missed = any(target and not target.met for target in targets)
    sys.exit(1 if missed and options.check else 0)


def _aligned(rows):
    """The lines of a table that is also one in Markdown, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    last = len(widths) - 1
    for number, row in enumerate(rows):
        cells = [
            f"{text:<{width}}" if place in (0, last) else f"{text:>{width}}"
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            rules = ["-" * width for width in widths]
            rules[1:-1] = [f"{rule[:-1]}:" for rule in rules[1:-1]]
            yield f"| {' | '.join(rules)} |"


def _count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _cores():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _versions():
    found = []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except ModuleNotFoundError:
            continue
    return ", ".join(found)
