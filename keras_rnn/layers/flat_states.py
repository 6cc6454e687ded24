"""The states of a stack of Keras recurrent layers as one flat list."""

from __future__ import annotations

from typing import Any

import keras


class FlatStates:
    """What a layer has that holds Keras recurrent layers: their states, flat.

    For a layer with an attribute `layers`, a list of `keras.layers.RNN`s in the
    order of their states (layer by layer, forward before backward), and an
    attribute `bidirectional`.
    """

    layers: list[keras.layers.RNN]
    bidirectional: bool

    @property
    def state_size(self) -> list[int]:
        """List of integers, the width of each state."""
        return [size for layer in self.layers for size in _sizes(layer.cell)]

    @property
    def state_names(self) -> list[str]:
        """List of strings, what each state is, such as `"layer 2 forward c"`."""
        directions = 2 if self.bidirectional else 1
        names = []
        for index, layer in enumerate(self.layers):
            where = []
            if len(self.layers) > directions:
                where.append(f"layer {index // directions + 1}")
            if self.bidirectional:
                where.append("backward" if layer.go_backwards else "forward")
            names += [" ".join([*where, name]) for name in _names(layer.cell)]
        return names

    def get_initial_state(
        self, batch_size: int | keras.KerasTensor
    ) -> list[keras.KerasTensor]:
        """Return the flat list of states that a sequence starts from by default."""
        return join([layer.get_initial_state(batch_size) for layer in self.layers])

    @property
    def states(self) -> list[keras.Variable]:
        """List of the variables that a stateful layer carries on, once it is built."""
        return join([layer.states or [] for layer in self.layers])

    @property
    def variables(self) -> list[keras.Variable]:
        # Keras does not count the states of its layers. JAX, which passes all
        # variables through a compiled step, would then never see them change.
        return super().variables + self.states  # type: ignore[misc]

    def reset_state(self) -> None:
        """Set the states that a stateful layer carries on back to zero."""
        for layer in self.layers:
            layer.reset_state()

    def reset_states(self) -> None:
        """The older name of `reset_state`."""
        self.reset_state()


def split(
    layers: list[keras.layers.RNN], states: list[keras.KerasTensor] | None
) -> list[Any]:
    """Return for each layer its share of `states`, nested as its cell wants it.

    Args:
        layers: List of `keras.layers.RNN`s.
        states: Flat list of tensors, or None.

    Returns:
        A list as long as `layers`; of `None`s if `states` is None.
    """
    if states is None:
        return [None] * len(layers)
    left = iter(states)
    return [_nested(layer.state_size, left) for layer in layers]


def join(shares: Any) -> list[keras.KerasTensor]:
    """Return the flat list of the tensors in `shares`: the reverse of `split`."""
    return keras.tree.flatten(shares)


def _nested(size, states):
    # Not `tree.pack_sequence_as`, which would make lists of the class of `size`:
    # Keras tracks a layer's attributes in lists of its own, and JAX takes no such.
    if isinstance(size, (list, tuple)):
        return [_nested(one, states) for one in size]
    return next(states)


def _sizes(cell):
    return keras.tree.flatten(cell.state_size)


def _names(cell):
    if hasattr(cell, "state_names"):
        return list(cell.state_names)
    if isinstance(cell, keras.layers.LSTMCell):
        return ["h", "c"]
    count = len(_sizes(cell))
    return ["h"] if count == 1 else [f"state {index + 1}" for index in range(count)]
