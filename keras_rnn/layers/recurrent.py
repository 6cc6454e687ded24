"""One wrapper around every recurrent layer: depth, two directions, flat states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_rnn.layers.cells import loop_arguments, make_layers, output_size, read_one
from keras_rnn.layers.checks import (
    check_arguments,
    check_shapes,
    check_sizes_are_known,
    explained_half_precision,
    with_fixed_batch,
)
from keras_rnn.layers.flat_states import FlatStates, join, split
from keras_rnn.layers.part_settings import keeps_part_settings
from keras_rnn.layers.sequence_ops import (
    last_step,
    merge,
    plus_input,
    where_any_kept,
    where_kept,
)


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class Recurrent(FlatStates, keras.layers.Layer):
    """A recurrent layer: any cell, any depth, one direction or two.

    The layer holds the real `keras.layers.SimpleRNN`, `LSTM` and `GRU` (or
    `keras.layers.RNN` around any other cell), one for each layer of the stack and
    each direction. cuDNN, dropout and masking therefore work as they do there, and
    weights move freely: `get_weights()` is the list of a hand-written stack, layer
    by layer, forward before backward.

    ```
    depth=2, bidirectional=True            y_1         y_2         y_3
                                            |           |           |
                                          merge       merge       merge
    layer 2   backward                <-- h_1 <------ h_2 <------ h_3 <--
              forward                 --> h_1 ------> h_2 ------> h_3 -->
                                            |           |           |
                                          merge       merge       merge
    layer 1   backward                <-- h_1 <------ h_2 <------ h_3 <--
              forward                 --> h_1 ------> h_2 ------> h_3 -->
                                            |           |           |
                                           x_1         x_2         x_3
    ```

    **States** are a flat list in one order, the same in and out: layer by layer,
    forward before backward, and within a cell in the cell's own order, which for an
    LSTM is `h` before `c`. `state_names` spells it out.

    **Masks.** A masked step changes no state, is skipped by both directions, and
    the mask goes on to the next layer. Unlike Keras's layers, this one also finds
    the mask of its input when it is called with `initial_state`. What a returned
    sequence holds at masked steps is no result: `bidirectional` and cells other
    than the three named ones give zeros, the rest repeats the last output, unless
    `zero_output_for_mask=True` asks for zeros. A row that is masked throughout keeps
    its states, and its last output is zero.

    **Stateful**, for long sequences cut into chunks: row `i` of each batch goes on
    where row `i` of the batch before it ended.

    ```python
    inputs = keras.Input(batch_shape=(8, 100, 3))  # the batch size is fixed
    model = keras.Model(inputs, Recurrent("gru", 32, stateful=True)(inputs))
    for chunk in chunks:  # each (8, 100, 3), in the order of time
        model.predict(chunk, batch_size=8)  # in `fit` also shuffle=False
    layer.reset_state()  # before 8 other sequences
    ```

    Another batch size is refused. A given `initial_state` takes the place of the
    carried states. Chunks equal one pass, except where a direction reads backwards:
    it begins at the end of each chunk.

    **Sequences of images** are for `keras.layers.ConvLSTM2D`, which is no layer of
    vectors and which the builders take as `recurrent` in place of this one.

    Args:
        cell: One of
            - a name: `"simple_rnn"`, `"lstm"` or `"gru"` for Keras's layers,
              `"peephole_lstm"`, `"lstm_variant"` (with `variant="CIFG"`, ...),
              `"layer_norm_lstm"`, `"min_gru"` or `"min_lstm"` for those of this
              package, with the arguments of `PeepholeLSTMCell`, `LSTMVariantCell`,
              `LayerNormLSTMCell`, `MinGRU` and `MinLSTM`;
            - a Keras cell instance: it becomes the first layer's forward cell, and
              further layers and directions get copies made from its config;
            - a cell class or another callable returning a cell, called once for
              each layer and direction: as `cell(units, **arguments)` if `units` is
              given, else as `cell(**arguments)`;
            - a list of cell instances, one for each layer and direction, in the
              order of the states.
            Whatever was given as objects is saved as such a list.
        units: Positive integer, size of each cell's output. Only for a name or a
            callable. Default: `None`.
        depth: Positive integer, number of layers in the stack. Default: `1`.
        bidirectional: Boolean, whether each layer also reads the sequence from its
            end. Default: `False`.
        merge_mode: How the two directions become one: `"concat"`, `"sum"`, `"mul"`,
            `"ave"`, or `None` to keep them apart: then each reads its own direction
            of the layer below, and there are two outputs. Default: `"concat"`.
        residual: Boolean, whether to add the input of each layer to its output. A
            layer whose input is not as wide as its (merged) output, often the
            first, adds nothing. With `return_sequences=False` the last layer adds
            its input at the step that it ends on, and nothing if it merges
            directions that end on different ones. Default: `False`.
        dropout_between: Float in `[0, 1)`, fraction of each layer's output set to
            zero before the next layer reads it, drawn anew at each step. Not after
            the last layer. See `dropout` below for the other kind. Default: `0.0`.
        return_sequences: Boolean, whether to return the output of every step or
            only the last. Default: `False`.
        return_state: Boolean, whether to also return the final states.
            Default: `False`.
        stateful: Boolean, whether a batch starts from the states in which the one
            before it ended: see the recipe above. Works on JAX too, where Keras's
            own layers forget. Default: `False`.
        go_backwards: Boolean, whether every layer reads the sequence from its end.
            A returned sequence is then reversed, as in Keras, and so is its mask.
            Default: `False`.
        unroll: Boolean, whether to unroll the loop over time. For LiteRT: the loop of
            `"lstm"` and `"gru"` needs its Flex operators, unrolled they need none.
            Default: `False`.
        zero_output_for_mask: Boolean, whether a returned sequence is zero at masked
            steps. Default: `False`.
        **arguments: Every other argument that the Keras layer of that name takes,
            with Keras's meaning and default, given to each layer and direction:
            `activation`, `use_bias`, `kernel_initializer`, `recurrent_dropout`,
            `reset_after`, `use_cudnn`, ... Among them is Keras's `dropout`, which
            acts on the inputs of every layer, the first included, with one mask
            for all steps. `seed` is counted up from one layer to the next, so that
            they do not drop the same units. `name`, `dtype` and `trainable` are
            those of any layer.

    Call arguments:
        sequences: Tensor of shape `(batch, time, features)`.
        initial_state: List of tensors of shape `(batch, state size)`, as many as
            `state_names`, or one tensor if there is one state. Default: zeros.
        mask: Boolean tensor of shape `(batch, time)`, false where a step is to be
            skipped. Default: the mask that came with `sequences`.
        training: Boolean, whether dropout is active.

    Returns:
        The output of shape `(batch, time, width)`, or `(batch, width)` without
        `return_sequences`; `width` is `units`, twice that for `"concat"`. With
        `return_state` a tuple: the output (or both), then each state.

    Raises:
        ValueError: An unknown cell or argument (the nearest name is suggested),
            arguments that contradict each other, sequences, mask or states of
            another shape than expected, or a `residual` that would add nothing.

    Example:

    >>> import numpy as np
    >>> inputs = np.zeros((32, 10, 8), "float32")
    >>> layer = Recurrent("simple_rnn", 4, return_sequences=True, return_state=True)
    >>> output, final_state = layer(inputs)
    >>> tuple(output.shape), tuple(final_state.shape)
    ((32, 10, 4), (32, 4))
    >>> encoder = Recurrent("lstm", 6, bidirectional=True, return_state=True)
    >>> output, *state = encoder(inputs)
    >>> tuple(output.shape), encoder.state_names
    ((32, 12), ['forward h', 'forward c', 'backward h', 'backward c'])
    """

    trainable: bool

    def __init__(
        self,
        cell: str | keras.Layer | Callable[..., Any] | list[Any],
        units: int | None = None,
        *,
        depth: int = 1,
        bidirectional: bool = False,
        merge_mode: str | None = "concat",
        residual: bool = False,
        dropout_between: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        stateful: bool = False,
        go_backwards: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **arguments: Any,
    ) -> None:
        known = ("name", "dtype", "trainable", "autocast", "input_shape", "input_dim")
        super().__init__(
            **{key: arguments.pop(key) for key in known if key in arguments}
        )
        self.units = units
        self.depth = depth
        self.bidirectional = bidirectional
        self.merge_mode = merge_mode
        self.residual = residual
        self.dropout_between = dropout_between
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.stateful = stateful
        self.go_backwards = go_backwards
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        check_arguments(self)
        self.supports_masking = True

        self.cell_name = cell if isinstance(cell, str) else None
        self.cell_arguments = dict(arguments)
        # Keras would apply it to the states as well, and its SimpleRNN to nothing.
        self.output_regularizer = keras.regularizers.get(
            arguments.pop("activity_regularizer", None)
        )
        # A Keras layer for each layer and direction, in the order of the states.
        self.layers = make_layers(cell, units, arguments, loop_arguments(self))
        if dropout_between:
            seed = arguments.get("seed")
            self.dropout_layer = keras.layers.Dropout(
                dropout_between,
                seed=None if seed is None else seed + len(self.layers),
                dtype=self.dtype_policy,
                name="dropout_between",
            )
        if not self.trainable:  # nor are cells, which were made without knowing it
            for part in self._flatten_layers(include_self=False):
                part.trainable = False

    @property
    def _directions(self):
        return 2 if self.bidirectional else 1

    @property
    def _separate(self):
        """Whether there are two directions that are never merged."""
        return self.bidirectional and self.merge_mode is None

    @property
    def output_size(self) -> int:
        """Integer, the width of the output (of each with `merge_mode=None`)."""
        return self._width(self.depth - 1)

    def _stack(self, index):
        """The Keras layers that make layer `index` of the stack."""
        return self.layers[index * self._directions : (index + 1) * self._directions]

    def _width(self, index):
        """The width of an output of layer `index` of the stack."""
        widths = [output_size(layer.cell) for layer in self._stack(index)]
        if self.merge_mode == "concat":
            return sum(widths)
        if len(set(widths)) > 1:
            raise ValueError(
                f"merge_mode={self.merge_mode!r} needs directions of one width. "
                f"Received cells of widths {widths}."
            )
        return widths[0]

    def _adds_input(self, index, width):
        """Whether layer `index` adds its input, which is `width` wide."""
        merged = self.bidirectional and not self._separate
        ends_apart = merged and not self._keeps_time(index)
        return self.residual and width == self._width(index) and not ends_apart

    def _keeps_time(self, index):
        """Whether layer `index` gives a sequence, not its last step alone."""
        return self.return_sequences or index < self.depth - 1

    def build(
        self, sequences_shape: tuple[Any, ...], initial_state_shape: Any = None
    ) -> None:
        check_shapes(self, sequences_shape, initial_state_shape)
        check_sizes_are_known(self, sequences_shape)
        width = sequences_shape[-1]
        added = []
        for index in range(self.depth):
            for layer in self._stack(index):
                with explained_half_precision(self):
                    layer.build((*sequences_shape[:-1], width))
            added.append(self._adds_input(index, width))
            width = self._width(index)
        if self.residual and not any(added):
            raise ValueError(
                "residual=True adds the input of a layer to its output where both "
                "have one shape, and here no layer's have: the input is "
                f"{sequences_shape[-1]} wide and the output {width}. Use equal widths, "
                "more depth, or return_sequences=True for two directions."
            )
        self.input_spec = keras.layers.InputSpec(
            ndim=len(sequences_shape), axes={-1: sequences_shape[-1]}
        )

    def call(
        self,
        sequences: keras.KerasTensor,
        initial_state: list[keras.KerasTensor] | keras.KerasTensor | None = None,
        mask: keras.KerasTensor | None = None,
        training: bool | None = None,
        sequences_mask: keras.KerasTensor | None = None,
    ) -> Any:
        # Keras fills in `mask` if `sequences` comes alone, else `sequences_mask`.
        mask = sequences_mask if mask is None else mask
        outputs, states = self.run(sequences, initial_state, mask, training)
        if self.return_state:
            outputs = [*outputs, *states]
        return tuple(outputs) if len(outputs) > 1 else outputs[0]

    def run(
        self,
        sequences: keras.KerasTensor,
        initial_state: list[keras.KerasTensor] | keras.KerasTensor | None = None,
        mask: keras.KerasTensor | None = None,
        training: bool | None = None,
    ) -> tuple[list[keras.KerasTensor], list[keras.KerasTensor]]:
        """Return a list of outputs and the flat list of final states.

        For layers that hold this one, and whatever `return_state` says. There is one
        output, or two with `merge_mode=None`. Arguments are those of a call, except
        that `mask` has to be given.
        """
        if initial_state is not None and not keras.tree.is_nested(initial_state):
            initial_state = [initial_state]
        check_shapes(
            self,
            sequences.shape,
            initial_state and [getattr(one, "shape", None) for one in initial_state],
            None if mask is None else mask.shape,
        )
        if self.stateful:
            sequences = with_fixed_batch(self, sequences)
            if initial_state is None and keras.backend.backend() == "torch":
                # What a gradient still needs must not be written over in place, as
                # Keras does to the states of its LSTM and GRU (keras#20875, #23462).
                initial_state = [ops.copy(state) for state in self.states]
        starts = iter(split(self.layers, initial_state))
        ends = []
        # What goes up the stack: one sequence, or one for each separate direction.
        streams = [ops.cast(sequences, self.compute_dtype)]
        streams *= 2 if self._separate else 1
        for index in range(self.depth):
            layers = self._stack(index)
            inputs, outputs = streams, []
            read = inputs if self._separate else inputs * len(layers)
            for layer, sequence in zip(layers, read, strict=True):
                output, *end = layer(
                    sequence, initial_state=next(starts), mask=mask, training=training
                )
                outputs.append(self._aligned(output, layer, index, mask))
                ends.append(end)
            streams = outputs if self._separate else [merge(outputs, self.merge_mode)]
            if self._adds_input(index, inputs[0].shape[-1]):
                streams = [
                    plus_input(output, sequence, mask, layer.go_backwards)
                    for output, sequence, layer in zip(
                        streams, inputs, layers, strict=False
                    )
                ]
            if self.dropout_between and index < self.depth - 1:
                streams = [
                    self.dropout_layer(stream, training=training) for stream in streams
                ]
        outputs = [self._finished(stream, mask) for stream in streams]
        return outputs, join(ends)

    def _aligned(self, output, layer, index, mask):
        """The output of one Keras layer, its steps in the order of the input."""
        if self.output_regularizer is not None:
            # Divided as Keras does it, with Keras 3.10 to 3.12, which do not, too.
            batch = ops.cast(ops.shape(output)[0], output.dtype)
            self.add_loss(self.output_regularizer(output) / batch)
        if layer.return_sequences and layer.go_backwards:
            output = ops.flip(output, axis=1)
        if layer.return_sequences and not self._keeps_time(index):
            output = last_step(output, mask, layer.go_backwards)
        return output

    def _finished(self, output, mask):
        if not self.return_sequences:
            return output if mask is None else where_any_kept(mask, output)
        if mask is not None and (self.zero_output_for_mask or self.bidirectional):
            output = where_kept(mask, output)
        return ops.flip(output, axis=1) if self.go_backwards else output

    def step(
        self,
        inputs: keras.KerasTensor,
        states: list[keras.KerasTensor],
        training: bool | None = None,
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        """Read one step: what a decoding loop calls again and again.

        The same as calling the layer on a sequence of one step, without setting up a
        loop within the caller's loop. Dropout draws a new mask at each step.

        Args:
            inputs: Tensor of shape `(batch, features)`.
            states: Flat list of tensors, as `initial_state`.
            training: Boolean, whether dropout is active.

        Returns:
            Tensor of shape `(batch, output_size)`, and the flat list of new states.
        """
        if self.bidirectional:
            raise ValueError(
                "A bidirectional layer has to see the whole sequence, so it cannot "
                "read step by step. Use bidirectional=False."
            )
        output = ops.cast(inputs, self.compute_dtype)
        ends = []
        shares = split(self.layers, states)
        for index, (layer, state) in enumerate(zip(self.layers, shares, strict=True)):
            inputs = output
            output, end = read_one(layer.cell, inputs, state, training)
            output = ops.cast(output, self.compute_dtype)
            ends += [ops.cast(one, self.compute_dtype) for one in join(end)]
            if self._adds_input(index, inputs.shape[-1]):
                output = output + inputs
            if self.dropout_between and index < self.depth - 1:
                output = self.dropout_layer(output, training=training)
        return output, ends

    def compute_output_shape(
        self, sequences_shape: tuple[Any, ...], initial_state_shape: Any = None
    ) -> Any:
        check_shapes(self, sequences_shape, initial_state_shape)
        batch, time = sequences_shape[:2]
        steps = (time,) if self.return_sequences else ()
        shapes = [(batch, *steps, self.output_size)] * (2 if self._separate else 1)
        if self.return_state:
            shapes += [(batch, size) for size in self.state_size]
        return tuple(shapes) if len(shapes) > 1 else shapes[0]

    def compute_mask(
        self, inputs: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> Any:
        if not self.return_sequences:
            mask = None
        if mask is not None and self.go_backwards:
            mask = ops.flip(mask, axis=1)
        masks = [mask] * (2 if self._separate else 1)
        if self.return_state:
            masks += [None] * len(self.state_size)
        return tuple(masks) if len(masks) > 1 else masks[0]

    def get_config(self) -> dict[str, Any]:
        serialize = keras.saving.serialize_keras_object
        cell: str | list[Any] | None = self.cell_name
        units, arguments = self.units, self.cell_arguments
        if not cell:  # cell objects carry their own arguments
            cell, units = [serialize(layer.cell) for layer in self.layers], None
            arguments = {"activity_regularizer": self.output_regularizer}
        return {
            **super().get_config(),
            "cell": cell,
            "units": units,
            "depth": self.depth,
            "bidirectional": self.bidirectional,
            "merge_mode": self.merge_mode,
            "residual": self.residual,
            "dropout_between": self.dropout_between,
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "stateful": self.stateful,
            "go_backwards": self.go_backwards,
            "unroll": self.unroll,
            "zero_output_for_mask": self.zero_output_for_mask,
            **{key: serialize(value) for key, value in arguments.items()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Recurrent:
        revive = keras.saving.deserialize_keras_object
        config = {key: revive(value) for key, value in config.items()}
        return cls(**config)
