"""Named entities: who and what is a sentence about? Many-to-many, in both directions.

*Chapter 5*, 5.1: "Yesterday, Harry Potter met Hermione Granger."
"""

from collections import Counter, defaultdict

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.named_entities.figures import draw
from keras_rnn.applications.named_entities.words import (
    joined,
    marked,
    places,
    shape,
    spans,
    tokens,
)
from keras_rnn.applications.shared.batches import LengthBatches, round_up
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.text import entities
from keras_rnn.errors import UserError
from keras_rnn.layers import ClassProbabilities, TokenEmbedding

BASELINE = "most frequent tag of each word"
LECTURE_EXAMPLE = "Yesterday, Harry Potter met Hermione Granger."

# Characters of a word that are read: longer ones lose their middle.
_LETTERS = 16

# So many batches of 16, at least, and sentences, so that each part gets some.
_UPDATES = 1900
_LEAST = 30


def build(words, characters, shapes, tags, *, units=64, width=64, dropout=0.5):
    """Build the network: words and their letters, read from both ends, and tags.

    A word is three things beside each other: itself in small letters, patterns of
    three of its letters (a convolution that acts on each word by itself, and the
    strongest answer of each pattern), and how it is written. The last two know
    something of a word that no training has seen.

    Args:
        words: List of strings, the vocabulary in small letters.
        characters: List of strings.
        shapes: List of strings, what `text.entity_words.shape` returns.
        tags: Sequence of strings.
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
    letters = keras.Input((None, _LETTERS), dtype="int32", name="characters")
    written = keras.Input((None,), dtype="int32", name="shapes")

    # Whole vectors are dropped: what is left has to do for unknown words.
    vectors = TokenEmbedding(words, width, name="word_vectors")(word)
    vectors = layers.Dropout(0.2, noise_shape=(None, None, 1))(vectors)
    # Over the letters alone, (batch, time, letters, 24) -> (batch, time, filters).
    found = TokenEmbedding(characters, 24, mask_zero=False, name="character_vectors")(
        letters
    )
    found = layers.Conv2D(filters, (1, 3), padding="same", activation="relu")(found)
    found = layers.MaxPooling2D((1, _LETTERS))(found)
    found = layers.Reshape((-1, filters))(found)
    # Zero and masked where there is no word: Concatenate unites the masks.
    is_word = keras.ops.expand_dims(
        keras.ops.cast(keras.ops.not_equal(word, 0), "float32"), -1
    )
    found = layers.Masking()(layers.Multiply()([found, is_word]))
    case = TokenEmbedding(shapes, 8, name="shape_vectors")(written)
    joined = layers.Dropout(dropout)(layers.Concatenate()([vectors, found, case]))
    return keras.Model([word, letters, written], joined, name="encoder")


def predict(model, texts):
    """Return the tokens of raw texts, each with its tag.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: List of strings.

    Returns:
        List of lists of tuples `(token, tag)`.
    """
    sentences = [[token for token, *_ in tokens(text)] for text in texts]
    return [
        list(zip(sentence, tags, strict=True))
        for sentence, tags in zip(sentences, tag(model, sentences), strict=True)
    ]


def answers(model, texts):
    """Return raw texts with their entities in brackets: `[Harry Potter: PER] met`."""
    return [marked(text, found) for text, found in entities_of(model, texts)]


def entities_of(model, texts):
    """Return raw texts, each with the places of its entities.

    Args:
        model: As in `predict`.
        texts: List of strings.

    Returns:
        List of tuples `(text, entities)`, see `text.entity_words.places`.
    """
    return [
        (text, places(tokens(text), [tag for _, tag in found]))
        for text, found in zip(texts, predict(model, texts), strict=True)
    ]


def tag(model, sentences):
    """Return the likeliest tag of each token.

    Args:
        model: As in `predict`.
        sentences: List of lists of strings.

    Returns:
        List of lists of strings, as long as the sentences.
    """
    numbers = encode(model, sentences)
    probabilities = np.asarray(model.predict(numbers, batch_size=64, verbose=0))
    names = model.get_layer("answer").names(probabilities)
    return [row[: len(tokens)] for row, tokens in zip(names, sentences, strict=True)]


def encode(model, sentences):
    """Return what the model reads for sentences: three arrays, padded at the end.

    Args:
        model: As in `predict`.
        sentences: List of lists of strings.
    """
    encoder = model.get_layer("encoder")
    length = round_up(max(map(len, sentences), default=0))
    words = encoder.get_layer("word_vectors").encode(
        [[word.lower() for word in sentence] for sentence in sentences], length
    )
    shapes = encoder.get_layer("shape_vectors").encode(
        [[shape(word) for word in sentence] for sentence in sentences], length
    )
    # Each different word is spelt once. The first row is padding.
    distinct = sorted({word for sentence in sentences for word in sentence})
    rows = {word: row for row, word in enumerate(distinct, 1)}
    table = encoder.get_layer("character_vectors").encode(
        ["", *map(_without_middle, distinct)], _LETTERS
    )
    spelt = np.zeros(words.shape, "int32")
    for row, sentence in zip(spelt, sentences, strict=True):
        row[: len(sentence)] = [rows[word] for word in sentence]
    return words, table[spelt], shapes


def train(request):
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
    from sklearn.model_selection import train_test_split

    data = entities.load(request.data)
    request.tell_data(data)
    if len(data.sentences) < _LEAST:
        raise UserError(
            f"{data.origin} has {len(data.sentences)} sentences. Give at least "
            f"{_LEAST}, so that some can be kept for the test."
        )
    everything = np.arange(len(data.sentences))
    rest, test = train_test_split(everything, test_size=0.1, random_state=0)
    train, validation = train_test_split(rest, test_size=1 / 9, random_state=0)
    request.tell(
        "Sentences",
        f"{len(train):,} to train, {len(validation):,} to validate, "
        f"{len(test):,} to test",
    )

    def part(chosen):
        return [[each[i] for i in chosen] for each in (data.sentences, data.tags)]

    sentences, truth = part(test)
    often = scores(truth, most_frequent_tags(*part(rest), sentences))
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
    batches = _batches(model, *part(train), seed=request.seed)
    fit_to_accuracy(
        model,
        batches,
        _batches(model, *part(validation), shuffle=False),
        request,
        batches=len(batches),
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


def scores(truth, found):
    """Return precision, recall and F1 of whole entities.

    Tests hold it to the library seqeval, whose definition it is; seqeval itself is old
    and comes as a source archive alone, no burden to lay on every installation.

    Args:
        truth: List of lists of strings, BIO tags.
        found: Likewise, as long.

    Example:

    >>> truth = [["B-PER", "I-PER", "O", "B-LOC"]]
    >>> scores(truth, [["B-PER", "O", "O", "B-LOC"]])
    {'precision': 0.5, 'recall': 0.5, 'f1': 0.5}
    """
    pairs = [
        (set(spans(one)), set(spans(other)))
        for one, other in zip(truth, found, strict=True)
    ]
    right = sum(len(there & said) for there, said in pairs)
    there = sum(len(there) for there, _ in pairs)
    said = sum(len(said) for _, said in pairs)
    return {
        "precision": right / said if said else 0.0,
        "recall": right / there if there else 0.0,
        "f1": 2 * right / (there + said) if there + said else 0.0,
    }


def most_frequent_tags(sentences, tags, others):
    """Tag each word as it mostly is: what is tried before any network.

    Args:
        sentences: List of lists of strings, of the training part.
        tags: Likewise, their tags.
        others: List of lists of strings, to be tagged.

    Returns:
        List of lists of strings; `O` for words that are not in `sentences`.

    Example:

    >>> most_frequent_tags([["in", "York"]], [["O", "B-LOC"]], [["York", "is", "in"]])
    [['B-LOC', 'O', 'O']]
    """
    counts = defaultdict(Counter)
    for words, found in zip(sentences, tags, strict=True):
        for word, each in zip(words, found, strict=True):
            counts[word][each] += 1
    most = {word: count.most_common(1)[0][0] for word, count in counts.items()}
    return [[most.get(word, "O") for word in sentence] for sentence in others]


def _in_text(sentences, tags):
    """Sentences as texts, each with the places of its entities."""
    each = [joined(sentence) for sentence in sentences]
    return [
        (text, places(found, tag))
        for (text, found), tag in zip(each, tags, strict=True)
    ]


def _batches(model, sentences, tags, seed=0, shuffle=True):
    inputs = encode(model, sentences)
    numbers = {name: n for n, name in enumerate(model.get_layer("answer").classes)}
    targets = np.zeros(inputs[0].shape, "int32")
    for row, found in zip(targets, tags, strict=True):
        row[: len(found)] = [numbers[each] for each in found]
    lengths = [len(sentence) for sentence in sentences]
    return LengthBatches(inputs, targets, lengths, 16, shuffle=shuffle, seed=seed)


def _without_middle(word):
    half = _LETTERS // 2
    return word if len(word) <= _LETTERS else word[:half] + word[-half:]
