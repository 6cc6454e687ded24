"""Speech: recordings in, texts out, the same from a file; and a short training."""

import keras
import numpy as np
import pytest
from scipy.io import wavfile

from keras_rnn import training
from keras_rnn.applications.contract import Request
from keras_rnn.applications.speech_recognition import (
    attention_network as speech_speller,
)
from keras_rnn.applications.speech_recognition import batches
from keras_rnn.applications.speech_recognition import ctc_network as listener
from keras_rnn.applications.speech_recognition import train as speech_recognition
from keras_rnn.datasets.sound import spoken_digits
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def data():
    return spoken_digits.sample(takes=8)


@pytest.fixture(scope="module")
def few(data):
    """Two robots and three digits: each length of an array is compiled anew on JAX."""
    chosen = np.flatnonzero((data.digits < 3) & (data.speakers != "cog"))
    waves = [data.waves[place] for place in chosen]
    about = (data.digits[chosen], data.speakers[chosen], data.takes[chosen])
    return spoken_digits.SpokenDigits(waves, *about)


@pytest.fixture(scope="module")
def trained(data):
    """A listener that knows ten recordings by heart."""
    training.set_seed(0)
    model = speech_recognition.build(units=32, width=48, dropout=0.0)
    waves = batches.pad(data.waves[:80:8], before=batches.LEAD)
    truths = model.get_layer("letters").encode(data.texts[:80:8])
    many = (np.tile(waves, (20, 1)), np.tile(truths, (20, 1)))
    model.compile(keras.optimizers.Adam(0.01, clipnorm=1.0), keras.losses.CTC())
    training.fit(model, many, epochs=5, batch_size=10, verbose=0)
    return model


def test_learns_to_say_what_it_hears(trained, data):
    assert speech_recognition.recognise(trained, data.waves[:80:8]) == data.texts[:80:8]


def test_the_saved_model_reads_files_of_any_rate_and_channels(trained, data, tmp_path):
    trained.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    wave = data.waves[48]  # six
    wavfile.write(tmp_path / "plain.wav", 8000, (wave * 32768).astype("int16"))
    wavfile.write(tmp_path / "both.wav", 8000, np.stack([wave, wave], axis=1))
    time = np.arange(2 * len(wave)) / 2
    fine = np.interp(time, np.arange(len(wave)), wave).astype("float32")
    wavfile.write(tmp_path / "fine.wav", 16000, fine)
    paths = [tmp_path / f"{name}.wav" for name in ("plain", "both", "fine")]
    found = speech_recognition.recognise(loaded, [wave, *paths])
    assert found == ["six"] * 4
    answers = speech_recognition.answer(loaded, [str(paths[0])])
    assert answers.column("answer") == ["six"]


def test_a_recording_is_heard_alike_alone_and_in_company(trained, data):
    waves = [data.waves[0], np.concatenate(data.waves[:3])]
    together = trained.predict(
        np.stack([np.pad(one, (0, 16000 - len(one))) for one in waves]), verbose=0
    )
    alone = listener.scores(trained, waves[0])
    np.testing.assert_allclose(together[0, : len(alone)], alone, atol=1e-3)
    assert (together[0, len(alone) :].argmax(axis=-1) == 0).all()


def test_silence_is_nothing(trained):
    silence = np.zeros(4000, "float32")
    assert speech_recognition.recognise(trained, [silence]) == [""]
    answers = speech_recognition.answer(trained, [silence])
    assert answers.column("answer") == ["(nothing is heard)"]


def test_what_cannot_be_heard_is_named(trained, tmp_path):
    wavfile.write(tmp_path / "empty.wav", 8000, np.zeros(0, "int16"))
    with pytest.raises(UserError, match=r"empty\.wav has a length of zero"):
        speech_recognition.recognise(trained, [tmp_path / "empty.wav"])
    (tmp_path / "text.wav").write_text("seven")
    with pytest.raises(UserError, match=r"text\.wav is no WAV file"):
        speech_recognition.recognise(trained, [tmp_path / "text.wav"])
    with pytest.raises(UserError, match=r"Recording 1 is an array of shape \(0,\)"):
        speech_recognition.recognise(trained, [np.ones(9), np.ones(0)])


def test_the_speller_begins_with_the_listeners_ear(trained, data):
    speller = speech_speller.build(units=32, width=48)
    speech_speller.copy_encoder(speller, trained)
    for name in ("ear", "listener"):
        for one, other in zip(
            speller.get_layer(name).get_weights(),
            trained.get_layer(name).get_weights(),
            strict=True,
        ):
            np.testing.assert_array_equal(one, other)
    weights = speech_speller.attention_weights(speller, data.waves[0], "zero")
    assert weights.shape[0] == 5
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-4)


@pytest.fixture(scope="module")
def outcome(few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spoken_digits, "load", lambda source: few)
        patch.setattr(speech_recognition, "_EPOCH", 1)
        patch.setattr(batches, "KINDS", batches.KINDS[:1])
        patch.setattr(speech_recognition, "_STRINGS", {"test": 2, "validation": 2})
        return speech_recognition.train(Request(data="sample", epochs=1, verbose=0))


def test_every_number_is_there_beside_the_baseline(outcome):
    assert set(outcome.metrics) == set(outcome.baseline)
    assert all(value >= 0 for value in outcome.metrics.values())
    assert outcome.baseline["word_error_rate"] < 0.2
    assert outcome.more["new_speaker"] == "anvil"
    assert (outcome.more["test"], outcome.more["test_strings"]) == (30, 2)
    assert {"heard_wrong", "attention"} <= set(outcome.figures)
    assert {len(example) for example in outcome.examples} == {3}


def test_the_speller_is_written_too(outcome, tmp_path):
    path = tmp_path / "speller.keras"
    path.write_bytes(outcome.files["speller.keras"])
    loaded = keras.saving.load_model(path, compile=False)
    wave = outcome.data.waves[0]
    weights = speech_speller.attention_weights(loaded, wave, "zero")
    assert weights.shape == (5, listener.steps_of(loaded, len(wave)))
