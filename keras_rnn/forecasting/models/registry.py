"""The one table of the tutorial's models, for `compare`, tutorials and tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from keras_rnn.errors import UserError, nearest
from keras_rnn.forecasting.models import multi_step, single_step

if TYPE_CHECKING:
    import keras

    from keras_rnn.forecasting.windows import Windows

CELLS = ("lstm", "gru", "simple_rnn")

# Rows of the past that every model of a task may look at: a day of hours.
HISTORY = 24


@dataclass(frozen=True)
class ModelSpec:
    """How to build a model and which windows to train it on.

    Attributes:
        build: Function from `Windows` to an uncompiled `keras.Model`.
        input_width: Integer, rows it reads in training; the latest of the history.
        label_width: Integer, rows it predicts in training.
        trained: Boolean; `False` for those that are naive and have no weights.
    """

    build: Callable[[Windows], keras.Model]
    input_width: int
    label_width: int
    trained: bool = True


@dataclass(frozen=True)
class ComparisonTask:
    """A question that models are compared on.

    All models of a task are judged on the same windows: `HISTORY` rows of the past,
    of which each model reads as many of the latest as it was built for, and the
    `horizon` rows after them.

    Attributes:
        title: String, the question in words.
        horizon: Integer, rows to predict.
        all_columns: Boolean: predict all columns, or the target alone.
        models: Dict from name to `ModelSpec`.
    """

    title: str
    horizon: int
    all_columns: bool
    models: dict[str, ModelSpec]

    def windows(
        self, name: str, frame: pd.DataFrame, target: str, **arguments: Any
    ) -> Windows:
        """Return the `Windows` that a model is trained on.

        Args:
            name: String, a model of this task.
            frame: DataFrame, one standardised part.
            target: String, the column that single-step models predict.
            **arguments: Further arguments of `Windows`, such as `batch_size`.
        """
        from keras_rnn.forecasting.windows import Windows

        model = self.models[name]
        labels = None if self.all_columns else [target]
        return Windows(
            frame,
            model.input_width,
            model.label_width,
            self.horizon,
            labels,
            **arguments,
        )

    def test_windows(
        self,
        frame: pd.DataFrame,
        target: str,
        history: int = HISTORY,
        **arguments: Any,
    ) -> Windows:
        """Return the `Windows` that all models of the task are judged on.

        Args:
            frame: DataFrame, one standardised part.
            target: String, the column that single-step models predict.
            history: Integer, rows of the past. Default: `24`.
            **arguments: Further arguments of `Windows`, such as `batch_size`.
        """
        from keras_rnn.forecasting.windows import Windows

        labels = None if self.all_columns else [target]
        return Windows(frame, history, self.horizon, self.horizon, labels, **arguments)


def _recurrent(build, label_width, name="{}"):
    """One `ModelSpec` for each recurrent cell."""
    return {
        name.format(cell): ModelSpec(partial(build, cell=cell), HISTORY, label_width)
        for cell in CELLS
    }


TASKS = {
    "single-step": ComparisonTask(
        title="the target one row ahead",
        horizon=1,
        all_columns=False,
        models={
            "baseline": ModelSpec(single_step.baseline, 1, 1, trained=False),
            "linear": ModelSpec(single_step.linear, 1, 1),
            "dense": ModelSpec(single_step.dense, 1, 1),
            "multi_step_dense": ModelSpec(
                single_step.multi_step_dense, single_step.CONV_WIDTH, 1
            ),
            "conv": ModelSpec(single_step.conv, single_step.CONV_WIDTH, 1),
            **_recurrent(single_step.recurrent, HISTORY),
        },
    ),
    "multi-output": ComparisonTask(
        title="all columns one row ahead",
        horizon=1,
        all_columns=True,
        models={
            "baseline": ModelSpec(single_step.baseline, 1, 1, trained=False),
            "dense": ModelSpec(single_step.dense, 1, 1),
            **_recurrent(single_step.recurrent, HISTORY),
            **_recurrent(single_step.residual, HISTORY, "residual_{}"),
        },
    ),
    "multi-step": ComparisonTask(
        title="all columns for the next 24 rows",
        horizon=24,
        all_columns=True,
        models={
            "last": ModelSpec(multi_step.last, HISTORY, 24, trained=False),
            "repeat": ModelSpec(multi_step.repeat, HISTORY, 24, trained=False),
            "linear": ModelSpec(multi_step.linear, HISTORY, 24),
            "dense": ModelSpec(multi_step.dense, HISTORY, 24),
            "conv": ModelSpec(multi_step.conv, HISTORY, 24),
            **_recurrent(multi_step.recurrent, 24),
            **_recurrent(multi_step.autoregressive, 24, "autoregressive_{}"),
        },
    ),
}


def choose(
    task: str = "all", names: Sequence[str] | None = None
) -> dict[str, list[str]]:
    """Return tasks and models by name.

    Args:
        task: String, a key of `TASKS`, or `"all"`. Default: `"all"`.
        names: List of strings, the models to keep, in each task that has them.
            Default: all.

    Returns:
        Dict from task name to list of model names, without empty tasks.

    Raises:
        UserError: An unknown name, or none of the models is in the task.

    Example:

    >>> choose("single-step", ["lstm", "linear"])
    {'single-step': ['linear', 'lstm']}
    """
    if task != "all" and task not in TASKS:
        others = ["all", "long-horizon"]
        raise UserError(
            f"There is no task {task!r}.{nearest(task, [*TASKS, *others])} Known are "
            f"{', '.join(TASKS)}, all, and on the command line long-horizon."
        )
    tasks = TASKS if task == "all" else {task: TASKS[task]}
    if names is None:
        return {key: list(value.models) for key, value in tasks.items()}
    known = {name: None for value in tasks.values() for name in value.models}
    for name in names:
        if name not in known:
            where = "any task" if task == "all" else f"the task {task}"
            raise UserError(
                f"There is no model {name!r} in {where}.{nearest(name, known)} There "
                f"are {', '.join(known)}."
            )
    chosen = {
        key: [name for name in value.models if name in names]
        for key, value in tasks.items()
    }
    return {key: found for key, found in chosen.items() if found}
