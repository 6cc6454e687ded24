from keras_rnn.applications.named_entities.figures import draw

TEXT = "Ron met " + "very " * 20 + "Luna Lovegood"
ENTITIES = [("PER", 0, 3), ("LOC", 108, 121)]


def test_each_entity_is_a_field_with_its_type_under_it():
    (axes,) = draw([(TEXT, ENTITIES), ("Ron", [("PER", 0, 3)])], "from a book").axes
    fields = axes.patches
    assert len(fields) == 3
    assert fields[0].get_facecolor() == fields[2].get_facecolor()
    assert fields[0].get_facecolor() != fields[1].get_facecolor()
    labels = [text for text in axes.texts if len(text.get_text()) > 1]
    assert [label.get_text() for label in labels] == ["PER", "LOC", "PER"]
    letters = [text for text in axes.texts if len(text.get_text()) == 1]
    for field, word in zip(fields, ("Ron", "Luna Lovegood", "Ron"), strict=True):
        box = field.get_bbox()
        inside = [
            letter.get_text()
            for letter in letters
            if box.contains(*letter.get_position())
        ]
        assert "".join(inside) == word


def test_says_what_the_sentences_are_from():
    figure = draw([("Ron", [])], "from a book")
    assert "from a book" in [text.get_text() for text in figure.texts]
