"""The tokens at which a unit of a recurrent layer is most active."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.visualize.heat_maps import visible_token
from keras_rnn.visualize.style import DIVERGING, INK, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class UnitActivation:
    """Activation of a unit at one step of one sequence.

    Args:
        sequence: Integer, which sequence.
        step: Integer from 0, which step of it.
        value: Float, the unit's value there.
    """

    sequence: int
    step: int
    value: float


def find_top_activations(
    values: Any, unit: int, count: int = 8, apart: int = 1
) -> list[UnitActivation]:
    """Return the steps at which a unit is most active, the strongest first.

    Args:
        values: Array `(time, units)` or `(batch, time, units)`, a list of arrays
            `(time, units)`, or anything with such `outputs`.
        unit: Integer, which unit. Its sign counts: to see where it is most negative,
            pass `-values`.
        count: Positive integer, how many steps at most. Default: `8`.
        apart: Positive integer, how many steps two of one sequence are apart at
            least. Default: `1`.

    Returns:
        List of `UnitActivation`.

    Raises:
        UserError: There is no such unit.
    """
    sequences = _sequences(values)
    units = sequences[0].shape[1]
    if not 0 <= unit < units:
        raise UserError(f"There is no unit {unit}: the layer has {units}, from 0 on.")
    every = [
        UnitActivation(index, step, float(value))
        for index, sequence in enumerate(sequences)
        for step, value in enumerate(sequence[:, unit])
    ]
    chosen: list[UnitActivation] = []
    for one in sorted(every, key=lambda place: -place.value):
        near = (
            other.sequence == one.sequence and abs(other.step - one.step) < apart
            for other in chosen
        )
        if not any(near):
            chosen.append(one)
        if len(chosen) == count:
            break
    return chosen


def top_activations(
    values: Any,
    tokens: Sequence[Any],
    unit: int,
    *,
    count: int = 8,
    context: int = 5,
    title: str | None = None,
) -> Figure:
    """Draw the tokens at which a unit is most active, in their context.

    Each line is one place, the strongest first; its token stands in a frame. Every
    token's background is the unit's value when it was read.

    Args:
        values: Array `(time, units)` or `(batch, time, units)`, a list of arrays
            `(time, units)`, or anything with such `outputs`.
        tokens: List of the labels of the steps; for several sequences a list of such
            lists.
        unit: Integer, which unit. Its sign counts: to see where it is most negative,
            pass `-values`.
        count: Positive integer, how many lines. Default: `8`.
        context: Positive integer, how many tokens to show on each side.
            Default: `5`.
        title: String. Default: `None`, it names the unit.

    Returns:
        `matplotlib.figure.Figure`.

    Raises:
        UserError: There is no such unit, or the tokens do not fit.
    """
    sequences = _sequences(values)
    lines = [list(tokens)] if len(sequences) == 1 else [list(one) for one in tokens]
    if len(sequences) == 1 and len(lines[0]) == 1 and len(sequences[0]) > 1:
        lines = [list(lines[0][0])]
    lengths = [len(one) for one in lines], [len(one) for one in sequences]
    if lengths[0] != lengths[1]:
        raise UserError(
            f"There must be a token for each step: {lengths[0]} tokens for sequences "
            f"of {lengths[1]} steps."
        )
    strongest = find_top_activations(values, unit, count, apart=context)
    top = max(max(float(np.abs(one[:, unit]).max()) for one in sequences), 1e-9)
    longest = max(len(str(token)) for line in lines for token in line)
    wide = max(0.3, min(0.115 * longest + 0.12, 0.95))
    with styled() as plt:
        figure, axes = plt.subplots(
            figsize=(wide * (2 * context + 1) + 2.2, 0.36 * len(strongest) + 1.0),
            layout="constrained",
        )
        picture = np.full((len(strongest), 2 * context + 1), np.nan)
        for row, place in enumerate(strongest):
            for column in range(2 * context + 1):
                step = place.step + column - context
                if not 0 <= step < len(lines[place.sequence]):
                    continue
                value = sequences[place.sequence][step, unit]
                picture[row, column] = value
                axes.text(
                    column,
                    row,
                    visible_token(lines[place.sequence][step]),
                    ha="center",
                    va="center",
                    fontsize=11 if wide > 0.3 else 10,
                    fontweight="bold" if column == context else "normal",
                    color="white" if abs(value) > 0.7 * top else INK,
                    gid="token",
                )
        image = axes.imshow(picture, cmap=DIVERGING, vmin=-top, vmax=top, aspect="auto")
        axes.add_patch(
            plt.Rectangle(
                (context - 0.5, -0.5), 1, len(strongest), fill=False, ec=INK, lw=1.6
            )
        )
        axes.set_title(title or f"What unit {unit} fires on")
        axes.set_xticks([])
        axes.set_xlabel("the token read, in its context")
        axes.set_yticks(
            range(len(strongest)), [f"{place.value:+.2g}" for place in strongest]
        )
        axes.set_ylabel("value there")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        bar = figure.colorbar(image, ax=axes, pad=0.02)
        bar.set_label(f"value of unit {unit}")
        bar.outline.set_visible(False)
        return figure


def _sequences(values: Any) -> list[np.ndarray]:
    values = getattr(values, "outputs", values)
    if isinstance(values, np.ndarray) and values.ndim == 2:
        values = [values]
    sequences = [np.asarray(one) for one in values]
    if not sequences or any(one.ndim != 2 or not one.size for one in sequences):
        raise UserError(
            "Activations have shape (time, units), or (batch, time, units), or are a "
            "list of the first. Received shapes "
            f"{[one.shape for one in sequences]}."
        )
    return sequences
