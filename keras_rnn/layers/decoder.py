"""The second half of an encoder-decoder: a sequence read with a memory beside it."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from keras_rnn.layers.decoder_parts import (
    AtFirst,
    Beside,
    attention_layer,
    check_recurrent,
    every_step,
)
from keras_rnn.layers.part_settings import keeps_part_settings
from keras_rnn.layers.recurrent import Recurrent
from keras_rnn.layers.symbolic import output_spec

CONTEXTS = (None, "first", "bias", "every", "multimodal")


@keras.saving.register_keras_serializable(package="keras_rnn")
@keeps_part_settings
class Decoder(keras.layers.Layer):
    """Reads what was said so far, looks at a memory, says what comes next.

    ```
              y_1          y_2          y_3
               |            |            |
             head         head         head        one head, the same weights
               |            |            |
             attend       attend       attend      to the memory, if there is one
               |            |            |
    s_0 --> s_1 -------> s_2 -------> s_3          recurrent
               |            |            |
            embedding    embedding    embedding
               |            |            |
            start          y_1          y_2        targets, a step late
    ```

    In training the whole sequence of targets is known (teacher forcing) and read in
    one pass. In decoding each step reads what the one before said: `begin`, then
    `step` again and again. Both give the same.

    **Attention** comes after the recurrence (Luong et al. 2015): from the state
    `s_t` and the memory `h_1 ... h_T`

    ```
    additive         score_ti = v . tanh(W_q s_t + W_k h_i)      Bahdanau et al. 2015
    multiplicative   score_ti = s_t . W_k h_i                    Luong et al. 2015, (8)
    weights          a_t = softmax(score_t)                      over the kept steps
    output           tanh(W_c [s_t, sum_i a_ti h_i])             Luong et al. 2015, (5)
    ```

    Args:
        recurrent: `Recurrent` that reads forward, with `return_sequences=True`.
        head: Layer or model from `(batch, time, width)` to the outputs,
            `(batch, time, ...)`. `width` is the recurrent layer's.
        embedding: Layer or model that turns targets into vectors of shape
            `(batch, time, features)`. Default: `None`, they are such vectors.
        attention: `"additive"`, `"multiplicative"`, a layer called as
            `keras.layers.Attention` is (it gets `W_k h_i` as its keys), or `None`.
            Default: `None`.
        context: Where a vector for the whole sequence enters, as five systems for
            captions of images have it. Default: `None`, there is no such vector.
            - `"first"`: through a `Dense`, as what the recurrent layer reads before
              the targets (Vinyals et al. 2015);
            - `"bias"`: through a `Dense`, added to what it reads at the first step
              (Karpathy & Fei-Fei 2015);
            - `"every"`: joined to its input at every step (Donahue et al. 2015);
            - `"multimodal"`: never. A `Dense` with `tanh` between recurrence and head
              joins it to input and output of every step (Mao et al. 2015).
        **kwargs: `name`, `dtype` and so on of any layer. By default `dtype` is the
            head's.

    Call arguments:
        targets: Tensor of shape `(batch, time, ...)`, what is read.
        initial_state: Flat list of states, as `Recurrent` takes it. Default: zeros.
        memory: Tensor of shape `(batch, memory time, features)`, with attention.
        context: Tensor of shape `(batch, features)`, if the layer has a `context`.
        training: Boolean, whether dropout is active.
        return_attention_scores: Boolean, whether to also return the weights `a`.
            Default: `False`.
        mask: Boolean tensor of shape `(batch, time)`, false at the targets to skip.
            Default: the mask that came with `targets` or from `embedding`.
        memory_mask: Boolean tensor of shape `(batch, memory time)`, false where not
            to look. Default: the mask that came with `memory`.

    Returns:
        The head's output, and with `return_attention_scores` also a tensor of shape
        `(batch, time, memory time)`.

    Raises:
        ValueError: The recurrent layer cannot be run step by step, an unknown name,
            or a memory or a context too many or missing.

    Example:

    >>> import numpy as np
    >>> from keras_rnn.layers import Recurrent
    >>> layer = Decoder(
    ...     Recurrent("gru", 8, return_sequences=True),
    ...     head=keras.layers.Dense(5),
    ...     embedding=keras.layers.Embedding(5, 4),
    ...     attention="additive",
    ... )
    >>> tokens, memory = np.array([[1, 2, 3]]), np.ones((1, 6, 7), "float32")
    >>> tuple(layer(tokens, memory=memory).shape)
    (1, 3, 5)
    >>> states, kept = layer.begin(1, memory=memory)
    >>> output, states = layer.step(np.array([1]), states, kept)
    >>> tuple(output.shape)
    (1, 5)
    """

    def __init__(
        self,
        recurrent: Recurrent,
        head: keras.Layer,
        embedding: keras.Layer | None = None,
        attention: str | keras.Layer | None = None,
        context: str | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = head.dtype_policy
        super().__init__(**kwargs)
        check_recurrent(recurrent)
        if context not in CONTEXTS:
            raise ValueError(
                f"Unknown context {context!r}. Expected one of "
                f"{', '.join(map(repr, CONTEXTS))}."
            )
        self.recurrent = recurrent
        self.head = head
        self.embedding = embedding
        self.context = context
        self.supports_masking = True
        self.attention_name = attention if isinstance(attention, str) else None
        self.attention = attention_layer(attention, self.dtype_policy)

        def dense(units, name, **options):
            return keras.layers.Dense(
                units, name=name, dtype=self.dtype_policy, **options
            )

        width = recurrent.output_size
        if context == "bias":
            self.at_first = AtFirst(dtype=self.dtype_policy, name="at_first")
        if context in ("every", "multimodal") or self.attention is not None:
            self.beside = Beside(dtype=self.dtype_policy, name="beside")
        if self.attention is not None:
            self.key_layer = dense(width, "keys", use_bias=False)
            self.query_layer = None
            if isinstance(self.attention, keras.layers.AdditiveAttention):
                self.query_layer = dense(width, "query", use_bias=False)
            self.output_layer = dense(width, "output", activation="tanh")
        if context == "multimodal":
            self.context_layer = dense(width, "context", activation="tanh")
        elif context in ("first", "bias"):  # as wide as what is read: see `build`
            self.context_layer = dense(width, "context")

    def build(
        self,
        targets_shape: tuple[Any, ...],
        initial_state_shape: Any = None,
        memory_shape: tuple[Any, ...] | None = None,
        context_shape: tuple[Any, ...] | None = None,
    ) -> None:
        self._check_given(memory_shape, context_shape)
        vectors = keras.KerasTensor(targets_shape, dtype=self.compute_dtype)
        if self.embedding is not None:
            vectors = output_spec(self.embedding, vectors)
        if len(vectors.shape) != 3:
            raise ValueError(
                f"{self.name} reads one vector a step, of shape (batch, time, "
                f"features). Received shape {tuple(vectors.shape)}. Tokens need an "
                "`embedding` (the builders call it `target_encoder`)."
            )
        width = vectors.shape[-1]
        context_width = 0 if context_shape is None else context_shape[-1]
        if self.context in ("first", "bias"):
            self.context_layer.units = width
            self.context_layer.build((None, context_width))
        if self.context == "multimodal":
            joined = self.recurrent.output_size + width + context_width
            self.context_layer.build((None, joined))
        if self.context == "every":
            width += context_width
        if not self.recurrent.built:
            self.recurrent.build((*vectors.shape[:2], width))
        if self.attention is not None:
            self._build_attention(memory_shape)
        self.output_spec_of_head = output_spec(
            self.head,
            keras.KerasTensor(
                (*vectors.shape[:2], self.recurrent.output_size),
                dtype=self.recurrent.compute_dtype,
            ),
        )

    def _build_attention(self, memory_shape):
        if len(memory_shape) != 3:
            raise ValueError(
                f"{self.name} attends to a memory of shape (batch, time, features). "
                f"Received shape {tuple(memory_shape)}."
            )
        width = self.recurrent.output_size
        self.key_layer.build(memory_shape)
        queries, keys = (None, None, width), (*memory_shape[:2], width)
        if self.query_layer is not None:
            self.query_layer.build(queries)
        if not self.attention.built:
            self.attention.build([queries, memory_shape, keys])
        self.output_layer.build((None, None, memory_shape[-1] + width))

    def _check_given(self, memory, context):
        for name, needed, given in (
            ("memory", self.attention is not None, memory),
            ("context", self.context is not None, context),
        ):
            if needed != (given is not None):
                option = "attention" if name == "memory" else "context"
                raise ValueError(
                    f"{self.name} has {'an' if option == 'attention' else 'a'} "
                    f"{option}, and needs a {name} to be called with."
                    if needed
                    else f"{self.name} was given a {name}, but has no {option}."
                )

    def call(
        self,
        targets: keras.KerasTensor,
        initial_state: list[keras.KerasTensor] | keras.KerasTensor | None = None,
        memory: keras.KerasTensor | None = None,
        context: keras.KerasTensor | None = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
        mask: keras.KerasTensor | None = None,
        memory_mask: keras.KerasTensor | None = None,
        targets_mask: keras.KerasTensor | None = None,
    ) -> Any:
        # Keras fills in `mask` if `targets` comes alone, else `targets_mask`. With an
        # embedding there is none, and the recurrent layer finds the embedding's.
        mask = targets_mask if mask is None else mask
        batch = ops.shape(targets)[0]
        states, kept = self.begin(
            batch, initial_state, memory, context, memory_mask, training
        )
        given = {} if mask is None else {"mask": mask}
        vectors = self._vectors(targets, kept)
        if self.context == "bias":
            *states, weight = states
            vectors = self.at_first(vectors, kept["bias"], weight)
        outputs = self.recurrent(
            vectors, initial_state=states, training=training, **given
        )
        if isinstance(outputs, (list, tuple)):  # and states
            outputs = outputs[0]
        outputs, scores = self._attend(outputs, kept, training)
        outputs = self.head(self._joined(outputs, vectors, kept))
        return (outputs, scores) if return_attention_scores else outputs

    def begin(
        self,
        batch_size: int | keras.KerasTensor,
        initial_state: list[keras.KerasTensor] | keras.KerasTensor | None = None,
        memory: keras.KerasTensor | None = None,
        context: keras.KerasTensor | None = None,
        memory_mask: keras.KerasTensor | None = None,
        training: bool | None = False,
    ) -> tuple[list[keras.KerasTensor], dict[str, keras.KerasTensor]]:
        """Return what `step` starts from.

        Args:
            batch_size: Integer or scalar tensor.
            initial_state: Flat list of states, as `Recurrent` takes it. Default: zeros.
            memory: Tensor of shape `(batch, memory time, features)`, with attention.
            context: Tensor of shape `(batch, features)`, if the layer has a `context`.
            memory_mask: Boolean tensor of shape `(batch, memory time)`, false where not
                to look. It is not found by itself. Default: `None`, look everywhere.
            training: Boolean, whether dropout is active.

        Returns:
            The flat list of states, and a dict of tensors that stay as they are at
            every step, each with the batch first.
        """
        self._check_given(memory, context)
        if initial_state is None:
            initial_state = self.recurrent.get_initial_state(batch_size)
        elif not isinstance(initial_state, (list, tuple)):
            initial_state = [initial_state]
        states = [ops.cast(one, self.recurrent.compute_dtype) for one in initial_state]
        kept = {}
        if memory is not None:
            kept["values"] = ops.cast(memory, self.compute_dtype)
            kept["keys"] = self.key_layer(kept["values"])
            if memory_mask is not None:
                kept["mask"] = memory_mask
        if self.context == "first":
            _, states = self.recurrent.step(
                self.context_layer(context), states, training
            )
        elif self.context == "bias":
            kept["bias"] = self.context_layer(context)
            # A further state tells the first step, which has it, from the others.
            states = [*states, ops.ones_like(kept["bias"][:, :1])]
        elif self.context is not None:
            kept[self.context] = ops.cast(context, self.compute_dtype)
        return list(states), kept

    def step(
        self,
        targets: keras.KerasTensor,
        states: list[keras.KerasTensor],
        kept: dict[str, keras.KerasTensor],
        training: bool | None = False,
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        """Read one step: what a decoding loop calls again and again.

        Args:
            targets: Tensor of shape `(batch, ...)`, one step of what a call reads.
            states: Flat list of tensors.
            kept: Dict, the second thing that `begin` returned.
            training: Boolean, whether dropout is active.

        Returns:
            The head's output for this step, `(batch, ...)`, and the new states.
        """
        vectors = self._vectors(ops.expand_dims(targets, axis=1), kept)
        later = []
        if self.context == "bias":
            *states, weight = states
            vectors = self.at_first(vectors, kept["bias"], weight)
            later = [ops.zeros_like(weight)]
        output, states = self.recurrent.step(vectors[:, 0], states, training)
        output, _ = self._attend(ops.expand_dims(output, axis=1), kept, training)
        output = self.head(self._joined(output, vectors, kept))
        return output[:, 0], [*states, *later]

    def _vectors(self, targets, kept):
        """What the recurrent layer reads, of shape `(batch, time, features)`."""
        vectors = targets if self.embedding is None else self.embedding(targets)
        if self.context != "every":
            return vectors
        return self.beside(vectors, every_step(kept["every"], vectors))

    def _joined(self, outputs, vectors, kept):
        """What the head reads: with a multimodal context, all three in one."""
        if self.context != "multimodal":
            return outputs
        context = every_step(kept["multimodal"], vectors)
        return self.context_layer(self.beside(self.beside(outputs, vectors), context))

    def _attend(self, outputs, kept, training):
        """The outputs joined with what they attend to, and the weights, if any."""
        if self.attention is None:
            return outputs, None
        queries = outputs if self.query_layer is None else self.query_layer(outputs)
        mask = kept.get("mask")
        if mask is not None and isinstance(self.attention, keras.layers.Attention):
            # Without queries, Keras before 3.12 takes the batch for them.
            mask = ops.expand_dims(mask, 1)
        found, scores = self.attention(
            [queries, kept["values"], kept["keys"]],
            mask=[None, mask, None],
            return_attention_scores=True,
            training=training,
        )
        return self.output_layer(self.beside(outputs, found)), scores

    def compute_output_spec(
        self,
        targets: keras.KerasTensor,
        initial_state: list[keras.KerasTensor] | keras.KerasTensor | None = None,
        memory: keras.KerasTensor | None = None,
        context: keras.KerasTensor | None = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
        mask: keras.KerasTensor | None = None,
        memory_mask: keras.KerasTensor | None = None,
        targets_mask: keras.KerasTensor | None = None,
    ) -> Any:
        made = self.output_spec_of_head
        shape = (*targets.shape[:2], *made.shape[2:])
        output = keras.KerasTensor(shape, dtype=made.dtype)
        if not return_attention_scores:
            return output
        if self.attention is None or memory is None:
            missing = "attention" if self.attention is None else "memory to look at"
            raise ValueError(f"{self.name} has no {missing}, and so no scores.")
        shape = (*targets.shape[:2], memory.shape[1])
        return output, keras.KerasTensor(shape, dtype=self.compute_dtype)

    def compute_output_shape(
        self, targets_shape: tuple[Any, ...], *_: Any, **__: Any
    ) -> tuple[int | None, ...]:
        return (*targets_shape[:2], *self.output_spec_of_head.shape[2:])

    def compute_mask(
        self, targets: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> keras.KerasTensor | None:
        if self.embedding is None or mask is not None:
            return mask
        return self.embedding.compute_mask(targets, mask)

    def get_config(self) -> dict[str, Any]:
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "recurrent": serialize(self.recurrent),
            "head": serialize(self.head),
            "embedding": serialize(self.embedding),
            "attention": self.attention_name or serialize(self.attention),
            "context": self.context,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Decoder:
        revive = keras.saving.deserialize_keras_object
        parts = ("recurrent", "head", "embedding")
        config = {k: revive(v) if k in parts else v for k, v in config.items()}
        if isinstance(config["attention"], dict):
            config["attention"] = revive(config["attention"])
        return cls(**config)
