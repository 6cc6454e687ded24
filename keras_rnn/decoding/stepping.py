"""A trained model run step by step: what every decoding loop stands on."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.decoding.graph import embedding_of, mask_of, nodes_to
from keras_rnn.decoding.plain_stepping import PlainStepper
from keras_rnn.layers import Decoder, Recurrent
from keras_rnn.layers.sequence_ops import last_step


def stepper(model: keras.Model) -> DecoderStepper | PlainStepper | SequenceStepper:
    """Return what runs a trained model step by step.

    Args:
        model: `keras.Model` that ends in a `Decoder` (`encoder_decoder`, `one_to_many`
            with targets), one that reads targets beside its source with plain Keras
            layers, or one with a single `Recurrent` which reads forward and returns
            its sequence (`many_to_many`).

    Raises:
        ValueError: It is no such model.
    """
    if not isinstance(model, keras.Model) or not getattr(model, "outputs", None):
        raise ValueError(
            "Decoding needs a trained keras.Model with known inputs and outputs, as "
            f"the builders in keras_rnn.architectures return. Received: {model!r}"
        )
    operation, index, _ = model.outputs[0]._keras_history
    if isinstance(operation, Decoder):
        return DecoderStepper(model, operation, operation._inbound_nodes[index])
    if len(model.inputs) > 1:
        return PlainStepper(model)
    nodes = [
        node
        for node in nodes_to(model.outputs[0])
        if isinstance(node.operation, Recurrent)
    ]
    if len(nodes) != 1:
        raise ValueError(
            f"{model.name} cannot be decoded: it ends in no keras_rnn.layers.Decoder, "
            f"and has {len(nodes)} keras_rnn.layers.Recurrent where a model that goes "
            "on with its own output has one (of any depth). Use many_to_many for a "
            "model that reads one sequence, encoder_decoder or Decoder for two."
        )
    return SequenceStepper(model, nodes[0])


class DecoderStepper:
    """Steps of a model that ends in a `Decoder`.

    Attributes:
        needs_start: True: the first step reads a start token.
        source_count: Integer, how many of the model's inputs decoding reads.
        embedding: The `Embedding` that reads the tokens said before, or None.
    """

    needs_start = True

    def __init__(self, model: keras.Model, decoder: Decoder, node: Any) -> None:
        self.decoder = decoder
        sources = model.inputs[:-1]
        arguments = node.arguments.kwargs
        targets = node.arguments.args[0]
        if not sources or targets is not model.inputs[-1]:
            raise ValueError(
                f"{model.name} cannot be decoded: its inputs must be the source, then "
                "the targets that its decoder reads."
            )
        # The parts of the decoder's arguments that come from the source.
        self.given = {
            name: arguments[name]
            for name in ("initial_state", "memory", "context")
            if arguments.get(name) is not None
        }
        self.reader = keras.Model(
            sources if len(sources) > 1 else sources[0], self.given, name="reader"
        )
        self.source_count = len(sources)
        self.embedding = embedding_of(decoder.embedding)

    def begin(
        self, inputs: Any, start: int | None
    ) -> tuple[
        keras.KerasTensor, list[keras.KerasTensor], dict[str, keras.KerasTensor]
    ]:
        """Return the first outputs, states, and what stays (see `Decoder.begin`).

        Args:
            inputs: Tensor or list of tensors, the source.
            start: Integer, or None.
        """
        given = self.reader(inputs, training=False)
        mask = None
        if "memory" in given:
            mask = mask_of(given["memory"])
        batch = ops.shape(keras.tree.flatten(inputs)[0])[0]
        states, kept = self.decoder.begin(batch, **given, memory_mask=mask)
        tokens = ops.full((batch,), start, dtype="int32")
        outputs, states = self.decoder.step(tokens, states, kept)
        return outputs, states, kept

    def step(
        self,
        last: keras.KerasTensor,
        states: list[keras.KerasTensor],
        kept: dict[str, keras.KerasTensor],
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        """Return the next outputs and states; `last` is what was said before."""
        return self.decoder.step(last, states, kept)


class SequenceStepper:
    """Steps of a model with one `Recurrent`, which goes on from a prompt."""

    needs_start = False
    source_count = 1

    def __init__(self, model: keras.Model, node: Any) -> None:
        self.recurrent = node.operation
        for name, value in (
            ("bidirectional", False),
            ("go_backwards", False),
            ("return_sequences", True),
        ):
            if getattr(self.recurrent, name) != value:
                raise ValueError(
                    f"{model.name} cannot be decoded: that needs a Recurrent with "
                    f"{name}={value}, and {self.recurrent.name} has "
                    f"{name}={not value}."
                )
        if len(model.inputs) != 1 or model.inputs[0].shape[1] is not None:
            shapes = ", ".join(str(tuple(one.shape)) for one in model.inputs)
            raise ValueError(
                f"{model.name} cannot go on step by step: it needs one input of any "
                f"length, such as keras.Input((None,)). Its inputs: {shapes}. Build "
                "it anew with such an input and copy the weights with set_weights."
            )
        outputs = node.output_tensors[0]
        try:
            self.encoder = keras.Model(model.inputs[0], node.input_tensors[0])
            self.head = keras.Model(outputs, model.outputs[0])
        except ValueError as error:
            raise ValueError(
                f"{model.name} cannot go on step by step: its output must come from "
                f"{self.recurrent.name} alone."
            ) from error
        self.embedding = embedding_of(self.encoder)

    def begin(
        self, inputs: keras.KerasTensor, start: int | None = None
    ) -> tuple[
        keras.KerasTensor, list[keras.KerasTensor], dict[str, keras.KerasTensor]
    ]:
        """Return the outputs after the prompt, states, and what stays: nothing."""
        vectors = self.encoder(inputs, training=False)
        mask = mask_of(vectors)
        states = self.recurrent.get_initial_state(ops.shape(vectors)[0])
        [outputs], states = self.recurrent.run(vectors, states, mask, False)
        last = last_step(outputs, mask)
        return self._answer(last), self._cast(states), {}

    def step(
        self,
        last: keras.KerasTensor,
        states: list[keras.KerasTensor],
        kept: dict[str, keras.KerasTensor],
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        """Return the next outputs and states; `last` is what was said before."""
        vectors = self.encoder(ops.expand_dims(last, axis=1), training=False)
        output, states = self.recurrent.step(vectors[:, 0], states, False)
        return self._answer(output), self._cast(states)

    def _answer(self, output):
        return self.head(ops.expand_dims(output, axis=1), training=False)[:, 0]

    def _cast(self, states):
        return [ops.cast(state, self.recurrent.compute_dtype) for state in states]
