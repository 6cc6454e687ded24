"""Reads a Keras model into the operations that every runtime has.

Layers, their settings and their weights are read, not what a backend makes of them. So
TensorFlow, JAX and PyTorch give the same file.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import replace
from functools import reduce
from typing import Any

import keras
import numpy as np

from keras_rnn.errors import UserError
from keras_rnn.layers import EachStep as EachStepLayer
from keras_rnn.layers import Recurrent
from keras_rnn.runtimes.any_length import (
    flag_program,
    largest_so_far,
    read_convolution_within,
    read_embedding_of_several,
    read_pooling_within,
    sum_so_far,
    window_of,
)
from keras_rnn.runtimes.cells import RefusedError, as_array, read_cell
from keras_rnn.runtimes.expressions import Program, input_vector, maximum
from keras_rnn.runtimes.fixed_shapes import (
    COMPUTES,
    MOVES,
    read_computation,
    read_convolution,
    read_move,
)
from keras_rnn.runtimes.graph import (
    EachStep,
    Graph,
    Node,
    Recur,
    Reshaped,
    Value,
    Window,
    is_mask,
)
from keras_rnn.runtimes.step_layers import (
    EMBEDDINGS,
    PASSED_OVER,
    dense_program,
    merge_program,
    read_embedding,
    read_mask,
    read_step_layer,
)

# Words of Python, C and JavaScript, and what the files call things of their own.
_WORDS = """
    np W check read keep start step predict states new old w t k n main exp tanh
    auto char const default do double enum extern float goto inline int long register
    restrict short signed sizeof static struct switch typedef union unsigned void
    volatile abstract arguments await boolean byte case catch const debugger delete eval
    export extends final function implements instanceof interface let native new null
    package private protected public super this throw throws transient typeof undefined
    var with yield steps state work made answer unpack product take differs softmax
    normalize concatenate sigmoid softplus memcpy expf tanhf fmaxf fminf
"""
_RESERVED = {*keyword.kwlist, *_WORDS.split()}


def read_model(model: keras.Model, *, step: bool = False, name: str = "") -> Graph:
    """Return a Keras model as a graph of few operations.

    Args:
        model: `keras.Model` of layers that are built: Sequential or functional.
        step: Boolean, whether the graph is to read one step at a time.
        name: String, what to call it. Default: the name of the model.

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
    graph = Graph(identifier(name or model.name), given, reader.nodes, found)
    if step and not graph.recurrent:
        raise UserError(
            f"{model.name} has no recurrent layer, so there is no state to carry from "
            "step to step. Export it without `step`."
        )
    return graph


def identifier(name: str) -> str:
    """Return a name that Python, C and JavaScript take.

    >>> identifier("2 layers-deep")
    'm_2_layers_deep'
    """
    name = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "model"
    return f"m_{name}" if name[0].isdigit() else name


class _Reader:
    """Collects the nodes of a graph while the layers of a model are visited."""

    def __init__(self, step: bool) -> None:
        self.step = step
        self.nodes: list[Node] = []
        self.inputs: list[Value] = []
        self.names: set[str] = set()

    def name(self, wanted: str) -> str:
        """A name that is not taken yet."""
        wanted = identifier(wanted)
        if wanted in _RESERVED or wanted.endswith(("_step", "_layer", "_out")):
            wanted += "_"
        name, number = wanted, 2
        while name in self.names:
            name, number = f"{wanted}_{number}", number + 1
        self.names.add(name)
        return name

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
            found = None if node is None else self._any_length(layer, sources, node)
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
            sources = [self._as_sequence(one) for one in sources]
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
            return [self._recurrent(layer, sources)]
        if type(layer) is keras.layers.Bidirectional:
            self._check(layer, sources)
            return [self._bidirectional(layer, *sources)]
        if isinstance(layer, keras.layers.RNN):
            return [self._keras_rnn(layer, sources)]
        if not isinstance(layer, keras.Layer):
            raise RefusedError(
                "it is an operation outside of any layer, such as keras.ops.add; a "
                "layer in its place would do"
            )
        program = read_step_layer(layer, [source.width for source in sources])
        if any(source.is_integer for source in sources):
            raise RefusedError("it reads whole numbers, which an Embedding should do")
        return [self.each_step(layer.name, program, sources)]

    def each_step(
        self, name: str, program: Program, sources: list[Value], beside: bool = False
    ) -> Value:
        """Add a node that applies a program to each step.

        Args:
            name: String.
            program: `Program`.
            sources: List of values.
            beside: Boolean, whether single vectors may stand beside sequences.
        """
        if len({source.is_sequence for source in sources}) > 1 and not beside:
            raise RefusedError("it joins a sequence and a single vector")
        mask = self._mask_of_any(name, [one.mask for one in sources])
        name = self.name(name)
        width = program.outputs[0].width
        first = next((one for one in sources if one.is_sequence), sources[0])
        output = Value(name, width, first.is_sequence, mask=mask)
        output.steps = first.steps
        self.nodes.append(EachStep(name, program, sources, output))
        return output

    def _mask_of_any(self, name: str, given: list[Value | None]) -> Value | None:
        """What Keras makes of several masks: a step counts if it does in any."""
        masks = {one.name: one for one in given if one is not None}
        if len(masks) < 2 or None in given:
            return None if None in given else given[0]
        inputs = [input_vector(f"x{i + 1}", 1) for i in range(len(masks))]
        either = reduce(maximum, inputs).called("y")
        program = Program("any_mask", inputs, [either])
        return self.each_step(f"{name}_mask", program, list(masks.values()))

    def recur(
        self, name: str, program: Program, source: Value, backward: bool, keep: bool
    ) -> Value:
        """Add a node that carries a cell's states along a sequence.

        Args:
            name: String.
            program: `Program` of the cell.
            source: Value.
            backward: Boolean, whether it reads from the end.
            keep: Boolean, whether to give the output of each step.
        """
        if not source.is_sequence:
            raise RefusedError(
                "it reads no sequence, such as one of (batch, time, features)"
            )
        if backward and self.step:
            raise RefusedError(
                "it reads the sequence from its end, which is not there yet when one "
                "step is read; export it without `step`"
            )
        name = self.name(name)
        width = program.outputs[0].width
        # One step after another, the last is the one that is there.
        mask = source.mask if keep else None
        output = Value(name, width, keep or self.step, mask=mask)
        output.steps = source.steps if keep else None
        self.nodes.append(Recur(name, program, source, source.mask, backward, output))
        return output

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
        flat = [self._as_vector(one) for one in sources]
        shapes = [(one.width,) if one.shape is None else one.shape for one in flat]
        if type(layer) is keras.layers.Conv1D:
            program, shape, kernel, bias = read_convolution(layer, shapes[0])
            rows = self._as_sequence(self._fixed(layer.name, program, flat, shape))
            dense = dense_program(kernel, bias, layer)
            return self.each_step(layer.name, dense, [rows])
        if type(layer).__name__ in COMPUTES:
            values = _operands(node)
            program, shape = read_computation(layer, values, shapes)
        else:

            def applied(tensors: list[Any]) -> Any:
                given = iter(tensors)
                arguments, named = keras.tree.map_structure(
                    lambda one: next(given) if _is_symbolic(one) else one,
                    (node.arguments.args, node.arguments.kwargs),
                )
                return layer(*arguments, **named)

            program, shape = read_move(layer, applied, shapes)
        return self._fixed(layer.name, program, flat, shape)

    def _fixed(
        self, name: str, program: Program, sources: list[Value], shape: tuple[int, ...]
    ) -> Value:
        value = self.each_step(name, program, sources)
        value.shape = tuple(shape)
        return value

    def _as_vector(self, source: Value) -> Value:
        """A sequence as one vector, row after row."""
        if not source.is_sequence:
            return source
        assert source.steps is not None
        name = self.name(f"{source.name}_flat")
        shape = (source.steps, source.width)
        value = Value(name, source.steps * source.width, False, shape=shape)
        self.nodes.append(Reshaped(name, source, value))
        return value

    def _as_sequence(self, source: Value) -> Value:
        """A vector that stands for a matrix as the sequence of its rows."""
        if source.is_sequence and source.shape:
            raise RefusedError("it reads a matrix at each step")
        if source.shape is None or len(source.shape) < 2:
            return source
        if len(source.shape) > 2:
            raise RefusedError("it reads more than sequences of vectors")
        name = self.name(f"{source.name}_rows")
        value = Value(name, source.shape[1], True, steps=source.shape[0])
        self.nodes.append(Reshaped(name, source, value))
        return value

    def _any_length(self, layer: Any, sources: list[Value], node: Any) -> Value | None:
        """Add the nodes of an operation on sequences of any length, if it is one."""
        kind, source = type(layer).__name__, sources[0] if sources else None
        if source is None or not any(one.is_sequence for one in sources):
            return None
        if isinstance(layer, keras.Layer):
            if not type(layer).__module__.startswith("keras."):
                return None
            return self._convolution(layer, kind, source)
        if kind in COMPUTES:
            return self._computation(layer, sources, node)
        if kind in ("NotEqual", "Equal", "LessEqual"):
            program = flag_program(kind, source, _operands(node))
            flag = self._without_mask(layer.name, program, sources)
            return replace(flag, shape=() if source.is_integer else source.shape)
        if kind == "Cast" and not source.is_integer and "float32" in str(layer.dtype):
            return replace(source, mask=None)
        if kind == "ExpandDims" and source.shape == () and layer.axis in (-1, 2):
            return replace(source, shape=None)
        if kind == "Cumsum" and layer.axis == 1 and source.width and not source.shape:
            plain = replace(source, mask=None)
            program = sum_so_far(source.width)
            return self.recur(layer.name, program, plain, False, True)
        axes = kind == "Max" and (layer.axis, layer.keepdims) in (
            ([1], True),
            (1, True),
        )
        if axes and layer.initial is None and source.width and not source.shape:
            if self.step:
                raise RefusedError("it reads the whole sequence; export without `step`")
            plain = replace(source, mask=None)
            program = largest_so_far(source.width)
            largest = self.recur(layer.name, program, plain, False, False)
            largest.shape = (1, source.width)
            return largest
        return None

    def _convolution(self, layer: Any, kind: str, source: Value) -> Value | None:
        """Add the nodes of a convolution, or of what belongs to one."""
        shape = source.shape or ()
        if kind == "Conv1D" and not shape and not source.is_integer:
            if self.step:
                raise RefusedError(
                    "it reads other steps than the one that is there; export it "
                    "without `step`"
                )
            offsets = window_of(layer)
            name = self.name(f"{layer.name}_window")
            window = Value(name, source.width * len(offsets), True, steps=source.steps)
            self.nodes.append(Window(name, source, window, offsets))
            kernel = as_array(layer.kernel).reshape(window.width, -1)
            bias = as_array(layer.bias) if layer.use_bias else None
            dense = dense_program(kernel, bias, layer)
            return self.each_step(layer.name, dense, [window])
        if kind == "Conv2D" and len(shape) == 2:
            program, shape = read_convolution_within(layer, shape)
            return replace(self.each_step(layer.name, program, [source]), shape=shape)
        if kind == "MaxPooling2D" and len(shape) == 2:
            program, width = read_pooling_within(layer, shape)
            output = self.each_step(layer.name, program, [source])
            return replace(output, shape=(1, width))
        flat = kind == "Reshape" and layer.target_shape == (-1, source.width)
        if flat and shape == (1, source.width):
            return replace(source, shape=None)
        return None

    def _computation(self, layer: Any, sources: list[Value], node: Any) -> Value:
        """Add the node of a sum, a product, ... of sequences and what is beside."""
        beside = [one.shape == (1, one.width) for one in sources if not one.is_sequence]
        if any(
            one.is_integer or len(one.shape or ()) > 1
            for one in sources
            if one.is_sequence
        ):
            raise RefusedError("it computes with whole numbers, or matrices of a step")
        if not all(beside):
            raise RefusedError("it joins a sequence and a single vector")
        shapes = [(one.width,) for one in sources]
        program, _ = read_computation(layer, _operands(node), shapes)
        return self._without_mask(layer.name, program, sources)

    def _without_mask(self, name: str, program: Program, sources: list[Value]) -> Value:
        plain = [replace(one, mask=None) for one in sources]
        return self.each_step(name, program, plain, beside=True)

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

    def _keras_rnn(self, layer: Any, sources: list[Value]) -> Value:
        self._check(layer, sources)
        if layer.go_backwards and layer.return_sequences:
            raise RefusedError(
                "it gives a sequence from its end to its beginning; "
                "return_sequences=False or a Bidirectional layer would do"
            )
        program = read_cell(layer.cell)
        keep = layer.return_sequences
        return self.recur(layer.name, program, sources[0], layer.go_backwards, keep)

    def _check(self, layer: Any, sources: list[Value]) -> None:
        if len(sources) > 1:
            raise RefusedError("it starts from given states, not from zeros")
        if getattr(layer, "return_state", False):
            raise RefusedError("it returns its states; return_state=False would do")
        if layer.stateful and not self.step:
            raise RefusedError(
                "it is stateful: its answer depends on what it has read before. Export "
                "it with `step`, where the state is in your hands, or build it with "
                "stateful=False"
            )

    def _bidirectional(self, layer: Any, source: Value) -> Value:
        directions = [layer.forward_layer, layer.backward_layer]
        if layer.merge_mode is None:
            raise RefusedError("it has merge_mode=None; 'concat' would do")
        if [one.go_backwards for one in directions] != [False, True]:
            raise RefusedError("its directions are not one forward, one backward")
        keep = directions[0].return_sequences
        return self._directions(layer.name, directions, source, keep, layer.merge_mode)

    def _directions(
        self, name: str, layers: list[Any], source: Value, keep: bool, mode: str
    ) -> Value:
        """Add the nodes of the one direction of a layer, or of the two, merged."""
        names = [name] if len(layers) == 1 else [f"{name}_forward", f"{name}_backward"]
        ends = [
            self.recur(one, read_cell(layer.cell), source, layer.go_backwards, keep)
            for one, layer in zip(names, layers, strict=True)
        ]
        if len(ends) == 1:
            return ends[0]
        merge = merge_program(mode, [end.width for end in ends])
        return self.each_step(f"{name}_merged", merge, ends)

    def _recurrent(self, layer: Any, sources: list[Value]) -> Value:
        self._check(layer, sources)
        if layer.go_backwards and layer.return_sequences:
            raise RefusedError(
                "it gives a sequence from its end to its beginning; "
                "return_sequences=False or bidirectional=True would do"
            )
        if layer.bidirectional and layer.merge_mode is None:
            raise RefusedError("it has merge_mode=None; 'concat' would do")
        stream, count = sources[0], 2 if layer.bidirectional else 1
        for index in range(layer.depth):
            source, inner = stream, layer.layers[index * count : (index + 1) * count]
            keep = layer.return_sequences or index < layer.depth - 1
            name = layer.name if layer.depth == 1 else f"{layer.name}_{index + 1}"
            stream = self._directions(name, inner, source, keep, layer.merge_mode)
            ends_apart = count == 2 and not keep
            if layer.residual and source.width == stream.width and not ends_apart:
                if not keep and not self.step:
                    source = self._last(name, source, inner[0].go_backwards)
                plus = merge_program("sum", [stream.width, source.width])
                stream = self.each_step(f"{name}_plus_input", plus, [stream, source])
        return stream

    def _last(self, name: str, source: Value, backward: bool) -> Value:
        """The step of a sequence at which reading it ends."""
        x = input_vector("x", source.width)
        before = input_vector("x_previous", source.width)
        keep = Program("last_step", [x], [(x * 1.0).called("last")], {}, [before])
        return self.recur(f"{name}_input", keep, source, backward, False)


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


def _is_symbolic(value: Any) -> bool:
    return isinstance(value, keras.KerasTensor)


def _operands(node: Any) -> list[Any]:
    """What an operation computes with: a number, or `None` for a tensor."""
    flat = keras.tree.flatten((node.arguments.args, node.arguments.kwargs))
    values = [None if _is_symbolic(one) else one for one in flat]
    if any(one is not None and np.ndim(one) for one in values):
        raise RefusedError("it computes with an array; a layer's weight would do")
    return values
