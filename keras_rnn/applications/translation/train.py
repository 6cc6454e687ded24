"""Translation: a sentence in, its translation out. Encoder-decoder with attention.

*Chapter 5*, 5.1 and 5.5: "Voulez-vous chanter avec moi?"
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.shared.batches import PairBatches
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.splits import too_few
from keras_rnn.applications.shared.texts import UNKNOWN, most_similar, vocabulary
from keras_rnn.applications.translation import network, search_errors
from keras_rnn.applications.translation.split import split_pairs
from keras_rnn.architectures import attention_scores
from keras_rnn.datasets.text import sentence_pairs
from keras_rnn.datasets.text.sentence_grammar import LECTURE_PAIR
from keras_rnn.datasets.text.word_tokens import (
    detokenise,
    mostly_lower_case,
    normalised,
    tokenise,
    true_case,
)
from keras_rnn.optional import need

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from keras_rnn.datasets.text.sentence_pairs import SentencePairs

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


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer raw texts: the translation of each, from beams of 5."""
    return Answers.of_each(inputs, network.translate(model, inputs))


def train(request: Request) -> Outcome:
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
    need("sacrebleu")
    data = request.load(sentence_pairs.load)
    if len(data) < _LEAST:
        raise too_few(data, f"{len(data)} pairs of sentences", f"{_LEAST}")
    train, validation, test = split_pairs(
        [
            (normalised(source), normalised(target))
            for source, target in zip(data.sources, data.targets, strict=True)
        ],
        test=min(_TEST, len(data) // 10),
        validation=min(_VALIDATION, len(data) // 20),
    )
    note = ", no sentence of which is in another part"
    request.tell_split("Pairs", train, validation, test, note)
    texts = [data.sources[place] for place in test]
    references = [data.targets[place] for place in test]
    similar = nearest(data, train, texts)
    known = bleu(similar, references)
    request.tell("Baseline", f"{BASELINE}: BLEU {known.score:.1f}")

    sides, words = _words(data, train)
    request.tell("Words", f"{len(words[0]):,} to {len(words[1]):,} known")
    model, plain = (
        _trained(sides, words, train, validation, request, name, attention)
        for name, attention in (("attention", "multiplicative"), ("plain", None))
    )
    said = {}
    for name, one, width in (
        ("bleu", model, 5),
        ("bleu_greedy", model, 1),
        ("bleu_without_attention", plain, 5),
    ):
        search = network.searcher(one, width, LENGTH_PENALTY)
        said[name] = network.translate_words(one, texts, search)
    scores = {
        name: bleu([detokenise(words) for words in found], references)
        for name, found in said.items()
    }
    lecture = _LECTURE.get(data.languages[0])
    asked = list(zip(texts[:6], references[:6], strict=True))
    asked += [lecture] if lecture else []
    answers = network.translate(model, [source for source, _ in asked])
    return Outcome(
        model=model,
        data=data,
        metrics={name: score.score for name, score in scores.items()},
        baseline={name: known.score if name == "bleu" else None for name in scores},
        baseline_name=BASELINE,
        examples=[(*pair, found) for pair, found in zip(asked, answers, strict=True)],
        more={
            "bleu_signature": scores["bleu"].signature,
            "train": len(train),
            "validation": len(validation),
            "test": len(test),
            "languages": list(data.languages),
            "beam_width": 5,
            "length_penalty": LENGTH_PENALTY,
            "errors": _blame(
                model, texts, [sides[1][place] for place in test], said["bleu"]
            ),
        },
        figures=attention_maps(model, _of_some_length(texts, lecture), data),
    )


def _of_some_length(texts, lecture, count=4):
    """The lecture's sentence, and some in which there is a way to look."""
    chosen = sorted(texts, key=lambda text: not 7 <= len(tokenise(text)) <= 10)
    return [*(lecture or ())[:1], *chosen][:count]


def bleu(found: list[str], references: list[str]) -> Any:
    """Return sacreBLEU of a whole set of translations, with one reference each.

    It has the attributes `score`, 0 to 100, and `signature`.

    Example:

    >>> score = bleu(["The cat sat on the mat."], ["The cat sat on the mat."])
    >>> round(score.score, 1)
    100.0
    """
    need("sacrebleu")
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    score: Any = metric.corpus_score(list(found), [list(references)])
    score.signature = str(metric.get_signature())
    return score


def attention_maps(
    model: keras.Model, texts: list[str], data: SentencePairs | None = None
) -> dict[str, Figure]:
    """Return pictures of where a model with attention looked while it translated.

    What it learned from stands below them if `data` is given.
    """
    from keras_rnn.visualize import attention_map

    looking = attention_scores(model)
    sources = [network.source_tokens(model, text) for text in texts]
    search = network.searcher(model, 5, LENGTH_PENALTY)
    found, _ = network.search(model, search, sources)
    figures = {}
    for number, (source, target) in enumerate(zip(sources, found, strict=True), 1):
        read, _ = network.encode_targets(model, [target])
        numbers = network.encode_sources(model, [source])
        [weights] = keras.ops.convert_to_numpy(
            looking.predict_on_batch((numbers, read))
        )
        figure = attention_map(
            weights[: len(target) + 1, : len(source)],
            source,
            [*target, "end"],
            title="Where each word looked",
        )
        if data is not None:
            caption = textwrap.fill(data.describe(), 70)
            figure.supxlabel(caption, x=0.01, ha="left", fontsize=6, color="0.4")
        figures[f"attention_{number}"] = figure
    return figures


def _words(data, train):
    """The words of sources and targets, and the vocabularies of the training part."""
    sides, known = [], []
    for texts in (data.sources, data.targets):
        tokens = [tokenise(text) for text in texts]
        is_lower_case = mostly_lower_case([tokens[place] for place in train])
        sides.append([true_case(one, is_lower_case) for one in tokens])
        known.append(vocabulary([sides[-1][place] for place in train], most=_WORDS))
    return sides, known


def _trained(sides, words, train, validation, request, name, attention):
    training.set_seed(request.seed)
    model = network.build(*words, attention=attention)
    request.tell("Train", f"{name}: {model.count_params():,} weights")
    lengths = np.array([[len(tokens) for tokens in side] for side in sides])
    is_short = (lengths.min(axis=0) > 0) & (lengths.max(axis=0) <= _LONGEST)

    def batches(places: np.ndarray, **options: Any) -> PairBatches:
        sources, targets = (
            [side[place] for place in places[is_short[places]]] for side in sides
        )
        return PairBatches(
            network.encode_sources(model, sources),
            *network.encode_targets(model, targets),
            batch_size=_BATCH,
            seed=request.seed,
            **options,
        )

    learning = batches(train)
    epochs = request.epochs or max(_EPOCHS, -(-_UPDATES // len(learning)))
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
        learning_rate=schedule,
        # An unknown word is never the right answer: no translation says it.
        ignore_class=UNKNOWN,
        name=name,
    )
    return model


def nearest(data: SentencePairs, train: np.ndarray, texts: list[str]) -> list[str]:
    """Return what stands beside the sentences most similar to texts: the baseline.

    They are looked for at the places `train` of the data.
    """
    known = [data.sources[place] for place in train]
    best = most_similar(known, texts, lambda text: tokenise(text.lower()))
    return [data.targets[train[place]] for place in best]


def _blame(model, texts, references, found):
    """The errors of the search, and the worst of them in words."""
    sources = [network.source_tokens(model, text) for text in texts]
    # What was translated in parts was not searched for as one.
    whole = [i for i, one in enumerate(sources) if 0 < len(one) <= network.LONGEST]
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
