"""Where a model looked: the weights of attention as a map."""

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.visualize.heat_maps import label_steps, shown
from keras_rnn.visualize.style import SEQUENTIAL, styled


def attention_map(
    scores, source_tokens=None, target_tokens=None, *, sample=0, title=None, axes=None
):
    """Draw the weights of attention: a row for each output, a column for each input.

    Args:
        scores: Array `(target time, source time)`, or a batch or several heads of
            such, `(batch, target time, source time)`: each row sums to 1.
        source_tokens: List with a label for each step that was read.
            Default: `None`, their numbers.
        target_tokens: List with a label for each step that was written.
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
    scores = np.asarray(scores)
    if scores.ndim == 3:
        scores = scores[sample]
    if scores.ndim != 2 or 0 in scores.shape:
        raise UserError(
            "An attention map needs scores of shape (target time, source time) or "
            f"(batch, target time, source time). Received shape {scores.shape}."
        )
    targets, sources = scores.shape
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
            scores, cmap=SEQUENTIAL, vmin=0, vmax=max(float(scores.max()), 1e-9)
        )
        axes.set_aspect("auto")
        label_steps(axes, sources, source_tokens)
        axes.set_xlabel("source: what was read")
        labels = range(1, targets + 1) if target_tokens is None else target_tokens
        axes.set_yticks(range(targets), [shown(label) for label in labels])
        axes.set_ylabel("target: what was written")
        axes.set_title(title or "Where each output looked")
        axes.spines[:].set_visible(False)
        bar = axes.figure.colorbar(image, ax=axes, pad=0.02)
        bar.set_label("weight of attention")
        bar.outline.set_visible(False)
        return axes.figure
