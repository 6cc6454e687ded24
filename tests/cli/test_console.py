import pytest
from helpers.forecasts import weather

from keras_rnn.cli.console import fact, show_counts, show_table
from keras_rnn.cli.reading import show_series


@pytest.mark.parametrize("name", ["flow [/s]", "[bold]T[/bold]", "T :smiley: \\[x]"])
def test_names_are_printed_as_they_are(name, capsys):
    fact(name, name)
    show_table(name, ["", name], [["row", name]])
    printed = capsys.readouterr().out
    assert printed.count(name) == 5


def test_counts(capsys):
    show_counts("Repaired", {"rows dropped": 1234, "values filled": 5})
    assert capsys.readouterr().out.splitlines() == [
        "Repaired   rows dropped: 1,234",
        "           values filled: 5",
    ]
    show_counts("Repaired", {})
    assert capsys.readouterr().out == ""


def test_long_lines_are_not_broken(capsys):
    show_series(weather(30))
    (line,) = capsys.readouterr().out.splitlines()
    assert line == (
        "Data       tiny (generated sample, not measured): 30 rows, 3 columns, "
        "2020-03-01 00:00 to 2020-03-02 05:00, generated for a test"
    )


def test_table(capsys):
    show_table("Errors", ["", "mean"], [["a", "1.0"], ["bc", "10.0"]], strong=[1])
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if line.strip() and "─" not in line] == [
        "Errors",
        "       mean",
        "  a     1.0",
        "  bc   10.0",
    ]
