"""Music: a tune from nothing. One-to-many, where the one is a sign that says begin.

*Lecture 3*, slides 3 and 12; *chapter 5*, 5.1: nothing in, a melody out.
"""

import re
from typing import Any

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.applications.music_generation import bars
from keras_rnn.applications.music_generation.figures import draw
from keras_rnn.applications.music_generation.midi import music_files
from keras_rnn.applications.music_generation.network import (
    END,
    START,
    build,
    vocabulary_of,
)
from keras_rnn.applications.music_generation.split import split, usable
from keras_rnn.applications.shared.batches import LengthBatches
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.lengths import round_up
from keras_rnn.applications.shared.scores import log_likelihood
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.datasets.text import tunes
from keras_rnn.datasets.text.tune_tokens import (
    UnreadableError,
    key_token,
    metre_token,
    write_abc,
)
from keras_rnn.decoding import sample
from keras_rnn.errors import UserError
from keras_rnn.optional import need
from keras_rnn.reference.n_grams import NGrams

# Drawn a little more boldly than they are believed: see `write`.
TEMPERATURE = 0.6

# The longest tune of the Irish ones has 379 tokens.
LONGEST = 450

# Tunes that are drawn for counting how many of them are whole.
DRAWN = 100
_UPDATES = 1000
_ORDERS = (3, 4, 5, 6, 7, 8)


def write(
    model: keras.Model,
    count: int = 1,
    prompt: list[str] | tuple = (),
    *,
    temperature: float = TEMPERATURE,
    seed: int | None = None,
) -> list[list[str]]:
    """Draw tunes, token by token, with the probabilities that the model gives.

    Nothing is thrown away or drawn again.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        count: Integer, how many. Default: `1`.
        prompt: Sequence of tokens to begin with. Default: none.
        temperature: Float; below 1 it makes the likely likelier: some variety is given
            for fewer slips of the counting. Default: `0.6`.
        seed: Integer. Default: `None`, other tunes at each call.

    Returns:
        List of lists of tokens, the prompt first.
    """
    tokens = vocabulary_of(model)
    [begin] = tokens.encode([[START, *prompt]])
    [[end]] = tokens.encode([[END]])
    writer = sample(
        model,
        end_token=int(end),
        max_length=LONGEST,
        temperature=temperature,
        seed=seed,
    )
    begins = np.repeat(begin[None], count, axis=0)
    rows, _ = writer.predict(begins, batch_size=count, verbose=0)
    written = tokens.decode(rows)
    return [[*prompt, *one[: [*one, END].index(END)]] for one in written]


def compose(
    model: keras.Model,
    texts: list[str],
    *,
    temperature: float = TEMPERATURE,
    seed: int | None = None,
) -> list[str]:
    """Return a tune in ABC notation for each prompt.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        texts: List of strings: empty, or header fields such as `"M:6/8"` or
            `"M:6/8 K:D Major"`.
        temperature: Float, below 1 for fewer slips. Default: `0.6`.
        seed: Integer. Default: `None`, other tunes at each call.

    Raises:
        UserError: A prompt has something else, or what the model has never seen.
    """
    how: dict[str, Any] = {"temperature": temperature, "seed": seed}
    prompts = [_prompt(model, text, **how) for text in texts]
    return [
        write_abc(write(model, 1, prompt, **how)[0], number, title=f"Tune {number}")
        for number, prompt in enumerate(prompts, 1)
    ]


def answer(model: keras.Model, inputs: list[str], seed: int = 0) -> Answers:
    """Answer empty texts, or prompts such as `M:6/8 K:D`: a tune in ABC for each."""
    return Answers.of_each(inputs, compose(model, inputs, seed=seed))


def _prompt(model, text, **how):
    """The tokens of header fields, metre first."""
    fields = re.split(r"(?:^|[\s;]+)([A-Za-z]):", text.strip())
    if fields[0].strip():
        raise UserError(
            f"{text!r} does not begin with a field. Give nothing, a metre such as "
            "M:6/8, a key such as K:D, or both."
        )
    found = {}
    for name, value in zip(fields[1::2], fields[2::2], strict=True):
        if name not in "MK":
            raise UserError(f"{text!r}: of the fields, M: and K: can be asked for.")
        try:
            found[name] = metre_token(value) if name == "M" else key_token(value)
        except UnreadableError as error:
            raise UserError(f"{text!r}: {error}.") from error
        known = vocabulary_of(model).vocabulary
        if found[name] not in known:
            others = [token for token in known if token.startswith(f"{name}:")]
            raise UserError(
                f"{text!r}: the model has learnt no tune with {found[name]}. It knows "
                f"{', '.join(others)}."
            )
    if "K" in found and "M" not in found:  # the metre comes first, so it is drawn
        found["M"] = write(model, **how)[0][0]
    return [found[name] for name in "MK" if name in found]


def train(request: Request) -> Outcome:
    """Train on eight tenths of the tunes, and judge on one.

    A tenth of the tunes decides which epoch was best. Versions of one tune are all in
    the same part. Only tunes whose bars are whole (see `bars`) are learnt from and
    judged on.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metrics `whole_bars`, the share of 100 drawn tunes whose bars
        are whole, and `nats`, the loss a character of the held-out tunes as they are
        written in ABC.

    Raises:
        UserError: The data cannot be read, or hold less than 30 tunes to learn from.
    """
    need("music21")
    data = request.load(tunes.load)
    sequences, facts = usable(data)
    train, validation, test = (
        [sequences[i] for i in part] for part in split(sequences)
    )
    note = (
        f"; left out: {facts['unreadable']} not readable, {facts['not_whole']} whose "
        "bars are not whole"
    )
    request.tell_split("Tunes", train, validation, test, note)
    request.tell("Real tunes", f"{facts['real_whole_bars']:.0%} have whole bars")
    training.set_seed(request.seed)
    known = vocabulary(train)
    model = build(known)
    characters = sum(len(write_abc(one)) for one in test)
    n_grams = n_gram_model(model, train, validation)
    baseline_name = f"{n_grams.order}-grams"

    def whole_bars(written: list[list[str]]) -> float:
        return judge(0, written)[0]["whole_bars"]

    by_n_grams = {
        heat: n_gram_tunes(model, n_grams, DRAWN, temperature=heat, seed=request.seed)
        for heat in (TEMPERATURE, 1.0)
    }
    baseline, _ = judge(
        n_gram_nats(model, n_grams, test) / characters, by_n_grams[TEMPERATURE]
    )
    request.tell(
        "Baseline",
        f"{baseline_name} of the same tokens, {baseline['whole_bars']:.0%} whole bars, "
        f"{baseline['nats']:.3f} nats a character",
    )
    fit(model, train, validation, request)
    drawn = {
        heat: write(model, DRAWN, temperature=heat, seed=request.seed)
        for heat in (0.4, TEMPERATURE, 0.8, 1.0)
    }
    nats = total_nats(model, test)
    metrics, reports = judge(nats / characters, drawn[TEMPERATURE])
    shown = [
        write_abc(tokens, number, f"Tune {number}, seed {request.seed}")
        for number, tokens in enumerate(drawn[TEMPERATURE][:4], 1)
    ]
    pictured = {
        "drawn by the network": shown[0],
        "a real tune": write_abc(test[0], 1, "A tune of the test"),
    }
    pictured = {title: abc for title, abc in pictured.items() if bars.count(abc).bars}
    return Outcome(
        model=model,
        data=data,
        metrics=metrics,
        baseline=baseline,
        baseline_name=baseline_name,
        examples=[
            ("", "", f"{abc}{report.fault or 'whole'}")
            for abc, report in zip(shown[:2], reports, strict=False)
        ],
        more={
            "temperature": TEMPERATURE,
            "whole_bars_by_temperature": {
                str(heat): whole_bars(some) for heat, some in drawn.items()
            },
            "baseline_whole_bars_at_temperature_1": whole_bars(by_n_grams[1.0]),
            **facts,
            "nats_a_token": nats / sum(len(one) + 1 for one in test),
            "test": len(test),
            "vocabulary": len(known),
        },
        figures={"piano_roll": draw(pictured, data.describe())} if pictured else {},
        files=music_files(shown),
    )


def judge(
    nats: float, written: list[list[str]]
) -> tuple[dict[str, float], list[bars.Report]]:
    """Return the metrics of drawn tunes, and the report of each."""
    reports = [bars.count(write_abc(tokens)) for tokens in written]
    whole = sum(report.whole for report in reports) / len(reports)
    return {"whole_bars": whole, "nats": nats}, reports


def fit(
    model: keras.Model,
    train: list[list[str]],
    validation: list[list[str]],
    request: Request,
) -> None:
    """Train a network on tunes, and leave it with the weights that validated best.

    The loss is that of every token after the start, the end included.
    """
    batches = _batches(model, train, seed=request.seed)
    fit_to_likelihood(
        model,
        batches,
        _batches(model, validation, shuffle=False),
        request,
        epochs=max(1, round(_UPDATES / len(batches))),
        learning_rate=4e-3,
        ignore_class=0,
        weight_decay=0.01,
    )


def total_nats(model: keras.Model, sequences: list[list[str]]) -> float:
    """Return the loss of tunes, metre, key and end included, all together.

    Tokens that the model does not know count as the unknown token.
    """
    batches = _batches(model, sequences, shuffle=False)
    total = 0.0
    for x, y in (batches[place] for place in range(len(batches))):
        right = log_likelihood(model.predict_on_batch(x), y)
        total -= float(right[y > 0].sum())
    return total


def n_gram_model(
    model: keras.Model, train: list[list[str]], validation: list[list[str]]
) -> NGrams:
    """Return the n-gram model of a network's tokens whose order validates best."""
    rows, size = _rows(model, train), model.output_shape[-1]
    tried = [NGrams(order, size).fit(rows) for order in _ORDERS]
    return min(tried, key=lambda n_grams: n_gram_nats(model, n_grams, validation))


def n_gram_nats(
    model: keras.Model, n_grams: NGrams, sequences: list[list[str]]
) -> float:
    """Return the loss of tunes by an n-gram model, as `total_nats` by the network."""
    # The start is given.
    rows = _rows(model, sequences)
    return -float(sum(n_grams.log_probabilities(row)[1:].sum() for row in rows))


def n_gram_tunes(
    model: keras.Model,
    n_grams: NGrams,
    count: int = 100,
    *,
    temperature: float = 1.0,
    seed: int = 0,
) -> list[list[str]]:
    """Draw tunes from an n-gram model of the network's tokens, as lists of them."""
    tokens = vocabulary_of(model)
    start, end = tokens.encode([[START, END]])[0].tolist()
    rows = n_grams.sample(
        count,
        end=end,
        longest=LONGEST,
        temperature=temperature,
        seed=seed,
        start=[start],
    )
    return [tokens.decode([row])[0] for row in rows]


def _numbers(model, sequences):
    """Tunes as numbers, with start and end, and how long each is without the start."""
    lengths = [len(tokens) + 1 for tokens in sequences]
    marked = [[START, *tokens, END] for tokens in sequences]
    return vocabulary_of(model).encode(marked, round_up(max(lengths)) + 1), lengths


def _rows(model, sequences):
    """Tunes as numbers, start and end included, without padding."""
    numbers, lengths = _numbers(model, sequences)
    return [row[: length + 1] for row, length in zip(numbers, lengths, strict=True)]


def _batches(model, sequences, **options):
    numbers, lengths = _numbers(model, sequences)
    return LengthBatches(numbers[:, :-1], numbers[:, 1:], lengths, 16, **options)
