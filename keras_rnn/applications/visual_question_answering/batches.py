"""Batches of pictures with several questions each."""

import numpy as np

from keras_rnn.applications.shared.texts import hide_words
from keras_rnn.datasets.pictures.picture_questions import PictureQuestions
from keras_rnn.training import Batches


class PictureBatches(Batches):
    """Pictures, each with some of its questions: so it is looked at once for all.

    In each epoch other questions are drawn, and a few of their words are taken for
    unknown ones, so that a network learns to do without. Both follow from `seed` and
    the epoch's number alone, so that `keras_rnn.training.fit` can go on after a kill.

    Args:
        data: `PictureQuestions`.
        places: Integer array, the questions to take.
        numbers: Integer array `(len(data), time)`, the words of all questions.
        labels: Integer array `(len(data),)`, their answers.
        each: Integer, questions of a picture. Where it has fewer, some come twice.
            Default: `8`.
        batch_size: Integer, pictures. Default: `8`.
        unknown: Float, how many words are taken for unknown ones. Default: `0.02`.
        shuffle: Boolean, whether each epoch has another order. Default: `True`.
        seed: Integer. Default: `0`.
    """

    def __init__(
        self,
        data: PictureQuestions,
        places: np.ndarray,
        numbers: np.ndarray,
        labels: np.ndarray,
        each: int = 8,
        batch_size: int = 8,
        unknown: float = 0.02,
        shuffle: bool = True,
        seed: int = 0,
    ):
        order = places[np.argsort(data.owners[places], kind="stable")]
        pictures, starts = np.unique(data.owners[order], return_index=True)
        super().__init__((pictures, pictures), batch_size, shuffle, seed)
        self.images, self.numbers, self.labels = data.images, numbers, labels
        self.pictures, self.own = pictures, np.split(order, starts[1:])
        self.each, self.unknown = each, unknown

    def draw(self, generator):
        """Return the order of the pictures, and questions and words of each."""
        order = np.arange(self.count)
        if self.shuffle:
            order = generator.permutation(self.count)
        asked = np.array([self._some(self.own[one], generator) for one in order])
        share = self.unknown * self.shuffle
        return order, asked, hide_words(self.numbers[asked], generator, share)

    def _some(self, own, generator):
        """As many of a picture's questions as wanted, each as often as the others."""
        whole, rest = divmod(self.each, len(own))
        return np.concatenate([np.tile(own, whole), generator.permutation(own)[:rest]])

    def __getitem__(self, batch):
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        order, asked, words = (each[chosen] for each in self.drawn())
        return (self.images[self.pictures[order]], words), self.labels[asked]


class QuestionBatches(Batches):
    """One question and its picture after another, for `model.predict`.

    Args:
        data: `PictureQuestions`.
        places: Integer array, the questions to take.
        numbers: Integer array `(len(data), time)`, the words of all questions.
        batch_size: Integer. Default: `256`.
    """

    def __init__(
        self,
        data: PictureQuestions,
        places: np.ndarray,
        numbers: np.ndarray,
        batch_size: int = 256,
    ):
        super().__init__((places, places), batch_size, shuffle=False)
        self.images, self.owners, self.numbers = data.images, data.owners, numbers

    def __getitem__(self, batch):
        places, _ = super().__getitem__(batch)
        return (self.images[self.owners[places]], self.numbers[places]), places
