"""Digits: the file format to the byte, and drawn digits that can be told apart."""

import gzip
import struct

import numpy as np
import pytest

from keras_rnn.datasets.pictures.digits import generate, load, read_idx
from keras_rnn.errors import UserError

IMAGES, LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"


def write_idx(path, array, shape=None):
    shape = array.shape if shape is None else shape
    header = struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(header + array.tobytes()))


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_RNN_DATA", str(tmp_path))
    return tmp_path / "mnist_test"


def test_reads_the_bytes_row_by_row(tmp_path):
    path = tmp_path / "array.gz"
    header = b"\x00\x00\x08\x02" + b"\x00\x00\x00\x02" + b"\x00\x00\x00\x03"
    path.write_bytes(gzip.compress(header + bytes([1, 2, 3, 4, 5, 255])))
    assert read_idx(path).tolist() == [[1, 2, 3], [4, 5, 255]]


def test_takes_the_files_of_the_folder(folder):
    images = np.arange(2 * 784).reshape(2, 28, 28).astype(np.uint8)
    write_idx(folder / IMAGES, images)
    write_idx(folder / LABELS, np.array([7, 2], np.uint8))
    digits = load()
    assert (digits.kind, digits.note) == ("file", "")
    assert (digits.images == images).all()
    assert digits.labels.tolist() == [7, 2]
    assert len(digits) == 2
    assert load(generated=True).kind == "sample"


@pytest.mark.parametrize("with_folder", [True, False])
def test_says_so_when_they_are_generated(folder, monkeypatch, with_folder):
    if not with_folder:
        monkeypatch.delenv("KERAS_RNN_DATA")
    digits = load()
    assert digits.kind == "sample"
    assert digits.describe().startswith(
        "digits (generated sample, not real): 10,000 images, drawn"
    )
    assert "generated" in digits.note
    assert IMAGES in digits.note
    assert digits.images.shape == (10_000, 28, 28)
    assert (np.bincount(digits.labels) > 900).all()


def packed(content):
    """Without the time, so that a test is called the same in every process."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not compressed", "cannot be read"),
        (
            gzip.compress(b"\x00\x00\x0d\x01\x00\x00\x00\x01\x01", mtime=0),
            "no IDX file",
        ),
        (packed(b"\x00"), "no IDX file"),
        (
            gzip.compress(b"\x00\x00\x08\x01\x00\x00\x00\x03\x01", mtime=0),
            "holds 3.* has 1",
        ),
        (packed(bytes(2000))[:-12], "cannot be read"),
    ],
)
def test_says_what_is_wrong_with_a_file(tmp_path, content, message):
    path = tmp_path / "broken.gz"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "labels", "message"),
    [
        ((2, 28, 27), [1, 2], r"\(2, 28, 27\).*expected \(count, 28, 28\)"),
        ((2, 28, 28), [1, 2, 3], r"\(2, 28, 28\).*\(3,\)"),
        ((2, 28, 28), [1, 10], "label 10: expected 0 to 9"),
    ],
)
def test_refuses_arrays_that_are_no_digits(folder, shape, labels, message):
    write_idx(folder / IMAGES, np.zeros(shape, np.uint8))
    write_idx(folder / LABELS, np.array(labels, np.uint8))
    with pytest.raises(UserError, match=message):
        load()


def test_the_file_of_real_digits(real_data):
    path = real_data(f"mnist_test/{IMAGES}")
    images = read_idx(path)
    labels = read_idx(path.with_name(LABELS))
    assert images.shape == (10_000, 28, 28)
    assert labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip


def test_the_same_seed_draws_the_same_digits():
    images, labels = generate(50, seed=3)
    again, labels_again = generate(50, seed=3)
    other, _ = generate(50, seed=4)
    assert (images == again).all()
    assert (labels == labels_again).all()
    assert (images != other).any()


def test_ink_on_paper():
    images, _ = generate(200)
    assert images[:, 0].max() < 255  # the margins stay nearly free
    assert 0.05 < (images > 128).mean() < 0.3
    assert (images.reshape(200, -1).max(axis=1) == 255).all()


def test_generated_digits_can_be_told_apart_but_not_by_their_ink():
    images, labels = generate(2_000)
    flat = images.reshape(2_000, -1) / 255.0
    means = np.stack(
        [flat[:1_500][labels[:1_500] == d].mean(axis=0) for d in range(10)]
    )
    distances = ((flat[1_500:, None] - means) ** 2).sum(axis=-1)
    accuracy = (distances.argmin(axis=1) == labels[1_500:]).mean()
    assert 0.6 < accuracy < 0.99
