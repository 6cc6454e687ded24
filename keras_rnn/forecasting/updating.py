"""Learning on from new rows: a few careful steps, kept where they help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd

from keras_rnn import training
from keras_rnn.errors import UserError
from keras_rnn.forecasting.backtest import target_values
from keras_rnn.forecasting.sampling import is_thinner
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.forecasting.time_steps import infer_step, span_text, steps_between
from keras_rnn.forecasting.windows import Windows
from keras_rnn.training.fast_execution import steps_per_call

if TYPE_CHECKING:
    from keras_rnn.forecasting.forecaster import Forecaster

# Ten times faster, or twice as long, and the lines forget what they were fitted to:
# on ETTh1 the error on later rows then falls less, or rises.
_LEARNING_RATE = 1e-5
_EPOCHS = 5
_BATCH = 32
# The part of a step by which a clock may jitter.
_OFF = 0.25
# The share of the rows not learned from yet that decides whether learning helps.
_HELD_OUT = 0.25
# How the names of the regressions begin. Other fixed layers have few parameters behind
# many weights: a step of all of them would make of smoothing or drift what it is not.
_LINES = ("ridge", "fixed_line")


@dataclass(frozen=True)
class Gain:
    """What a forecaster gained from new rows.

    Attributes:
        rows: Integer, rows that it did not know.
        start: `pandas.Timestamp`, the first of them.
        end: `pandas.Timestamp`, the last of them.
        held_out: Integer, how many of the newest rows judged it; 0 where there were too
            few rows to learn from and to be judged on.
        before: Float, the mean absolute error on those as it was; NaN for none.
        after: Float, the same after learning from the new rows before them.
        learned: Boolean, whether it has learned from the new rows.
        needed: Integer, rows not learned from yet that it takes to learn.
    """

    rows: int
    start: pd.Timestamp
    end: pd.Timestamp
    held_out: int
    before: float
    after: float
    learned: bool
    needed: int

    def to_dict(self) -> dict[str, Any]:
        """Return the entries as JSON knows them."""
        known = self.held_out > 0
        return {
            "rows": self.rows,
            "start": str(self.start),
            "end": str(self.end),
            "held out rows": self.held_out,
            "mae before": self.before if known else None,
            "mae after": self.after if known else None,
            "learned": self.learned,
        }

    def describe(self, unit: str = "") -> str:
        """Return in one line what was gained.

        Args:
            unit: String, the target's unit. Default: `""`.
        """
        rows = f"{self.rows:,} new row{'s' if self.rows != 1 else ''}"
        if not self.held_out:
            return (
                f"{rows}, from which it goes on; too few to learn from, which takes "
                f"{self.needed:,} rows that it has not learned from"
            )
        unit = f" {unit}" if unit else ""
        change = f"{self.before:.4g} to {self.after:.4g}{unit}"
        if self.learned:
            share = 1 - self.after / self.before if self.before else 0.0
            return (
                f"{rows}: error on the newest {self.held_out:,} rows from {change} "
                f"({share:.1%} less) by learning from those before; then learned from "
                "all of them"
            )
        return (
            f"{rows}: nothing gained, error on the newest {self.held_out:,} rows from "
            f"{change} by learning from those before; the weights stay as they were"
        )


def update_forecaster(
    forecaster: Forecaster, rows: pd.DataFrame, *, least_past: int, seed: int = 0
) -> tuple[Forecaster, Gain]:
    """Learn on from prepared rows that follow those that a forecaster knows.

    The newest quarter of the rows that it has not learned from is held out. A copy
    learns from the others: the networks, the weights of the blend and the lines of the
    ridge regressions, each starting from what it is, at a low rate for a few epochs;
    naive forecasts, drift, exponential smoothing and the wave of the year stay.
    Where it then errs less on the held-out rows than before, it learns from those in
    the same way, and its weights are kept; else the old ones stay. In both cases it
    goes on from the newest row.

    Args:
        forecaster: `Forecaster`.
        rows: DataFrame of the columns `preparation.features`, with rows later than the
            last one that it knows; earlier ones have to agree with what it knows.
        least_past: Integer, rows that it keeps to go on from, at least.
        seed: Integer, of the order of the windows. Default: `0`.

    Returns:
        `(forecaster, gain)`: a new `Forecaster`, and `Gain`.

    Raises:
        UserError: The rows cannot follow those that it knows.
    """
    past = forecaster.past
    if past is None or "scaler" not in forecaster.metadata:
        raise UserError(
            "This forecaster does not know the rows that it was fitted on, and cannot "
            "learn on from others. Fit it again."
        )
    past = _with_what_came(forecaster.preparation, past, rows)
    new = _new_rows(past, rows, forecaster.preparation)
    known = pd.concat([past, new])
    learned_to = pd.Timestamp(forecaster.metadata["trained on"][1])
    waiting = int((known.index > learned_to).sum())
    horizon = forecaster.horizon
    held_out = max(horizon, round(_HELD_OUT * waiting))
    needed = 2 * horizon
    teaching = judging = None
    if waiting >= needed:
        teaching = _windows(forecaster, known.iloc[:-held_out], waiting - held_out)
        judging = _windows(forecaster, known, held_out)
    before = after = float("nan")
    model, learned = forecaster.model, False
    if teaching is None or judging is None:
        held_out = 0
    else:
        before = _error(model, judging)
        learner = _Learner(forecaster)
        learner.learn(teaching, seed)
        after = _error(learner.model, judging)
        learned = after < before
        if learned:
            # Those too that began before the held-out rows and end in them.
            rest = _windows(forecaster, known, held_out + horizon - 1)
            learner.learn(rest, seed)
            model = learner.model
    gain = Gain(
        len(new), new.index[0], new.index[-1], held_out, before, after, learned, needed
    )
    metadata = dict(forecaster.metadata)
    metadata["updates"] = [
        *metadata.get("updates", []),
        gain.to_dict() | {"gain": gain.describe(forecaster.unit)},
    ]
    if learned:
        metadata["trained on"] = [metadata["trained on"][0], str(new.index[-1])]
        metadata["weights"] = _shares(model, metadata.get("weights", {}))
    # What it has not learned from yet is kept, for the next time.
    kept = least_past if learned else max(least_past, waiting + forecaster.lookback)
    return replace(
        forecaster, model=model, past=known.iloc[-kept:], metadata=metadata
    ), gain


def check_step(forecaster: Forecaster, index: pd.DatetimeIndex) -> None:
    """Raise a `UserError` unless new readings come as often as those before.

    Args:
        forecaster: `Forecaster`.
        index: `pandas.DatetimeIndex` of the new readings.
    """
    preparation = forecaster.preparation
    if not preparation.aggregate and is_thinner(index, preparation.every):
        raise UserError(
            f"The new rows are {span_text(infer_step(index))} apart, and the "
            f"forecaster learned from rows {preparation.every} apart as they were. "
            "Give rows of the same step, or fit it anew."
        )


def _with_what_came(preparation, past, rows):
    """What was known ahead of rows that have come since is what they came to be."""
    if not preparation.known_ahead:
        return past
    past = past.copy()
    for feature, name in preparation.ahead_features.items():
        if name not in rows.columns:
            continue
        seen = pd.concat([past[name], rows.loc[rows.index > past.index[-1], name]])
        later = seen.shift(-preparation.horizon).iloc[: len(past)]
        past[feature] = later.fillna(past[feature]).ffill()
    return past


def _new_rows(past, rows, preparation):
    """The rows after those that are known, once they are sure to follow them."""
    last = past.index[-1]
    new = rows[rows.index > last]
    both = past.index.intersection(rows.index)
    if preparation.aggregate and len(both) and both[0] == rows.index[0]:
        # Made of readings that begin somewhere in its interval.
        both = both[1:]
    # What was known ahead may have come otherwise.
    read = [name for name in past if name not in preparation.ahead_features]
    old, again = past.loc[both, read], rows.loc[both, read]
    # A hole at the beginning cannot be filled from the rows before it, as it was then.
    same = np.isclose(old, again, rtol=1e-4, atol=1e-6) | again.isna().to_numpy()
    if not same.all():
        row, column = np.argwhere(~same)[0]
        raise UserError(
            f"The new rows have {again.columns[column]!r} = "
            f"{again.iloc[row, column]:.6g} at {both[row]}, and the forecaster knows "
            f"{old.iloc[row, column]:.6g} there ({int((~same).any(axis=1).sum())} rows "
            f"differ). Give rows after {last} alone, or fit it anew."
        )
    if not len(new):
        raise UserError(
            f"No row is later than {last}, the last one that the forecaster knows: the "
            f"new ones end at {rows.index[-1]}. Give rows after {last}."
        )
    joined = past.index.append(new.index)
    ahead = steps_between(joined)[len(past) - 1]
    if abs(ahead - round(ahead)) > _OFF or ahead < 1 - _OFF:
        raise UserError(
            f"The new rows do not fall on the same steps: {new.index[0]} is no whole "
            f"number of steps after {last}, the last row that the forecaster knows. "
            "Give rows of the same step, or fit it anew."
        )
    return new


def _windows(forecaster, rows, count):
    """Windows that forecast the last `count` rows alone, `None` where none fits."""
    chosen = rows.iloc[-(count + forecaster.lookback) :]
    try:
        return Windows(
            chosen,
            forecaster.lookback,
            forecaster.horizon,
            forecaster.horizon,
            [forecaster.target],
            batch_size=1024,
        )
    except UserError:
        return None


def _error(model, windows):
    _, truth = target_values(windows)
    return float(np.abs(model.predict(windows, verbose=0) - truth).mean())


class _Learner:
    """A copy of a forecaster's model that learns on from windows."""

    def __init__(self, forecaster):
        scaler = Scaler.from_dict(forecaster.metadata["scaler"])
        place = scaler.columns.index(forecaster.target)
        self.mean, self.std = float(scaler.mean[place]), float(scaler.std[place])
        self.model = keras.models.clone_model(forecaster.model)
        self.model.set_weights(forecaster.model.get_weights())
        # Standardised, so that the rate means the same in every unit.
        outputs = keras.layers.Rescaling(1 / self.std, -self.mean / self.std)(
            self.model.output
        )
        self.network = keras.Model(self.model.input, outputs)
        self.lines = [layer for layer in _layers(self.model) if _is_line(layer)]
        self._free(True)
        # Told how many steps a call has, it is traced once for both times of learning.
        self.network.compile(
            keras.optimizers.Adam(_LEARNING_RATE, clipnorm=1.0),
            "mae",
            steps_per_execution=steps_per_call(),
        )

    def learn(self, windows, seed):
        self._free(True)
        past, truth = windows.arrays()
        training.fit(
            self.network,
            past,
            (truth[:, :, 0] - self.mean) / self.std,
            epochs=_EPOCHS,
            patience=None,
            batch_size=_BATCH,
            seed=seed,
            verbose=0,
        )
        self._free(False)

    def _free(self, trainable):
        """The lines learn for once, and are as they were in what is saved."""
        for layer in self.lines:
            layer.trainable = trainable


def _layers(model):
    """Every layer of a model, those of models inside it, too."""
    for layer in getattr(model, "layers", ()):
        yield layer
        yield from _layers(layer)


def _is_line(layer):
    """Whether a layer is a regression that the training had left as it was fitted."""
    fixed = isinstance(layer, keras.layers.Dense) and not layer.trainable
    return fixed and layer.name.startswith(_LINES)


def _shares(model, weights):
    """The weights of the blend by the names that they had."""
    for layer in _layers(model):
        if layer.name == "blend" and layer.kernel.shape[0] == len(weights):
            kernel = keras.ops.convert_to_numpy(layer.kernel)[:, 0]
            return dict(zip(weights, map(float, kernel), strict=True))
    return weights
