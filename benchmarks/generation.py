"""Characters a second: keras_rnn.decoding.sample beside one `predict` a character.

Both sides draw text from the same character model (65 characters, an embedding of 64,
LSTM(256), untrained weights) after the same prompt of 20:

  stock    a stateful Keras model with batch size 1 and one character in, `predict`
           called in a loop; NumPy draws from its probabilities. It never reads a
           character twice, which the usual loop over the whole text so far does.
  ours     sample(model, max_length=...).predict(prompt): one compiled loop

Before that, both write the most probable characters, which must be the same: that is
the warm-up, with all compiling. The sides then take turns; the table has the median.
"""

import os
import statistics
import time

from side_by_side.report import Target, finish, options, show_heading

ROUNDS = 3
VOCABULARY, EMBEDDING, UNITS = 65, 64, 256
PROMPT = 20
OURS, STOCK = 1000, 40


def main():
    args = options(__doc__, ROUNDS).parse_args()
    rounds = args.rounds or (2 if args.quick else ROUNDS)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import numpy as np

    ours, stock = STOCK if args.quick else OURS, STOCK // (5 if args.quick else 1)
    show_heading(
        f"one text of {ours} characters (stock: {stock}) by an LSTM({UNITS}), "
        f"{keras.backend.backend()}; {rounds} rounds each, in turns"
    )
    keras.utils.set_random_seed(0)
    model, stateful = models()
    prompt = np.random.default_rng(0).integers(0, VOCABULARY, PROMPT)
    check_the_same(model, stateful, prompt)

    from keras_rnn.decoding import sample

    writer = sample(model, max_length=ours, seed=0)
    writer.predict(prompt[None], verbose=0)
    generator = np.random.default_rng(0)

    def draw(probabilities):
        return generator.choice(VOCABULARY, p=probabilities / probabilities.sum())

    seconds = {"stock": [], "ours": []}
    for _ in range(rounds):
        begin = time.perf_counter()
        one_by_one(stateful, prompt, stock, draw)
        took = time.perf_counter() - begin
        seconds["stock"].append(took / (PROMPT + stock))  # each is a call
        begin = time.perf_counter()
        writer.predict(prompt[None], verbose=0)
        seconds["ours"].append((time.perf_counter() - begin) / ours)

    median = {side: statistics.median(found) for side, found in seconds.items()}
    names = {"stock": "a predict a character", "ours": "keras_rnn.decoding.sample"}
    rows = [
        [
            name,
            f"{1 / median[side]:,.0f}",
            f"{1000 * median[side]:.3f}",
            f"{1000 * min(seconds[side]):.3f} - {1000 * max(seconds[side]):.3f}",
            f"{median['stock'] / median[side]:,.0f}",
        ]
        for side, name in names.items()
    ]
    columns = ["how", "characters/s", "ms a character", "range", "ratio"]
    ratio = median["stock"] / median["ours"]
    finish(columns, rows, [None, Target(ratio, least=20)], args)


def models():
    """Return the model, and a stateful one of single characters with its weights."""
    import keras

    from keras_rnn.architectures import many_to_many

    model = many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": "lstm", "units": UNITS},
        keras.layers.Dense(VOCABULARY, activation="softmax"),
        encoder=keras.layers.Embedding(VOCABULARY, EMBEDDING),
    )
    stateful = keras.Sequential(
        [
            keras.Input((1,), batch_size=1, dtype="int32"),
            keras.layers.Embedding(VOCABULARY, EMBEDDING),
            keras.layers.LSTM(UNITS, stateful=True),
            keras.layers.Dense(VOCABULARY, activation="softmax"),
        ]
    )
    stateful.set_weights(model.get_weights())
    return model, stateful


def one_by_one(stateful, prompt, count, choose):
    """Write `count` characters after the prompt, a `predict` for each."""
    import numpy as np

    stateful.layers[1].reset_state()
    probabilities, written = None, []
    for character in prompt:
        probabilities = stateful.predict(np.array([[character]]), verbose=0)[0]
    while len(written) < count:
        written.append(int(choose(probabilities)))
        probabilities = stateful.predict(np.array([[written[-1]]]), verbose=0)[0]
    return written


def check_the_same(model, stateful, prompt):
    """Make sure that both sides write the same when nothing is left to chance."""
    from keras_rnn.decoding import greedy_search

    theirs = one_by_one(
        stateful, prompt, 20, lambda probabilities: probabilities.argmax()
    )
    search = greedy_search(model, max_length=20)
    tokens, _ = search.predict(prompt[None], verbose=0)
    assert tokens[0].tolist() == theirs, "the two sides write different texts"


if __name__ == "__main__":
    main()
