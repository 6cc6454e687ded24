import numpy as np

from keras_rnn.applications.visual_dialog.train import looked_at
from keras_rnn.datasets.generated import shape_dialogs, shapes


def test_looks_are_taught_at_the_other_thing_and_then_at_the_thing():
    box = shapes.Thing("square", "red", "large", 0.25, 0.25)
    ball = shapes.Thing("circle", "blue", "small", 0.75, 0.75)
    scene = shapes.Scene((box, ball), cells=2)
    rounds = [
        shape_dialogs.Round("is there a cross?", "no", "exists", False),
        shape_dialogs.Round("what size is it?", "small", "its size", True, ball),
        shape_dialogs.Round("is it ...", "yes", "its relation", True, ball, box),
    ]
    dialogs = shape_dialogs.VisualDialogs([scene], shapes.draw_all([scene]), [rounds])
    found = looked_at(dialogs, 4, 4).reshape(3, 2, 4, 4)
    nowhere, at_box, at_ball = np.zeros((3, 4, 4))
    at_box[:2, :2], at_ball[2:, 2:] = 1 / 4, 1 / 4
    expected = [(nowhere, nowhere), (nowhere, at_ball), (at_box, at_ball)]
    np.testing.assert_array_equal(found, expected)
