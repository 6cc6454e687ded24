"""A long text as batches that go on where the ones before ended."""

from typing import Any

import keras
import numpy as np

from keras_rnn.errors import UserError


class TextStream(keras.utils.PyDataset):
    """Chunks of a long sequence, for truncated backpropagation through time.

    The sequence is cut into `rows` equal parts, which are read side by side, `steps`
    tokens at a time:

    ```
    row 0   [t_0 ... ][ ...  ][ ... t_n-1 ]
    row 1   [t_n ... ][ ...  ][ ...       ]
             batch 0   batch 1  batch 2
    ```

    A stateful layer carries its state from batch to batch, so that it remembers more
    than the `steps` that gradients go back. The targets are the tokens one step on.
    What does not fill the last chunk is left out.

    Args:
        tokens: Integer array `(length,)`.
        rows: Integer, the batch size. Default: `64`.
        steps: Integer, tokens in a chunk. Default: `64`.

    Raises:
        UserError: The sequence is too short for one batch.

    Example:

    >>> stream = TextStream(np.arange(13), rows=2, steps=3)
    >>> inputs, targets = stream[1]
    >>> inputs.tolist(), targets.tolist()
    ([[3, 4, 5], [9, 10, 11]], [[4, 5, 6], [10, 11, 12]])
    """

    def __init__(
        self, tokens: np.ndarray, rows: int = 64, steps: int = 64, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        tokens = np.asarray(tokens)
        self.steps = steps
        self.batches = (len(tokens) - 1) // rows // steps
        if self.batches < 1:
            raise UserError(
                f"{len(tokens):,} tokens are too few for {rows} rows of {steps}: give "
                f"at least {rows * steps + 1:,}."
            )
        length = self.batches * steps
        starts = np.arange(rows)[:, None] * length
        self.rows = tokens[starts + np.arange(length + 1)]  # (rows, length + 1)
        self.batch_size = rows

    def __len__(self) -> int:
        return self.batches

    def __getitem__(self, batch: int) -> tuple[np.ndarray, np.ndarray]:
        start, end = batch * self.steps, (batch + 1) * self.steps
        return self.rows[:, start:end], self.rows[:, start + 1 : end + 1]


class ResetStates(keras.callbacks.Callback):
    """Resets the states of stateful layers where a stream is read from its beginning.

    That is before each epoch, and before and after each validation.
    """

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._reset()

    def on_test_begin(self, logs: dict | None = None) -> None:
        self._reset()

    def _reset(self):
        for layer in self.model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()
