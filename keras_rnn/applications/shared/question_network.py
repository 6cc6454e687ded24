"""The network that reads a question, looks at a picture and answers."""

import keras

from keras_rnn.applications.shared.texts import words
from keras_rnn.architectures import many_to_one
from keras_rnn.layers import ClassProbabilities, PictureAttention, TokenEmbedding

# Both ways of writing are one word.
_SPELLINGS = {"colour": "color", "grey": "gray"}


def build(vocabulary, answers, size, *, width=64, glimpses=2):
    """Build the network: it reads the question, looks at the picture and answers.

    ```
                           answer
                             |
          question . ---- head ---- glimpse
                   |                   |
          GRU -> GRU -> GRU --looks-> grid of vectors
           |      |      |             |
         what   color   is ...      convolutions
    ```

    Args:
        vocabulary: List of strings, the words of questions.
        answers: Sequence of strings.
        size: Integer, pixels of a picture's side, a multiple of 8.
        width: Integer, size of all vectors. Default: `64`.
        glimpses: Integer, how often it looks (`PictureAttention`). Default: `2`.

    Returns:
        `keras.Model` from pictures `(batch, size, size, 3)`, 0 to 255, and word numbers
        `(batch, time)` to probabilities `(batch, answers)`.
    """
    image = keras.Input((size, size, 3), name="image")
    question = keras.Input((None,), dtype="int32", name="question")
    reader = many_to_one(
        question,
        {"cell": "gru", "units": width},
        encoder=TokenEmbedding(vocabulary, width // 2, name="words"),
        head=keras.layers.Dense(width, activation="tanh", name="summary"),
        name="reader",
    )
    asked = reader(question)
    grid = eyes(size, width)(image)
    glimpse, _ = PictureAttention(width, glimpses, name="look")(asked, grid)
    outputs = _head(answers, width)([asked, glimpse])
    return keras.Model([image, question], outputs, name="visual_question_answering")


def eyes(size, width, channels=3, name="eyes"):
    """Convolutions: to a grid of 8 by 8 places, of pictures of 32 or 64 pixels.

    Args:
        size: Integer, pixels of a picture's side.
        width: Integer, size of the vector at each place.
        channels: Integer, numbers of a pixel. Default: `3`.
        name: String. Default: `"eyes"`.

    Returns:
        `keras.Sequential` from pictures `(batch, size, size, channels)`, 0 to 255, to
        `(batch, 8, 8, width)`.
    """
    pixels = keras.Input((size, size, channels))
    layers = [pixels, keras.layers.Rescaling(1 / 127.5, -1)]
    steps = 3 if size > 32 else 2
    # Strided ones have an even size, so that they see as far to each side: with an odd
    # one the map would lie half a place above and left of what was seen. The last one
    # lets each place see its neighbours, so that it knows a shape's sides.
    for step in range(steps + 1):
        layers += [
            keras.layers.Conv2D(
                width if step >= steps - 1 else width * 3 // 8,
                4 if step < steps else 3,
                strides=2 if step < steps else 1,
                padding="same",
                use_bias=False,
            ),
            # With few pictures in a batch and few epochs, so that it learns in time.
            keras.layers.BatchNormalization(momentum=0.95),
            keras.layers.ReLU(),
        ]
    return keras.Sequential(layers, name=name)


def _head(answers, width):
    """The answer, from what was asked and what was seen."""
    asked, seen = keras.Input((width,)), keras.Input((width,))
    fitting = keras.layers.Multiply()([keras.layers.Dense(width)(asked), seen])
    both = keras.layers.Concatenate()([asked, seen, fitting])
    hidden = keras.layers.Dense(2 * width, activation="relu")(both)
    outputs = ClassProbabilities(answers, name="answer")(hidden)
    return keras.Model([asked, seen], outputs, name="head")


def question_words(text):
    """Return the words of a question, without signs, in one way of writing.

    Example:

    >>> question_words("What colour is the circle?")
    ['what', 'color', 'is', 'the', 'circle']
    """
    found = [word for word in words(text) if word[0].isalnum()]
    return [_SPELLINGS.get(word, word) for word in found]
