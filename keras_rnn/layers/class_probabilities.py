"""A softmax that carries the names of its classes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np


@keras.saving.register_keras_serializable(package="keras_rnn")
class ClassProbabilities(keras.layers.Dense):
    """A `Dense` layer with softmax that knows what each class is called.

    The names are part of the layer's config, so that a loaded model can say its
    answer in words. On a sequence it acts on each step by itself.

    Args:
        classes: Sequence of distinct strings.
        **kwargs: Those of `keras.layers.Dense`, except `units` and `activation`.

    Call arguments:
        inputs: Tensor of shape `(batch, ..., features)`.

    Returns:
        Tensor of shape `(batch, ..., len(classes))`, adding up to 1.

    Raises:
        ValueError: A class is there twice.

    Example:

    >>> layer = ClassProbabilities(["negative", "positive"])
    >>> layer.names([[0.9, 0.1], [0.2, 0.8]])
    ['negative', 'positive']
    """

    def __init__(self, classes: Sequence[str], **kwargs: Any) -> None:
        self_made = ("units", "activation")  # in the config, follow from the classes
        kwargs = {key: one for key, one in kwargs.items() if key not in self_made}
        super().__init__(len(classes), activation="softmax", **kwargs)
        self.classes = tuple(classes)
        if len(set(self.classes)) < len(self.classes):
            raise ValueError(f"Each class needs a name of its own, not {classes!r}.")

    def names(self, probabilities: np.ndarray) -> Any:
        """Return the name of the likeliest class, for each row (and step).

        Args:
            probabilities: Array of shape `(batch, ..., len(classes))`.

        Returns:
            List of strings, nested as the rows and steps are.
        """
        return np.array(self.classes)[np.argmax(probabilities, axis=-1)].tolist()

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "classes": list(self.classes)}
