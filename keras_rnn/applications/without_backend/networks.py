"""A trained network as answers need it: one of Keras, or its form in NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_rnn.datasets.text import token_numbers

if TYPE_CHECKING:  # what answers without a backend imports none
    import keras

    from keras_rnn.runtimes.numpy_graph import NumpyGraph


class Network(Protocol):
    """What answers to raw inputs are made with."""

    @property
    def classes(self) -> Sequence[str]:
        """The names of the classes, in the order of the probabilities."""

    def encode(
        self, layer: str, sequences: Sequence[Sequence[str]], length: int
    ) -> np.ndarray:
        """Return the numbers of tokens in the vocabulary of a layer, padded.

        Args:
            layer: String, its name.
            sequences: Sequence of sequences of strings.
            length: Integer.
        """

    def predict(self, *inputs: np.ndarray, batch_size: int = 32) -> np.ndarray:
        """Return probabilities.

        Args:
            *inputs: Arrays, one for each input.
            batch_size: Integer. Default: `32`.
        """


class KerasNetwork:
    """A Keras model whose layers carry vocabularies and classes.

    Args:
        model: `keras.Model` with a `ClassProbabilities` layer called `"answer"`.
    """

    def __init__(self, model: keras.Model) -> None:
        self.model = model

    @property
    def classes(self) -> Sequence[str]:
        return self._layer("answer").classes

    def encode(
        self, layer: str, sequences: Sequence[Sequence[str]], length: int
    ) -> np.ndarray:
        return self._layer(layer).encode(sequences, length)

    def predict(self, *inputs: np.ndarray, batch_size: int = 32) -> np.ndarray:
        given = inputs[0] if len(inputs) == 1 else inputs
        return np.asarray(self.model.predict(given, batch_size=batch_size, verbose=0))

    def _layer(self, name: str) -> Any:
        for layer in self.model._flatten_layers():
            if layer.name == name:
                return layer
        raise ValueError(f"No such layer: {name}.")


class NumpyNetwork:
    """A network that computes in NumPy.

    Args:
        form: `NumpyGraph`.
        vocabularies: Mapping from the name of a layer to its tokens.
        classes: Sequence of strings.
    """

    def __init__(
        self,
        form: NumpyGraph,
        vocabularies: Mapping[str, Sequence[str]],
        classes: Sequence[str],
    ) -> None:
        self.form, self.classes = form, tuple(classes)
        self._numbers = {
            layer: token_numbers.numbers_of(tokens)
            for layer, tokens in vocabularies.items()
        }

    def encode(
        self, layer: str, sequences: Sequence[Sequence[str]], length: int
    ) -> np.ndarray:
        return token_numbers.encode(self._numbers[layer], sequences, length)

    def predict(self, *inputs: np.ndarray, batch_size: int = 32) -> np.ndarray:
        starts = range(0, len(inputs[0]), batch_size)
        parts = [[one[t : t + batch_size] for one in inputs] for t in starts]
        return np.concatenate([self.form.predict(*part)[0] for part in parts])


def likeliest(network: Network, probabilities: np.ndarray) -> Any:
    """Return the name of the likeliest class, for each row (and step).

    Args:
        network: `Network`.
        probabilities: Array of shape `(batch, ..., classes)`.

    Returns:
        List of strings, nested as the rows and steps are.
    """
    return np.array(network.classes)[np.argmax(probabilities, axis=-1)].tolist()
