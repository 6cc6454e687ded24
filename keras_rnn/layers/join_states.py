"""The states that one recurrent layer starts from, made from another's."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.checks import check_positive_integer
from keras_rnn.layers.part_settings import keeps_part_settings


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class JoinStates(keras.layers.Layer):
    """Makes states of the sizes wanted from states, or vectors, of other sizes.

    Each new state is `tanh(W [s_1, s_2, ...] + b)` of what it is made from, side by
    side: the bridge between an encoder and a decoder of another depth, cell or
    number of directions, or from a vector to the state that a decoder starts in
    (Bahdanau et al. 2015, appendix A.2.2: `s_0 = tanh(W_s h_1)`).

    Args:
        sizes: List of positive integers, the width of each new state.
        sources: List as long as `sizes`, of lists of indices: which of the given
            states each new one is made from. Default: `None`, each from all.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        states: Tensor of shape `(batch, width)`, or list of such tensors.

    Returns:
        List of tensors of shape `(batch, size)`.

    Raises:
        ValueError: A size is not positive, or a source is not there.

    Example:

    >>> import numpy as np
    >>> forward, backward = np.ones((2, 3)), np.ones((2, 3))
    >>> [state] = JoinStates([4])([forward, backward])
    >>> tuple(state.shape)
    (2, 4)
    """

    def __init__(
        self, sizes: list[int], sources: list[list[int]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        for size in sizes:
            check_positive_integer("A size", size)
        if sources is not None and len(sources) != len(sizes):
            raise ValueError(
                f"JoinStates needs a list of sources for each of its {len(sizes)} "
                f"sizes. Received {len(sources)}: {sources!r}"
            )
        self.sizes = list(sizes)
        self.sources = sources and [list(indices) for indices in sources]
        self.denses = [
            keras.layers.Dense(
                size, activation="tanh", name=f"state_{number}", dtype=self.dtype_policy
            )
            for number, size in enumerate(self.sizes, start=1)
        ]

    def _share(self, states, index):
        if self.sources is None:
            return states
        return [states[source] for source in self.sources[index]]

    def build(self, states_shape: Any) -> None:
        shapes = _as_list(states_shape)
        if self.sources is not None:
            for source in keras.tree.flatten(self.sources):
                if not 0 <= source < len(shapes):
                    raise ValueError(
                        f"{self.name} has a source {source}, and was given only "
                        f"{len(shapes)} states, numbered from 0."
                    )
        for index, dense in enumerate(self.denses):
            width = sum(shape[-1] for shape in self._share(shapes, index))
            dense.build((None, width))

    def call(
        self, states: list[keras.KerasTensor] | keras.KerasTensor
    ) -> list[keras.KerasTensor]:
        states = list(states) if isinstance(states, (list, tuple)) else [states]
        states = [ops.cast(state, self.compute_dtype) for state in states]
        return [
            dense(ops.concatenate(self._share(states, index), axis=-1))
            for index, dense in enumerate(self.denses)
        ]

    def compute_output_shape(self, states_shape: Any) -> list[tuple[int | None, ...]]:
        batch = _as_list(states_shape)[0][0]
        return [(batch, size) for size in self.sizes]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "sizes": self.sizes, "sources": self.sources}


def _as_list(shapes):
    """A list of shapes, from one shape or several."""
    one = not shapes or shapes[0] is None or isinstance(shapes[0], int)
    return [shapes] if one else list(shapes)
