"""Plot of the norms of gradients over the steps of a sequence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError
from keras_rnn.visualize.style import CYCLE, FAINT, LINE_STYLES, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from keras_rnn.visualize.gradients import GradientFlow


def gradient_flow(
    flows: Mapping[str, GradientFlow | npt.ArrayLike],
    *,
    clip_norm: float | None = None,
    title: str | None = None,
    axes: Axes | None = None,
) -> Figure:
    """Draw the norm of d loss / d h_t against the step t, a line for each model.

    The loss stands at the end of the sequence: read from right to left, the picture
    shows how the gradient comes back. A line that falls to the left vanishes, one
    that rises explodes. *Chapter 5*, section 5.2; *Lecture 3*, page 15.

    Args:
        flows: Dict from a label to a `GradientFlow`, as
            `visualize.measure_gradient_flow` returns it, or to an array `(time,)` of
            norms.
        clip_norm: Float, adds to each line the norms after clipping the gradient by
            the weights to this norm. Arrays of norms alone cannot be
            clipped. Default: `None`.
        title: String. Default: `None`, a general one.
        axes: matplotlib axes to draw on. Default: `None`, new ones.

    Returns:
        `matplotlib.figure.Figure`.

    Raises:
        UserError: There is nothing to draw, or nothing to clip.

    Example:

    >>> figure = gradient_flow({"halved at each step": 0.5 ** np.arange(20)[::-1]})
    """
    if not isinstance(flows, dict) or not flows:
        raise UserError(
            "gradient_flow draws a dict from a label to what measure_gradient_flow "
            f"returned. Received: {flows!r}"
        )
    with styled() as plt:
        if axes is None:
            _, axes = plt.subplots(figsize=(9, 5), layout="constrained")
        last = 1
        for index, (label, flow) in enumerate(flows.items()):
            colour = CYCLE[index % len(CYCLE)]
            style = LINE_STYLES[index % len(LINE_STYLES)]
            for name, norm, clipped in _lines(flow, clip_norm):
                steps = np.arange(1, len(norm) + 1)
                last = max(last, len(norm))
                only_h = name == "h"
                line: dict[str, Any] = {"color": colour, "lw": 2.2 if only_h else 1.2}
                line["ls"] = style if only_h else (0, (1, 1.2))
                text = label if only_h else f"{label}, by ${name}_t$"
                axes.plot(steps, _positive(norm), label=text, **line)
                if clipped is not None and only_h:
                    axes.plot(
                        steps,
                        _positive(clipped),
                        label=f"{label}, clipped",
                        color=colour,
                        lw=1.2,
                        ls=style,
                        alpha=0.65,
                        marker="|",
                        markevery=max(1, len(norm) // 12),
                    )
        axes.set_yscale("log")
        axes.set_xlim(1, last)
        axes.set_xlabel("step $t$ (the loss stands at the last one)")
        axes.set_ylabel(r"norm of $\partial\,\mathrm{loss} / \partial\,h_t$")
        axes.set_title(title or "How far back the gradient reaches")
        axes.grid(axis="y", color=FAINT, alpha=0.25, lw=0.7)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
        if clip_norm is not None:
            note = f"clipped: gradient by the weights cut to norm {clip_norm:g}"
            axes.annotate(
                note,
                (0.01, 0.02),
                xycoords="axes fraction",
                fontsize=9,
                color=FAINT,
            )
        return axes.figure


def _lines(
    flow: Any, clip_norm: float | None
) -> list[tuple[str, np.ndarray, np.ndarray | None]]:
    """Name, norms and clipped norms of each line of one model."""
    norms = getattr(flow, "norms", None)
    if norms is None:
        if clip_norm is not None:
            raise UserError(
                "Norms alone cannot be clipped: pass what measure_gradient_flow "
                "returned, which knows the gradient by the weights."
            )
        norms = {"h": np.asarray(flow, float)}
    clipped = {} if clip_norm is None else flow.clipped(clip_norm).norms
    return [(name, norm, clipped.get(name)) for name, norm in norms.items()]


def _positive(norm: np.ndarray) -> np.ndarray:
    """A norm of exactly zero has no place on a logarithmic axis."""
    return np.where(norm > 0, norm, np.nan)
