"""Batches of pictures with several questions each, and the network that reads them."""

import keras
import numpy as np
from keras import ops

from keras_rnn.applications.shared.texts import hide_words
from keras_rnn.training import Batches


class PictureBatches(Batches):
    """Pictures, each with some of its questions: so it is looked at once for all.

    In each epoch other questions are drawn, and a few of their words are taken for
    unknown ones, so that a network learns to do without. Both follow from `seed` and
    the epoch's number alone, so that `keras_rnn.training.fit` can go on after a kill.

    Args:
        data: `keras_rnn.datasets.picture_questions.PictureQuestions`.
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
        data,
        places,
        numbers,
        labels,
        each=8,
        batch_size=8,
        unknown=0.02,
        shuffle=True,
        seed=0,
        **kwargs,
    ):
        order = places[np.argsort(data.owners[places], kind="stable")]
        pictures, starts = np.unique(data.owners[order], return_index=True)
        super().__init__((pictures, pictures), batch_size, shuffle, seed, **kwargs)
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
        order, asked, words = self.drawn()
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        images = self.images[self.pictures[order[chosen]]]
        return (images, words[chosen]), self.labels[asked[chosen]]


class QuestionBatches(Batches):
    """One question and its picture after another, for `model.predict`.

    Args:
        data: `keras_rnn.datasets.picture_questions.PictureQuestions`.
        places: Integer array, the questions to take.
        numbers: Integer array `(len(data), time)`, the words of all questions.
        batch_size: Integer. Default: `256`.
    """

    def __init__(self, data, places, numbers, batch_size=256, **kwargs):
        super().__init__((places, places), batch_size, shuffle=False, **kwargs)
        self.images, self.owners, self.numbers = data.images, data.owners, numbers

    def __getitem__(self, batch):
        places, _ = super().__getitem__(batch)
        return (self.images[self.owners[places]], self.numbers[places]), places


def with_several_questions(model, each, length):
    """Return a model with the same weights that answers several questions at once.

    The picture goes through the convolutions once, not once for each question.

    Args:
        model: What `train.build` returned.
        each: Integer, questions about each picture.
        length: Integer, words of each question, padded.

    Returns:
        `keras.Model` from pictures and word numbers `(batch, each, length)` to
        probabilities `(batch, each, answers)`.
    """
    image = keras.Input(model.inputs[0].shape[1:], name="image")
    questions = keras.Input((each, length), dtype="int32", name="questions")
    reader, look, head = (model.get_layer(one) for one in ("reader", "look", "head"))
    grid = ops.repeat(model.get_layer("eyes")(image), each, axis=0)
    question = reader(ops.reshape(questions, (-1, length)))
    answers = head([question, look(question, grid)[0]])
    outputs = ops.reshape(answers, (-1, each, answers.shape[-1]))
    return keras.Model([image, questions], outputs, name=f"{model.name}_several")
