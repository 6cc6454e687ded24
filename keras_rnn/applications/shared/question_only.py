"""Answers to questions about pictures that nobody has seen: the baseline."""

from collections import Counter

from keras_rnn.applications.shared.question_network import question_words


def blind_answers(learn, answers, asked):
    """Answer questions without a picture: what was answered most often.

    Where a question is new, that of the longest beginning that is known counts.

    Args:
        learn: List of strings, questions.
        answers: List of strings, their answers.
        asked: List of strings, other questions.

    Returns:
        List of strings.

    Example:

    >>> learn = ["what color is it?", "is there a cross?", "is there a circle?"]
    >>> blind_answers(learn, ["red", "no", "no"], ["is there a square?"])
    ['no']
    """
    counts = {}
    for text, answer in zip(learn, answers, strict=True):
        words = question_words(text)
        for end in range(len(words) + 1):
            counts.setdefault(tuple(words[:end]), Counter())[answer] += 1
    found = []
    for text in asked:
        words = question_words(text)
        while tuple(words) not in counts:
            words.pop()
        found.append(counts[tuple(words)].most_common(1)[0][0])
    return found
