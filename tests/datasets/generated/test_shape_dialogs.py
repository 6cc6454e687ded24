from collections import Counter

import numpy as np
import pytest

from keras_rnn.datasets.generated import shape_dialogs, shapes
from keras_rnn.datasets.generated.shape_dialogs import dialog
from keras_rnn.datasets.generated.shape_grammar import RELATION_WORDS, SIZE_WORDS
from keras_rnn.datasets.generated.shapes import COLOURS, SHAPES, Scene, Thing

RELATIONS = {word: name for name, words in RELATION_WORDS.items() for word in words}
ACROSS = {"row": ("above", "below"), "column": ("left of", "right of")}
SIZES = {word: name for name, words in SIZE_WORDS.items() for word in words}


@pytest.fixture(scope="module")
def data():
    return shape_dialogs.generate(120, 20, 40)


def fitting(words, scene):
    """The things that all colours, shapes and sizes among some words fit."""
    found = scene.things
    for word in words:
        for field, values in (
            ("colour", dict.fromkeys(COLOURS)),
            ("shape", dict.fromkeys(SHAPES)),
        ):
            if word in values:
                found = [one for one in found if getattr(one, field) == word]
        if word in SIZES:
            found = [one for one in found if one.size == SIZES[word]]
    return list(found)


def split_at_relation(text):
    """What stands before and after a relation, and which it is."""
    for words in sorted(RELATIONS, key=len, reverse=True):
        before, found, after = text.partition(f" {words} ")
        if found:
            return before, RELATIONS[words], after
    return text, None, ""


def in_line(line, topic, scene):
    """The one thing that is in a row or column with another."""
    [found] = [
        thing
        for thing in scene.things
        if thing is not topic
        and not any(one in ACROSS[line] for one in scene.relations(thing, topic))
    ]
    return found


def attribute(words):
    """Which attribute is asked for, if that is said, and the words after it."""
    if words[:2] == ["how", "large"]:
        return "size", words[2:]
    if "its" in words:
        return words[-1], []
    if words[0] == "and" or words[1] == "about":
        return None, words
    if "of" in words:
        return "colour", words[words.index("of") :]
    return ("shape", words[2:]) if words[1] == "is" else (words[1], words[2:])


def answers_of(scene, rounds):
    """A reader of its own: it keeps what was last spoken of and last asked for."""
    topic = field = None
    found = []
    for one in rounds:
        text = one.text.rstrip("?")
        before, relation, after = split_at_relation(text)
        words = before.split()
        if relation and words[0] == "is":
            first = topic if "it" in words else fitting(words, scene)[0]
            [other] = fitting(after.split(), scene)
            holds = relation in scene.relations(first, other)
            found.append("yes" if holds else "no")
            topic, field = first, None
            continue
        if words[-1] in ACROSS:
            topic = in_line(words[-1], topic, scene)
            field = words[1]
        elif words[:3] == ["is", "there", "a"] or words[0] == "does":
            there = fitting(words, scene)
            found.append("yes" if there else "no")
            topic, field = (there[0] if len(there) == 1 else None), None
            continue
        else:
            asked, rest = attribute(words)
            field = asked or field
            if not {"it", "its"} & set(words):
                [topic] = fitting(rest, scene)
        found.append(getattr(topic, field))
    return found


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_answers_are_what_a_reader_of_the_dialog_finds(data, part):
    dialogs = data.part(part)
    for scene, rounds in zip(dialogs.scenes, dialogs.rounds, strict=True):
        expected = [one.answer for one in rounds]
        assert answers_of(scene, rounds) == expected, [one.text for one in rounds]


def test_parts_are_split_by_combination_and_follow_from_the_seed(data):
    for name in ("train", "validation", "test"):
        assert {shapes.part(scene) for scene in data.part(name).scenes} == {name}
    again = shape_dialogs.generate(120, 20, 40)
    assert again.texts == data.texts
    np.testing.assert_array_equal(again.part("test").images, data.part("test").images)
    assert shape_dialogs.generate(120, 20, 40, seed=1).texts != data.texts
    assert len(data) == 180
    assert len(data.texts) == 180 * 6
    assert data.describe().startswith(
        "dialogs about pictures of coloured shapes (generated sample, not real): "
        "180 dialogs (120 train, 20 validation, 40 test)"
    )


def test_a_share_refers_back_and_is_marked(data):
    dialogs = data.part("train")
    refers = dialogs.refers_back
    assert not refers[:, 0].any()
    assert 0.45 < refers.mean() < 0.75
    for rounds in dialogs.rounds:
        for one in rounds:
            words = one.text.rstrip("?").split()
            named = {"it", "its"} & set(words) or words[0] == "and"
            assert one.refers_back == bool(named or words[:2] == ["what", "about"])


def test_the_picture_and_the_question_alone_do_not_tell_what_it_is(data):
    """Of another thing the same question would have another answer."""
    dialogs = data.part("train")
    asked = 0
    for scene, rounds in zip(dialogs.scenes, dialogs.rounds, strict=True):
        for one in rounds:
            if one.kind in ("its colour", "its shape", "its size"):
                field = one.kind.split()[1]
                assert len({getattr(thing, field) for thing in scene.things}) > 1
                asked += 1
            if one.kind == "beside it":
                line, field = one.text.rstrip("?").split()[-1], one.text.split()[1]
                topic = in_line(line, one.thing, scene)
                assert getattr(topic, field) != one.answer
                asked += 1
            if one.kind == "another's":
                # Two attributes are not told, and either may be asked for.
                words = set(one.text.rstrip("?").split())
                values = [{*COLOURS}, {*SHAPES}, {*SIZES}]
                assert sum(bool(words & each) for each in values) == 1
                asked += 1
            if one.kind == "its relation":
                _, relation, after = split_at_relation(one.text.rstrip("?"))
                [other] = fitting(after.split(), scene)
                [third] = [t for t in scene.things if t not in (one.thing, other)]
                holds = "yes" if relation in scene.relations(third, other) else "no"
                assert holds != one.answer
                asked += 1
    assert asked > 100


def test_what_one_has_to_look_at_is_known(data):
    """Of each question with another thing, that thing is named or was spoken of."""
    for rounds in data.part("train").rounds:
        topic = None
        for one in rounds:
            if one.kind == "beside it":
                assert one.other == topic
            elif one.kind in ("relation", "its relation"):
                after = one.text.split(" the ")[-1].rstrip("?").split()
                said = (one.other.shape, one.other.colour, "thing", "shape")
                assert after[-1] in said
                assert one.other != one.thing
            else:
                assert one.other is None
            topic = one.thing


def test_answers_are_balanced(data):
    dialogs = data.part("train")
    back = dialogs.refers_back
    for pair in (("yes", "no"), ("small", "large")):
        first, second = ((dialogs.answers[back] == one).sum() for one in pair)
        assert 0.4 < first / (first + second) < 0.6
    colours = Counter(dialogs.answers[back].tolist())
    assert max(colours[one] for one in COLOURS) < 0.4 * sum(
        colours[one] for one in COLOURS
    )


def test_nothing_is_asked_twice_of_one_thing(data):
    for rounds in data.part("train").rounds:
        asked = [
            (one.text, one.answer, one.thing if one.refers_back else None)
            for one in rounds
        ]
        assert len(set(asked)) == len(asked)


def test_boxes_are_around_what_is_asked_about():
    ball = Thing("circle", "red", "small", 0.25, 0.25)
    box = Thing("square", "blue", "large", 0.75, 0.75)
    scene = Scene((ball, box), cells=2)
    rounds = dialog(scene, np.random.default_rng(0), 8)
    assert len(rounds) == 8
    dialogs = shape_dialogs.VisualDialogs([scene], shapes.draw_all([scene]), [rounds])
    assert dialogs.boxes.shape == (1, 8, 4)
    for one, found in zip(rounds, dialogs.boxes[0], strict=True):
        expected = scene.box(one.thing) if one.thing else [np.nan] * 4
        np.testing.assert_allclose(found, expected)


def test_of_one_thing_there_is_no_dialog():
    scene = Scene((Thing("circle", "red", "small", 0.5, 0.5),))
    with pytest.raises(ValueError, match="two things or more"):
        dialog(scene, np.random.default_rng(0))
