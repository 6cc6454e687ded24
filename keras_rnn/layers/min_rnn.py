"""What minGRU and minLSTM share: gates that see the input alone.

    h_t = keep_t * h_{t-1} + new_t

`keep_t` and `new_t` depend on `x_t`, not on `h_{t-1}`. So all of them are known before
the first step is taken, and the states follow from a parallel scan.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.checks import check_positive_integer, check_shapes
from keras_rnn.layers.parallel_scan import LOG_ZERO, linear_scan, log_linear_scan
from keras_rnn.layers.part_settings import keeps_part_settings
from keras_rnn.layers.sequence_ops import where_kept

# What the constructors of all four classes take, and so what their docstrings say.
_WEIGHTS = """\
    use_bias: Boolean. Default: `True`.
    kernel_initializer: Name or `keras.initializers.Initializer`, what the kernel
        starts from. Default: `"glorot_uniform"`.
    bias_initializer: Name or initializer, what the bias starts from.
        Default: `"zeros"`.
    kernel_regularizer: Name or `keras.regularizers.Regularizer` of the kernel.
        Default: `None`.
    bias_regularizer: Name or regularizer of the bias. Default: `None`.
    kernel_constraint: Name or `keras.constraints.Constraint` on the kernel.
        Default: `None`.
    bias_constraint: Name or constraint on the bias. Default: `None`."""
CELL_SECTIONS = f"""\
Args:
    units: Positive integer, size of the state.
    log_space: Boolean, whether the proposal is `g` of the sum, which is positive,
        and the layer scans over logarithms: appendix B of the paper, what it
        trains. Otherwise it is the sum itself and the scan is over plain numbers:
        its section 3. Default: `True`.
{_WEIGHTS}
    **kwargs: `name`, `dtype` and so on of any layer.

Call arguments:
    inputs: Tensor of shape `(batch, features)`.
    states: List of one tensor of shape `(batch, units)`.

Returns:
    Tensor of shape `(batch, units)`, and a list with it as the new state.

Raises:
    ValueError: `units` is not a positive integer.

Example:"""
LAYER_SECTIONS = f"""\
Args:
    units: Positive integer, size of the state.
    log_space: Boolean, whether the proposal is `g` of the sum and the scan is over
        logarithms. Otherwise the proposal is the sum itself, of any sign, and the
        scan is over plain numbers (section 3 of the paper). Default: `True`.
{_WEIGHTS}
    **kwargs: `return_sequences`, `return_state`, `go_backwards`, `stateful`,
        `zero_output_for_mask` and so on of `keras.layers.RNN`. With `unroll=True`
        the steps are taken one after another.

Call arguments:
    sequences: Tensor of shape `(batch, time, features)`.
    initial_state: Tensor of shape `(batch, units)`, or a list of it. Any sign.
        Default: zeros.
    mask: Boolean tensor of shape `(batch, time)`, false at steps to skip.
    training: Boolean, without influence.

Returns:
    Tensor of shape `(batch, units)`, or `(batch, time, units)` with
    `return_sequences`; with `return_state` also the final state.

Raises:
    ValueError: `units` is not a positive integer; sequences, state or mask have
        another shape than expected.

Example:"""


def positive(s: keras.KerasTensor) -> keras.KerasTensor:
    """Return `g(s)`: `s + 0.5` from 0 on, and `sigmoid(s)` below.

    Feng et al. (2024), appendix B.2: positive, so that it has a logarithm, continuous,
    and with the slope of the identity where tanh would flatten out.
    """
    return ops.where(s >= 0, ops.relu(s) + 0.5, ops.sigmoid(s))


def log_positive(s: keras.KerasTensor) -> keras.KerasTensor:
    """Return `log g(s)`, without taking the logarithm of a small number."""
    return ops.where(s >= 0, ops.log(ops.relu(s) + 0.5), -ops.softplus(-s))


class MinRNNCell(keras.layers.Layer):
    """One step of `h_t = keep_t * h_{t-1} + new_t`.

    A subclass says in `blocks` how many sums of the input it needs, in `coefficients`
    what `keep` and `new` are, and in `log_coefficients` what their logarithms are.
    """

    blocks = 1
    state_names = ("h",)

    def __init__(
        self,
        units: int,
        log_space: bool = True,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_positive_integer("units", units)
        self.units = units
        self.log_space = log_space
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)
        self.state_size = self.output_size = units

    def build(self, input_shape: tuple[Any, ...]) -> None:
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.blocks * self.units),
            name="kernel",
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.blocks * self.units,),
                name="bias",
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: keras.KerasTensor, states: list[keras.KerasTensor]) -> Any:
        keep, new = self.coefficients(inputs)
        h = keep * states[0] + new
        return h, [h]

    def sums(self, inputs: keras.KerasTensor) -> list[keras.KerasTensor]:
        """Return `W x + b` of each block, for one step or for a whole sequence."""
        sums = ops.matmul(inputs, self.kernel)
        if self.use_bias:
            sums = sums + self.bias
        return ops.split(sums, self.blocks, axis=-1)

    def proposal(self, s: keras.KerasTensor) -> keras.KerasTensor:
        """Return what a sum `s` proposes as new state."""
        return positive(s) if self.log_space else s

    def get_initial_state(
        self, batch_size: int | keras.KerasTensor | None = None
    ) -> list[keras.KerasTensor]:
        return [ops.zeros((batch_size, self.units), dtype=self.compute_dtype)]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **shared_config(self)}


@keeps_part_settings
class MinRNN(keras.layers.RNN):
    """A loop over a `MinRNNCell` that takes all steps at once.

    A subclass says in `cell_class` which cell that is.
    """

    cell_class: type[MinRNNCell]
    state_names = ("h",)

    def __init__(
        self,
        units: int,
        log_space: bool = True,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        cell = self.cell_class(
            units,
            log_space=log_space,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            dtype=kwargs.get("dtype"),
            trainable=kwargs.get("trainable", True),
            name="cell",
        )
        super().__init__(cell, **kwargs)
        self.supports_masking = True  # which Keras 3.16 would deny
        # XLA for TensorFlow takes most of a minute to compile the scan, and the
        # result was measured to be slower than without.
        self.supports_jit = keras.backend.backend() != "tensorflow"

    def build(
        self, sequences_shape: tuple[Any, ...], initial_state_shape: Any = None
    ) -> None:
        check_shapes(self, sequences_shape)
        if len(sequences_shape) > 3:
            raise ValueError(
                f"{self.name} reads vectors at each step, of shape (batch, time, "
                f"features). Received shape {tuple(sequences_shape)}."
            )
        super().build(sequences_shape, initial_state_shape)
        self.input_spec = keras.layers.InputSpec(ndim=3, axes={-1: sequences_shape[-1]})

    def call(
        self,
        sequences: keras.KerasTensor,
        initial_state: Any = None,
        mask: keras.KerasTensor | None = None,
        training: bool = False,
    ) -> Any:
        states = initial_state
        if states is not None:
            states = [one.shape for one in keras.tree.flatten(states)]
        check_shapes(
            self, sequences.shape, states, None if mask is None else mask.shape
        )
        return super().call(sequences, initial_state, mask, training)

    def inner_loop(
        self,
        sequences: keras.KerasTensor,
        initial_state: Any,
        mask: keras.KerasTensor,
        training: bool = False,
    ) -> tuple[keras.KerasTensor, keras.KerasTensor, list[keras.KerasTensor]]:
        if self.unroll:  # step by step, as asked for
            return super().inner_loop(sequences, initial_state, mask, training)
        if self.go_backwards:
            sequences = ops.flip(sequences, axis=1)
            mask = None if mask is None else ops.flip(mask, axis=1)
        if self.stateful and keras.backend.backend() == "torch":
            # The gradient needs it after the new state was written over it in place.
            initial_state = [ops.copy(state) for state in initial_state]
        kept, added = self._scan(sequences, mask)  # h_t = kept_t * h_0 + added_t
        start = ops.expand_dims(ops.cast(initial_state[0], kept.dtype), axis=1)
        outputs = ops.cast(kept * start + added, self.compute_dtype)
        last = outputs[:, -1]
        if mask is not None and self.zero_output_for_mask:
            outputs = where_kept(mask, outputs)
        return last, outputs, [last]

    def _scan(self, sequences, mask):
        """What all steps up to each one make of the initial state."""
        if self.cell.log_space:
            keep, new = self.cell.log_coefficients(sequences)
            return map(ops.exp, log_linear_scan(*_skip(mask, keep, new, 0.0, LOG_ZERO)))
        keep, new = self.cell.coefficients(sequences)
        return linear_scan(*_skip(mask, keep, new, 1.0, 0.0))

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["cell"]
        return {**config, **shared_config(self.cell)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> MinRNN:
        return cls(**config)


def shared_config(cell: Any) -> dict[str, Any]:
    """Return the arguments of a `MinRNNCell`."""
    config = {
        "units": cell.units,
        "log_space": cell.log_space,
        "use_bias": cell.use_bias,
    }
    kinds = {
        "initializer": keras.initializers,
        "regularizer": keras.regularizers,
        "constraint": keras.constraints,
    }
    for weight in ("kernel", "bias"):
        for kind, module in kinds.items():
            name = f"{weight}_{kind}"
            config[name] = module.serialize(getattr(cell, name))
    return config


def _skip(mask, keep, new, all_of_it, nothing):
    """`keep` and `new`, with masked steps that keep the state as it is."""
    if mask is None:
        return keep, new
    mask = ops.expand_dims(ops.cast(mask, "bool"), axis=-1)
    return (
        ops.where(mask, keep, ops.full_like(keep, all_of_it)),
        ops.where(mask, new, ops.full_like(new, nothing)),
    )
