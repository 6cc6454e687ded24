"""Is a sentence for or against the film? An LSTM and a GRU that read its words."""

from __future__ import annotations

import keras
import numpy as np
from files import packed, rounded, write

from keras_rnn.applications.shared.texts import vocabulary, words
from keras_rnn.architectures import many_to_one
from keras_rnn.datasets.text import reviews
from keras_rnn.reference import gru, lstm
from keras_rnn.training import fit, set_seed

UNITS, WIDTH, WORDS, SEED, LONGEST = 16, 16, 2000, 0, 40
UNKNOWN = 1
PROBE = "there is nothing to like in this movie ."


def main() -> None:
    """Train both on review sentences, or on generated ones where there are none."""
    data = reviews.load()
    order = np.random.default_rng(SEED).permutation(len(data.texts))
    sentences = [words(data.texts[place]) for place in order]
    labels = np.array([data.labels[place] for place in order], "float32")
    first, second = len(order) * 8 // 10, len(order) * 9 // 10
    known = vocabulary(sentences[:first], most=WORDS)
    places = {word: number for number, word in enumerate(known, UNKNOWN + 1)}

    def encode(tokens):
        return [places.get(word, UNKNOWN) for word in tokens[:LONGEST]]

    numbers = np.zeros((len(order), LONGEST), "int32")
    for row, tokens in enumerate(sentences):
        numbers[row, : len(tokens[:LONGEST])] = encode(tokens)
    parts = (slice(0, first), slice(first, second), slice(second, None))
    train, validation, test = ((numbers[part], labels[part]) for part in parts)
    baseline = max(test[1].mean(), 1.0 - test[1].mean())
    for name, twin in (("lstm", lstm), ("gru", gru)):
        model = build(name, len(known) + UNKNOWN + 1)
        fit(
            model, *train, validation, epochs=12, patience=2, batch_size=32, seed=SEED,
            verbose=0,
        )  # fmt: skip
        said = model.predict(test[0], verbose=0)[:, 0]
        accuracy = np.mean((said > 0.5) == (test[1] > 0.5))
        embedding, recurrent, head = model.layers[-3:]
        W_hy, b_y = head.get_weights()
        cell = twin.from_keras(*recurrent.get_weights())
        answer = model.predict(np.array([encode(PROBE.split())]), verbose=0)[0]
        write(
            f"sentiment_{name}",
            {
                "trained_on": f"{data.name} ({data.kind})",
                "seed": SEED,
                "scores": {
                    "accuracy": round(float(accuracy), 3),
                    "accuracy of the most frequent answer": round(float(baseline), 3),
                },
                "cell": name,
                "units": UNITS,
                "words": known,
                "weights": packed(
                    cell | {"E": embedding.get_weights()[0], "W_hy": W_hy.T, "b_y": b_y}
                ),
            },
            {"text": PROBE, "p": rounded(answer)},
        )


def build(cell: str, count: int) -> keras.Model:
    """Word vectors, a cell that reads forward, and the probability of praise."""
    set_seed(SEED)
    options = {"reset_after": False} if cell == "gru" else {}
    model = many_to_one(
        keras.Input((None,), dtype="int32"),
        {"cell": cell, "units": UNITS, "dropout": 0.4, **options},
        head=keras.layers.Dense(1, activation="sigmoid"),
        encoder=keras.layers.Embedding(count, WIDTH, mask_zero=True),
    )
    model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy")
    return model
