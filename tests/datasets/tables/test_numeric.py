import numpy as np
import pandas as pd
import pytest

from keras_rnn.datasets.tables.numeric import to_numbers

NAN = np.nan


@pytest.mark.parametrize(
    ("cells", "decimal", "numbers", "text"),
    [
        (["1.5", "x", "-2"], ".", [1.5, NAN, -2.0], 0),
        (["1.5", "broken", " 3 "], ".", [1.5, NAN, 3.0], 1),
        (["n/a", "-", "", "2e-3"], ".", [NAN, NAN, NAN, 0.002], 0),
        (["12,5", "3,25", "fault"], ".", [12.5, 3.25, NAN], 1),  # quoted in a , file
        (["1,013.25", "999.5"], ".", [1013.25, 999.5], 0),
        (["1,234,567", "12,000"], ".", [1_234_567.0, 12_000.0], 0),
        (["998,2", "off", "-0,5"], ",", [998.2, NAN, -0.5], 1),
        (["1.013,25", "999,5", "1.013"], ",", [1013.25, 999.5, 1013.0], 0),
        (["12.5", "7,25", "off"], ",", [12.5, 7.25, NAN], 1),
        (["1.013,2", "n.a."], ",", [1013.2, NAN], 0),
        (["0.25%", "-1.5 %", "%"], ".", [0.25, -1.5, NAN], 0),
    ],
)
def test_text_as_numbers(cells, decimal, numbers, text):
    found, is_text = to_numbers(pd.Series(cells, dtype="str"), decimal)
    assert found.dtype == "float64"
    np.testing.assert_array_equal(found, numbers)
    assert is_text.sum() == text


def test_the_index_is_kept():
    numbers, is_text = to_numbers(pd.Series(["1", "a"], index=[5, 9], dtype="str"))
    assert numbers.index.tolist() == is_text.index.tolist() == [5, 9]
