"""Named entities: who and what is a sentence about? Many-to-many, in both directions.

*Chapter 5*, 5.1: "Yesterday, Harry Potter met Hermione Granger."
"""

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.named_entities.figures import draw
from keras_rnn.applications.named_entities.scores import most_frequent_tags, scores
from keras_rnn.applications.shared.batches import LengthBatches
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.splits import split, too_few
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.applications.without_backend import named_entities as without_backend
from keras_rnn.applications.without_backend.named_entities import LETTERS
from keras_rnn.applications.without_backend.networks import KerasNetwork
from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.text import entities
from keras_rnn.datasets.text.entity_tokens import (
    Entity,
    joined,
    marked,
    places,
    shape,
)
from keras_rnn.layers import ClassProbabilities, TokenEmbedding

BASELINE = "most frequent tag of each word"
LECTURE_EXAMPLE = "Yesterday, Harry Potter met Hermione Granger."

# So many batches of 16, at least, and sentences, so that each part gets some.
_UPDATES = 1900
_LEAST = 30


def build(
    words: list[str],
    characters: list[str],
    shapes: list[str],
    tags: list[str],
    *,
    units: int = 64,
    width: int = 64,
    dropout: float = 0.5,
) -> keras.Model:
    """Build the network: words and their letters, read from both ends, and tags.

    A word is three things beside each other: itself in small letters, patterns of
    three of its letters (a convolution that acts on each word by itself, and the
    strongest answer of each pattern), and how it is written. The last two know
    something of a word that no training has seen.

    Args:
        words, characters, shapes: Lists of strings, the vocabularies: words in small
            letters, their letters, and what `entity_tokens.shape` returns.
        tags: List of strings.
        units: Integer, size of each direction's state. Default: `64`.
        width: Integer, size of the word vectors. Default: `64`.
        dropout: Float, fraction dropped of what the recurrent layer reads.
            Default: `0.5`.

    Returns:
        `keras.Model` from numbers of words `(batch, time)`, characters
        `(batch, time, 16)` and shapes `(batch, time)` to probabilities
        `(batch, time, tags)`; all vocabularies are saved with it.
    """
    encoder = _encoder(words, characters, shapes, width, dropout)
    return many_to_many(
        [
            keras.Input(each.shape[1:], dtype="int32", name=each.name)
            for each in encoder.inputs
        ],
        {"cell": "lstm", "units": units, "bidirectional": True},
        encoder=encoder,
        # Without a Sequential around it, which would end the mask.
        head=ClassProbabilities(tags, name="answer"),
        name="named_entities",
    )


def _encoder(words, characters, shapes, width, dropout, filters=48):
    layers = keras.layers
    word = keras.Input((None,), dtype="int32", name="words")
    letters = keras.Input((None, LETTERS), dtype="int32", name="characters")
    written = keras.Input((None,), dtype="int32", name="shapes")

    # Whole vectors are dropped: what is left has to do for unknown words.
    vectors = TokenEmbedding(words, width, name="word_vectors")(word)
    vectors = layers.Dropout(0.2, noise_shape=(None, None, 1))(vectors)
    # Over the letters alone, (batch, time, letters, 24) -> (batch, time, filters).
    found = TokenEmbedding(characters, 24, mask_zero=False, name="character_vectors")(
        letters
    )
    found = layers.Conv2D(filters, (1, 3), padding="same", activation="relu")(found)
    found = layers.MaxPooling2D((1, LETTERS))(found)
    found = layers.Reshape((-1, filters))(found)
    # Zero and masked where there is no word: Concatenate unites the masks.
    is_word = keras.ops.expand_dims(
        keras.ops.cast(keras.ops.not_equal(word, 0), "float32"), -1
    )
    found = layers.Masking()(layers.Multiply()([found, is_word]))
    case = TokenEmbedding(shapes, 8, name="shape_vectors")(written)
    joined = layers.Dropout(dropout)(layers.Concatenate()([vectors, found, case]))
    return keras.Model([word, letters, written], joined, name="encoder")


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer raw texts: each with its entities in brackets, `[Ada: PER] met`."""
    return without_backend.answer(KerasNetwork(model), inputs)


def entities_of(model: keras.Model, texts: list[str]) -> list[tuple[str, list[Entity]]]:
    """Return raw texts, each with the places of its entities: `(type, from, to)`."""
    return without_backend.entities_of(KerasNetwork(model), texts)


def tag(model: keras.Model, sentences: list[list[str]]) -> list[list[str]]:
    """Return the likeliest tag of each token of sentences."""
    return without_backend.tag(KerasNetwork(model), sentences)


def encode(
    model: keras.Model, sentences: list[list[str]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the model reads for sentences: three arrays, padded at the end."""
    return without_backend.encode(KerasNetwork(model), sentences)


def train(request: Request) -> Outcome:
    """Train on eight tenths of the sentences and judge on one.

    A tenth of the sentences decides which epoch was best.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metrics `precision`, `recall` and `f1` of whole entities: one
        counts as found if its type and both of its ends are right (seqeval).

    Raises:
        UserError: The data cannot be read, or are less than 30 sentences.
    """
    data = request.load(entities.load)
    if len(data.sentences) < _LEAST:
        raise too_few(data, f"{len(data.sentences)} sentences", f"{_LEAST}")
    train, validation, test, rest = split(
        len(data.sentences), test=0.1, validation=1 / 9
    )
    request.tell_split("Sentences", train, validation, test)

    def part(places: np.ndarray) -> tuple[list[list[str]], list[list[str]]]:
        return [data.sentences[i] for i in places], [data.tags[i] for i in places]

    sentences, truth = part(test)
    often = scores(truth, most_frequent_tags(*part(rest), others=sentences))
    request.tell("Baseline", f"{BASELINE}: F1 {often['f1']:.3f}")

    training.set_seed(request.seed)
    known, _ = part(train)
    names = ["O", *(f"{start}-{kind}" for kind in data.types for start in "BI")]
    model = build(
        vocabulary([[word.lower() for word in sentence] for sentence in known]),
        vocabulary(["".join(sentence) for sentence in known]),
        vocabulary([[shape(word) for word in sentence] for sentence in known], 5),
        names,
    )
    fit_to_accuracy(
        model,
        _batches(model, part(train), seed=request.seed),
        _batches(model, part(validation), shuffle=False),
        request,
        updates=_UPDATES,
        learning_rate=3e-3,
        # Weighted by the mask: padding is no token.
        weighted_metrics=["accuracy"],
    )
    found = tag(model, sentences)
    shown = _in_text(sentences[:6], found[:6])
    lecture = entities_of(model, [LECTURE_EXAMPLE])
    true = [*_in_text(sentences[:6], truth[:6]), ("", [])]
    return Outcome(
        model=model,
        data=data,
        metrics=scores(truth, found),
        baseline=often,
        baseline_name=BASELINE,
        examples=[
            (text, marked(*so), marked(text, entities))
            for (text, entities), so in zip([*shown, *lecture], true, strict=True)
        ],
        more={"test": len(test), "tags": names},
        figures={"entities": draw([*lecture, *shown], data.describe())},
    )


def _in_text(sentences, tags):
    """Sentences as texts, each with the places of its entities."""
    each = [joined(sentence) for sentence in sentences]
    return [
        (text, places(found, tag))
        for (text, found), tag in zip(each, tags, strict=True)
    ]


def _batches(model, part, seed=0, shuffle=True):
    sentences, tags = part
    inputs = encode(model, sentences)
    numbers = {name: n for n, name in enumerate(model.get_layer("answer").classes)}
    targets = np.zeros(inputs[0].shape, "int32")
    for row, found in zip(targets, tags, strict=True):
        row[: len(found)] = [numbers[each] for each in found]
    lengths = [len(sentence) for sentence in sentences]
    return LengthBatches(inputs, targets, lengths, 16, shuffle=shuffle, seed=seed)
