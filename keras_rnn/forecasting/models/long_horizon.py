"""Models of long horizons: many steps ahead from many steps back, channel by channel.

Each is an uncompiled `keras.Model` from `(batch, lookback, channels)` to
`(batch, horizon, channels)`. All channels share the weights, and none sees another.
"""

from __future__ import annotations

import keras
from keras import layers, ops

from keras_rnn.layers.segment_gru import SegmentGRU


def segment_network(
    lookback: int,
    horizon: int,
    channels: int,
    *,
    segment: int = 24,
    units: int = 128,
    dropout: float = 0.5,
) -> keras.Model:
    """SegRNN: one GRU over segments of the past, all future segments decoded at once.

    The equations are those of `keras_rnn.layers.SegmentGRU`, which is all of it. The
    paper's own has 512 units and segments of 24 steps (ETTh1) or 48 (Weather).

    Source: Lin, Lin, Wu, Wang & Wang 2023, "SegRNN: Segment Recurrent Neural Network
    for Long-Term Time Series Forecasting", arXiv:2308.11200.

    Args:
        lookback: Integer, steps of the past; a multiple of `segment`.
        horizon: Integer, steps to forecast.
        channels: Integer, columns of the series, each forecast from its own past.
        segment: Integer, steps in a segment. Default: `24`.
        units: Integer, even, size of the GRU's state. Default: `128`.
        dropout: Float, rate of dropout before the last layer. Default: `0.5`.

    Returns:
        `keras.Model`.

    Raises:
        ValueError: `lookback` does not divide into segments, or `units` is odd.

    Example:

    >>> model = segment_network(lookback=48, horizon=36, channels=3, units=16)
    >>> model.output_shape
    (None, 36, 3)
    """
    inputs = keras.Input((lookback, channels))
    outputs = SegmentGRU(horizon, segment, units, dropout)(inputs)
    return keras.Model(inputs, outputs, name="segment_network")


def dlinear(
    lookback: int, horizon: int, channels: int, *, window: int = 25
) -> keras.Model:
    """DLinear: two linear maps, of the trend and of what is left.

        trend = moving average of the past over `window` steps
        future = W_t trend + b_t + W_s (past - trend) + b_s

    Both ends of the past are repeated for the average, and every weight starts at
    `1 / lookback`, as in the authors' code.

    Source: Zeng, Chen, Zhang & Xu 2023, "Are Transformers Effective for Time Series
    Forecasting?", AAAI, section 4.

    Args:
        lookback: Integer, steps of the past.
        horizon: Integer, steps to forecast.
        channels: Integer, columns of the series.
        window: Integer, odd, steps that the trend is averaged over. Default: `25`.

    Returns:
        `keras.Model`.

    Raises:
        ValueError: `window` is even.

    Example:

    >>> dlinear(lookback=48, horizon=36, channels=3).count_params()
    3528
    """
    if window % 2 == 0:
        raise ValueError(f"window must be odd, to have a middle: not {window}.")
    inputs = keras.Input((lookback, channels))
    half = (window - 1) // 2
    ends = [ops.repeat(inputs[:, :1], half, 1), ops.repeat(inputs[:, -1:], half, 1)]
    padded = ops.concatenate([ends[0], inputs, ends[1]], axis=1) if half else inputs
    trend = layers.AveragePooling1D(window, strides=1)(padded)
    outputs = sum(
        layers.Dense(
            horizon,
            kernel_initializer=keras.initializers.Constant(1 / lookback),
            name=name,
        )(ops.transpose(part, (0, 2, 1)))
        for name, part in (("trend", trend), ("seasonal", inputs - trend))
    )
    return keras.Model(inputs, ops.transpose(outputs, (0, 2, 1)), name="dlinear")


def last_value(lookback: int, horizon: int, channels: int) -> keras.Model:
    """Forecast that nothing changes: the last value of each channel, again and again.

    Args:
        lookback: Integer, steps of the past.
        horizon: Integer, steps to forecast.
        channels: Integer, columns of the series.

    Returns:
        `keras.Model` without weights.
    """
    inputs = keras.Input((lookback, channels))
    outputs = ops.repeat(inputs[:, -1:], horizon, axis=1)
    return keras.Model(inputs, outputs, name="last_value")


def seasonal_repeat(
    lookback: int, horizon: int, channels: int, *, season: int
) -> keras.Model:
    """Forecast that the last season comes again, as often as the horizon needs it.

    Args:
        lookback: Integer, steps of the past.
        horizon: Integer, steps to forecast.
        channels: Integer, columns of the series.
        season: Integer, steps in a season, at most `lookback`.

    Returns:
        `keras.Model` without weights.

    Raises:
        ValueError: The season is longer than the past.
    """
    if not 1 <= season <= lookback:
        raise ValueError(f"A past of {lookback} steps holds no season of {season}.")
    inputs = keras.Input((lookback, channels))
    places = [lookback - season + step % season for step in range(horizon)]
    outputs = ops.take(inputs, places, axis=1)
    return keras.Model(inputs, outputs, name="seasonal_repeat")
