"""A model of values that goes on with its own outputs."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.decoding.decoding_model import DecodingModel
from keras_rnn.decoding.stepping import SequenceStepper
from keras_rnn.layers import Feedback
from keras_rnn.layers.checks import check_positive_integer


@keras.saving.register_keras_serializable(package="keras_rnn")
class RollOut(DecodingModel):
    """Goes on with a `many_to_many` model's next values: made by `roll_out`."""

    def __init__(self, model: keras.Model, steps: int, name: str | None = None) -> None:
        super().__init__(model, name=name)
        check_positive_integer("steps", steps)
        if not isinstance(self.stepper, SequenceStepper):
            raise ValueError(
                f"{model.name} writes tokens after a start token. Use greedy_search, "
                "sample or beam_search."
            )
        read, said = model.inputs[0].shape[2:], model.outputs[0].shape[2:]
        if read != said:
            raise ValueError(
                f"{model.name} cannot go on with its own output: it reads steps of "
                f"shape {tuple(read)}, and says ones of shape {tuple(said)}."
            )
        self.steps = steps

    def call(self, inputs: Any) -> keras.KerasTensor:
        first, states, kept = self.stepper.begin(inputs, None)
        places = ops.reshape(
            ops.arange(self.steps, dtype="int32"),
            (1, -1, *[1] * (len(first.shape) - 1)),
        )

        def write(position, value, values):
            here = ops.equal(places, position)
            return ops.where(here, ops.expand_dims(value, axis=1), values)

        def go_on(position, value, states, values):
            value, states = self.stepper.step(value, states, kept)
            value = ops.cast(value, values.dtype)
            return position + 1, value, states, write(position, value, values)

        start = ops.convert_to_tensor(0, dtype="int32")
        zeros = ops.zeros_like(ops.expand_dims(first, axis=1))
        values = ops.repeat(zeros, self.steps, axis=1)
        values = write(start, first, values)
        return ops.while_loop(
            lambda position, *_: position < self.steps,
            go_on,
            (start + 1, first, states, values),
        )[-1]

    def get_config(self) -> dict[str, Any]:
        model = keras.saving.serialize_keras_object(self.trained)
        return {"name": self.name, "model": model, "steps": self.steps}


def roll_out(model: keras.Model, steps: int, name: str = "roll_out") -> keras.Model:
    """Return a model that goes on for `steps` steps with its own outputs.

    Each output is read as the next input: a forecast of any length from a model of
    the next value. The whole roll-out is one compiled call. The returned model has the
    weights of `model`, not a copy, and is saved and loaded as any other.

    Args:
        model: A trained `keras.Model` from `keras_rnn.architectures`:
            - `many_to_many` with the next value at each step: its output must be as
              wide as its input, and its input of any length;
            - `one_to_many` with `steps`, for another number of them.
        steps: Positive integer, how many outputs to make.
        name: String, name of the model.

    Returns:
        A `keras.Model` from what `model` reads to its outputs after that,
        `(batch, steps, width)`.

    Raises:
        ValueError: The model cannot go on step by step, or `steps` is not positive.

    Example:

    >>> from keras_rnn.architectures import many_to_many
    >>> import numpy as np
    >>> model = many_to_many(
    ...     keras.Input((None, 2)), dict(cell="gru", units=8), keras.layers.Dense(2)
    ... )
    >>> roll_out(model, steps=5).predict(np.zeros((3, 7, 2)), verbose=0).shape
    (3, 5, 2)
    """
    if isinstance(model, keras.Model) and getattr(model, "outputs", None):
        operation, index, _ = model.outputs[0]._keras_history
        if isinstance(operation, Feedback):
            longer = Feedback(
                operation.recurrent, operation.head, steps, operation.feedback
            )
            [inputs] = operation._inbound_nodes[index].input_tensors
            return keras.Model(model.inputs[0], longer(inputs), name=name)
    return RollOut(model, steps, name=name)
