import pandas as pd

from keras_rnn.datasets.tables.typical_year import as_one_year

YEAR = pd.Series(pd.date_range("2001-01-01", periods=8760, freq="1h"))


def of_different_years(stamps):
    years = [1990 + (7 * month) % 10 for month in range(13)]
    return pd.Series([t.replace(year=years[t.month]) for t in stamps])


def test_months_of_different_years_become_one_year():
    found = as_one_year(of_different_years(YEAR))
    assert found.tolist() == YEAR.tolist()


def test_hours_that_are_named_by_their_end():
    shifted = of_different_years(YEAR) + pd.Timedelta("1h")
    found = as_one_year(shifted)
    assert found.iloc[0] == pd.Timestamp("2001-01-01 01:00")
    assert found.iloc[-1] == pd.Timestamp("2002-01-01 00:00")


def test_real_years_are_left_alone():
    assert as_one_year(YEAR) is None
    two = pd.Series(pd.date_range("2001-01-01", periods=17520, freq="1h"))
    assert as_one_year(two) is None
    gap = pd.concat([two[:3000], two[9000:12000]], ignore_index=True)
    assert as_one_year(gap) is None
    assert as_one_year(YEAR[:100]) is None
