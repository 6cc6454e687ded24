import pytest

from keras_rnn.applications.catalogue import APPLICATIONS, find
from keras_rnn.errors import UserError


@pytest.mark.parametrize("name", APPLICATIONS)
def test_each_application_is_a_module_that_trains_and_predicts(name):
    module = find(name).module
    assert callable(module.train)
    assert callable(module.predict)
    assert (
        "hapter" in APPLICATIONS[name].lecture or "ecture" in APPLICATIONS[name].lecture
    )


def test_the_nearest_name_is_suggested():
    with pytest.raises(UserError, match="Did you mean 'sentiment'"):
        find("sentimant")
