import keras
import numpy as np
import pytest
from helpers.check_model import check_save
from helpers.compare import assert_equal_outputs
from helpers.decoding_models import (
    END,
    START,
    called,
    captioner,
    greedy_by_hand,
    language_model,
    padded,
    rough,
    translator,
)

from keras_rnn.architectures import many_to_many, many_to_one
from keras_rnn.decoding import greedy_search
from keras_rnn.layers import Recurrent

PROMPTS = np.array([[1, 3], [4, 4], [3, 1]])
SOURCES = np.array([[1, 2, 3, 4], [5, 5, 1, 2], [3, 4, 1, 1]])
VECTORS = np.random.default_rng(1).normal(size=(3, 3)).astype("float32")

MODELS = {
    "prompt": (lambda: language_model(seed=9), PROMPTS, {}),
    "additive": (lambda: translator(seed=10), SOURCES, {"start_token": START}),
    "multiplicative": (
        lambda: translator(
            seed=12,
            attention="multiplicative",
            recurrent={"cell": "lstm", "bidirectional": True, "depth": 2},
        ),
        SOURCES,
        {"start_token": START},
    ),
    **{
        f"vector as {context}": (
            lambda context=context, seed=seed: captioner(context, seed=seed),
            VECTORS,
            {"start_token": START},
        )
        for context, seed in (
            ("state", 7),
            ("first", 13),
            ("bias", 12),
            ("every", 4),
            ("multimodal", 1),
        )
    },
}


@pytest.mark.parametrize("name", MODELS)
def test_equals_a_loop_of_model_calls(name):
    make, inputs, options = MODELS[name]
    model = make()
    search = greedy_search(model, end_token=END, max_length=5, **options)
    tokens, total = search.predict(inputs, verbose=0)
    assert tokens.dtype == "int32"
    written, totals = greedy_by_hand(model, inputs, max_length=5)
    assert tokens.tolist() == written.tolist()
    np.testing.assert_allclose(total, totals, rtol=1e-4)
    lengths = [row.index(END) if END in row else 5 for row in tokens.tolist()]
    assert len(set(lengths)) > 1  # or nothing was shown of an early end


def test_padding_after_the_end_token():
    model = many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": "simple_rnn", "units": 4, "activation": "linear"},
        keras.layers.Dense(4),
        encoder=keras.layers.Embedding(4, 4),
    )
    chain = np.zeros((4, 4))
    chain[[0, 1, 3, 2], [1, 3, 2, 0]] = 5.0  # 0 -> 1 -> 3 -> 2 -> 0
    model.set_weights(
        [np.eye(4), np.eye(4), np.zeros((4, 4)), np.zeros(4), chain, np.zeros(4)]
    )
    prompts = np.array([[0], [3], [1]])
    endless = greedy_search(model, max_length=5)
    tokens, _ = called(endless, prompts)
    assert tokens.tolist() == [[1, 3, 2, 0, 1], [2, 0, 1, 3, 2], [3, 2, 0, 1, 3]]
    ending = greedy_search(model, end_token=2, pad_token=9, max_length=5)
    tokens, total = called(ending, prompts)
    assert tokens.tolist() == [[1, 3, 2, 9, 9], [2, 9, 9, 9, 9], [3, 2, 9, 9, 9]]
    one = 5 - np.log(np.exp(5) + 3)
    np.testing.assert_allclose(total, [3 * one, one, 2 * one], rtol=1e-4)


def test_padded_prompts_give_what_each_gives_alone():
    model = language_model(seed=5, mask_zero=True)
    search = greedy_search(model, max_length=4)
    prompts = [[1, 3, 4, 2], [4, 1], [3]]
    batch = np.array([padded(prompt, 4) for prompt in prompts])
    tokens, total = called(search, batch)
    assert 0 not in tokens  # it would be read as padding
    for row, prompt in enumerate(prompts):
        alone, alone_total = called(search, np.array([prompt]))
        assert tokens[row].tolist() == alone[0].tolist()
        np.testing.assert_allclose(total[row], alone_total[0], rtol=1e-4)


@pytest.mark.parametrize("attention", [None, "additive"])
def test_padded_sources_give_what_each_gives_alone(attention):
    model = translator(
        seed=2, attention=attention, recurrent={"bidirectional": True, "depth": 2}
    )
    search = greedy_search(model, start_token=START, end_token=END, max_length=4)
    sources = [[1, 2, 3, 4], [5, 3], [4, 4, 4]]
    batch = np.array([padded(source, 4) for source in sources])
    tokens, total = called(search, batch)
    for row, source in enumerate(sources[1:], start=1):
        alone, alone_total = called(search, np.array([source]))
        assert tokens[row].tolist() == alone[0].tolist()
        np.testing.assert_allclose(total[row], alone_total[0], rtol=1e-4)


@pytest.mark.parametrize("name", ["prompt", "additive"])
def test_saved_and_loaded(name):
    make, inputs, options = MODELS[name]
    model = make()
    search = greedy_search(model, end_token=END, max_length=5, **options)
    loaded = check_save(search, inputs)
    assert loaded.get_config().keys() == search.get_config().keys()
    check_save(model, [inputs, PROMPTS] if options else inputs)  # still


def test_shares_the_weights():
    model = language_model(seed=3)
    search = greedy_search(model, max_length=3)
    before, _ = called(search, PROMPTS)
    assert {id(w) for w in search.weights} == {id(w) for w in model.weights}
    rough(model, seed=8)
    after, _ = called(search, PROMPTS)
    assert before.tolist() != after.tolist()
    again = called(greedy_search(language_model(seed=8), max_length=3), PROMPTS)
    assert after.tolist() == again[0].tolist()


def test_batches_of_any_size():
    search = greedy_search(language_model(seed=3), max_length=3)
    whole = called(search, PROMPTS)
    assert_equal_outputs(search.predict(PROMPTS, batch_size=2, verbose=0), whole)


def test_probabilities_or_logits():
    model = captioner()
    known = greedy_search(model, start_token=START, max_length=2)
    told = greedy_search(model, start_token=START, max_length=2, from_logits=False)
    wrong = greedy_search(model, start_token=START, max_length=2, from_logits=True)
    assert (known.is_logits, told.is_logits, wrong.is_logits) == (False, False, True)
    totals = [called(one, VECTORS)[1] for one in (known, told, wrong)]
    np.testing.assert_array_equal(totals[0], totals[1])
    assert not np.allclose(totals[0], totals[2])


def test_a_plain_sequential_model():
    layers = [
        keras.layers.Embedding(5, 3),
        Recurrent("gru", 4, return_sequences=True),
        keras.layers.Dense(5),
        keras.layers.Softmax(),
    ]
    model = rough(keras.Sequential([keras.Input((None,), dtype="int32"), *layers]))
    search = greedy_search(model, max_length=3)
    assert not search.is_logits
    tokens, _ = called(search, PROMPTS)
    logits = keras.Sequential(layers[:3])
    written = PROMPTS
    for _ in range(3):
        best = keras.ops.convert_to_numpy(logits(written))[:, -1].argmax(-1)
        written = np.concatenate([written, best[:, None]], axis=1)
    assert tokens.tolist() == written[:, 2:].tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs a start_token"),
        ({"start_token": 5}, "start_token=5 is no token of this model, .* 0 to 4"),
        ({"start_token": -1}, "at least 0, not -1"),
        ({"start_token": 1, "end_token": 7}, "end_token=7 is no token"),
        ({"start_token": 1, "max_length": 0}, "max_length must be a positive integer"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        greedy_search(translator(), **{"max_length": 3, **options})


def test_models_that_cannot_be_decoded():
    tokens = keras.Input((None,), dtype="int32")

    def model_of(inputs, recurrent, builder=many_to_many):
        embedding = keras.layers.Embedding(5, 3)
        return builder(inputs, recurrent, keras.layers.Dense(5), encoder=embedding)

    both_ways = Recurrent("gru", 4, bidirectional=True, return_sequences=True)
    fixed = keras.Input((7,), dtype="int32")
    gru = {"cell": "gru", "units": 4}
    for model, message in [
        (model_of(tokens, both_ways), "bidirectional=False"),
        (model_of(tokens, gru, many_to_one), "return_sequences=True"),
        (model_of(fixed, gru), r"any length, such as keras.Input"),
        (
            model_of(tokens, keras.layers.GRU(4, return_sequences=True)),
            "has 0 keras_rnn.layers.Recurrent",
        ),
        (keras.layers.Dense(3), "Decoding needs a trained keras.Model"),
    ]:
        with pytest.raises(ValueError, match=message):
            greedy_search(model, max_length=3)
    with pytest.raises(ValueError, match="goes on from a prompt, and takes no start"):
        greedy_search(language_model(), start_token=1, max_length=3)
