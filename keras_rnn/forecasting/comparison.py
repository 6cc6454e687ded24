"""Training a table of models and judging all of them on the same windows."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.forecasting.baselines import persistence, season_of, seasonal_naive
from keras_rnn.forecasting.metrics import skill
from keras_rnn.forecasting.models.registry import HISTORY, TASKS
from keras_rnn.forecasting.ridge import fit_ridge
from keras_rnn.forecasting.scaling import Scaler
from keras_rnn.training import History, fit, set_seed

if TYPE_CHECKING:
    from keras_rnn.forecasting.split import Split

# Windows that are predicted at once where nothing is learnt from them.
_MANY = 1024


@dataclass(frozen=True)
class Errors:
    """Mean absolute errors on one part.

    Attributes:
        mae: Float, the mean over all label columns, standardised. NaN for a model of
            the target alone in a task of all columns.
        target_mae: Float, that of the target alone, in its unit.
    """

    mae: float
    target_mae: float


@dataclass(frozen=True)
class Score:
    """Errors of one model in a comparison.

    Attributes:
        task: String, a key of `TASKS`.
        name: String, the model's.
        validation: `Errors` on the validation part.
        test: `Errors` on the test part.
        best_naive: `Errors`, the best of persistence and seasonal naive on the test
            part.
        is_naive: Boolean, whether it learns nothing: a reference, no contestant.
        parameters: Integer, numbers that are learnt.
        training: `keras_rnn.training.History`, or `None`.
        seconds: Float, for building, training (the part before a kill included) and
            judging.
    """

    task: str
    name: str
    validation: Errors
    test: Errors
    best_naive: Errors
    is_naive: bool = False
    parameters: int = 0
    training: History | None = None
    seconds: float = 0.0

    @property
    def skill(self) -> Errors:
        """`Errors` of `1 - error / best naive error`: below 0 is worse than naive."""
        return Errors(
            skill(self.test.mae, self.best_naive.mae),
            skill(self.test.target_mae, self.best_naive.target_mae),
        )

    @property
    def loses(self) -> bool:
        """Boolean, whether it is worse than naive overall or on the target."""
        return self.skill.mae < 0 or self.skill.target_mae < 0


@dataclass(frozen=True)
class ComparisonSettings:
    """How every model of a comparison is trained, the same for all of them.

    The loss and Adam are those of TensorFlow's tutorial. But the learning rate falls
    to zero along a cosine (Loshchilov & Hutter 2017) instead of staying where it is
    until the validation error rises: about as many epochs, and every model ends
    better. The weights of the best epoch are kept.

    Attributes:
        seed: Integer, of initial weights and of the order of windows.
        epochs: Integer, how many to train.
        batch_size: Integer, windows a batch.
        learning_rate: Float, of Adam in the beginning.
        loss: String, a loss of Keras.
    """

    seed: int = 0
    epochs: int = 10
    batch_size: int = 32
    learning_rate: float = 0.001
    loss: str = "mse"


class Comparison:
    """Compares models on one series.

    Each model trains on windows as wide as it needs, as in TensorFlow's tutorial. But
    all are judged on the same windows of the validation and the test part: a day of
    past rows (or a season, where that is longer), of which a model reads the latest
    that it was built for, and the same rows to predict. The naive forecasts and a
    ridge regression of the target's change answer the same question.

    Args:
        parts: `Split` of the prepared frame, in physical units.
        target: String, the column of interest.
        settings: `ComparisonSettings`. Default: 10 epochs, seed 0.

    Attributes:
        scaler: `Scaler`, fitted on the training part.
        season: Tuple `(name, rows)` of the seasonal naive forecast.
        lookback: Integer, past rows in the windows that all are judged on.

    Example:

    >>> import numpy as np, pandas as pd
    >>> from keras_rnn.forecasting.split import split
    >>> hours = pd.date_range("2024-01-01", periods=2000, freq="h")
    >>> day = np.sin(2 * np.pi * np.arange(2000) / 24)
    >>> comparison = Comparison(split(pd.DataFrame({"T": day}, index=hours)), "T")
    >>> persistence, seasonal, ridge = comparison.references("single-step")
    >>> seasonal.test.mae < 1e-6 < persistence.test.mae
    True
    """

    def __init__(
        self, parts: Split, target: str, settings: ComparisonSettings | None = None
    ) -> None:
        self.settings = settings or ComparisonSettings()
        self.target = target
        self.scaler = Scaler.fit(parts.train)
        self.parts = type(parts)(*map(self.scaler.transform, parts))
        self.season = season_of(parts.train.index)
        self.lookback = max(HISTORY, self.season[1])
        self._place = self.scaler.columns.index(target)
        self._references: dict[str, list[Score]] = {}

    def check_length(self, task: str) -> None:
        """Raise a `UserError` unless each part holds a window of the task.

        Args:
            task: String, a key of `TASKS`.

        Raises:
            UserError: A part is shorter than a window.
        """
        past, horizon = self.lookback, TASKS[task].horizon
        lengths = [len(part) for part in self.parts]
        if min(lengths) >= past + horizon:
            return
        rows = math.ceil((past + horizon) / min(lengths) * sum(lengths))
        raise UserError(
            f"The task {task} compares on windows of {past + horizon} rows ({past} of "
            f"the past, {horizon} to predict), and one of the three parts has only "
            f"{min(lengths)}. Give {rows} rows or more, there are {sum(lengths)}."
        )

    def references(self, task: str) -> list[Score]:
        """Judge what needs no network: persistence, seasonal naive, ridge.

        Args:
            task: String, a key of `TASKS`.

        Returns:
            List of three `Score`.
        """
        if task not in self._references:
            self._references[task] = self._judge_references(task)
        return self._references[task]

    def train(
        self, task: str, name: str, folder: Path | None = None
    ) -> tuple[Score, keras.Model]:
        """Build, train and judge one model.

        Args:
            task: String, a key of `TASKS`.
            name: String, a model of the task.
            folder: `pathlib.Path` for the checkpoint, from which a training that was
                stopped goes on. Default: none is kept.

        Returns:
            `(score, model)`; the model works on standardised values.
        """
        self.references(task)  # what they take is not the model's time
        started = time.perf_counter()
        spec = TASKS[task].models[name]
        windows = self._training_windows(task, name)
        set_seed(self.settings.seed)
        model = spec.build(windows)
        training = (
            self._fit(task, name, model, windows, folder) if spec.trained else None
        )
        score = self.judge(task, model, spec.input_width, name)
        seconds = time.perf_counter() - started
        if training:  # of which an earlier run may have done a part
            seconds = max(seconds, training.seconds)
        return replace(score, training=training, seconds=seconds), model

    def judge(
        self,
        task: str,
        model: keras.Model,
        input_width: int,
        name: str | None = None,
    ) -> Score:
        """Judge any model of standardised values on the windows of a task.

        A model of one's own then stands in the same table as the others.

        Args:
            task: String, a key of `TASKS`.
            model: `keras.Model` from `(batch, input_width, columns)` to the label
                columns of at least `horizon` rows, of which the last count.
            input_width: Integer, how many of the latest past rows it reads, at most
                `lookback`.
            name: String. Default: the model's.

        Returns:
            `Score`, without what is known of its training.
        """
        naive, *_ = self.references(task)
        horizon = TASKS[task].horizon

        def predict(past):
            latest = past[:, -input_width:]
            return np.asarray(model.predict_on_batch(latest))[:, -horizon:]

        validation, test = self._judge(task, predict)
        parameters = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
        return Score(
            task,
            model.name if name is None else name,
            validation,
            test,
            naive.best_naive,
            is_naive=parameters == 0,
            parameters=parameters,
        )

    def _fit(self, task, name, model, windows, folder):
        settings = self.settings
        falling = keras.optimizers.schedules.CosineDecay(
            settings.learning_rate, len(windows) * settings.epochs
        )
        model.compile(keras.optimizers.Adam(falling), settings.loss, metrics=["mae"])
        return fit(
            model,
            windows,
            TASKS[task].windows(
                name, self.parts.validation, self.target, batch_size=_MANY
            ),
            epochs=settings.epochs,
            patience=None,
            seed=settings.seed,
            folder=folder,
            if_different="restart",
            verbose=0,
        )

    def _training_windows(self, task, name):
        return TASKS[task].windows(
            name,
            self.parts.train,
            self.target,
            batch_size=self.settings.batch_size,
            shuffle=True,
            seed=self.settings.seed,
        )

    def count(self, task: str, part: str) -> int:
        """Return how many windows all models of a task are judged on.

        Args:
            task: String, a key of `TASKS`.
            part: `"validation"` or `"test"`.
        """
        frame = getattr(self.parts, part)
        return TASKS[task].test_windows(frame, self.target, self.lookback).count

    # Judging

    def _judge_references(self, task):
        horizon, season = TASKS[task].horizon, self.season[1]
        every = list(range(len(self.scaler.columns)))
        columns = every if TASKS[task].all_columns else [self._place]
        naive = {
            "persistence": lambda past: persistence(past, horizon),
            "seasonal_naive": lambda past: seasonal_naive(past, horizon, season),
        }
        errors = {
            name: self._judge(task, _by_column(forecast, columns))
            for name, forecast in naive.items()
        }
        best = Errors(
            min(test.mae for _, test in errors.values()),
            min(test.target_mae for _, test in errors.values()),
        )
        scores = [
            Score(task, name, *both, best, is_naive=True)
            for name, both in errors.items()
        ]
        return [*scores, self._judge_ridge(task, best)]

    def _judge_ridge(self, task, best_naive):
        started = time.perf_counter()

        def windows(part):
            # The target alone, also where the task asks for all columns.
            return replace(TASKS[task], all_columns=False).test_windows(
                part, self.target, self.lookback
            )

        train, validation, test = map(windows, self.parts)
        ridge, _ = fit_ridge(train, validation, self._place, HISTORY)
        errors = [
            self._errors(part, lambda past: ridge.predict(past)[:, :, None])
            for part in (validation, test)
        ]
        if TASKS[task].all_columns:
            errors = [replace(error, mae=float("nan")) for error in errors]
        return Score(
            task,
            "ridge",
            *errors,
            best_naive,
            parameters=ridge.kernel.size + ridge.bias.size,
            seconds=time.perf_counter() - started,
        )

    def _judge(self, task, predict):
        """`Errors` on the validation and on the test part."""
        return tuple(
            self._errors(
                TASKS[task].test_windows(part, self.target, self.lookback), predict
            )
            for part in (self.parts.validation, self.parts.test)
        )

    def _errors(self, windows, predict):
        sums = 0.0
        for first in range(0, windows.count, _MANY):
            past, future = windows.gather(slice(first, first + _MANY))
            error = np.abs(np.asarray(predict(past), "float64") - future)
            sums = sums + error.sum(axis=(0, 1))  # (columns,)
        mae = sums / (windows.count * windows.label_width)
        of_target = mae[windows.label_columns.index(self.target)]
        unit = self.scaler.std[self._place]
        return Errors(float(mae.mean()), float(of_target * unit))


def _by_column(forecast, columns):
    """Apply a forecast of one column's past to some columns of all windows."""

    def predict(past):
        chosen = past[:, :, columns].transpose(0, 2, 1)  # (windows, columns, rows)
        each = forecast(chosen.reshape(-1, past.shape[1]))
        return each.reshape(len(past), len(columns), -1).transpose(0, 2, 1)

    return predict
