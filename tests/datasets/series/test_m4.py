"""The M4 competition's files: to the number, and what is wrong with them."""

import gzip

import numpy as np
import pytest

from keras_rnn.datasets import m4
from keras_rnn.errors import UserError

HEAD = '"V1","V2","V3"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two yearly series, one longer than the other, and the six years after each."""
    (tmp_path / "m4").mkdir()
    train = HEAD + '"Y1","1","2.5",""\n"Y2","3","4","5"\n'
    (tmp_path / "m4" / "Yearly-train.csv.gz").write_bytes(gzip.compress(train.encode()))
    (tmp_path / "m4" / "Yearly-test.csv").write_text(
        HEAD + '"Y1",1,2,3,4,5,6\n"Y2",6,5,4,3,2,1\n'
    )
    monkeypatch.setenv("KERAS_RNN_DATA", str(tmp_path))
    return tmp_path / "m4"


def test_reads_both_parts(folder):
    data = m4.load("m4-yearly")
    assert data.ids == ("Y1", "Y2")
    assert [one.tolist() for one in data.train] == [[1, 2.5], [3, 4, 5]]
    assert data.test.tolist() == [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]]
    assert (data.frequency, data.season, data.horizon) == ("yearly", 1, 6)
    assert data.kind == "file"
    assert data.describe().startswith(
        "M4 yearly (file): 2 series of 2 to 3 steps, 6 to forecast, "
    )


def test_suggests_the_nearest_name():
    with pytest.raises(UserError, match=r"no M4 data set 'm4-hurly'\. Did you"):
        m4.load("m4-hurly")


def test_refuses_parts_of_different_series(folder):
    (folder / "Yearly-test.csv").write_text(HEAD + "Y1,1,2,3,4,5,6\n")
    with pytest.raises(UserError, match="do not hold the same series in the same ord"):
        m4.load("m4-yearly")


def test_refuses_a_test_part_of_another_length(folder):
    (folder / "Yearly-test.csv").write_text(HEAD + "Y1,1,2\nY2,1,2,3,4,5,6\n")
    with pytest.raises(UserError, match="series 'Y1': expected 6 values, found 2"):
        m4.load("m4-yearly")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD, "holds no series below its header"),
        (HEAD + "Y1,1,2\nY2,one,2\n", "line 3, 'Y2': could not convert"),
        (HEAD + "Y1,1,,2\n", "line 2, 'Y1': could not convert"),
        (HEAD + "Y1,1,nan\n", "line 2, 'Y1': expected numbers without a gap"),
        (HEAD + "Y1,,\n", "line 2, 'Y1': expected numbers without a gap"),
    ],
)
def test_says_what_is_wrong_with_a_line(tmp_path, text, message):
    path = tmp_path / "series.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        m4.read_m4(path)


def test_says_that_a_file_is_damaged(tmp_path):
    path = tmp_path / "series.csv.gz"
    path.write_bytes(gzip.compress(b"V1,V2\nY1,1\n")[:-9])
    with pytest.raises(UserError, match="cannot be read"):
        m4.read_m4(path)


def test_the_hourly_series_of_the_competition(real_data):
    real_data("m4/Hourly-train.csv.gz")
    data = m4.load()
    assert len(data) == 414
    assert {len(one) for one in data.train} == {700, 960}
    assert data.test.shape == (414, 48)
    assert (data.ids[0], data.train[0][0], data.test[0, 0]) == ("H1", 605, 619)
    assert np.isfinite(data.test).all()
