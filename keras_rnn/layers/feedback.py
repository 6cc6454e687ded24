"""A recurrent layer that goes on from its own output."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.checks import check_positive_integer
from keras_rnn.layers.part_settings import keeps_part_settings
from keras_rnn.layers.recurrent import Recurrent
from keras_rnn.layers.symbolic import output_spec


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class Feedback(keras.layers.Layer):
    """Reads a sequence, then goes on alone: each output is the next input.

    The recurrent layer first reads everything that it is given (the warm-up). Its
    last output gives `y_1`, and from there on the layer runs for `steps - 1` more
    steps on what it said itself:

    ```
                            y_1            y_2            y_3
                             |  \\           |  \\           |
                           head  \\        head  \\        head
                             |    feedback  |    feedback  |
                             |          \\   |          \\   |
    h_0 --> h_1 --> h_2 --> h_3 --------> h_4 --------> h_5
             |       |       |
            x_1     x_2     x_3
    ```

    The loop is compiled, gradients flow through the fed-back
    outputs, and dropout or batch normalization inside `head` behave as anywhere.

    Args:
        recurrent: `Recurrent` that reads forward, with `return_sequences=False`.
        head: Layer or model that makes one output of shape `(batch, width)` from the
            recurrent layer's, of shape `(batch, units)`.
        steps: Positive integer, how many outputs to make.
        feedback: Layer or model that makes the next input, of shape
            `(batch, features)`, from one output. Default: `None`, the output as it
            is, so its width must be that of the input.
        **kwargs: `name`, `dtype` and so on of any layer. By default `dtype` is the
            head's.

    Call arguments:
        sequences: Tensor of shape `(batch, time, features)`, or `(batch, features)`
            for a single step.
        initial_state: Flat list of states, as `Recurrent` takes it. Default: zeros.
        mask: Boolean tensor of shape `(batch, time)`, true at the steps to read.
        training: Boolean, whether dropout is active. It draws anew at each step.

    Returns:
        Tensor of shape `(batch, steps, width)`.

    Raises:
        ValueError: The recurrent layer cannot go on step by step, `steps` is not
            positive, or what is fed back is not as wide as the input.

    Example:

    >>> import numpy as np
    >>> layer = Feedback(Recurrent("gru", 8), keras.layers.Dense(3), steps=5)
    >>> tuple(layer(np.zeros((2, 7, 3), "float32")).shape)
    (2, 5, 3)
    """

    def __init__(
        self,
        recurrent: Recurrent,
        head: keras.Layer,
        steps: int,
        feedback: keras.Layer | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = head.dtype_policy
        super().__init__(**kwargs)
        check_positive_integer("steps", steps)
        _check_can_continue(recurrent)
        self.recurrent = recurrent
        self.head = head
        self.steps = steps
        self.feedback = feedback
        self.supports_masking = True
        # XLA on TensorFlow has no gradient for a scan.
        self.supports_jit = keras.backend.backend() != "tensorflow"

    def build(
        self, sequences_shape: tuple[Any, ...], initial_state_shape: Any = None
    ) -> None:
        if len(sequences_shape) == 2:
            sequences_shape = (sequences_shape[0], 1, sequences_shape[1])
        if not self.recurrent.built:
            self.recurrent.build(sequences_shape)
        output = output_spec(
            self.head,
            keras.KerasTensor(
                (None, self.recurrent.output_size), dtype=self.recurrent.compute_dtype
            ),
        )
        if len(output.shape) != 2:
            raise ValueError(
                "The head of a feedback loop makes one vector a step, of shape "
                f"(batch, width). Received shape {tuple(output.shape)}."
            )
        self.width = output.shape[-1]
        back = output
        if self.feedback is not None:
            back = output_spec(self.feedback, output)
        if tuple(back.shape[1:]) != tuple(sequences_shape[2:]):
            name = "head's output" if self.feedback is None else "feedback's output"
            raise ValueError(
                f"The {name} is the next input, so it must be "
                f"{sequences_shape[-1]} wide like the input. Received shape "
                f"{tuple(back.shape)}. Change the head, or give a `feedback` layer "
                "that makes the next input from an output."
            )

    def call(
        self,
        sequences: keras.KerasTensor,
        initial_state: list[keras.KerasTensor] | keras.KerasTensor | None = None,
        mask: keras.KerasTensor | None = None,
        training: bool | None = None,
        sequences_mask: keras.KerasTensor | None = None,
    ) -> keras.KerasTensor:
        # Keras fills in `mask` if `sequences` comes alone, else `sequences_mask`.
        mask = sequences_mask if mask is None else mask
        if len(sequences.shape) == 2:
            sequences = ops.expand_dims(sequences, axis=1)
        [last], states = self.recurrent.run(sequences, initial_state, mask, training)
        output = self.head(last)
        outputs = ops.expand_dims(output, axis=1)  # (batch, 1, width)
        if self.steps > 1:
            later = self._roll_out(output, states, training)
            outputs = ops.concatenate([outputs, later], axis=1)
        return ops.cast(outputs, self.compute_dtype)

    def _roll_out(self, output, states, training):
        """Outputs 2 to `steps`, of shape `(batch, steps - 1, width)`."""
        # What layers change while training (random seeds, moving averages) has to
        # travel with the loop: a compiled loop keeps no other trace of it.
        changing = self.non_trainable_variables if training else []

        def snapshot():
            return [ops.convert_to_tensor(variable) for variable in changing]

        def assign(values):
            for variable, value in zip(changing, values, strict=True):
                variable.assign(value)

        def go_on(_, carried):
            output, *carried = carried
            states, values = carried[: len(first)], carried[len(first) :]
            assign(values)
            inputs = output if self.feedback is None else self.feedback(output)
            last, states = self.recurrent.step(inputs, states, training)
            output = self.head(last)
            return output, [output, *states, *snapshot()]

        first, values = states, snapshot()
        # Keras's own loop over time, here over nothing: of a `keras.ops.scan` on
        # TensorFlow, ONNX files are written that nothing can read.
        loop = keras.layers.RNN(
            _Cell(go_on), return_sequences=True, unroll=self.recurrent.unroll
        )
        nothing = ops.zeros((ops.shape(output)[0], self.steps - 1, 1))
        try:
            _, outputs, (_, *carried) = loop.inner_loop(
                nothing, [output, *first, *values], mask=None
            )
            values = carried[len(first) :]
        finally:
            assign(values)  # also after an error: no variable keeps a traced value
        return outputs

    def compute_output_shape(
        self, sequences_shape: tuple[Any, ...], initial_state_shape: Any = None
    ) -> tuple[int | None, ...]:
        return (sequences_shape[0], self.steps, self.width)

    def compute_mask(
        self, inputs: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> keras.KerasTensor | None:
        return None

    def get_config(self) -> dict[str, Any]:
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "recurrent": serialize(self.recurrent),
            "head": serialize(self.head),
            "steps": self.steps,
            "feedback": serialize(self.feedback),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Feedback:
        parts = ("recurrent", "head", "feedback")
        revive = keras.saving.deserialize_keras_object
        return cls(**{k: revive(v) if k in parts else v for k, v in config.items()})


class _Cell:
    """A function as `keras.layers.RNN` wants it."""

    state_size = ()

    def __init__(self, call):
        self.call = call

    def __call__(self, inputs, states):
        return self.call(inputs, states)


def _check_can_continue(recurrent):
    if not isinstance(recurrent, Recurrent):
        raise ValueError(
            "A feedback loop needs a keras_rnn.layers.Recurrent, which can be run "
            f"step by step. Received: {recurrent!r}"
        )
    for name in ("bidirectional", "go_backwards", "return_sequences"):
        if getattr(recurrent, name):
            raise ValueError(
                f"A feedback loop goes on from the last step of a layer that reads "
                f"forward: it cannot use a Recurrent with {name}=True."
            )
