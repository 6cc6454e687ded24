from keras_rnn.applications.shared.question_only import blind_answers


def test_without_a_picture_the_commonest_answer_counts():
    learn = ["what color is the circle?"] * 3 + ["what color is the cross?", "is it?"]
    answers = ["red", "red", "blue", "green", "yes"]
    asked = [
        "What colour is the circle?",
        "what color is the cross?",
        "what color is the square?",
        "is there one?",
        "how many?",
    ]
    found = blind_answers(learn, answers, asked)
    assert found == ["red", "green", "red", "yes", "red"]
