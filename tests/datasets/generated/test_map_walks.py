import numpy as np
import pytest

from keras_rnn.datasets.generated import shape_maps
from keras_rnn.datasets.generated.map_routes import ACTIONS, distances, next_cells
from keras_rnn.datasets.generated.map_walks import ShortestPathOracle
from keras_rnn.datasets.generated.shape_maps import NOWHERE

STOP = ACTIONS.index("stop")


@pytest.fixture(scope="module")
def tasks():
    return shape_maps.generate(150, 0, 0).part("train")


def test_without_slips_a_route_is_the_shortest_as_it_is_told(tasks):
    places, before, best, walked = ShortestPathOracle(tasks).routes(
        np.random.default_rng(0), slip=0.0
    )
    assert (walked.sum(axis=1) == tasks.lengths + 1).all()
    rows = np.arange(len(tasks))
    assert (places[:, 0] == tasks.starts).all()
    assert (places[rows, tasks.lengths] == tasks.goals).all()
    assert (best[rows, tasks.lengths, STOP] == 1).all()
    has_mark = tasks.landmarks != NOWHERE
    assert (places == tasks.landmarks[:, None]).any(axis=1)[has_mark].all()
    assert (before[:, 0] == 0).all()


def test_what_is_done_leads_from_each_place_to_the_next(tasks):
    places, before, _, walked = ShortestPathOracle(tasks).routes(
        np.random.default_rng(0), slip=0.5
    )
    stood_still = 0
    for now in range(places.shape[1] - 1):
        own = walked[:, now + 1] > 0
        did = before[own, now + 1]
        stood_still += (did == 0).sum()
        action = np.where(did == 0, STOP, did - 1)
        after = next_cells(tasks.walls[own], places[own, now], action)
        assert (after == places[own, now + 1]).all()
    assert stood_still > 50  # slips against walls are told as no move


def test_after_a_slip_the_best_actions_lead_on_from_there(tasks):
    oracle = ShortestPathOracle(tasks)
    places, _, best, walked = oracle.routes(np.random.default_rng(0), slip=0.5)
    np.testing.assert_allclose(best.sum(axis=2), 1, atol=1e-6)
    passed = np.logical_or.accumulate(
        (places == tasks.landmarks[:, None]) | (tasks.landmarks == NOWHERE)[:, None],
        axis=1,
    )
    rows = np.arange(len(tasks))
    to_goal = distances(tasks.walls, tasks.goals)
    mark = np.where(tasks.landmarks == NOWHERE, tasks.goals, tasks.landmarks)
    to_mark = distances(tasks.walls, mark)
    for now in range(places.shape[1]):
        distance = np.where(passed[:, now, None], to_goal, to_mark)
        here = distance[rows, places[:, now]]
        for action in range(5):
            after = next_cells(tasks.walls, places[:, now], np.full(len(tasks), action))
            nearer = distance[rows, after] < here
            wanted = here == 0 if action == STOP else nearer
            own = walked[:, now] > 0
            assert ((best[:, now, action] > 0) == wanted)[own].all()
