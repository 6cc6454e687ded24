import keras
import numpy as np
import pytest

from keras_rnn.applications.visual_navigation import network as navigator
from keras_rnn.applications.visual_navigation.agent import NavigationAgent
from keras_rnn.datasets.generated import shape_maps
from keras_rnn.datasets.generated.map_routes import ACTIONS
from keras_rnn.datasets.generated.map_walks import MOST
from keras_rnn.visualize.structure import read_structure


@pytest.fixture(scope="module")
def tasks():
    return shape_maps.generate(12, 0, 0).part("train")


@pytest.fixture(scope="module")
def model(tasks):
    keras.utils.set_random_seed(0)
    words = {w for text in tasks.texts for w in navigator.instruction_words(text)}
    model = navigator.build(sorted(words), tasks.side, units=8, width=8)
    # Strong opinions, so that walks are not all alike.
    model.get_layer("action").set_weights(
        [5 * one for one in model.get_layer("action").get_weights()]
    )
    return model


@pytest.fixture(scope="module")
def walks(model, tasks):
    return NavigationAgent(model).walk(tasks)


def test_is_an_encoder_decoder_with_attention(model):
    structure = read_structure(model)
    assert structure.shape == "encoder_decoder"
    assert structure.attention
    assert [row.directions for row in structure.rows] == [("forward", "backward")]
    assert [row.directions for row in structure.decoder] == [("forward",)]


def test_step_by_step_it_does_what_one_pass_over_the_walk_says(model, tasks, walks):
    steps = max(map(len, walks.actions))
    places = walks.places[:, :steps].astype("int32")
    before = np.zeros_like(places)
    for row, actions in enumerate(walks.actions):
        for now in range(1, len(actions)):
            if places[row, now] != places[row, now - 1]:
                before[row, now] = ACTIONS.index(actions[now - 1]) + 1
    tokens = navigator.words_of(model).encode(
        [navigator.instruction_words(text) for text in tasks.texts]
    )
    logits = model.predict((tasks.pictures, tokens, places, before), verbose=0)
    for row, actions in enumerate(walks.actions):
        said = logits[row].argmax(axis=-1)[: len(actions)]
        assert [ACTIONS[one] for one in said] == actions
    assert len({tuple(actions) for actions in walks.actions}) > 3


def test_a_walk_ends_with_stop_or_after_so_many_steps(tasks, walks):
    for actions, stopped in zip(walks.actions, walks.stopped, strict=True):
        assert stopped == (actions[-1] == "stop")
        assert actions.count("stop") == stopped
        assert stopped or len(actions) == MOST
    assert walks.places.shape[1] == walks.words.shape[1] + 1
    on_walls = tasks.walls.reshape(len(tasks), -1)[
        np.arange(len(tasks))[:, None], walks.places
    ]
    assert not on_walls.any()


def test_attention_is_on_words_and_places_are_on_the_map(tasks, walks):
    for row, text in enumerate(tasks.texts):
        said = len(navigator.instruction_words(text))
        weights = walks.words[row]
        np.testing.assert_allclose(weights[:, :said].sum(axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(weights[:, said:], 0, atol=1e-6)
    assert walks.maps.shape[2:] == (6, 6)
    total = walks.maps.sum(axis=(2, 3))
    assert ((total > 0) & (total <= 1 + 1e-5)).all()


def test_one_walks_alone_as_among_others(model, tasks, walks):
    alone = NavigationAgent(model).walk(tasks.some([7]))
    assert alone.actions == [walks.actions[7]]


def test_signs_at_the_end_are_no_words():
    words = navigator.instruction_words("Pass the red circle, then STOP!")
    assert words == ["pass", "the", "red", "circle", ",", "then", "stop"]
    assert navigator.instruction_words(" ?! ") == []
