"""An encoder-decoder of plain Keras layers, run step by step."""

from __future__ import annotations

import inspect
from typing import Any

import keras
from keras import ops

from keras_rnn.decoding.graph import embedding_of, mask_of, nodes_to
from keras_rnn.layers import EachStep, NarrowDense, Recurrent
from keras_rnn.layers.cells import read_one
from keras_rnn.layers.flat_states import join, split

L = keras.layers
RECURRENT = (L.RNN, Recurrent)
ATTENTION = (L.Attention, L.AdditiveAttention)
# What acts on each step by itself, if its axis is the last.
STEPWISE = (
    *(L.Dense, L.Embedding, L.TimeDistributed, EachStep, NarrowDense, L.Masking),
    *(L.Dropout, L.GaussianNoise, L.GaussianDropout, L.Identity, L.BatchNormalization),
    *(L.LayerNormalization, L.Activation, L.ReLU, L.LeakyReLU, L.ELU, L.Softmax),
    *(L.Add, L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum, L.Concatenate),
)


class PlainStepper:
    """Steps of a model whose last input is the targets, and that has no `Decoder`.

    From the targets to the output there are recurrent layers that read forward, and
    layers that act on each step by itself or attend to the source.

    Attributes:
        needs_start: True: the first step reads a start token.
        source_count: Integer, how many of the model's inputs decoding reads.
        embedding: The `Embedding` that reads the tokens said before, or None.

    Args:
        model: `keras.Model`.

    Raises:
        ValueError: It cannot be run step by step.
    """

    needs_start = True

    def __init__(self, model: keras.Model) -> None:
        *sources, self.targets = model.inputs
        self.name = model.name
        self.output = model.outputs[0]
        self.source_count = len(sources)
        made = {id(self.targets)}  # tensors that depend on the targets
        self.path = []
        for node in nodes_to(self.output):
            if made.intersection(map(id, node.input_tensors)):
                self.path.append(node)
                made.update(map(id, node.output_tensors))
        if id(self.output) not in made:
            self._refuse("its output does not depend on its last input, the targets.")
        outside: dict[int, keras.KerasTensor] = {}
        for node in self.path:
            self._check(node, made)
            outside |= {
                id(one): one for one in node.input_tensors if id(one) not in made
            }
        self.recurrent = [
            node for node in self.path if isinstance(node.operation, RECURRENT)
        ]
        if not self.recurrent:
            self._refuse("no recurrent layer reads its targets.")
        self.places = {key: f"given_{n}" for n, key in enumerate(outside)}
        self.reader = keras.Model(
            sources if len(sources) > 1 else sources[0],
            {self.places[key]: one for key, one in outside.items()},
            name="reader",
        )
        readers = [embedding_of(node.operation) for node in self.path]
        self.embedding = next((one for one in readers if one is not None), None)

    def _refuse(self, reason):
        raise ValueError(
            f"{self.name} cannot be decoded: {reason} Use encoder_decoder or Decoder."
        )

    def _check(self, node, made):
        layer = node.operation
        what = f"{layer.name}, a {type(layer).__name__},"
        outside = [id(one) not in made for one in node.input_tensors]
        if isinstance(layer, RECURRENT):
            backward = layer.go_backwards or getattr(layer, "bidirectional", False)
            if backward or layer.stateful or not layer.return_sequences:
                self._refuse(
                    f"{what} must read forward, return its sequence and not be "
                    "stateful."
                )
            if outside[0] or not all(outside[1:]):
                self._refuse(f"the states of {what} must come from the source.")
        elif isinstance(layer, ATTENTION):
            if outside[0] or not all(outside[1:]):
                self._refuse(f"{what} must look from the targets at the source.")
        else:
            axis = getattr(layer, "axis", -1)
            last = axis in (-1, [-1], (-1,), len(node.output_tensors[0].shape) - 1)
            if not isinstance(layer, STEPWISE) or not last:
                self._refuse(f"{what} is not known to act on each step by itself.")
            if any(outside):
                self._refuse(f"{what} joins the source to every step.")

    def begin(
        self, inputs: Any, start: int | None
    ) -> tuple[keras.KerasTensor, list, dict[str, keras.KerasTensor]]:
        """Return the first outputs, states, and what stays at every step.

        Args:
            inputs: Tensor or list of tensors, the source.
            start: Integer, the start token, which `Search` made sure of.
        """
        given = self.reader(inputs, training=False)
        kept = dict(given)
        for name, tensor in given.items():
            mask = mask_of(tensor)
            if mask is not None:
                kept[f"mask of {name}"] = mask
        batch = ops.shape(keras.tree.flatten(inputs)[0])[0]
        states = []
        for node in self.recurrent:
            layer = node.operation
            initial = _arguments(node).get("initial_state")
            if initial is None:
                states += join([layer.get_initial_state(batch)])
            else:
                states += [
                    ops.cast(kept[self.places[id(one)]], layer.compute_dtype)
                    for one in keras.tree.flatten(initial)
                ]
        tokens = ops.full((batch,), start, dtype="int32")
        outputs, states = self.step(tokens, states, kept)
        return outputs, states, kept

    def step(
        self, last: keras.KerasTensor, states: list, kept: dict[str, keras.KerasTensor]
    ) -> tuple[keras.KerasTensor, list]:
        """Return the next outputs and states.

        Args:
            last: Tensor of shape `(batch,)`, what was said before.
            states: Flat list of tensors.
            kept: Dict, the third thing that `begin` returned.
        """
        values = {key: kept[name] for key, name in self.places.items()}
        values[id(self.targets)] = ops.expand_dims(last, axis=1)
        states, ends = list(states), []
        for node in self.path:
            layer = node.operation
            if isinstance(layer, RECURRENT):
                count = len(keras.tree.flatten(layer.state_size))
                own, states = states[:count], states[count:]
                inputs = values[id(node.input_tensors[0])][:, 0]
                output, end = _one_step(layer, inputs, own)
                ends += [ops.cast(one, layer.compute_dtype) for one in end]
                outputs = [ops.expand_dims(output, axis=1)]
            else:
                outputs = keras.tree.flatten(self._call(node, values, kept))
            values.update(zip(map(id, node.output_tensors), outputs, strict=False))
        return values[id(self.output)][:, 0], ends

    def _call(self, node, values, kept):
        layer, arguments = node.operation, node.arguments

        def known(one):
            return values[id(one)] if isinstance(one, keras.KerasTensor) else one

        args, kwargs = keras.tree.map_structure(
            known, (list(arguments.args), dict(arguments.kwargs))
        )
        kwargs.pop("mask", None)
        if isinstance(layer, ATTENTION):
            source = self.places[id(node.input_tensors[1])]
            kwargs["mask"] = [None, kept.get(f"mask of {source}")]
        if "training" in inspect.signature(layer.call).parameters:
            kwargs["training"] = False
        return layer(*args, **kwargs)


def _one_step(layer, inputs, states):
    """The output and the flat states of a recurrent layer after one step."""
    if isinstance(layer, Recurrent):
        return layer.step(inputs, states, False)
    [nested] = split([layer], states)
    output, end = read_one(
        layer.cell, ops.cast(inputs, layer.compute_dtype), nested, False
    )
    return output, join([end])


def _arguments(node):
    """The arguments of a call by name."""
    called = inspect.signature(node.operation.call).bind_partial(
        *node.arguments.args, **node.arguments.kwargs
    )
    return called.arguments
