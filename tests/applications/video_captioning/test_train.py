"""Films and what is said of them: data, batches, files, and a network that learns."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from PIL import Image

from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.captions import (
    CaptionBatches,
    nearest_captions,
    words_of,
)
from keras_rnn.applications.video_captioning import film_encoder
from keras_rnn.applications.video_captioning import train as video_captioning
from keras_rnn.datasets.generated import captioned_films as films
from keras_rnn.datasets.pictures.image_files import read_film
from keras_rnn.errors import UserError
from keras_rnn.layers import TokenEmbedding


@pytest.fixture(scope="module")
def data():
    return films.generate(48, 8, 16)


def untrained_encoder(train, validation, request):
    encoder = film_encoder.build_encoder(width=16)
    encoder.trainable = False
    return encoder


@pytest.fixture(scope="module")
def outcome():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(video_captioning, "_TRAIN", 32)
        patch.setattr(video_captioning, "_VALIDATION", 8)
        patch.setattr(video_captioning, "_TEST", 8)
        # How it learns is tested with the encoder of scenes.
        patch.setattr(film_encoder, "train_encoder", untrained_encoder)
        return video_captioning.train(Request(epochs=2, verbose=0))


def test_each_epoch_has_other_captions_and_the_same_again(data):
    words = TokenEmbedding(["<start>", "<end>", "a", "moves"], 4)
    words.build()
    batches = CaptionBatches(data.part("train"), words, batch_size=16, seed=1)
    (pictures, read), said = batches[0]
    assert pictures.shape == (16, films.FRAMES, 32, 32, 3)
    assert (read[:, 0] == 2).all()  # the start mark
    assert (read[:, 1:] == said[:, :-1])[said[:, :-1] != 3].all()
    again = CaptionBatches(data.part("train"), words, batch_size=16, seed=1)
    assert (again[0][1] == said).all()
    first = batches.drawn()
    batches.epoch = 1
    second = batches.drawn()
    assert (first[0] != second[0]).any()
    assert (first[1] != second[1]).any()


def test_the_most_similar_film_of_a_film_is_itself(data):
    one = data.part("test")
    own = replace(one, captions=[[str(place)] for place in range(16)])
    assert nearest_captions(own, one) == list(map(str, range(16)))


def test_a_run_on_few_films(outcome):
    assert set(outcome.metrics) == {"true_captions", "true_captions_greedy"}
    assert 0 <= outcome.metrics["true_captions"] <= 1
    assert 0 <= outcome.baseline["true_captions"] < 1
    assert len(outcome.examples) == 6
    assert set(outcome.figures) == {"captions", "where_it_looks"}


def test_the_encoder_does_not_learn_with_the_decoder(outcome):
    encoder = outcome.model.get_layer("film_encoder")
    assert encoder.count_params() > 5_000
    assert not encoder.trainable_variables
    assert outcome.model.trainable_variables


def test_the_same_is_said_of_grids(outcome):
    model, few = outcome.model, outcome.data.part("validation")
    grids = film_encoder.encode_films(
        model.get_layer("film_encoder").encoder, few
    ).pictures
    read = np.full((len(grids), 3), 4)
    np.testing.assert_allclose(
        np.asarray(video_captioning.from_grids(model)([grids, read])),
        np.asarray(model([few.pictures, read])),
        atol=1e-4,
    )


def test_each_word_looks_at_the_places_of_the_picture(outcome):
    pictures = outcome.data.part("test").pictures[:2]
    maps = video_captioning.word_maps(outcome.model, pictures, ["a red cross", "a"])
    assert [one.shape for one in maps] == [(3, 8, 8), (1, 8, 8)]
    np.testing.assert_allclose(maps[0].sum((1, 2)), 1, atol=1e-5)


def test_the_saved_model_captions_a_file(outcome, tmp_path):
    outcome.model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    pictures = outcome.data.part("test").pictures[0]
    frames = [Image.fromarray(one).resize((64, 64), 0) for one in pictures]
    path = tmp_path / "film.webp"
    frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True)
    read = read_film(path, (32, 32))
    assert read.shape == pictures.shape
    assert abs(read.astype(int) - pictures).mean() < 4
    [text] = video_captioning.caption_files(loaded, [path])
    words = words_of(outcome.model)
    assert set(text.split()) <= set(words.vocabulary)
    said = words.encode([["<start>", *text.split()]])
    np.testing.assert_allclose(
        np.asarray(loaded([read[None], said])),
        np.asarray(outcome.model([read[None], said])),
        atol=1e-5,
    )


def test_other_data_are_refused():
    with pytest.raises(UserError, match="has no data 'mine'"):
        video_captioning.train(Request(data="mine"))
