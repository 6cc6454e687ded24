import pytest

from keras_rnn.applications.music_generation import bars
from keras_rnn.datasets.text import tunes
from keras_rnn.errors import UserError

TWO = """\
% tunes of the village
X:1
T:The First
Z: somebody
M:6/8
L:1/8
K:D Major
DEF AGF|d3 D3:|! % a comment

X:2
T:The Second
K:G
GABc|
K:D
d4|]
"""


def write(folder, text, name="my.abc"):
    path = folder / name
    path.write_text(text)
    return str(path)


def test_the_real_tunes(real_data):
    data = tunes.load(str(real_data("irish_abc/irish.abc")))
    assert len(data.tunes) == 804
    first = data.tunes[0]
    assert (first.metre, first.length, first.key) == ("C|", "1/8", "D Major")
    assert first.body.startswith("(3ABc|dAFA DFAd|fdcd FAdf|")
    assert first.line == 1
    assert sum(tune.metre == "6/8" for tune in data.tunes) == 225


def test_fields_that_are_music_are_kept_and_titles_are_not(tmp_path):
    data = tunes.load(write(tmp_path, TWO))
    assert data.texts == [
        "M:6/8\nL:1/8\nK:D Major\nDEF AGF|d3 D3:|!\n",
        "M:4/4\nL:1/8\nK:G\nGABc|\nK:D\nd4|]\n",
    ]
    assert [tune.line for tune in data.tunes] == [2, 10]
    assert data.kind == "file"
    assert len(data) == 2
    assert data.describe() == f"my.abc (file): 2 tunes, {tmp_path / 'my.abc'}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n \n", r"my.abc is empty"),
        ("no tune here\n", r"my.abc holds no tune. In ABC notation a tune begins with"),
        (
            "X:1\nM:6/8\nDEF AGF|\n",
            r"my.abc, line 3: notes before the key. Every tune needs a field such as "
            r"K:D before its notes. Found 'DEF AGF\|'",
        ),
        ("X:1\nK:D\nA|\n\nX:2\nM:C\n", r"my.abc, line 5: the tune has no key"),
        ("X:1\nK:D\nX:2\nK:G\nG|", r"my.abc, line 1: the tune has no notes after its"),
    ],
)
def test_what_is_no_tune_is_refused_with_its_line(tmp_path, text, message):
    with pytest.raises(UserError, match=message):
        tunes.load(write(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"Cannot read .*none.abc"):
        tunes.load(str(tmp_path / "none.abc"))


def test_without_network_the_sample_stands_in_and_says_so(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise UserError("no network")

    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))
    monkeypatch.setattr("keras_rnn.datasets.sources.public_file.download", refuse)
    data = tunes.load()
    assert data.kind == "sample"
    assert "no network" in data.note


def test_the_cached_file_is_read(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_RNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_RNN_CACHE", str(tmp_path))
    (tmp_path / "tunes").mkdir()
    write(tmp_path / "tunes", TWO, "irish.abc")
    data = tunes.load()
    assert (data.kind, data.origin, len(data.tunes)) == ("download", tunes.URL, 2)


def test_every_generated_tune_has_whole_bars():
    data = tunes.sample(60, seed=5)
    reports = [bars.count(f"X:1\n{text}") for text in data.texts]
    assert [report.fault for report in reports] == [""] * 60
    assert {report.bars for report in reports} == {16, 18}
    assert {tune.metre for tune in data.tunes} == {"6/8", "4/4"}


def test_the_same_seed_gives_the_same_sample():
    assert tunes.sample(9, seed=3).texts == tunes.sample(9, seed=3).texts
    assert tunes.sample(9, seed=3).texts != tunes.sample(9, seed=4).texts
