"""One recurrent network for all series: scaled by each window's own past.

What made a recurrent network win the M4 competition where a plain one lost to naive:
each series is scaled by its own level, the season is taken care of outside of the
recurrence, and all series share the weights (Smyl 2020, "A hybrid method of exponential
smoothing and recurrent neural networks for time series forecasting", International
Journal of Forecasting 36). Here the season is what a recurrent step reads, and what a
forecast repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from keras_rnn.forecasting.many_series.window_shape import WindowShape
from keras_rnn.layers import Recurrent

SCALINGS = ("level", "standard")

_QUIET = 1e-3  # of the level, the least that a past is taken to vary
_EARLIER = 0.1  # of the whole window, the least that its recent rows count as
_PREFERRED = 2.0


@dataclass(frozen=True)
class GlobalNetworkSettings:
    """How the networks for many series are built and trained.

    Attributes:
        cell: What `Recurrent` takes as its cell.
        units: Integer, size of the states and of the segments' vectors.
        depth: Integer, recurrent layers.
        dropout: Float, fraction dropped of segments and state.
        scalings: Tuple of `"level"` (a window divided by its recent level) and
            `"standard"` (its recent mean taken off, then divided by its recent mean
            deviation), a network for each: the forecast is their mean.
        epochs: Integer, epochs of the first training, or `None` for the default.
        rate: Float, the highest learning rate.
        batch_size: Integer, of the largest batch; of few windows it is smaller.
        most_windows: Integer, windows of an epoch at most.
        lookback: Integer, rows that a window looks back, or `None` for what
            `choose_window_shape` takes.
    """

    cell: Any = "gru"
    units: int = 128
    depth: int = 1
    dropout: float = 0.1
    scalings: tuple[str, ...] = ("level", "standard")
    epochs: int | None = None
    rate: float = 2e-3
    batch_size: int = 256
    most_windows: int = 40_000
    lookback: int | None = None


DEFAULT_SETTINGS = GlobalNetworkSettings()


def global_network(
    shape: WindowShape,
    settings: GlobalNetworkSettings = DEFAULT_SETTINGS,
    known: int = 0,
    static: int = 0,
) -> keras.Model:
    """Build the networks for many series, side by side in one model.

    ```
    y = sum over past seasons k of a_k * (the same place of season k)
        + line(the past) + head(h_n)

          h_0 --> h_1 --> ... --> h_n --> a_1 ... a_n (softmax), head
                   |               |
                  s_1             s_n     dense: a season becomes one vector
                  |||             |||
                x_1 x_2 x_3  ...  x_T     the past, scaled, and its change
    ```

    All of them see the window alone, so that a series which none has learned from is
    forecast like any other, and a forecast follows the scale of its series: a window
    times a hundred gives a hundred times the forecast.

    Of columns that are known ahead, a second recurrent layer goes through the steps to
    come, and reads at each what is known, beside the same in the past. What is static
    is read with each segment.

    Args:
        shape: `WindowShape`.
        settings: `GlobalNetworkSettings`. Default: its defaults.
        known: Integer, columns that are known ahead. Default: `0`.
        static: Integer, inputs that are constant within a series. Default: `0`.

    Returns:
        `keras.Model` from `(batch, lookback)` (or a dict of it as "past" with "known"
        of `(batch, lookback + horizon, known)` and "static" of `(batch, static)`) to
        `(batch, horizon, networks)`, in the unit of the values on both sides.
    """
    past = keras.Input((shape.lookback,), name="past")
    inputs = {"past": past}
    if known:
        rows = shape.lookback + shape.horizon
        inputs["known"] = keras.Input((rows, known), name="known")
    if static:
        inputs["static"] = keras.Input((static,), name="static")
    outputs = [
        _member(inputs, shape, settings, scaling, f"{scaling}_{number}")
        for number, scaling in enumerate(settings.scalings, 1)
    ]
    model = keras.Model(
        inputs if len(inputs) > 1 else past,
        ops.stack(outputs, axis=-1),
        name="global_network",
    )
    preferred = _preferred_seasons(shape)
    chosen = settings.scalings if shape.repeats > 1 else ()
    for number, scaling in enumerate(chosen, 1):
        layer = model.get_layer(f"{scaling}_{number}_seasons")
        layer.set_weights([layer.get_weights()[0], preferred.ravel()])
    return model


def _member(inputs, shape, settings, scaling, name):
    past, known, static = (inputs.get(key) for key in ("past", "known", "static"))
    centre, scale, ratio = _scale(past, shape, scaling)
    scaled = (past - centre) / _or_one(scale)
    season, horizon, repeats = shape.season, shape.horizon, shape.repeats
    seasons = ops.reshape(scaled, (-1, shape.lookback // season, season))
    change = seasons - seasons[:, -1:, :]

    steps = shape.lookback // shape.segment
    seen = [ops.reshape(part, (-1, steps, shape.segment)) for part in (seasons, change)]
    if scaling == "standard":
        seen.append(ops.repeat(ops.log(ratio)[:, None, :], steps, axis=1))
    if known is not None:
        # Each column less its own mean in the window.
        known = known - _mean(known[:, : shape.lookback])
        before = known[:, : shape.lookback]
        seen.append(ops.reshape(before, (-1, steps, shape.segment * known.shape[-1])))
    if static is not None:
        seen.append(ops.repeat(static[:, None, :], steps, axis=1))
    segments = layers.Dense(settings.units, "relu", name=f"{name}_segments")(
        ops.concatenate(seen, axis=-1)
    )
    segments = layers.Dropout(settings.dropout, name=f"{name}_drop")(segments)
    state = Recurrent(
        settings.cell, settings.units, depth=settings.depth, name=f"{name}_recurrent"
    )(segments)
    state = layers.Dropout(settings.dropout, name=f"{name}_drop_state")(state)

    def head(inputs, width, suffix):
        return layers.Dense(width, kernel_initializer="zeros", name=f"{name}_{suffix}")(
            inputs
        )

    rows = [int(row) for row in shape.repeated_rows().ravel()]
    forecast = ops.reshape(ops.take(scaled, rows, axis=1), (-1, horizon, repeats))
    if repeats == 1:
        forecast = forecast[..., 0]
    else:
        choice = head(state, horizon * repeats, "seasons")
        choice = ops.softmax(ops.reshape(choice, (-1, horizon, repeats)), axis=-1)
        forecast = ops.sum(forecast * choice, axis=-1)
    if known is not None:
        usual = ops.reshape(
            ops.take(known, rows, axis=1), (-1, horizon, repeats, known.shape[-1])
        )
        usual = (
            usual[:, :, 0]
            if repeats == 1
            else ops.sum(usual * choice[..., None], axis=2)
        )
        ahead = known[:, shape.lookback :]
        told = [ahead, ahead - usual, forecast[..., None]]
        told.append(ops.repeat(state[:, None], horizon, axis=1))
        told = Recurrent(
            settings.cell,
            settings.units,
            return_sequences=True,
            name=f"{name}_recurrent_ahead",
        )(ops.concatenate(told, axis=-1))
        forecast = forecast + head(told, 1, "ahead")[..., 0]
    line = scaled - _mean(scaled[:, -shape.recent :])
    forecast = forecast + head(line, horizon, "line")
    forecast = forecast + head(state, horizon, "head")
    # `centre` first: on TensorFlow, Keras takes a second term of shape (batch, 1) for a
    # bias of the columns wherever the batch is as large as the horizon.
    return centre + forecast * scale


def _scale(past, shape, scaling):
    """What is taken off a window, what it is divided by, and that in its size.

    Each is of shape (batch, 1). A past of zeros has a scale of 0, and so a forecast of
    zeros.
    """
    recent = past[:, -shape.recent :]
    size = _mean(ops.abs(recent))
    size = ops.maximum(size, _EARLIER * _mean(ops.abs(past)))
    if scaling == "level":
        return ops.zeros_like(size), size, ops.ones_like(size)
    centre = _mean(recent)
    spread = _mean(ops.abs(recent - centre))
    spread = ops.maximum(spread, _EARLIER * _mean(ops.abs(past - centre)))
    spread = ops.maximum(spread, _QUIET * size)
    return centre, spread, ops.maximum(spread / _or_one(size), _QUIET)


def _or_one(scale):
    return ops.where(scale > 0, scale, 1.0)


def _mean(values):
    return ops.mean(values, axis=1, keepdims=True)


def _preferred_seasons(shape):
    """Before anything is learned: the last season, and the same day of last week."""
    preferred = np.zeros((shape.horizon, shape.repeats))
    preferred[:, -1] = _PREFERRED
    if shape.week:
        day = np.arange(shape.horizon) // shape.season % shape.week
        preferred[np.arange(shape.horizon), shape.repeats - shape.week + day] = (
            _PREFERRED
        )
    return preferred


def mean_network(networks: keras.Model) -> keras.Model:
    """Return the model whose forecast is the mean of several networks'.

    Args:
        networks: `keras.Model` from `global_network`.

    Returns:
        `keras.Model` from `(batch, lookback)` to `(batch, horizon)`; it shares the
        weights.
    """
    mean = ops.mean(networks.output, axis=-1)
    return keras.Model(networks.input, mean, name="mean_network")
