import keras
import numpy as np
import pytest
from helpers.check_layer import check_layer
from helpers.compare import arrays, assert_equal_outputs

from keras_rnn.layers import AttentionScores, Decoder, Recurrent

GENERATOR = np.random.default_rng(0)
VECTORS = GENERATOR.normal(size=(3, 4, 2)).astype("float32")
MEMORY = GENERATOR.normal(size=(3, 5, 6)).astype("float32")
CONTEXT = GENERATOR.normal(size=(3, 2)).astype("float32")
MASK = np.arange(5) < np.array([[5], [2], [3]])


def make(head=2, recurrent=None, **options):
    recurrent = {"cell": "gru", "units": 3, **(recurrent or {})}
    return Decoder(
        Recurrent(**recurrent, return_sequences=True),
        keras.layers.Dense(head, dtype=options.get("dtype")),
        **options,
    )


def test_is_a_good_keras_layer():
    check_layer(
        lambda **dtype: make(recurrent=dtype, **dtype), VECTORS, (3, 4, 2), masking=True
    )


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ({"attention": "additive"}, {"memory": MEMORY, "memory_mask": MASK}),
        (
            {"attention": "multiplicative", "context": "every"},
            {"memory": MEMORY, "memory_mask": MASK, "context": CONTEXT},
        ),
        (
            {"attention": "additive", "context": "bias"},
            {"memory": MEMORY, "context": CONTEXT},
        ),
        (
            {"recurrent": {"cell": "lstm", "depth": 2}, "context": "multimodal"},
            {"context": CONTEXT},
        ),
        (
            {"recurrent": {"cell": "lstm", "depth": 2}, "context": "first"},
            {"context": CONTEXT, "initial_state": [np.ones((3, 3), "float32")] * 4},
        ),
    ],
)
def test_steps_equal_the_pass(options, given):
    keras.utils.set_random_seed(0)
    layer = make(**options)
    whole = layer(VECTORS, **given)
    states, kept = layer.begin(3, **given)
    outputs = []
    for index in range(4):
        output, states = layer.step(VECTORS[:, index], states, kept)
        outputs.append(output)
    assert_equal_outputs(np.stack(arrays(outputs), axis=1), whole)


def test_a_mask_of_the_memory_hides():
    keras.utils.set_random_seed(0)
    layer = make(attention="additive")
    garbage = np.where(MASK[..., None], MEMORY, 50.0).astype("float32")
    whole = layer(VECTORS, memory=MEMORY, memory_mask=MASK)
    assert_equal_outputs(layer(VECTORS, memory=garbage, memory_mask=MASK), whole)
    cut = layer(VECTORS[1:2], memory=MEMORY[1:2, :2])
    assert_equal_outputs(cut, whole[1:2])


def test_scores_alone():
    layer = make(attention="multiplicative")
    _, scores = layer(
        VECTORS, memory=MEMORY, memory_mask=MASK, return_attention_scores=True
    )
    alone = AttentionScores(layer)(VECTORS, memory=MEMORY, memory_mask=MASK)
    assert_equal_outputs(alone, scores)
    with pytest.raises(ValueError, match=r"a keras_rnn.layers.Decoder with attention"):
        AttentionScores(make())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"recurrent": {"bidirectional": True}}, "bidirectional=False"),
        ({"recurrent": {"go_backwards": True}}, "go_backwards=False"),
        ({"recurrent": {"stateful": True}}, "stateful=False"),
        ({"attention": "multiplicativ"}, "Did you mean 'multiplicative'"),
        ({"context": "last"}, "Unknown context 'last'. Expected one of None, 'first'"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)


@pytest.mark.parametrize(
    ("options", "given", "message"),
    [
        ({"attention": "additive"}, {}, "has an attention, and needs a memory"),
        ({}, {"memory": MEMORY}, "was given a memory, but has no attention"),
        ({"context": "every"}, {}, "has a context, and needs a context"),
        ({}, {"context": CONTEXT}, "was given a context, but has no context"),
        ({"attention": "additive"}, {"memory": CONTEXT}, r"memory of shape \(batch, t"),
    ],
)
def test_wrong_calls(options, given, message):
    with pytest.raises(ValueError, match=message):
        make(**options)(VECTORS, **given)


def test_symbolic_scores_need_a_memory():
    layer = make(attention="additive")
    layer(VECTORS, memory=MEMORY)
    targets = keras.KerasTensor(VECTORS.shape)
    with pytest.raises(ValueError, match="has no memory to look at, and so no scores"):
        layer.compute_output_spec(targets, return_attention_scores=True)
