"""The encoder of films: what it is to name, two frames at a time, and which stream."""

import keras
import numpy as np
import pytest

from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared import image_encoder
from keras_rnn.applications.video_captioning import film_encoder
from keras_rnn.datasets.generated import captioned_films as films
from keras_rnn.datasets.generated.captioned_scenes import CaptionedPictures
from keras_rnn.datasets.generated.scene_labels import MOTION, frame_labels


@pytest.fixture(scope="module")
def data():
    return films.generate(16, 4, 1).part("train")


@pytest.fixture(scope="module")
def encoder():
    return film_encoder.build_encoder(width=16)


def test_a_batch_has_two_frames_and_the_names_of_the_first(data):
    batches = film_encoder.FramePairBatches(data, batch_size=4, seed=3)
    pictures, named = batches[1]
    own, first = (one[4:8] for one in batches.drawn())
    assert pictures.shape == (4, 32, 32, 6)
    assert (pictures[..., :3] == data.pictures[own, first]).all()
    assert (pictures[..., 3:] == data.pictures[own, first + 1]).all()
    assert len(named) == 4
    right = frame_labels(data.scenes, films.FRAMES)[own, first]
    assert (np.stack(named, axis=-1) == right).all()


def test_which_frames_is_drawn_anew_in_each_epoch_and_the_same_again(data):
    batches = film_encoder.FramePairBatches(data, batch_size=16, seed=3)
    order, first = batches.drawn()
    assert set(first.tolist()) == {0, 1, 2, 3}
    again = film_encoder.FramePairBatches(data, batch_size=16, seed=3)
    assert (again[0][0] == batches[0][0]).all()
    batches.epoch = 1
    assert (batches.drawn()[0] != order).any()
    ordered = film_encoder.FramePairBatches(data, batch_size=16, shuffle=False)
    assert ordered.drawn()[1].tolist() == [0, 1, 2, 3] * 4


def test_what_a_thing_is_is_told_without_knowing_how_it_moves(encoder):
    generator = np.random.default_rng(0)
    pictures = generator.uniform(0, 255, (2, 32, 32, 6)).astype("float32")
    pictures[1, ..., :3] = pictures[0, ..., :3]
    one, other = np.asarray(encoder.predict(pictures, verbose=0))
    motions = len(MOTION["motion"]) + 1
    assert one.shape == (8, 8, 7 + 5 + 3 + motions)
    np.testing.assert_allclose(one[..., :-motions], other[..., :-motions], atol=1e-6)
    assert abs(one[..., -motions:] - other[..., -motions:]).max() > 1e-3
    for start, end in ((0, 7), (7, 12), (12, 15), (15, 21)):
        np.testing.assert_allclose(one[..., start:end].sum(-1), 1, atol=1e-5)


def test_a_film_is_encoded_as_each_two_of_its_frames(encoder, data):
    few = CaptionedPictures(data.scenes[:3], data.pictures[:3], data.captions[:3])
    seen = film_encoder.encode_films(encoder, few)
    assert seen.scenes is few.scenes
    assert seen.pictures.shape == (3, films.FRAMES - 1, 8, 8, 21)
    layer = film_encoder.FilmEncoder(encoder)
    whole = layer(few.pictures)
    np.testing.assert_allclose(np.asarray(whole), seen.pictures, atol=1e-5)
    again = film_encoder.FilmEncoder.from_config(layer.get_config())
    again.encoder.set_weights(encoder.get_weights())
    np.testing.assert_allclose(
        np.asarray(again(few.pictures)), seen.pictures, atol=1e-5
    )


def test_films_have_any_number_of_frames_in_one_model(encoder, data):
    film = keras.Input((None, 32, 32, 3))
    model = keras.Model(film, film_encoder.FilmEncoder(encoder)(film))
    assert model.output_shape == (None, None, 8, 8, 21)
    # Batches of two and of one.
    for frames in (5, 2, 4):
        found = model.predict(data.pictures[:3, :frames], batch_size=2, verbose=0)
        right = film_encoder.FilmEncoder(encoder)(data.pictures[:3, :frames])
        np.testing.assert_allclose(found, np.asarray(right), atol=1e-5)


def test_what_learns_fits_the_labels_and_becomes_the_encoder(data, monkeypatch):
    given = []

    def fit_classifier(classifier, train, validation, request, updates):
        given.append((classifier, train, validation))
        classifier.trainable = False

    monkeypatch.setattr(image_encoder, "fit_classifier", fit_classifier)
    encoder = film_encoder.train_encoder(data, data, Request(verbose=0), width=16)
    [(classifier, train, validation)] = given
    assert (train.shuffle, validation.shuffle, len(train)) == (True, False, 1)
    pictures, right = train[0]
    answers = classifier(pictures[:2])
    assert [one.shape[-1] for one in answers] == [7, 5, 3, 6]
    for answer, names in zip(answers, right, strict=True):
        assert tuple(answer.shape[:-1]) == (2, *names.shape[1:])
    joined = np.concatenate([np.asarray(one) for one in answers], axis=-1)
    np.testing.assert_allclose(np.asarray(encoder(pictures[:2])), joined, atol=1e-6)
    assert not encoder.trainable_variables
