"""The same windows, made by both sides: a day of 14 columns, T a day later."""

WIDTH, AHEAD, BATCH = 24, 24, 32
COLUMNS = 14
TARGET = "T (degC)"
STOCK = "timeseries_dataset_from_array"


def series(windows):
    """Return an hourly, standardised float32 frame with so many windows in it."""
    from keras_rnn.datasets.series.weather_sample import generate
    from keras_rnn.forecasting import Scaler

    frame = generate(windows + WIDTH + AHEAD - 1, step="1h")
    return Scaler.fit(frame).transform(frame)


def ours(frame, shuffle=True):
    """Return `Windows`."""
    from keras_rnn.forecasting import Windows

    return Windows(
        frame, WIDTH, 1, AHEAD, [TARGET], batch_size=BATCH, shuffle=shuffle, seed=0
    )


def stock(frame, shuffle=True):
    """Return the `tf.data.Dataset` that Keras's function makes."""
    import keras

    labels = frame[TARGET].to_numpy()[WIDTH + AHEAD - 1 :].reshape(-1, 1, 1)
    return keras.utils.timeseries_dataset_from_array(
        frame.to_numpy(),
        labels,
        sequence_length=WIDTH,
        batch_size=BATCH,
        shuffle=shuffle,
        seed=0,
    )
