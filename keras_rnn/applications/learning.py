"""How applications that are judged by accuracy train their networks."""

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
