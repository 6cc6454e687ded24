"""A small untrained model of each application, and what it can be asked."""

import functools
from typing import NamedTuple

import keras
import numpy as np
from PIL import Image
from scipy.io import wavfile

BUILDERS = {}


class Tiny(NamedTuple):
    """Attributes: `model`, `keras.Model`; `inputs`, list of strings that it answers."""

    model: keras.Model
    inputs: list


@functools.cache
def tiny(name, folder):
    """Return the tiny model of an application and inputs, built once.

    Args:
        name: String, of the catalogue.
        folder: `pathlib.Path`, where inputs that are files may be written.

    Returns:
        `Tiny`.
    """
    keras.utils.set_random_seed(0)
    return Tiny(*BUILDERS[name](folder))


def builder(function):
    """Register a function from a folder to model and inputs, of its application."""
    BUILDERS[function.__name__] = function
    return function


@builder
def sentiment(folder):
    from keras_rnn.applications.sentiment import build

    model = build(["dull", "film"], ("negative", "positive"), units=2, width=3)
    return model, ["a dull film", "", "unheard-of"]


@builder
def named_entities(folder):
    from keras_rnn.applications.named_entities.train import build

    tags = ["O", "B-PER", "I-PER"]
    model = build(["ron"], list("on"), ["Xx"], tags, units=2, width=3)
    return model, ["Ron met Luna.", ""]


@builder
def dna_splice(folder):
    from keras_rnn.applications.dna_splice import build

    return build(units=2, filters=3), ["ACGT" * 15, "acgtn" * 12]


@builder
def dna_tags(folder):
    from keras_rnn.applications.dna_tags.train import build

    return build(units=2, filters=3, width=5), ["ACGTACGT", "acgtn" * 14]


@builder
def character_language_model(folder):
    from keras_rnn.applications.character_language_model.train import build

    return build(list("abc"), units=4, width=3), ["abc", ""]


@builder
def translation(folder):
    from keras_rnn.applications.translation.network import build

    return build(["the", "cat"], ["el", "gato"], units=4, width=3), ["The cat.", ""]


@builder
def conversation(folder):
    from keras_rnn.applications.conversation.network import build

    return build(["hello", "|"], ["hi"], units=4, width=3), ["Hello | hi | bye", ""]


@builder
def music_generation(folder):
    from keras_rnn.applications.music_generation.network import build

    return build(["M:6/8", "K:D", "A", "B2", "|"], units=4, width=3), ["", "M:6/8"]


@builder
def word_embeddings(folder):
    from keras_rnn.applications.word_embeddings.train import WordVectors, build

    words = ["man", "king", "woman", "queen"]
    vectors = WordVectors(words, np.random.default_rng(0).normal(size=(4, 3)))
    return build(vectors), ["king", "man : king = woman", "tsar"]


@builder
def speech_recognition(folder):
    from keras_rnn.applications.speech_recognition.ctc_network import build

    rng = np.random.default_rng(0)
    path = folder / "noise.wav"
    wavfile.write(path, 8000, rng.integers(-999, 999, 4000).astype("int16"))
    return build(units=2, width=4), [str(path)]


def written(folder, name, pictures):
    """Return the path of a file of a picture, or of a film."""
    frames = [Image.fromarray(one) for one in pictures]
    frames[0].save(
        folder / name, save_all=len(frames) > 1, append_images=frames[1:], lossless=True
    )
    return str(folder / name)


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, "uint8")


@builder
def image_rows(folder):
    from keras_rnn.applications.image_rows import build

    return build(units=2), [written(folder, "digit.png", noise(1, 28, 28))]


@builder
def video_activity(folder):
    from keras_rnn.applications.video_activity.train import build

    np.savetxt(folder / "motion.csv", noise(5, 3), delimiter=",")
    return build(("runs", "stands"), 3, units=2), [str(folder / "motion.csv")]


@builder
def captioning(folder):
    from keras_rnn.applications.captioning.network import build
    from keras_rnn.applications.shared.image_encoder import build_encoder

    model = build(["a", "red", "ball"], "mao", build_encoder(8), units=4)
    return model, [written(folder, "scene.png", noise(1, 32, 32, 3))]


@builder
def video_captioning(folder):
    from keras_rnn.applications.video_captioning.film_encoder import build_encoder
    from keras_rnn.applications.video_captioning.train import build

    model = build(["a", "red", "ball"], build_encoder(8), units=4, width=2)
    return model, [written(folder, "film.webp", noise(3, 32, 32, 3))]


@builder
def text_to_image(folder):
    from keras_rnn.applications.text_to_image.network import build

    return build(["red", "circle"], units=4, width=2), ["a red circle", "a tree"]


@builder
def visual_question_answering(folder):
    from keras_rnn.applications.visual_question_answering.network import build

    path = written(folder, "picture.png", noise(1, 16, 16, 3))
    model = build(["what", "is", "it"], ["a", "b"], 16, width=8)
    return model, [path, "what is it?", "who?"]


@builder
def visual_dialog(folder):
    from keras_rnn.applications.shared.image_encoder import build_encoder
    from keras_rnn.applications.visual_dialog.network import build

    path = written(folder, "talk.png", noise(1, 32, 32, 3))
    model = build(["what", "is", "it"], ["red", "no"], build_encoder(8), width=8)
    return model, [path, "what is it?", "is it a tree?"]


@builder
def visual_navigation(folder):
    from keras_rnn.applications.visual_navigation.network import build

    model = build(["go", "up"], side=6, units=8, width=8)
    return model, ["0", "go up", "go to the tree"]
