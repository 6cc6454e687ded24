import pytest

from keras_rnn.datasets.tables.encoding import to_utf8
from keras_rnn.errors import UserError


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("T (°C)".encode(), "T (°C)"),
        ("T (°C)".encode("utf-8-sig"), "T (°C)"),
        ("T (°C), µmol, m²".encode("latin-1"), "T (°C), µmol, m²"),
        ("T (°C)".encode("utf-16"), "T (°C)"),
        ("Preis in €".encode("cp1252"), "Preis in €"),
    ],
)
def test_encodings(data, text):
    assert to_utf8(data, "a.csv")[0].decode() == text


def test_ascii_is_handed_back_as_it_is():
    data = b"date,T"
    assert to_utf8(data, "a.csv") == (data, "ascii")
    assert to_utf8(data, "a.csv")[0] is data


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03", "é\0".encode()])
def test_no_text(data):
    with pytest.raises(UserError, match=r"a\.csv is not a text file"):
        to_utf8(data, "a.csv")
