import numpy as np
import pytest
from PIL import Image

from keras_rnn.datasets.pictures.image_files import read_film, read_image
from keras_rnn.errors import UserError


def saved(path, values, mode=None):
    Image.fromarray(np.asarray(values), mode=None).convert(mode or "L").save(path)
    return path


def test_grey_values_come_as_they_are(tmp_path):
    values = np.arange(12, dtype="uint8").reshape(3, 4) * 20
    path = saved(tmp_path / "a.png", values)
    np.testing.assert_array_equal(read_image(path, (3, 4)), values)
    coloured = read_image(path, (3, 4), colour=True)
    np.testing.assert_array_equal(coloured, np.stack([values] * 3, axis=-1))


def test_another_size_is_scaled(tmp_path):
    path = saved(tmp_path / "a.png", np.full((60, 20), 77, "uint8"))
    found = read_image(path, (5, 9))
    assert found.shape == (5, 9)
    assert (found == 77).all()


def test_what_is_transparent_is_white(tmp_path):
    values = np.zeros((2, 2, 4), "uint8")
    values[0, 0] = (255, 0, 0, 255)
    Image.fromarray(values).save(tmp_path / "a.png")
    found = read_image(tmp_path / "a.png", (2, 2), colour=True)
    assert found[0, 0].tolist() == [255, 0, 0]
    assert found[1, 1].tolist() == [255, 255, 255]


def test_sixteen_bits_become_eight(tmp_path):
    Image.fromarray(np.array([[0, 257 * 9], [257 * 200, 65535]], "uint16")).save(
        tmp_path / "a.png"
    )
    found = read_image(tmp_path / "a.png", (2, 2))
    assert found.tolist() == [[0, 9], [200, 255]]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"none\.png: No such file"):
        read_image(tmp_path / "none.png", (2, 2))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_named(tmp_path, content):
    path = tmp_path / "b.png"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"b\.png is (no picture|damaged)"):
        read_image(path, (2, 2))


def test_half_a_picture_is_damaged(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)
    whole = saved(tmp_path / "a.png", noise).read_bytes()
    path = tmp_path / "half.png"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match=r"half\.png is damaged"):
        read_image(path, (64, 64))


def test_says_what_is_wrong_with_a_film(tmp_path):
    with pytest.raises(UserError, match=r"Cannot read .*none.gif"):
        read_film(tmp_path / "none.gif", (32, 32))
    (tmp_path / "text.gif").write_text("no picture")
    with pytest.raises(UserError, match=r"text.gif is no moving picture"):
        read_film(tmp_path / "text.gif", (32, 32))
    Image.new("RGB", (8, 8)).save(tmp_path / "still.png")
    with pytest.raises(UserError, match=r"still.png has a single frame"):
        read_film(tmp_path / "still.png", (32, 32))
