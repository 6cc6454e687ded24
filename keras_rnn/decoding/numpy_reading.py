"""What a decoding loop reads before its first step, with recurrent layers in NumPy."""

from __future__ import annotations

import inspect
from typing import Any

import keras
import numpy as np

from keras_rnn.decoding.graph import mask_of, nodes_to
from keras_rnn.decoding.numpy_cells import CellForm, States
from keras_rnn.decoding.numpy_own_cells import cell_form
from keras_rnn.decoding.numpy_products import NotInNumpyError
from keras_rnn.decoding.stepping import DecoderStepper
from keras_rnn.layers import Recurrent
from keras_rnn.layers.flat_states import split


class StackForm:
    """A `Recurrent` that reads forward, in NumPy.

    Args:
        recurrent: `Recurrent` that is built.

    Raises:
        NotInNumpyError: A cell has no form, or it adds its input to its output.
    """

    def __init__(self, recurrent: Recurrent) -> None:
        if recurrent.residual or recurrent.bidirectional:
            raise NotInNumpyError
        self.cells = [cell_form(layer.cell) for layer in recurrent.layers]
        self.counts = [
            len(keras.tree.flatten(layer.cell.state_size)) for layer in recurrent.layers
        ]

    def read(self, inputs: np.ndarray) -> np.ndarray:
        """Return what the inputs alone contribute to the first layer."""
        return self.cells[0].read(inputs)

    def step(
        self, read: np.ndarray, states: States, context: np.ndarray | None, width: int
    ) -> tuple[np.ndarray, States]:
        """Return the output and the new states: see `CellForm.step`."""
        first, *others = self.cells
        if not others:
            return first.step(read, states, context, width)
        new, place = [], self.counts[0]
        output, end = first.step(read, states[:place], context, width)
        new += end
        for cell, count in zip(others, self.counts[1:], strict=True):
            own = states[place : place + count]
            output, end = cell.step(cell.read(output), own, None, 1)
            new += end
            place += count
        return output, new

    def read_prompt(
        self, read: np.ndarray, states: States, mask: np.ndarray | None
    ) -> tuple[np.ndarray, States]:
        """Return the output at the last step that the mask keeps, and the states.

        Args:
            read: What `read` returned of vectors `(batch, time, features)`.
            states: List of arrays `(batch, size)`.
            mask: Boolean array `(batch, time)`, or None.
        """
        outputs, states = _read(self, read, states, mask)
        return outputs[-1], states


def _read(
    form: StackForm | CellForm,
    read: np.ndarray,
    states: States,
    mask: np.ndarray | None,
    backward: bool = False,
) -> tuple[list[np.ndarray], States]:
    """The outputs in the order of reading; at masked steps those before again."""
    read = np.ascontiguousarray(np.swapaxes(read, 0, 1))
    outputs: list[np.ndarray] = []
    steps = range(len(read))
    for step in reversed(steps) if backward else steps:
        output, new = form.step(read[step], states, None, 1)
        if mask is not None and not mask[:, step].all():
            kept = mask[:, step, None]
            before = outputs[-1] if outputs else np.zeros_like(output)
            output = np.where(kept, output, before)
            new = [np.where(kept, b, a) for a, b in zip(states, new, strict=True)]
        states = new
        outputs.append(output)
    return outputs, states


def zeros(recurrent: Recurrent, rows: int) -> States:
    """Return the states from which a layer begins, all of whose cells have a form."""
    sizes = [
        size
        for layer in recurrent.layers
        for size in keras.tree.flatten(layer.cell.state_size)
    ]
    return [np.zeros((rows, size), "float32") for size in sizes]


class RecurrentReader:
    """A call of a `Recurrent` on a whole sequence, as `Recurrent.run`, in NumPy.

    Args:
        recurrent: `Recurrent` that is built.

    Raises:
        NotInNumpyError: It has no form.
    """

    def __init__(self, recurrent: Recurrent) -> None:
        plain = not (
            recurrent.residual
            or recurrent.go_backwards
            or recurrent.stateful
            or recurrent.output_regularizer
        )
        if not plain or recurrent.merge_mode not in ("concat", "sum", "ave"):
            raise NotInNumpyError
        self.recurrent = recurrent
        self.cells = [cell_form(layer.cell) for layer in recurrent.layers]

    def run(self, vectors: np.ndarray, mask: np.ndarray | None) -> list[np.ndarray]:
        """Return the output and the final states.

        Args:
            vectors: Array `(batch, time, features)`.
            mask: Boolean array `(batch, time)`, or None.
        """
        recurrent = self.recurrent
        count = 2 if recurrent.bidirectional else 1
        split_starts = split(recurrent.layers, zeros(recurrent, len(vectors)))
        ends: list[np.ndarray] = []
        for index in range(recurrent.depth):
            directions = []
            for place in range(index * count, (index + 1) * count):
                backward = recurrent.layers[place].go_backwards
                own = keras.tree.flatten(split_starts[place])
                cell = self.cells[place]
                read = cell.read(vectors)
                outputs, states = _read(cell, read, own, mask, backward)
                last = outputs[-1]
                sequence = np.stack(outputs[::-1] if backward else outputs, axis=1)
                directions.append((sequence, last))
                ends += states
            sequences, lasts = zip(*directions, strict=True)
            vectors, last = self._merged(sequences), self._merged(lasts)
        if not recurrent.return_sequences:
            return [last, *ends]
        if mask is not None and (recurrent.zero_output_for_mask or count == 2):
            vectors = np.where(mask[..., None], vectors, np.float32(0))
        return [vectors, *ends]

    def _merged(self, arrays):
        if len(arrays) == 1:
            return arrays[0]
        if self.recurrent.merge_mode == "concat":
            return np.concatenate(arrays, axis=-1)
        total = arrays[0] + arrays[1]
        return total / 2 if self.recurrent.merge_mode == "ave" else total


class Beginning:
    """What `DecoderStepper.begin` does before the first step.

    Args:
        stepper: `DecoderStepper`.
    """

    def __init__(self, stepper: DecoderStepper) -> None:
        self.decoder, self.reader = stepper.decoder, SourceReader(stepper.reader)
        self.compiled: keras.Model | None = None
        self.was_called = False

    def __call__(self, inputs: Any) -> tuple[list[np.ndarray], dict[str, np.ndarray]]:
        """Return the states and what stays at every step.

        Args:
            inputs: Array or list of arrays, the source.
        """
        if self.was_called and not self.reader.readers:
            # Compiling takes longer than a call, and less time than several.
            if self.compiled is None:
                self.compiled = _Compiled(self.reader, self.decoder)
            found = self.compiled.predict_on_batch(inputs)
        else:
            self.was_called = True
            found = _begin(self.reader, self.decoder, inputs)
        return keras.tree.map_structure(keras.ops.convert_to_numpy, found)


def _begin(reader, decoder, inputs):
    given = reader.read(inputs)
    mask = mask_of(given["memory"]) if "memory" in given else None
    batch = keras.ops.shape(keras.tree.flatten(inputs)[0])[0]
    return decoder.begin(batch, **given, memory_mask=mask)


class _Compiled(keras.Model):
    """The same, as a model: `predict_on_batch` compiles it."""

    def __init__(self, reader, decoder):
        super().__init__(name="beginning")
        self.parts = lambda: (reader, decoder)  # not tracked
        self.built = True

    def call(self, inputs):
        return _begin(*self.parts(), inputs)


class SourceReader:
    """What a decoder is given of its source: layers by Keras, recurrent ones in NumPy.

    Args:
        reader: `keras.Model` from the sources to a dict of tensors.
    """

    def __init__(self, reader: keras.Model) -> None:
        self.inputs, self.outputs = reader.inputs, reader._outputs_struct
        nodes, seen = [], set()
        for output in reader.outputs:
            for node in nodes_to(output):
                if id(node) not in seen and node.input_tensors:
                    seen.add(id(node))
                    nodes.append(node)
        self.nodes = nodes
        self.readers = {
            id(node): RecurrentReader(node.operation)
            for node in nodes
            if isinstance(node.operation, Recurrent) and len(node.input_tensors) == 1
        }

    @property
    def recurrent(self) -> list[Recurrent]:
        """The layers that are run in NumPy."""
        return [one.recurrent for one in self.readers.values()]

    def read(self, inputs: Any) -> Any:
        """Return the outputs of `reader`, as tensors that carry their masks.

        Args:
            inputs: Array or list of arrays.
        """
        values = {
            id(one): keras.ops.convert_to_tensor(array, dtype=one.dtype)
            for one, array in zip(self.inputs, keras.tree.flatten(inputs), strict=True)
        }
        for node in self.nodes:
            if id(node) in self.readers:
                found = self._recurrent(node, values)
            else:
                found = _called(node, values)
            values.update(zip(map(id, node.output_tensors), found, strict=False))
        return keras.tree.map_structure(lambda one: values[id(one)], self.outputs)

    def _recurrent(self, node, values):
        vectors = values[id(node.input_tensors[0])]
        mask = mask_of(vectors)
        array = keras.ops.convert_to_numpy(vectors)
        kept = None if mask is None else keras.ops.convert_to_numpy(mask).astype(bool)
        found = self.readers[id(node)].run(array, kept)
        found = [keras.ops.convert_to_tensor(one) for one in found]
        if mask is not None and node.operation.return_sequences:
            found[0] = _WithMask(mask)(found[0])
        return found


def _called(node, values):
    """The outputs of a layer, which Keras calls."""
    args, kwargs = keras.tree.map_structure(
        lambda one: values[id(one)] if isinstance(one, keras.KerasTensor) else one,
        (list(node.arguments.args), dict(node.arguments.kwargs)),
    )
    kwargs.pop("mask", None)
    layer = node.operation
    if not isinstance(layer, keras.Layer):  # an operation such as keras.ops.add
        return keras.tree.flatten(layer(*args, **kwargs))
    if "training" in inspect.signature(layer.call).parameters:
        kwargs["training"] = False
    return keras.tree.flatten(layer(*args, **kwargs))


class _WithMask(keras.layers.Layer):
    """Its outputs are its inputs, with a mask."""

    def __init__(self, mask):
        super().__init__(name="with_mask")
        self.mask = mask
        self.supports_masking = True

    def call(self, inputs):
        return inputs

    def compute_mask(self, inputs, mask=None):
        return self.mask
