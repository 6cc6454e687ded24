import numpy as np

from keras_rnn.applications.shared.dna_bases import bases_layer


def test_a_base_becomes_its_shares_of_the_four():
    layer = bases_layer()
    table = {
        base: layer.get_weights()[0][number]
        for base, number in zip(layer.vocabulary, range(2, 17), strict=True)
    }
    assert table["A"].tolist() == [1, 0, 0, 0]
    assert table["R"].tolist() == [0.5, 0, 0.5, 0]
    np.testing.assert_allclose(table["D"], [1 / 3, 0, 1 / 3, 1 / 3])
    assert table["N"].tolist() == [0.25] * 4
    assert layer.get_weights()[0][0].tolist() == [0] * 4
    assert not layer.trainable_weights
