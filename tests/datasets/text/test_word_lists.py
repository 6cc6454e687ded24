from keras_rnn.datasets.text import word_lists


def test_no_question_holds_its_answer():
    questions = word_lists.analogies()
    assert len(questions) > 500
    assert all(len(set(question)) == 4 for question in questions)
    assert len(set(questions)) == len(questions)


def test_every_pair_has_two_words():
    for family in word_lists.FAMILIES.values():
        assert all(len(pair.split()) == 2 for pair in family.split(", "))


def test_each_word_is_in_one_group_at_most():
    known = {word for words in word_lists.GROUPS.values() for word in words.split()}
    found = word_lists.groups(known)
    shown = [word for words in found.values() for word in words]
    assert len(shown) == len(set(shown))
    assert "weekdays" in found
