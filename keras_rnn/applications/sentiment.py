"""Sentiment: is a sentence for or against the film? Many-to-one, in both directions.

*Chapter 5*, 5.1 and 5.5: "There is nothing to like in this movie."
"""

from collections.abc import Mapping

import keras
import numpy as np
import numpy.typing as npt

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.scores import accuracy
from keras_rnn.applications.shared.splits import split, too_few
from keras_rnn.applications.shared.texts import bag_of_words, vocabulary, words
from keras_rnn.applications.without_backend import sentiment as without_backend
from keras_rnn.applications.without_backend.networks import KerasNetwork
from keras_rnn.architectures import many_to_one
from keras_rnn.datasets.text import reviews, word_vectors
from keras_rnn.datasets.text.token_numbers import UNKNOWN
from keras_rnn.datasets.text.word_vectors import WordVectors
from keras_rnn.errors import UserError
from keras_rnn.layers import ClassProbabilities, TokenEmbedding

BASELINE = "logistic regression on the bag of words"
LECTURE_EXAMPLE = "There is nothing to like in this movie."

# So many batches of 64, at least: after that a network knows its sentences by heart.
_UPDATES = 540

# Of each class, so that training, validation and test part get some.
_LEAST = 20


def build(
    vocabulary: list[str],
    classes: list[str],
    *,
    units: int = 32,
    width: int = 64,
    dropout: float = 0.5,
    vectors: WordVectors | Mapping[str, npt.ArrayLike] | None = None,
) -> keras.Model:
    """Build the network: words, read from both ends, and one answer.

    Args:
        vocabulary: List of strings.
        classes: Sequence of strings.
        units: Integer, size of each direction's state. Default: `32`.
        width: Integer, size of the word vectors. Default: `64`.
        dropout: Float, fraction dropped of word vectors and state: with ten thousand
            sentences it is what keeps the network from learning them by heart.
            Default: `0.5`.
        vectors: `WordVectors`, or a dict from word to array `(width,)`: where the word
            vectors begin. Default: `None`, at random.

    Returns:
        `keras.Model` from word numbers `(batch, time)` to probabilities
        `(batch, classes)`; vocabulary and classes are saved with it.
    """
    model = many_to_one(
        keras.Input((None,), dtype="int32", name="sentence"),
        {"cell": "gru", "units": units, "bidirectional": True},
        encoder=keras.Sequential(
            [
                TokenEmbedding(vocabulary, width, name="words"),
                keras.layers.Dropout(dropout),
            ],
            name="encoder",
        ),
        head=keras.Sequential(
            [
                keras.layers.Dropout(dropout),
                ClassProbabilities(classes, name="answer"),
            ],
            name="head",
        ),
        name="sentiment",
    )
    if vectors is not None:
        set_vectors(_words(model), vectors)
    return model


def set_vectors(
    embedding: TokenEmbedding, vectors: WordVectors | Mapping[str, npt.ArrayLike]
) -> int:
    """Let an embedding begin with known vectors; training goes on from there.

    Only their directions and relative lengths count: all are scaled by one number, so
    that they are as large, on average, as the weights in whose place they come.
    Vectors of skip-gram are twenty times as large. Words without a vector, which begin
    as they would anyhow, would be drowned by those that have one.

    Args:
        embedding: `keras_rnn.layers.TokenEmbedding`, built.
        vectors: `WordVectors`, or a dict from word to array.

    Returns:
        Integer, how many words of the vocabulary have got their vector.

    Raises:
        UserError: The vectors have another width than the embedding.

    Example:

    >>> layer = TokenEmbedding(["good", "bad"], output_dim=2)
    >>> layer.build()
    >>> set_vectors(layer, {"bad": [1.0, -1.0], "ugly": [0.0, 0.0]})
    1
    >>> bad = layer.get_weights()[0][3]
    >>> bool(0 < bad[0] < 0.05), bool(bad[0] == -bad[1])
    (True, True)
    """
    (table,) = embedding.get_weights()
    places, found = [], []
    for place, word in enumerate(embedding.vocabulary, UNKNOWN + 1):
        if word not in vectors:
            continue
        vector = np.asarray(vectors[word], "float64")
        if vector.shape != table.shape[1:]:
            raise UserError(
                f"The vector of {word!r} has shape {vector.shape}, the embedding wants "
                f"{table.shape[1:]}. Build it with that width, or give other vectors."
            )
        places.append(place)
        found.append(vector)
    if found:
        size = _root_mean_square(found)
        scale = _root_mean_square(table) / size if size else 1.0
        table[places] = np.array(found) * scale
        embedding.set_weights([table])
    return len(found)


def probabilities(model: keras.Model, texts: list[str]) -> np.ndarray:
    """Return the probability of each class for raw texts, `(len(texts), classes)`.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: List of strings. Words that the model does not know count as unknown.
    """
    return KerasNetwork(model).predict(_numbers(model, texts))


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer raw texts: the likeliest class of each."""
    return without_backend.answer(KerasNetwork(model), inputs)


def train(request: Request) -> Outcome:
    """Train on nine tenths of the sentences and judge on the stratified rest.

    A tenth of the training part decides which epoch was best.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metric `accuracy`.

    Raises:
        UserError: The data cannot be read, or a class has less than 20 texts.
    """
    data = request.load(reviews.load)
    counts = np.bincount(data.labels, minlength=len(data.classes))
    for name, count in zip(data.classes, counts, strict=True):
        if count < _LEAST:
            has = f"{count} texts labelled {name!r}"
            raise too_few(data, has, f"{_LEAST} of each label")
    parts = split(len(data), test=0.1, validation=0.1, labels=data.labels)
    request.tell_split("Texts", parts.train, parts.validation, parts.test)

    def texts(places: np.ndarray) -> list[str]:
        return [data.texts[place] for place in places]

    truth = data.labels[parts.test]
    bag = bag_of_words(texts(parts.known), data.labels[parts.known], texts(parts.test))
    baseline = {"accuracy": accuracy(bag, truth)}
    request.tell("Baseline", f"{BASELINE}: accuracy {baseline['accuracy']:.3f}")

    training.set_seed(request.seed)
    known = vocabulary([words(text) for text in texts(parts.train)])
    options = _start(request, known)
    model = build(known, data.classes, **options)
    train, validation = (
        (_numbers(model, texts(places)), data.labels[places])
        for places in (parts.train, parts.validation)
    )
    fit_to_accuracy(
        model,
        train,
        validation,
        request,
        updates=_UPDATES,
        learning_rate=2e-3,
        batch_size=64,
        metrics=["accuracy"],
    )
    shown = [*texts(parts.test[:6]), LECTURE_EXAMPLE]
    truths = [*(data.classes[label] for label in truth[:6]), ""]
    answers = answer(model, shown).rows
    return Outcome(
        model=model,
        data=data,
        metrics={"accuracy": accuracy(probabilities(model, texts(parts.test)), truth)},
        baseline=baseline,
        baseline_name=BASELINE,
        examples=[
            (text, true, f"{name} ({probability})")
            for true, (text, name, probability) in zip(truths, answers, strict=True)
        ],
        more={
            "vocabulary": len(known),
            "test": len(parts.test),
            "start_vectors": len(options.get("vectors", ())),
        },
    )


def _words(model):
    return model.get_layer("encoder").get_layer("words")


def _numbers(model, texts):
    return without_backend.numbers(KerasNetwork(model), texts)


def _start(request, known):
    """What `build` takes of the vectors that were asked for, if any."""
    if request.vectors is None:
        return {}
    vectors = word_vectors.read(request.vectors, wanted=set(known))
    if not len(vectors):
        raise UserError(
            f"{request.vectors} has none of the {len(known):,} words of the texts. "
            "Give vectors of words of the same language."
        )
    request.tell(
        "Vectors",
        f"{len(vectors):,} of {len(known):,} words begin with those of "
        f"{request.vectors}, {vectors.width} numbers each",
    )
    return {"width": vectors.width, "vectors": vectors}


def _root_mean_square(values):
    return float(np.sqrt(np.mean(np.square(values))))
