import keras
import numpy as np
import pytest
from PIL import Image

from keras_rnn.applications import captioning as application
from keras_rnn.applications.caption_writing import words_of
from keras_rnn.applications.film_captions import Films
from keras_rnn.applications.outcome import Request
from keras_rnn.datasets import shapes
from keras_rnn.errors import UserError

SCENE = shapes.Scene(
    (
        shapes.Thing("circle", "red", "small", 0.2, 0.25),
        shapes.Thing("square", "blue", "large", 0.8, 0.25),
    )
)


@pytest.fixture(scope="module")
def outcome():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "_TRAIN", 40)
        patch.setattr(application, "_VALIDATION", 8)
        patch.setattr(application, "_TEST", 12)
        # All of them would take long to compile.
        one = {"karpathy": application.SYSTEMS["karpathy"]}
        patch.setattr(application, "SYSTEMS", one)
        return application.train(Request(epochs=1, verbose=0))


def test_systems_are_judged_and_one_is_kept(outcome):
    assert set(outcome.more["systems"]) == {"karpathy"}
    assert outcome.metrics == outcome.more["systems"][outcome.more["system"]]
    assert set(outcome.metrics) == set(outcome.baseline)
    assert set(outcome.metrics) == {"true_captions", "exact", "bleu"}
    assert list(outcome.figures) == ["captions"]
    assert outcome.model.name == f"captioning_{outcome.more['system']}"
    assert outcome.data.kind == "sample"


def test_the_saved_model_reads_files_of_any_size(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    Image.fromarray(shapes.draw(SCENE, 32)).save(tmp_path / "a.png")
    found = application.predict(loaded, [tmp_path / "a.png"])
    assert found == application.caption(outcome.model, shapes.draw(SCENE, 32)[None])
    known = set(words_of(loaded).vocabulary)
    assert all(set(text.split()) <= known for text in found)
    with pytest.raises(UserError, match=r"none\.png: No such file"):
        application.predict(loaded, [tmp_path / "none.png"])


@pytest.mark.parametrize("system", application.SYSTEMS)
def test_each_system_is_told_of_the_picture_where_it_says(system):
    """By its effect on the scores of the first and of the third word."""
    keras.utils.set_random_seed(0)
    model = application.build(["a", "red", "circle"], system, units=8)
    pictures = np.stack([shapes.draw(SCENE, 32), np.zeros((32, 32, 3), "uint8")])
    words = np.array([[2, 4, 5], [2, 4, 5]])
    first, other = np.asarray(model.predict((pictures, words), verbose=0))
    assert (abs(first - other).max(axis=-1) > 1e-5).all()
    decoder = model.get_layer("decoder")
    wanted = {"vinyals": "first", "karpathy": "bias", "mao": "multimodal"}
    assert decoder.context == wanted.get(system, "every")
    assert decoder.recurrent.depth == (2 if system == "donahue" else 1)


def test_scores_ask_for_truth_and_for_words():
    captions = ["a red circle left of a blue square", "a blue square"]
    pictures = Films([SCENE, SCENE, SCENE], None, [captions] * 3)
    found = application.scores(
        [
            "a red circle left of a blue square",  # as it is written
            "a red circle is to the left of a square",  # true in other words
            "a blue square left of a red circle",  # false
        ],
        pictures,
    )
    assert found["true_captions"] == pytest.approx(2 / 3)
    assert found["exact"] == pytest.approx(1 / 3)
    assert 20 < found["bleu"] < 100


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r"Unknown system 'vinyal'. Did you mean"):
        application.build(["a"], "vinyal")
    with pytest.raises(UserError, match="captioning has no data 'mine'"):
        application.train(Request(data="mine"))
