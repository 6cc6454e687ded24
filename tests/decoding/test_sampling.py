import keras
import numpy as np
import pytest
from helpers.check_model import check_save
from helpers.decoding_models import (
    START,
    at_each_step,
    called,
    captioner,
    following,
    language_model,
    log_softmax,
    translator,
)
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.decoding import greedy_search, sample
from keras_rnn.decoding.sampling import draw, kept_probabilities

PROMPT = np.array([[1, 3]])


def first_tokens(count, **options):
    """Draw the first token after one prompt many times; also its probabilities."""
    model = language_model(seed=3, vocabulary=6)
    prompts = np.repeat(PROMPT, count, axis=0)
    tokens, total = called(sample(model, max_length=1, **options), prompts)
    after = following(model, PROMPT, np.zeros((1, 0)), longest=1)[0]
    np.testing.assert_allclose(total, after[tokens[:, 0]], rtol=1e-3, atol=1e-5)
    return np.bincount(tokens[:, 0], minlength=6), after


@pytest.mark.parametrize("temperature", [1.0, 0.5, 3.0])
def test_tokens_come_as_often_as_they_are_probable(temperature):
    count = 4000
    found, after = first_tokens(count, temperature=temperature, seed=1)
    expected = count * np.exp(log_softmax(after / temperature))
    # Chi-square with 5 degrees of freedom: above 20.5 in one case of 1,000.
    assert np.sum((found - expected) ** 2 / expected) < 20.5


def test_only_the_most_probable():
    _, after = first_tokens(1)
    best = set(np.argsort(after)[-2:])
    found, _ = first_tokens(500, temperature=3.0, top_k=2, seed=2)
    assert set(np.flatnonzero(found)) == best
    order = np.argsort(after)[::-1]
    enough = np.cumsum(np.exp(after[order]))
    found, _ = first_tokens(500, top_p=float(enough[1] - 1e-3), seed=3)
    assert set(np.flatnonzero(found)) == set(order[:2])
    found, _ = first_tokens(500, top_p=float(enough[1] + 1e-3), seed=3)
    assert set(np.flatnonzero(found)) == set(order[:3])


def nucleus(log_probabilities, temperature, top_k, top_p):
    """The same, one step after the other, in NumPy."""
    weights = np.exp(log_softmax(log_probabilities / temperature))
    order = np.argsort(-weights, kind="stable")[:top_k]
    kept = np.zeros_like(weights)
    kept[order] = weights[order] / weights[order].sum()
    if top_p is not None:
        inside = np.cumsum(kept[order]) - kept[order] < top_p
        kept[order[~inside]] = 0
    return kept / kept.sum()


@given(
    seed=st.integers(0, 10_000),
    temperature=st.floats(0.2, 5),
    top_k=st.sampled_from([None, 1, 3, 5, 9]),
    top_p=st.sampled_from([None, 1e-6, 0.31, 0.73, 1.0]),
)
def test_what_is_kept(seed, temperature, top_k, top_p):
    logits = np.random.default_rng(seed).normal(0, 2, (1, 5))
    after = log_softmax(logits)
    found = kept_probabilities(
        keras.ops.convert_to_tensor(after, "float32"), temperature, top_k, top_p
    )
    found = keras.ops.convert_to_numpy(found)[0]
    expected = nucleus(after[0], temperature, top_k, top_p)
    np.testing.assert_allclose(found / found.sum(), expected, atol=1e-5)


def test_drawing():
    weights = np.array([[0.0, 1.0, 0.0, 3.0, 0.0]] * 6, "float32")
    # 1 in 4 falls to index 1, the rest to index 3; a zero never, at no edge.
    numbers = [0.0, 0.1, 0.249, 0.251, 0.9, 1.0]
    found = draw(
        keras.ops.convert_to_tensor(weights),
        keras.ops.convert_to_tensor(np.array(numbers, "float32")[:, None]),
    )
    assert keras.ops.convert_to_numpy(found)[:5].tolist() == [1, 1, 1, 3, 3]
    assert keras.ops.convert_to_numpy(found)[5] in (1, 3)


@pytest.mark.parametrize("options", [{"temperature": 1e-9}, {"top_k": 1}])
def test_without_chance_it_is_greedy(options):
    model = translator(seed=8)
    sources = np.array([[1, 2, 3, 4], [5, 5, 1, 2]])
    common = {"start_token": START, "end_token": 2, "max_length": 4}
    tokens, total = called(sample(model, **common, **options), sources)
    greedy = called(greedy_search(model, **common), sources)
    assert tokens.tolist() == greedy[0].tolist()
    np.testing.assert_allclose(total, greedy[1], rtol=1e-5)


def test_log_probability_and_seeds():
    """The same from the same seed, call for call; something new at every call."""
    model = captioner("state", seed=7)
    vectors = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
    common = {"start_token": START, "max_length": 4, "temperature": 3.0}

    def draws(seed):
        writer = sample(model, **common, seed=seed)
        return [writer.predict(vectors, batch_size=20, verbose=0) for _ in range(2)]

    (first, total), (second, _) = draws(seed=5)
    assert first.tolist() != second.tolist()
    again = draws(seed=5)
    assert [first.tolist(), second.tolist()] == [one.tolist() for one, _ in again]
    assert draws(seed=6)[0][0].tolist() != first.tolist()

    steps = at_each_step(model, vectors, first)
    steps = np.take_along_axis(steps, first[..., None], axis=2)
    np.testing.assert_allclose(total, np.sum(steps, axis=(1, 2)), rtol=1e-3)


def test_saved_and_loaded():
    options = {"temperature": 0.8, "top_k": 3, "top_p": 0.9, "seed": 4}
    writer = sample(language_model(seed=3), max_length=5, end_token=2, **options)
    prompts = np.repeat(PROMPT, 8, axis=0)
    drawn = called(writer, prompts)
    fresh = sample(language_model(seed=3), max_length=5, end_token=2, **options)
    loaded = check_save(fresh, prompts, expected=drawn)
    for name, value in options.items():
        assert getattr(loaded, name) == value


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": 0}, "temperature must be above 0, not 0"),
        ({"temperature": -1.0}, "temperature must be above 0"),
        ({"top_k": 0}, "top_k must be a positive integer"),
        ({"top_p": 0.0}, "above 0 and at most 1, not 0.0"),
        ({"top_p": 1.5}, "above 0 and at most 1, not 1.5"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        sample(language_model(), max_length=3, **options)
