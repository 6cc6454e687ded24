"""Tokens a second in training: batches by length beside one padded array and `fit`.

Both sides train the same language model (5,000 words, an embedding of 64, GRU(128),
a Dense layer to all words, Adam) on the same 6,400 generated sentences, in batches of
32. The sentences are as long as those of film reviews: half of them have less than 19
words, and the longest 60.

  stock    model.fit on an array in which all are padded to the longest
  ours     keras_rnn.training.fit on LengthBatches: each batch is padded to the next
           multiple of 16 above its own longest sentence

The embedding masks the padding on both sides, so both learn the same from it: nothing.
Tokens are those of the sentences, padding not counted. The trainings run in processes
of their own that take turns; a turn is two epochs, of which the second is timed.
"""

import os
import statistics
import sys

from side_by_side.report import Target, finish, options, show_heading
from side_by_side.turns import Contestant, race, turn_taker

ROUNDS = 4
# Two epochs a turn, and one in which the process is told to end.
EPOCHS = 2 * 9 + 1
SENTENCES, LONGEST = 6_400, 60
WORDS, WIDTH, UNITS, BATCH = 5_000, 64, 128, 32


def main():
    args = options(__doc__, ROUNDS).parse_args()
    rounds = min(args.rounds or (2 if args.quick else ROUNDS), EPOCHS // 2)
    count = SENTENCES // 10 if args.quick else SENTENCES
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    tokens = int(lengths(count).sum())
    show_heading(
        f"{count:,} sentences of {tokens:,} words, padded {count * LONGEST:,}; "
        f"GRU({UNITS}), batch {BATCH}, {backend}; {rounds} timed epochs each, in turns"
    )
    names = {
        "stock": "fit, all padded alike",
        "ours": "training.fit, LengthBatches",
    }
    contestants = [
        Contestant(name, backend, [__file__, "--train", who, str(count)])
        for who, name in names.items()
    ]
    race(contestants, rounds, lambda words: None)
    median = [statistics.median(one.seconds) for one in contestants]
    rows = [
        [
            one.name,
            f"{tokens / seconds:,.0f}",
            f"{one.first:.1f}",
            f"{seconds:.2f}",
            f"{min(one.seconds):.2f} - {max(one.seconds):.2f}",
            f"{one.loss:.3f}",
            f"{median[0] / seconds:.1f}",
        ]
        for one, seconds in zip(contestants, median, strict=True)
    ]
    columns = ["how", "tokens/s", "first epoch", "median", "range", "loss", "ratio"]
    target = Target(median[0] / median[1], least=1.5)
    finish(columns, rows, [None, target], args)


def lengths(count):
    """Return how many words each sentence has."""
    import numpy as np

    drawn = np.random.default_rng(0).lognormal(np.log(19), 0.5, count)
    found = np.clip(drawn.astype("int32"), 2, LONGEST)
    found[0] = LONGEST
    return found


def sentences(count):
    """Return what is read, what is to be said, and how long each sentence is."""
    import numpy as np

    long = lengths(count)
    # Words as rare as Zipf's law has it; 0 is padding.
    words = np.random.default_rng(1).zipf(1.3, (count, LONGEST + 1)) % (WORDS - 1) + 1
    words = words.astype("int32")
    inside = np.arange(LONGEST) < long[:, None]
    return words[:, :-1] * inside, words[:, 1:] * inside, long


def train(who, count):
    """Train in one way, taking turns: what each process does."""
    read, said, long = sentences(count)
    model = build()
    options = {"epochs": EPOCHS, "callbacks": [turn_taker()], "verbose": 0}
    if who == "ours":
        import numpy as np

        from keras_rnn.applications.shared.batches import LengthBatches
        from keras_rnn.applications.shared.lengths import round_up
        from keras_rnn.training import fit

        room = [(0, 0), (0, round_up(LONGEST) - LONGEST)]
        read, said = np.pad(read, room), np.pad(said, room)
        fit(model, LengthBatches(read, said, long, BATCH), **options)
    else:
        model.fit(read, said, batch_size=BATCH, **options)


def build():
    """Return the compiled model."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(WORDS, WIDTH, mask_zero=True),
            layers.GRU(UNITS, return_sequences=True),
            layers.Dense(WORDS),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    return model


if __name__ == "__main__":
    if sys.argv[1:2] == ["--train"]:
        train(sys.argv[2], int(sys.argv[3]))
        os._exit(0)
    main()
