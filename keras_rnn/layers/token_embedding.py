"""An embedding that carries its vocabulary with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from keras_rnn.datasets.text import token_numbers
from keras_rnn.datasets.text.token_numbers import PADDING


@keras.saving.register_keras_serializable(package="keras_rnn")
class TokenEmbedding(keras.layers.Embedding):
    """Turns token numbers into vectors, and knows which token each number is.

    The vocabulary is part of the layer's config, so that it lies in the `.keras`
    file of any model with this layer: a loaded model can read raw text and say its
    answer in words, and a vocabulary can never be that of another model.

    Number 0 is padding and masked, 1 stands for every token that is not in the
    vocabulary, and the tokens have the numbers from 2 on.

    Args:
        vocabulary: Sequence of distinct strings.
        output_dim: Positive integer, width of the vectors.
        mask_zero: Boolean, whether to mask the padding. Default: `True`.
        **kwargs: Those of `keras.layers.Embedding`.

    Call arguments:
        inputs: Integer tensor of shape `(batch, time)`, what `encode` returns.

    Returns:
        Tensor of shape `(batch, time, output_dim)`.

    Raises:
        ValueError: A token is there twice, or is not a string.

    Example:

    >>> layer = TokenEmbedding(["l", "h", "e", "o"], output_dim=8)
    >>> numbers = layer.encode(["hello", "hal"])
    >>> numbers.tolist()
    [[3, 4, 2, 2, 5], [3, 1, 2, 0, 0]]
    >>> tuple(layer(numbers).shape)
    (2, 5, 8)
    >>> layer.decode(numbers)
    [['h', 'e', 'l', 'l', 'o'], ['h', '?', 'l']]
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        output_dim: int,
        mask_zero: bool = True,
        **kwargs: Any,
    ) -> None:
        tokens = tuple(vocabulary)
        kwargs.pop("input_dim", None)  # in the config, follows from the vocabulary
        super().__init__(len(tokens) + 2, output_dim, mask_zero=mask_zero, **kwargs)
        self._numbers = token_numbers.numbers_of(tokens)
        odd = [token for token in tokens if not isinstance(token, str)]
        if odd:
            raise ValueError(f"A vocabulary is made of strings. Received: {odd[0]!r}")
        if len(self._numbers) < len(tokens):
            twice = next(t for n, t in enumerate(tokens) if t in tokens[:n])
            raise ValueError(f"The vocabulary has the token {twice!r} twice.")
        self.vocabulary = tokens

    def encode(
        self, sequences: Sequence[Sequence[str]], length: int | None = None
    ) -> np.ndarray:
        """Return the numbers of tokens, padded with zeros at the end.

        Args:
            sequences: List of sequences of tokens: lists of words, or strings for a
                vocabulary of characters.
            length: Integer, columns of the result; what is longer loses its end.
                Default: the longest sequence.

        Returns:
            int32 array of shape `(len(sequences), length)`.
        """
        return token_numbers.encode(self._numbers, sequences, length)

    def decode(self, numbers: npt.ArrayLike, unknown: str = "?") -> list[list[str]]:
        """Return the tokens of numbers, without padding: the reverse of `encode`.

        Args:
            numbers: Integer array of shape `(sequences, time)`.
            unknown: String, what stands for an unknown token. Default: `"?"`.

        Returns:
            List of lists of strings.
        """
        tokens = ["", unknown, *self.vocabulary]
        return [
            [tokens[number] for number in row if number != PADDING]
            for row in np.asarray(numbers).tolist()
        ]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "vocabulary": list(self.vocabulary)}
