"""Training the recurrent part of the ensemble: once, and then on with more rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd
from keras import ops

from keras_rnn import training
from keras_rnn.forecasting.network import forecasting_network
from keras_rnn.training.fast_execution import steps_per_call

if TYPE_CHECKING:
    from keras_rnn.forecasting.plan import ForecastTask
    from keras_rnn.forecasting.ridge import RidgeChange
    from keras_rnn.forecasting.windows import Windows

# From how many windows on which network: with more to be learned from, it is larger,
# and reads more rows in one recurrent step, which halves the time and costs nothing.
_SIZES = {
    0: {"batch": 64, "units": 32, "dropout": 0.3, "rate": 1e-3, "segment": 6},
    8_000: {"batch": 128, "units": 32, "dropout": 0.3, "rate": 2e-3, "segment": 12},
    20_000: {"batch": 256, "units": 64, "dropout": 0.2, "rate": 2e-3, "segment": 12},
}
_EPOCHS = 8
# An epoch of so many windows is worth two.
_LONG_EPOCH = 20_000
_LEAST_UPDATES = 500
_PARTS = {
    "train": "The networks learn from the training part.",
    "validation": "They have their weight, and learn on from the validation part.",
    "test": "They are judged, and learn on from the test part.",
}
# Going on with rows that came later: the share of the epochs, and of the rate.
_SHARE_OF_EPOCHS = 0.25
_SHARE_OF_RATE = 0.5


@dataclass(frozen=True)
class NetworkSettings:
    """How the network is trained.

    Attributes:
        cell: What `Recurrent` takes as its cell, or `None` for no network at all.
        epochs: Integer, the epochs of the first training. Default: 8, 4 from 20,000
            windows on, and more for a series so short that these would be less than
            500 updates of the weights.
        seed: Integer, of the initial weights and the order of the windows.
    """

    cell: str | None = "gru"
    epochs: int | None = None
    seed: int = 0


@keras.saving.register_keras_serializable(package="keras_rnn")
class CosineCycles(keras.optimizers.schedules.LearningRateSchedule):
    """A cosine decay after a warm-up, and a second one of a lower peak.

    The second begins at step `steps[0]`. After its end the rate stays at a hundredth of
    its peak.

    Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm
    restarts".

    Args:
        peaks: Pair of floats, the highest rate of each cycle.
        steps: Pair of integers, the length of each cycle.
    """

    def __init__(self, peaks: tuple[float, float], steps: tuple[int, int]) -> None:
        super().__init__()
        self.peaks, self.steps = tuple(peaks), tuple(steps)
        self._first, self._second = (
            _cosine(peak, length) for peak, length in zip(peaks, steps, strict=True)
        )

    def __call__(self, step: Any) -> Any:
        """Return the learning rate at a step."""
        step = ops.cast(step, "float32")
        second = self._second(ops.maximum(step - self.steps[0], 0.0))
        return ops.where(step < self.steps[0], self._first(step), second)

    def get_config(self) -> dict[str, Any]:
        return {"peaks": self.peaks, "steps": self.steps}


def _cosine(peak, steps):
    """Up for a tenth of the steps, and down to a hundredth of the peak at their end."""
    warmup = max(1, steps // 10)
    return keras.optimizers.schedules.CosineDecay(
        0.0,
        max(1, steps - warmup),
        alpha=0.01,
        warmup_target=peak,
        warmup_steps=warmup,
    )


class NetworkTraining:
    """A network that learns from some rows, and then goes on with more of them.

    Going on from the weights that it has takes a fraction of the time of a training
    from nothing, and what was compiled for the first training serves all of them.

    Args:
        task: `keras_rnn.forecasting.plan.ForecastTask`.
        settings: `NetworkSettings`, with a cell.
        folder: `pathlib.Path` for checkpoints. Default: none are kept.
        verbose: `0`, `1`, `2` or `"auto"`, as for `training.fit`.

    Attributes:
        model: `keras.Model` from `(batch, lookback, columns)` to
            `(batch, horizon, views)`, once it is trained.
        learner: `keras.Model`, the same layers, compiled.
        history: `training.History` of the first training.
    """

    def __init__(
        self,
        task: ForecastTask,
        settings: NetworkSettings,
        *,
        folder: Path | None = None,
        verbose: str | int = "auto",
    ) -> None:
        self.task, self.settings = task, settings
        self.folder, self.verbose = folder, verbose

    def start(self, frame: pd.DataFrame, line: RidgeChange) -> None:
        """Build the network and train it.

        Args:
            frame: DataFrame of standardised columns.
            line: `RidgeChange`, what the network corrects.
        """
        task, seed = self.task, self.settings.seed
        count = task.windows(frame).count
        size = _size(count)
        self.batch = min(size["batch"], count)
        batches = count // self.batch
        self.epochs = self.settings.epochs or max(
            _EPOCHS // 2 if count >= _LONG_EPOCH else _EPOCHS,
            math.ceil(_LEAST_UPDATES / batches),
        )
        self.later_epochs = math.ceil(_SHARE_OF_EPOCHS * self.epochs)
        self.cycle = self.epochs * batches
        training.set_seed(seed)
        self.learner = forecasting_network(
            task,
            frame.shape[1],
            line,
            cell=self.settings.cell,
            units=size["units"],
            dropout=size["dropout"],
            segment=size["segment"],
        )
        schedule = CosineCycles(
            (size["rate"], _SHARE_OF_RATE * size["rate"]),
            (self.cycle, self.later_epochs * batches),
        )
        self.learner.compile(
            keras.optimizers.Adam(schedule, clipnorm=1.0),
            "mae",
            steps_per_execution=steps_per_call(),
        )
        # Not compiled: Keras would unroll so many steps of `predict`, which costs more
        # than it saves, and write the optimizer's variables into the model's file.
        self.model = keras.Model(
            self.learner.input, self.learner.output, name="network"
        )
        self.history = self._fit(frame, self.epochs, "train")

    def go_on(self, frame: pd.DataFrame, line: RidgeChange, name: str) -> None:
        """Learn on, from more rows.

        Args:
            frame: DataFrame of standardised columns, these and earlier rows.
            line: `RidgeChange`, fitted to the same rows.
            name: String, the folder of the checkpoints of this part.
        """
        self.model.get_layer("fixed_line").set_weights([line.kernel, line.bias])
        self.learner.optimizer.iterations.assign(self.cycle)
        self._fit(frame, self.later_epochs, name)

    def predict(self, windows: Windows | np.ndarray) -> np.ndarray:
        """Forecast from every window.

        Args:
            windows: `Windows`, or array of shape `(windows, lookback, columns)`.

        Returns:
            Float array of shape `(windows, horizon, views)`.
        """
        return self.model.predict(windows, verbose=0)

    def _fit(self, frame, epochs, name):
        windows = self.task.windows(
            frame,
            batch_size=self.batch,
            shuffle=True,
            seed=self.settings.seed,
            drop_remainder=True,
        )
        if self.verbose:
            print(_PARTS[name], flush=True)
        return training.fit(
            self.learner,
            windows,
            epochs=epochs,
            patience=None,
            seed=self.settings.seed,
            reseed=name == "train",
            folder=self.folder and self.folder / name,
            if_different="restart",
            verbose=self.verbose,
        )


def _size(count):
    """The network for so many windows."""
    return _SIZES[max(least for least in _SIZES if least <= count)]
