"""Tomorrow's temperature from the last two days: a GRU, with ridge and naive beside."""

from __future__ import annotations

import keras
import numpy as np
from files import packed, rounded, write
from sklearn.linear_model import Ridge

from keras_rnn.architectures import many_to_one
from keras_rnn.datasets.series import weather_sample
from keras_rnn.reference import gru_reset_after
from keras_rnn.training import fit, set_seed

PAST, AHEAD, UNITS, SEED = 48, 24, 32, 0
QUANTILES = (0.1, 0.5, 0.9)
HOURS_OF_A_YEAR = 8766
WEEK = 168


def main() -> None:
    """Train on five generated years, stop by the sixth, score on the seventh."""
    frame = weather_sample.generate(7 * HOURS_OF_A_YEAR, step="1h", seed=SEED)
    degrees = frame["T (degC)"].to_numpy("float64")
    hours = frame.index.hour.to_numpy() + frame.index.minute.to_numpy() / 60.0
    ends = [5 * HOURS_OF_A_YEAR, 6 * HOURS_OF_A_YEAR, len(degrees)]
    mean, spread = degrees[: ends[0]].mean(), degrees[: ends[0]].std()
    rows = np.stack(
        [
            (degrees - mean) / spread,
            np.sin(2 * np.pi * hours / 24.0),
            np.cos(2 * np.pi * hours / 24.0),
        ],
        axis=1,
    ).astype("float32")  # (hours, 3)

    def windows(start, end, stride):
        first = np.arange(start, end - PAST - AHEAD, stride)[:, None]
        x = rows[first + np.arange(PAST)]
        y = rows[first + PAST + np.arange(AHEAD), 0]
        return x, y - x[:, -1:, 0]  # how much warmer than now

    train = windows(0, ends[0], 3)
    validation = windows(ends[0], ends[1], 5)
    test = windows(ends[1], ends[2], 5)
    set_seed(SEED)
    model = many_to_one(
        keras.Input((None, 3)),
        {"cell": "gru", "units": UNITS},
        head=keras.layers.Dense(AHEAD * len(QUANTILES)),
    )
    model.compile(keras.optimizers.Adam(0.003), pinball)
    fit(model, *train, validation, epochs=12, patience=3, batch_size=64, seed=SEED,
        verbose=2)  # fmt: skip
    ridge = Ridge(1.0).fit(train[0][..., 0], train[1])

    x, y = test
    low, middle, high = np.moveaxis(
        model.predict(x, verbose=0).reshape(-1, AHEAD, len(QUANTILES)), -1, 0
    )
    naive = x[:, -AHEAD:, 0] - x[:, -1:, 0]

    def error(forecast):
        return round(float(np.abs(forecast - y).mean() * spread), 2)

    _, recurrent, head = model.layers
    W_hy, b_y = head.get_weights()
    first = ends[1] + np.array([20, 105, 190, 290]) * 24
    weeks = [
        {
            "start": frame.index[one].isoformat(timespec="minutes"),
            "degrees": rounded(degrees[one : one + WEEK + AHEAD], 2),
        }
        for one in first
    ]
    probe = rows[first[0] + WEEK - PAST : first[0] + WEEK][None]
    write(
        "forecaster",
        {
            "trained_on": "five years of hourly weather (generated)",
            "seed": SEED,
            "scores": {
                "mean error in degrees, GRU": error(middle),
                "mean error in degrees, ridge": error(ridge.predict(x[..., 0])),
                "mean error in degrees, same hour yesterday": error(naive),
                "share inside the band of 80 %": round(
                    float(np.mean((low <= y) & (y <= high))), 3
                ),
            },
            "units": UNITS,
            "past": PAST,
            "ahead": AHEAD,
            "mean": float(mean),
            "spread": float(spread),
            "weeks": weeks,
            "weights": packed(
                gru_reset_after.from_keras(*recurrent.get_weights())
                | {"W_hy": W_hy.T, "b_y": b_y}
            ),
            "ridge": packed({"W_hy": ridge.coef_, "b_y": ridge.intercept_}),
        },
        {
            "gru": rounded(model.predict(probe, verbose=0)[0]),
            "ridge": rounded(ridge.predict(probe[..., 0])[0]),
        },
    )


def pinball(truth, said):
    """The mean quantile loss of what is said for all hours and quantiles."""
    truth = keras.ops.expand_dims(truth, -1)
    said = keras.ops.reshape(said, (-1, AHEAD, len(QUANTILES)))
    over = truth - said
    levels = np.array(QUANTILES, "float32")
    return keras.ops.mean(keras.ops.maximum(levels * over, (levels - 1.0) * over))
