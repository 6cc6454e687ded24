"""Speech recognition: a recording in, what is said out. Many-to-many, with CTC.

*Chapter 5*, 5.1 and 5.5: "The quick brown fox jumped over the lazy dog." Here the
vocabulary is ten words, spelled out letter by letter. The encoder-decoder that does the
same, *listen, attend and spell*, is in `speech.speller`.
"""

import math

import keras
import numpy as np

from keras_rnn import training
from keras_rnn.applications.contract import Outcome
from keras_rnn.applications.shared.learning import as_bytes, fit_to_loss
from keras_rnn.applications.speech_recognition import (
    attention_network as speech_speller,
)
from keras_rnn.applications.speech_recognition import ctc_network as speech_listener
from keras_rnn.applications.speech_recognition.baseline import (
    BASELINE,
    StretchedSpectrogram,
)
from keras_rnn.applications.speech_recognition.batches import (
    LEAD,
    SpeechBatches,
    WaveBatches,
    join,
    strings,
)
from keras_rnn.applications.speech_recognition.ctc_network import (
    build,
    log_mel,
    scores,
    transcribe,
)
from keras_rnn.applications.speech_recognition.figures import (
    draw_attention,
    draw_letters,
)
from keras_rnn.applications.speech_recognition.scores import (
    letter_error_rate,
    word_error_rate,
)
from keras_rnn.datasets.sound import spoken_digits
from keras_rnn.datasets.sound.wav_files import read_wav
from keras_rnn.errors import UserError
from keras_rnn.reference.activations import softmax

__all__ = ["BASELINE", "answers", "build", "predict", "train"]

# Batches of 64 strings, fewer where there are few recordings: so many in an epoch, and
# for each network in all, at least.
_BATCH, _EPOCH = 64, 32
_UPDATES = {"listener": 704, "newcomer": 352, "speller": 416}

# Strings of three to five words of the test's takes; and to choose the epoch.
_STRINGS = {"test": 200, "validation": 80}


def predict(model, recordings):
    """Return what is said in recordings.

    Args:
        model: What `build` returned, trained, or the same loaded from its file.
        recordings: List of paths of WAV files, of any rate and number of channels (see
            `keras_rnn.datasets.sound.wav_files.read_wav`), or of arrays `(samples,)` of
            8,000 samples a second, -1 to 1.

    Returns:
        List of strings, such as `"four two"`; empty where nothing is heard.

    Raises:
        UserError: A file is missing, no WAV file, damaged or empty; with its name.
    """
    rate = log_mel(model).rate
    waves = [
        np.asarray(one, "float32")
        if isinstance(one, np.ndarray)
        else read_wav(one, rate)
        for one in recordings
    ]
    for place, wave in enumerate(waves):
        if wave.ndim != 1 or not wave.size:
            raise UserError(
                f"Recording {place} is an array of shape {wave.shape}: give one of "
                "shape (samples,), at least one."
            )
    return transcribe(model, waves)


def answers(model, recordings):
    """Return the same as `predict`, in words where nothing is heard."""
    return [text or "(nothing is heard)" for text in predict(model, recordings)]


def train(request):
    """Train three networks on single takes joined to strings, and judge on other takes.

    Takes 0 to 4 of each digit and speaker are the test, as the data set's page has it;
    5 and 6 choose the epoch. Strings for the test are three to five test takes of one
    speaker. The listener learns from strings of one to four words; a second listener
    does so without one of the speakers, in half the time; the speller begins with the
    ear of the first.

    Args:
        request: `keras_rnn.applications.contract.Request`.

    Returns:
        `Outcome` with the metrics `word_error_rate` (single digits),
        `word_error_rate_strings`, `word_error_rate_new_speaker` (all recordings of the
        one left out), `attention_word_error_rate` and
        `attention_word_error_rate_strings` (the speller's, whose model is in
        `speller.keras`).

    Raises:
        UserError: The data cannot be read.
    """
    data = spoken_digits.load(request.data)
    request.tell_data(data)
    test = _Part(data, "test", _STRINGS["test"], seed=2)
    request.tell(
        "Recordings",
        f"{len(data.places('train')):,} to train, "
        f"{len(data.places('validation')):,} to choose the epoch, "
        f"{len(test.waves):,} and {len(test.strings):,} strings of them to test",
    )
    known = np.concatenate([data.places("train"), data.places("validation")])
    simple = _baseline(data, known)
    baseline = {
        "word_error_rate": word_error_rate(test.texts, simple.words(test.waves)),
        "word_error_rate_strings": word_error_rate(
            test.string_texts, simple.texts(test.strings)
        ),
    }
    request.tell(
        "Baseline",
        f"{BASELINE}: word error rate {baseline['word_error_rate']:.1%}, of strings "
        f"{baseline['word_error_rate_strings']:.1%}",
    )

    listener = _learned(data, request, "listener", build, speech_listener.answer)
    said = transcribe(listener, test.waves), transcribe(listener, test.strings)
    new = _new_speaker(data, known, request)

    def make_speller():
        speller = speech_speller.build(rate=data.rate)
        speech_speller.listen_as(speller, listener)
        return speller

    speller = _learned(data, request, "speller", make_speller, speech_speller.answer)
    spelled = (
        speech_speller.spell(speller, test.waves),
        speech_speller.spell(speller, test.strings),
    )
    metrics = {
        "word_error_rate": word_error_rate(test.texts, said[0]),
        "word_error_rate_strings": word_error_rate(test.string_texts, said[1]),
        "word_error_rate_new_speaker": new["network"],
        "attention_word_error_rate": word_error_rate(test.texts, spelled[0]),
        "attention_word_error_rate_strings": word_error_rate(
            test.string_texts, spelled[1]
        ),
    }
    baseline |= {
        "word_error_rate_new_speaker": new["baseline"],
        "attention_word_error_rate": baseline["word_error_rate"],
        "attention_word_error_rate_strings": baseline["word_error_rate_strings"],
    }
    return Outcome(
        model=listener,
        data=data,
        metrics=metrics,
        baseline=baseline,
        baseline_name=BASELINE,
        examples=_examples(test, said),
        more={
            "letter_error_rate": letter_error_rate(test.texts, said[0]),
            "letter_error_rate_strings": letter_error_rate(test.string_texts, said[1]),
            "attention_letter_error_rate_strings": letter_error_rate(
                test.string_texts, spelled[1]
            ),
            "new_speaker": new["name"],
            "test": len(test.waves),
            "test_strings": len(test.strings),
            "wrong": _wrong(test.texts, said[0])[:20],
            "wrong_strings": _wrong(test.string_texts, said[1])[:20],
        },
        figures=_figures(listener, speller, test, said[1], data),
        files={"speller.keras": as_bytes(speller)},
    )


class _Part:
    """The single recordings of a part, and strings of them, with what they say."""

    def __init__(self, data, part, count, seed, without=None):
        places = data.places(part, without)
        texts = data.texts
        self.waves = [data.waves[place] for place in places]
        self.texts = [texts[place] for place in places]
        self.strings, self.string_texts = strings(data, places, count, seed=seed)


def _baseline(data, places):
    return StretchedSpectrogram(
        [data.waves[place] for place in places], data.digits[places], data.rate
    )


def _learned(data, request, name, make, answer, without=None):
    """A network that has learned from strings of the training part's takes."""
    training.set_seed(request.seed)
    model = make()
    places = data.places("train", without)
    train = SpeechBatches(
        data,
        places,
        answer(model),
        batches=_EPOCH,
        batch_size=min(_BATCH, -(-len(places) // 4)),
        seed=request.seed,
    )
    part = _Part(data, "validation", _STRINGS["validation"], 1, without)
    validation = WaveBatches(
        part.waves + part.strings, part.texts + part.string_texts, answer(model)
    )
    epochs = request.epochs or math.ceil(_UPDATES[name] / _EPOCH)
    request.tell("Training", f"the {name}, {epochs} epochs")
    fit_to_loss(
        model,
        keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        if name == "speller"
        else keras.losses.CTC(),
        train,
        validation,
        request,
        epochs=epochs,
        batches=_EPOCH,
        learning_rate=4e-3,
        weight_decay=0.01,
        name=name,
    )
    return model


def _new_speaker(data, known, request):
    """What a network and the baseline make of somebody they have never heard.

    It is always the first by name, so that nobody chooses whom it goes well with.
    """
    names = sorted(set(data.speakers.tolist()))
    if len(names) < 2:
        return {"name": None, "network": None, "baseline": None}
    [name, *_] = names
    others = known[data.speakers[known] != name]
    own = np.flatnonzero(data.speakers == name)
    waves = [data.waves[place] for place in own]
    texts = [data.texts[place] for place in own]
    model = _learned(
        data, request, "newcomer", build, speech_listener.answer, without=name
    )
    return {
        "name": name,
        "network": word_error_rate(texts, transcribe(model, waves)),
        "baseline": word_error_rate(texts, _baseline(data, others).words(waves)),
    }


def _wrong(texts, said):
    """What was said and what was heard, where they differ."""
    pairs = zip(texts, said, strict=True)
    return [[text, heard] for text, heard in pairs if text != heard]


def _examples(test, said):
    """Six strings as they come, then up to six of the recordings heard wrong."""
    first = list(zip(test.string_texts, said[1], strict=True))[:6]
    wrong = (_wrong(test.texts, said[0]) + _wrong(test.string_texts, said[1]))[:6]
    return [
        *(("a string", text, heard) for text, heard in first),
        *(("one heard wrong", text, heard) for text, heard in wrong),
    ]


def _figures(listener, speller, test, said, data):
    """A string that is heard right, if one is, and one heard wrong."""
    right = [text == heard for text, heard in zip(test.string_texts, said, strict=True)]
    layer = log_mel(listener)
    figures = {}
    for kind, name in ((True, "heard_right"), (False, "heard_wrong")):
        if kind in right:
            place = right.index(kind)
            wave = _as_heard(test.strings[place])
            chances = softmax(scores(listener, wave))
            figures[name] = draw_letters(
                layer,
                wave,
                chances,
                speech_listener.LETTERS,
                text=said[place],
                caption=f"said: {test.string_texts[place]}. {data.describe()}",
            )
    place = right.index(True) if True in right else 0
    wave, text = _as_heard(test.strings[place]), test.string_texts[place]
    figures["attention"] = draw_attention(
        layer,
        wave,
        speech_speller.look(speller, wave, text),
        text,
        caption=data.describe(),
    )
    return figures


def _as_heard(wave):
    """A wave with the silence before it that both networks hear."""
    return join([wave], [LEAD])
