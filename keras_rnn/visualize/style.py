"""Style of every picture: colours, fonts and line widths."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

INK = "#22303c"
FAINT = "#8a97a3"
BLUE = "#1f6fb4"
RED = "#c8372d"
GREEN = "#2b8a4b"
ORANGE = "#d9822b"
PURPLE = "#7a4fb0"
GREY = "#5d6b78"

# Lines that stand for different things, in this order. Readable without colours when
# the line styles go with them.
CYCLE = (BLUE, RED, GREEN, ORANGE, PURPLE, GREY)
LINE_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 1)))

# Values of both signs, and values from zero on.
DIVERGING = "RdBu_r"
SEQUENTIAL = "viridis"

SETTINGS = {
    "font.size": 11,
    "axes.titlesize": 13,
    "axes.labelsize": 11,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "mathtext.fontset": "cm",
}


@contextmanager
def styled() -> Iterator[Any]:
    """Apply the style of this package inside the block; yields `matplotlib.pyplot`."""
    import matplotlib.pyplot as plt

    with plt.rc_context(SETTINGS):
        yield plt
