"""What every builder does with its parts."""

import keras

from keras_rnn.layers import Recurrent


def as_recurrent(recurrent, builder, **needed):
    """Return the recurrent layer that a builder was given, checked.

    Args:
        recurrent: A recurrent layer, or a dict of keyword arguments for a
            `Recurrent`, to which `needed` is added.
        builder: String, the builder's name for messages.
        **needed: Values that the builder needs certain arguments to have.

    Raises:
        ValueError: Something else is given, or an argument says otherwise.
    """
    if isinstance(recurrent, dict):
        recurrent = Recurrent(**{**needed, **recurrent})
    if not isinstance(recurrent, keras.Layer):
        raise ValueError(
            f"{builder} takes as `recurrent` a Recurrent or a dict of arguments for "
            f"one, such as dict(cell='lstm', units=32). Received: {recurrent!r}"
        )
    for name, value in needed.items():
        if getattr(recurrent, name, value) != value:
            raise ValueError(
                f"{builder} needs a recurrent layer with {name}={value}; "
                f"{recurrent.name} has {name}={getattr(recurrent, name)}."
            )
    return recurrent


def encoded(inputs, encoder):
    """Return the vectors that a model's recurrent layer reads."""
    return inputs if encoder is None else encoder(inputs)
