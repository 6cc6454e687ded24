import keras
import numpy as np
import pytest
from helpers.compare import arrays
from PIL import Image

from keras_rnn.applications.captioning import train as application
from keras_rnn.applications.captioning.network import encoder_of
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared import image_encoder
from keras_rnn.applications.shared.captions import words_of
from keras_rnn.datasets.generated import shapes
from keras_rnn.errors import UserError

SCENE = shapes.Scene(
    (
        shapes.Thing("circle", "red", "small", 0.2, 0.25),
        shapes.Thing("square", "blue", "large", 0.8, 0.25),
    )
)


WORDS = ["a", "red", "circle"]


@pytest.fixture(scope="module")
def outcome():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "_TRAIN", 40)
        patch.setattr(application, "_VALIDATION", 8)
        patch.setattr(application, "_TEST", 12)
        # How the image encoder learns is tested beside it.
        patch.setattr(
            image_encoder,
            "train_encoder",
            lambda *_, **__: image_encoder.build_encoder(8),
        )
        # All of them would take long to compile.
        one = {"attention": application.SYSTEMS["attention"]}
        patch.setattr(application, "SYSTEMS", one)
        return application.train(Request(epochs=1, verbose=0))


def test_systems_are_judged_and_one_is_kept(outcome):
    assert set(outcome.more["systems"]) == {"attention"}
    assert outcome.more["system"] == "attention"
    assert outcome.metrics == outcome.more["systems"]["attention"]
    assert set(outcome.metrics) == set(outcome.baseline)
    assert set(outcome.metrics) == {"true_captions", "exact", "bleu"}
    assert outcome.metric == "true_captions"
    assert list(outcome.figures) == ["captions", "where_words_look"]
    assert outcome.model.name == "captioning_attention"
    assert outcome.data.kind == "sample"


def test_the_saved_model_reads_files_of_any_size(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    picture = Image.fromarray(shapes.draw(SCENE, 32))
    picture.save(tmp_path / "a.png")
    Image.new("L", (50, 40), 200).save(tmp_path / "grey.png")
    found = application.caption_files(
        loaded, [tmp_path / "a.png", tmp_path / "grey.png"]
    )
    pictures = np.stack([shapes.draw(SCENE, 32), np.full((32, 32, 3), 200, "uint8")])
    assert found == application.caption(outcome.model, pictures)
    known = set(words_of(loaded).vocabulary)
    assert all(set(text.split()) <= known for text in found)
    with pytest.raises(UserError, match=r"none\.png: No such file"):
        application.caption_files(loaded, [tmp_path / "none.png"])


@pytest.mark.parametrize("system", application.SYSTEMS)
def test_each_system_is_told_of_the_picture_where_it_says(system):
    """By its effect on the scores of the first and of the third word."""
    keras.utils.set_random_seed(0)
    model = application.build(WORDS, system, units=8)
    pictures = np.stack([shapes.draw(SCENE, 32), np.zeros((32, 32, 3), "uint8")])
    words = np.array([[2, 4, 5], [2, 4, 5]])
    first, other = arrays(model([pictures, words]))[0]
    assert (abs(first - other).max(axis=-1) > 1e-5).all()
    decoder = model.get_layer("decoder")
    wanted = {"vinyals": "first", "karpathy": "bias", "mao": "multimodal"}
    assert decoder.context == wanted.get(system, "every")
    assert decoder.recurrent.depth == (2 if system == "donahue" else 1)


@pytest.mark.parametrize("system", application.SYSTEMS)
def test_what_learns_is_the_same_on_grids(system):
    model = application.build(WORDS, system, units=8)
    told = application.from_grids(model)
    pictures = shapes.draw(SCENE, 32)[None]
    words = np.array([[2, 4, 5]])
    grids = arrays(encoder_of(model)(pictures))[0]
    one, other = model([pictures, words]), told([grids, words])
    np.testing.assert_allclose(arrays(one)[0], arrays(other)[0], atol=1e-5)
    learning = application.with_reconstruction(told)
    given = [grids, words]
    np.testing.assert_array_equal(arrays(learning(given))[0], arrays(told(given))[0])
    if system != "chen":
        assert learning is told
        return
    # The picture is rebuilt from the words alone, and what is not counts.
    told = keras.Model(learning.inputs, learning.get_layer("rebuilt").output)
    rebuilt = arrays(told(given))[0]
    assert rebuilt.shape == (1, 3, 4 * 4 * 16)
    assert float(learning.losses[-1]) == pytest.approx(
        np.square(rebuilt - grids.reshape(1, 1, -1)).mean(), rel=1e-4
    )


def test_a_loaded_model_with_two_memories_writes_the_same(tmp_path):
    keras.utils.set_random_seed(1)
    model = application.build(WORDS, "chen", units=8)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    pictures = np.random.default_rng(0).integers(0, 255, (3, 32, 32, 3))
    tokens = [
        arrays(application.search(one, 1)(pictures)[0])[0] for one in (model, loaded)
    ]
    np.testing.assert_array_equal(*tokens)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r"Unknown system 'vinyal'. Did you mean"):
        application.build(["a"], "vinyal")
    with pytest.raises(UserError, match=r"mine is not a folder\. Give one that"):
        application.train(Request(data="mine"))
