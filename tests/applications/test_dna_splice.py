import keras
import numpy as np
import pytest

from keras_rnn.applications import dna_splice
from keras_rnn.errors import UserError


def test_reads_raw_sequences_again_from_its_file(tmp_path):
    model = dna_splice.build()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    texts = ["ACGTN" * 12, "acgtn" * 12, "RYSWKMBDHV" * 6]
    found = dna_splice.probabilities(loaded, texts)
    np.testing.assert_allclose(found, dna_splice.probabilities(model, texts), 1e-5)
    np.testing.assert_allclose(found[0], found[1])
    assert loaded.get_layer("head").get_layer("answer").classes == ("EI", "IE", "N")


@pytest.mark.parametrize(
    ("text", "message"),
    [("ACGU" * 15, "Sequence 2: 'U' at place 4"), ("ACG", "Sequence 2 has 3 bases")],
)
def test_refuses_what_is_no_dna(text, message):
    with pytest.raises(UserError, match=message):
        dna_splice.probabilities(dna_splice.build(), ["ACGT" * 15, text])
