"""Word embeddings: which words are used alike? Vectors learnt from plain sentences.

*Chapter 5*, 5.6 (the CS230 cheat sheet): skip-gram with negative sampling and GloVe.
Other applications can begin with them: `keras-rnn run sentiment --vectors FILE`.
"""

import math
import re
from typing import NamedTuple

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.lengths import longest
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.applications.word_embeddings import baseline, glove, skip_gram
from keras_rnn.applications.word_embeddings.figures import draw
from keras_rnn.applications.word_embeddings.nearest_words import (
    analogy,
    analogy_accuracy,
    nearest,
    neighbours,
)
from keras_rnn.applications.word_embeddings.word_windows import (
    context_accuracy,
    held_out_pairs,
    stream,
    words_alone,
)
from keras_rnn.datasets.text import sentences
from keras_rnn.datasets.text.token_numbers import UNKNOWN
from keras_rnn.datasets.text.word_lists import FAMILIES, analogies
from keras_rnn.datasets.text.word_vectors import WordVectors
from keras_rnn.errors import UserError
from keras_rnn.layers import TokenEmbedding

BASELINE = "PPMI and SVD"

# As wide as the word vectors of `sentiment`.
_WIDTH = 64
_WINDOW = 5

# A word that was seen less often has no vector.
_LEAST_OFTEN = 5

# Batches to learn from, and epochs that a small text is not read more often than.
_UPDATES, _MOST_EPOCHS = 3500, 30

# Sentences of two known words, and words, without which there is nothing to learn.
_LEAST_SENTENCES, _LEAST_WORDS = 100, 20

# Fewer analogies than this say nothing.
_LEAST_QUESTIONS = 20

_SHOWN = ("mother", "two", "coffee", "monday", "french", "went", "bigger", "red", "she")
_ANALOGY = re.compile(r"^\s*(\S+)\s*:\s*(\S+)\s*=\s*(\S+?)\s*(?::\s*\??\s*)?$")


class LearnedVectors(NamedTuple):
    """Result of one way to learn vectors.

    Attributes:
        vectors: `WordVectors`, to be used.
        words, contexts: Arrays `(words, width)`: their products tell which words stand
            beside each other.
    """

    vectors: WordVectors
    words: np.ndarray
    contexts: np.ndarray


def build(vectors: WordVectors) -> keras.Model:
    """Build the model that is saved: words in, the mean of their vectors out.

    It maps word numbers `(batch, time)` to vectors `(batch, width)`; the vocabulary is
    saved with it. The vector of unknown words is zero.
    """
    words = TokenEmbedding(vectors.words, vectors.width, name="words")
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            words,
            keras.layers.GlobalAveragePooling1D(name="mean"),
        ],
        name="word_embeddings",
    )
    words.set_weights([np.pad(vectors.table, ((UNKNOWN + 1, 0), (0, 0)))])
    return model


def embed(model: keras.Model, texts: list[str]) -> np.ndarray:
    """Return the vectors of raw texts: of a word its own, of several the mean.

    Args:
        model: What `build` returned, or the same loaded from its file.
        texts: List of strings. Words that the model does not know are left out.

    Returns:
        float32 array `(len(texts), width)`; zeros for a text without any known word.
    """
    layer = model.get_layer("words")
    known = set(layer.vocabulary)
    # An unknown word's vector is zero, so that it stands for a text of no words.
    read = [
        [word for word in words_alone(text) if word in known] or [""] for text in texts
    ]
    numbers = layer.encode(read, longest(read, 8))
    return np.asarray(model.predict(numbers, verbose=0))


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer words or texts with the nearest words, and analogies with their last word.

    An analogy is written "man : woman = king". Each word has its cosine behind it.
    """
    layer = model.get_layer("words")
    vectors = WordVectors(layer.vocabulary, layer.get_weights()[0][UNKNOWN + 1 :])
    found = []
    for text, vector in zip(inputs, embed(model, inputs), strict=True):
        asked = _ANALOGY.match(text.lower())
        read = list(asked.groups()) if asked else words_alone(text)
        unknown = [word for word in read if word not in vectors]
        if asked and not unknown:
            a, b, c = read
            found.append(_listed(analogy(vectors, a, b, c, count=3)))
        elif asked or len(unknown) == len(read):
            missing = ", ".join(unknown) or repr(text)
            found.append(f"not among the {len(vectors):,} known words: {missing}")
        else:
            found.append(_listed(nearest(vectors, vector, count=6, without=read)))
    return Answers.of_each(inputs, found)


def train(request: Request) -> Outcome:
    """Learn vectors in three ways, and judge on a twentieth of the sentences.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metrics `context_accuracy` (see there) and, where the text
        has the words for it, `analogy_accuracy`, of skip-gram; the same of GloVe with
        `glove_` before the name. The baseline is judged the same way.

    Raises:
        UserError: The data cannot be read, or are too few sentences.
    """
    data = request.load(sentences.load)
    learnt, held_out, known = _split(data)
    numbers, sentence = stream(learnt, known)
    pairs = held_out_pairs(*stream(held_out, known))
    request.tell(
        "Sentences",
        f"{len(learnt):,} to train, {len(held_out):,} to test; "
        f"{len(known):,} words, {len(numbers):,} times",
    )
    counts = glove.co_occurrences(numbers, sentence, len(known), _WINDOW)
    tables = baseline.factors(baseline.ppmi(counts), _WIDTH)
    methods = {"counted": LearnedVectors(WordVectors(known, tables[0]), *tables)}
    for name, title, learn in (
        ("skip_gram", "skip-gram with negative sampling", learn_skip_gram),
        ("glove", "GloVe", learn_glove),
    ):
        request.tell("Train", title)
        methods[name] = learn(numbers, sentence, known, request)
    scores = {name: _scores(each, pairs) for name, each in methods.items()}
    metrics = {
        **scores["skip_gram"],
        **{f"glove_{name}": score for name, score in scores["glove"].items()},
    }
    vectors = methods["skip_gram"].vectors
    return Outcome(
        model=build(vectors),
        data=data,
        metrics=metrics,
        baseline={
            name: scores["counted"][name.removeprefix("glove_")] for name in metrics
        },
        baseline_name=BASELINE,
        examples=_examples(vectors),
        more={
            "train": len(learnt),
            "test": len(held_out),
            "test_pairs": len(pairs[0]),
            "vocabulary": len(known),
            "width": _WIDTH,
            "analogies": _by_family(methods),
            "neighbours": {
                name: {
                    word: [near for near, _ in neighbours(method.vectors, word, 5)]
                    for word in _shown(method.vectors)
                }
                for name, method in methods.items()
            },
        },
        figures={"word_map": draw(vectors, data.describe())},
        files={
            "vectors.txt": vectors.to_text(),
            "glove_vectors.txt": methods["glove"].vectors.to_text(),
        },
    )


def learn_skip_gram(
    numbers: np.ndarray, sentence: np.ndarray, known: tuple[str, ...], request: Request
) -> LearnedVectors:
    """Train a skip-gram network on what `word_windows.stream` returned.

    The vectors are the table of the words, of which `known` is the vocabulary.
    """
    training.set_seed(request.seed)
    model = skip_gram.build(known, _WIDTH)
    batches = skip_gram.SkipGrams(numbers, sentence, window=_WINDOW, seed=request.seed)
    steps = _epochs(request, batches) * len(batches)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-2, steps)),
        keras.losses.BinaryCrossentropy(from_logits=True),
        jit_compile=True,  # half the time, on TensorFlow, too
    )
    words, contexts = _fit(model, batches, request)
    return LearnedVectors(WordVectors(known, words), words, contexts)


def learn_glove(
    numbers: np.ndarray, sentence: np.ndarray, known: tuple[str, ...], request: Request
) -> LearnedVectors:
    """Train a GloVe network on what `word_windows.stream` returned.

    The vectors are the sums of both tables, as the authors take them.
    """
    training.set_seed(request.seed)
    model = glove.build(known, _WIDTH)
    counts = glove.co_occurrences(numbers, sentence, len(known), window=8)
    # Of a small text, smaller ones: a word must not have all its pairs in each.
    size = min(2048, max(32, counts.nnz // 100))
    batches = training.Batches(glove.arrays(counts), size, seed=request.seed)
    glove.compile_model(model)
    words, contexts = _fit(model, batches, request)
    return LearnedVectors(WordVectors(known, words + contexts), words, contexts)


def _epochs(request, batches):
    enough = min(_MOST_EPOCHS, math.ceil(_UPDATES / len(batches)))
    return request.epochs or enough


def _fit(model, batches, request):
    """The tables of words and of contexts, without padding and unknown words."""
    training.fit(
        model,
        batches,
        epochs=_epochs(request, batches),
        patience=None,
        seed=request.seed,
        folder=request.folder and request.folder / model.name,
        if_different="restart",
        verbose=request.verbose,
    )
    tables = [model.get_layer(name).get_weights()[0] for name in ("words", "contexts")]
    return [table[UNKNOWN + 1 :] for table in tables]


def _split(data):
    """Sentences to learn from, those to judge by, and the vocabulary of the former."""
    read = list(dict.fromkeys(tuple(words_alone(text)) for text in data.texts))
    read = [words for words in read if len(words) > 1]
    order = np.random.default_rng(0).permutation(len(read)).tolist()
    held_out = max(1, len(read) // 20)
    learnt = [read[place] for place in order[held_out:]]
    known = vocabulary(learnt, least=_LEAST_OFTEN)
    if len(learnt) < _LEAST_SENTENCES or len(known) < _LEAST_WORDS:
        raise UserError(
            f"{data.origin} has {len(read)} different lines of two words or more, and "
            f"{len(known)} words that occur {_LEAST_OFTEN} times. Give at least "
            f"{_LEAST_SENTENCES + 10} lines and {_LEAST_WORDS} such words: a sentence "
            "a line."
        )
    return learnt, [read[place] for place in order[:held_out]], known


def _scores(method, pairs):
    found = context_accuracy(method.words, method.contexts, pairs)
    scores = {"context_accuracy": found}
    share, count = analogy_accuracy(method.vectors, analogies())
    if count >= _LEAST_QUESTIONS:
        scores["analogy_accuracy"] = share
    return scores


def _by_family(methods):
    """How many of each family's analogies are answered right."""
    found = {}
    for family in FAMILIES:
        questions = analogies(family)
        for name, method in methods.items():
            share, count = analogy_accuracy(method.vectors, questions)
            if count:
                found.setdefault(family, {"questions": count})[name] = share
    return found


def _shown(vectors):
    """Words whose neighbours are worth a look."""
    some = [word for word in _SHOWN if word in vectors]
    return some if len(some) > 2 else list(vectors.words[:8])


def _examples(vectors):
    rows = [
        (word, "", _listed(neighbours(vectors, word, 4))) for word in _shown(vectors)
    ]
    for family in FAMILIES:
        known = [q for q in analogies(family) if all(word in vectors for word in q)]
        for a, b, c, truth in known[:1]:
            found = _listed(analogy(vectors, a, b, c, count=2))
            rows.append((f"{a} : {b} = {c} : ?", truth, found))
    return rows


def _listed(near):
    return ", ".join(f"{word} ({cosine:.2f})" for word, cosine in near)
