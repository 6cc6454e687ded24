# ruff: noqa: E501
import pytest

from keras_rnn.datasets.tables.cells import records
from keras_rnn.datasets.tables.layout import data_start, find_layout
from keras_rnn.errors import UserError


def sniffed(text):
    found = find_layout(text.encode(), "a.csv")
    return found.separator, found.decimal, list(found.names), found.first_line


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
        # separated by blanks, and not separated at all
        ("date  T\n2020-01-01  1.5\n2020-01-02 12.5\n", (r"\s+", ".", ["date", "T"], 2)),
        ("T\n1.5\n2.5\n", ("", ".", ["T"], 2)),
        # a remark behind #, a bare #, and a # before the names
        ("# a\n#\n# date,T\n#\n2020-01-01,1.5\n", (",", ".", ["date", "T"], 5)),
        ("# x,y\ndate,T\n2020-01-01,1.5\n", (",", ".", ["date", "T"], 3)),
        # thousands beside decimal commas
        ("d;a;b\n1.1.2020;1.138;3,5\n2.1.2020;2.138;4,5\n", (";", ",", ["d", "a", "b"], 2)),
    ],
)  # fmt: skip
def test_dialects(text, expected):
    assert sniffed(text) == expected


@pytest.mark.parametrize(
    ("text", "names", "units"),
    [
        ("date,T,p\n,°C,hPa\n2020-01-01,1,2\n", ["date", "T", "p"], ("", "°C", "hPa")),
        ("date,T\nyyyy-mm-dd,degC\n2020-01-01,1\n", ["date", "T"], ("yyyy-mm-dd", "degC")),
        ("d\tT\n10d\t14n\n2020-01-01\t1\n", ["d", "T"], ("", "")),
        (",Roof,,Cellar,\ndate,T,RH,T,RH\n2020-01-01,1,2,3,4\n",
         ["date", "Roof T", "Roof RH", "Cellar T", "Cellar RH"], ()),
        ("P,A,B\nTicker,X,X\nDate,,\n2020-01-01,1,2\n", ["Date", "A", "B"], ()),
        ('"TOA5","a","b"\n"TIMESTAMP","T","R"\n"TS","C","mm"\n"","Avg","Tot"\n'
         '"2020-01-01 00:00:00",1,2\n', ["TIMESTAMP", "T", "R"], ("", "C", "mm")),
        ("#YY MM DD T\n#yr mo dy degC\n2020 01 01 5\n2020 01 02 5\n",
         ["YY", "MM", "DD", "T"], ("#", "mo", "dy", "degC")),
    ],
)  # fmt: skip
def test_rows_of_names_and_of_units(text, names, units):
    found = find_layout(text.encode(), "a.csv")
    assert list(found.names) == names
    assert found.units == units


def test_the_header_once_more_is_no_other_table():
    text = "date,T\n2020-01-01,1\n2020-01-02,2\ndate,T\n2020-01-03,3\n2020-01-04,3\n"
    assert find_layout(text.encode(), "a.csv").first_line == 2


def test_skipped_lines_are_counted():
    assert find_layout(b"Jena\nroof\ndate;T\n1.1.2020;1,5\n", "a.csv").skipped == 2
    assert find_layout(b"date;T\n1.1.2020;1,5\n", "a.csv").skipped == 0
    assert not find_layout(b"1.1.2020;1,5\n1.1.2020;1,5\n", "a.csv").has_header


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
        find_layout(text.encode(), "a.csv")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_records_know_their_lines(end):
    lines = ["remark", "date;T", "", "1.1.2020;1", "", '2.1.2020;"2', '"', "3.1.2020;3"]
    text = end.join(lines)
    found = find_layout(text.encode(), "a.csv")
    assert [(line, cells[0]) for line, cells in records(text.encode(), found)] == [
        (4, "1.1.2020"),
        (6, "2.1.2020"),
        (8, "3.1.2020"),
    ]
    assert text.encode()[data_start(text.encode(), found) :].startswith(b"1.1.2020;1")
