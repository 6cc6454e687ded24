"""The recurrent structure of a model, as its unfolded picture shows it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from keras_rnn.errors import UserError
from keras_rnn.visualize.layer_calls import Call

if TYPE_CHECKING:
    import keras

SHAPES = ("one_to_one", "one_to_many", "many_to_one", "many_to_many", "encoder_decoder")


@dataclass(frozen=True)
class Row:
    """One layer of a stack: a row of cells in the unfolded picture.

    Args:
        cell: String, the text in its boxes, such as `"LSTM"`.
        directions: Tuple, `("forward",)`, `("backward",)` or both.
        states: Integer, how many tensors a cell hands to the next step.
        merge: String or None, how two directions become one.
        residual: Boolean, whether the row's input is added to its output.
    """

    cell: str
    directions: tuple[str, ...] = ("forward",)
    states: int = 1
    merge: str | None = None
    residual: bool = False


@dataclass(frozen=True)
class Structure:
    """The recurrent skeleton of a model or layer.

    Args:
        shape: String, one of the five: `"one_to_one"`, `"one_to_many"`,
            `"many_to_one"`, `"many_to_many"`, `"encoder_decoder"`.
        rows: Tuple of `Row`, from the input up; of the encoder, if there are two.
        decoder: Tuple of `Row`, those that write the answer of an encoder.
        head: Boolean, whether anything stands between the last row and the output.
        feedback: Boolean, whether each output is the next input.
        warm_up: Boolean, whether a sequence is read before the first output that is
            fed back.
        pooled: Boolean, whether one answer is made from the states of all steps.
        conditioned: Boolean, whether the first state is made from another input.
        attention: Boolean, whether the decoder looks at every state of the encoder.
        name: String, for the title.
    """

    shape: str
    rows: tuple[Row, ...] = ()
    decoder: tuple[Row, ...] = ()
    head: bool = True
    feedback: bool = False
    warm_up: bool = False
    pooled: bool = False
    conditioned: bool = False
    attention: bool = False
    name: str = field(default="", compare=False)


def read_structure(model_or_layer: keras.Model | keras.Layer | Structure) -> Structure:
    """Read the `Structure` of a Keras model or layer.

    Looks at built-in recurrent layers, `Bidirectional`, and at this package's
    `Recurrent`, `Feedback` and `Decoder`, wherever they stand in a model.

    Args:
        model_or_layer: A `keras.Model`, a layer, a cell, or a `Structure` (returned
            as it is).

    Raises:
        UserError: There is no layer in it, or recurrent layers stand side by side.
    """
    import keras

    if isinstance(model_or_layer, Structure):
        return model_or_layer
    is_cell = hasattr(model_or_layer, "state_size") and hasattr(model_or_layer, "call")
    if not isinstance(model_or_layer, keras.Layer) and not is_cell:
        raise UserError(
            "unfold draws a keras.Model, a layer or a cell. "
            f"Received: {model_or_layer!r}"
        )
    name = getattr(model_or_layer, "name", type(model_or_layer).__name__)
    if isinstance(model_or_layer, keras.Model):
        structure = _of_model(model_or_layer)
    else:
        structure = _of_layer(model_or_layer)
    return replace(structure, name=name)


def rows_of(layer: Any) -> tuple[Row, ...]:
    """Return the rows of a layer, model or cell; an empty tuple if it has none."""
    import keras

    if _is_feedback(layer) or _is_decoder(layer):
        return rows_of(layer.recurrent)
    if is_recurrent(layer):
        ways = 2 if layer.bidirectional else 1
        merge = layer.merge_mode if layer.bidirectional else None
        return tuple(
            replace(
                _row(one.cell, _directions(layer.bidirectional, layer.go_backwards)),
                merge=merge,
                residual=bool(layer.residual and (index or _same_width(layer))),
            )
            for index, one in enumerate(layer.layers[::ways])
        )
    if isinstance(layer, keras.layers.Bidirectional):
        return tuple(
            replace(row, directions=("forward", "backward"), merge=layer.merge_mode)
            for row in rows_of(layer.forward_layer)
        )
    if isinstance(layer, keras.layers.RNN):
        cells = getattr(layer.cell, "cells", [layer.cell])
        directions = _directions(False, layer.go_backwards)
        return tuple(_row(cell, directions) for cell in cells)
    if isinstance(layer, keras.Model):
        return tuple(row for part in layer.layers for row in rows_of(part))
    return ()


def is_recurrent(layer: Any) -> bool:
    """Whether a layer has the attributes of a `Recurrent`."""
    names = ("depth", "bidirectional", "merge_mode", "go_backwards", "layers")
    return all(hasattr(layer, name) for name in names)


def _is_feedback(layer: Any) -> bool:
    return type(layer).__name__ == "Feedback" and hasattr(layer, "recurrent")


def _is_decoder(layer: Any) -> bool:
    return "Decoder" in type(layer).__name__ and hasattr(layer, "recurrent")


def _directions(bidirectional: bool, go_backwards: bool) -> tuple[str, ...]:
    if bidirectional:
        return ("forward", "backward")
    return ("backward",) if go_backwards else ("forward",)


def _row(cell: Any, directions: tuple[str, ...]) -> Row:
    import keras

    name = type(cell).__name__.removesuffix("Cell")
    return Row(
        "RNN" if name == "SimpleRNN" else name,
        directions,
        len(keras.tree.flatten(cell.state_size)),
    )


def _same_width(recurrent: Any) -> bool:
    """Whether the first layer of a stack can add its input, once that is known."""
    spec = recurrent.input_spec
    return spec is not None and spec.axes.get(-1) == recurrent.output_size


def _of_layer(layer: Any) -> Structure:
    rows = rows_of(layer)
    if not rows and hasattr(layer, "state_size"):  # a cell
        return Structure("many_to_many", (_row(layer, ("forward",)),), head=False)
    if _is_feedback(layer):
        config = layer.get_build_config() if layer.built else None
        shape = next(iter((config or {}).values()), ())
        warm_up = len(shape) == 3
        return Structure("one_to_many", rows, feedback=True, warm_up=warm_up)
    if not rows:
        return Structure("one_to_one")
    every = _is_decoder(layer) or _returns_sequences(layer)
    return Structure("many_to_many" if every else "many_to_one", rows, head=False)


def _of_model(model: keras.Model) -> Structure:
    from keras_rnn.visualize.layer_calls import calls_of

    if not rows_of(model):
        return Structure("one_to_one")
    skeleton = _Skeleton()
    for call in calls_of(model):
        skeleton.add(call)
    return skeleton.structure(model)


class _Skeleton:
    """Grows along a model's calls, from its inputs to its outputs."""

    def __init__(self) -> None:
        self.rows: tuple[Row, ...] = ()
        self.decoder: tuple[Row, ...] = ()
        self.last = self.feedback = None
        self.head = self.attention = self.conditioned = self.warm_up = False
        # What each call stands after: "" | "encoder" | "repeat" | "decoder"
        self.after: dict[Any, str] = {}

    def add(self, call: Call) -> None:
        before = {self.after[source] for sources in call.sources for source in sources}
        first = {self.after[source] for source in call.sources[0]}
        others = [self.after[one] for group in call.sources[1:] for one in group]
        rows = rows_of(call.layer)
        if not rows:
            self._add_other(call, before)
            return
        writes = (
            _is_decoder(call.layer)
            or bool({"decoder", "repeat"} & first)
            or bool({"encoder", "decoder", "repeat"} & set(others))
        )
        if not writes:
            if self.rows and "encoder" not in first:
                raise UserError(
                    f"{call.layer.name} stands beside other recurrent layers, and "
                    "unfold draws one stack. Draw each layer alone: unfold(layer)."
                )
            self.conditioned = self.conditioned or bool(call.sources[1:])
            self.rows += rows
        else:
            self.decoder += rows
        if getattr(call.layer, "attention", None) is not None:
            self.attention = True
        if _is_feedback(call.layer):
            self.feedback = call.layer
            self.warm_up = not writes and call.rank == 3
        self.last = call.layer
        self.head = hasattr(call.layer, "head")
        self.after[call.key] = "decoder" if writes else "encoder"

    def _add_other(self, call: Call, before: set[str]) -> None:
        order = ("", "encoder", "repeat", "decoder")
        after = max(before, key=order.index, default="")
        kind = type(call.layer).__name__
        if kind == "RepeatVector" and after == "encoder":
            after = "repeat"
        if "Attention" in kind and before & {"encoder", "decoder"}:
            self.attention = True
        self.head = self.head or bool(after)
        self.after[call.key] = after

    def structure(self, model: keras.Model) -> Structure:
        pooled = False
        if self.decoder and not self.rows:  # it tells of a vector
            return Structure("one_to_many", self.decoder, feedback=True)
        if self.decoder:
            shape = "encoder_decoder"
        elif self.feedback is not None:
            shape = "one_to_many"
        else:
            every = _returns_sequences(self.last)
            pooled = every and _output_rank(model) == 2
            shape = "many_to_many" if every and not pooled else "many_to_one"
        return Structure(
            shape,
            self.rows,
            self.decoder,
            head=self.head,
            feedback=self.feedback is not None,
            warm_up=self.warm_up,
            pooled=pooled,
            conditioned=self.conditioned,
            attention=self.attention and bool(self.decoder),
        )


def _returns_sequences(layer: Any) -> bool:
    import keras

    if isinstance(layer, keras.Model):
        inner = [part for part in layer.layers if rows_of(part)]
        return _returns_sequences(inner[-1])
    return bool(getattr(layer, "return_sequences", False))


def _output_rank(model: keras.Model) -> int | None:
    outputs = getattr(model, "outputs", None)
    return len(outputs[0].shape) if outputs else None
