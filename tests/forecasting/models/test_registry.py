import numpy as np
import pandas as pd
import pytest

from keras_rnn.errors import UserError
from keras_rnn.forecasting.models import TASKS, choose

EVERY = [(task, name) for task, spec in TASKS.items() for name in spec.models]


@pytest.fixture(scope="module")
def frame():
    numbers = np.random.default_rng(0).normal(size=(60, 3))
    return pd.DataFrame(numbers, columns=["a", "b", "c"])


def test_the_tables_hold_the_tutorials_models():
    assert {task: " ".join(spec.models) for task, spec in TASKS.items()} == {
        "single-step": "baseline linear dense multi_step_dense conv "
        "lstm gru simple_rnn",
        "multi-output": "baseline dense lstm gru simple_rnn "
        "residual_lstm residual_gru residual_simple_rnn",
        "multi-step": "last repeat linear dense conv lstm gru simple_rnn "
        "autoregressive_lstm autoregressive_gru autoregressive_simple_rnn",
    }


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_each_model_fits_its_training_and_its_test_windows(task, name, frame):
    spec = TASKS[task]
    windows = spec.windows(name, frame, "b")
    model = spec.models[name].build(windows)
    inputs, labels = windows[0]
    assert model(inputs).shape == labels.shape
    assert bool(model.trainable_weights) is spec.models[name].trained

    inputs, labels = spec.test_windows(frame, "b")[0]
    latest = inputs[:, -spec.models[name].input_width :]
    assert model(latest)[:, -spec.horizon :].shape == labels.shape


@pytest.mark.parametrize("task", TASKS)
def test_all_models_of_a_task_are_judged_on_the_same_rows(task, frame):
    spec = TASKS[task]
    windows = spec.test_windows(frame, "b")
    assert windows.label_columns == (["a", "b", "c"] if spec.all_columns else ["b"])
    times = [windows.label_times(place).tolist() for place in range(windows.count)]
    # Every row that has a day before it, and the horizon's rows after it.
    assert times == [
        list(range(24 + place, 24 + place + spec.horizon))
        for place in range(60 - 24 - spec.horizon + 1)
    ]


def test_choosing_by_name():
    assert list(choose()) == list(TASKS)
    assert choose("multi-step", ["lstm", "last"]) == {"multi-step": ["last", "lstm"]}
    # A model that some tasks lack is compared in the others.
    assert choose("all", ["linear"]) == {
        "single-step": ["linear"],
        "multi-step": ["linear"],
    }


def test_unknown_names_suggest_the_nearest():
    with pytest.raises(UserError, match=r"no task 'singlestep'.*'single-step'"):
        choose("singlestep")
    with pytest.raises(UserError, match=r"no model 'lstn' in any task.*'lstm'"):
        choose("all", ["lstn"])
    with pytest.raises(UserError, match="'repeat' in the task single-step"):
        choose("single-step", ["repeat"])
