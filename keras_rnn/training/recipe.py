"""The one training recipe: seeded, stopped on the best weights, resumable."""

import sys

import keras

from keras_rnn.errors import UserError
from keras_rnn.training.batches import Batches
from keras_rnn.training.execution import faster
from keras_rnn.training.recorder import Recorder
from keras_rnn.training.seeds import set_seed


def fit(
    model,
    train,
    validation=None,
    *,
    epochs=20,
    patience=2,
    seed=0,
    folder=None,
    monitor="val_loss",
    mode="min",
    batch_size=32,
    if_different="error",
    callbacks=(),
    verbose="auto",
):
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
    random numbers from layers, not from global generators. A training that is over
    is not done again; with more `epochs` or `patience` it goes on. After Ctrl-C the
    model has its best weights so far and the checkpoint is that of the last whole
    epoch.

    For speed, 64 batches go to the backend at once (`steps_per_execution`), and on
    TensorFlow without a GPU a small recurrent network is compiled with XLA when
    training is long enough to repay that. Both are put back afterwards, and a model
    compiled with other values or with `run_eagerly` keeps its own.

    Args:
        model: `keras.Model`, compiled with an optimizer and a loss.
        train: `keras.utils.PyDataset` such as `Windows` (which decides on the order
            itself), or a tuple of arrays `(inputs, targets)`, which are shuffled in
            each epoch, or anything else that `model.fit` takes.
        validation: Likewise, never shuffled. Default: `None`.
        epochs: Integer, the most epochs to train. Default: `20`.
        patience: Integer, after how many epochs without a better `monitor` to stop,
            or `None` to do all epochs. Default: `2`.
        seed: Integer, for the order of arrays and for the global generators of
            Python, NumPy and the backend. It takes effect when training starts: for
            the same initial weights, call `set_seed` before building the model.
            Default: `0`.
        folder: String or `pathlib.Path`, where to keep checkpoint and history.
            Default: `None`, keep none.
        monitor: String, the metric that tells which epoch is best. Default:
            `"val_loss"`.
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
        `History`.

    Raises:
        UserError: The loss was NaN or infinite in the very first epoch, or the
            folder cannot be used.

    Example:

    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
    >>> set_seed(0)
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile(keras.optimizers.Adam(0.1), "mse")
    >>> history = fit(model, (x, 3 * x), (x, 3 * x), epochs=40, verbose=0)
    >>> history.best["val_loss"] < 0.01
    True
    """
    _check(model, epochs, patience, mode, if_different, verbose)
    set_seed(seed)
    train = _dataset(train, batch_size, seed, shuffle=True)
    validation = _dataset(validation, batch_size, seed, shuffle=False)
    if validation is None and monitor.startswith("val_"):
        monitor = None
    _build(model, train)

    bar = verbose == 1 or (verbose == "auto" and _is_interactive())
    recorder = Recorder(train, monitor, mode, patience, epochs)
    if verbose != 0:
        recorder.say, recorder.lines = _say, not bar
    recorder.begin(model, folder, seed, if_different)
    if not recorder.over:
        steps = epochs * _batches(train)
        size = getattr(train, "batch_size", batch_size)
        with recorder.interruptible(model), faster(model, steps, size):
            model.fit(
                train,
                validation_data=validation,
                initial_epoch=recorder.resumed_after,
                epochs=epochs,
                shuffle=False,
                callbacks=[*callbacks, recorder],
                verbose=1 if bar else 0,
            )
    return recorder.finish(model)


def _dataset(data, batch_size, seed, shuffle):
    if isinstance(data, tuple):
        return Batches(data, batch_size, shuffle, seed)
    return data


def _build(model, train):
    """Make all variables, so that a checkpoint has where to go."""
    if not model.built:
        if not isinstance(train, keras.utils.PyDataset):
            raise ValueError("Build the model before training: call it on one batch.")
        batch = train[0]
        model(batch[0] if isinstance(batch, tuple) else batch)
    model.optimizer.build(model.trainable_variables)


def _batches(train):
    return train.num_batches or 0 if isinstance(train, keras.utils.PyDataset) else 0


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
