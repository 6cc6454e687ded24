"""Pictures and films with captions: learned from, written, and checked for truth."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.texts import END, START, shifted, without_marks
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures
from keras_rnn.decoding import beam_search, greedy_search
from keras_rnn.layers import TokenEmbedding
from keras_rnn.training import Batches

_BATCH = 32


class CaptionBatches(Batches):
    """Pictures, each with one of its captions, which is drawn anew in each epoch.

    Args:
        pictures: `CaptionedPictures`.
        words: `TokenEmbedding` whose vocabulary begins with `shared.texts.MARKS`.
        batch_size, shuffle, seed: What `keras_rnn.training.Batches` takes. Without
            `shuffle`, the first caption counts.
    """

    def __init__(
        self,
        pictures: CaptionedPictures,
        words: TokenEmbedding,
        batch_size: int = _BATCH,
        shuffle: bool = True,
        seed: int = 0,
    ) -> None:
        count, self.each = len(pictures), len(pictures.captions[0])
        read, said = (
            array.reshape(count, self.each, -1)
            for array in shifted(words, pictures.tokens)
        )
        arrays = (pictures.pictures, read), said
        super().__init__(arrays, batch_size, shuffle, seed)

    def draw(self, generator: np.random.Generator) -> tuple:
        """Return an epoch's order, and which caption each picture has in it."""
        if not self.shuffle:
            return np.arange(self.count), np.zeros(self.count, int)
        order = generator.permutation(self.count)
        return order, generator.integers(self.each, size=self.count)

    def __getitem__(self, batch):
        chosen = slice(batch * self.batch_size, (batch + 1) * self.batch_size)
        places, which = (each[chosen] for each in self.drawn())
        (pictures, read), said = self.arrays
        return (pictures[places], read[places, which]), said[places, which]


def words_of(model: keras.Model) -> TokenEmbedding:
    """Return the embedding of the words that a captioning network writes."""
    return model.get_layer("decoder").embedding


def fit_captions(
    model: keras.Model,
    train: CaptionedPictures,
    validation: CaptionedPictures,
    request: Request,
    **options: Any,
) -> None:
    """Train a network that ends in a `Decoder`, in batches of 32 with one caption each.

    The options are those of `fit_to_likelihood`: `updates`, `learning_rate` and so on.
    """
    learning, judging = (
        CaptionBatches(one, words_of(model), shuffle=shuffle, seed=request.seed)
        for one, shuffle in ((train, True), (validation, False))
    )
    fit_to_likelihood(model, learning, judging, request, **options)


def caption_search(model: keras.Model, beam_width: int, longest: int) -> keras.Model:
    """Return a model that captions: pictures or films in, word numbers out.

    Args:
        model: `keras.Model` that ends in a `Decoder`, trained.
        beam_width: Integer; at 1 the most probable word at each step.
        longest: Integer, words that a caption has at most.
    """
    options: dict[str, Any] = {
        "start_token": START,
        "end_token": END,
        "max_length": longest,
        "from_logits": True,
    }
    if beam_width == 1:
        return greedy_search(model, **options)
    return beam_search(model, beam_width=beam_width, length_penalty=1.0, **options)


def write_captions(
    model: keras.Model, search: keras.Model, pictures: np.ndarray
) -> list[str]:
    """Return a caption of each picture or film, by what `caption_search` returned."""
    tokens, _ = search.predict(pictures, batch_size=64, verbose=0)
    return [" ".join(without_marks(words)) for words in words_of(model).decode(tokens)]


def are_true(texts: Sequence[str], pictures: CaptionedPictures) -> list[bool]:
    """Return for each text whether it is true of the scene of its picture or film."""
    return [
        shapes.is_true(text, scene)
        for text, scene in zip(texts, pictures.scenes, strict=True)
    ]


def nearest_captions(known: CaptionedPictures, asked: CaptionedPictures) -> list[str]:
    """Return captions of the most similar known pictures, by pixels. A baseline."""
    from sklearn.neighbors import NearestNeighbors

    def flat(pictures):
        # Every second pixel is enough to tell them apart.
        thinned = pictures.pictures[..., ::2, ::2, :].astype("float32")
        return thinned.reshape(len(thinned), -1)

    finder = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(flat(known))
    places = finder.kneighbors(flat(asked), return_distance=False)[:, 0]
    return [known.captions[place][0] for place in places]


def encode_pictures(
    encoder: keras.Model, pictures: CaptionedPictures
) -> CaptionedPictures:
    """Return pictures with the grids of an image encoder in place of their pixels."""
    grids = encoder.predict(pictures.pictures, batch_size=128, verbose=0)
    return replace(pictures, pictures=grids)
