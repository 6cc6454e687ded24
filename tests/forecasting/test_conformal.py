import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_rnn.errors import UserError
from keras_rnn.forecasting.conformal import (
    LEVELS,
    Bands,
    band_columns,
    check_levels,
    conformal_rank,
    errors_needed,
    recent_spread,
)

# A past that moves by one from row to row: a spread of 1.
STEADY = np.arange(6.0)


def bands_of(scores, levels=(80,), **changes):
    """Bands from errors of one step after pasts that all moved by one a row."""
    errors = np.asarray(scores, float)[:, None]
    return Bands.fit(errors, np.tile(STEADY, (len(errors), 1)), 1, levels, **changes)


def ends(bands, forecast, past=STEADY):
    """Lower and upper end of each band around one forecast of one step."""
    found = bands.each(np.array([[forecast]]), np.asarray(past)[None])
    return [(level, float(low[0, 0]), float(high[0, 0])) for level, low, high in found]


# The rank


@pytest.mark.parametrize(
    ("count", "level", "rank"),
    [
        (9, 80, 8),
        (10, 80, 9),  # 8.8
        (19, 80, 16),
        (99, 80, 80),
        # 0.55 x 100 and 0.07 x 100 are above 55 and 7 in floats.
        (99, 55, 55),
        (99, 7, 7),
        (999, 99.9, 999),
        (19, 95, 19),
        (18, 95, 19),  # one more than there are
        (1, 50, 1),
    ],
)
def test_rank_literal(count, level, rank):
    assert conformal_rank(count, level) == rank


@given(st.integers(1, 5000), st.integers(1, 999))
def test_rank_is_the_fraction_rounded_up(count, thousandths):
    level = thousandths / 10
    exact = Fraction(thousandths, 1000) * (count + 1)
    assert conformal_rank(count, level) == math.ceil(exact)


@given(st.integers(1, 999))
def test_what_is_needed_is_the_least_that_has_the_rank(thousandths):
    level = thousandths / 10
    needed = errors_needed(level)
    assert conformal_rank(needed, level) <= needed
    assert needed == 10 or conformal_rank(needed - 1, level) > needed - 1


def test_the_reach_is_the_kth_smallest():
    scores = np.random.default_rng(0).permutation(np.arange(1.0, 20.0))
    bands = bands_of(scores, (50, 80, 95))
    assert bands.reach[:, 0].tolist() == [10.0, 16.0, 19.0]


@settings(max_examples=30)
@given(
    st.lists(st.integers(-999, 999), min_size=11, max_size=30, unique_by=abs),
    st.sampled_from([50, 75, 80, 90]),
)
def test_exact_coverage_of_what_is_exchangeable(errors, level):
    """Each error in turn is the new one: so many are inside, no more, no fewer."""
    inside = 0
    for place, new in enumerate(errors):
        rest = errors[:place] + errors[place + 1 :]
        ((_, low, high),) = ends(bands_of(rest, (level,)), 0.0)
        inside += low <= new <= high
    assert inside == conformal_rank(len(errors) - 1, level)


# The spread


def test_spread_literal():
    past = np.array([[0.0, 1.0, 8.0, 9.0]])
    # 8 from season to season; 1, 7 and 1 from row to row.
    np.testing.assert_allclose(recent_spread(past, 2), 8 ** (2 / 3) * 3 ** (1 / 3))
    np.testing.assert_allclose(recent_spread(past, 1), 3.0)
    np.testing.assert_allclose(recent_spread(past, 3), 3.0)  # no second season


@given(st.floats(0.01, 100), st.floats(-1e3, 1e3), st.sampled_from([1, 3]))
def test_spread_is_in_the_unit_of_the_readings(factor, offset, season):
    past = np.random.default_rng(1).normal(size=(4, 9))
    np.testing.assert_allclose(
        recent_spread(factor * past + offset, season),
        factor * recent_spread(past, season),
        rtol=1e-6,
    )


def test_wider_where_the_series_is_wilder():
    bands = bands_of(np.arange(10.0))  # the ninth of ten is 8
    assert ends(bands, 5.0) == [(80.0, -3.0, 13.0)]
    assert ends(bands, 5.0, 2 * STEADY) == [(80.0, -11.0, 21.0)]
    # A quarter of the mean spread is the least.
    assert ends(bands, 5.0, 0 * STEADY) == [(80.0, 3.0, 7.0)]


def test_a_series_that_never_moved():
    errors, past = np.arange(1.0, 10.0)[:, None], np.zeros((9, 4))
    errors = np.append(errors, [[0.5]], axis=0)
    bands = Bands.fit(errors, np.zeros((10, 4)), 1)
    assert ends(bands, 1.0, past[0]) == [(80.0, -7.0, 9.0)]


def test_a_forecast_that_was_exact_may_be_rounded():
    assert ends(bands_of(np.zeros(20)), 1.0) == [(80.0, 0.9999, 1.0001)]


def test_heteroscedastic_noise_is_covered_in_calm_and_in_storm():
    rng = np.random.default_rng(0)

    def draw(windows):
        scale = rng.choice([1.0, 3.0], size=(windows, 1))
        noise = scale * rng.normal(size=(windows, 40))
        return scale[:, 0], noise[:, :36].cumsum(axis=1), noise[:, 36:].cumsum(axis=1)

    _, past, errors = draw(3000)
    bands = Bands.fit(errors, past, 1)
    scale, past, truth = draw(3000)
    ((_, low, high),) = bands.each(np.zeros((3000, 4)), past)
    inside = (low <= truth) & (truth <= high)
    for kind in (1.0, 3.0):
        assert inside[scale == kind].mean() == pytest.approx(0.8, abs=0.03)


# Too few errors


@pytest.mark.parametrize(
    ("count", "known"),
    [(9, []), (10, [50.0, 80.0]), (18, [50.0, 80.0]), (19, [50.0, 80.0, 95.0])],
)
def test_no_band_from_too_few_errors(count, known):
    bands = bands_of(np.arange(1.0, count + 1), (50, 80, 95))
    has = np.isfinite(bands.reach[:, 0])
    assert [level for level, one in zip(bands.levels, has, strict=True) if one] == known
    assert len(bands.missing()) == 3 - len(known)


def test_the_reason_literal():
    assert bands_of([1.0], (95,)).missing() == [
        "no band of 95 %: there is 1 error of each step that set nothing else, and it "
        "needs 19"
    ]
    assert bands_of(np.arange(12.0), (80, 99.5)).missing() == [
        "no band of 99.5 %: there are 12 errors of each step that set nothing else, "
        "and it needs 199"
    ]


def test_no_error_at_all():
    bands = Bands.fit(np.empty((0, 3)), np.empty((0, 4)), 1)
    assert np.isnan(bands.reach).all()
    ((_, low, _),) = bands.each(np.zeros((1, 3)), np.zeros((1, 4)))
    assert np.isnan(low).all()


# Limits


def test_the_band_stays_within_the_limits():
    bands = bands_of(np.arange(10.0), limits=(0.0, 10.0))
    assert ends(bands, 5.0) == [(80.0, 0.0, 10.0)]
    assert ends(bands, 9.5, 0.25 * STEADY) == [(80.0, 7.5, 10.0)]
    # A forecast beyond the limits is put onto them first.
    assert ends(bands, -3.0, 0.25 * STEADY) == [(80.0, 0.0, 2.0)]
    assert bands.limit([-1.0, 4.0, 11.0]).tolist() == [0.0, 4.0, 10.0]


@given(st.floats(-50, 50), st.floats(0, 20))
def test_bands_are_nested_around_the_forecast(forecast, moves):
    bands = bands_of(np.arange(1.0, 41.0), (50, 80, 95), limits=(0.0, math.inf))
    found = ends(bands, forecast, moves * STEADY)
    lows, highs = [one[1] for one in found], [one[2] for one in found]
    assert lows == sorted(lows, reverse=True)
    assert highs == sorted(highs)
    assert 0 <= lows[0] <= max(forecast, 0.0) <= highs[0]


# Levels


def test_levels_in_order():
    assert LEVELS == (80.0,)
    assert check_levels(80) == (80.0,)
    assert check_levels(np.array([95, 50])) == (50.0, 95.0)
    assert check_levels(iter([99.5])) == (99.5,)


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        (0, "`levels` must be per cent above 0 and below 100"),
        ((50, 100), "not 50, 100."),
        (-5, "not -5."),
        (float("nan"), "not nan."),
        ("wide", "not wide."),
        ([], "not none."),
        ([80, None], "not 80, None."),
        ([80, 95, 80.0], "`levels` holds 80 more than once: give it once."),
    ],
)
def test_levels_that_cannot_be(levels, message):
    with pytest.raises(UserError) as refused:
        check_levels(levels)
    assert message in str(refused.value)


def test_names_of_columns():
    assert band_columns((95.0,)) == [("lower", "upper")]
    assert band_columns((50.0, 99.5)) == [
        ("lower 50", "upper 50"),
        ("lower 99.5", "upper 99.5"),
    ]


# There and back


@pytest.mark.parametrize("limits", [(-math.inf, math.inf), (0.0, 100.0)])
def test_there_and_back(limits):
    bands = bands_of(np.arange(1.0, 12.0), (50, 95), limits=limits)
    state = json.loads(json.dumps(bands.to_dict(), allow_nan=False))
    again = Bands.from_dict(state)
    np.testing.assert_array_equal(again.reach, bands.reach)
    for name in ("levels", "season", "least_spread", "errors", "limits"):
        assert getattr(again, name) == getattr(bands, name)
