import numpy as np

from keras_rnn.applications.captioning.train import draw_captions
from keras_rnn.datasets.generated.captioned_scenes import generate


def test_true_and_false_ones_are_drawn_apart():
    one = generate(1, 1, 8).part("test")
    right = np.arange(8) < 3
    figure = draw_captions(
        one.pictures, [f"text {n}" for n in range(8)], right, "data", count=4
    )
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == [f"text {n}" for n in range(3)] + [""] + [
        f"text {n}" for n in range(3, 7)
    ]
