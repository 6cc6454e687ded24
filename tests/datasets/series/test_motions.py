"""Recordings of a watch: the format to the number, and what is wrong with files."""

import zipfile

import numpy as np
import pytest

from keras_rnn.datasets.series import motions
from keras_rnn.errors import UserError

HEAD = "# a remark\n@problemName mine\n@data\n"
TRAIN = HEAD + "1,2,3:4,5,6:Walking\n\n7,8,9:0,0,0:Running\n"
TEST = HEAD + "3,2,1:6,5,4:Running\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "Mine_TRAIN.ts").write_text(TRAIN)
    (tmp_path / "Mine_TEST.ts").write_text(TEST)
    return tmp_path


def test_reads_both_parts(folder):
    data = motions.load(folder)
    assert data.train.dtype == np.float32
    assert data.train[0].tolist() == [[1, 4], [2, 5], [3, 6]]
    assert data.classes == ("Walking", "Running")
    assert data.train_labels.tolist() == [0, 1]
    assert data.test.tolist() == [[[3, 6], [2, 5], [1, 4]]]
    assert data.test_labels.tolist() == [1]
    assert (data.kind, len(data)) == ("file", 3)
    assert "3 recordings of 3 steps, 2 channels" in data.describe()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1,2,3", "here, line 2: expected channels and a class"),
        ("1,2,3:4,5,6:", "here, line 2: expected channels and a class"),
        ("1,2,3:4,5:Walking", "line 2: not all channels are equally many"),
        ("1,two:3,4:Walking", "line 2: not all channels are equally many numbers"),
        ("1,?:3,4:Walking", "line 2: not all channels"),
        ("1,NaN:3,4:Walking", "line 2: a value is missing"),
        ("1,2:3,4:Walking\n1,2,3:4,5,6:Walking", "line 3 has 3 steps of 2 channels"),
        ("", "here has no recordings after a line @data"),
    ],
)
def test_says_what_is_wrong_with_a_line(line, message):
    with pytest.raises(UserError, match=message):
        motions.read_ts(f"@data\n{line}", "here")


def test_says_which_file_is_missing(folder):
    (folder / "Mine_TEST.ts").unlink()
    with pytest.raises(UserError, match=r"has 0 files \*_TEST.ts"):
        motions.load(folder)


def test_says_that_a_file_is_no_text(folder):
    (folder / "Mine_TEST.ts").write_bytes(b"@data\n1:\xff")
    with pytest.raises(UserError, match=r"Mine_TEST.ts cannot be read as UTF-8"):
        motions.load(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "1,2:3,4:Running", r"\(3, 2\).*\(2, 2\)"),
        (HEAD + "1,2,3:4,5,6:Swimming", "the test has Swimming"),
    ],
)
def test_refuses_parts_that_do_not_fit(folder, text, message):
    (folder / "Mine_TEST.ts").write_text(text)
    with pytest.raises(UserError, match=message):
        motions.load(folder)


def test_takes_the_archive_that_was_downloaded(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))
    with zipfile.ZipFile(tmp_path / "basic_motions.zip", "w") as archive:
        archive.writestr("BasicMotions_TRAIN.ts", TRAIN)
        archive.writestr("BasicMotions_TEST.ts", TEST)
    data = motions.load()
    assert (data.kind, data.origin) == ("download", motions.URL)
    assert data.train_labels.tolist() == [0, 1]
    (tmp_path / "basic_motions.zip").write_bytes(b"half of it")
    with pytest.raises(UserError, match=r"is damaged.*Delete it"):
        motions.load()


def test_says_so_when_they_are_generated(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))

    def refuse(*args, **options):
        raise UserError("No network.")

    monkeypatch.setattr(motions, "find", refuse)
    data = motions.load()
    assert data.kind == "sample"
    assert "a sample stands in. No network." in data.note
    assert "generated sample, not real" in data.describe()


def test_the_same_seed_generates_the_same():
    data, again, other = (motions.sample(seed=seed) for seed in (1, 1, 2))
    assert (data.train == again.train).all()
    assert (data.train != other.train).any()
    assert data.train.shape == (40, 100, 6)
    assert np.bincount(data.test_labels).tolist() == [10, 10, 10, 10]


def test_generated_motions_differ_in_pace_and_reach():
    data = motions.sample(count=60)
    spread = [
        data.train[data.train_labels == number].std() for number in range(4)
    ]  # standing, running, walking, badminton
    assert spread[0] < spread[2] < spread[1]
    running = data.train[data.train_labels == 1][..., 0]
    power = np.abs(np.fft.rfft(running, axis=1)).mean(axis=0)
    assert power.argmax() / 10 == pytest.approx(2.6, abs=0.5)  # swings a second


def test_the_real_recordings(real_data):
    data = motions.load(real_data("basic_motions"))
    assert data.train.shape == data.test.shape == (40, 100, 6)
    assert data.classes == ("Standing", "Running", "Walking", "Badminton")
    assert np.bincount(data.test_labels).tolist() == [10, 10, 10, 10]
    assert data.train[0, 0, 0] == pytest.approx(0.079106)
