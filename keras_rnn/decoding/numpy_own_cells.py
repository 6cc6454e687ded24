"""One step in NumPy of the cells that this package has for pictures and music."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_rnn.decoding.numpy_cells import (
    FORMS,
    CellForm,
    GRUForm,
    LSTMForm,
    States,
    rows_of,
)
from keras_rnn.decoding.numpy_products import (
    NotInNumpyError,
    Product,
    Scratch,
    as_array,
)
from keras_rnn.layers.counting_lstm import FACTS, CountingLSTMCell, count, marks
from keras_rnn.layers.picture_attention_cell import PictureAttentionCell
from keras_rnn.layers.raster_gru import ABOVE, LEFT, ROWS, RasterGRUCell
from keras_rnn.layers.visual_memory import VisualMemoryCell


class CountingLSTMForm(CellForm):
    """`CountingLSTMCell`: what it has counted are rows of the kernel, no ones."""

    def __init__(self, cell: Any) -> None:
        self.lstm = LSTMForm(cell)
        sizes = [size for _, size in marks(np.zeros(8))]
        self.last = np.array(sizes) - 1
        self.first = len(self.lstm.kernel) - sum(sizes) + np.cumsum([0, *sizes[:-1]])

    def read(self, inputs: np.ndarray) -> np.ndarray:
        vectors, facts = np.split(inputs, [-len(FACTS)], axis=-1)
        return np.concatenate([self.lstm.read(vectors), facts], axis=-1)

    def step(
        self, read: np.ndarray, states: States, context: np.ndarray | None, width: int
    ) -> tuple[np.ndarray, States]:
        *states, counts = states
        facts = read[..., -len(FACTS) :]
        counts = count(facts, counts, np).astype("float32")
        values = np.stack([value for value, _ in marks(counts)], axis=-1)
        places = np.clip(np.round(values), 0, self.last).astype(int) + self.first
        sums = self.lstm.kernel[places].sum(axis=-2)
        sums += read[..., : -len(FACTS)]
        output, states = self.lstm.step(sums, states, None, width)
        return output, [*states, counts]


class PictureAttentionForm(CellForm):
    """`PictureAttentionCell`: what it looks at is its context."""

    def __init__(self, cell: Any) -> None:
        if cell.dtype_policy.name != "float32":
            raise NotInNumpyError
        look, self.units, self.word = cell.attention, cell.units, cell.word_features
        self.gru = GRUForm(cell.reader)
        self.key, self.key_bias = map(as_array, (look.key.kernel, look.key.bias))
        self.places = as_array(look.places)
        query = as_array(look.queries[0].kernel)
        self.word_query = query[self.units :]
        self.state_query = Product(query[: self.units])
        self.query_bias = as_array(look.queries[0].bias)
        self.score = as_array(look.scores[0].kernel)[:, 0]
        self.scratch = Scratch()
        self.seen_kernel = self.gru.kernel[self.word :]

    def read(self, inputs: np.ndarray) -> np.ndarray:
        asked = inputs @ self.word_query + self.query_bias
        return np.concatenate([asked, self.gru.read(inputs)], axis=-1)

    def read_context(self, context: np.ndarray) -> np.ndarray:
        features = len(self.key)
        flat = context.reshape(len(context), -1, features)
        keys = flat @ self.key + (self.key_bias + self.places)
        # Beside each place, what it contributes to the gates where it is looked at.
        return np.concatenate([keys, keys @ self.seen_kernel], axis=-1)

    def step(
        self, read: np.ndarray, states: States, context: np.ndarray | None, width: int
    ) -> tuple[np.ndarray, States]:
        assert context is not None
        asked = read[..., : self.units] + self.state_query(states[0])
        keys = context[..., : self.units]  # (rows / width, places, units)
        asked = asked.reshape(len(keys), width, 1, self.units)
        sums = self.scratch.array(len(keys), width, *keys.shape[1:])
        np.add(keys[:, None], asked, sums)
        np.tanh(sums, sums)
        seen = attend(sums @ self.score, context)
        seen, sums = seen[:, : self.units], seen[:, self.units :]
        sums += read[..., self.units :]
        output, states = self.gru.step(sums, states, None, width)
        return np.concatenate([output, seen], axis=-1), states


def attend(scores: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the mean of values, weighted by the softmax of scores.

    Args:
        scores: Array `(sequences, width, places)`; it is written over.
        values: Array `(sequences, places, features)`.

    Returns:
        Array `(sequences * width, features)`.
    """
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return np.matmul(scores, values).reshape(-1, values.shape[-1])


class VisualMemoryForm(CellForm):
    """`VisualMemoryCell`: one GRU that remembers, one that speaks."""

    def __init__(self, cell: Any) -> None:
        self.memory, self.speaker = GRUForm(cell.memory), GRUForm(cell.speaker)
        self.memory_product = Product(self.speaker.kernel[-cell.memory_units :])
        self.split = 3 * cell.memory_units
        self.word = cell.word_features
        self.context_kernel = self.speaker.kernel[self.word : -cell.memory_units]

    def read(self, inputs: np.ndarray) -> np.ndarray:
        both = [self.memory.read(inputs), self.speaker.read(inputs)]
        return np.concatenate(both, axis=-1)

    def read_context(self, context: np.ndarray) -> np.ndarray:
        return context @ self.context_kernel

    def step(
        self, read: np.ndarray, states: States, context: np.ndarray | None, width: int
    ) -> tuple[np.ndarray, States]:
        speaker, memory = states
        memory, _ = self.memory.step(read[..., : self.split], [memory], None, width)
        sums = read[..., self.split :] + self.memory_product(memory)
        speaker, _ = self.speaker.step(sums, [speaker], context, width)
        return np.concatenate([speaker, memory], axis=-1), [speaker, memory]


class RasterGRUForm(CellForm):
    """`RasterGRUCell`: where it is are rows of the kernel, no ones."""

    def __init__(self, cell: Any) -> None:
        self.gru = GRUForm(cell)
        self.levels, self.side, self.width = cell.levels, cell.side, cell.width
        self.inside = cell._inside
        around = self.inside.shape[1]
        self.around = Product(self.gru.kernel[:around])
        self.column = self.gru.kernel[around : around + self.side]
        self.row = self.gru.kernel[around + self.side : around + 2 * self.side]
        # Behind the last row of the picture there is none.
        self.row = np.pad(self.row, ((0, 1), (0, 0)))
        seen = [np.arange(LEFT * self.levels)]
        for row in range(1, ROWS + 1):
            first, last = (row * self.side - place for place in ABOVE[::-1])
            seen.append(np.arange((first - 1) * self.levels, last * self.levels))
        self.places_seen = np.concatenate(seen)

    def read(self, inputs: np.ndarray) -> np.ndarray:
        return inputs

    def read_context(self, context: np.ndarray) -> np.ndarray:
        sums = context @ self.gru.kernel[-self.width :] + self.gru.bias
        return np.concatenate([context, sums], axis=-1)

    def step(
        self, read: np.ndarray, states: States, context: np.ndarray | None, width: int
    ) -> tuple[np.ndarray, States]:
        assert context is not None
        context = rows_of(context, width)
        state, pixels, used, step = states
        levels = self.levels
        colour = read[..., levels:]
        pixels = np.concatenate([read[..., :levels], pixels[..., :-levels]], axis=-1)
        coloured = colour.max(axis=-1, keepdims=True) > 0
        used = np.where(coloured, colour, used)
        row, column = divmod(step[..., 0].astype(int), self.side)
        around = pixels[..., self.places_seen] * self.inside[column]
        sums = self.around(around)
        sums += self.column[column]
        sums += self.row[np.minimum(row, self.side)]
        sums += context[..., self.width :]
        output, (state,) = self.gru.step(sums, [state], None, width)
        output = np.concatenate([output, used, context[..., : self.width]], axis=-1)
        return output, [state, pixels, used, step + 1]


FORMS |= {
    CountingLSTMCell: CountingLSTMForm,
    PictureAttentionCell: PictureAttentionForm,
    VisualMemoryCell: VisualMemoryForm,
    RasterGRUCell: RasterGRUForm,
}


def cell_form(cell: Any) -> CellForm:
    """Return the form of a cell.

    Raises:
        NotInNumpyError: It has none.
    """
    if type(cell) not in FORMS:
        raise NotInNumpyError
    return FORMS[type(cell)](cell)
