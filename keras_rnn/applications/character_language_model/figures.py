"""How unexpected each letter of a text is to a language model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure


def draw(
    letters: list[str],
    models: Mapping[str, np.ndarray],
    data: Any,
    columns: int = 80,
) -> Figure:
    """Draw a text for each model, the more unexpected a letter the darker.

    Args:
        letters: List of strings, one a letter.
        models: Dict from a model's name to the log-probability of each letter.
        data: What the text is from, with a method `describe`.
        columns: Integer, letters a line. Default: `80`.
    """
    figure = Figure(figsize=(11, 1.5 + 0.9 * len(models)), layout="constrained")
    rows = -(-len(letters) // columns)
    grid = np.atleast_1d(figure.subplots(len(models), 1))
    for axes, (name, found) in zip(grid, models.items(), strict=True):
        field = np.full(rows * columns, np.nan)
        field[: len(letters)] = -np.asarray(found)
        image = axes.imshow(
            field.reshape(rows, columns), cmap="Oranges", vmin=0, vmax=6, aspect="auto"
        )
        for place, letter in enumerate(letters):
            shown = "⏎" if letter == "\n" else letter
            style = {"family": "monospace", "size": 9, "ha": "center", "va": "center"}
            axes.text(place % columns, place // columns, shown, **style)
        axes.set(xticks=[], yticks=[])
        mean = -float(np.mean(found))
        axes.set_title(f"{name}: {mean:.2f} nats a letter here", size=9, loc="left")
    figure.colorbar(image, ax=grid, label="surprise (nats)")
    figure.suptitle("The beginning of the test part: how unexpected is each letter?")
    figure.supxlabel(data.describe(), fontsize=7, color="0.4")
    return figure
