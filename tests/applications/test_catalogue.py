from pathlib import Path

import pytest

from keras_rnn.applications.catalogue import APPLICATIONS, find
from keras_rnn.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", APPLICATIONS)
def test_each_application_is_a_module_that_trains_and_answers(name):
    module = find(name).module
    assert callable(module.train)
    assert callable(module.answer)
    assert (
        "hapter" in APPLICATIONS[name].lecture or "ecture" in APPLICATIONS[name].lecture
    )


@pytest.mark.parametrize("name", APPLICATIONS)
def test_command_room_tutorial_and_test_have_one_name(name):
    rooms = ROOT / "keras_rnn/applications", ROOT / "tests/applications"
    home, tests = ([room / name, room / f"{name}.py"] for room in rooms)
    tests[1] = rooms[1] / f"test_{name}.py"
    for places in (home, tests):
        assert [place.exists() for place in places].count(True) == 1, places
    assert (ROOT / "tutorials" / f"{name}.py").is_file()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"](tutorials/{name}.py)" in readme


def test_the_nearest_name_is_suggested():
    with pytest.raises(UserError, match="Did you mean 'sentiment'"):
        find("sentimant")
