import numpy as np
import pytest
from helpers.check_model import check_save
from helpers.decoding_models import (
    END,
    START,
    called,
    captioner,
    every_sequence,
    language_model,
    padded,
    translator,
)

from keras_rnn.decoding import beam_search, greedy_search

PROMPTS = np.array([[1, 2], [0, 1], [2, 2]])
SOURCES = np.array([[1, 2, 3, 4], [5, 5, 1, 2], [3, 4, 1, 1]])
VECTORS = np.random.default_rng(1).normal(size=(3, 3)).astype("float32")
LENGTH = 4

MODELS = {
    "language": (lambda seed: language_model(3, seed), PROMPTS, {}),
    "translator": (lambda seed: translator(3, seed), SOURCES, {"start_token": START}),
    "captioner": (
        lambda seed: captioner("first", 3, seed),
        VECTORS,
        {"start_token": START},
    ),
}


def score(written, log_probability, length_penalty):
    """Wu et al. 2016, equation 14."""
    return log_probability / ((5 + len(written)) / 6) ** length_penalty


@pytest.mark.parametrize(
    ("name", "seed", "length_penalty"),
    [
        ("language", 0, 0.0),
        ("language", 3, 0.7),
        ("language", 4, 2.0),
        ("translator", 3, 0.7),
        ("captioner", 4, 2.0),
    ],
)
def test_a_wide_beam_finds_the_best_of_all(name, seed, length_penalty):
    make, inputs, options = MODELS[name]
    model = make(seed)
    search = beam_search(
        model,
        end_token=END,
        max_length=LENGTH,
        beam_width=64,  # there are 31 sequences
        length_penalty=length_penalty,
        return_beams=True,
        **options,
    )
    tokens, totals = called(search, inputs)
    assert tokens.shape == (3, 64, LENGTH)
    for row, found in enumerate(every_sequence(model, inputs, 3, LENGTH)):
        assert len(found) == 31
        ranked = sorted(found, key=lambda s: -score(s, found[s], length_penalty))
        expected = [found[written] for written in ranked]
        np.testing.assert_allclose(totals[row, :31], expected, rtol=1e-3, atol=1e-4)
        assert tokens[row, 0].tolist() == padded(ranked[0], LENGTH)
        written = {tuple(one) for one in tokens[row, :31].tolist()}
        assert written == {tuple(padded(one, LENGTH)) for one in ranked}
        assert np.all(np.isneginf(totals[row, 31:]))
        assert np.all(tokens[row, 31:] == 0)


def narrow_by_hand(found, width, length_penalty):
    """Beam search with lists, as the docstring says it."""
    prefixes = dict(found)
    for length in range(LENGTH - 1, 0, -1):  # a prefix is as probable as all after it
        for written in [s for s in prefixes if len(s) == length + 1]:
            prefix = written[:-1]
            longer = [p for s, p in prefixes.items() if s[:-1] == prefix]
            prefixes[prefix] = np.log(np.sum(np.exp(longer)))
    live, done = [()], {}
    for length in range(1, LENGTH + 1):
        candidates = [s for s in prefixes if len(s) == length and s[:-1] in live]
        candidates.sort(key=lambda s: -prefixes[s])
        for written in candidates[:width]:
            if written[-1] == END or length == LENGTH:
                done[written] = score(written, prefixes[written], length_penalty)
        if len(done) >= width:
            break
        live = [s for s in candidates if s[-1] != END][:width]
    best = max(done, key=done.get)
    return padded(best, LENGTH), prefixes[best]


@pytest.mark.parametrize(("width", "length_penalty"), [(2, 0.0), (3, 1.0)])
def test_a_narrow_beam_keeps_what_it_says(width, length_penalty):
    options = {"end_token": END, "max_length": LENGTH, "beam_width": width}
    for seed in range(2):
        model = language_model(3, seed)
        search = beam_search(model, length_penalty=length_penalty, **options)
        tokens, total = called(search, PROMPTS)
        for row, found in enumerate(every_sequence(model, PROMPTS, 3, LENGTH)):
            expected = narrow_by_hand(found, width, length_penalty)
            assert tokens[row].tolist() == expected[0]
            np.testing.assert_allclose(total[row], expected[1], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "length_penalty"),
    [("language", 0.0), ("translator", 2.0), ("captioner", 2.0)],
)
def test_width_one_is_greedy(name, length_penalty):
    make, inputs, start = MODELS[name]
    model = make(1)
    options = {"end_token": END, "max_length": LENGTH, **start}
    beam = beam_search(model, beam_width=1, length_penalty=length_penalty, **options)
    greedy = called(greedy_search(model, **options), inputs)
    tokens, total = called(beam, inputs)
    assert tokens.tolist() == greedy[0].tolist()
    np.testing.assert_allclose(total, greedy[1], rtol=1e-4)


def test_each_row_as_if_it_were_alone():
    """One row that has ended waits for the others, and changes no more."""
    model = translator(5, seed=8, recurrent={"bidirectional": True})
    search = beam_search(
        model,
        start_token=START,
        end_token=END,
        max_length=6,
        beam_width=2,
        length_penalty=1.0,
    )
    sources = [[1, 2, 3, 4], [5, 3], [4, 4, 4]]
    batch = np.array([padded(source, 4) for source in sources])
    tokens, total = search.predict(batch, verbose=0)
    for row, source in enumerate(sources):
        alone, alone_total = called(search, np.array([source]))
        assert tokens[row].tolist() == alone[0].tolist()
        np.testing.assert_allclose(total[row], alone_total[0], rtol=1e-4)


def test_saved_and_loaded():
    options = {"beam_width": 3, "length_penalty": 0.6, "return_beams": True}
    search = beam_search(
        translator(), start_token=START, end_token=END, max_length=4, **options
    )
    loaded = check_save(search, SOURCES)
    for name, value in options.items():
        assert getattr(loaded, name) == value


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beam_width": 0}, "beam_width must be a positive integer, not 0"),
        ({"length_penalty": -0.5}, "length_penalty must be at least 0, not -0.5"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        beam_search(language_model(), max_length=3, **options)
