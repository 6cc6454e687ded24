"""What every builder does with its parts."""

from __future__ import annotations

import inspect
from typing import Any

import keras

from keras_rnn.errors import nearest
from keras_rnn.layers import JoinStates, Recurrent


def as_recurrent(
    recurrent: keras.Layer | dict[str, Any], builder: str, **needed: Any
) -> keras.Layer:
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
        _check_cell_is_given(recurrent, builder)
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


def _check_cell_is_given(arguments: dict[str, Any], builder: str) -> None:
    if "cell" in arguments:
        return
    known = inspect.signature(Recurrent).parameters
    meant = [nearest(name, known) for name in arguments if name not in known]
    raise ValueError(
        f"{builder} needs `cell` in its dict of arguments for a Recurrent, such as "
        f"dict(cell='lstm', units=32). Received: {arguments!r}.{''.join(meant)}"
    )


def encoded(
    inputs: keras.KerasTensor, encoder: keras.Layer | None
) -> keras.KerasTensor:
    """Return the vectors that a model's recurrent layer reads."""
    return inputs if encoder is None else encoder(inputs)


def decoder_like(encoder: Recurrent) -> Recurrent:
    """Return a new `Recurrent` like another, but one that can decode.

    Args:
        encoder: `Recurrent`.
    """
    config = encoder.get_config()
    for name in ("name", "trainable", "part_settings"):  # those of the encoder alone
        config.pop(name, None)
    if not encoder.cell_name and encoder.bidirectional:
        config["cell"] = config["cell"][::2]  # those that read forward
    config |= {
        "return_sequences": True,
        "return_state": False,
        "bidirectional": False,
        "go_backwards": False,
        "stateful": False,
    }
    return Recurrent.from_config(config)


def starting_states(
    encoder: Recurrent, states: list[keras.KerasTensor], decoder: Recurrent
) -> list[keras.KerasTensor]:
    """Return the states that a decoder starts from.

    Args:
        encoder: `Recurrent`.
        states: List of tensors, its final states.
        decoder: `Recurrent`.
    """
    places = [
        name.replace("forward ", "").replace("backward ", "")
        for name in encoder.state_names
    ]
    if places == decoder.state_names and encoder.state_size == decoder.state_size:
        return states
    sources = None
    if set(places) == set(decoder.state_names):
        sources = [
            [index for index, place in enumerate(places) if place == name]
            for name in decoder.state_names
        ]
    return JoinStates(decoder.state_size, sources, name="decoder_start")(states)
