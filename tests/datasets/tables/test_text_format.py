import pytest

from keras_rnn.datasets.tables.text_format import data_start, decode, records, sniff
from keras_rnn.errors import UserError


def sniffed(text):
    found = sniff(text, "a.csv")
    return found.separator, found.decimal, list(found.names), found.first_line


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
    assert decode(data, "a.csv") == text


def test_no_text():
    with pytest.raises(UserError, match=r"a\.csv is not a text file"):
        decode(b"\x00\x01\x02\x03", "a.csv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date,T\n2020-01-01,1.5\n", (",", ".", ["date", "T"], 2)),
        ("date;T\n2020-01-01;1.5\n", (";", ".", ["date", "T"], 2)),
        ("date\tT\n2020-01-01\t1.5\n", ("\t", ".", ["date", "T"], 2)),
        ("date|T\n2020-01-01|1.5\n", ("|", ".", ["date", "T"], 2)),
        ("date;T\n31.12.2016;1,5\n", (";", ",", ["date", "T"], 2)),
        ("date;T;p\n31.12.2016;1,5;998,2\n", (";", ",", ["date", "T", "p"], 2)),
        ("date\tp\n31.12.2016\t1.013,25\n", ("\t", ",", ["date", "p"], 2)),
        ("31.12.2016;1,5;2,5\n1.1.2017;3,5;1,1\n", (";", ",", ["", "", ""], 1)),
        ('"date","a, b"\n"2020-01-01","1.5"\n', (",", ".", ["date", "a, b"], 2)),
        (" date , T \n2020-01-01, 1.5\n", (",", ".", ["date", "T"], 2)),
        ("# date,T\n2020-01-01,1.5\n", (",", ".", ["date", "T"], 2)),
        # numbers as names, as in the electricity and traffic data sets
        ("date,0,1,OT\n2020-01-01,5,6,7\n", (",", ".", ["date", "0", "1", "OT"], 2)),
        # the index that pandas writes has no name; R leaves even its comma out
        (",T,p\n2020-01-01,1,2\n", (",", ".", ["", "T", "p"], 2)),
        ("T,p\n2020-01-01,1,2\n", (",", ".", ["", "T", "p"], 2)),
        # trailing separators in the rows, in the header, in both
        ("date;T\n31.12.2016;1,5;\n", (";", ",", ["date", "T", ""], 2)),
        ("date;T;\n31.12.2016;1,5\n1.1.2017;2,5\n", (";", ",", ["date", "T"], 2)),
        ("date;T;\n31.12.2016;1,5;\n", (";", ",", ["date", "T", ""], 2)),
        # blank lines and remarks above the header
        ("\n\ndate,T\n\n2020-01-01,1.5\n", (",", ".", ["date", "T"], 5)),
        ("Station;Jena\ndate;T\n1.1.2020;1,5\n", (";", ",", ["date", "T"], 3)),
        ("sep=;\ndate;T\n1.1.2020;1,5\n", (";", ",", ["date", "T"], 3)),
        ("lat,lon\n52.5,13.4\n\ntime,T,p\n2020-01,1,2\n" + "2020-02,1,2\n" * 3,
         (",", ".", ["time", "T", "p"], 5)),
        # units below the names
        ("date;T\n;[degC]\n1.1.2020;1,5\n", (";", ",", ["date", "T"], 3)),
        # a bad stamp in the first row does not make that row the header
        ("date,T\noops,1.5\n2020-01-01,2.5\n", (",", ".", ["date", "T"], 2)),
        (",T\n,1.5\n2020-01-01,2.5\n2020-01-02,2.5\n", (",", ".", ["", "T"], 2)),
        # stamps without separators
        ("t,a,b\n1577836800,5,6\n1577840400,7,8\n", (",", ".", ["t", "a", "b"], 2)),
    ],
)  # fmt: skip
def test_dialects(text, expected):
    assert sniffed(text) == expected


def test_skipped_lines_are_counted():
    assert sniff("Jena\nroof\ndate;T\n1.1.2020;1,5\n", "a.csv").skipped == 2
    assert sniff("date;T\n1.1.2020;1,5\n", "a.csv").skipped == 0
    assert not sniff("1.1.2020;1,5\n1.1.2020;1,5\n", "a.csv").has_header


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one\ntwo\n", "the first lines hold no table"),
        ("a,b\n", "holds no rows of numbers with time stamps below its header"),
        ("a,b\nc,d\n", "holds no rows of numbers with time stamps below its header"),
    ],
)
def test_no_table(text, message):
    with pytest.raises(UserError, match=message):
        sniff(text, "a.csv")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_records_know_their_lines(end):
    lines = ["remark", "date;T", "", "1.1.2020;1", "", '2.1.2020;"2', '"', "3.1.2020;3"]
    text = end.join(lines)
    found = sniff(text, "a.csv")
    assert [(line, cells[0]) for line, cells in records(text, found)] == [
        (4, "1.1.2020"),
        (6, "2.1.2020"),
        (8, "3.1.2020"),
    ]
    assert text[data_start(text, found) :].startswith("1.1.2020;1")
