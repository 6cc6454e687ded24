"""The one way to train: seeded, stopped on the best weights, resumable."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import keras

from keras_rnn.errors import UserError
from keras_rnn.training.fast_execution import faster
from keras_rnn.training.fit_callback import FitCallback
from keras_rnn.training.history import History
from keras_rnn.training.seeds import set_seed
from keras_rnn.training.sequence_weights import weigh_sequences
from keras_rnn.training.training_data import first_batch, training_data


def fit(
    model: keras.Model,
    x: Any,
    y: Any = None,
    validation_data: Any = None,
    *,
    sample_weight: Any = None,
    epochs: int = 20,
    patience: int | None = 2,
    seed: int = 0,
    reseed: bool = True,
    folder: str | Path | None = None,
    monitor: str | None = "val_loss",
    mode: Literal["min", "max"] = "min",
    batch_size: int = 32,
    if_different: Literal["error", "restart"] = "error",
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: Literal["auto", 0, 1, 2] = "auto",
) -> History:
    """Train a compiled model and leave it with the weights of its best epoch.

    Training stops after `epochs` epochs, or when `monitor` has not been better for
    `patience` epochs, or when the loss is no finite number any more. Without
    validation data there is nothing honest to stop on: all epochs are done and the
    last weights are kept (unless `monitor` names a metric of the training itself).

    With a `folder`, the whole state (weights, optimizer, random states of dropout
    layers, early stopping, history) is written after each epoch to
    `checkpoint.npz`, at no moment half, and the metrics to `history.json`. After a
    kill at any time the same call goes on after the last whole epoch and ends with
    the same weights and history as if nothing had happened: exactly the same on a
    CPU, given batches that depend on the epoch's number alone (arrays, `Windows`,
    or a `PyDataset` with an attribute `epoch`, which is set before each epoch) and
    random numbers from layers, not from global generators (on torch, dropout without
    a seed draws from a global one). A training that is over
    is not done again: the model gets the weights and the state of the optimizer that
    it was left with. With more `epochs` or `patience` it goes on. After Ctrl-C the
    model has its best weights so far and the checkpoint is that of the last whole
    epoch.

    For speed, 64 batches go to the backend at once (`steps_per_execution`; not on
    torch), and on TensorFlow without a GPU a small recurrent network is compiled with
    XLA when training is long enough to repay that. Both are put back afterwards, and
    a model compiled with other values or with `run_eagerly` keeps its own.

    Averaged weights (`use_ema=True`) are what the model has at the end if there is
    nothing to monitor; the best epoch is judged by the weights themselves, and these
    are kept, as by `keras.callbacks.EarlyStopping`.

    Args:
        model: `keras.Model`, compiled with an optimizer and a loss.
        x: Inputs: an array, or several as a list or a dict. Arrays are shuffled in
            each epoch. Or the targets with them: a tuple `(inputs, targets)` or
            `(inputs, targets, sample_weights)`, a `keras.utils.PyDataset` such as
            `Windows` (which decides on the order itself), a `tf.data.Dataset`, or
            another data set that `model.fit` takes.
        y: Targets: an array, or several as a list or a dict. Where `x` holds the
            targets, the validation data may stand here. Default: `None`.
        validation_data: Tuple or data set with targets, never shuffled. Default:
            `None`.
        sample_weight: Array of shape `(examples,)`, for arrays: a weight of each
            example, which is a whole sequence where the model gives sequences; or
            `(examples, steps)`. The same goes for the weights in a tuple, a
            `PyDataset` or a `tf.data.Dataset`. Default: `None`.
        epochs: Integer, the most epochs to train. Default: `20`.
        patience: Integer, after how many epochs without a better `monitor` to stop,
            or `None` to do all epochs. Default: `2`.
        seed: Integer, for the order of arrays and for the global generators of
            Python, NumPy and the backend. It takes effect when training starts: for
            the same initial weights, call `set_seed` before building the model.
            Default: `0`.
        reseed: Boolean, whether to seed the global generators. A model that goes on
            can do without: once seeded, TensorFlow prepares all functions that it
            had compiled anew, which takes a second or two. Default: `True`.
        folder: String or `pathlib.Path`, where to keep checkpoint and history.
            Default: `None`, keep none.
        monitor: String, the metric that tells which epoch is best, or `None` to keep
            the last. Default: `"val_loss"`.
        mode: `"min"` or `"max"`: whether less or more of it is better. Default:
            `"min"`.
        batch_size: Integer, for arrays. Default: `32`.
        if_different: What to do if `folder` holds the training of another model,
            optimizer, loss, seed or data: `"error"`, or `"restart"`, which says so
            and trains anew, writing over it. Default: `"error"`.
        callbacks: Sequence of further Keras callbacks. What they remember is not
            in the checkpoint.
        verbose: `"auto"`, a progress bar on a terminal or in a notebook and a line
            an epoch elsewhere; `0` nothing; `1` the bar; `2` the lines. Default:
            `"auto"`.

    Returns:
        `History`: `history.history["loss"]` is the loss of each epoch, as in Keras.

    Raises:
        UserError: The loss was NaN or infinite in the very first epoch, the targets
            are missing, or the folder cannot be used.

    Example:

    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
    >>> set_seed(0)
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile(keras.optimizers.Adam(0.1), "mse")
    >>> history = fit(model, x, 3 * x, (x, 3 * x), epochs=40, verbose=0)
    >>> history.best["val_loss"] < 0.01
    True
    """
    _check(model, epochs, patience, mode, if_different, verbose)
    if reseed:
        set_seed(seed)
    train, validation = training_data(
        model, x, y, validation_data, sample_weight, batch_size, seed
    )
    if validation is None and (monitor or "").startswith("val_"):
        monitor = None
    _build(model, train)

    bar = verbose == 1 or (verbose == "auto" and _is_interactive())
    callback = FitCallback(train, monitor, mode, patience, epochs)
    if verbose != 0:
        callback.say, callback.lines = _say, not bar
    callback.begin(model, folder, seed, if_different)
    if not callback.over:
        steps = epochs * _batches(train)
        size = getattr(train, "batch_size", batch_size)
        weighed = weigh_sequences(model, train)
        _build_metrics(model, weighed)
        with callback.interruptible(model), faster(model, steps, size):
            model.fit(
                weighed,
                validation_data=weigh_sequences(model, validation),
                initial_epoch=callback.resumed_after,
                epochs=epochs,
                shuffle=False,
                callbacks=[*callbacks, callback],
                verbose=1 if bar else 0,
            )
    return callback.finish(model)


def _build(model, train):
    """Make all variables, so that a checkpoint has where to go."""
    if not model.built:
        if hasattr(train, "as_numpy_iterator"):
            batch = next(iter(train.as_numpy_iterator()))
        elif isinstance(train, keras.utils.PyDataset):
            batch = first_batch(train)
        else:
            raise ValueError("Build the model before training: call it on one batch.")
        model(batch[0] if isinstance(batch, tuple) else batch)
    # A second `build` of a LossScaleOptimizer would give it more variables.
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


def _build_metrics(model, train):
    """Make the variables of losses and metrics before the first step is traced.

    On TensorFlow Keras makes them during that trace, and what has made variables is
    traced once more: compiling takes half as long again. On JAX and torch Keras
    itself makes them beforehand, in this way.
    """
    batch = first_batch(train)
    if batch is not None and not model.run_eagerly:
        model._symbolic_build(data_batch=batch)


def _batches(train):
    """How many batches an epoch has, or 0 where it cannot be told."""
    if isinstance(train, keras.utils.PyDataset):
        return train.num_batches or 0
    if hasattr(train, "cardinality"):
        return max(int(train.cardinality()), 0)
    return 0


def _is_interactive():
    return sys.stdout.isatty() or "ipykernel" in sys.modules


def _say(message):
    print(message, flush=True)


def _check(model, epochs, patience, mode, if_different, verbose):
    if not model.compiled or model.optimizer is None:
        raise ValueError("Compile the model first: model.compile('adam', 'mse').")
    if not isinstance(epochs, int) or epochs < 1:
        raise UserError(f"epochs must be a whole number of at least 1, not {epochs}.")
    if patience is not None and patience < 0:
        raise UserError(f"patience must be 0 or more, or None, not {patience}.")
    for name, value, known in (
        ("mode", mode, ("min", "max")),
        ("if_different", if_different, ("error", "restart")),
        ("verbose", verbose, ("auto", 0, 1, 2)),
    ):
        if value not in known:
            raise ValueError(f"{name} must be one of {known}, not {value!r}.")
