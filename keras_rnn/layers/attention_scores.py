"""Where a decoder looks."""

from __future__ import annotations

from typing import Any

import keras

from keras_rnn.layers.decoder import Decoder
from keras_rnn.layers.part_settings import keeps_part_settings


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class AttentionScores(keras.layers.Layer):
    """Gives the attention weights of a `Decoder`, not what it says.

    Args:
        decoder: `Decoder` with attention.
        **kwargs: `name`, `dtype` and so on of any layer.

    Call arguments:
        Those of `Decoder`.

    Returns:
        Tensor of shape `(batch, time, memory time)`. Each row sums to 1.

    Raises:
        ValueError: The layer given is no decoder with attention.
    """

    def __init__(self, decoder: Decoder, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(decoder, Decoder) or decoder.attention is None:
            raise ValueError(
                "Attention scores are those of a keras_rnn.layers.Decoder with "
                f"attention. Received: {decoder!r}"
            )
        self.decoder = decoder
        self.supports_masking = True

    def build(
        self,
        targets_shape: tuple[Any, ...],
        initial_state_shape: Any = None,
        memory_shape: tuple[Any, ...] | None = None,
        context_shape: tuple[Any, ...] | None = None,
    ) -> None:
        if not self.decoder.built:
            self.decoder.build(
                targets_shape, initial_state_shape, memory_shape, context_shape
            )

    def call(
        self,
        targets: keras.KerasTensor,
        initial_state: list[keras.KerasTensor] | keras.KerasTensor | None = None,
        memory: keras.KerasTensor | None = None,
        context: keras.KerasTensor | None = None,
        memory_mask: keras.KerasTensor | None = None,
    ) -> keras.KerasTensor:
        _, scores = self.decoder(
            targets,
            initial_state,
            memory,
            context,
            memory_mask=memory_mask,
            return_attention_scores=True,
        )
        return scores

    def compute_output_spec(
        self,
        targets: keras.KerasTensor,
        initial_state: list[keras.KerasTensor] | keras.KerasTensor | None = None,
        memory: keras.KerasTensor | None = None,
        context: keras.KerasTensor | None = None,
        memory_mask: keras.KerasTensor | None = None,
    ) -> Any:
        _, scores = self.decoder.compute_output_spec(
            targets, initial_state, memory, context, return_attention_scores=True
        )
        return scores

    def compute_mask(
        self, inputs: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> keras.KerasTensor | None:
        return None

    def get_config(self) -> dict[str, Any]:
        decoder = keras.saving.serialize_keras_object(self.decoder)
        return {**super().get_config(), "decoder": decoder}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> AttentionScores:
        decoder = keras.saving.deserialize_keras_object(config["decoder"])
        return cls(**{**config, "decoder": decoder})
