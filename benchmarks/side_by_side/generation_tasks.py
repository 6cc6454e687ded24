"""What `benchmarks/generation.py` measures, each in a program of its own.

Reads names of tasks, one a line, and writes for each a line of JSON: seconds of the
clock and of the processor, and the tokens that were written.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

VOCABULARY, EMBEDDING, UNITS, PROMPT = 65, 64, 256, 20
LENGTHS = {"text": 1000, "texts": 100, "predict_loop": 20}


def character_model():
    """Return a character model, untrained."""
    import keras

    from keras_rnn.architectures import many_to_many

    keras.utils.set_random_seed(0)
    return many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": "lstm", "units": UNITS},
        keras.layers.Dense(VOCABULARY, activation="softmax"),
        encoder=keras.layers.Embedding(VOCABULARY, EMBEDDING),
    )


def prompts(count):
    """Return the beginnings of texts, `(count, 20)`."""
    return np.random.default_rng(0).integers(0, VOCABULARY, (count, PROMPT))


def sampling(name, count):
    from keras_rnn.decoding import sample

    writer = sample(character_model(), max_length=LENGTHS[name], seed=0)
    return lambda: writer.predict(prompts(count), batch_size=count, verbose=0)[0]


def predict_loop():
    """Write with a `predict` of a stateful Keras model for each character."""
    import keras

    stateful = keras.Sequential(
        [
            keras.Input((1,), batch_size=1, dtype="int32"),
            keras.layers.Embedding(VOCABULARY, EMBEDDING),
            keras.layers.LSTM(UNITS, stateful=True),
            keras.layers.Dense(VOCABULARY, activation="softmax"),
        ]
    )
    stateful.set_weights(character_model().get_weights())
    generator = np.random.default_rng(0)

    def write():
        stateful.layers[1].reset_state()
        written = [int(prompts(1)[0, 0])]
        while len(written) < LENGTHS["predict_loop"]:
            [p] = stateful.predict(np.array([written[-1:]]), verbose=0)
            written.append(int(generator.choice(VOCABULARY, p=p / p.sum())))
        return written

    return write


def numpy_loop():
    """Write as `text` does, in twenty lines that somebody might write."""
    weights = [np.asarray(one) for one in character_model().get_weights()]
    vectors, kernel, recurrent, bias, head, head_bias = weights
    generator = np.random.default_rng(0)

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def write():
        h, c = np.zeros((2, UNITS), "float32")
        read, written = list(prompts(1)[0]), []
        for place in range(PROMPT + LENGTHS["text"] - 1):
            s = vectors[read[place]] @ kernel + h @ recurrent + bias
            i, f, g, o = np.split(s, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            if place >= PROMPT - 1:
                scores = h @ head + head_bias
                reached = np.cumsum(np.exp(scores - scores.max()))
                number = np.searchsorted(reached, generator.random() * reached[-1])
                read.append(number)
                written.append(int(number))
        return written

    return write


def torch_loop():
    """The same with PyTorch."""
    import torch

    weights = [torch.tensor(one) for one in character_model().get_weights()]
    vectors, kernel, recurrent, bias, head, head_bias = weights

    @torch.no_grad()
    def write():
        h, c = torch.zeros(2, 1, UNITS)
        token, read, written = None, list(prompts(1)[0]), []
        for place in range(PROMPT + LENGTHS["text"] - 1):
            token = read[place] if place < PROMPT else token
            s = vectors[token][None] @ kernel + h @ recurrent + bias
            i, f, g, o = s.chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            if place >= PROMPT - 1:
                scores = torch.softmax(h @ head + head_bias, dim=-1)
                token = int(torch.multinomial(scores[0], 1))
                written.append(token)
        return written

    return write


def some_words(count):
    return [f"word{number}" for number in range(count)]


def beams():
    """Translate 256 sentences with five beams: sizes of the translation model."""
    import keras

    from keras_rnn.architectures import encoder_decoder
    from keras_rnn.decoding import beam_search
    from keras_rnn.layers import NarrowDense

    def words():
        return keras.layers.Embedding(8000, 96, mask_zero=True)

    model = encoder_decoder(
        keras.Input((None,), dtype="int32"),
        keras.Input((None,), dtype="int32"),
        {"cell": "gru", "units": 96, "bidirectional": True},
        NarrowDense(8000, 96),
        encoder=words(),
        target_encoder=words(),
        decoder={"cell": "gru", "units": 192},
        attention="multiplicative",
    )
    sources = np.random.default_rng(0).integers(2, 8000, (256, 12)).astype("int32")
    options = {"start_token": 2, "end_token": 3, "max_length": 32, "from_logits": True}
    search = beam_search(model, length_penalty=1.0, **options)
    return lambda: search.predict(sources, batch_size=64, verbose=0)[0]


def captioning():
    """Caption 64 pictures with three beams."""
    from keras_rnn.applications.captioning import network, train

    model = network.build(some_words(40), "attention")
    pictures = np.random.default_rng(0).integers(0, 256, (64, 32, 32, 3))
    search = train.search(model)
    return lambda: search.predict(pictures.astype("float32"), batch_size=64, verbose=0)


def text_to_image():
    """Draw eight pictures, with a new sampler each time, as the application does."""
    from keras_rnn.applications.text_to_image import network, train

    model = network.build(some_words(30))
    return lambda: train.draw(model, ["word1 word2 word3"] * 8, seed=1)


def music_generation():
    """Write a tune, with a new sampler each time, as the application does."""
    from keras_rnn.applications.music_generation import network, train

    notes = [f"{note}{length}" for note in "ABCDEFGabcdefg" for length in ("", "2")]
    model = network.build(["M:6/8", "M:4/4", "K:D", "|", ":|", "(3", "[1", *notes])
    numbers = train.vocabulary_of(model)

    def write():
        tunes = train.write(model, 4, ["M:6/8", "K:D"], seed=1)
        return [one for tune in tunes for one in numbers.encode([tune])[0]]

    return write


def visual_dialog():
    """Answer six rounds of questions about a picture."""
    from keras_rnn.applications.shared.image_encoder import build_encoder
    from keras_rnn.applications.visual_dialog import agent, network

    model = network.build(some_words(30), some_words(8), build_encoder())
    talker = agent.DialogAgent(model)
    numbers = talker.encode([["word1 word2 word3"] * 6])
    picture = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3))
    picture = picture.astype("float32")
    return lambda: talker.talk(picture, numbers)[0].argmax(axis=-1)


TASKS = {
    "text": lambda: sampling("text", 1),
    "texts": lambda: sampling("texts", 64),
    "predict_loop": predict_loop,
    "numpy_loop": numpy_loop,
    "torch_loop": torch_loop,
    "beams": beams,
    "captioning": captioning,
    "text_to_image": text_to_image,
    "music_generation": music_generation,
    "visual_dialog": visual_dialog,
}


def main():
    answers, made = sys.stdout, {}
    sys.stdout = sys.stderr
    for line in sys.stdin:
        name = line.strip()
        if name not in made:
            import keras

            keras.utils.set_random_seed(0)
            task, _, how = name.partition(" ")
            if how:  # as if nothing had a form in NumPy
                from keras_rnn.decoding import in_numpy

                in_numpy.InNumpy.can_write = lambda *_: False
            made[name] = TASKS[task]()
        clock, processor = time.perf_counter(), time.process_time()
        written = made[name]()
        found = {
            "seconds": time.perf_counter() - clock,
            "processor": time.process_time() - processor,
        }
        if isinstance(written, tuple):
            written = written[0]
        found["tokens"] = np.ravel(np.asarray(written)).astype(int).tolist()
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main()
