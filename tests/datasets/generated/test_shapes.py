import numpy as np

from keras_rnn.datasets.generated import shapes


def test_a_world_is_split_by_combination():
    world = shapes.generate(60, 20, 30, things=(2, 3))
    assert [len(world.scenes[part]) for part in shapes.PARTS] == [60, 20, 30]
    shown = {
        part: {one for scene in world.scenes[part] for one in scene.combinations()}
        for part in shapes.PARTS
    }
    assert not any(shapes.part_of(one) == "test" for one in shown["train"])
    assert not any(shapes.part_of(one) == "test" for one in shown["validation"])
    for scene in world.scenes["test"]:
        assert scene.combinations() - shown["train"]


def test_the_same_seed_makes_the_same_world():
    first, again, other = (shapes.generate(5, 2, 2, seed=seed) for seed in (3, 3, 4))
    assert first == again
    assert first.scenes != other.scenes
    np.testing.assert_array_equal(
        shapes.draw_all(first.scenes["train"]), shapes.draw_all(again.scenes["train"])
    )


def test_says_that_it_is_generated():
    world = shapes.generate(3, 2, 1)
    assert len(world) == len(world.texts) == 6
    assert world.describe() == (
        "scenes of coloured shapes (generated sample, not real): 6 scenes (3 train, "
        "2 validation, 1 test), generated, seed 0"
    )


def test_options_go_to_the_scenes():
    world = shapes.generate(4, 1, 1, things=1, cells=2, moving=True)
    (scene, *_) = world.scenes["train"]
    assert (len(scene.things), scene.cells) == (1, 2)
