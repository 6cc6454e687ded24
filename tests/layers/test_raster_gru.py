"""The cell that draws row by row: what it sees, held to the picture itself."""

import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer

from keras_rnn.datasets.generated import pixel_drawings
from keras_rnn.layers import PixelScores, RasterGRUCell, Recurrent
from keras_rnn.layers.raster_gru import pixel_table

SIDE = 5
# Two pixels to the left, and of each of two rows above seven.
AROUND = 2 + 2 * 7
SEEN = 3 * AROUND + 2 * SIDE + 1


class Looking(RasterGRUCell):
    """Says what it sees, not what it makes of it."""

    def build(self, input_shape):
        super().build(input_shape)
        # A GRU whose candidate is what it reads, and which keeps nothing.
        features = self.kernel.shape[0]
        kernel = np.zeros((features, 3 * features), "float32")
        kernel[:, 2 * features :] = np.eye(features)
        bias = np.zeros(self.bias.shape, "float32")
        bias[0, :features] = -100
        self.kernel.assign(kernel)
        self.recurrent_kernel.assign(np.zeros(self.recurrent_kernel.shape))
        self.bias.assign(bias)


def given(picture):
    """What the cell reads: each pixel a step late, no colour, and a caption of 0.5."""
    flat = np.concatenate([[0], picture.ravel()[:-1]])
    inputs = np.zeros((1, SIDE * SIDE, 10), "float32")
    inputs[0, :, 0] = flat
    inputs[0, :, -1] = 0.5
    return inputs


@pytest.fixture(scope="module")
def looking():
    cell = Looking(SEEN, 1, SIDE, activation="linear")
    return Recurrent(cell, return_sequences=True)


def as_array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def test_sees_the_pixels_around_where_it_is_and_what_is_wanted(looking):
    picture = np.arange(1, SIDE * SIDE + 1).reshape(SIDE, SIDE) / 100
    found = as_array(looking(given(picture)))[0, :, :SEEN].reshape(SIDE, SIDE, SEEN)
    padded, one = np.pad(picture, 4), np.eye(SIDE)
    for row in range(SIDE):
        for column in range(SIDE):
            beside = padded[row + 4, column + 2 : column + 4][::-1]
            above = padded[row + 3, column + 2 : column + 9][::-1]
            higher = padded[row + 2, column + 2 : column + 9][::-1]
            seen = found[row, column]
            wanted = [*beside, *above, *higher]
            np.testing.assert_allclose(seen[: 3 * AROUND : 3], wanted, atol=1e-6)
            where = [*one[column], *one[row], 0.5]
            np.testing.assert_allclose(seen[3 * AROUND :], where, atol=1e-6)


def test_remembers_the_colour_used_last_and_does_not_see_it(looking):
    plain = given(np.zeros((SIDE, SIDE)))
    first = as_array(looking(plain))[0]
    coloured = plain.copy()
    coloured[0, 4, 3 + 2] = 1
    coloured[0, 9, 3 + 5] = 1
    found = as_array(looking(coloured))[0]
    np.testing.assert_array_equal(found[:, :SEEN], first[:, :SEEN])
    used = found[:, SEEN:-1]
    assert used.sum(axis=1).tolist() == [0] * 4 + [1] * 21
    assert used.argmax(axis=1)[4:].tolist() == [2] * 5 + [5] * 16
    np.testing.assert_allclose(found[:, -1], 0.5)


def test_step_by_step_as_all_at_once():
    x = np.random.default_rng(0).random(size=(2, SIDE * SIDE, 11)).astype("float32")
    layer = Recurrent(RasterGRUCell(4, 2, SIDE), return_sequences=True)
    whole = as_array(layer(x))
    states = layer.get_initial_state(2)
    for place in range(SIDE * SIDE):
        output, states = layer.step(x[:, place], states, False)
        np.testing.assert_allclose(output, whole[:, place], atol=1e-5)
    assert float(states[-1][0, 0]) == SIDE * SIDE
    assert layer.state_names == ["h", "pixels", "colour", "step"]
    assert whole.shape[-1] == layer.output_size == 4 + 6 + 2


def test_comes_back_from_its_config():
    cell = RasterGRUCell(4, 3, SIDE)
    again = RasterGRUCell.from_config(cell.get_config())
    assert (again.units, again.width, again.side) == (4, 3, SIDE)
    assert again.state_size == cell.state_size == [4, 36, 6, 1]


def test_a_table_says_what_pixels_are():
    table = pixel_table()
    for value, colour in enumerate(pixel_drawings.palette().tolist()):
        empty, pale, full = table[value, :3]
        assert empty + pale + full == 1
        assert table[value, 3:].sum() == (value > 0)
        if full:
            number = table[value, 3:].argmax()
            assert colour == list([*pixel_drawings.COLOURS.values()][number])


def test_scores_are_those_of_level_and_colour_together():
    layer = PixelScores(2)
    inputs = np.random.default_rng(0).normal(size=(1, 3, 2 + 6 + 4)).astype("float32")
    found = as_array(layer(inputs))
    levels = as_array(layer.levels(inputs[..., :2]))
    colours = as_array(layer.colours(inputs[..., 2:]))
    np.testing.assert_allclose(found[..., 0], levels[..., 0], atol=1e-5)
    for colour in range(6):
        for level in (1, 2):
            wanted = levels[..., level] + colours[..., colour]
            np.testing.assert_allclose(
                found[..., 2 * colour + level], wanted, atol=1e-5
            )


def test_scores_are_a_good_keras_layer():
    inputs = np.ones((2, 3, 8), "float32")
    check_layer(lambda **given: PixelScores(2, **given), inputs, (2, 3, 13))
