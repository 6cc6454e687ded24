"""An LSTM and a GRU that read a text letter by letter and say the next one."""

from __future__ import annotations

import keras
import numpy as np
from files import packed, rounded, write

from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.text import plain_text
from keras_rnn.reference import gru, lstm
from keras_rnn.training import fit, set_seed

LETTERS = " abcdefghijklmnopqrstuvwxyz.,;:!?'-\n"
UNITS, STEPS, SEED, EPOCHS = 64, 64, 0, 5
PROBE = "to be, or not to be"


def main() -> None:
    """Train both on Shakespeare's plays, or on a generated text without them."""
    data = plain_text.load()
    numbers = encode(data.text)
    cut = len(numbers) * 9 // 10
    train, test = windows(numbers[:cut]), windows(numbers[cut:])
    frequencies = np.bincount(numbers[:cut], minlength=len(LETTERS)) + 1.0
    frequencies /= frequencies.sum()
    baseline = -np.log2(frequencies[test[1]]).mean()
    for name, twin in (("lstm", lstm), ("gru", gru)):
        model = build(name)
        fit(
            model, *train, test, epochs=EPOCHS, patience=2, batch_size=64, seed=SEED,
            verbose=2,
        )  # fmt: skip
        bits = model.evaluate(*test, batch_size=256, verbose=0) / np.log(2.0)
        _, recurrent, head = model.layers[-3:]
        W_hy, b_y = head.get_weights()
        cell = twin.from_keras(*recurrent.get_weights())
        reader = keras.Model(model.inputs, [recurrent.output, model.output])
        h, y = reader.predict(encode(PROBE)[None], verbose=0)
        write(
            f"letters_{name}",
            {
                "trained_on": f"{data.name} ({data.kind})",
                "seed": SEED,
                "scores": {
                    "bits a letter": round(float(bits), 3),
                    "bits a letter by frequency alone": round(float(baseline), 3),
                },
                "cell": name,
                "units": UNITS,
                "letters": LETTERS,
                "weights": packed(cell | {"W_hy": W_hy.T, "b_y": b_y}),
            },
            {"text": PROBE, "h": rounded(h[0]), "y": rounded(y[0])},
        )


def encode(text: str) -> np.ndarray:
    """Numbers of the letters that are known, small ones for capitals."""
    places = {letter: number for number, letter in enumerate(LETTERS)}
    return np.array([places[one] for one in text.lower() if one in places], "int32")


def windows(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of text, `(count, STEPS)`, and what follows each letter of them."""
    count = (len(numbers) - 1) // STEPS
    return tuple(
        numbers[shift : shift + count * STEPS].reshape(count, STEPS) for shift in (0, 1)
    )


def build(cell: str) -> keras.Model:
    """A cell on one-hot letters, as on the slide, and scores of all letters."""
    set_seed(SEED)
    options = {"reset_after": False} if cell == "gru" else {}
    one_hot = keras.layers.Embedding(
        len(LETTERS), len(LETTERS), embeddings_initializer="identity", trainable=False
    )
    model = many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": cell, "units": UNITS, **options},
        head=keras.layers.Dense(len(LETTERS)),
        encoder=one_hot,
    )
    model.compile(
        keras.optimizers.Adam(0.005, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model
