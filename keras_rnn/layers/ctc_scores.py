"""Scores of letters at each step, for a loss that needs no alignment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

BLANK = 0


@keras.saving.register_keras_serializable(package="keras_rnn")
class CTCScores(keras.layers.Dense):
    """Says at each step a letter or nothing, and knows its letters.

    For `keras.losses.CTC` (connectionist temporal classification, Graves et al. 2006):
    number 0 is the blank, the letters have the numbers from 1 on. The alphabet is part
    of the layer's config, so that a loaded model can say its answer in letters.

    At masked steps it says blank with certainty. So the loss, which knows no lengths,
    is for a padded sequence what it is for the sequence alone; the mask ends here.

    Args:
        letters: Sequence of distinct characters.
        **kwargs: Those of `keras.layers.Dense`, except `units` and `activation`.

    Call arguments:
        inputs: Tensor of shape `(batch, time, features)`.
        mask: Boolean tensor of shape `(batch, time)`. Default: the mask that came with
            `inputs`.

    Returns:
        Tensor of shape `(batch, time, 1 + len(letters))`, logits.

    Raises:
        ValueError: A letter is there twice.

    Example:

    >>> layer = CTCScores("no ")
    >>> layer.encode(["noon", "on"], 5).tolist()
    [[1, 2, 2, 1, 0], [2, 1, 0, 0, 0]]
    >>> path = [1, 1, 0, 2, 2, 0, 2, 1, 0]  # nn-oo-on-
    >>> layer.decode(np.eye(4)[path][None])
    ['noon']
    """

    def __init__(self, letters: Sequence[str], **kwargs: Any) -> None:
        self_made = ("units", "activation")  # in the config, follow from the letters
        kwargs = {key: one for key, one in kwargs.items() if key not in self_made}
        super().__init__(len(letters) + 1, **kwargs)
        self.letters = tuple(letters)
        if len(set(self.letters)) < len(self.letters):
            raise ValueError(f"Each letter is there once, not as in {letters!r}.")
        self._numbers = {one: n for n, one in enumerate(self.letters, BLANK + 1)}

    def call(
        self,
        inputs: keras.KerasTensor,
        mask: keras.KerasTensor | None = None,
        training: bool | None = None,
    ) -> keras.KerasTensor:
        scores = super().call(inputs, training=training)
        if mask is None:
            return scores
        # e^-10000 is 0, and -10000 a number of 16 bits.
        certain = np.full(self.units, -1e4, "float32")
        certain[BLANK] = 0
        kept = ops.expand_dims(ops.cast(mask, "bool"), axis=-1)
        return ops.where(kept, scores, ops.cast(certain, scores.dtype))

    def compute_mask(
        self, inputs: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> keras.KerasTensor | None:
        return None

    def encode(self, texts: list[str], length: int | None = None) -> Any:
        """Return the numbers of letters, zeros at the end: what the loss takes.

        Args:
            texts: List of strings.
            length: Integer, columns of the result. Default: the longest text.

        Returns:
            int32 array of shape `(len(texts), length)`.

        Raises:
            ValueError: A text is longer, or has a letter that is none of the layer's.
        """
        longest = max(map(len, texts), default=0)
        length = longest if length is None else length
        strange = sorted(set("".join(texts)) - set(self.letters))
        if strange or longest > length:
            raise ValueError(
                f"Texts of {longest} letters at most do not fit into {length}."
                if longest > length
                else f"Letters that the layer does not know: {strange}"
            )
        numbers = np.zeros((len(texts), length), "int32")
        for row, text in zip(numbers, texts, strict=True):
            row[: len(text)] = [self._numbers[letter] for letter in text]
        return numbers

    def decode(self, scores: np.ndarray) -> Any:
        """Return what is said, taking the likeliest letter or blank at each step.

        What is the same as at the step before is said once; then the blanks go.

        Args:
            scores: Array of shape `(batch, time, 1 + len(letters))`.

        Returns:
            List of strings.
        """
        scores = np.asarray(scores, "float32")
        lengths = np.full(len(scores), scores.shape[1], "int32")
        found, _ = ops.ctc_decode(scores, lengths, strategy="greedy", mask_index=BLANK)
        numbers = ops.convert_to_numpy(found)[0]
        return [
            "".join(self.letters[number - 1] for number in row if number > BLANK)
            for row in numbers
        ]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "letters": list(self.letters)}
