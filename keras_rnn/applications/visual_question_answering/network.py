"""The network that reads a question, looks at a picture and answers."""

from collections.abc import Sequence

import keras
from keras import ops

from keras_rnn.applications.shared.image_encoder import convolutions
from keras_rnn.architectures import many_to_one
from keras_rnn.layers import ClassProbabilities, PictureAttention, TokenEmbedding


def build(
    vocabulary: Sequence[str],
    answers: Sequence[str],
    size: int,
    *,
    width: int = 64,
    glimpses: int = 2,
) -> keras.Model:
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
        vocabulary: Sequence of strings, the words of questions.
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
    grid = convolutions(size, width)(image)
    glimpse, _ = PictureAttention(width, glimpses, name="look")(asked, grid)
    outputs = _head(answers, width)([asked, glimpse])
    return keras.Model([image, question], outputs, name="visual_question_answering")


def _head(answers, width):
    """The answer, from what was asked and what was seen."""
    asked, seen = keras.Input((width,)), keras.Input((width,))
    fitting = keras.layers.Multiply()([keras.layers.Dense(width)(asked), seen])
    both = keras.layers.Concatenate()([asked, seen, fitting])
    hidden = keras.layers.Dense(2 * width, activation="relu")(both)
    outputs = ClassProbabilities(answers, name="answer")(hidden)
    return keras.Model([asked, seen], outputs, name="head")


def words_of(model: keras.Model) -> TokenEmbedding:
    """Return the layer that knows the words of questions."""
    return model.get_layer("reader").get_layer("words")


def answer_layer(model: keras.Model) -> ClassProbabilities:
    """Return the layer that knows what the answers are called."""
    return model.get_layer("head").get_layer("answer")


def with_maps(model: keras.Model) -> keras.Model:
    """Return the model with its attention weights as second output."""
    outputs = [model.outputs[0], model.get_layer("look").output[1]]
    return keras.Model(model.inputs, outputs)


def with_several_questions(model: keras.Model, each: int, length: int) -> keras.Model:
    """Return a model with the same weights that answers several questions at once.

    The picture goes through the convolutions once, not once for each question.

    Args:
        model: What `build` returned.
        each: Integer, questions about each picture.
        length: Integer, words of each question, padded.

    Returns:
        `keras.Model` from pictures and word numbers `(batch, each, length)` to
        probabilities `(batch, each, answers)`.
    """
    image = keras.Input(model.inputs[0].shape[1:], name="image")
    questions = keras.Input((each, length), dtype="int32", name="questions")
    reader, look, head = (model.get_layer(one) for one in ("reader", "look", "head"))
    grid = ops.repeat(model.get_layer("image_encoder")(image), each, axis=0)
    question = reader(ops.reshape(questions, (-1, length)))
    answers = head([question, look(question, grid)[0]])
    outputs = ops.reshape(answers, (-1, each, answers.shape[-1]))
    return keras.Model([image, questions], outputs, name=f"{model.name}_several")
