import keras
import numpy as np
import pytest
from helpers.forecasts import TARGET, small_plan, standardised, weather

from keras_rnn.forecasting.network_training import (
    CosineCycles,
    NetworkSettings,
    NetworkTraining,
)
from keras_rnn.forecasting.ridge import fit_ridge


@pytest.fixture(scope="module")
def plan():
    return small_plan(weather(500), horizon=4)


@pytest.fixture(scope="module")
def parts(plan):
    return standardised(plan)[0]


@pytest.fixture(scope="module")
def lines(plan, parts):
    train, validation = (plan.task.windows(part) for part in parts[:2])
    return fit_ridge(train, validation, parts[0].columns.get_loc(TARGET), 12)


@pytest.fixture(scope="module")
def started(plan, parts, lines):
    """A network that has learned from the training part, and its weights then."""
    settings = NetworkSettings(cell="simple_rnn", epochs=2, seed=1)
    network = NetworkTraining(plan.task, settings, verbose=0)
    network.start(parts[0], lines[0])
    return network, network.model.get_weights(), network.learner.optimizer.iterations


def rates(schedule, steps):
    return [float(keras.ops.convert_to_numpy(schedule(step))) for step in steps]


def test_two_cycles_literal():
    """Up for a tenth, down along a cosine, and the second to half the height."""
    schedule = CosineCycles((0.1, 0.05), (100, 40))
    expected = [0.0, 0.05, 0.1, 0.0505, 0.0, 0.025, 0.05, 0.0005, 0.0005]
    steps = [0, 5, 10, 55, 100, 102, 104, 140, 900]
    np.testing.assert_allclose(rates(schedule, steps), expected, atol=1e-6)


def test_cycles_come_back_from_their_configuration():
    schedule = CosineCycles((0.1, 0.05), (100, 40))
    saved = keras.saving.serialize_keras_object(schedule)
    again = keras.saving.deserialize_keras_object(saved)
    assert rates(again, [3, 70, 120]) == rates(schedule, [3, 70, 120])


def test_predictions_are_those_of_the_model(started, plan, parts):
    network, _, _ = started
    windows = plan.task.windows(parts[1])
    past, _ = windows.arrays()
    expected = keras.ops.convert_to_numpy(network.model(past))
    np.testing.assert_allclose(network.predict(windows), expected, atol=1e-5)
    np.testing.assert_allclose(network.predict(past), expected, atol=1e-5)


def test_it_goes_on_from_its_weights_in_the_second_cycle(started, plan, parts, lines):
    network, before, _ = started
    batches = plan.task.windows(parts[0]).count // network.batch
    assert int(network.learner.optimizer.iterations) == 2 * batches
    network.go_on(parts[2], lines[1], "validation")
    later = plan.task.windows(parts[2]).count // network.batch
    assert int(network.learner.optimizer.iterations) == 2 * batches + later
    kernel, _ = network.model.get_layer("fixed_line").get_weights()
    np.testing.assert_allclose(kernel, lines[1].kernel, atol=1e-6)
    # A fraction of an epoch at half the rate: near to what it was, and not the same.
    moved = [
        float(np.abs(new - old).max())
        for new, old in zip(network.model.get_weights(), before, strict=True)
    ]
    assert 0 < max(moved) < 0.2
