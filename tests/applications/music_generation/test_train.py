import functools
import json

import keras
import numpy as np
import pytest
from scipy.special import log_softmax

from keras_rnn.applications.contract import Request
from keras_rnn.applications.music_generation import bars, midi
from keras_rnn.applications.music_generation import train as music_generation
from keras_rnn.datasets.text import tunes
from keras_rnn.datasets.text.tune_tokens import tokens_of
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def outcome(module_patch):
    module_patch.setattr(music_generation, "LONGEST", 120)
    module_patch.setattr(music_generation, "DRAWN", 4)
    small = functools.partial(music_generation.build, units=16)
    module_patch.setattr(music_generation, "build", small)
    module_patch.setattr(music_generation.tunes, "sample", lambda: SMALL)
    return music_generation.train(Request(data="sample", epochs=2, verbose=0))


@pytest.fixture(scope="module")
def module_patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


SMALL = tunes.sample(40)


def test_the_outcome_is_whole(outcome):
    assert set(outcome.metrics) == set(outcome.baseline) == {"whole_bars", "nats"}
    assert 0 <= outcome.metrics["whole_bars"] <= 1
    assert 0 < outcome.baseline["nats"] < 2
    assert set(outcome.more["whole_bars_by_temperature"]) == {
        "0.4",
        "0.6",
        "0.8",
        "1.0",
    }
    assert outcome.baseline_name.endswith("-grams")
    assert outcome.more["real_whole_bars"] == 1
    assert outcome.more["unreadable"] == outcome.more["not_whole"] == 0
    assert outcome.data.kind == "sample"
    json.dumps([outcome.metrics, outcome.baseline, outcome.more])


def test_tunes_are_left_as_files(outcome):
    assert {name for name in outcome.files if name.endswith(".abc")} == {
        f"tune_{number}.abc" for number in (1, 2, 3, 4)
    }
    for name, content in outcome.files.items():
        if name.endswith(".mid"):
            assert content[:4] == b"MThd"
            abc = outcome.files[name.replace(".mid", ".abc")]
            assert any(note.pitch is not None for note in midi.notes(abc))
    assert outcome.files["tune_1.abc"].startswith("%abc-2.1\nX:1\nT:Tune 1, seed 0\nM:")


def test_the_loss_is_that_of_the_right_tokens(outcome):
    """Against a sum over single tunes without any padding."""
    model = outcome.model
    some = [tokens_of(tune) for tune in SMALL.tunes[:2]]
    layer = music_generation.vocabulary_of(model)
    expected = 0.0
    for tokens in some:
        [numbers] = layer.encode([["<start>", *tokens, "<end>"]])
        said = log_softmax(np.asarray(model(numbers[None, :-1]))[0], axis=-1)
        expected -= said[np.arange(len(numbers) - 1), numbers[1:]].sum()
    assert music_generation.total_nats(model, some) == pytest.approx(expected, 1e-4)


def test_the_saved_model_writes_the_same_tune(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    texts = ["", "M:6/8", "K:D Major\nM:6/8"]
    written = music_generation.compose(loaded, texts, seed=3)
    assert written == music_generation.compose(outcome.model, texts, seed=3)
    assert written[1].startswith("%abc-2.1\nX:2\nT:Tune 2\nM:6/8\nL:1/8\nK:")
    assert "\nM:6/8\nL:1/8\nK:D\n" in written[2]
    tokens, full = bars.parse(written[1])
    assert full == 3
    assert tokens


def test_a_key_alone_is_kept_and_its_metre_drawn(outcome):
    [abc] = music_generation.answer(outcome.model, ["K:Ador"]).column("answer")
    assert "\nK:Ador\n" in abc
    assert "\nM:" in abc


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        (
            "a sad one",
            r"'a sad one' does not begin with a field. Give nothing, a metre",
        ),
        ("T:Title", r"'T:Title': of the fields, M: and K: can be asked for"),
        ("M:fast", r"'M:fast': 'fast' is no metre such as 6/8"),
        ("K:H", r"'K:H': 'H' is no key such as D or Ador"),
        ("M:7/8", r"'M:7/8': the model has learnt no tune with M:7/8. It knows M:"),
        ("M:6/8 K:Eb", r"no tune with K:Eb. It knows K:"),
    ],
)
def test_what_cannot_be_asked_for(outcome, prompt, message):
    with pytest.raises(UserError, match=message):
        music_generation.compose(outcome.model, [prompt])


def test_too_few_tunes_name_the_first_that_is_not_whole(tmp_path):
    path = tmp_path / "few.abc"
    path.write_text(
        "X:1\nM:6/8\nK:D\nA6|A6|A6|A6|]\n\nX:2\nM:6/8\nK:D\nA6|A5|A6|A6|A6|A6|]\n"
    )
    with pytest.raises(
        UserError,
        match=r"few.abc has 1 tunes with whole bars. Give at least 30.* The first that "
        r"is not: .*few.abc, line 6: bar 2 has 5 eighths instead of 6.",
    ):
        music_generation.train(Request(data=str(path)))


def test_n_gram_tunes_at_a_low_temperature_are_the_likeliest():
    model = music_generation.build(["A", "B"], units=4)
    layer = music_generation.vocabulary_of(model)
    rows = layer.encode([["<start>", "A", "A", "<end>"]] * 5 + [["<start>", "B"]])
    n_grams = music_generation.NGrams(3, 6).fit([rows[0]] * 5 + [rows[5][:2]])
    drawn = music_generation.n_gram_tunes(model, n_grams, 8, temperature=0.05)
    assert drawn == [["A", "A"]] * 8


def test_a_network_of_whole_bars_is_judged_so():
    whole = [tokens_of(tune) for tune in SMALL.tunes[:3]]
    metrics, reports = music_generation.judge(1.5, [*whole, ["M:6/8", "K:D", "A"]])
    assert metrics == {"whole_bars": 0.75, "nats": 1.5}
    assert [report.whole for report in reports] == [True, True, True, False]
