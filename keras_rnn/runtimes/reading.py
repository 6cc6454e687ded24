"""Reads a Keras model into the operations that every runtime has.

Layers, their settings and their weights are read, not what a backend makes of them. So
TensorFlow, JAX and PyTorch give the same file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras

from keras_rnn.errors import UserError
from keras_rnn.layers import EachStep as EachStepLayer
from keras_rnn.layers import Recurrent
from keras_rnn.runtimes.any_length import read_embedding_of_several
from keras_rnn.runtimes.cells import RefusedError
from keras_rnn.runtimes.fixed_shapes import (
    COMPUTES,
    MOVES,
    is_symbolic,
    operands,
    read_computation,
    read_convolution,
    read_move,
)
from keras_rnn.runtimes.folding import folded
from keras_rnn.runtimes.graph import (
    Graph,
    Recur,
    Reshaped,
    Value,
    is_mask,
)
from keras_rnn.runtimes.reading_any_length import read_any_length
from keras_rnn.runtimes.reading_nodes import Nodes, identifier
from keras_rnn.runtimes.reading_recurrent import (
    read_bidirectional,
    read_keras_rnn,
    read_recurrent,
)
from keras_rnn.runtimes.simplifying import simplified
from keras_rnn.runtimes.step_layers import (
    EMBEDDINGS,
    PASSED_OVER,
    dense_program,
    merge_program,
    read_embedding,
    read_mask,
    read_step_layer,
)


def read_model(
    model: keras.Model, *, step: bool = False, name: str = "", fold: bool = True
) -> Graph:
    """Return a Keras model as a graph of few operations.

    Args:
        model: `keras.Model` of layers that are built: Sequential or functional.
        step: Boolean, whether the graph is to read one step at a time.
        name: String, what to call it. Default: the name of the model.
        fold: Boolean, whether what is linear in a window of rows is joined into one
            matrix where that is smaller: see `folded`. Default: `True`.

    Raises:
        UserError: A layer, or the way in which it is used, cannot be exported. The
            message names it and says what would work.

    Example:

    >>> model = keras.Sequential(
    ...     [keras.Input((None, 3)), Recurrent("gru", 4), keras.layers.Dense(1)]
    ... )
    >>> [type(node).__name__ for node in read_model(model).nodes]
    ['Recur', 'EachStep']
    """
    try:
        inputs, outputs = list(model.inputs), list(model.outputs)
    except (AttributeError, ValueError, TypeError):
        inputs = outputs = []
    if not inputs or not outputs:
        raise UserError(
            f"The model {getattr(model, 'name', model)!r} has no graph of layers to "
            "read: a Sequential that was given an Input, or a functional keras.Model, "
            "can be exported."
        )
    reader = _Reader(step)
    given = [reader.input_value(tensor) for tensor in inputs]
    found = reader.read(model, given)
    if not any(isinstance(node, Reshaped) for node in reader.nodes):
        values = [value for node in reader.nodes for value in node.sources]
        for value in (*given, *found, *values, *(node.output for node in reader.nodes)):
            value.steps = None  # any other number would do
    whole = Graph(identifier(name or model.name), given, reader.nodes, found)
    graph = folded(simplified(whole)) if fold else simplified(whole)
    if step and not graph.recurrent:
        raise UserError(
            f"{model.name} has no recurrent layer, so there is no state to carry from "
            "step to step. Export it without `step`."
        )
    return graph


class _Reader(Nodes):
    """Collects the nodes of a graph while the layers of a model are visited."""

    def input_value(self, tensor: Any) -> Value:
        rank, is_integer = len(tensor.shape), "int" in str(tensor.dtype)
        if rank not in (2, 3) or None in tensor.shape[2:]:
            raise UserError(
                f"The input {tensor.name!r} has the shape {tuple(tensor.shape)}. What "
                "can be exported reads vectors (batch, features), sequences of them "
                "(batch, time, features) or of whole numbers (batch, time)."
            )
        width = 0 if is_integer and rank == 2 else tensor.shape[-1] or 0
        name = "inputs" if tensor.name.startswith("keras_tensor") else tensor.name
        value = Value(self.name(name), width, rank == 3 or is_integer)
        value.steps = tensor.shape[1] if value.is_sequence else None
        value.is_integer = is_integer
        self.inputs.append(value)
        return value

    def read(self, model: keras.Model, given: list[Value]) -> list[Value]:
        """Add the nodes of a model; return the values of its outputs."""
        known = {
            _key(tensor): value
            for tensor, value in zip(model.inputs, given, strict=True)
        }

        def value_of(tensor: Any) -> Value:
            if _key(tensor) not in known:
                layer, index, _ = tensor._keras_history
                node = layer._inbound_nodes[index]
                sources = [value_of(one) for one in _read_by(node)]
                found = self.layer(layer, sources, node)
                for made, value in zip(node.output_tensors, found, strict=True):
                    known[_key(made)] = value
            return known[_key(tensor)]

        return [value_of(tensor) for tensor in model.outputs]

    def layer(self, layer: Any, sources: list[Value], node: Any = None) -> list[Value]:
        """Add the nodes of one call of a layer; return the values of its outputs."""
        try:
            if node is not None and self._is_of_known_length(layer, sources):
                return [self._known_length(layer, sources, node)]
            found = (
                None if node is None else read_any_length(self, layer, sources, node)
            )
            return self._layer(layer, sources) if found is None else [found]
        except RefusedError as refused:
            kind = type(layer).__name__
            raise UserError(
                f"The layer {layer.name!r} ({kind}) cannot be exported: {refused}."
            ) from None

    def _layer(self, layer: Any, sources: list[Value]) -> list[Value]:
        if isinstance(layer, keras.Model):
            return self.read(layer, sources)
        if type(layer) not in PASSED_OVER:
            sources = [self.as_sequence(one) for one in sources]
        dtype = getattr(layer, "compute_dtype", "float32")
        if dtype != "float32":
            raise RefusedError(f"it computes in {dtype}; float32 would do")
        if isinstance(layer, (keras.layers.TimeDistributed, EachStepLayer)):
            return self._each_step_layer(layer, sources)
        if type(layer) in PASSED_OVER:
            return sources
        if type(layer) in EMBEDDINGS:
            return [self._embedding(layer, *sources)]
        if type(layer) is keras.layers.Masking:
            return [self._masking(layer, *sources)]
        if type(layer) is Recurrent:
            return [read_recurrent(self, layer, sources)]
        if type(layer) is keras.layers.Bidirectional:
            return [read_bidirectional(self, layer, sources)]
        if isinstance(layer, keras.layers.RNN):
            return [read_keras_rnn(self, layer, sources)]
        if not isinstance(layer, keras.Layer):
            if self.step:
                raise RefusedError(
                    "it works on several steps at once, or on what is no layer's; "
                    "export it without `step`"
                )
            raise RefusedError(
                "it is an operation outside of any layer, such as keras.ops.add; a "
                "layer in its place would do"
            )
        program = read_step_layer(layer, [source.width for source in sources])
        if any(source.is_integer for source in sources):
            raise RefusedError("it reads whole numbers, which an Embedding should do")
        return [self.each_step(layer.name, program, sources)]

    def _is_of_known_length(self, layer: Any, sources: list[Value]) -> bool:
        """Whether a call has to know how many steps there are, and can know it."""
        if self.step or any(one.is_integer or one.mask for one in sources):
            return False
        if any(one.is_sequence and not one.steps for one in sources):
            return False
        if any(one.is_sequence and one.shape for one in sources):
            return False
        if isinstance(layer, (keras.Model, keras.layers.RNN, Recurrent)):
            return False
        kind = type(layer).__name__
        own = type(layer).__module__.startswith("keras.")
        if not own or type(layer) in PASSED_OVER:
            return False
        mixed = len({one.shape or one.is_sequence for one in sources}) > 1
        is_matrix = any(len(one.shape or ()) > 1 for one in sources)
        if kind in COMPUTES:
            outside = not isinstance(layer, keras.Layer)
            return outside or is_matrix or mixed
        if kind == "Concatenate":
            return is_matrix or mixed or layer.axis not in (-1, 2)
        return kind in MOVES or kind == "Conv1D"

    def _known_length(self, layer: Any, sources: list[Value], node: Any) -> Value:
        """Add the nodes of an operation on sequences of a known length."""
        flat = [self.as_vector(one) for one in sources]
        shapes = [(one.width,) if one.shape is None else one.shape for one in flat]
        if type(layer) is keras.layers.Conv1D:
            program, shape, kernel, bias = read_convolution(layer, shapes[0])
            rows = self.as_sequence(self.fixed(layer.name, program, flat, shape))
            dense = dense_program(kernel, bias, layer)
            return self.each_step(layer.name, dense, [rows])
        if type(layer).__name__ in COMPUTES:
            values = operands(node)
            program, shape = read_computation(layer, values, shapes)
        else:

            def applied(tensors: list[Any]) -> Any:
                given = iter(tensors)
                arguments, named = keras.tree.map_structure(
                    lambda one: next(given) if is_symbolic(one) else one,
                    (node.arguments.args, node.arguments.kwargs),
                )
                return layer(*arguments, **named)

            program, shape = read_move(layer, applied, shapes)
        return self.fixed(layer.name, program, flat, shape)

    def _each_step_layer(self, layer: Any, sources: list[Value]) -> list[Value]:
        before = len(self.nodes)
        values = self.layer(layer.layer, sources)
        if any(isinstance(node, Recur) for node in self.nodes[before:]):
            raise RefusedError(
                "a recurrent layer at each step would need a second time axis"
            )
        return values

    def _embedding(self, layer: Any, source: Value) -> Value:
        if source in self.inputs and not source.is_integer:
            # Keras gives an input floats, if nothing else is said.
            source.is_integer, source.is_sequence = True, True
            source.steps, source.width = source.width or None, 0
        if not source.is_integer:
            raise RefusedError("it reads what another layer made; an input would do")
        if getattr(layer, "lora_enabled", False):
            raise RefusedError("it has LoRA weights; merge them first")
        if source.width:
            if layer.mask_zero:
                raise RefusedError(
                    "it masks single numbers of a step; mask_zero=False would do"
                )
            program = read_embedding_of_several(layer, source.width)
            output = self.each_step(layer.name, program, [source])
            return replace(output, shape=(source.width, layer.output_dim))
        output = self.each_step(layer.name, read_embedding(layer), [source])
        if layer.mask_zero:
            output.mask = self._mask(f"{layer.name}_mask", source, 0.0)
        return output

    def _masking(self, layer: Any, source: Value) -> Value:
        mask = self._mask(f"{layer.name}_mask", source, float(layer.mask_value))
        if layer.mask_value:  # Keras puts zeros there, which may be read without a mask
            kept = merge_program("mul", [source.width, 1])
            source = self.each_step(layer.name, kept, [source, mask])
        return replace(source, mask=mask)

    def _mask(self, name: str, source: Value, number: float) -> Value:
        for node in self.nodes:  # of another layer that reads the same
            same = is_mask(node) and node.sources[0].name == source.name
            if same and node.program.outputs[0].number == number:
                return node.output
        mask = self.each_step(name, read_mask(source.width, number), [source])
        mask.mask = None
        return mask


def _key(tensor: Any) -> tuple[int, int, int]:
    layer, node, index = tensor._keras_history
    return id(layer), node, index


def _read_by(node: Any) -> list[Any]:
    """The tensors that a call reads, without masks, which Keras hands over beside."""
    named = {
        name: value
        for name, value in node.arguments.kwargs.items()
        if not name.endswith("mask")
    }
    flat = keras.tree.flatten((node.arguments.args, named))
    return [one for one in flat if isinstance(one, keras.KerasTensor)]
