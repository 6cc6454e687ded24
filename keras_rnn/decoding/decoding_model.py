"""What all models have in common that run a trained model step by step."""

from __future__ import annotations

from typing import Any

import keras

from keras_rnn.decoding.plain_stepping import PlainStepper
from keras_rnn.decoding.stepping import DecoderStepper, SequenceStepper, stepper


class DecodingModel(keras.Model):
    """A model that runs a trained one step by step. The base of the others.

    Args:
        model: The trained `keras.Model`.
        name: String, name of the model. Default: `None`, one made by Keras.
    """

    def __init__(self, model: keras.Model, name: str | None = None) -> None:
        super().__init__(name=name)
        # In a list, since Keras would track what already belongs to `model`.
        self._stepper = [stepper(model)]
        self.trained = model
        self.built = True  # there is nothing to build that `model` has not built

    @property
    def stepper(self) -> DecoderStepper | PlainStepper | SequenceStepper:
        """What runs the trained model step by step."""
        return self._stepper[0]

    def export(
        self,
        filepath: Any,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Export the model, as `keras.Model.export` does.

        Args:
            filepath: String or path, where to write.
            format: String, one of the formats of `keras.Model.export`.
                Default: `"tf_saved_model"`.
            verbose: Boolean, whether to print a message. Default: `None`, as Keras
                does in this format.
            input_signature: List of one input, or of a list of them, as
                `keras.InputSpec`s. Default: `None`, what the trained model reads,
                targets left out.
            **kwargs: Further arguments of `keras.Model.export`.
        """
        if input_signature is None:
            # Keras would ask for a call, and take every input for floating point.
            sources = self.trained.inputs[: self.stepper.source_count]
            specs = [
                keras.InputSpec(shape=one.shape, dtype=one.dtype, name=one.name)
                for one in sources
            ]
            input_signature = [specs] if len(specs) > 1 else specs
        if keras.backend.backend() == "jax" and format == "tf_saved_model":
            # JAX has no gradient for a loop that ends when its sequences have ended.
            kwargs.setdefault("jax2tf_kwargs", {"with_gradient": False})
        super().export(filepath, format, verbose, input_signature, **kwargs)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DecodingModel:
        model = keras.saving.deserialize_keras_object(config["model"])
        return cls(**{**config, "model": model})
