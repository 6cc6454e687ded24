"""What the captions of pictures and of films share: learning, writing, judging."""

from keras_rnn.applications.shared.captioned_films import CaptionBatches
from keras_rnn.applications.shared.learning import fit_to_likelihood
from keras_rnn.applications.shared.texts import END, START, without_marks
from keras_rnn.datasets.generated import shapes
from keras_rnn.decoding import beam_search, greedy_search

_BATCH = 32


def words_of(model):
    """Return the layer that knows the words."""
    return model.get_layer("decoder").embedding


def learn(model, train, validation, request, *, updates, **options):
    """Train a network on pictures or films with captions.

    Args:
        model: `keras.Model` that ends in a `Decoder`.
        train: `Films`; `validation` likewise.
        validation: See `train`.
        request: `keras_rnn.applications.contract.Request`.
        updates: Integer, how many batches of 32 to learn from at least.
        **options: Others of `fit_to_likelihood`, with the `learning_rate`.
    """
    learning, judging = (
        CaptionBatches(one, words_of(model), _BATCH, shuffle, request.seed)
        for one, shuffle in ((train, True), (validation, False))
    )
    fit_to_likelihood(
        model,
        learning,
        judging,
        request,
        epochs=request.epochs or -(-updates // len(learning)),
        batches=len(learning),
        **options,
    )


def writer(model, beam_width, longest):
    """Return a model that captions: pictures or films in, words out.

    Args:
        model: As in `learn`, trained.
        beam_width: Integer; at 1 the most probable word at each step.
        longest: Integer, words that a caption has at most.
    """
    options = {
        "start_token": START,
        "end_token": END,
        "max_length": longest,
        "from_logits": True,
    }
    if beam_width == 1:
        return greedy_search(model, **options)
    return beam_search(model, beam_width=beam_width, length_penalty=1.0, **options)


def write(model, by, pictures):
    """Return a caption of each picture or film.

    Args:
        model: As in `writer`.
        by: What `writer` returned.
        pictures: Array, as the model reads them.

    Returns:
        List of strings.
    """
    tokens, _ = by.predict(pictures, batch_size=64, verbose=0)
    return [" ".join(without_marks(words)) for words in words_of(model).decode(tokens)]


def true(texts, pictures):
    """Return for each text whether it is true of its picture or film.

    Args:
        texts: List of strings.
        pictures: `keras_rnn.applications.shared.captioned_films.Films`, as many.

    Returns:
        List of booleans.
    """
    return [
        shapes.is_true(text, scene)
        for text, scene in zip(texts, pictures.scenes, strict=True)
    ]
