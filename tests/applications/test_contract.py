"""Every application of the catalogue keeps the contract."""

import inspect
from typing import get_type_hints

import keras
import pytest
from helpers.tiny_applications import tiny

from keras_rnn.applications.catalogue import APPLICATIONS, find
from keras_rnn.applications.contract import Answers, Outcome, Request
from keras_rnn.cli.answers import show_answers
from keras_rnn.errors import UserError

NAMES = list(APPLICATIONS)
REPLYING = ("conversation", "visual_dialog")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("inputs")


def parameters(function):
    return list(inspect.signature(function).parameters.values())


@pytest.mark.parametrize("name", NAMES)
def test_train_takes_a_request_and_returns_an_outcome(name):
    train = find(name).module.train
    assert [one.name for one in parameters(train)] == ["request"]
    assert get_type_hints(train) == {"request": Request, "return": Outcome}


@pytest.mark.parametrize("name", NAMES)
def test_answer_takes_a_model_inputs_and_a_seed(name):
    answer = find(name).module.answer
    model, inputs, seed = parameters(answer)
    assert (model.name, inputs.name, seed.name) == ("model", "inputs", "seed")
    assert seed.default == 0
    assert get_type_hints(answer)["return"] is Answers


@pytest.mark.parametrize("name", NAMES)
def test_there_is_no_second_way_to_ask(name):
    module = find(name).module
    for hook in ("predict", "answers", "answer_table", "answer_files", "classes"):
        assert not hasattr(module, hook), hook


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_a_table_of_strings(name, folder):
    model, inputs = tiny(name, folder)
    found = find(name).module.answer(model, list(inputs))
    assert isinstance(found, Answers)
    assert found.rows
    for row in [found.columns, *found.rows]:
        assert len(row) == len(found.columns)
        assert all(type(cell) is str for cell in row), row
    for file, content in found.files.items():
        assert isinstance(file, str)
        assert isinstance(content, bytes)
        assert content


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_answer(name, folder):
    model, inputs = tiny(name, folder)
    answer = find(name).module.answer
    assert answer(model, list(inputs), 3) == answer(model, list(inputs), seed=3)


@pytest.mark.parametrize("name", REPLYING)
def test_a_reply_is_a_string(name, folder):
    model, inputs = tiny(name, folder)
    assert isinstance(find(name).module.reply(model, [inputs[0]]), str)


@pytest.mark.parametrize("name", NAMES)
def test_only_conversations_have_a_reply(name):
    assert hasattr(find(name).module, "reply") is (name in REPLYING)


@pytest.fixture(scope="module")
def foreign():
    """A model of nobody's."""
    inputs = keras.Input((2,))
    return keras.Model(inputs, keras.layers.Dense(1)(inputs), name="foreign")


def other_than(name):
    """The next application of the catalogue."""
    return NAMES[(NAMES.index(name) + 1) % len(NAMES)]


@pytest.mark.parametrize("name", NAMES)
def test_the_model_of_another_is_refused_in_one_line(name, folder, foreign):
    _, inputs = tiny(name, folder)
    for model in (foreign, tiny(other_than(name), folder).model):
        with pytest.raises(UserError) as refusal:
            show_answers(find(name).module, model, list(inputs))
        assert str(refusal.value).startswith(f"The model is not one of {name}: ")
        assert "\n" not in str(refusal.value)
