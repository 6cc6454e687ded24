import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.span import parse_span, span_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10min", 600),
        ("1h", 3600),
        ("2H", 7200),
        ("1.5h", 5400),
        ("1d", 86_400),
        ("1D 2h", 93_600),
        ("1 day", 86_400),
        ("2 days 30 seconds", 172_830),
        ("h", 3600),
        ("d", 86_400),
        (pd.Timedelta("90s"), 90),
    ],
)
def test_what_people_write_is_understood(text, seconds):
    assert parse_span(text, "every").total_seconds() == seconds


@pytest.mark.parametrize(
    "text", ["soon", "", "0h", "-1h", None, "1 x", pd.NaT, [], 5, "10"]
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(UserError, match="every must be a time span such as '10min'"):
        parse_span(text, "every")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ("1D 2h", "1 d 2 h"),
        ("90s", "1 min 30 s"),
        ("600s", "10 min"),
        ("250ms", "0.25 s"),
    ],
)
def test_spans_are_written_as_people_do(span, text):
    assert span_text(pd.Timedelta(span)) == text
