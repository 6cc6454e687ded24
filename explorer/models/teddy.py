"""Is "Teddy" a name? A reader in one direction, and one in both."""

from __future__ import annotations

import keras
import numpy as np
from files import packed, rounded, write

from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.text import ambiguous_names
from keras_rnn.reference import lstm
from keras_rnn.training import fit, set_seed

UNITS, WIDTH, SEED = 16, 8, 0
TEXTS = (
    "He said , Teddy Roosevelt was a great President .",
    "He said , Teddy bears are on sale !",
)


def main() -> None:
    """Train both on sentences of the package's small grammar."""
    train, validation, test = (
        ambiguous_names.generate(count, seed=seed)
        for count, seed in ((4_000, 1), (500, 2), (2_000, 3))
    )
    readers, scores, answers = {}, {}, {}
    for name in ("forward", "both"):
        set_seed(SEED)
        model = many_to_many(
            keras.Input((None,), dtype="int32"),
            {"cell": "lstm", "units": UNITS, "bidirectional": name == "both"},
            head=keras.layers.Dense(1, activation="sigmoid"),
            encoder=keras.layers.Embedding(
                len(ambiguous_names.VOCABULARY), WIDTH, mask_zero=True
            ),
        )
        model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
        pairs = [(part.tokens, part.is_name[..., None]) for part in (train, validation)]
        fit(model, *pairs, epochs=12, patience=3, seed=SEED, verbose=0)
        said = model.predict(test.tokens, verbose=0)[..., 0]
        right = (said > 0.5) == (test.is_name > 0.5)
        scores[name] = round(float(right[test.is_ambiguous].mean()), 3)
        _, embedding, recurrent, head = model.layers
        arrays = recurrent.get_weights()
        W_hy, b_y = head.get_weights()
        readers[name] = {
            "embedding": packed({"E": embedding.get_weights()[0]}),
            "forward": packed(lstm.from_keras(*arrays[:3])),
            "head": packed({"W_hy": W_hy.T, "b_y": b_y}),
        }
        if name == "both":
            readers[name]["backward"] = packed(lstm.from_keras(*arrays[3:]))
        answers[name] = {
            text: rounded(
                model.predict(np.array([ambiguous_names.encode(text)]), verbose=0)[
                    0, :, 0
                ]
            )
            for text in TEXTS
        }
    scores["best possible from the left"] = ambiguous_names.best_forward_accuracy()
    write(
        "teddy",
        {
            "trained_on": "sentences of a small grammar (generated)",
            "seed": SEED,
            "scores": scores,
            "units": UNITS,
            "words": list(ambiguous_names.VOCABULARY),
            "readers": readers,
        },
        answers,
    )
