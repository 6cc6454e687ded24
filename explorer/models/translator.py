"""French to English: a reader in both directions, and a writer that looks back."""

from __future__ import annotations

import re

import keras
import numpy as np
from files import packed, rounded, write

from keras_rnn.architectures import encoder_decoder
from keras_rnn.datasets.text.sentence_grammar import LECTURE_PAIR, draw_pairs
from keras_rnn.decoding import beam_search
from keras_rnn.reference import gru_reset_after
from keras_rnn.training import fit, set_seed

UNITS, WIDTH, SEED, COUNT = 64, 24, 0, 9_000
PADDING, START, END = 0, 1, 2
NAMES = {"Marie", "Paul", "I"}


def main() -> None:
    """Train on sentences of the package's small grammar."""
    pairs = [tuple(map(tokens, pair)) for pair in draw_pairs(COUNT, seed=SEED)]
    french = ["", *sorted({word for pair in pairs for word in pair[0]})]
    english = ["", "<start>", "<end>", *sorted({w for pair in pairs for w in pair[1]})]
    model = build(len(french), len(english))
    source = padded([numbers(pair[0], french) for pair in pairs])
    target = [numbers(pair[1], english) for pair in pairs]
    heard = padded([[START, *one] for one in target])
    said = padded([[*one, END] for one in target])
    first, second = COUNT * 8 // 10, COUNT * 9 // 10
    parts = (slice(0, first), slice(first, second), slice(second, None))
    train, validation, test = (
        ([source[part], heard[part]], said[part]) for part in parts
    )
    fit(model, *train, validation, epochs=14, patience=3, batch_size=64, seed=SEED,
        verbose=2)  # fmt: skip

    def search(width, penalty):
        return beam_search(
            model, start_token=START, end_token=END, max_length=24, beam_width=width,
            length_penalty=penalty, from_logits=True,
        )  # fmt: skip

    found, _ = search(3, 1.0).predict(test[0][0], batch_size=100, verbose=0)
    exact = np.mean(
        [
            [n for n in got if n > END] == [n for n in want if n > END]
            for got, want in zip(found, test[1], strict=True)
        ]
    )
    probe = np.array([numbers(tokens(LECTURE_PAIR[0]), french)])
    answers = []
    for width, penalty in ((1, 0.0), (2, 0.0), (3, 1.0), (5, 2.0)):
        written, total = search(width, penalty).predict(probe, verbose=0)
        words = [english[n] for n in written[0] if n > END]
        answers.append(
            {
                "width": width,
                "penalty": penalty,
                "words": words,
                "total": float(total[0]),
            }
        )
    forced = numbers(tokens(LECTURE_PAIR[1]), english)
    scores = model.predict([probe, np.array([[START, *forced]])], verbose=0)[0]
    write(
        "translator",
        {
            "trained_on": f"{first} sentences of a small grammar (generated)",
            "seed": SEED,
            "scores": {
                "test sentences translated word for word": round(float(exact), 3)
            },
            "units": UNITS,
            "french": french,
            "english": english,
            "examples": [
                LECTURE_PAIR[0],
                *(one[0] for one in draw_pairs(COUNT, seed=SEED)[second : second + 5]),
            ],
            "weights": weights(model),
        },
        {
            "text": LECTURE_PAIR[0],
            "beams": answers,
            "forced": forced,
            "y": rounded(scores),
        },
    )


def tokens(text: str) -> list[str]:
    """Words and signs, the first word small unless it is a name."""
    found = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text)
    if found and found[0] not in NAMES:
        found[0] = found[0].lower()
    return found


def numbers(words: list[str], vocabulary: list[str]) -> list[int]:
    """Places of words that are in a vocabulary."""
    return [vocabulary.index(word) for word in words]


def padded(rows: list[list[int]]) -> np.ndarray:
    """Rows of one length, with zeros at their ends."""
    array = np.zeros((len(rows), max(map(len, rows))), "int32")
    for place, row in enumerate(rows):
        array[place, : len(row)] = row
    return array


def build(french: int, english: int) -> keras.Model:
    """The network: GRUs, multiplicative attention, scores of all words."""
    set_seed(SEED)
    model = encoder_decoder(
        keras.Input((None,), dtype="int32", name="source"),
        keras.Input((None,), dtype="int32", name="target"),
        {"cell": "gru", "units": UNITS // 2, "bidirectional": True},
        keras.layers.Dense(english, name="scores"),
        encoder=keras.layers.Embedding(french, WIDTH, mask_zero=True, name="french"),
        target_encoder=keras.layers.Embedding(
            english, WIDTH, mask_zero=True, name="english"
        ),
        decoder={"cell": "gru", "units": UNITS},
        attention="multiplicative",
    )
    model.compile(
        keras.optimizers.Adam(0.004, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


def weights(model: keras.Model) -> dict[str, dict[str, object]]:
    """The weights of each part, in the symbols of the explorer's cells."""
    decoder = model.get_layer("decoder")
    reader = next(one for one in model.layers if type(one).__name__ == "Recurrent")
    arrays = reader.get_weights()
    (W_start, b_start) = model.get_layer("decoder_start").get_weights()
    (keys,) = decoder.key_layer.get_weights()
    W_c, b_c = decoder.output_layer.get_weights()
    W_hy, b_y = decoder.head.get_weights()
    return {
        "french": packed({"E": model.get_layer("french").get_weights()[0]}),
        "english": packed({"E": decoder.embedding.get_weights()[0]}),
        "forward": packed(gru_reset_after.from_keras(*arrays[:3])),
        "backward": packed(gru_reset_after.from_keras(*arrays[3:])),
        "start": packed({"W_hy": W_start.T, "b_y": b_start}),
        "writer": packed(gru_reset_after.from_keras(*decoder.recurrent.get_weights())),
        "attention": packed({"W_k": keys.T, "W_c": W_c.T, "b_c": b_c}),
        "head": packed({"W_hy": W_hy.T, "b_y": b_y}),
    }
