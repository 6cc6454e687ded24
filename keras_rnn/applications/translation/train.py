"""Translation: a sentence in, its translation out. Encoder-decoder with attention.

*Chapter 5*, 5.1 and 5.5: "Voulez-vous chanter avec moi?"
"""

import math
import textwrap

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared.batches import PairBatches
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.texts import UNKNOWN, most_similar, vocabulary
from keras_rnn.applications.shared.word_tokens import (
    bare,
    detokenise,
    small_words,
    tokenise,
    true_case,
)
from keras_rnn.applications.translation import network as translator
from keras_rnn.applications.translation import search_errors
from keras_rnn.applications.translation.split import split_pairs
from keras_rnn.architectures import attention_scores
from keras_rnn.datasets.text import sentence_pairs
from keras_rnn.datasets.text.sentence_grammar import LECTURE_PAIR
from keras_rnn.errors import UserError

BASELINE = "translation of the most similar sentence (TF-IDF)"

# The lecture's sentence in the languages that the model may have learnt.
_LECTURE = {
    "French": LECTURE_PAIR,
    "English": (LECTURE_PAIR[1], "¿Quieres cantar conmigo?"),
}

# So many pairs are held out, or else a tenth.
_TEST, _VALIDATION = 2000, 1000
_LEAST = 100

# Longer sentences, one in two hundred, make training slow and are not learnt from.
_LONGEST = 20
_WORDS = 8_000

# Often enough through the pairs, and so many batches of 128, at least.
_EPOCHS, _UPDATES, _BATCH = 4, 1200, 128
LENGTH_PENALTY = 1.0


def predict(model, texts):
    """Return the translations of raw texts.

    Args:
        model: What `text.translator.build` returned, trained, or the same loaded from
            its file.
        texts: List of strings. Unknown words are read as "unknown", and what is
            longer than 24 words is translated in parts: see
            `text.translator.translate`.

    Returns:
        List of strings.
    """
    return translator.translate(model, texts)


answers = predict


def train(request):
    """Train with attention and without, and judge both on pairs that share no sentence.

    The sentences of 2,000 pairs (or a tenth) are in no other part, and neither are
    those of the 1,000 (or a twentieth) that decide which epoch was best.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metrics `bleu` (beams of 5), `bleu_greedy` and
        `bleu_without_attention` (beams of 5): sacreBLEU with capitals and signs.

    Raises:
        UserError: The data cannot be read, or are less than 100 pairs.
    """
    data = sentence_pairs.load(request.data)
    request.tell_data(data)
    if len(data) < _LEAST:
        raise UserError(
            f"{data.origin} has {len(data)} pairs of sentences. Give at least "
            f"{_LEAST}, so that some can be kept for the test."
        )
    train, validation, test = split_pairs(
        [
            (bare(source), bare(target))
            for source, target in zip(data.sources, data.targets, strict=True)
        ],
        test=min(_TEST, len(data) // 10),
        validation=min(_VALIDATION, len(data) // 20),
    )
    request.tell(
        "Pairs",
        f"{len(train):,} to train, {len(validation):,} to validate, {len(test):,} to "
        "test, no sentence of which is in another part",
    )
    texts = [data.sources[place] for place in test]
    references = [data.targets[place] for place in test]
    similar = nearest(data, train, texts)
    known = bleu(similar, references)
    request.tell("Baseline", f"{BASELINE}: BLEU {known.score:.1f}")

    pairs = _Pairs(data, train)
    request.tell(
        "Words", f"{len(pairs.source_words):,} to {len(pairs.target_words):,} known"
    )
    models = {
        name: _trained(pairs, train, validation, request, name, attention)
        for name, attention in (("attention", "multiplicative"), ("plain", None))
    }
    model = models["attention"]
    said = {
        name: translator.translate_words(
            one, texts, translator.searcher(one, width, LENGTH_PENALTY)
        )
        for name, one, width in (
            ("bleu", model, 5),
            ("bleu_greedy", model, 1),
            ("bleu_without_attention", models["plain"], 5),
        )
    }
    scores = {
        name: bleu([detokenise(words) for words in found], references)
        for name, found in said.items()
    }
    lecture = _LECTURE.get(data.languages[0])
    asked = list(zip(texts[:6], references[:6], strict=True))
    asked += [lecture] if lecture else []
    return Outcome(
        model=model,
        data=data,
        metrics={name: score.score for name, score in scores.items()},
        baseline={name: known.score if name == "bleu" else None for name in scores},
        baseline_name=BASELINE,
        examples=[
            (*pair, answer)
            for pair, answer in zip(
                asked, predict(model, [source for source, _ in asked]), strict=True
            )
        ],
        more={
            "bleu_signature": scores["bleu"].signature,
            "train": len(train),
            "validation": len(validation),
            "test": len(test),
            "languages": list(data.languages),
            "beam_width": 5,
            "length_penalty": LENGTH_PENALTY,
            "errors": _blame(model, pairs, test, texts, said["bleu"]),
        },
        figures=attention_maps(model, _of_some_length(texts, lecture), data),
    )


def _of_some_length(texts, lecture, count=4):
    """The lecture's sentence, and some in which there is a way to look."""
    chosen = sorted(texts, key=lambda text: not 7 <= len(tokenise(text)) <= 10)
    return [*(lecture or ())[:1], *chosen][:count]


def bleu(found, references):
    """Return sacreBLEU of a whole set of translations, with one reference each.

    Args:
        found: List of strings.
        references: List of strings.

    Returns:
        sacreBLEU's score, with the attributes `score`, 0 to 100, and `signature`.

    Example:

    >>> score = bleu(["The cat sat on the mat."], ["The cat sat on the mat."])
    >>> round(score.score, 1)
    100.0
    """
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    score = metric.corpus_score(list(found), [list(references)])
    score.signature = str(metric.get_signature())
    return score


def attention_maps(model, texts, data=None):
    """Return pictures of where the model looked while it translated.

    Args:
        model: What `text.translator.build` returned with attention, trained.
        texts: List of strings.
        data: What it learned from; stands below the pictures. Default: `None`.

    Returns:
        Dict from name to `matplotlib` figure.
    """
    from keras_rnn.visualize import attention_map

    looking = attention_scores(model)
    sources = [translator.source_tokens(model, text) for text in texts]
    found, _ = translator.search(
        model, translator.searcher(model, 5, LENGTH_PENALTY), sources
    )
    figures = {}
    for number, (source, target) in enumerate(zip(sources, found, strict=True), 1):
        read, _ = translator.encode_targets(model, [target])
        numbers = translator.encode_sources(model, [source])
        weights = keras.ops.convert_to_numpy(looking.predict_on_batch((numbers, read)))[
            0
        ]
        figure = attention_map(
            weights[: len(target) + 1, : len(source)],
            source,
            [*target, "end"],
            title="Where each word looked",
        )
        if data is not None:
            figure.supxlabel(
                textwrap.fill(data.describe(), 70),
                x=0.01,
                ha="left",
                fontsize=6,
                color="0.4",
            )
        figures[f"attention_{number}"] = figure
    return figures


class _Pairs:
    """The words of all pairs, and the vocabularies of the training part."""

    def __init__(self, data, train):
        self.sides, self.words = [], []
        for texts in (data.sources, data.targets):
            tokens = [tokenise(text) for text in texts]
            is_small = small_words([tokens[place] for place in train])
            tokens = [true_case(one, is_small) for one in tokens]
            self.sides.append(tokens)
            self.words.append(
                vocabulary([tokens[place] for place in train], most=_WORDS)
            )

    @property
    def source_words(self):
        return self.words[0]

    @property
    def target_words(self):
        return self.words[1]

    def part(self, places):
        """The words of the sources and of the targets at these places."""
        return [[side[place] for place in places] for side in self.sides]


def _trained(pairs, train, validation, request, name, attention):
    training.set_seed(request.seed)
    model = translator.build(
        pairs.source_words, pairs.target_words, attention=attention
    )
    request.tell("Train", f"{name}: {model.count_params():,} weights")

    def batches(places, **options):
        short = [
            place
            for place in places
            if max(len(side[place]) for side in pairs.sides) <= _LONGEST
            and min(len(side[place]) for side in pairs.sides) > 0
        ]
        sources, targets = pairs.part(short)
        return PairBatches(
            translator.encode_sources(model, sources),
            *translator.encode_targets(model, targets),
            batch_size=_BATCH,
            seed=request.seed,
            **options,
        )

    learning = batches(train)
    fewest = math.ceil(_UPDATES / len(learning))
    epochs = request.epochs or max(_EPOCHS, fewest)
    steps = epochs * len(learning)
    schedule = keras.optimizers.schedules.CosineDecay(
        1e-4, steps, warmup_target=3e-3, warmup_steps=max(1, min(300, steps // 10))
    )
    fit_to_likelihood(
        model,
        learning,
        batches(validation, shuffle=False),
        request,
        epochs=epochs,
        batches=len(learning),
        learning_rate=schedule,
        # An unknown word is never the right answer: no translation says it.
        ignore_class=UNKNOWN,
        name=name,
    )
    return model


def nearest(data, train, texts):
    """Return what stands beside the most similar sentences: the baseline.

    Args:
        data: `SentencePairs`.
        train: Integer array, the places of the pairs to look in.
        texts: List of strings, what is to be translated.

    Returns:
        List of strings.
    """
    known = [data.sources[place] for place in train]
    best = most_similar(known, texts, lambda text: tokenise(text.lower()))
    return [data.targets[train[place]] for place in best]


def _blame(model, pairs, test, texts, found):
    """The errors of the search, and the worst of them in words."""
    sources = [translator.source_tokens(model, text) for text in texts]
    # What was translated in parts was not searched for as one.
    whole = [i for i, one in enumerate(sources) if 0 < len(one) <= translator.LONGEST]
    _, references = pairs.part(test)
    given = [[side[i] for i in whole] for side in (sources, references, found)]
    errors = search_errors.analyse(model, *given, LENGTH_PENALTY)
    missed = np.flatnonzero(errors.search_to_blame)
    gains = (errors.reference - errors.found)[missed]
    return {
        "judged": int(errors.judged.sum()),
        "search_to_blame": errors.share_of_search(),
        "missed": [
            {
                "given": texts[whole[i]],
                "reference": detokenise(given[1][i]),
                "found": detokenise(given[2][i]),
                "score_of_reference": round(float(errors.reference[i]), 3),
                "score_of_found": round(float(errors.found[i]), 3),
            }
            for i in missed[np.argsort(-gains)][:5]
        ],
    }
