"""Spoken digits: names, parts that share no take, and what is wrong with files."""

import tarfile

import numpy as np
import pytest
from scipy.io import wavfile

from keras_rnn.datasets.sound import spoken_digits
from keras_rnn.errors import UserError


@pytest.fixture
def folder(tmp_path):
    """Two speakers, digits 3 and 7, takes 0 to 8: each wave as long as it is late."""
    home = tmp_path / "mine"
    home.mkdir()
    for speaker in ("ada", "bob"):
        for digit in (3, 7):
            for take in range(9):
                samples = np.full(100 + take, 1000 * digit, "int16")
                wavfile.write(home / f"{digit}_{speaker}_{take}.wav", 8000, samples)
    return home


def test_reads_a_folder(folder):
    data = spoken_digits.load(folder)
    assert (len(data), data.kind, data.name) == (36, "file", "mine")
    assert data.speakers[0] == "ada"
    assert data.digits[:10].tolist() == [3] * 9 + [7]
    assert data.texts[9] == "seven"
    assert len(data.waves[8]) == 108
    assert data.waves[9][0] == pytest.approx(7000 / 32768)
    assert "36 recordings of 2 speakers" in data.describe()


def test_an_archive_gives_the_same(folder, tmp_path):
    path = tmp_path / "mine.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, "some-name-master/recordings")
    one, other = spoken_digits.load(folder), spoken_digits.load(path)
    assert other.takes.tolist() == one.takes.tolist()
    assert other.speakers.tolist() == one.speakers.tolist()
    for wave, same in zip(one.waves, other.waves, strict=True):
        np.testing.assert_array_equal(wave, same)


def test_no_take_is_in_two_parts(folder):
    data = spoken_digits.load(folder)
    parts = [data.places(part) for part in ("train", "validation", "test")]
    assert sorted(np.concatenate(parts).tolist()) == list(range(36))
    takes = [set(data.takes[places].tolist()) for places in parts]
    assert takes == [{7, 8}, {5, 6}, {0, 1, 2, 3, 4}]


def test_a_speaker_can_be_left_out(folder):
    data = spoken_digits.load(folder)
    for part in ("train", "validation", "test"):
        assert set(data.speakers[data.places(part, without="ada")]) == {"bob"}


def test_too_few_takes_are_refused(folder):
    for path in folder.glob("*_[78].wav"):
        path.unlink()
    with pytest.raises(UserError, match=r"mine has no takes for the train part: takes"):
        spoken_digits.load(folder)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"has no files DIGIT_SPEAKER_TAKE\.wav"):
        spoken_digits.load(tmp_path)


@pytest.mark.parametrize(
    "name", ["hello.wav", "12_ada_1.wav", "7_ada_x.wav", "7_1.wav"]
)
def test_other_names_are_refused(folder, name):
    (folder / "7_ada_1.wav").rename(folder / name)
    with pytest.raises(UserError, match=rf"{name} is not called DIGIT_SPEAKER_TAKE"):
        spoken_digits.load(folder)


def test_a_damaged_file_of_an_archive_is_named(folder, tmp_path):
    (folder / "7_bob_4.wav").write_bytes(b"nothing")
    path = tmp_path / "mine.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, "recordings")
    with pytest.raises(UserError, match=r"recordings/7_bob_4.wav is no WAV file"):
        spoken_digits.load(path)


def test_no_archive_is_named(tmp_path):
    path = tmp_path / "mine.tar.gz"
    path.write_bytes(b"no archive")
    with pytest.raises(UserError, match=r"mine.tar.gz cannot be read as an archive"):
        spoken_digits.load(path)
    with pytest.raises(UserError, match="No such file"):
        spoken_digits.load(tmp_path / "none.tar.gz")


def test_says_so_when_a_robot_speaks(monkeypatch):
    def refuse(*args, **options):
        raise UserError("No network.")

    monkeypatch.setattr(spoken_digits, "find", refuse)
    monkeypatch.setattr(spoken_digits, "_ROBOTS", {"anvil": (95, 1.0)})
    data = spoken_digits.load()
    assert data.kind == "sample"
    assert "a robot stands in. No network." in data.note
    assert "generated sample, not real" in data.describe()
    assert len(data) == 140


def test_a_download_is_checked(tmp_path):
    path = tmp_path / "half.tar.gz"
    path.write_bytes(b"half of it")
    with pytest.raises(ValueError, match="it is no archive"):
        spoken_digits._check(path)
    with tarfile.open(path, "w:gz"):
        pass
    with pytest.raises(ValueError, match="it has 0 WAV files"):
        spoken_digits._check(path)


def test_the_real_recordings(real_data):
    data = spoken_digits.load(real_data("fsdd/recordings.tar.gz"))
    assert len(data) == 1800
    assert np.bincount(data.digits).tolist() == [180] * 10
    assert sorted(set(data.speakers.tolist())) == [
        *("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
    ]
    assert [len(data.places(p)) for p in ("train", "validation", "test")] == [
        *(1380, 120, 300)
    ]
    assert min(map(len, data.waves)) == 1148
