"""What runs in NumPy gives what the compiled loop gives."""

import keras
import numpy as np
import pytest
from helpers.decoding_models import (
    END,
    START,
    captioner,
    language_model,
    rough,
    translator,
)

from keras_rnn.architectures import encoder_decoder, many_to_many, one_to_many
from keras_rnn.decoding import beam_search, greedy_search, sample
from keras_rnn.decoding.in_numpy import InNumpy
from keras_rnn.layers import (
    CountingLSTMCell,
    NarrowDense,
    PictureAttentionCell,
    PixelScores,
    RasterGRUCell,
    VisualMemoryCell,
)
from keras_rnn.layers.fast_path import has_gpu

PROMPTS = np.array([[1, 3, 2], [4, 4, 0], [3, 0, 0]])
SOURCES = np.array([[1, 2, 3, 4], [5, 5, 1, 0], [3, 4, 0, 0]])
VECTORS = np.random.default_rng(1).normal(size=(3, 3)).astype("float32")
L = keras.layers


def words_of_a_picture(cell, features, context="every"):
    """Writes tokens with one of the cells for pictures."""
    model = one_to_many(
        keras.Input((features,)),
        {"cell": cell},
        L.Dense(5),
        targets=keras.Input((None,), dtype="int32"),
        target_encoder=L.Embedding(5, 3),
        context=context,
    )
    return rough(model, 3), np.random.default_rng(0).normal(size=(3, features))


def tune():
    numbers = keras.Input((None,), dtype="int32")
    facts = L.Embedding(5, 6, name="facts")
    both = L.Concatenate()([L.Embedding(5, 3)(numbers), facts(numbers)])
    head = keras.Sequential([L.Dropout(0.5), L.Dense(5)])
    model = many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": CountingLSTMCell(4)},
        head,
        encoder=keras.Model(numbers, both),
    )
    rough(model, 2)
    table = np.zeros((5, 6))
    table[1, 0], table[4, 5] = 1.5, 1  # a note; an ending
    table[2, 1:3], table[3, 3:5] = 1, (1, 6)  # a double bar; a triplet, and a metre
    facts.set_weights([table])
    return model, PROMPTS


def drawing():
    embedding = L.Embedding(14, 9)
    model = one_to_many(
        keras.Input((3,)),
        {"cell": RasterGRUCell(4, 3, side=8)},
        PixelScores(4),
        targets=keras.Input((None,), dtype="int32"),
        target_encoder=embedding,
        context="every",
    )
    return rough(model, 4, 0.5), VECTORS


def two_layers():
    model = many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": "lstm", "units": 4, "depth": 2},
        NarrowDense(5, 3),
        encoder=L.Embedding(5, 3, mask_zero=True),
    )
    return rough(model, 5), PROMPTS


def translation(**options):
    return translator(seed=11, **options), SOURCES


BOTH_WAYS = {"cell": "lstm", "bidirectional": True, "depth": 2}
MODELS = {
    "gru": lambda: (language_model(mask_zero=True, seed=2), PROMPTS),
    "gru that resets before": lambda: (
        rough(
            many_to_many(
                keras.Input((None,), dtype="int32"),
                {"cell": "gru", "units": 4, "reset_after": False, "use_bias": False},
                L.Dense(5, activation="softmax"),
                encoder=L.Embedding(5, 3),
            )
        ),
        PROMPTS,
    ),
    "simple_rnn": lambda: (language_model(cell="simple_rnn", seed=2), PROMPTS),
    "two layers": two_layers,
    "additive": translation,
    "multiplicative": lambda: translation(
        attention="multiplicative", recurrent=BOTH_WAYS
    ),
    "no attention": lambda: translation(attention=None, recurrent={"cell": "lstm"}),
    **{
        f"vector as {context}": lambda context=context: (
            captioner(context, seed=1),
            VECTORS,
        )
        for context in ("state", "first", "bias", "every", "multimodal")
    },
    "picture attention": lambda: words_of_a_picture(
        PictureAttentionCell(4, 3, (2, 3)), 12
    ),
    "visual memory": lambda: words_of_a_picture(VisualMemoryCell(4, 2, 3), 6),
    "tune": tune,
    "drawing": drawing,
}


def in_numpy(search, inputs, batch_size=100):
    """What a search gives in NumPy, on every backend."""
    runner = InNumpy(search)
    runner._refresh()
    assert runner.form is not None
    return runner.write(inputs, batch_size)


@pytest.mark.parametrize("name", MODELS)
def test_equals_the_compiled_loop(name):
    model, inputs = MODELS[name]()
    options = {"end_token": END, "max_length": 5}
    if len(model.inputs) > 1:
        options["start_token"] = START
    compiled = {
        "beam": beam_search(model, beam_width=3, length_penalty=1.0, **options),
        "drawn": sample(model, temperature=0.9, seed=5, **options),
    }
    again = {
        "beam": compiled["beam"],
        "drawn": sample(model, temperature=0.9, seed=5, **options),
    }
    for key, search in compiled.items():
        expected = [keras.ops.convert_to_numpy(one) for one in search(inputs)]
        tokens, total = in_numpy(again[key], inputs)
        assert tokens.dtype == "int32"
        assert tokens.tolist() == expected[0].tolist()
        np.testing.assert_allclose(total, expected[1], rtol=1e-4, atol=1e-5)
    # One alone takes another way than several.
    found, _ = in_numpy(compiled["beam"], inputs[:1])
    assert found[0].tolist() == in_numpy(compiled["beam"], inputs)[0][0].tolist()
    greedy = greedy_search(model, **options)
    tokens, total = in_numpy(greedy, inputs)
    for row in range(len(inputs)):
        alone, alone_total = in_numpy(greedy, inputs[row : row + 1])
        assert alone[0].tolist() == tokens[row].tolist()
        np.testing.assert_allclose(alone_total[0], total[row], rtol=1e-4, atol=1e-5)


def test_many_wide_rows_on_two_threads(monkeypatch):
    """Sentences of which some end early, each part of them with a thread of its own."""
    monkeypatch.setattr("keras_rnn.decoding.in_numpy._LEAST_WORK", 1)
    monkeypatch.setattr("keras_rnn.decoding.in_numpy._cores", lambda: 2)
    model = translator(vocabulary=600, seed=3, attention="multiplicative")
    generator = np.random.default_rng(0)
    lengths = generator.integers(1, 5, (70, 1))
    sources = np.where(np.arange(4) < lengths, generator.integers(1, 6, (70, 4)), 0)
    options = {"start_token": START, "max_length": 6}
    greedy = greedy_search(model, end_token=END, **options)
    often, count = np.unique(greedy(sources)[0], return_counts=True)
    options["end_token"] = int(often[count.argmax()])
    for batch, search, again in (
        (28, *[beam_search(model, beam_width=3, return_beams=True, **options)] * 2),
        (28, *[greedy_search(model, **options)] * 2),
        (70, sample(model, seed=5, **options), sample(model, seed=5, **options)),
    ):
        tokens, total = map(keras.ops.convert_to_numpy, search(sources))
        assert 10 < (tokens[..., -1] == 0).reshape(70, -1).all(axis=1).sum() < 60
        found, found_total = in_numpy(again, sources, batch)
        assert found.tolist() == tokens.tolist()
        np.testing.assert_allclose(found_total, total, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("options", [{"top_k": 3}, {"top_p": 0.7}, {"seed": 4}])
def test_drawn_from_few(options):
    model = language_model(seed=3, vocabulary=6)
    options = {"max_length": 6, "temperature": 1.5, "seed": 1} | options
    expected = sample(model, **options)(PROMPTS)
    tokens, total = in_numpy(sample(model, **options), PROMPTS)
    assert tokens.tolist() == keras.ops.convert_to_numpy(expected[0]).tolist()
    np.testing.assert_allclose(total, expected[1], rtol=1e-4)


def test_predict_chooses():
    """NumPy for arrays where no loop is compiled, with the weights of the moment."""
    model = language_model(seed=3)
    search = greedy_search(model, max_length=3)
    is_slow = keras.backend.backend() != "jax"
    assert search._in_numpy.can_write(PROMPTS) == (is_slow and not has_gpu())
    first = search.predict(PROMPTS, batch_size=2, verbose=0)
    assert [one.shape for one in first] == [(3, 3), (3,)]
    rough(model, seed=8)
    second = search.predict(PROMPTS, batch_size=2, verbose=0)
    search.compile()
    assert not search._in_numpy.can_write(PROMPTS)
    again = search.predict(PROMPTS, batch_size=2, verbose=0)
    assert second[0].tolist() == again[0].tolist() != first[0].tolist()
    np.testing.assert_allclose(second[1], again[1], rtol=1e-4)


def test_whose_changes_are_seen():
    """All variables but those of the embedding that reads the source."""
    model = encoder_decoder(
        keras.Input((None,), dtype="int32"),
        keras.Input((None,), dtype="int32"),
        {"cell": "gru", "units": 4},
        L.Dense(5),
        encoder=L.Embedding(6, 3, name="of_source"),
        target_encoder=L.Embedding(5, 3),
        attention="additive",
    )
    runner = InNumpy(greedy_search(model, start_token=START, max_length=3))
    runner._refresh()
    seen = set(map(id, runner.form.variables))
    others = [one.path for one in model.variables if id(one) not in seen]
    assert others == ["of_source/embeddings"]


def test_what_has_no_form():
    for cell in ({"cell": "min_gru"}, {"cell": "lstm", "activation": "relu"}):
        model = many_to_many(
            keras.Input((None,), dtype="int32"),
            {"units": 4, **cell},
            L.Dense(5),
            encoder=L.Embedding(5, 3),
        )
        search = greedy_search(model, max_length=3)
        assert not search._in_numpy.can_write(PROMPTS)
        assert search.predict(PROMPTS, verbose=0)[0].shape == (3, 3)


def test_a_head_that_only_normalizes():
    """What is written over must be no state."""
    model = many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": "gru", "units": 5},
        L.Softmax(),
        encoder=L.Embedding(5, 3),
    )
    search = greedy_search(rough(model, 2), max_length=4)
    tokens, total = in_numpy(search, [PROMPTS])
    expected = search(PROMPTS)
    assert tokens.tolist() == keras.ops.convert_to_numpy(expected[0]).tolist()
    np.testing.assert_allclose(total, expected[1], rtol=1e-4)
