"""Word error rate: how many words of what was said are heard wrong."""

from keras_rnn.optional import need


def word_error_rate(truths: list[str], heard: list[str]) -> float:
    """Return wrong, missing and added words, for each word that was said.

    That of all texts together, as jiwer counts it: with the fewest changes that make
    one text of the other. It can be above 1. No text of `truths` may be empty.

    Example:

    >>> word_error_rate(["one two", "six"], ["one too", "six six"])
    0.6666666666666666
    """
    need("jiwer")
    from jiwer import wer

    return float(wer(list(truths), list(heard)))


def letter_error_rate(truths: list[str], heard: list[str]) -> float:
    """Return the same of letters, spaces among them.

    Example:

    >>> letter_error_rate(["four"], ["fur"])
    0.25
    """
    need("jiwer")
    from jiwer import cer

    return float(cer(list(truths), list(heard)))
