"""How applications train: Adam, clipped gradients, a rate that falls along a cosine."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

import keras

from keras_rnn import training
from keras_rnn.applications.contract import Request


def fit_to_loss(
    model: keras.Model,
    loss: str | keras.losses.Loss | dict | list,
    train: keras.utils.PyDataset | tuple,
    validation: keras.utils.PyDataset | tuple | None,
    request: Request,
    *,
    learning_rate: float | keras.optimizers.schedules.LearningRateSchedule,
    epochs: int = 1,
    updates: int = 0,
    batches: int | None = None,
    batch_size: int = 32,
    weight_decay: float | None = None,
    metrics: list | dict | None = None,
    weighted_metrics: list | dict | None = None,
    name: str | None = None,
    **options: Any,
) -> None:
    """Train a model with Adam, clipped gradients (Pascanu et al. 2013) and a cosine.

    Args:
        model: `keras.Model`.
        loss, metrics, weighted_metrics: What `model.compile` takes.
        train, validation: What `keras_rnn.training.fit` takes. Validation decides which
            epoch is best; with `None` the last one is kept.
        request: `keras_rnn.applications.contract.Request`, whose number of epochs, if
            it names one, is that of the training.
        learning_rate: Float, from which it falls to zero along a cosine; or a Keras
            schedule.
        epochs: Integer, the least number of epochs, all of which are done.
            Default: `1`.
        updates: Integer, the least number of batches to learn from, in whole epochs.
            Default: `0`.
        batches: Integer, batches in an epoch. Default: `None`, those that `train` has.
        batch_size: Integer, for arrays. Default: `32`.
        weight_decay: Float. Default: `None`.
        name: String, the folder of the checkpoints, where a run trains several models.
            Default: `None`.
        **options: Others of `keras_rnn.training.fit`.
    """
    batches = batches or batches_in(train, batch_size)
    epochs = request.epochs or max(epochs, math.ceil(updates / batches))
    if isinstance(learning_rate, float):
        learning_rate = keras.optimizers.schedules.CosineDecay(
            learning_rate, epochs * batches
        )
    model.compile(
        keras.optimizers.Adam(learning_rate, clipnorm=1.0, weight_decay=weight_decay),
        loss,
        metrics=metrics,
        weighted_metrics=weighted_metrics,
    )
    training.fit(
        model,
        train,
        validation,
        epochs=epochs,
        patience=None,
        seed=request.seed,
        folder=request.folder / name if request.folder and name else request.folder,
        if_different="restart",
        batch_size=batch_size,
        verbose=request.verbose,
        **options,
    )


def fit_to_accuracy(
    model: keras.Model,
    train: keras.utils.PyDataset | tuple,
    validation: keras.utils.PyDataset | tuple,
    request: Request,
    *,
    loss: str | keras.losses.Loss | dict | list = "sparse_categorical_crossentropy",
    monitor: str = "val_accuracy",
    **options: Any,
) -> None:
    """Train a classifier and leave it with the weights of the highest accuracy.

    It is `fit_to_loss` with a weight decay of 0.01.

    Args:
        model: `keras.Model` with probabilities as its output, or as one of them.
        train, validation: What `keras_rnn.training.fit` takes.
        request: `keras_rnn.applications.contract.Request`.
        loss: What `model.compile` takes. Default: `"sparse_categorical_crossentropy"`.
        monitor: String, the accuracy that decides which epoch is best.
            Default: `"val_accuracy"`.
        **options: Others of `fit_to_loss`, among them `metrics` or `weighted_metrics`
            with `"accuracy"` in it.
    """
    options = {"monitor": monitor, "mode": "max", "weight_decay": 0.01, **options}
    fit_to_loss(model, loss, train, validation, request, **options)


def fit_to_likelihood(
    model: keras.Model,
    train: keras.utils.PyDataset | tuple,
    validation: keras.utils.PyDataset | tuple | None,
    request: Request,
    *,
    ignore_class: int | None = None,
    **options: Any,
) -> None:
    """Train a model of the next token, and leave it with its most likely weights.

    It is `fit_to_loss` on the cross-entropy of each token, padding left out where the
    model has a mask.

    Args:
        model: `keras.Model` with logits as its output.
        train, validation: What `keras_rnn.training.fit` takes.
        request: `keras_rnn.applications.contract.Request`.
        ignore_class: Integer, a token that is no target. Default: `None`.
        **options: Others of `fit_to_loss`.
    """
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, ignore_class=ignore_class
    )
    fit_to_loss(model, loss, train, validation, request, **options)


def batches_in(train: keras.utils.PyDataset | tuple, batch_size: int) -> int:
    """Return how many batches an epoch has.

    Example:

    >>> import numpy as np
    >>> batches_in((np.zeros((9, 2)), np.zeros(9)), 4)
    3
    """
    if isinstance(train, keras.utils.PyDataset):
        return len(train)
    return math.ceil(len(keras.tree.flatten(train)[0]) / batch_size)


def as_bytes(model: keras.Model) -> bytes:
    """Return the content of a model's `.keras` file, for runs that leave several."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()
