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
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared.batches import round_up
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.applications.word_embeddings import baseline as counted
from keras_rnn.applications.word_embeddings import figures as word_map
from keras_rnn.applications.word_embeddings import (
    glove,
    nearest_words,
    skip_gram,
    word_lists,
)
from keras_rnn.applications.word_embeddings.scores import context_accuracy, judged_pairs
from keras_rnn.applications.word_embeddings.word_windows import stream, words_alone
from keras_rnn.datasets.text import sentences
from keras_rnn.datasets.text.word_vectors import WordVectors
from keras_rnn.errors import UserError
from keras_rnn.layers import TokenEmbedding
from keras_rnn.layers.token_embedding import UNKNOWN

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


class Method(NamedTuple):
    """What one way to learn vectors came to.

    Attributes:
        vectors: `WordVectors`, to be used.
        words: Array `(words, width)`, and `contexts` likewise: their products tell
            which words stand beside each other.
        contexts: See `words`.
    """

    vectors: WordVectors
    words: np.ndarray
    contexts: np.ndarray


def build(vectors):
    """Build the model that is saved: words in, the mean of their vectors out.

    Args:
        vectors: `keras_rnn.datasets.word_vectors.WordVectors`.

    Returns:
        `keras.Model` from word numbers `(batch, time)` to vectors `(batch, width)`;
        the vocabulary is saved with it. The vector of unknown words is zero.
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


def vectors_of(model):
    """Return the words of a model with their vectors, as `WordVectors`.

    Args:
        model: What `build` returned, or the same loaded from its file.
    """
    layer = model.get_layer("words")
    return WordVectors(layer.vocabulary, layer.get_weights()[0][UNKNOWN + 1 :])


def predict(model, texts):
    """Return the vectors of raw texts: of a word its own, of several the mean.

    Args:
        model: What `build` returned, or the same loaded from its file.
        texts: List of strings. Words that the model does not know are left out.

    Returns:
        float32 array of shape `(len(texts), width)`; zeros for a text without any
        known word.
    """
    layer = model.get_layer("words")
    known = set(layer.vocabulary)
    # An unknown word's vector is zero, so that it stands for a text of no words.
    read = [
        [word for word in words_alone(text) if word in known] or [""] for text in texts
    ]
    length = round_up(max(map(len, read), default=1), 8)
    return np.asarray(model.predict(layer.encode(read, length), verbose=0))


def answers(model, texts):
    """Return the nearest words to each text, or the answer to an analogy.

    Args:
        model: See `predict`.
        texts: List of strings: a word, several words, or "man : woman = king".

    Returns:
        List of strings, words with their cosines.
    """
    vectors = vectors_of(model)
    found = []
    for text, vector in zip(texts, predict(model, texts), strict=True):
        asked = _ANALOGY.match(text.lower())
        read = list(asked.groups()) if asked else words_alone(text)
        unknown = [word for word in read if word not in vectors]
        if asked and not unknown:
            near = nearest_words.analogy(vectors, *read, count=3)
        elif asked or len(unknown) == len(read):
            missing = ", ".join(unknown) or repr(text)
            found.append(f"not among the {len(vectors):,} known words: {missing}")
            continue
        else:
            near = nearest_words.nearest(vectors, vector, count=6, without=read)
        found.append(_listed(near))
    return found


def train(request):
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
    data = sentences.load(request.data)
    request.tell_data(data)
    learnt, held_out, known = _split(data)
    numbers, sentence = stream(learnt, known)
    pairs = judged_pairs(*stream(held_out, known))
    request.tell(
        "Sentences",
        f"{len(learnt):,} to train, {len(held_out):,} to test; "
        f"{len(known):,} words, {len(numbers):,} times",
    )
    counts = glove.co_occurrences(numbers, sentence, len(known), _WINDOW)
    tables = counted.factors(counted.ppmi(counts), _WIDTH)
    methods = {"counted": Method(WordVectors(known, tables[0]), *tables)}
    request.tell("Train", "skip-gram with negative sampling")
    methods["skip_gram"] = learn_skip_gram(numbers, sentence, known, request)
    request.tell("Train", "GloVe")
    methods["glove"] = learn_glove(numbers, sentence, known, request)
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
            **_looked_at(methods),
        },
        figures={"word_map": word_map.draw(vectors, data.describe())},
        files={
            "vectors.txt": vectors.to_text(),
            "glove_vectors.txt": methods["glove"].vectors.to_text(),
        },
    )


def learn_skip_gram(numbers, sentence, known, request):
    """Train a skip-gram network.

    Args:
        numbers: Integer array, what `vectors.word_windows.stream` returns; `sentence`
            likewise.
        sentence: See `numbers`.
        known: List of strings, the vocabulary.
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Method`, its vectors those of the words.
    """
    training.set_seed(request.seed)
    model = skip_gram.build(known, _WIDTH)
    batches = skip_gram.SkipGrams(numbers, sentence, window=_WINDOW, seed=request.seed)
    epochs = _epochs(request, batches)
    model.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(1e-2, epochs * len(batches))
        ),
        keras.losses.BinaryCrossentropy(from_logits=True),
        jit_compile=True,  # half the time, on TensorFlow, too
    )
    _fit(model, batches, epochs, request)
    words, contexts = _tables(model)
    return Method(WordVectors(known, words), words, contexts)


def learn_glove(numbers, sentence, known, request):
    """Train a GloVe network.

    Args:
        numbers: See `learn_skip_gram`; the others likewise.
        sentence: See there.
        known: See there.
        request: See there.

    Returns:
        `Method`, its vectors the sums of both, as the authors take them.
    """
    training.set_seed(request.seed)
    model = glove.build(known, _WIDTH)
    counts = glove.co_occurrences(numbers, sentence, len(known), window=8)
    # Of a small text, smaller ones: a word must not have all its pairs in each.
    size = min(2048, max(32, counts.nnz // 100))
    batches = training.Batches(glove.arrays(counts), size, seed=request.seed)
    glove.compile_model(model)
    _fit(model, batches, _epochs(request, batches), request)
    words, contexts = _tables(model)
    return Method(WordVectors(known, words + contexts), words, contexts)


def _epochs(request, batches):
    enough = min(_MOST_EPOCHS, math.ceil(_UPDATES / len(batches)))
    return request.epochs or enough


def _fit(model, batches, epochs, request):
    training.fit(
        model,
        batches,
        epochs=epochs,
        patience=None,
        seed=request.seed,
        folder=request.folder and request.folder / model.name,
        if_different="restart",
        verbose=request.verbose,
    )


def _tables(model):
    """Of the words and of the contexts, without padding and unknown words."""
    return [
        model.get_layer(name).get_weights()[0][UNKNOWN + 1 :]
        for name in ("words", "contexts")
    ]


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
    scores = {
        "context_accuracy": context_accuracy(method.words, method.contexts, pairs)
    }
    share, count = nearest_words.analogy_accuracy(
        method.vectors, word_lists.analogies()
    )
    if count >= _LEAST_QUESTIONS:
        scores["analogy_accuracy"] = share
    return scores


def _looked_at(methods):
    """For `results.json`: analogies by family, and neighbours of some words."""
    families, near = {}, {}
    for family in word_lists.FAMILIES:
        questions = word_lists.analogies(family)
        for name, method in methods.items():
            share, count = nearest_words.analogy_accuracy(method.vectors, questions)
            if count:
                families.setdefault(family, {"questions": count})[name] = share
    for name, method in methods.items():
        near[name] = {
            word: [one for one, _ in nearest_words.neighbours(method.vectors, word, 5)]
            for word in _shown(method.vectors)
        }
    return {"analogies": families, "neighbours": near}


def _shown(vectors):
    """Words whose neighbours are worth a look."""
    some = [word for word in _SHOWN if word in vectors]
    return some if len(some) > 2 else list(vectors.words[:8])


def _examples(vectors):
    rows = [
        (word, "", _listed(nearest_words.neighbours(vectors, word, 4)))
        for word in _shown(vectors)
    ]
    for family in word_lists.FAMILIES:
        known = [
            q for q in word_lists.analogies(family) if all(w in vectors for w in q)
        ]
        for a, b, c, truth in known[:1]:
            answer = nearest_words.analogy(vectors, a, b, c, count=2)
            rows.append((f"{a} : {b} = {c} : ?", truth, _listed(answer)))
    return rows


def _listed(near):
    return ", ".join(f"{word} ({cosine:.2f})" for word, cosine in near)
