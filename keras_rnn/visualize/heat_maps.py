"""Heat maps of states, gates and attention, the tokens on the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError
from keras_rnn.visualize.style import DIVERGING, SEQUENTIAL, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# What a value is called above its picture. The letters are those of the lectures.
NAMES = {
    "h": "hidden state $h$",
    "c": "cell state $c$",
    "i": "input gate $i$: what is written",
    "f": "forget gate $f$: 1 keeps the cell",
    "o": "output gate $o$: what is shown",
    "g": "candidate $g$",
    "r": "reset gate $r$",
    "z": "update gate $z$: 1 keeps the state",
    "h_tilde": r"candidate $\tilde{h}$",
}
# Between 0 and 1, by what they are.
GATES = ("i", "f", "o", "r", "z")


def states(
    values: Any,
    tokens: Sequence[Any] | None = None,
    *,
    units: Sequence[int] | None = None,
    sample: int = 0,
    title: str | None = None,
    axes: Axes | None = None,
) -> Figure:
    """Draw the hidden states of one sequence as a heat map.

    Args:
        values: Array `(time, units)`, or anything with `outputs` of shape
            `(batch, time, units)`, such as the result of `visualize.record` or
            `reference.unfold`.
        tokens: List with a label for each step, such as the words that were read.
            Default: `None`, the numbers of the steps.
        units: List of integers, which units to draw, in this order. Default: all.
        sample: Integer, which sequence of the batch. Default: `0`.
        title: String. Default: `None`, `"hidden state h"`.
        axes: matplotlib axes to draw on. Default: `None`, new ones.

    Returns:
        `matplotlib.figure.Figure`.

    Raises:
        UserError: The array or the tokens do not fit.

    Example:

    >>> import numpy as np
    >>> figure = states(np.tanh(np.random.randn(5, 8)), tokens=list("hello"))
    """
    array = _one(getattr(values, "outputs", values), sample)
    with styled() as plt:
        if axes is None:
            width, height = _size(array.shape, units)
            _, axes = plt.subplots(figsize=(width, height), layout="constrained")
        _heat_map(axes, array, tokens, units, "h", title)
        return axes.figure


def gates(
    values: Any,
    tokens: Sequence[Any] | None = None,
    *,
    names: Sequence[str] | None = None,
    units: Sequence[int] | None = None,
    sample: int = 0,
    title: str | None = None,
) -> Figure:
    """Draw the states and gates of one sequence, a heat map for each.

    Args:
        values: Dict from name to array `(time, units)` or `(batch, time, units)`, or
            anything with such a dict as `values`, such as the result of
            `visualize.record` or `reference.unfold`.
        tokens: List with a label for each step, such as the words that were read.
            Default: `None`, the numbers of the steps.
        names: List of strings, which of them to draw. Default: `None`, all.
        units: List of integers, which units to draw, in this order. Default: all.
        sample: Integer, which sequence of the batch. Default: `0`.
        title: String. Default: `None`, the cell's name if it is known.

    Returns:
        `matplotlib.figure.Figure`.

    Raises:
        UserError: There is no such name, or an array or the tokens do not fit.
    """
    found = values if isinstance(values, dict) else values.values
    names = list(found) if names is None else list(names)
    missing = [name for name in names if name not in found]
    if missing or not names:
        raise UserError(
            f"There is no {', '.join(missing) or 'name'} to draw. "
            f"Known: {', '.join(found)}."
        )
    arrays = {name: _one(found[name], sample) for name in names}
    width, height = _size(arrays[names[0]].shape, units)
    columns = 2 if len(names) > 2 else 1
    rows = -(-len(names) // columns)
    width, height = min(width, 14 / columns), max(0.7 * height, 1.7)
    with styled() as plt:
        figure, grid = plt.subplots(
            rows,
            columns,
            figsize=(width * columns, height * rows + 1.1),
            layout="constrained",
            squeeze=False,
        )
        for index, (axes, name) in enumerate(zip(grid.flat, names, strict=False)):
            _heat_map(axes, arrays[name], tokens, units, name, None)
            if index + columns < len(names):  # the tokens stand below the last row
                axes.set_xticklabels([])
                axes.set_xlabel("")
        for axes in grid.flat[len(names) :]:
            axes.axis("off")
        cell = getattr(values, "cell", None)
        title = title or (
            f"States and gates: {cell}" if isinstance(cell, str) else None
        )
        if title:
            figure.suptitle(title, fontsize=15)
        return figure


def attention_map(
    scores: npt.ArrayLike,
    source_tokens: Sequence[Any] | None = None,
    target_tokens: Sequence[Any] | None = None,
    *,
    sample: int = 0,
    title: str | None = None,
    axes: Axes | None = None,
) -> Figure:
    """Draw the weights of attention: a row for each output, a column for each input.

    Args:
        scores: Array `(target time, source time)`, or a batch or several heads of
            such, `(batch, target time, source time)`: each row sums to 1.
        source_tokens: List with a label for each input step.
            Default: `None`, their numbers.
        target_tokens: List with a label for each output step.
            Default: `None`, their numbers.
        sample: Integer, which of a batch. Default: `0`.
        title: String. Default: `None`, a general one.
        axes: matplotlib axes to draw on. Default: `None`, new ones.

    Returns:
        `matplotlib.figure.Figure`.

    Raises:
        UserError: The array or the tokens do not fit.

    Example:

    >>> figure = attention_map(np.eye(3), ["a", "b", "c"], ["A", "B", "C"])
    """
    weights = np.asarray(scores)
    if weights.ndim == 3:
        weights = weights[sample]
    if weights.ndim != 2 or 0 in weights.shape:
        raise UserError(
            "An attention map needs scores of shape (target time, source time) or "
            f"(batch, target time, source time). Received shape {weights.shape}."
        )
    targets, sources = weights.shape
    if target_tokens is not None and len(target_tokens) != targets:
        raise UserError(
            f"There are {len(target_tokens)} target tokens for {targets} rows of "
            "scores."
        )
    if source_tokens is not None and len(source_tokens) != sources:
        raise UserError(
            f"There are {len(source_tokens)} source tokens for {sources} columns of "
            "scores."
        )
    with styled() as plt:
        if axes is None:
            size = (min(2.6 + 0.42 * sources, 12), min(1.8 + 0.36 * targets, 9))
            _, axes = plt.subplots(figsize=size, layout="constrained")
        image = axes.imshow(
            weights, cmap=SEQUENTIAL, vmin=0, vmax=max(float(weights.max()), 1e-9)
        )
        axes.set_aspect("auto")
        label_steps(axes, sources, source_tokens)
        axes.set_xlabel("source: what was read")
        labels = range(1, targets + 1) if target_tokens is None else target_tokens
        axes.set_yticks(range(targets), [visible_token(label) for label in labels])
        axes.set_ylabel("target: what was written")
        axes.set_title(title or "Where each output looked")
        axes.spines[:].set_visible(False)
        bar = axes.figure.colorbar(image, ax=axes, pad=0.02)
        bar.set_label("weight of attention")
        bar.outline.set_visible(False)
        return axes.figure


def _one(array: np.ndarray, sample: int) -> np.ndarray:
    """An array `(time, units)`, of a batch that of one sequence."""
    array = np.asarray(array)
    if array.ndim == 3:
        if not -len(array) <= sample < len(array):
            raise UserError(f"There is no sample {sample} in a batch of {len(array)}.")
        array = array[sample]
    if array.ndim != 2 or 0 in array.shape:
        raise UserError(
            "A heat map needs an array of shape (time, units) or (batch, time, units). "
            f"Received shape {array.shape}."
        )
    return array


def _size(shape: tuple[int, ...], units: Sequence[int] | None) -> tuple[float, float]:
    time = shape[0]
    count = shape[1] if units is None else len(units)
    return min(max(4.0, 2.0 + 0.34 * time), 12.0), min(max(2.4, 1.5 + 0.16 * count), 6)


def _heat_map(
    axes: Axes,
    array: np.ndarray,
    tokens: Sequence[Any] | None,
    units: Sequence[int] | None,
    name: str,
    title: str | None,
) -> None:
    time, count = array.shape
    chosen = list(range(count)) if units is None else list(units)
    if not all(isinstance(unit, (int, np.integer)) for unit in chosen) or not all(
        0 <= unit < count for unit in chosen
    ):
        raise UserError(f"units must be integers from 0 to {count - 1}: {units!r}")
    if name in GATES:
        look: dict[str, Any] = {"cmap": SEQUENTIAL, "vmin": 0.0, "vmax": 1.0}
    else:
        top = max(float(np.nanmax(np.abs(array))), 1e-9)
        top = 1.0 if name != "c" and 0.3 < top <= 1.0 else top
        look = {"cmap": DIVERGING, "vmin": -top, "vmax": top}
    image = axes.imshow(
        array[:, chosen].T, aspect="auto", interpolation="nearest", **look
    )
    axes.set_title(title or NAMES.get(name, name))
    axes.set_ylabel("unit")
    step = -(-len(chosen) // 16)
    axes.set_yticks(range(0, len(chosen), step), chosen[::step])
    label_steps(axes, time, tokens)
    axes.spines[:].set_visible(False)
    bar = axes.figure.colorbar(image, ax=axes, pad=0.02)
    bar.set_label("value")
    bar.outline.set_visible(False)


def label_steps(
    axes: Axes, time: int, tokens: Sequence[Any] | None, most: int = 60
) -> None:
    """Label the steps of a sequence, by its tokens or by their numbers.

    Args:
        axes: matplotlib axes whose x axis counts steps from 0.
        time: Integer, how many steps.
        tokens: List of that many labels, or None.
        most: Integer, how many labels there is room for.

    Raises:
        UserError: There is not a label for each step.
    """
    if tokens is None:
        step = max(1, -(-time // 20))
        axes.set_xticks(range(0, time, step), range(1, time + 1, step))
        axes.set_xlabel("step $t$")
        return
    labels = [visible_token(token) for token in tokens]
    if len(labels) != time:
        raise UserError(f"There are {len(labels)} tokens for {time} steps.")
    step = max(1, -(-time // most))
    longest = max(map(len, labels))
    # Inches that a label has, of an axis that takes most of the picture's width.
    room = 0.8 * axes.get_figure().get_figwidth() * axes.get_position().width / time
    size = min(11.0, max(7.0, 72 * room * step))
    axes.set_xticks(
        range(0, time, step),
        labels[::step],
        rotation=0 if longest <= 3 else 60,
        ha="center" if longest <= 3 else "right",
        rotation_mode="anchor",
        fontsize=size,
    )
    axes.set_xlabel("token read")


def visible_token(token: Any) -> str:
    """Return a token with visible signs for a space, a tab and a line end."""
    text = str(token)
    for hidden, sign in ((" ", "\u2423"), ("\n", "\u21b5"), ("\t", "\u21e5")):
        text = text.replace(hidden, sign) if text.strip() == "" else text
    # A dollar sign would begin mathematics.
    return text.replace("$", r"\$")
