"""DNA: is this place a splice junction? Many-to-one, in both directions.

*Chapter 5*, 5.1 and 5.5: AGCCCCTGTGAGGAACTAG, with its coding part marked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.dna_bases import bases_layer
from keras_rnn.applications.shared.learning import fit_to_loss
from keras_rnn.architectures import many_to_one
from keras_rnn.datasets.text import splice
from keras_rnn.layers import ClassProbabilities

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

BASELINE = "logistic regression on counts of k-mers"
EPOCHS = 25
FOLDS = 10


def build(*, units: int = 32, filters: int = 48, dropout: float = 0.4) -> keras.Model:
    """Build the network: bases, short patterns of them, and one answer.

    A base becomes its share of A, C, G and T, so that N is a quarter of each. A
    convolution finds patterns of up to nine bases, a second one joins three places to
    one, and the recurrent layer reads those from both ends.

    Args:
        units: Integer, size of each direction's state. Default: `32`.
        filters: Integer, number of patterns. Default: `48`.
        dropout: Float. Default: `0.4`.

    Returns:
        `keras.Model` from base numbers `(batch, 60)` to probabilities `(batch, 3)`.
    """
    layers = keras.layers
    return many_to_one(
        keras.Input((splice.LENGTH,), dtype="int32", name="sequence"),
        {"cell": "gru", "units": units, "bidirectional": True},
        encoder=keras.Sequential(
            [
                bases_layer(),
                layers.Conv1D(filters, 9, padding="same", activation="relu"),
                layers.Dropout(dropout),
                layers.Conv1D(filters, 3, strides=3, activation="relu"),
                layers.Dropout(dropout),
            ],
            name="encoder",
        ),
        head=keras.Sequential(
            [
                layers.Dropout(dropout),
                ClassProbabilities(splice.CLASSES, name="answer"),
            ],
            name="head",
        ),
        name="dna_splice",
    )


def probabilities(model: keras.Model, texts: list[str]) -> np.ndarray:
    """Return the probability of each class for raw sequences, `(len(texts), 3)`.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: List of strings of 60 bases, in capital or small letters.

    Raises:
        UserError: A letter is no base, or a sequence is not 60 bases long.
    """
    sequences = [
        splice.check_bases(text, f"Sequence {number}")
        for number, text in enumerate(texts, 1)
    ]
    return np.asarray(model.predict(_numbers(model, sequences), verbose=0))


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer raw sequences: the likeliest class of each."""
    layer = model.get_layer("head").get_layer("answer")
    return Answers.of_classes(inputs, probabilities(model, inputs), layer)


def k_mer_model() -> Pipeline:
    """Return what is tried before any network: how often each short word occurs.

    Logistic regression (scikit-learn) on the counts of all words of one to four bases,
    wherever they stand.

    Example:

    >>> model = k_mer_model().fit(["AAAA", "ACAC", "GGGT", "TGTG"], [0, 0, 1, 1])
    >>> model.predict(["CAAC", "TTGG"]).tolist()
    [0, 1]
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    counter = CountVectorizer(analyzer="char", ngram_range=(1, 4), lowercase=False)
    return make_pipeline(counter, LogisticRegression(C=0.1, max_iter=2000))


def train(request: Request) -> Outcome:
    """Judge by ten-fold cross-validation, then train on all sequences.

    The folds are stratified, and a sequence that is there twice is never on both
    sides. Nothing is chosen on a fold, so that there is no validation part.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metric `accuracy`, the mean over the folds, and
        `accuracy_std`, their spread; its model has learned from all sequences.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    data = request.load(splice.load)
    texts = np.array(data.texts)
    folds = list(
        StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(
            texts, data.labels, groups=texts
        )
    )
    found = np.empty(len(texts), "int32")
    k_mers = np.array([_k_mers(texts, data.labels, *fold) for fold in folds])
    request.tell("Baseline", f"{BASELINE}: accuracy {k_mers.mean():.3f}")
    scores = []
    for number, (rest, test) in enumerate(folds, 1):
        model = _fit(texts[rest], data.labels[rest], request, f"fold_{number}", 0)
        found[test] = probabilities(model, texts[test]).argmax(axis=1)
        scores.append(float(np.mean(found[test] == data.labels[test])))
        request.tell(f"Fold {number}", f"of {FOLDS}: accuracy {scores[-1]:.3f}")
    model = _fit(texts, data.labels, request, "all", request.verbose)
    return Outcome(
        model=model,
        data=data,
        metrics=_mean_and_spread(scores),
        baseline=_mean_and_spread(k_mers),
        baseline_name=BASELINE,
        examples=[
            (texts[place], data.classes[data.labels[place]], data.classes[found[place]])
            for place in folds[0][1][:6]
        ],
        more={"folds": scores},
    )


def _numbers(model, sequences):
    return model.get_layer("encoder").get_layer("bases").encode(sequences)


def _fit(texts, labels, request, name, verbose):
    training.set_seed(request.seed)
    model = build()
    fit_to_loss(
        model,
        "sparse_categorical_crossentropy",
        (_numbers(model, texts), labels),
        None,
        replace(request, verbose=verbose),
        epochs=EPOCHS,
        batches=max(1, len(texts) // 64),
        learning_rate=3e-3,
        batch_size=64,
        name=name,
    )
    return model


def _mean_and_spread(scores):
    return {
        "accuracy": float(np.mean(scores)),
        "accuracy_std": float(np.std(scores, ddof=1)),
    }


def _k_mers(texts, labels, rest, test):
    """The baseline's accuracy on one fold."""
    return k_mer_model().fit(texts[rest], labels[rest]).score(texts[test], labels[test])
