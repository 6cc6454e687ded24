"""The cells that `Recurrent` knows by name, and Keras layers made from cells."""

from __future__ import annotations

import inspect
from typing import Any

import keras

from keras_rnn.errors import nearest
from keras_rnn.layers.layer_norm_lstm import LayerNormLSTMCell
from keras_rnn.layers.lstm_variant import LSTMVariantCell
from keras_rnn.layers.min_gru import MinGRU
from keras_rnn.layers.min_lstm import MinLSTM
from keras_rnn.layers.peephole_lstm import PeepholeLSTMCell

# A name stands for a Keras recurrent layer, or for a cell class that goes into
# `keras.layers.RNN`. Both take `units` first. A cell with several states may name
# them in an attribute `state_names`.
CELLS = {
    "simple_rnn": keras.layers.SimpleRNN,
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
    "peephole_lstm": PeepholeLSTMCell,
    "lstm_variant": LSTMVariantCell,
    "layer_norm_lstm": LayerNormLSTMCell,
    "min_gru": MinGRU,
    "min_lstm": MinLSTM,
}


def make_layers(
    cell: Any, units: int | None, arguments: Any, loops: Any
) -> list[keras.layers.RNN]:
    """Return a Keras recurrent layer for each entry of `loops`.

    Args:
        cell: Whatever `Recurrent` takes as `cell`.
        units: Integer or None.
        arguments: Dict of keyword arguments for the cell.
        loops: List of dicts, `loop_arguments` of the `Recurrent`.

    Raises:
        ValueError: The cell, or something said about it, cannot be used.
    """
    if isinstance(cell, str):
        made_by = _find(cell)
        _check_arguments(cell, made_by, units, arguments)
    elif callable(cell) and not isinstance(cell, keras.Layer):
        made_by = cell
    else:
        cells = _cells(cell, len(loops))
        if units is not None or arguments:
            given = ["units"] * (units is not None) + list(arguments)
            raise ValueError(
                f"A cell object brings its own arguments, so {', '.join(given)} "
                "cannot be given beside it. Give them to the cell."
            )
        return [_loop_over(one, loop) for one, loop in zip(cells, loops, strict=True)]
    return [
        _make_layer(made_by, units, arguments, loop, index)
        for index, loop in enumerate(loops)
    ]


def loop_arguments(recurrent: Any) -> list[dict[str, Any]]:
    """Return what `keras.layers.RNN` takes, for each layer and direction.

    Args:
        recurrent: `Recurrent` whose arguments are set.
    """
    directions = ("forward", "backward") if recurrent.bidirectional else ("",)
    return [
        {
            "return_sequences": recurrent.return_sequences or number < recurrent.depth,
            "return_state": True,
            "go_backwards": recurrent.go_backwards or direction == "backward",
            "stateful": recurrent.stateful,
            "unroll": recurrent.unroll,
            "name": f"layer_{number}_{direction}".rstrip("_"),
            "dtype": recurrent.dtype_policy,
            "trainable": recurrent.trainable,
        }
        for number in range(1, recurrent.depth + 1)
        for direction in directions
    ]


def output_size(cell: Any) -> int:
    """Return the width of a cell's output."""
    size = getattr(cell, "output_size", None)
    return keras.tree.flatten(cell.state_size)[0] if size is None else size


def read_one(
    cell: Any, inputs: keras.KerasTensor, state: Any, training: bool | None
) -> tuple[keras.KerasTensor, Any]:
    """Return a cell's output and new state after one step.

    Args:
        cell: Cell instance.
        inputs: Tensor of shape `(batch, features)`.
        state: State, nested as in `cell.state_size`.
        training: Boolean, whether dropout is active.
    """
    takes_training = "training" in inspect.signature(cell.call).parameters
    arguments = {"training": training} if takes_training else {}
    result = (cell if callable(cell) else cell.call)(inputs, state, **arguments)
    # A cell keeps its dropout masks until a Keras layer has read a whole sequence.
    for name in ("reset_dropout_mask", "reset_recurrent_dropout_mask"):
        if hasattr(cell, name):
            getattr(cell, name)()
    return result


def _find(name):
    if name not in CELLS:
        raise ValueError(
            f"Unknown cell {name!r}.{nearest(name, CELLS)} Expected one of "
            f"{', '.join(map(repr, CELLS))}, a Keras cell or a callable returning one."
        )
    return CELLS[name]


def _check_arguments(cell, made_by, units, arguments):
    known = {"implementation", *_parameters(made_by)}
    for name in arguments:
        if name not in known:
            # Here, because its module imports this one.
            from keras_rnn.layers.recurrent import Recurrent

            meant = nearest(name, {*known, *_parameters(Recurrent)})
            raise ValueError(f"Recurrent({cell!r}) takes no argument {name!r}.{meant}")
    if units is None:
        raise ValueError(f"Recurrent({cell!r}) needs `units`, the size of its output.")


def _parameters(made_by):
    """The names of all arguments, those that a class passes on to its base too."""
    names = set()
    for one in inspect.getmro(made_by):
        if one in (keras.layers.RNN, keras.Layer):
            return names
        parameters = inspect.signature(one.__init__).parameters.values()
        named = [p for p in parameters if p.kind is not p.VAR_KEYWORD]
        names |= {parameter.name for parameter in named} - {"self"}
        if len(named) == len(parameters):
            return names
    return names


def _make_layer(made_by, units, arguments, loop, index):
    arguments = {key: _own(value, key, index) for key, value in arguments.items()}
    positional = () if units is None else (units,)
    is_layer_class = inspect.isclass(made_by) and issubclass(made_by, keras.Layer)
    if is_layer_class and issubclass(made_by, keras.layers.RNN):
        return _masked(made_by(*positional, **arguments, **loop))
    if is_layer_class:
        arguments.setdefault("dtype", loop["dtype"])
    return _loop_over(made_by(*positional, **arguments), loop)


def _own(value, key, index):
    # With one seed, all layers would drop the same units. From one initializer
    # object, all layers of one shape would start at the same weights.
    if key == "seed" and value is not None:
        return value + index
    is_initializer = isinstance(value, keras.initializers.Initializer)
    return value.clone() if is_initializer else value


def _cells(cell, count):
    """`count` cells of their own from one, or from a list of that many."""
    if not isinstance(cell, (list, tuple)):
        _check_cell(cell)
        return [cell, *(_copy(cell) for _ in range(1, count))]
    if not len(cell) == len({id(one) for one in cell}) == count:
        raise ValueError(
            "A list of cells needs a cell of its own for each layer and direction, "
            f"here {count}. Received: {cell!r}"
        )
    return cell


def _copy(cell):
    if not hasattr(cell, "get_config"):
        raise ValueError(
            "A second layer or direction needs a copy of the cell, made from its "
            "`get_config`. Pass a callable that returns a new cell instead. "
            f"Received: {cell!r}"
        )
    return type(cell).from_config(cell.get_config())


def _check_cell(cell):
    if isinstance(cell, keras.layers.RNN):
        raise ValueError(
            f"A whole layer was given as cell. Pass its name or its `cell`: {cell!r}"
        )
    if not (hasattr(cell, "call") and hasattr(cell, "state_size")):
        raise ValueError(
            "A cell has a method `call(inputs, states)` and a `state_size`, as "
            f"keras.layers.LSTMCell has. Received: {cell!r}"
        )


def _loop_over(cell, loop):
    _check_cell(cell)
    # Keras's JAX loop takes the first state for the output of a masked step, which
    # it need not be. All outputs, with zeros at masked steps, are safe:
    # `Recurrent` then picks the last real one.
    loop = {**loop, "return_sequences": True, "zero_output_for_mask": True}
    return _masked(keras.layers.RNN(cell, **loop))


def _masked(layer):
    # From Keras 3.16 on they warn of a mask that they do not pass on: `Recurrent` does.
    layer.supports_masking = True
    return layer
