import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from keras_rnn.datasets.generated.shape_grammar import is_true
from keras_rnn.datasets.generated.shape_questions import WORDINGS, questions
from keras_rnn.datasets.generated.shape_scene import Scene, Thing, random_scene

BALL = Thing("circle", "red", "small", x=0.2, y=0.2)
BOX = Thing("square", "blue", "large", x=0.8, y=0.25)
SCENE = Scene((BALL, BOX))

TRUTH = {
    "what colour is the circle?": ("red", BALL),
    "what colour is the square?": ("blue", BOX),
    "what is the red thing?": ("circle", BALL),
    "what shape is the blue shape?": ("square", BOX),
    "what size is the square?": ("large", BOX),
    "is there a red circle?": ("yes", BALL),
    "is there a red square?": ("no", None),
    "is there a triangle?": ("no", None),
    "is the red circle left of the blue square?": ("yes", BALL),
    "is the blue square left of the red circle?": ("no", BOX),
    "is the red circle above the blue square?": ("no", BALL),
    "what colour is the thing left of the square?": ("red", BALL),
    "what colour is the square right of the circle?": ("blue", BOX),
    "how many circles are there?": ("one", None),
    "how many crosses are there?": ("zero", None),
    "how many circles can be seen?": ("one", None),
}


def test_questions_about_a_scene_have_the_answers_that_one_sees():
    generator = np.random.default_rng(0)
    asked = {one.text: one for one in questions(SCENE, generator, count=4000)}
    assert set(TRUTH) <= set(asked)
    for text, (answer, thing) in TRUTH.items():
        assert (asked[text].answer, asked[text].thing) == (answer, thing), text
    assert {one.kind for one in asked.values()} == set(WORDINGS)


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_answers_agree_with_what_the_grammar_says_of_captions(seed, things):
    generator = np.random.default_rng(seed)
    scene = random_scene(generator, things)
    for one in questions(scene, generator, count=20):
        caption = None
        if found := re.fullmatch(r"(?:is there|does .* show) (a .*)\?", one.text):
            caption = f"there is {found[1]}"
        if one.kind == "relation":
            caption = one.text.removeprefix("is ").rstrip("?")
        if one.kind == "beside":
            rest = re.fullmatch(r"what .*colour (?:is|of) the (.*)\?", one.text)[1]
            caption = f"a {one.answer} {rest}"
            assert is_true(caption, scene), (one, scene)
        elif caption:
            assert is_true(caption, scene) == (one.answer == "yes"), (one, scene)


@given(st.integers(0, 10**6))
def test_the_thing_is_one_that_the_question_names(seed):
    generator = np.random.default_rng(seed)
    scene = random_scene(generator, 3)
    for one in questions(scene, generator, kinds=("colour", "shape", "size")):
        assert one.answer == getattr(one.thing, one.kind)
        fitting = [
            thing
            for thing in scene.things
            if all(
                word not in one.text or word == being
                for words, being in (
                    (("circle", "square", "triangle", "cross"), thing.shape),
                    (("red", "green", "blue", "yellow", "black"), thing.colour),
                    (("purple",), thing.colour),
                )
                for word in words
            )
        ]
        assert one.thing in fitting


def test_yes_and_no_are_as_frequent_as_each_other():
    generator = np.random.default_rng(0)
    asked = [
        one
        for _ in range(300)
        for one in questions(
            random_scene(generator, 2), generator, 4, ("exists", "relation")
        )
    ]
    for kind in ("exists", "relation"):
        answers = [one.answer for one in asked if one.kind == kind]
        assert 0.4 < answers.count("yes") / len(answers) < 0.6


def test_the_same_seed_asks_the_same():
    first, again, other = (
        questions(SCENE, np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    assert first == again != other
    assert len({one.text for one in first}) == len(first)


def test_one_thing_has_no_other_beside_it():
    alone = Scene((BALL,))
    kinds = ("relation", "beside")
    assert questions(alone, np.random.default_rng(0), kinds=kinds) == []
