"""Music: a tune from nothing. One-to-many, where the one is a sign that says begin.

*Lecture 3*, slides 3 and 12; *chapter 5*, 5.1: nothing in, a melody out.
"""

import re

import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.music_generation import bars, split
from keras_rnn.applications.music_generation.figures import draw
from keras_rnn.applications.music_generation.midi import music_files
from keras_rnn.applications.music_generation.network import (
    END,
    START,
    build,
    vocabulary_of,
)
from keras_rnn.applications.music_generation.tokens import (
    UnreadableError,
    key_token,
    metre_token,
    write_abc,
)
from keras_rnn.applications.shared.batches import LengthBatches, round_up
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.n_grams import NGrams
from keras_rnn.applications.shared.scores import log_likelihood
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.datasets.text import tunes
from keras_rnn.decoding import sample
from keras_rnn.errors import UserError

# Drawn a little more boldly than they are believed: see `write`.
TEMPERATURE = 0.6

# The longest tune of the Irish ones has 379 tokens.
LONGEST = 450

# Tunes that are drawn for counting how many of them are whole.
DRAWN = 100
_UPDATES = 1000
_ORDERS = (3, 4, 5, 6, 7, 8)


def write(model, count=1, prompt=(), *, temperature=TEMPERATURE, seed=None):
    """Draw tunes, token by token, with the probabilities that the model gives.

    A `temperature` below 1 makes the likely likelier: some variety is given for fewer
    slips of the counting. Nothing is thrown away or drawn again.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        count: Integer, how many. Default: `1`.
        prompt: Sequence of tokens to begin with. Default: none.
        temperature: Float. Default: `0.6`.
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
    rows, _ = writer.predict(
        np.repeat(begin[None], count, axis=0), batch_size=count, verbose=0
    )
    return [[*prompt, *_until_end(one)] for one in tokens.decode(rows)]


def _until_end(tokens):
    return tokens[: tokens.index(END)] if END in tokens else tokens


def predict(model, texts, *, temperature=TEMPERATURE, seed=None):
    """Return a tune for each prompt.

    Args:
        model: As in `write`.
        texts: List of strings: empty, or header fields such as `"M:6/8"` or
            `"M:6/8 K:D Major"`.
        temperature: As in `write`.
        seed: As in `write`.

    Returns:
        List of strings, tunes in ABC notation.

    Raises:
        UserError: A prompt has something else, or what the model has never seen.
    """
    return [
        write_abc(
            write(
                model,
                prompt=_prompt(model, text, temperature, seed),
                temperature=temperature,
                seed=seed,
            )[0],
            number,
            title=f"Tune {number}",
        )
        for number, text in enumerate(texts, 1)
    ]


answers = predict


def _prompt(model, text, temperature, seed):
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
        found["M"] = write(model, temperature=temperature, seed=seed)[0][0]
    return [found[name] for name in "MK" if name in found]


def train(request):
    """Train on eight tenths of the tunes, and judge on one.

    A tenth of the tunes decides which epoch was best. Versions of one tune are all in
    the same part. Only tunes whose bars are whole (`music.bars`) are learnt from and
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
    data = tunes.load(request.data)
    request.tell_data(data)
    sequences, facts = split.usable(data)
    parts = split.split(sequences)
    train, validation, test = ([sequences[i] for i in part] for part in parts)
    request.tell(
        "Tunes",
        f"{len(train):,} to train, {len(validation):,} to validate, {len(test):,} to "
        f"test; left out: {facts['unreadable']} not readable, "
        f"{facts['not_whole']} whose bars are not whole",
    )
    request.tell("Real tunes", f"{facts['real_whole_bars']:.0%} have whole bars")
    training.set_seed(request.seed)
    known = vocabulary(train)
    model = build(known)
    characters = sum(len(write_abc(one)) for one in test)
    n_grams = n_gram_model(model, train, validation)
    baseline_name = f"{n_grams.order}-grams"
    baseline, _ = judge(
        n_gram_nats(model, n_grams, test) / characters,
        n_gram_tunes(model, n_grams, DRAWN, temperature=TEMPERATURE, seed=request.seed),
    )
    request.tell(
        "Baseline",
        f"{baseline_name} of the same tokens, {baseline['whole_bars']:.0%} whole bars, "
        f"{baseline['nats']:.3f} nats a character",
    )
    fit(model, train, validation, request)
    written = write(model, DRAWN, seed=request.seed)
    nats = total_nats(model, test)
    metrics, reports = judge(nats / characters, written)
    by_temperature = {
        str(temperature): judge(
            0, write(model, DRAWN, temperature=temperature, seed=request.seed)
        )[0]["whole_bars"]
        for temperature in (0.4, 0.6, 0.8, 1.0)
    }
    drawn = [
        write_abc(tokens, number, f"Tune {number}, seed {request.seed}")
        for number, tokens in enumerate(written[:4], 1)
    ]
    real = write_abc(test[0], 1, "A tune of the test")
    return Outcome(
        model=model,
        data=data,
        metrics=metrics,
        baseline=baseline,
        baseline_name=baseline_name,
        examples=[
            ("", "", f"{abc}{'whole' if report.whole else report.fault}")
            for abc, report in zip(drawn[:2], reports, strict=False)
        ],
        more={
            "temperature": TEMPERATURE,
            "whole_bars_by_temperature": by_temperature,
            "baseline_whole_bars_at_temperature_1": judge(
                0, n_gram_tunes(model, n_grams, DRAWN, seed=request.seed)
            )[0]["whole_bars"],
            **facts,
            "nats_a_token": nats / sum(len(one) + 1 for one in test),
            "test": len(test),
            "vocabulary": len(known),
        },
        figures=_figures(drawn, real, data),
        files=music_files(drawn),
    )


def judge(nats, written):
    """Return the metrics of drawn tunes, and the report of each."""
    reports = [bars.count(write_abc(tokens)) for tokens in written]
    whole = sum(report.whole for report in reports) / len(reports)
    return {"whole_bars": whole, "nats": nats}, reports


def _numbers(model, sequences):
    """Tunes as numbers, with start and end, and how long each is without the start."""
    lengths = [len(tokens) + 1 for tokens in sequences]
    numbers = vocabulary_of(model).encode(
        [[START, *tokens, END] for tokens in sequences], round_up(max(lengths)) + 1
    )
    return numbers, lengths


def _batches(model, sequences, size=16, shuffle=True, seed=0):
    numbers, lengths = _numbers(model, sequences)
    return LengthBatches(
        numbers[:, :-1], numbers[:, 1:], lengths, size, shuffle=shuffle, seed=seed
    )


def fit(model, train, validation, request):
    """Train a network on tunes, and leave it with the weights that validated best.

    AdamW with clipped gradients, its learning rate falling to zero along a cosine. The
    loss is that of every token after the start, the end included.

    Args:
        model: What `build` returned.
        train: List of lists of tokens.
        validation: Likewise.
        request: `keras_rnn.applications.contract.Request`.
    """
    batches = _batches(model, train, seed=request.seed)
    epochs = request.epochs or max(1, round(_UPDATES / len(batches)))
    fit_to_likelihood(
        model,
        batches,
        _batches(model, validation, shuffle=False),
        request,
        epochs=epochs,
        batches=len(batches),
        learning_rate=4e-3,
        ignore_class=0,
        weight_decay=0.01,
    )


def total_nats(model, sequences):
    """Return the loss of tunes, metre, key and end included, all together.

    Args:
        model: As in `write`.
        sequences: List of lists of tokens. Those that the model does not know count
            as the unknown token.
    """
    total = 0.0
    batches = _batches(model, sequences, shuffle=False)
    for x, y in (batches[place] for place in range(len(batches))):
        right = log_likelihood(model.predict_on_batch(x), y)
        total -= float(right[y > 0].sum())
    return total


def n_gram_model(model, train, validation):
    """Return the n-gram model of a network's tokens whose order validates best.

    Args:
        model: As in `write`, for its vocabulary.
        train: List of lists of tokens, to be counted.
        validation: Likewise, for the choice of the order.

    Returns:
        `NGrams`.
    """
    rows, size = _rows(model, train), model.output_shape[-1]
    tried = [NGrams(order, size).fit(rows) for order in _ORDERS]
    return min(tried, key=lambda n_grams: n_gram_nats(model, n_grams, validation))


def n_gram_nats(model, n_grams, sequences):
    """Return the loss of tunes by an n-gram model, as `total_nats` by the network."""
    # The start is given.
    rows = _rows(model, sequences)
    return -float(sum(n_grams.log_probabilities(row)[1:].sum() for row in rows))


def _rows(model, sequences):
    """Tunes as numbers, start and end included, without padding."""
    numbers, lengths = _numbers(model, sequences)
    return [row[: length + 1] for row, length in zip(numbers, lengths, strict=True)]


def n_gram_tunes(model, n_grams, count=100, *, temperature=1.0, seed=0):
    """Draw tunes from an n-gram model, as `write` does from the network.

    Args:
        model: As in `write`, for its vocabulary.
        n_grams: `NGrams` of its numbers.
        count: Integer. Default: `100`.
        temperature: Float. Default: `1.0`.
        seed: Integer. Default: `0`.

    Returns:
        List of lists of tokens.
    """
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


def _figures(drawn, real, data):
    pictured = {}
    for title, abc in (("drawn by the network", drawn[0]), ("a real tune", real)):
        if bars.count(abc).bars:
            pictured[title] = abc
    return {"piano_roll": draw(pictured, data.describe())} if pictured else {}
