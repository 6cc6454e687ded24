import keras
import numpy as np
import pytest
from PIL import Image

from keras_rnn.applications.contract import Request
from keras_rnn.applications.visual_navigation import train as application
from keras_rnn.applications.visual_navigation.network import words_of
from keras_rnn.applications.visual_navigation.scores import evaluate
from keras_rnn.datasets.generated import shape_maps
from keras_rnn.datasets.generated.map_routes import ACTIONS
from keras_rnn.datasets.generated.map_walks import right_walks
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def outcome():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "_TRAIN", 256)
        patch.setattr(application, "_VALIDATION", 16)
        patch.setattr(application, "_TEST", 24)
        return application.train(Request(epochs=5, verbose=0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, outcome):
    """The saved model, and the map that the run leaves."""
    folder = tmp_path_factory.mktemp("navigation")
    outcome.model.save(folder / "model.keras")
    (folder / "map.png").write_bytes(outcome.files["map.png"])
    return folder


def test_reports_what_is_asked_for(outcome):
    assert set(outcome.metrics) == {"success", "spl", "as_told"}
    assert set(outcome.metrics) == set(outcome.baseline)
    assert 0 <= outcome.metrics["spl"] <= outcome.metrics["success"] <= 1
    assert set(outcome.figures) == {"routes", "attention"}
    assert outcome.more["test"] == 24
    by = outcome.more["by_instruction"]
    assert sum(one["tasks"] for one in by.values()) == 24
    assert len(outcome.more["baselines"]) == 3
    text, told, _ = outcome.examples[0]
    assert text == outcome.data.part("test").texts[0]
    assert told.endswith(", stop")


def test_learns_which_actions_are_best(outcome):
    """More often than somebody who guesses, where it has never been."""
    test = outcome.data.part("test")
    numbers = words_of(outcome.model).encode(
        [application.instruction_words(text) for text in test.texts]
    )
    inputs, best, walked = application.RouteBatches(test, numbers, shuffle=False)[0]
    logits = outcome.model.predict(inputs, verbose=0)
    chosen = logits.argmax(axis=-1)[..., None]
    right = np.take_along_axis(best, chosen, axis=-1)[..., 0] > 0
    guessed = (best > 0).mean(axis=-1)
    assert right[walked > 0].mean() > guessed[walked > 0].mean() + 0.1


def test_the_saved_model_walks_over_maps_in_files(folder, outcome):
    loaded = keras.saving.load_model(folder / "model.keras", compile=False)
    test = outcome.data.part("test")
    asked = [(test.grids[0], int(test.starts[0])), folder / "map.png", 0, "0"]
    found = application.walks(loaded, [(one, test.texts[0]) for one in asked])
    assert found == [found[0]] * 4
    direct = application.walks(outcome.model, [(asked[0], test.texts[0].upper())])
    assert direct == found[:1]
    assert set(found[0]) <= set(ACTIONS)


def test_the_command_line_tells_the_walk_and_unknown_words(folder, outcome):
    path = str(folder / "map.png")
    answers = application.answer(
        outcome.model, [path, "go to the elephant", "stop at the red circle", "1", "go"]
    )
    rows = answers.rows
    assert answers.columns == ["map", "instruction", "walk", "ends at"]
    assert [row[:2] for row in rows] == [
        ["map.png", "go to the elephant (does not know: elephant)"],
        ["map.png", "stop at the red circle"],
        ["1", "go"],
    ]
    walks = application.walks(
        outcome.model, [(path, "go to the elephant"), ("1", "go")]
    )
    for row, walk in ((rows[0], walks[0]), (rows[2], walks[1])):
        assert row[2].endswith("stop") == (walk[-1] == "stop")
        assert row[3].startswith("gave up after 24 steps") == (walk[-1] != "stop")
        assert "(row " in row[3]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (["go to the red circle"], "Give a map and then instructions"),
        (["12"], "Give a map and then instructions"),
        (["none.png", "go"], r"Cannot read none\.png: No such file"),
        (["800", "go"], "There is no map 800: the maps of the test are 0 to 799"),
        (["-1", "go"], "There is no map -1"),
        (["1", " "], "' ' is no instruction: it has no words"),
        (["1", "?!"], r"'\?!' is no instruction: it has no words"),
        (["1", "gehe zum Haus"], "it has none that the model knows"),
    ],
)
def test_what_cannot_be_followed_is_refused(outcome, inputs, message):
    with pytest.raises(UserError, match=message):
        application.answer(outcome.model, inputs)


def test_damaged_maps_and_other_pictures_are_refused(folder, outcome):
    content = (folder / "map.png").read_bytes()
    (folder / "half.png").write_bytes(content[: len(content) // 2])
    Image.new("L", (100, 30), 200).save(folder / "grey.png")
    for name, message in (
        ("half.png", r"half\.png is damaged"),
        ("grey.png", r"grey\.png is no map of 6 by 6 cells: row 1, column 1"),
    ):
        with pytest.raises(UserError, match=message):
            application.walks(outcome.model, [(folder / name, "go left")])


def test_other_data_are_refused():
    with pytest.raises(UserError, match=r"no data 'a\.csv': its maps are generated"):
        application.train(Request(data="a.csv"))


def test_right_walks_reach_everything_the_shortest_way():
    tasks = shape_maps.generate(200, 0, 0).part("train")
    found = evaluate(tasks, right_walks(tasks))
    assert found.metrics() == {"success": 1.0, "spl": 1.0, "as_told": 1.0}
    assert (found.steps == tasks.lengths).all()
    groups = application.length_groups(tasks)
    assert set(groups) == {"2 to 4 moves", "5 to 7 moves", "8 to 10 moves"}
    assert (groups == "5 to 7 moves").tolist() == [
        5 <= length <= 7 for length in tasks.lengths
    ]
