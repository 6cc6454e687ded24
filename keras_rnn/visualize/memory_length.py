"""How far back a model remembers: the effect of a changed input on the last output."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from keras_rnn.errors import UserError
from keras_rnn.visualize.style import CYCLE, FAINT, LINE_STYLES, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def measure_memory(
    model: Callable,
    inputs: npt.ArrayLike,
    lags: Sequence[int] | None = None,
    noise: float = 1.0,
    seed: int = 0,
) -> np.ndarray:
    """Measure how much the last output moves when one earlier input changes.

    For each lag `k`, the input `k` steps before the last is changed and the model
    run again: a real input gets noise added, a token (an integer) is exchanged for
    another of those in `inputs`. The distance that the last output moves is averaged
    over the batch.

    Args:
        model: A Keras model or layer, or any function of a batch. Of outputs
            `(batch, time, ...)` the last step counts.
        inputs: Array `(batch, time, features)`, or integers `(batch, time)`.
        lags: List of integers, steps back. Default: `None`, each from 0 to the whole
            length.
        noise: Float, standard deviation of the noise, in standard deviations of each
            feature. Default: `1.0`.
        seed: Integer, for the noise. Default: `0`.

    Returns:
        Array `(lags,)`, the mean distance for each lag.

    Raises:
        UserError: The inputs have another rank, or a lag reaches too far.
    """
    inputs = np.asarray(inputs)
    tokens = np.issubdtype(inputs.dtype, np.integer)
    if inputs.ndim != (2 if tokens else 3):
        raise UserError(
            "memory needs a batch of sequences, (batch, time, features), or of tokens, "
            f"integers of shape (batch, time). Received {inputs.dtype} of shape "
            f"{inputs.shape}."
        )
    time = inputs.shape[1]
    lags = list(range(time)) if lags is None else list(lags)
    for lag in lags:
        if not 0 <= lag < time:
            raise UserError(
                f"Lag {lag} does not lie within the sequence of {time} steps: at "
                f"least 0, at most {time - 1}."
            )
    generator = np.random.default_rng(seed)
    base = _last_output(model, inputs)
    moved = []
    for lag in lags:
        changed = inputs.copy()
        old = inputs[:, time - 1 - lag]
        change = _other_tokens if tokens else _noisy
        changed[:, time - 1 - lag] = change(old, inputs, generator, noise)
        difference = _last_output(model, changed) - base
        moved.append(np.sqrt(np.sum(difference**2, axis=-1)).mean())
    return np.array(moved)


def _noisy(
    old: np.ndarray, inputs: np.ndarray, generator: np.random.Generator, noise: float
) -> np.ndarray:
    scale = noise * inputs.std(axis=(0, 1))
    return (old + scale * generator.normal(size=old.shape)).astype(inputs.dtype)


def _other_tokens(
    old: np.ndarray, inputs: np.ndarray, generator: np.random.Generator, noise: float
) -> np.ndarray:
    known = np.unique(inputs)
    if len(known) < 2:
        raise UserError("All tokens are the same, so none can be exchanged.")
    # Any but the old one: some places further in the list of those there are.
    places = np.searchsorted(known, old) + generator.integers(
        1, len(known), size=old.shape
    )
    return known[places % len(known)]


def _last_output(model: Callable, inputs: np.ndarray) -> np.ndarray:
    from keras import ops

    outputs = model(inputs)
    outputs = outputs[0] if isinstance(outputs, (list, tuple)) else outputs
    outputs = ops.convert_to_numpy(outputs).astype("float64")
    if outputs.ndim > 2:
        outputs = outputs[:, -1]
    return outputs.reshape(len(outputs), -1)


def memory(
    models: Callable | Mapping[str, Any],
    inputs: npt.ArrayLike | None = None,
    *,
    lags: Sequence[int] | None = None,
    noise: float = 1.0,
    seed: int = 0,
    title: str | None = None,
    axes: Axes | None = None,
) -> Figure:
    """Draw the change of the last output against the distance of the changed input.

    Args:
        models: A model, or a dict from a label to a model, or (without `inputs`) a
            dict from a label to an array of distances by lag.
        inputs: Array `(batch, time, features)`, or integers `(batch, time)`: what the
            models read. Default: `None`, for distances measured before.
        lags: List of integers, steps back. Default: `None`, each from 0 to the whole
            length.
        noise: Float, standard deviation of the noise, in standard deviations of each
            feature. Default: `1.0`.
        seed: Integer, for the noise. Default: `0`.
        title: String. Default: `None`, a general one.
        axes: matplotlib axes to draw on. Default: `None`, new ones.

    Returns:
        `matplotlib.figure.Figure`.

    Raises:
        UserError: The inputs have another rank, or a lag reaches too far.
    """
    if not isinstance(models, dict):
        models = {getattr(models, "name", "model"): models}
    with styled() as plt:
        if axes is None:
            _, axes = plt.subplots(figsize=(8, 4.6), layout="constrained")
        for index, (label, model) in enumerate(models.items()):
            if inputs is None:
                distances = np.asarray(model, float)
            else:
                distances = measure_memory(model, inputs, lags, noise, seed)
            steps = np.arange(len(distances)) if lags is None else np.asarray(lags)
            axes.plot(
                steps,
                np.where(distances > 0, distances, np.nan),
                color=CYCLE[index % len(CYCLE)],
                ls=LINE_STYLES[index % len(LINE_STYLES)],
                lw=2.2,
                label=label,
            )
        axes.set_yscale("log")
        axes.set_xlabel("steps $k$ between the changed input and the output")
        axes.set_ylabel("mean change of the output")
        axes.set_title(title or "How far back the model remembers")
        axes.grid(axis="y", color=FAINT, alpha=0.25, lw=0.7)
        if len(models) > 1:
            axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
        return axes.figure
