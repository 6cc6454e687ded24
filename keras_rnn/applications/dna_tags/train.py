"""DNA: which bases are coding (exon), which are not (intron)? Many-to-many.

*Chapter 5*, 5.1 and 5.5: AGCCCCTGTGAGGAACTAG, with its coding part marked.
"""

from collections.abc import Callable

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.dna_tags.baseline import WeightMatrix, most_frequent_tags
from keras_rnn.applications.dna_tags.figures import draw
from keras_rnn.applications.dna_tags.scores import scores
from keras_rnn.applications.dna_tags.segments import cut, split, whole, whole_and_cut
from keras_rnn.applications.shared.dna_bases import bases_layer
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.tag_runs import runs
from keras_rnn.applications.without_backend import dna_tags as without_backend
from keras_rnn.applications.without_backend.networks import KerasNetwork
from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.text import splice
from keras_rnn.layers import ClassProbabilities

BASELINE = "most frequent tag at each place"
LECTURE_EXAMPLE = "AGCCCCTGTGAGGAACTAG"

# In how many ways each stretch is cut, beside being read as a whole.
_CUTS = 3
# So many batches of 64, at least.
_UPDATES = 1000


def build(
    *, units: int = 24, filters: int = 48, width: int = 25, dropout: float = 0.4
) -> keras.Model:
    """Build the network: bases, patterns of them, and a tag at each base.

    A convolution finds patterns as long as what is typical around a junction. They
    count where a junction can be, with no more than 30 bases on either side. A first
    recurrent layer carries from both ends what was found; it takes a second one to
    weigh, at every base, all that was found on both sides of it.

    Args:
        units: Integer, size of each direction's state. Default: `24`.
        filters: Integer, number of patterns. Default: `48`.
        width: Integer, how many bases a pattern has. Default: `25`.
        dropout: Float, of patterns, and between the recurrent layers. Default: `0.4`.

    Returns:
        `keras.Model` from base numbers `(batch, time)`, 0 behind the end of a
        sequence, to probabilities of exon, intron, neither `(batch, time, 3)`.
    """
    layers = keras.layers
    numbers = keras.Input((None,), dtype="int32", name="numbers")
    is_base = keras.ops.expand_dims(
        keras.ops.cast(keras.ops.not_equal(numbers, 0), "float32"), -1
    )
    bases = bases_layer()(numbers)
    found = layers.Conv1D(filters, width, padding="same", activation="relu")(bases)
    found = layers.Dropout(dropout)(found)
    before = keras.ops.cumsum(is_base, axis=1)
    after = keras.ops.max(before, axis=1, keepdims=True) - before
    farther = keras.ops.maximum(before, after)
    possible = keras.ops.cast(
        keras.ops.less_equal(farther, splice.LENGTH // 2), "float32"
    )
    # The last is 1 at each base: none is masked because no pattern was found.
    read = layers.Concatenate()(
        [layers.Multiply()([found, possible]), bases, possible, is_base]
    )
    read = layers.Masking()(layers.Multiply()([read, is_base]))
    return many_to_many(
        keras.Input((None,), dtype="int32", name="sequence"),
        {
            "cell": "gru",
            "units": units,
            "depth": 2,
            "bidirectional": True,
            "dropout_between": dropout,
        },
        encoder=keras.Model(numbers, read, name="encoder"),
        # Without a Sequential around it, which would end the mask.
        head=ClassProbabilities(splice.TAGS, name="answer"),
        name="dna_tags",
    )


def tag(model: keras.Model, texts: list[str]) -> list[list[str]]:
    """Return a tag for each base of raw sequences: exon, intron or neither.

    A sequence may have any length. What the network has learned from is stretches of
    20 to 60 bases with at most one junction, ten bases or more from both ends. In 60 it
    takes the junction to be in the middle, as it is in the data. Longer sequences are
    read in windows of 40, in which a junction may be anywhere, every ten bases, and the
    windows' answers are averaged; there are no data to measure that on. Shorter ones
    than 20 have too little in them to go by.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: List of strings of bases, in capital or small letters.

    Raises:
        UserError: A letter is no base, or a text has none at all.
    """
    return without_backend.tag(KerasNetwork(model), without_backend.checked(texts))


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer raw sequences: each in runs of a tag, `[ACCAG: exon][GTAAGT: intron]`."""
    return without_backend.answer(KerasNetwork(model), inputs)


def train(request: Request) -> Outcome:
    """Train on eight tenths of the stretches and judge on one.

    The parts are stratified, a sequence that is there twice is never in two of them,
    and a tenth decides which epoch was best. Each stretch is read as a whole and in
    cuts, see `segments.cut`.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metrics `accuracy`, the share of right tags in whole
        stretches, and `accuracy_of_cuts`; `more` has the share of the junctions that
        were found at their very place, and what a weight matrix reaches.

    Raises:
        UserError: The data cannot be read, or are too few to keep some for the test.
    """
    data = request.load(splice.load)
    train, validation, test = split(data)
    request.tell_split("Stretches", train, validation, test, ", each also in cuts")

    asked = {"whole": whole(data, test), "cuts": cut(data, test, 0)}
    known = whole_and_cut(data, train, 1, _CUTS)

    def judged(tagger: Callable[[list[str]], list[list[str]]]) -> dict[str, dict]:
        return {
            how: scores(truth, tagger(texts)) for how, (texts, truth) in asked.items()
        }

    simple = judged(lambda texts: most_frequent_tags(known[1], texts))
    matrix = judged(WeightMatrix(known[0][: len(train)], data.labels[train]).tag)
    for what, name, each in (
        ("Baseline", BASELINE, simple),
        ("Beside it", "weight matrix", matrix),
    ):
        request.tell(
            what,
            f"{name}: accuracy {each['whole']['accuracy']:.3f}, of cuts "
            f"{each['cuts']['accuracy']:.3f}",
        )

    training.set_seed(request.seed)
    model = build()
    fit_to_accuracy(
        model,
        arrays(model, *known),
        arrays(model, *whole_and_cut(data, validation, 2)),
        request,
        updates=_UPDATES,
        learning_rate=4e-3,
        batch_size=64,
        # Weighted by the mask: padding is no base.
        weighted_metrics=["accuracy"],
    )
    found = {how: tag(model, texts) for how, (texts, _) in asked.items()}
    reached = {how: scores(asked[how][1], tags) for how, tags in found.items()}
    shown = [
        place
        for label in range(len(splice.CLASSES))
        for place in np.flatnonzero(data.labels[test] == label)[:4].tolist()
    ]
    cut_texts, cut_tags = asked["cuts"]
    texts = [cut_texts[place] for place in shown]
    truth = [cut_tags[place] for place in shown]
    tags = [found["cuts"][place] for place in shown]
    [lecture] = answer(model, [LECTURE_EXAMPLE]).column("answer")
    return Outcome(
        model=model,
        data=data,
        metrics=_metrics(reached),
        baseline=_metrics(simple),
        baseline_name=BASELINE,
        examples=[
            *(
                (text, _in_words(text, true), _in_words(text, said))
                for text, true, said in list(zip(texts, truth, tags, strict=True))[:6]
            ),
            (LECTURE_EXAMPLE, "", lecture),
        ],
        more={
            "test": len(test),
            "scores": reached,
            "baseline_scores": simple,
            "weight_matrix": matrix,
        },
        figures={
            "tags": draw(
                texts,
                truth,
                tags,
                splice.TAGS,
                data.describe(),
                "Cuts of DNA that no training has seen: tags of each base",
            )
        },
    )


def arrays(
    model: keras.Model, sequences: list[str], tags: list[list[str]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the network learns from: numbers of bases, and of their tags.

    Two int32 arrays `(len(sequences), 60)`, padded at the end; sequences are of up to
    60 bases, in capital letters.
    """
    # All of one length, which is compiled once: a cut is not much shorter.
    numbers = _numbers(model, sequences, splice.LENGTH)
    names = model.get_layer("answer").classes
    targets = np.zeros(numbers.shape, "int32")
    for row, each in zip(targets, tags, strict=True):
        row[: len(each)] = [names.index(tag) for tag in each]
    return numbers, targets


def _numbers(model, sequences, length):
    return model.get_layer("encoder").get_layer("bases").encode(sequences, length)


def _metrics(scored):
    return {
        "accuracy": scored["whole"]["accuracy"],
        "accuracy_of_cuts": scored["cuts"]["accuracy"],
    }


def _in_words(sequence, tags):
    return ", ".join(f"{tag} {len(run)}" for tag, run in runs(sequence, tags))
