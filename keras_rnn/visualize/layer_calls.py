"""The calls of layers in a Keras model, from its inputs to its outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Call:
    """One call of a layer.

    Args:
        key: What identifies the call.
        layer: The layer, or another operation of Keras.
        sources: Tuple with, for each tensor that it reads, the keys of the calls
            which that tensor comes from: one, or none for an input of the model.
        tensor: The first tensor that it reads, of the model's graph; or None.
    """

    key: Any
    layer: Any
    sources: tuple[tuple[Any, ...], ...]
    tensor: Any = None

    @property
    def rank(self) -> int:
        """Integer, number of axes of the first tensor that it reads."""
        return 0 if self.tensor is None else len(self.tensor.shape)


def calls_of(model: keras.Model) -> list[Call]:
    """Return the list of a model's calls; a call stands after those it reads from.

    A model that is no graph (subclassed, or not built) is taken for a chain of its
    layers.
    """
    try:
        outputs = model.outputs
    except (AttributeError, ValueError):
        outputs = None
    if not outputs:
        return _chain(model)
    found: dict[tuple, Call | None] = {}
    for tensor in outputs:
        _visit(tensor, found)
    return [call for call in found.values() if call is not None]


def up_to(model: keras.Model, call: Call) -> keras.Model:
    """Return a model from a model's inputs to what one of its calls reads first."""
    import keras

    inputs = model.inputs
    return keras.Model(inputs[0] if len(inputs) == 1 else inputs, call.tensor)


def _chain(model: keras.Model) -> list[Call]:
    calls = []
    for index, layer in enumerate(model.layers):
        before = (index - 1,) if index else ()
        calls.append(Call(index, layer, (before,)))
    return calls


def _visit(tensor: Any, found: dict[tuple, Call | None]) -> tuple[tuple, ...]:
    """Add the call that made a tensor, after all that it rests on; return its key."""
    layer, node_index, _ = tensor._keras_history
    key = (id(layer), node_index)
    if key in found:
        return () if found[key] is None else (key,)
    # The layer may be called in other models too; this node is of the model at hand.
    inputs = _read(layer._inbound_nodes[node_index])
    if not inputs:
        found[key] = None
        return ()
    sources = tuple(_visit(one, found) for one in inputs)
    found[key] = Call(key, layer, sources, inputs[0])
    return (key,)


def _read(node: Any) -> list[Any]:
    """The tensors that a call reads, without masks, which Keras hands over beside."""
    import keras

    arguments = node.arguments
    named = {
        name: value
        for name, value in arguments.kwargs.items()
        if not name.endswith("mask")
    }
    flat = keras.tree.flatten((arguments.args, named))
    return [one for one in flat if isinstance(one, keras.KerasTensor)]
