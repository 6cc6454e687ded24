import keras
import numpy as np
import pytest
from helpers.check_model import check_model
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.architectures import one_to_many
from keras_rnn.layers import Recurrent


def sequences(features=2):
    generator = np.random.default_rng(0)
    return generator.normal(size=(3, 4, features)).astype("float32")


@pytest.mark.parametrize(
    ("shape", "recurrent"),
    [
        ((None, 2), {"cell": "lstm", "units": 3}),
        ((2,), {"cell": "gru", "units": 3, "depth": 2, "dropout_between": 0.1}),
    ],
    ids=["a sequence to warm up on", "a single vector"],
)
def test_is_a_good_keras_model(shape, recurrent):
    model = check_model(
        lambda: one_to_many(keras.Input(shape), recurrent, keras.layers.Dense(2), 3),
        sequences() if len(shape) == 2 else sequences()[:, 0],
        (3, 3, 2),
    )
    assert model.name == "one_to_many"


def test_equals_a_loop_over_keras_layers():
    """What the well-known feedback model does, in plain Keras."""
    inputs = sequences()
    model = one_to_many(
        keras.Input((4, 2)), Recurrent("lstm", 3), keras.layers.Dense(2), steps=5
    )
    cell, dense = keras.layers.LSTMCell(3), keras.layers.Dense(2)
    warm_up = keras.layers.RNN(cell, return_state=True)
    warm_up.build((3, 4, 2)), dense.build((3, 3))
    warm_up.set_weights(model.get_weights()[:3])
    dense.set_weights(model.get_weights()[3:])
    output, *state = warm_up(inputs)
    expected = [dense(output)]
    for _ in range(4):
        output, state = cell(expected[-1], state)
        expected.append(dense(output))
    expected = np.stack(arrays(expected), axis=1)
    assert_equal_outputs(model.predict(inputs, verbose=0), expected, 1e-6)


def test_encoder_acts_on_the_input_alone():
    inputs = sequences(features=5)
    encoder = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2)])
    model = one_to_many(
        keras.Input((4, 5)), Recurrent("gru", 3), keras.layers.Dense(2), 3, encoder
    )
    assert model.output_shape == (None, 3, 2)
    plain = one_to_many(
        keras.Input((2,)), Recurrent("gru", 3), keras.layers.Dense(2), 3
    )
    plain.set_weights(model.get_weights()[2:])
    assert_equal_outputs(model(inputs), plain(encoder(inputs)), 1e-6)


def test_encoder_as_feedback_acts_on_outputs_too():
    encoder = keras.layers.Dense(4)
    model = check_model(
        lambda: one_to_many(
            keras.Input((4, 2)),
            {"cell": "gru", "units": 3},
            keras.layers.Dense(2),
            steps=3,
            encoder=encoder,
            feedback=encoder,
        ),
        sequences(),
        (3, 3, 2),
        mixed=False,
    )
    # The kernels and biases of encoder and head, and the three of the GRU.
    assert len(model.get_weights()) == 7


def test_learns_to_go_on_with_a_wave():
    time = np.arange(12) * 0.5 + np.linspace(0, 6, 32)[:, None]
    waves = np.sin(time)[..., None].astype("float32")
    keras.utils.set_random_seed(0)
    model = one_to_many(
        keras.Input((6, 1)),
        {"cell": "simple_rnn", "units": 8},
        keras.layers.Dense(1),
        steps=6,
    )
    model.compile(keras.optimizers.Adam(0.02), "mae")
    many = np.tile(waves, (150, 1, 1))
    model.fit(many[:, :6], many[:, 6:], batch_size=32, verbose=0)
    persistence = np.mean(np.abs(waves[:, 5:6] - waves[:, 6:]))
    assert model.evaluate(waves[:, :6], waves[:, 6:], verbose=0) < persistence / 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"recurrent": {"cell": "gru", "units": 3, "bidirectional": True}},
            "bidirectional=True",
        ),
        (
            {"recurrent": Recurrent("gru", 3, return_sequences=True)},
            "one_to_many needs .* return_sequences=False",
        ),
        ({"steps": 0}, "steps must be a positive integer"),
        ({"head": keras.layers.Dense(1)}, "must be 2 wide like the input"),
    ],
)
def test_wrong_arguments(arguments, message):
    parts = {
        "recurrent": {"cell": "gru", "units": 3},
        "head": keras.layers.Dense(2),
        "steps": 2,
    }
    with pytest.raises(ValueError, match=message):
        one_to_many(keras.Input((4, 2)), **{**parts, **arguments})


VECTORS = np.random.default_rng(2).normal(size=(3, 4)).astype("float32")
TOKENS = np.array([[1, 3, 2], [1, 2, 0], [1, 4, 4]])


def captioner(context, **options):
    return one_to_many(
        keras.Input((4,)),
        {"cell": "gru", "units": 3},
        keras.layers.Dense(5),
        targets=keras.Input((None,), dtype="int32"),
        target_encoder=keras.layers.Embedding(5, 2, mask_zero=True),
        context=context,
        **options,
    )


@pytest.mark.parametrize("context", ["state", "first", "bias", "every", "multimodal"])
def test_tokens_from_a_vector(context):
    """Against Keras's own GRU, told of the vector in each of the five ways."""
    keras.utils.set_random_seed(3)
    model = captioner(context)
    assert model.output_shape == (None, None, 5)
    tokens = TOKENS[[0, 2]]  # without padding
    vectors = VECTORS[[0, 2]]
    decoder = model.layers[-1]
    gru = keras.layers.GRU(3, return_sequences=True)
    words = arrays(decoder.embedding(tokens))[0]
    start = np.zeros((2, 3), "float32")
    if context == "state":
        [dense] = model.get_layer("decoder_start").denses
        start = dense(vectors)
    elif context == "first":
        first = arrays(decoder.context_layer(vectors))[0]
        words = np.concatenate([first[:, None], words], axis=1)
    elif context == "bias":
        words = words.copy()
        words[:, 0] += arrays(decoder.context_layer(vectors))[0]
    beside = np.repeat(vectors[:, None], 3, axis=1)
    if context == "every":
        words = np.concatenate([words, beside], axis=-1)
    gru.build(words.shape)
    gru.set_weights(decoder.recurrent.get_weights())
    outputs = gru(words, initial_state=[start])[:, -3:]
    if context == "multimodal":
        kernel, bias = decoder.context_layer.get_weights()
        joined = np.concatenate([arrays(outputs)[0], words, beside], axis=-1)
        outputs = np.tanh(joined @ kernel + bias)
    assert_equal_outputs(model([vectors, tokens]), decoder.head(outputs))


@pytest.mark.parametrize("context", ["first", "bias", "every", "multimodal"])
def test_masked_targets_do_not_count_in_the_loss(context):
    model = captioner(context)
    model.compile(loss="mse")
    truth = np.ones((3, 3, 5), "float32")
    wild = truth.copy()
    wild[1, 2] = 100.0
    losses = [
        model.evaluate([VECTORS, TOKENS], one, verbose=0) for one in (truth, wild)
    ]
    assert losses[0] == losses[1] > 0


def test_wrong_arguments_for_tokens():
    gru, head = {"cell": "gru", "units": 3}, keras.layers.Dense(2)
    targets = keras.Input((None, 2))
    with pytest.raises(ValueError, match=r"takes either `steps`, .* or `targets`"):
        one_to_many(keras.Input((4,)), gru, head)
    with pytest.raises(ValueError, match="takes either `steps`"):
        one_to_many(keras.Input((4,)), gru, head, 3, targets=targets)
    with pytest.raises(ValueError, match=r"Unknown context 'frist'. Did you mean"):
        captioner("frist")
    with pytest.raises(ValueError, match="`feedback` is for `steps`"):
        captioner("first", feedback=head)
    with pytest.raises(ValueError, match=r"one vector, .* shape \(None, 6, 4\)"):
        one_to_many(keras.Input((6, 4)), gru, head, targets=targets)
