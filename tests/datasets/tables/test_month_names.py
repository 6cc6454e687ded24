# ruff: noqa: E501
import pytest

from keras_rnn.datasets.tables.month_names import (
    has_month_name,
    month_numbers,
    month_of,
    without_weekday,
)

NAMES = {
    "English": "January February March April May June July August September October November December",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "German, short": "Jan. Feb. Mrz. Apr. Mai Jun. Jul. Aug. Sept. Okt. Nov. Dez.",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "French, short": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Spanish, short": "ene feb mar abr may jun jul ago sep oct nov dic",
    "Italian, short": "gen feb mar apr mag giu lug ago set ott nov dic",
    "Portuguese, short": "jan fev mar abr mai jun jul ago set out nov dez",
    "Dutch, short": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "Swedish": "januari februari mars april maj juni juli augusti september oktober november december",
}  # fmt: skip


@pytest.mark.parametrize("language", NAMES)
def test_twelve_months(language):
    assert [month_of(name) for name in NAMES[language].split()] == [*range(1, 13)]


@pytest.mark.parametrize("word", ["mean", "Ma", "ju", "Monday", "jui", "Decade", "Max"])
def test_other_words(word):
    assert month_of(word) is None


def test_numbers_instead_of_names():
    assert month_numbers("31. Dezember 2016") == "31. 12 2016"
    assert month_numbers("2010JAN", "<{}>") == "2010<01>"
    assert not has_month_name("12:30 Uhr")


@pytest.mark.parametrize(
    ("cell", "rest"),
    [
        ("Mon, 02 Jan 2021", "02 Jan 2021"),
        ("Mo 02.01.2021", "02.01.2021"),
        ("mar. 2 mars 2021", "2 mars 2021"),
        ("Mar 2 2021", "Mar 2 2021"),
        ("May 2021", "May 2021"),
    ],
)
def test_weekdays_are_taken_off(cell, rest):
    assert without_weekday(cell) == rest
