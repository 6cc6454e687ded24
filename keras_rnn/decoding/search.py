"""What all searches for a sequence of tokens have in common."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_rnn.decoding.decoding_model import DecodingModel
from keras_rnn.decoding.in_numpy import InNumpy
from keras_rnn.decoding.numpy_steps import Steps
from keras_rnn.decoding.numpy_writing import write_one_by_one
from keras_rnn.layers import Decoder, EachStep
from keras_rnn.layers.checks import check_positive_integer


class Search(DecodingModel):
    """A model that writes tokens with a trained one. The base of the others.

    Args:
        model: The trained `keras.Model`.
        start_token: Integer, what a decoder reads first. `None` for a model that goes
            on from a prompt.
        end_token: Integer, the token after which nothing follows. Default: `None`,
            every sequence is `max_length` long.
        max_length: Positive integer, the most tokens to write, end token included.
        pad_token: Integer, what stands after the end token. Default: `0`.
        from_logits: Boolean, whether the trained model gives logits, not
            probabilities. Default: `None`, unless it ends in a softmax.
        name: String, name of the model.
    """

    def __init__(
        self,
        model: keras.Model,
        *,
        start_token: int | None = None,
        end_token: int | None = None,
        max_length: int,
        pad_token: int = 0,
        from_logits: bool | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(model, name=name)
        check_positive_integer("max_length", max_length)
        self.start_token = start_token
        self.end_token = end_token
        self.max_length = max_length
        self.pad_token = pad_token
        self.from_logits = from_logits
        self._check_tokens()
        self.masks_zero = getattr(self.stepper.embedding, "mask_zero", False)
        self.is_logits = not _ends_in_softmax(model)
        if from_logits is not None:
            self.is_logits = bool(from_logits)
        self._in_numpy = InNumpy(self)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Write sequences: as `keras.Model.predict`, on a CPU faster.

        Arrays are read in NumPy where that is faster than the backend's compiled loop
        and gives the same (`keras_rnn.decoding.in_numpy`). All else, and a search that
        was compiled with `compile`, Keras runs.

        Args:
            x: What the trained model reads, targets left out.
            batch_size: Integer. Default: `None`, 32.
            verbose: As in Keras. In NumPy there is no progress bar.
            steps, callbacks: As in Keras.

        Returns:
            What the search returns, as NumPy arrays.
        """
        size = batch_size or 32
        if steps is None and not callbacks and self._in_numpy.can_write(x, size):
            return self._in_numpy.write(x, size)
        return super().predict(x, batch_size, verbose, steps, callbacks)

    def prepare(self, batch_size: int | keras.KerasTensor) -> keras.KerasTensor | None:
        """Return what is needed at every step, such as random numbers."""
        return None

    def write_in_numpy(
        self, steps: Steps, prepared: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what `call` returns.

        Args:
            steps: `Steps` that have not begun.
            prepared: What `prepare` returned for them.
        """
        raise NotImplementedError

    @property
    def vocabulary(self) -> int:
        """Integer, the number of tokens to choose from."""
        return self.trained.outputs[0].shape[-1]

    def _check_tokens(self):
        embedding = self.stepper.embedding
        known = self.vocabulary if embedding is None else embedding.input_dim
        _check_token("end_token", self.end_token, self.vocabulary)
        if not self.stepper.needs_start:
            if self.start_token is not None:
                raise ValueError(
                    f"{self.trained.name} goes on from a prompt, and takes no "
                    "start_token. Let each prompt begin with it."
                )
            return
        if self.start_token is None:
            raise ValueError(
                f"{self.trained.name} needs a start_token: what its decoder read "
                "before the first target in training."
            )
        _check_token("start_token", self.start_token, known)

    def begin(
        self, inputs: Any
    ) -> tuple[
        keras.KerasTensor, list[keras.KerasTensor], dict[str, keras.KerasTensor]
    ]:
        """Return log-probabilities of the first token, states, and what stays."""
        outputs, states, kept = self.stepper.begin(inputs, self.start_token)
        return self.log_probabilities(outputs), states, kept

    def step(
        self,
        tokens: keras.KerasTensor,
        states: list[keras.KerasTensor],
        kept: dict[str, keras.KerasTensor],
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        """Return log-probabilities of the next token, and the new states."""
        outputs, states = self.stepper.step(tokens, states, kept)
        return self.log_probabilities(outputs), states

    def log_probabilities(self, outputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return those of all tokens, float32, from the trained model's outputs."""
        outputs = ops.cast(outputs, "float32")
        outputs = ops.log_softmax(outputs) if self.is_logits else ops.log(outputs)
        if self.masks_zero:  # it would be read as no token at all
            padding = ops.equal(ops.arange(outputs.shape[-1]), 0)
            outputs = ops.where(padding, -np.inf, outputs)
        return outputs

    def is_end(self, tokens: keras.KerasTensor) -> keras.KerasTensor:
        """Return where `tokens` end their sequences."""
        if self.end_token is None:
            return ops.zeros_like(tokens, dtype="bool")
        return ops.equal(tokens, self.end_token)

    def get_config(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "model": keras.saving.serialize_keras_object(self.trained),
            "start_token": self.start_token,
            "end_token": self.end_token,
            "max_length": self.max_length,
            "pad_token": self.pad_token,
            "from_logits": self.from_logits,
        }


class OneByOne(Search):
    """A search that keeps one sequence and chooses its next token at each step."""

    def choose(
        self,
        log_probabilities: keras.KerasTensor,
        prepared: Any,
        position: keras.KerasTensor,
    ) -> keras.KerasTensor:
        """Return the next token of each sequence.

        Args:
            log_probabilities: Tensor of shape `(batch, vocabulary)`.
            prepared: What `prepare` returned.
            position: Scalar tensor, how many tokens were written before.
        """
        raise NotImplementedError

    def choose_in_numpy(self) -> Any:
        """Return what chooses tokens in NumPy: see `write_one_by_one`."""
        raise NotImplementedError

    def write_in_numpy(
        self, steps: Steps, prepared: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        return write_one_by_one(
            steps,
            self.choose_in_numpy(),
            prepared,
            masks_zero=self.masks_zero,
            end_token=self.end_token,
            pad_token=self.pad_token,
            max_length=self.max_length,
        )

    def call(self, inputs: Any) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        first, states, kept = self.begin(inputs)
        batch = ops.shape(first)[0]
        prepared = self.prepare(batch)
        places = ops.expand_dims(ops.arange(self.max_length, dtype="int32"), axis=0)

        def write(log_probabilities, position, tokens, total, ended):
            chosen = ops.cast(
                self.choose(log_probabilities, prepared, position), "int32"
            )
            gained = ops.take_along_axis(
                log_probabilities, ops.expand_dims(chosen, axis=-1), axis=-1
            )[:, 0]
            total = ops.where(ended, total, total + gained)
            # What is read next is a token in any case; padding may be none.
            written = ops.where(ended, self.pad_token, chosen)
            here = ops.equal(places, position)
            tokens = ops.where(here, ops.expand_dims(written, axis=-1), tokens)
            ended = ops.logical_or(ended, self.is_end(chosen))
            return chosen, tokens, total, ended

        def unfinished(position, chosen, tokens, total, ended, states):
            return ops.logical_and(
                position < self.max_length, ops.logical_not(ops.all(ended))
            )

        def go_on(position, chosen, tokens, total, ended, states):
            following, states = self.step(chosen, states, kept)
            written = write(following, position, tokens, total, ended)
            return (position + 1, *written, states)

        start = ops.convert_to_tensor(0, dtype="int32")
        tokens = ops.full((batch, self.max_length), self.pad_token, dtype="int32")
        total = ops.zeros((batch,), dtype="float32")
        ended = ops.zeros((batch,), dtype="bool")
        written = write(first, start, tokens, total, ended)
        _, _, tokens, total, _, _ = ops.while_loop(
            unfinished, go_on, (start + 1, *written, states)
        )
        return tokens, total


def _check_token(name, token, count):
    if token is None:
        return
    if not isinstance(token, int) or isinstance(token, bool) or token < 0:
        raise ValueError(f"{name} must be an integer of at least 0, not {token!r}.")
    if count is not None and token >= count:
        raise ValueError(
            f"{name}={token} is no token of this model, which knows 0 to {count - 1}."
        )


def _ends_in_softmax(layer):
    """Whether the last layer within a model gives probabilities."""
    while True:
        if isinstance(layer, Decoder):
            layer = layer.head
        elif isinstance(layer, (keras.layers.TimeDistributed, EachStep)):
            layer = layer.layer
        elif isinstance(layer, keras.Model) and getattr(layer, "outputs", None):
            layer = layer.outputs[0]._keras_history.operation
        else:
            break
    softmax = getattr(layer, "activation", None) is keras.activations.softmax
    return softmax or isinstance(layer, keras.layers.Softmax)
