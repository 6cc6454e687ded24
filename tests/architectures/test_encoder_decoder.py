import keras
import numpy as np
import pytest
from helpers.check_model import check_fit, check_save
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.architectures import attention_scores, encoder_decoder
from keras_rnn.layers import Decoder, JoinStates, Recurrent

SOURCES = np.array([[4, 2, 0, 0], [1, 2, 3, 4], [5, 1, 2, 0]])
TARGETS = np.array([[1, 3, 2], [1, 2, 0], [1, 4, 4]])


def make(attention=None, recurrent=None, **options):
    return encoder_decoder(
        keras.Input((None,), dtype="int32"),
        keras.Input((None,), dtype="int32"),
        {"cell": "lstm", "units": 3, **(recurrent or {})},
        keras.layers.Dense(5),
        encoder=keras.layers.Embedding(6, 2, mask_zero=True),
        target_encoder=keras.layers.Embedding(5, 2, mask_zero=True),
        attention=attention,
        **options,
    )


@pytest.mark.parametrize(
    ("attention", "recurrent"),
    [
        (None, {"depth": 2}),
        ("additive", {"bidirectional": True}),
        ("multiplicative", {"cell": "gru", "bidirectional": True}),
    ],
)
def test_is_a_good_keras_model(attention, recurrent):
    keras.utils.set_random_seed(0)
    model = make(attention, recurrent)
    assert model.output_shape == (None, None, 5)
    assert model.name == "encoder_decoder"
    output = model([SOURCES, TARGETS])
    assert tuple(output.shape) == (3, 3, 5)
    check_save(model, [SOURCES, TARGETS], expected=output)
    if attention == "multiplicative":
        check_fit(model, [SOURCES, TARGETS], np.ones((3, 3, 5)))


def test_equals_the_layers_by_hand():
    """Luong et al. 2015, equations 5 and 8, in NumPy over Keras's own LSTMs."""
    keras.utils.set_random_seed(1)
    model = make("multiplicative")
    _, embedding, _, recurrent, decoder = model.layers
    targets = np.array([[1, 3, 2], [1, 2, 3], [1, 4, 4]])
    lstm = keras.layers.LSTM(3, return_sequences=True, return_state=True)
    lstm.build((3, 4, 2))
    lstm.set_weights(recurrent.get_weights())
    outputs, *states = lstm(embedding(SOURCES), mask=keras.ops.array(SOURCES != 0))
    reader = keras.layers.LSTM(3, return_sequences=True)
    reader.build((3, 3, 2))
    reader.set_weights(decoder.recurrent.get_weights())
    said = arrays(reader(decoder.embedding(targets), initial_state=states))[0]
    memory = arrays(outputs)[0]

    keys = memory @ arrays(decoder.key_layer.kernel)[0]
    scores = np.exp(said @ keys.transpose(0, 2, 1)) * (SOURCES != 0)[:, None]
    scores /= scores.sum(axis=-1, keepdims=True)
    kernel, bias = arrays(decoder.output_layer.weights)
    joined = np.tanh(np.concatenate([said, scores @ memory], axis=-1) @ kernel + bias)
    kernel, bias = arrays(decoder.head.weights)
    assert_equal_outputs(model([SOURCES, targets]), joined @ kernel + bias)
    found = attention_scores(model).predict([SOURCES, targets], verbose=0)
    assert_equal_outputs(found, scores)


def test_additive_scores():
    """Bahdanau et al. 2015: v . tanh(W_q s + W_k h)."""
    keras.utils.set_random_seed(2)
    decoder = Decoder(
        Recurrent("gru", 3, return_sequences=True),
        keras.layers.Dense(2),
        attention="additive",
    )
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(1, 2, 4)).astype("float32")
    memory = generator.normal(size=(1, 5, 6)).astype("float32")
    _, found = decoder(vectors, memory=memory, return_attention_scores=True)
    said = arrays(decoder.recurrent(vectors))[0]
    queries = said @ arrays(decoder.query_layer.kernel)[0]
    keys = memory @ arrays(decoder.key_layer.kernel)[0]
    v = arrays(decoder.attention.scale)[0]
    scores = np.exp(np.tanh(queries[:, :, None] + keys[:, None]) @ v)
    assert_equal_outputs(found, scores / scores.sum(axis=-1, keepdims=True))


def test_scores_beside_the_output_or_alone():
    keras.utils.set_random_seed(0)
    both = make("additive", return_attention_scores=True)
    output, scores = both.predict([SOURCES, TARGETS], verbose=0)
    assert output.shape == (3, 3, 5)
    assert scores.shape == (3, 3, 4)
    np.testing.assert_allclose(scores.sum(axis=-1), 1, rtol=1e-5)
    assert np.all((scores > 0) == (SOURCES != 0)[:, None])
    alone = attention_scores(both)
    assert_equal_outputs(alone.predict([SOURCES, TARGETS], verbose=0), scores)
    check_save(alone, [SOURCES, TARGETS], expected=scores)
    check_save(both, [SOURCES, TARGETS], expected=[output, scores])
    with pytest.raises(ValueError, match="encoder_decoder has no attention"):
        attention_scores(make())


@pytest.mark.parametrize("attention", [None, "additive", "multiplicative"])
def test_padded_sources_give_what_each_gives_alone(attention):
    model = make(attention, {"bidirectional": True, "depth": 2})
    whole = arrays(model([SOURCES, TARGETS]))[0]
    for row, length in ((0, 2), (2, 3)):
        one = slice(row, row + 1)
        alone = model([SOURCES[one, :length], TARGETS[one]])
        assert_equal_outputs(alone, whole[one])


@pytest.mark.parametrize("attention", [None, "additive"])
def test_masked_targets_do_not_count_in_the_loss(attention):
    model = make(attention)
    model.compile(loss="mse")
    truth = np.ones((3, 3, 5), "float32")
    wild = truth.copy()
    wild[1, 2] = 100.0
    losses = [
        model.evaluate([SOURCES, TARGETS], one, verbose=0) for one in (truth, wild)
    ]
    assert losses[0] == losses[1] > 0


@pytest.mark.parametrize(
    ("encoder", "decoder", "widths"),
    [
        # Both directions of the same place, side by side.
        (
            {"cell": "lstm", "depth": 2, "bidirectional": True},
            None,
            [(6, 3)] * 4,
        ),
        ({"cell": "gru"}, {"cell": "gru", "units": 5}, [(3, 5)]),
        # Else from all states.
        ({"cell": "lstm", "depth": 2}, {"cell": "gru", "units": 3}, [(12, 3)]),
        ({"cell": "gru", "bidirectional": True}, {"cell": "lstm", "units": 4}, 2),
        ({"cell": "lstm", "depth": 2}, None, []),
    ],
)
def test_how_the_states_are_joined(encoder, decoder, widths):
    model = make(None, encoder, decoder=decoder)
    layers = [layer for layer in model.layers if isinstance(layer, JoinStates)]
    found = [tuple(d.kernel.shape) for layer in layers for d in layer.denses]
    assert found == ([(6, 4)] * 2 if widths == 2 else widths)
    assert tuple(model([SOURCES, TARGETS]).shape) == (3, 3, 5)


def test_places_of_the_states():
    model = make(None, {"depth": 2, "bidirectional": True})
    [layer] = [one for one in model.layers if isinstance(one, JoinStates)]
    # layer 1: forward h, c, backward h, c; then layer 2
    assert layer.sources == [[0, 2], [1, 3], [4, 6], [5, 7]]


def test_sequences_of_images_and_of_vectors():
    images = np.random.default_rng(0).normal(size=(2, 3, 4, 4, 1)).astype("float32")
    vectors = np.random.default_rng(1).normal(size=(2, 5, 3)).astype("float32")
    look = keras.Sequential([keras.layers.Conv2D(2, 3), keras.layers.Flatten()])
    model = encoder_decoder(
        keras.Input((None, 4, 4, 1)),
        keras.Input((None, 3)),
        {"cell": "gru", "units": 4},
        keras.layers.Dense(3),
        encoder=keras.layers.TimeDistributed(look),
        attention="additive",
    )
    check_save(model, [images, vectors])
    assert tuple(model([images, vectors]).shape) == (2, 5, 3)


def test_a_layer_as_attention():
    scaled = make(keras.layers.Attention(use_scale=True, name="scaled"))
    names = [weight.path for weight in scaled.weights]
    assert any("scaled" in name for name in names)
    check_save(scaled, [SOURCES, TARGETS])


def test_cells_given_as_objects():
    cells = [keras.layers.GRUCell(3), keras.layers.GRUCell(3)]
    recurrent = Recurrent(
        cells, bidirectional=True, return_state=True, return_sequences=True
    )
    source, target = keras.Input((None, 2)), keras.Input((None, 2))
    model = encoder_decoder(
        source, target, recurrent, keras.layers.Dense(1), attention="additive"
    )
    decoder = model.layers[-1].recurrent
    assert decoder.state_size == [3]
    assert not decoder.bidirectional


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attention": "aditive"}, "Unknown attention 'aditive'. Did you mean 'addi"),
        (
            {"recurrent": {"return_state": False}},
            "encoder_decoder needs .* return_state=True",
        ),
        (
            {"recurrent": {"bidirectional": True, "merge_mode": None}},
            "whose directions are merged",
        ),
        (
            {"decoder": {"cell": "gru", "units": 3, "bidirectional": True}},
            "bidirectional=False",
        ),
        ({"decoder": keras.layers.GRU(3, return_sequences=True)}, "needs a keras_rnn"),
        ({"return_attention_scores": True}, "has no attention, and so no scores"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)


def test_tokens_need_an_encoder():
    with pytest.raises(ValueError, match="Tokens need an `embedding`"):
        encoder_decoder(
            keras.Input((None, 2)),
            keras.Input((None,)),
            {"cell": "gru", "units": 3},
            keras.layers.Dense(1),
        )
