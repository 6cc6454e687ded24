"""A trained model run step by step in NumPy."""

from __future__ import annotations

import copy
from typing import Any

import keras
import numpy as np

from keras_rnn.decoding.graph import mask_of
from keras_rnn.decoding.numpy_cells import rows_of
from keras_rnn.decoding.numpy_layers import functions_of, softmax
from keras_rnn.decoding.numpy_own_cells import PictureAttentionForm, attend
from keras_rnn.decoding.numpy_products import (
    NotInNumpyError,
    Product,
    ProductByOutput,
    Scratch,
    as_array,
)
from keras_rnn.decoding.numpy_reading import Beginning, StackForm, zeros
from keras_rnn.decoding.stepping import DecoderStepper, SequenceStepper
from keras_rnn.layers import Decoder, TokenEmbedding

# Numbers in a table of what each token contributes, up to which it is made.
_LARGEST_TABLE = 16_000_000


class StepForm:
    """What one step of a model does, with its weights in order.

    Args:
        stepper: What `keras_rnn.decoding.stepping.stepper` returned.
        is_logits: Boolean, whether the model gives logits, not probabilities.
        vocabulary: Integer, tokens that it chooses from.
        by_output: Boolean, whether many logits are to lie token by token.

    Attributes:
        variables: List of the variables of which it holds copies.

    Raises:
        NotInNumpyError: A part of it has no form in NumPy.
    """

    def __init__(
        self, stepper: Any, is_logits: bool, vocabulary: int, by_output: bool
    ) -> None:
        self.stepper = stepper
        self.attention: AttentionForm | None = None
        self.beginning: Beginning | None = None
        self.multimodal: Product | None = None
        embedding = stepper.embedding
        count = vocabulary if embedding is None else embedding.input_dim
        if isinstance(stepper, DecoderStepper):
            decoder = stepper.decoder
            recurrent, head, embed = decoder.recurrent, decoder.head, decoder.embedding
            self.beginning = Beginning(stepper)
            copied: list[Any] = [decoder, *self.beginning.reader.recurrent]
            if decoder.attention is not None:
                self.attention = AttentionForm(decoder)
        elif isinstance(stepper, SequenceStepper):
            recurrent, head, embed = stepper.recurrent, stepper.head, stepper.encoder
            copied = [recurrent, head, embed]
        else:
            raise NotInNumpyError
        if embed is None or recurrent.compute_dtype != "float32":
            raise NotInNumpyError
        self.variables = [one for layer in copied for one in layer.variables]
        # Multiplications of a row at each step, about.
        self.work = recurrent.count_params() + head.count_params()
        self.stack = StackForm(recurrent)
        self.head = functions_of(head)
        if not is_logits:  # the search takes logarithms: of a softmax, logits will do
            if not self.head or self.head[-1] is not softmax:
                raise NotInNumpyError
            self.head.pop()
        if by_output and self.head and isinstance(self.head[-1], Product):
            last = self.head[-1]
            self.head[-1] = ProductByOutput(last.kernel, last.bias)
        tokens = np.arange(count, dtype="int32")[:, None]
        self.vectors = as_array(embed(tokens))[:, 0]
        self.read = self.stack.read(self.vectors[:1])
        self.table: np.ndarray | None = None
        if count * self.read.shape[-1] <= _LARGEST_TABLE:
            self.table = self.stack.read(self.vectors)
        if getattr(getattr(stepper, "decoder", None), "context", 0) == "multimodal":
            self._join_context(stepper.decoder.context_layer, recurrent.output_size)

    def _join_context(self, layer: Any, size: int) -> None:
        """Part the layer that joins output, token and context in three."""
        kernel, end = as_array(layer.kernel), size + self.vectors.shape[-1]
        self.multimodal, self.multimodal_context = Product(kernel[:size]), kernel[end:]
        from_tokens = self.vectors @ kernel[size:end]
        self.multimodal_table = from_tokens + as_array(layer.bias)

    def read_tokens(self, tokens: Any) -> np.ndarray:
        """Return what tokens alone contribute to the first layer."""
        if self.table is not None:
            return self.table[tokens]
        return self.stack.read(self.vectors[tokens])

    def looks_up(self, inputs: np.ndarray) -> bool:
        """Return whether a prompt is looked up in `vectors`, as its embedding does."""
        layers = self.stepper.encoder.layers
        return (
            len(layers) == 2
            and type(layers[1]) in (keras.layers.Embedding, TokenEmbedding)
            and inputs.dtype.kind in "iu"
            and inputs.ndim == 2
            and bool(inputs.size)
            and inputs.min() >= 0
            and inputs.max() < len(self.vectors)
        )


class Steps:
    """One batch of sequences that are being written.

    Args:
        form: `StepForm`.
        inputs: Array or list of arrays, the sources or prompts of a batch.
        start: Integer, what a decoder reads first, or None.

    Attributes:
        outputs: Array `(rows, vocabulary)`, logits of the next token; of a single row
            `(vocabulary,)`. The next step writes over it.
        count: Integer, how many rows there are.
    """

    def __init__(self, form: StepForm, inputs: Any, start: int | None) -> None:
        self.form, self.start, self.width = form, start, 1
        self.count = len(keras.tree.flatten(inputs)[0])
        self.given: dict[str, np.ndarray] = {}  # each with an axis of sequences
        if form.beginning is None:
            self._take_prompt(np.asarray(inputs))
        else:
            self._take_source(inputs)

    def _take_prompt(self, inputs):
        stepper = self.form.stepper
        if self.form.looks_up(inputs):
            vectors, mask = inputs, None
            if stepper.embedding.mask_zero:
                mask = inputs != 0
        else:
            tensor = stepper.encoder(keras.ops.convert_to_tensor(inputs))
            vectors, mask = keras.ops.convert_to_numpy(tensor), mask_of(tensor)
        self.given["prompt"] = vectors
        if mask is not None:
            self.given["mask"] = keras.ops.convert_to_numpy(mask).astype(bool)
        self.states = zeros(stepper.recurrent, self.count)

    def _take_source(self, inputs):
        form, decoder = self.form, self.form.stepper.decoder
        assert form.beginning is not None
        states, kept = form.beginning(inputs)
        if decoder.context == "bias":
            states = states[:-1]
        self.states = list(map(as_array, states))
        kept = {name: keras.ops.convert_to_numpy(one) for name, one in kept.items()}
        if form.attention is not None:
            self.given = form.attention.prepare(kept)
        if "every" in kept:
            [first, *_] = form.stack.cells
            self.given["context"] = first.read_context(kept["every"])
        if "multimodal" in kept:
            self.given["multimodal"] = kept["multimodal"] @ form.multimodal_context
        if "bias" in kept:  # added to what the first step reads
            first_read = form.vectors[self.start] + kept["bias"]
            self.given["first"] = form.stack.read(first_read)

    def part(self, rows: slice) -> Steps:
        """Return some of the sequences, none of which has begun."""
        part = copy.copy(self)
        part.states = [one[rows] for one in self.states]
        part.given = {name: one[rows] for name, one in self.given.items()}
        part.count = len(part.states[0])
        return part

    def begin(self) -> None:
        """Read the prompts, or the start token."""
        form = self.form
        looks = any(isinstance(one, PictureAttentionForm) for one in form.stack.cells)
        is_flat = self.count == 1 and form.attention is None and not looks
        if form.beginning is None:
            read = self.given.pop("prompt")
            mask = self.given.pop("mask", None)
            is_read = form.read_tokens if read.ndim == 2 else form.stack.read
            output, self.states = form.stack.read_prompt(
                is_read(read), self.states, mask
            )
            if is_flat:
                output = output[0]
                self.states = [one[0] for one in self.states]
            self._answer(output)
            return
        if is_flat:
            self.states = [one[0] for one in self.states]
            self.given = {name: one[0] for name, one in self.given.items()}
        self.step(
            self.start if is_flat else np.full(self.count, self.start),
            self.given.pop("first", None),
        )

    @property
    def is_flat(self) -> bool:
        """Whether there is one sequence alone, and arrays have no axis for others."""
        return self.states[0].ndim == 1

    def step(self, tokens: Any, read: np.ndarray | None = None) -> np.ndarray:
        """Read a token of each row, and return the logits of the next.

        Args:
            tokens: Integer array `(rows,)`; of a single row an integer.
            read: What the stack reads in place of the tokens. Default: `None`.
        """
        form = self.form
        if read is None:
            read = form.read_tokens(tokens)
        context = self.given.get("context")
        output, self.states = form.stack.step(read, self.states, context, self.width)
        if form.attention is not None:
            output = form.attention.look(output, self.given, self.width)
        if form.multimodal is not None:
            output = form.multimodal(output) + form.multimodal_table[tokens]
            output += rows_of(self.given["multimodal"], self.width)
            np.tanh(output, output)
        return self._answer(output)

    def _answer(self, output: np.ndarray) -> np.ndarray:
        if not self.form.head:
            output = output.copy()  # or what is written over would be a state
        for function in self.form.head:
            output = function(output)
        self.outputs = output
        return output

    def widen(self, width: int) -> None:
        """Make `width` rows of each, one after the other, which share what is given."""
        if self.is_flat:
            self.states = [one[None] for one in self.states]
            self.given = {name: one[None] for name, one in self.given.items()}
            self.outputs = self.outputs[None]
        self.width = width
        self.take(np.repeat(np.arange(self.count), width))
        self.outputs = np.repeat(self.outputs, width, axis=0)

    def take(self, rows: np.ndarray) -> None:
        """Go on from the states of these rows.

        Args:
            rows: Integer array; what is given to them stays as it is.
        """
        self.states = [one[rows] for one in self.states]

    def keep(self, sequences: np.ndarray) -> None:
        """Drop all other sequences, each of `width` rows, before the next step.

        Args:
            sequences: Integer array, their numbers.
        """
        self.count = len(sequences)
        rows = sequences[:, None] * self.width + np.arange(self.width)
        self.take(rows.reshape(-1))
        self.given = {name: one[sequences] for name, one in self.given.items()}


class AttentionForm:
    """What a `Decoder` does behind its recurrence to look at its memory."""

    def __init__(self, decoder: Decoder) -> None:
        attention: Any = decoder.attention
        kind = type(attention)
        if kind not in (keras.layers.Attention, keras.layers.AdditiveAttention):
            raise NotInNumpyError
        self.is_additive = kind is keras.layers.AdditiveAttention
        if not self.is_additive and attention.score_mode != "dot":
            raise NotInNumpyError
        units = decoder.recurrent.output_size
        scale = attention.scale if attention.use_scale else None
        self.scale = np.float32(1) if scale is None else as_array(scale)
        self.query = None
        if decoder.query_layer is not None:
            self.query = Product(decoder.query_layer.kernel)
        kernel = as_array(decoder.output_layer.kernel)
        self.output_product = Product(kernel[:units], decoder.output_layer.bias)
        self.found_kernel = kernel[units:]
        self.scratch = Scratch()

    def prepare(self, kept: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return what stays at every step, from what `Decoder.begin` returned."""
        given = {"keys": kept["keys"], "values": kept["values"] @ self.found_kernel}
        if "mask" in kept:
            # As Keras does it.
            given["left_out"] = np.float32(1e9) * np.logical_not(kept["mask"])
        return given

    def look(
        self, outputs: np.ndarray, given: dict[str, np.ndarray], width: int
    ) -> np.ndarray:
        """Return the outputs joined with what they attend to."""
        keys = given["keys"]
        asked = outputs if self.query is None else self.query(outputs)
        asked = asked.reshape(len(keys), width, -1)
        if self.is_additive:
            sums = self.scratch.array(*asked.shape[:2], *keys.shape[1:])
            np.add(asked[:, :, None], keys[:, None], sums)
            np.tanh(sums, sums)
            scores = sums @ np.broadcast_to(self.scale, keys.shape[-1:])
        else:
            scores = np.matmul(asked, keys.transpose(0, 2, 1)) * self.scale
        if "left_out" in given:
            scores -= given["left_out"][:, None]
        found = attend(scores, given["values"])
        found += self.output_product(outputs)
        return np.tanh(found, found)
