"""What makes a short command shorter: most of its time is imports."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no garbage inside the block: among what was imported there is none.

    For work that is done within seconds.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def import_matplotlib() -> None:
    """Import what figures need, without the documentation of their properties.

    matplotlib writes the docstring and the signature of `set` for each of its hundred
    kinds of artists when it is imported. That is half of its import, and no use to a
    command. Where a version of it has no such method, it is imported as usual.
    """
    if "matplotlib.figure" in sys.modules:
        return
    from matplotlib.artist import Artist

    name = "_update_set_signature_and_docstring"
    write_documentation = vars(Artist).get(name)
    if write_documentation is not None:
        setattr(Artist, name, classmethod(lambda cls: None))
    try:
        import matplotlib.figure  # noqa: F401
    finally:
        if write_documentation is not None:
            setattr(Artist, name, write_documentation)


def save_png(figure: Figure, path: Path, dpi: float) -> None:
    """Write the file that `figure.savefig` writes, drawing the figure once.

    `savefig` draws a figure with a layout twice, the first time for the layout alone,
    which the drawing itself does as well.

    Args:
        figure: `matplotlib.figure.Figure`.
        path: `pathlib.Path` of the PNG file.
        dpi: Float, dots to the inch.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.dpi = dpi
    FigureCanvasAgg(figure).print_png(path)
