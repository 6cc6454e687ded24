import keras
import numpy as np
import pytest
from PIL import Image

from keras_rnn.applications import image_rows
from keras_rnn.applications.contract import Request
from keras_rnn.datasets.pictures import digits
from keras_rnn.errors import UserError


@pytest.fixture(scope="module")
def outcome():
    images, labels = digits.generate(600)
    few = digits.Digits(images, labels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digits, "load", lambda generated: few)
        return image_rows.train(Request(data="sample", epochs=12, verbose=0))


def test_reads_digits_that_it_has_not_seen(outcome):
    assert outcome.more["test"] == 120
    assert outcome.metrics["accuracy"] > 0.6
    assert outcome.baseline["accuracy"] > 0.6
    assert list(outcome.figures) == ["digits"]


def test_the_saved_model_reads_files_of_any_size_and_either_ink(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    image = digits.generate(1, seed=5)[0][0]
    Image.fromarray(image).save(tmp_path / "ink.png")
    Image.fromarray(255 - image).save(tmp_path / "paper.png")
    Image.fromarray(image).resize((280, 280), 0).convert("RGB").save(
        tmp_path / "large.png"
    )
    paths = [tmp_path / f"{name}.png" for name in ("ink", "paper", "large")]
    found = image_rows.probabilities(loaded, paths)
    direct = outcome.model.predict(image[None].astype("float32"), verbose=0)
    np.testing.assert_allclose(found[0], direct[0], atol=1e-5)
    np.testing.assert_allclose(found[1], found[0], atol=1e-5)
    assert found[2].argmax() == found[0].argmax()
    answers = image_rows.answer(loaded, list(map(str, paths)))
    assert answers.columns == ["given", "answer", "probability"]
    assert all(row[1] in image_rows.NAMES for row in answers.rows)
    assert answers.rows[0][1] == image_rows.NAMES[found[0].argmax()]


def test_other_data_are_refused():
    with pytest.raises(UserError, match="has no data 'mine'"):
        image_rows.train(Request(data="mine"))
