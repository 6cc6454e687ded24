"""How applications train their networks: to tell classes, or to go on with a text."""

import math

import keras

from keras_rnn import training


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
    **metrics,
):
    """Train a model and leave it with the weights that validated best.

    AdamW with clipped gradients (Pascanu et al. 2013), its learning rate falling to
    zero along a cosine.

    Args:
        model: `keras.Model` with probabilities as its output.
        train: What `keras_rnn.training.fit` takes; `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.outcome.Request`.
        batches: Integer, batches in an epoch.
        updates: Integer, how many batches to learn from at least, in whole epochs,
            where the request names no number of epochs.
        learning_rate: Float, the rate of the beginning.
        batch_size: Integer, for arrays. Default: `32`.
        **metrics: `metrics` or `weighted_metrics` of `model.compile`, with
            `"accuracy"` in it.
    """
    epochs = request.epochs or math.ceil(updates / batches)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, epochs * batches)
    model.compile(
        keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0),
        "sparse_categorical_crossentropy",
        **metrics,
    )
    training.fit(
        model,
        train,
        validation,
        epochs=epochs,
        patience=None,
        seed=request.seed,
        batch_size=batch_size,
        monitor="val_accuracy",
        mode="max",
        folder=request.folder,
        if_different="restart",
        verbose=request.verbose,
    )


def fit_to_likelihood(
    model,
    train,
    validation,
    request,
    *,
    epochs,
    batches,
    learning_rate,
    batch_size=32,
    ignore_class=None,
    weight_decay=None,
    name=None,
):
    """Train a model of the next token, and leave it with its most likely weights.

    Adam with clipped gradients (Pascanu et al. 2013) on the cross-entropy of each
    token, padding left out where the model has a mask.

    Args:
        model: `keras.Model` with logits as its output.
        train: What `keras_rnn.training.fit` takes; `validation` likewise, which
            decides which epoch was best.
        validation: See `train`.
        request: `keras_rnn.applications.outcome.Request`.
        epochs: Integer.
        batches: Integer, batches in an epoch.
        learning_rate: Float, from which it falls to zero along a cosine; or a Keras
            schedule.
        batch_size: Integer, for arrays. Default: `32`.
        ignore_class: Integer, a token that is no target. Default: `None`.
        weight_decay: Float. Default: `None`.
        name: String, the folder of the checkpoints, where a run trains several models.
            Default: `None`.
    """
    if isinstance(learning_rate, float):
        learning_rate = keras.optimizers.schedules.CosineDecay(
            learning_rate, epochs * batches
        )
    model.compile(
        keras.optimizers.Adam(learning_rate, clipnorm=1.0, weight_decay=weight_decay),
        keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, ignore_class=ignore_class
        ),
    )
    training.fit(
        model,
        train,
        validation,
        epochs=epochs,
        patience=None,
        seed=request.seed,
        batch_size=batch_size,
        folder=request.folder / name if request.folder and name else request.folder,
        if_different="restart",
        verbose=request.verbose,
    )
