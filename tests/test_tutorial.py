import base64
import logging
import sys

import matplotlib.pyplot as plt
import pytest

from keras_rnn.tutorial import Pictures, quick, quiet


@pytest.mark.parametrize(
    ("value", "expected"), [(None, False), ("", False), ("0", False), ("1", True)]
)
def test_quick_is_asked_for_by_the_environment(value, expected, monkeypatch):
    monkeypatch.delenv("KERAS_RNN_QUICK", raising=False)
    if value is not None:
        monkeypatch.setenv("KERAS_RNN_QUICK", value)
    assert quick() is expected


def test_quiet_hides_remarks_and_no_errors():
    logger = logging.getLogger("tensorflow")
    before = logger.level
    try:
        quiet()
        assert not logger.isEnabledFor(logging.WARNING)
        assert logger.isEnabledFor(logging.ERROR)
    finally:
        logger.setLevel(before)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a script that runs, as `python FOLDER/script.py`."""
    monkeypatch.setattr(
        sys.modules["__main__"], "__file__", str(tmp_path / "script.py"), raising=False
    )
    return tmp_path / "output" / "rain"


def test_a_script_saves_its_pictures_numbered_beside_itself(folder):
    show = Pictures("rain")
    assert show.folder == folder
    for name in ("clouds", "drops"):
        show(plt.figure(), name)
    assert sorted(path.name for path in folder.iterdir()) == [
        "01_clouds.png",
        "02_drops.png",
    ]
    assert (folder / "01_clouds.png").read_bytes().startswith(b"\x89PNG")
    assert plt.get_fignums() == []


def test_every_picture_says_what_data_it_rests_on(folder):
    show = Pictures("rain", caption="data: made up")
    plain, own, other = plt.figure(), plt.figure(), plt.figure()
    own.supxlabel("measured by hand")
    show(plain, "plain", "Rain on Monday")
    show(own, "own")
    show(other, "other", caption="data: counted")
    assert plain.get_supxlabel() == "data: made up"
    assert plain.get_suptitle() == "Rain on Monday"
    assert own.get_supxlabel() == "measured by hand"
    assert other.get_supxlabel() == "data: counted"
    assert other.get_suptitle() == ""


def test_a_notebook_shows_them_and_saves_nothing(folder, monkeypatch):
    shown = []

    class Display:
        @staticmethod
        def display(data, raw):
            shown.append((data, raw))

    monkeypatch.setitem(sys.modules, "ipykernel", object())
    monkeypatch.setitem(sys.modules, "IPython", object())
    monkeypatch.setitem(sys.modules, "IPython.display", Display)
    figure = plt.figure()
    Pictures("rain")(figure, "clouds")
    [(data, raw)] = shown
    assert list(data) == ["image/png"]
    assert raw
    assert base64.b64decode(data["image/png"])[:8] == b"\x89PNG\r\n\x1a\n"
    assert not folder.exists()
    assert plt.get_fignums() == []
