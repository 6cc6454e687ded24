"""Sentiment: is a sentence for or against the film? Many-to-one, in both directions.

*Chapter 5*, 5.1 and 5.5: "There is nothing to like in this movie."
"""

import math

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared import start_vectors
from keras_rnn.applications.shared.batches import round_up
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.scores import accuracy
from keras_rnn.applications.shared.texts import bag_of_words, vocabulary, words
from keras_rnn.architectures import many_to_one
from keras_rnn.datasets.text import reviews, word_vectors
from keras_rnn.errors import UserError
from keras_rnn.layers import ClassProbabilities, TokenEmbedding

BASELINE = "logistic regression on the bag of words"
LECTURE_EXAMPLE = "There is nothing to like in this movie."

# So many batches of 64, at least: after that a network knows its sentences by heart.
_UPDATES = 540

# Of each class, so that training, validation and test part get some.
_LEAST = 20

# The longest review sentence has fewer words; a longer one loses its end.
_LENGTH = 64


def build(vocabulary, classes, *, units=32, width=64, dropout=0.5, vectors=None):
    """Build the network: words, read from both ends, and one answer.

    Args:
        vocabulary: List of strings.
        classes: Sequence of strings.
        units: Integer, size of each direction's state. Default: `32`.
        width: Integer, size of the word vectors. Default: `64`.
        dropout: Float, fraction dropped of word vectors and state: with ten thousand
            sentences it is what keeps the network from learning them by heart.
            Default: `0.5`.
        vectors: `keras_rnn.datasets.word_vectors.WordVectors`, or a dict from word to
            array `(width,)`: where the word vectors begin. Default: `None`, anywhere.

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
        start_vectors.put(model.get_layer("encoder").get_layer("words"), vectors)
    return model


def predict(model, texts):
    """Return the probability of each class for raw texts.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: List of strings. Words that the model does not know count as unknown.

    Returns:
        Array of shape `(len(texts), classes)`.
    """
    return np.asarray(model.predict(_numbers(model, texts), verbose=0))


def classes(model):
    """Return the layer that knows what the classes are called."""
    return model.get_layer("head").get_layer("answer")


def _numbers(model, texts):
    """The words of texts as numbers, in few different lengths: each is compiled."""
    sentences = [words(text) for text in texts]
    length = min(_LENGTH, round_up(max(map(len, sentences), default=0), 8))
    return model.get_layer("encoder").get_layer("words").encode(sentences, length)


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


def _check_enough(data):
    for name, count in zip(
        data.classes,
        np.bincount(data.labels, minlength=len(data.classes)),
        strict=True,
    ):
        if count < _LEAST:
            raise UserError(
                f"{data.origin} has {count} texts labelled {name!r}. Give at least "
                f"{_LEAST} of each label, so that some can be kept for the test."
            )


def train(request):
    """Train on nine tenths of the sentences and judge on the stratified rest.

    A tenth of the training part decides which epoch was best.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metric `accuracy`.

    Raises:
        UserError: The data cannot be read, or a class has less than 20 texts.
    """
    from sklearn.model_selection import train_test_split

    data = reviews.load(request.data)
    request.tell_data(data)
    _check_enough(data)
    rest, test = train_test_split(
        np.arange(len(data.texts)), test_size=0.1, stratify=data.labels, random_state=0
    )
    train, validation = train_test_split(
        rest, test_size=0.1, stratify=data.labels[rest], random_state=0
    )

    def texts(places):
        return [data.texts[place] for place in places]

    request.tell(
        "Texts",
        f"{len(train):,} to train, {len(validation):,} to validate, "
        f"{len(test):,} to test",
    )
    bag = accuracy(
        bag_of_words(texts(rest), data.labels[rest], texts(test)), data.labels[test]
    )
    request.tell("Baseline", f"{BASELINE}: accuracy {bag:.3f}")

    training.set_seed(request.seed)
    known = vocabulary([words(text) for text in texts(train)])
    options = _start(request, known)
    model = build(known, data.classes, **options)

    def arrays(places):
        return _numbers(model, texts(places)), data.labels[places]

    fit_to_accuracy(
        model,
        arrays(train),
        arrays(validation),
        request,
        batches=math.ceil(len(train) / 64),
        updates=_UPDATES,
        learning_rate=2e-3,
        batch_size=64,
        metrics=["accuracy"],
    )
    found = predict(model, texts(test))
    chosen = [*texts(test[:6]), LECTURE_EXAMPLE]
    answers = predict(model, chosen)
    truths = [data.classes[label] for label in data.labels[test[:6]]] + [""]
    return Outcome(
        model=model,
        data=data,
        metrics={"accuracy": accuracy(found, data.labels[test])},
        baseline={"accuracy": bag},
        baseline_name=BASELINE,
        examples=[
            (text, truth, f"{name} ({probabilities.max():.0%})")
            for text, truth, name, probabilities in zip(
                chosen, truths, classes(model).names(answers), answers, strict=True
            )
        ],
        more={
            "vocabulary": len(known),
            "test": len(test),
            "start_vectors": len(options.get("vectors", ())),
        },
    )
