import io
import json
import tarfile

import numpy as np
import pytest
from PIL import Image

from keras_rnn.datasets.pictures import easy_vqa
from keras_rnn.errors import UserError


def picture(colour=(255, 0, 0), size=64, mode="RGB"):
    """The bytes of a picture: a rectangle in its upper left quarter."""
    values = np.full((size, size, 3), 240, "uint8")
    values[size // 8 : size // 2, size // 4 : size // 2] = colour
    stream = io.BytesIO()
    Image.fromarray(values).convert(mode).save(stream, "PNG")
    return stream.getvalue()


def files(**changed):
    """The files of a small data set: ten pictures to learn from, two to test."""
    found = {}
    for part, count in (("train", 10), ("test", 2)):
        rows = [["what color is the shape?", "red", n] for n in range(count)]
        rows += [["is there a circle?", "no", 0]]
        found[f"{part}/questions.json"] = json.dumps(rows).encode()
        for number in range(count):
            found[f"{part}/images/{number}.png"] = picture()
    return {name: data for name, data in {**found, **changed}.items() if data}


def folder(path, content):
    for name, data in content.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return str(path)


def archive(content, root="easy-VQA-master/data/"):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, data in content.items():
            entry = tarfile.TarInfo(root + name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


@pytest.fixture
def without_data(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "easy_vqa.tar.gz"


def test_the_real_questions(real_data):
    data = easy_vqa.load(str(real_data("easy_vqa/easy_vqa.tar.gz")), size=16)
    assert (len(data), data.images.shape) == (48_248, (5000, 16, 16, 3))
    assert [len(data.places(part)) for part in ("train", "test")] == [34_683, 9_673]
    assert len(set(data.answers)) == 13
    assert data.texts[0] == "what is the blue shape?"
    assert data.answers[0] == "rectangle"
    assert data.kinds[:2] == ["shape", "colour"]
    assert not np.isnan(data.boxes).any()
    places = {part: set(data.owners[data.places(part)]) for part in set(data.parts)}
    assert not places["train"] & places["validation"]
    assert not places["train"] & places["test"]


def test_a_folder_and_an_archive_hold_the_same(tmp_path, without_data):
    without_data.parent.mkdir()
    without_data.write_bytes(archive(files()))
    found = easy_vqa.load()
    other = easy_vqa.load(folder(tmp_path / "mine", files()))
    assert (found.kind, other.kind) == ("download", "file")
    np.testing.assert_array_equal(found.images, other.images)
    assert found.texts == other.texts
    assert found.answers.count("red") == 12
    assert found.kinds[-1] == "yes or no"
    assert found.parts[[0, 9, 10, 11]].tolist() == [
        "train",
        "validation",
        "train",
        "test",
    ]
    np.testing.assert_allclose(found.boxes[0], (1 / 8, 1 / 4, 1 / 2, 1 / 2))


def test_another_size_and_mode_are_brought_to_the_first(tmp_path):
    mixed = files(
        **{
            "train/images/1.png": picture(size=128),
            "train/images/2.png": picture(mode="L"),
            "train/images/3.png": picture(mode="P"),
        }
    )
    data = easy_vqa.load(folder(tmp_path, mixed))
    assert data.images.shape == (12, 64, 64, 3)
    assert data.images[1][16, 24].tolist() == [255, 0, 0]
    assert len(set(data.images[2][16, 24].tolist())) == 1  # grey
    assert data.images[3][16, 24].tolist() == [255, 0, 0]
    np.testing.assert_allclose(data.boxes[1], data.boxes[0], atol=0.04)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"train/images/4.png": b""},
            r"Cannot read .*train/images/4\.png: No such file",
        ),
        (
            {"test/images/1.png": picture()[:70]},
            r"test/images/1\.png is (damaged|no picture)",
        ),
        ({"test/questions.json": b"[["}, r"test/questions\.json is no JSON file"),
        ({"test/questions.json": b"[]"}, r"test/questions\.json holds no questions"),
        (
            {"train/questions.json": b'[["a?", "b", 0], ["a?", 1]]'},
            r'train/questions\.json, entry 2: expected .* Found \["a\?", 1\]',
        ),
        (
            {"train/questions.json": b'[["a?", "b", 0]]'},
            r"has no pictures for the validation part",
        ),
    ],
)
def test_what_is_missing_or_damaged_is_named(tmp_path, changed, message):
    with pytest.raises(UserError, match=message):
        easy_vqa.load(folder(tmp_path, files(**changed)))


def test_what_an_archive_lacks_is_named(tmp_path):
    path = tmp_path / "mine.tar.gz"
    path.write_bytes(archive(files(**{"train/images/4.png": b""}), root=""))
    with pytest.raises(UserError, match=r"mine.tar.gz has no file train/images/4.png"):
        easy_vqa.load(str(path))
    path.write_bytes(archive(files())[:200])
    with pytest.raises(UserError, match=r"mine.tar.gz cannot be read as an archive"):
        easy_vqa.load(str(path))
    with pytest.raises(UserError, match=r"none cannot be read .* No such file"):
        easy_vqa.load(str(tmp_path / "none"))


def test_without_network_the_sample_stands_in_and_says_so(without_data, monkeypatch):
    def refuse(*_, **__):
        raise UserError("no network")

    small = easy_vqa.sample(12, 2, 2)
    monkeypatch.setattr("keras_rnn.datasets.sources.public_file.download", refuse)
    monkeypatch.setattr(easy_vqa, "sample", lambda size, note: (small, size, note))
    data, size, note = easy_vqa.load()
    assert (data.kind, size) == ("sample", 32)
    assert "no network" in note


def test_an_empty_picture_has_no_box():
    assert np.isnan(easy_vqa.foreground_box(np.full((8, 8, 3), 200, "uint8"))).all()
