"""Measurement of how the gradient of a loss changes back through time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from keras_rnn.errors import UserError
from keras_rnn.visualize.layer_calls import calls_of, up_to
from keras_rnn.visualize.structure import rows_of


@dataclass(frozen=True)
class GradientFlow:
    """Result of `measure_gradient_flow`: norms of gradients.

    Args:
        norms: Dict from a state's name to an array `(time,)`: the norm of the
            derivative of the loss by that state after each step, averaged over the
            batch.
        weight_norm: Float, the norm of the gradient by all weights of the cell, which
            clipping by the global norm compares with its limit.
    """

    norms: dict[str, np.ndarray]
    weight_norm: float

    def clipped(self, clip_norm: float) -> GradientFlow:
        """Return the same with the weights' gradient clipped to a norm.

        Clipping shortens the whole gradient by one factor, the share of each step
        with it. It limits gradients that explode, and does not restore those that
        vanished.
        """
        scale = 1.0
        if not self.weight_norm <= clip_norm:  # also where it is no number
            scale = clip_norm / self.weight_norm
        norms = {name: norm * scale for name, norm in self.norms.items()}
        return GradientFlow(norms, self.weight_norm * scale)


def measure_gradient_flow(
    model_or_layer: keras.Model | keras.Layer,
    inputs: npt.ArrayLike,
    targets: npt.ArrayLike | None = None,
    loss: keras.losses.Loss | str | None = None,
) -> GradientFlow:
    """Measure the norm of d loss / d h_t at every step t of a sequence.

    To every state a number is added that is zero, and that can be trained. One step
    of gradient descent then shows the derivative by each, on any backend.

    Args:
        model_or_layer: A built recurrent layer, or a model with one, of a single row
            that reads forward. Nothing of it is changed, and there is no dropout.
        inputs: Array, a batch of its inputs.
        targets: Array, for a model: the targets of its outputs.
            Default: `None`.
        loss: A Keras loss or its name, which goes with `targets`. Default: `None`:
            the loss is the last output times a random direction of length 1, so that
            the norm at the last step is 1.

    Returns:
        `GradientFlow`; its names are `h`, and for an LSTM also `c`.

    Raises:
        UserError: The model has another number of rows or reads backwards, or a loss
            has no targets.

    Example:

    >>> layer = keras.layers.SimpleRNN(4)
    >>> layer.build((None, None, 3))
    >>> flow = measure_gradient_flow(layer, np.ones((2, 6, 3), "float32"))
    >>> flow.norms["h"].shape, float(flow.norms["h"][-1].round(3))
    ((6,), 1.0)
    """
    if (targets is None) != (loss is None):
        raise UserError("targets and loss go together: give both, or neither.")
    rows = rows_of(model_or_layer)
    if len(rows) != 1 or rows[0].directions != ("forward",):
        raise UserError(
            "Gradient flow is measured in one recurrent layer that reads forward; "
            f"{model_or_layer.name} has {len(rows)} of them"
            + ("." if len(rows) != 1 else ", which reads another way.")
        )
    layer, sequences, head = _parts(model_or_layer, inputs)
    if loss is not None and head is None and not _is_model(model_or_layer):
        head = keras.layers.Identity()
    cell = layer.layers[0].cell if hasattr(layer, "layers") else layer.cell
    cell = getattr(cell, "cells", [cell])[0]
    returns_sequences = bool(layer.return_sequences) and loss is not None
    probe = _Probe(cell, sequences.shape, returns_sequences, head if loss else None)
    batch = sequences.shape[0]
    if loss is None:
        direction = np.random.default_rng(0).normal(size=_output_size(cell))
        direction = (direction / np.linalg.norm(direction)).astype("float32")
        targets = np.tile(direction, (batch, 1))
        loss = _product
    probe.compile(keras.optimizers.SGD(1.0), loss=loss, jit_compile=False)
    before = [ops.convert_to_numpy(one) for one in cell.trainable_variables]
    kept = [ops.convert_to_numpy(one) for one in probe.held_variables]
    try:
        probe.train_on_batch(sequences, targets)
        after = [ops.convert_to_numpy(one) for one in cell.trainable_variables]
    finally:
        for variable, value in zip(probe.held_variables, kept, strict=True):
            variable.assign(value)
    changes = [(a - b).astype("float64") for a, b in zip(after, before, strict=True)]
    weight_norm = float(np.sqrt(sum(np.sum(change**2) for change in changes)))
    # The loss is a mean over the batch: times its size, it is each sequence's own.
    gradients = -ops.convert_to_numpy(probe.added).astype("float64") * batch
    norms, start = {}, 0
    for name, size in zip(_names(cell), _sizes(cell), strict=True):
        part = gradients[:, :, start : start + size]  # (batch, time, units)
        norms[name] = np.sqrt(np.sum(part**2, axis=-1)).mean(axis=0)
        start += size
    return GradientFlow(norms, weight_norm)


def _is_model(model_or_layer: Any) -> bool:
    return isinstance(model_or_layer, keras.Model)


def _parts(model_or_layer: Any, inputs: Any) -> tuple[Any, Any, Any]:
    """The recurrent layer, what it reads, and a model of what comes after it."""
    if not _is_model(model_or_layer):
        return model_or_layer, ops.cast(ops.convert_to_tensor(inputs), "float32"), None
    call = next(call for call in calls_of(model_or_layer) if rows_of(call.layer))
    layer = call.layer
    if call.tensor is None or _is_model(layer) or not hasattr(layer, "go_backwards"):
        raise UserError(
            f"{model_or_layer.name} is not a built model around a plain recurrent "
            "layer. Measure that layer alone."
        )
    made = layer._inbound_nodes[call.key[1]].output_tensors[0]
    last = model_or_layer.outputs[0]
    head = keras.layers.Identity() if last is made else keras.Model(made, last)
    return layer, up_to(model_or_layer, call)(inputs, training=False), head


def _sizes(cell: Any) -> list[int]:
    return keras.tree.flatten(cell.state_size)


def _names(cell: Any) -> list[str]:
    return ["h", "c", *map(str, range(3, 9))][: len(_sizes(cell))]


def _output_size(cell: Any) -> int:
    size = getattr(cell, "output_size", None)
    return _sizes(cell)[0] if size is None else size


def _product(targets: Any, outputs: Any) -> Any:
    return ops.sum(targets * outputs, axis=-1)


class _AddingCell(keras.Layer):
    """Runs a cell, and adds to its states what comes in beside its inputs."""

    def __init__(self, cell: Any, features: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell, self.features = cell, features
        self.state_size, self.output_size = _sizes(cell), _output_size(cell)

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        return [ops.zeros((batch_size, size)) for size in self.state_size]

    def build(self, inputs_shape: Any) -> None:
        self.built = True

    def call(self, inputs: Any, states: Any) -> tuple[Any, list[Any]]:
        nested = keras.tree.pack_sequence_as(self.cell.state_size, list(states))
        nested = nested if isinstance(nested, (list, tuple)) else [nested]
        output, states = self.cell(inputs[:, : self.features], nested, training=False)
        states = [ops.cast(one, "float32") for one in keras.tree.flatten(states)]
        start, changed = self.features, []
        for state, size in zip(states, self.state_size, strict=True):
            changed.append(state + inputs[:, start : start + size])
            start += size
        # An output that is the state has to stay the state.
        return ops.cast(output, "float32") - states[0] + changed[0], changed


class _Probe(keras.Model):
    """A recurrent layer whose states at every step are trainable."""

    def __init__(
        self, cell: Any, shape: tuple[int, ...], return_sequences: bool, head: Any
    ) -> None:
        super().__init__(name="gradient_probe")
        batch, time, features = shape
        self.head = head
        self.loop = keras.layers.RNN(
            _AddingCell(cell, features, name="adding_cell"),
            return_sequences=return_sequences,
        )
        self.added = self.add_weight(
            shape=(batch, time, sum(_sizes(cell))), initializer="zeros", name="added"
        )
        held = [cell] if head is None else [cell, head]
        self.held_variables = [one for part in held for one in part.variables]
        self.build(shape)

    def build(self, shape: tuple[int, ...]) -> None:
        self.loop.build((*shape[:2], shape[2] + self.added.shape[-1]))
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        inputs = ops.concatenate([inputs, self.added], axis=-1)
        outputs = self.loop(inputs)
        return outputs if self.head is None else self.head(outputs, training=False)
