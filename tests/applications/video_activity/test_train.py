"""Activities: of recordings of a watch, and of the frames of films."""

import keras
import numpy as np
import pytest

from keras_rnn.applications.contract import Request
from keras_rnn.applications.video_activity import frames
from keras_rnn.applications.video_activity import train as video_activity
from keras_rnn.datasets.generated.shape_films import drawn_films
from keras_rnn.datasets.series import motions
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def outcome():
    small = motions.sample(count=12, steps=40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(motions, "load", lambda source: small)
        patch.setattr(
            video_activity, "_FILMS", {"train": 64, "validation": 16, "test": 20}
        )
        return video_activity.train(Request(data="sample", epochs=25, verbose=0))


def test_tells_recordings_that_it_has_not_seen(outcome):
    assert outcome.more["test"] == 24
    assert outcome.metrics["accuracy"] > 0.4  # by chance 0.25
    assert outcome.baseline["accuracy"] > 0.4
    assert outcome.more["test_frames"] == 20 * 16
    assert outcome.metrics["frame_accuracy"] > 0.3  # by chance 0.2
    assert set(outcome.figures) == {"activities", "frames"}


def test_the_saved_model_reads_a_file_of_measurements(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    series = outcome.data.test[:2]
    np.savetxt(tmp_path / "commas.csv", series[0], delimiter=",")
    np.savetxt(tmp_path / "blanks.txt", series[1])
    found = video_activity.probabilities(
        loaded, [tmp_path / "commas.csv", tmp_path / "blanks.txt"]
    )
    np.testing.assert_allclose(
        found, outcome.model.predict(series, verbose=0), atol=1e-5
    )
    answers = video_activity.answer(loaded, [str(tmp_path / "commas.csv")])
    [[_, name, chance]] = answers.rows
    assert name in {"Standing", "Running", "Walking", "Badminton"}
    assert chance == f"{found[0].max():.0%}"


def test_the_network_of_frames_is_written_too(outcome, tmp_path):
    path = tmp_path / "frames.keras"
    path.write_bytes(outcome.files["frames.keras"])
    loaded = keras.saving.load_model(path, compile=False)
    pictures, _ = drawn_films(2, "test")
    assert loaded.predict(pictures, verbose=0).shape == (2, 16, 5)


def test_the_scale_is_that_of_the_recordings_to_train_on(outcome):
    scale = outcome.model.get_layer("encoder").get_layer("scale")
    values = keras.ops.convert_to_numpy(scale(outcome.data.train))
    np.testing.assert_allclose(values.mean(axis=(0, 1)), 0, atol=1e-3)
    np.testing.assert_allclose(values.std(axis=(0, 1)), 1, atol=1e-3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"mine.csv holds no measurements"),
        (b"1,2,3,4,5,6\n1,2,3\n", r"mine.csv, line 2 has 3 values.* 6 channels"),
        (b"1,2,3,4,5,six\n", r"mine.csv, line 1: could not convert string .*'six'"),
        (b"\xff\xfe", r"mine.csv cannot be read as a text"),
        (None, r"mine.csv cannot be read as a text"),
    ],
)
def test_says_what_is_wrong_with_a_file(outcome, tmp_path, content, message):
    path = tmp_path / "mine.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        video_activity.probabilities(outcome.model, [path])


def test_the_change_to_the_next_frame():
    pictures = np.zeros((1, 3, 16, 16, 3), "uint8")
    pictures[0, 1] = 255
    changes = frames.changes_to_next(pictures)
    assert changes.shape == (1, 3, 768)
    assert (changes[0, 0] == 1).all()
    assert (changes[0, 1] == -1).all()
    assert (changes[0, 2] == 0).all()
