"""Parts that the tutorials share: the short mode, and showing pictures."""

from __future__ import annotations

import base64
import io
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from keras_rnn.files import output_folder, replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def quick() -> bool:
    """Return whether `KERAS_RNN_QUICK=1` asks for fewer epochs and less data.

    It shortens a tutorial so that it can be tried and tested in a minute, and
    changes nothing else. The figures mean little then.
    """
    return os.environ.get("KERAS_RNN_QUICK", "") not in ("", "0")


def quiet() -> None:
    """Hide TensorFlow's warnings about repeated compilation."""
    logging.getLogger("tensorflow").setLevel("ERROR")


class Pictures:
    """Shows a tutorial's pictures in a notebook, or saves them from a script.

    From `python tutorials/NAME.py` they go to `tutorials/output/NAME/`, numbered in
    the order in which they are shown.

    Args:
        name: String, the tutorial's, as its file is called without `.py`.
        caption: String, what data the pictures rest on; it stands below each that
            has no text of its own there. Default: `""`.

    Example:

    >>> show = Pictures("my_tutorial", caption="Jena weather 2009-2016 (file)")
    >>> show.folder.parts[-2:]
    ('output', 'my_tutorial')
    """

    def __init__(self, name: str, caption: str = "") -> None:
        self.name, self.caption, self.shown = name, caption, 0

    @property
    def folder(self) -> Path:
        """`pathlib.Path` beside the script that runs, or in the working folder."""
        script = getattr(sys.modules["__main__"], "__file__", None)
        beside = Path() if _in_notebook() or script is None else Path(script).parent
        return beside / "output" / self.name

    def __call__(
        self, figure: Figure, name: str, title: str = "", caption: str | None = None
    ) -> None:
        """Show or save one figure.

        Args:
            figure: `matplotlib.figure.Figure`.
            name: String, what the file is called, without number and suffix.
            title: String, to stand above it. Default: `""`, as the figure is.
            caption: String. Default: that of all pictures.
        """
        import matplotlib.pyplot as plt

        caption = self.caption if caption is None else caption
        if caption and not figure.get_supxlabel():
            figure.supxlabel(caption, x=0.01, ha="left", fontsize=8, color="0.4")
        if title:
            figure.suptitle(title)
        self.shown += 1
        if _in_notebook():
            from IPython.display import display

            # As a picture: a kernel draws figures only after it has seen pyplot.
            drawn = io.BytesIO()
            figure.savefig(drawn, format="png", bbox_inches="tight")
            picture = base64.b64encode(drawn.getvalue()).decode("ascii")
            display({"image/png": picture}, raw=True)
        else:
            path = output_folder(self.folder) / f"{self.shown:02}_{name}.png"
            with replacing(path) as temporary:
                figure.savefig(temporary, dpi=100)
        # A notebook would show an open figure a second time.
        plt.close(figure)


def _in_notebook() -> bool:
    return "ipykernel" in sys.modules
