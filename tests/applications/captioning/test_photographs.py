"""Small pictures made here, seen by a small network that knows nothing."""

import numpy as np
import pytest
from PIL import Image

from keras_rnn.applications.captioning import photographs
from keras_rnn.applications.captioning import train as captioning
from keras_rnn.applications.contract import Request
from keras_rnn.datasets.pictures import flickr8k
from keras_rnn.errors import UserError

COLOURS = {"red": (200, 0, 0), "green": (0, 180, 0), "blue": (0, 0, 220)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Twelve plain pictures; some are grey or have other sides."""
    folder = tmp_path_factory.mktemp("photographs")
    (folder / "Images").mkdir()
    lines = []
    for number in range(12):
        name = f"{number}.png"
        colour = list(COLOURS)[number % 3]
        size = (20 + number, 30)
        Image.new("RGB", size, COLOURS[colour]).save(folder / "Images" / name)
        lines.append(f"{name}#0\tAll is {colour} .")
        lines += [f"{name}#1\tA {colour} picture"] * (number != 3)
    Image.new("L", (50, 40), 90).save(folder / "Images" / "0.png")
    (folder / "captions.txt").write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def encoder():
    found, note = photographs.build_encoder("MobileNet", 32, "random")
    assert note == ""
    return found


def test_the_encoder_prepares_pictures_itself_and_learns_nothing(encoder):
    assert encoder.input_shape == (None, 32, 32, 3)
    assert encoder.output_shape == (None, 1, 1, 1024)
    assert encoder.trainable_weights == []
    network = encoder.get_layer(index=-1)
    pictures = np.random.default_rng(0).integers(0, 255, (2, 32, 32, 3))
    wanted = network(pictures.astype("float32") / 127.5 - 1)  # MobileNet's own way
    np.testing.assert_allclose(
        np.asarray(encoder(pictures)), np.asarray(wanted), atol=1e-4
    )


def test_unknown_networks_and_impossible_sizes_are_named():
    with pytest.raises(UserError, match=r"no network 'MobilNet' .*'MobileNet'"):
        photographs.build_encoder("MobilNet")
    with pytest.raises(
        UserError, match="MobileNet cannot be used for pictures of 8 by"
    ):
        photographs.build_encoder("MobileNet", 8, "random")


def test_without_the_weights_they_are_random_and_it_is_said(monkeypatch):
    make = photographs.keras.applications.MobileNet

    def refused(weights, **options):
        if weights is not None:
            raise Exception("URL fetch failure\non ...")
        return make(weights=None, **options)

    module = photographs.keras.applications.mobilenet
    monkeypatch.setattr(module, "MobileNet", refused)
    found, note = photographs.build_encoder("MobileNet", 32, "imagenet")
    assert found.output_shape == (None, 1, 1, 1024)
    assert note.startswith("The weights of MobileNet cannot be had (URL fetch failure)")


def test_what_is_seen_is_computed_once(folder, encoder, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))
    data = flickr8k.load(folder)
    first = photographs.features_of(data, encoder)
    assert first.shape == (12, 1, 1, 1024)
    (path,) = (tmp_path / "features").iterdir()
    picture = photographs.PhotographFiles(data.paths, 32)[5]
    assert picture.shape == (32, 32, 3)
    np.testing.assert_allclose(
        first[5], np.asarray(encoder(picture[None]))[0], atol=1e-2, rtol=1e-2
    )
    monkeypatch.setattr(photographs, "_compute", None)  # is not called again
    np.testing.assert_array_equal(photographs.features_of(data, encoder), first)
    assert [path] == list((tmp_path / "features").iterdir())


def test_a_damaged_picture_is_named_and_nothing_kept(
    folder, encoder, tmp_path, monkeypatch
):
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "Images").mkdir()
    for path in (folder / "Images").iterdir():
        (tmp_path / "Images" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "captions.txt").write_bytes((folder / "captions.txt").read_bytes())
    (tmp_path / "Images" / "7.png").write_bytes(b"\x89PNG no more")
    with pytest.raises(UserError, match=r"7\.png is no picture that can be read"):
        photographs.features_of(flickr8k.load(tmp_path), encoder)
    assert not list((tmp_path / "cache" / "features").iterdir())


def test_captions_are_plain_and_as_many_for_each_picture(folder):
    data = flickr8k.load(folder)
    parts = photographs.split(data, np.zeros((12, 1)))
    assert [len(one.scenes) for one in parts.values()] == [10, 1, 1]
    texts = {
        path.stem: own
        for one in parts.values()
        for path, own in zip(one.scenes, one.captions, strict=True)
    }
    assert texts["4"] == ["all is green", "a green picture"]
    assert texts["3"] == ["all is red"] * 2


def test_captioning_learns_from_photographs(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))
    monkeypatch.setattr(photographs, "WEIGHTS", "random")
    monkeypatch.setattr(photographs, "SIZE", 32)
    one = {"vinyals": captioning.SYSTEMS["vinyals"]}
    monkeypatch.setattr(captioning, "SYSTEMS", one)
    request = Request(str(folder), epochs=1, verbose=0, backbone="MobileNet")
    outcome = captioning.train(request)
    assert outcome.metric == "bleu"
    assert set(outcome.metrics) == set(outcome.baseline) == {"exact", "bleu"}
    assert outcome.data.kind == "file"
    assert list(outcome.figures) == ["captions"]
    paths = sorted((folder / "Images").iterdir())[:2]
    known = {"all", "is", "a", "picture", *COLOURS}
    for text in captioning.caption_files(outcome.model, paths):
        assert set(text.split()) <= known
