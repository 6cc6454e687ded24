import keras
import numpy as np
import pytest
from helpers.forecasts import (
    COLUMNS,
    small_plan,
    standardised,
    train_ensemble,
    weather,
)

from keras_rnn.forecasting.baselines import persistence, seasonal_naive
from keras_rnn.forecasting.blend import blend_weights
from keras_rnn.forecasting.network import VIEWS
from keras_rnn.forecasting.network_training import NetworkSettings
from keras_rnn.forecasting.ridge import choose_ridge
from keras_rnn.forecasting.windows import Windows

STRAIGHT = ["persistence", "seasonal naive", "ridge", "ridge on the target alone"]


@pytest.fixture(scope="module")
def plan():
    return small_plan(weather(500), horizon=4)


@pytest.fixture(scope="module")
def parts(plan):
    parts, _ = standardised(plan)
    assert list(parts[0].columns) == [*COLUMNS, "day sin", "day cos"]
    return parts


@pytest.fixture(scope="module")
def lines(plan, parts):
    """The two regressions, fitted here: each for the training part and for both."""
    train, validation = (plan.task.windows(part) for part in parts[:2])
    # Windows of 24 + 4 rows whose last row is in the validation part.
    new = plan.task.windows(parts[2].iloc[len(parts[0]) - 27 :])
    whole = choose_ridge(train, validation, target=1, history=12)
    # The temperature and the time of day.
    alone = choose_ridge(train, validation, target=1, history=12, columns=[1, 3, 4])
    return (whole, whole.learn(new)), (alone, alone.learn(new))


@pytest.fixture(scope="module")
def straight(plan, parts):
    return train_ensemble(parts, plan.task, NetworkSettings(cell=None), verbose=0)


@pytest.fixture(scope="module")
def recurrent(plan, parts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    settings = NetworkSettings(cell="simple_rnn", epochs=2, seed=3)
    return train_ensemble(parts, plan.task, settings, folder=folder, verbose=0), folder


def forecasts_by_hand(past, lines, number):
    """What the members without a network say; `number` is 0 before the refit."""
    value = past[:, :, 1]
    return [
        persistence(value, 4),
        seasonal_naive(value, 4, 24),
        *(line[number].predict(past) for line in lines),
    ]


def test_the_blend_is_chosen_on_validation(straight, plan, parts, lines):
    past, truth = plan.task.windows(parts[1]).arrays()
    stacked = np.stack(forecasts_by_hand(past, lines, 0), axis=-1)
    expected = blend_weights(stacked, truth[:, :, 0], naive=(0, 1))
    assert list(straight.weights) == STRAIGHT
    np.testing.assert_allclose(list(straight.weights.values()), expected, atol=1e-5)


def test_the_model_is_the_blend_of_what_was_refitted(straight, plan, parts, lines):
    past, _ = plan.task.windows(parts[2]).arrays()
    stacked = np.stack(forecasts_by_hand(past, lines, 1), axis=-1)
    expected = stacked @ list(straight.weights.values())
    forecast = straight.model.predict(past, verbose=0)
    assert forecast.shape == (len(past), 4)
    np.testing.assert_allclose(forecast, expected, atol=1e-4)


def test_errors_for_bands_are_of_weights_from_other_rows(straight, plan, parts, lines):
    windows = plan.task.windows(parts[1])
    past, truth = windows.arrays()
    stacked = np.stack(forecasts_by_hand(past, lines, 0), axis=-1)
    rows = windows.starts[:, None] + plan.task.lookback + np.arange(4)
    later = rows > (rows.min() + rows.max()) / 2
    expected = np.empty(later.shape)
    for half in (later, ~later):
        known = np.where(half, np.nan, truth[:, :, 0])
        weights = blend_weights(stacked, known, naive=(0, 1))
        expected[half] = truth[half, 0] - stacked[half] @ weights
    np.testing.assert_allclose(straight.calibration.errors, expected, atol=1e-4)
    np.testing.assert_allclose(straight.calibration.past, past[:, :, 1])


def test_the_ridge_beside_it_has_seen_what_the_others_have(straight, lines):
    np.testing.assert_allclose(straight.ridge.kernel, lines[0][1].kernel)
    assert straight.history is None


def test_a_table_of_the_target_alone_has_one_ridge(plan, parts):
    one = [part[["T (degC)", "day sin", "day cos"]] for part in parts]
    ensemble = train_ensemble(one, plan.task, NetworkSettings(cell=None), verbose=0)
    assert list(ensemble.weights) == STRAIGHT[:3]
    assert ensemble.model.input_shape == (None, 24, 3)


def test_what_comes_later_does_not_change_the_choice(plan, parts, straight):
    """The refit aside, the members know nothing beyond the validation part."""
    train, validation, both = parts
    other = both.copy()
    other.iloc[len(train) :] = 0.0
    ensemble = train_ensemble(
        (train, validation, other), plan.task, NetworkSettings(cell=None)
    )
    assert ensemble.weights == straight.weights


def test_the_networks_views_are_members(recurrent):
    ensemble, _ = recurrent
    views = [f"simple_rnn of the {view}" for view in VIEWS]
    assert list(ensemble.weights) == STRAIGHT + views
    weights = np.array(list(ensemble.weights.values()))
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1)
    assert len(ensemble.history.epochs) == 2


def test_the_whole_model_is_the_weighted_sum(recurrent, plan, parts, lines):
    ensemble, _ = recurrent
    # With weights that leave nobody out, whatever the choice was.
    model = keras.models.clone_model(ensemble.model)
    model.set_weights(ensemble.model.get_weights())
    shares = np.arange(1.0, 1 + len(ensemble.weights))
    model.get_layer("blend").set_weights([shares[:, None] / shares.sum()])
    past, _ = plan.task.windows(parts[1]).arrays()
    stacked = np.stack(forecasts_by_hand(past, lines, 1), axis=-1)
    views = ensemble.model.get_layer("network").predict(past, verbose=0)
    expected = np.concatenate([stacked, views], -1) @ shares / shares.sum()
    np.testing.assert_allclose(
        model.predict(past, verbose=0), expected, rtol=1e-4, atol=1e-4
    )


def test_the_networks_line_is_the_refitted_ridge(recurrent, lines):
    network = recurrent[0].model.get_layer("network")
    kernel, bias = network.get_layer("fixed_line").get_weights()
    np.testing.assert_allclose(kernel, lines[0][1].kernel, atol=1e-6)
    np.testing.assert_allclose(bias, lines[0][1].bias, atol=1e-6)


def test_both_trainings_can_be_gone_on_with(recurrent, plan, parts, capsys):
    """With the checkpoints there, the same call trains nothing and ends the same."""
    ensemble, folder = recurrent
    assert sorted(path.name for path in folder.iterdir()) == ["train", "validation"]
    settings = NetworkSettings(cell="simple_rnn", epochs=2, seed=3)
    again = train_ensemble(parts, plan.task, settings, folder=folder, verbose=2)
    said = capsys.readouterr().out
    assert said.count("Already trained for") == 2
    assert again.weights == ensemble.weights
    for one, other in zip(
        again.model.get_weights(), ensemble.model.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_every_window_of_both_parts_is_learnt_from(recurrent, plan, parts):
    both = Windows(parts[2], 24, 4, 4, ["T (degC)"])
    train = Windows(parts[0], 24, 4, 4, ["T (degC)"])
    assert both.count - train.count == len(parts[1])
