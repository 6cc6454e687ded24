"""How applications train their networks: to tell classes, to go on with a text, ..."""

import math

import keras

from keras_rnn import training


def fit_to_loss(
    model,
    loss,
    train,
    validation,
    request,
    *,
    epochs,
    batches,
    learning_rate,
    weight_decay=None,
    metrics=None,
    weighted_metrics=None,
    name=None,
    **options,
):
    """Train a model with Adam, clipped gradients (Pascanu et al. 2013) and a cosine.

    Args:
        model: `keras.Model`.
        loss: What `model.compile` takes; `metrics` and `weighted_metrics` likewise.
        train: What `keras_rnn.training.fit` takes; `validation` likewise, which
            decides which epoch is best. With `None` the last one is kept.
        validation: See `train`.
        request: `keras_rnn.applications.contract.Request`.
        epochs: Integer, all of which are done.
        batches: Integer, batches in an epoch.
        learning_rate: Float, from which it falls to zero along a cosine; or a Keras
            schedule.
        weight_decay: Float. Default: `None`.
        metrics: See `loss`. Default: `None`.
        weighted_metrics: See `loss`. Default: `None`.
        name: String, the folder of the checkpoints, where a run trains several models.
            Default: `None`.
        **options: Others of `keras_rnn.training.fit`.
    """
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
        verbose=request.verbose,
        **options,
    )


def fit_to_accuracy(
    model,
    train,
    validation,
    request,
    *,
    batches,
    updates,
    learning_rate,
    batch_size=32,
    loss="sparse_categorical_crossentropy",
    monitor="val_accuracy",
    **metrics,
):
    """Train a model and leave it with the weights that validated best.

    As `fit_to_loss`, with a weight decay of 0.01.

    Args:
        model: `keras.Model` with probabilities as its output, or as one of them.
        train: What `keras_rnn.training.fit` takes; `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.contract.Request`.
        batches: Integer, batches in an epoch.
        updates: Integer, how many batches to learn from at least, in whole epochs,
            where the request names no number of epochs.
        learning_rate: Float, the rate of the beginning.
        batch_size: Integer, for arrays. Default: `32`.
        loss: What `model.compile` takes. Default: `"sparse_categorical_crossentropy"`.
        monitor: String, the accuracy that decides which epoch is best.
            Default: `"val_accuracy"`.
        **metrics: `metrics` or `weighted_metrics` of `model.compile`, with
            `"accuracy"` in it.
    """
    fit_to_loss(
        model,
        loss,
        train,
        validation,
        request,
        epochs=request.epochs or math.ceil(updates / batches),
        batches=batches,
        learning_rate=learning_rate,
        weight_decay=0.01,
        batch_size=batch_size,
        monitor=monitor,
        mode="max",
        **metrics,
    )


def fit_to_likelihood(
    model, train, validation, request, *, ignore_class=None, **options
):
    """Train a model of the next token, and leave it with its most likely weights.

    As `fit_to_loss`, on the cross-entropy of each token, padding left out where the
    model has a mask.

    Args:
        model: `keras.Model` with logits as its output.
        train: As in `fit_to_loss`; `validation` and `request` likewise.
        validation: See `train`.
        request: See `train`.
        ignore_class: Integer, a token that is no target. Default: `None`.
        **options: Others of `fit_to_loss`.
    """
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, ignore_class=ignore_class
    )
    fit_to_loss(model, loss, train, validation, request, **options)
