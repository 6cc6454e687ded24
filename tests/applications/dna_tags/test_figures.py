import numpy as np

from keras_rnn.applications.dna_tags.figures import draw

TAGS = ("exon", "intron", "neither")


def figure():
    return draw(
        ["ACG", "TTAGA"],
        [["exon", "intron", "intron"], []],
        [["exon", "exon", "intron"], ["neither"] * 5],
        TAGS,
        "from a file",
        "Two sequences",
    )


def test_truth_is_above_what_was_found_and_colours_are_tags():
    (axes,) = figure().axes
    field = np.asarray(axes.images[0].get_array().filled(-1))
    assert field.tolist() == [
        [0, 1, 1, -1, -1],
        [0, 0, 1, -1, -1],
        [-1] * 5,
        [-1] * 5,
        [2] * 5,
    ]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["true", "found", "found"]


def test_each_letter_stands_in_its_field():
    (axes,) = figure().axes
    letters = {text.get_position(): text.get_text() for text in axes.texts}
    assert [letters[place, 0] for place in range(3)] == list("ACG")
    assert [letters[place, 4] for place in range(5)] == list("TTAGA")
    assert (0, 3) not in letters


def test_legend_title_and_where_it_is_from():
    drawn = figure()
    (axes,) = drawn.axes
    legend = axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == list(TAGS)
    image = axes.images[0]
    for patch, value in zip(legend.get_patches(), range(3), strict=True):
        assert patch.get_facecolor() == image.cmap(image.norm(value))
    assert axes.get_title() == "Two sequences"
    assert drawn.get_supxlabel() == "from a file"
