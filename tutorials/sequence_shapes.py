# %% [markdown]
# # Five shapes of sequence problems
#
# **Learn:** which of the lecture's five pictures a problem belongs to, and how each of
# them is built, drawn, trained and judged: one to one, many to one, many to many, one
# to many, and encoder-decoder, where both sequences have lengths of their own.
#
# **Follows:** lecture 3, slides 2, 3 and 10 to 14 (the shapes, and the sizes
# `[32, 10, 8]`, `[32, 10, 4]`, `[32, 4]`); chapter 5, section 5.1, and the
# captions and attention of section 5.4.
#
# **Takes:** about 4 minutes on two CPU cores; one with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/sequence_shapes.py` runs it from top to bottom and puts
# the pictures into `tutorials/output/sequence_shapes/`.

# %%
from collections import Counter

import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import visualize
from keras_rnn.layers import Recurrent
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
EPOCHS = 2 if quick() else 30
SEEDS = range(1 if quick() else 3)
show = Pictures("sequence_shapes", caption="data: generated films of a spot of light")

# %% [markdown]
# ## 1. Batch, time, features
#
# Every recurrent layer of Keras reads arrays of three axes. Slide 14 has 32 sequences
# of 10 steps, each step 8 numbers, and a layer of 4 units:

# %%
inputs = np.random.default_rng(0).random((32, 10, 8)).astype("float32")
layer = Recurrent("simple_rnn", 4, return_sequences=True, return_state=True)
output_seq, final_state = layer(inputs)
print(inputs.shape, "->", tuple(output_seq.shape), "and", tuple(final_state.shape))

# %% [markdown]
# The five shapes differ in nothing but this: what is read at which step, and which of
# the outputs are used. To see that, one small world will do for all of them.
#
# ### A camera with eight pixels
#
# Eight pixels stand in a ring and see a spot of light, ten frames long. It may stay
# *still*, go *left*, go *right*, or *blink* (dark in every other frame). Pixels are
# noisy. So a film is an array `[10, 8]`, and a batch of 32 is the slide's.

# %%
ACTIONS = ["still", "left", "right", "blink"]


def film(actions, rng):
    """Frames `(count, time, 8)` of what is done at each frame, `(count, time)`."""
    count, time = actions.shape
    moves = np.array([0, -1, 1, 0])[actions]
    place = (rng.integers(0, 8, (count, 1)) + moves.cumsum(axis=1)) % 8
    dark = (actions == 3) & (np.arange(time) % 2 == 1)
    light = np.eye(8)[place] * ~dark[..., None]
    return (light + rng.normal(0, 0.15, light.shape)).astype("float32")


examples = film(np.repeat([[0], [1], [2], [3]], 10, axis=1), np.random.default_rng(1))
figure, axes = plt.subplots(1, 4, figsize=(8, 3.6), layout="constrained", sharey=True)
for one, frames, name in zip(axes, examples, ACTIONS, strict=True):
    one.imshow(frames, cmap="gray", vmin=0, vmax=1)
    one.set(title=name, xlabel="pixel", xticks=range(0, 8, 2))
axes[0].set(ylabel="frame (time goes down)", yticks=range(0, 10, 3))
show(figure, "films", "Four things that a spot of light can do")

# %%
from keras_rnn import architectures

CLASSES = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
results = {}


def learn(build, data, loss=CLASSES, seed=0, **arguments):
    """Train on 4,000 examples, stop on the next 500; the rest is for the verdict."""
    set_seed(seed)
    model = build()
    model.compile(keras.optimizers.Adam(0.005), loss, **arguments)
    inputs, targets = data
    cut = [
        (keras.tree.map_structure(lambda a, p=part: a[p], inputs), targets[part])
        for part in (slice(0, 4000), slice(4000, 4500))
    ]
    fit(model, *cut, epochs=EPOCHS, patience=6, batch_size=64, seed=seed, verbose=0)
    return model


def note(shape, what, model, baseline, unit=""):
    """Remember and print a result beside its baseline."""
    mean, spread = np.mean(model), np.ptp(model) / 2
    results[shape] = f"{mean:.3f} ± {spread:.3f}", f"{baseline:.3f}"
    print(f"{shape}: {what} {mean:.3f} ± {spread:.3f} {unit}, baseline {baseline:.3f}")


TEST = slice(4500, 6000)

# %% [markdown]
# ## 2. One to one
#
# One frame in, one answer out: in which quarter of the ring is the spot? No time, no
# state, a plain network (slide 2, "vanilla neural net"). There is nothing to unfold.

# %%
rng = np.random.default_rng(2)
frames = film(np.zeros((6000, 1), int), rng)[:, 0]  # (6000, 8)
place = frames.argmax(axis=1)
quarter = place // 2


def one_to_one():
    return architectures.one_to_one(
        keras.Input((8,)),
        head=keras.Sequential(
            [keras.layers.Dense(16, activation="relu"), keras.layers.Dense(4)]
        ),
    )


def right(model, inputs, targets):
    said = model.predict(inputs[TEST], batch_size=500, verbose=0).argmax(axis=-1)
    return float((said == targets[TEST]).mean())


models = [learn(one_to_one, (frames, quarter), seed=seed) for seed in SEEDS]
common = np.bincount(quarter[:4000]).argmax()
scores = [right(model, frames, quarter) for model in models]
note("one to one", "right", scores, (quarter[TEST] == common).mean())
show(visualize.unfold(models[0]), "one_to_one", caption="")

# %% [markdown]
# ## 3. Many to one
#
# A whole film in, one answer out: what did the spot do? (Slide 2, action recognition.)
# A single frame cannot tell, so the plain network from above, on the middle frame, is
# the baseline that shows what time is worth. The recurrent layer reads all frames, and
# only its last output is used.

# %%
kinds = rng.integers(0, 4, 6000)
films = film(np.repeat(kinds[:, None], 10, axis=1), rng)
reader = {"cell": "gru", "units": 16}


def many_to_one():
    return architectures.many_to_one(
        keras.Input((None, 8)), reader, head=keras.layers.Dense(4)
    )


models = [learn(many_to_one, (films, kinds), seed=seed) for seed in SEEDS]
one_frame = learn(one_to_one, (films[:, 5], kinds))
scores = [right(model, films, kinds) for model in models]
note("many to one", "right", scores, right(one_frame, films[:, 5], kinds))
show(visualize.unfold(models[0], steps=4), "many_to_one", caption="")

# %% [markdown]
# ## 4. Many to many, step by step
#
# An answer at every frame: what is the spot doing *now*? (Slide 2, frame
# classification.) In these films it changes its mind once or twice. All outputs are
# used, each through the same `Dense` layer, and the loss is the mean over all of them
# (slide 10). The first frame cannot be known, nor whether a spot that is still will
# blink: 100 % are out of reach for anybody.


# %%
def scripts(count, rng):
    """What is done at each frame: one, two or three actions of 3 frames or more."""
    cuts = [[10], [3, 7], [4, 6], [5, 5], [6, 4], [7, 3], [3, 3, 4], [4, 3, 3]]
    actions, words = np.zeros((count, 10), int), []
    for row in actions:
        lengths = cuts[rng.integers(len(cuts))]
        said = [int(rng.integers(4))]
        for _ in lengths[1:]:
            said.append((said[-1] + int(rng.integers(1, 4))) % 4)  # another one
        row[:] = np.repeat(said, lengths)
        words.append(said)
    return actions, words


# %%
doing, words = scripts(6000, rng)
stories = film(doing, rng)


def many_to_many():
    return architectures.many_to_many(
        keras.Input((None, 8)), reader, head=keras.layers.Dense(4)
    )


def frame_by_frame():
    hidden = keras.layers.Dense(16, activation="relu")
    return keras.Sequential([keras.Input((None, 8)), hidden, keras.layers.Dense(4)])


models = [learn(many_to_many, (stories, doing), seed=seed) for seed in SEEDS]
no_state = learn(frame_by_frame, (stories, doing))
scores = [right(model, stories, doing) for model in models]
note("many to many", "right", scores, right(no_state, stories, doing))
show(visualize.unfold(models[0], steps=4), "many_to_many", caption="")

# %%
tagger = models[0]
said = tagger.predict(stories[TEST], batch_size=500, verbose=0).argmax(axis=-1)
by_frame = (said == doing[TEST]).mean(axis=0)
print("right at frames 1 to 10:", by_frame.round(2))

# %% [markdown]
# ## 5. One to many
#
# One thing in, a sequence out (slides 3 and 12). Here: from a single frame, the film
# that follows. So that one frame says enough, the spot drags a tail of half its
# brightness: it moves away from its tail, and turns round at the ends of the row.
#
# Each output is the next input. In training the loop goes round in the same way
# (`one_to_many` learns through it), so the model meets its own mistakes early.


# %%
def bounce(count, time, rng):
    """Frames `(count, time, 8)` of a spot with a tail that runs between two walls."""
    phase = (rng.integers(0, 14, (count, 1)) + np.arange(-1, time)) % 14
    place = 7 - np.abs(7 - phase)  # 0 1 ... 7 6 ... 1 0 1 ...
    light = np.eye(8)[place[:, 1:]] + 0.5 * np.eye(8)[place[:, :-1]]
    return light.astype("float32")


# %%
runs = bounce(6000, 11, rng)
first, later = runs[:, 0], runs[:, 1:]
first = first + rng.normal(0, 0.05, first.shape).astype("float32")


def one_to_many():
    return architectures.one_to_many(
        keras.Input((8,)),
        {"cell": "gru", "units": 32},
        head=keras.layers.Dense(8),
        steps=10,
    )


def error(said, truth):
    return float(np.abs(said - truth).mean())


models = [learn(one_to_many, (first, later), "mse", seed=seed) for seed in SEEDS]
said = [model.predict(first[TEST], batch_size=500, verbose=0) for model in models]
stays = error(first[TEST][:, None], later[TEST])
mean_film = error(later[:4000].mean(axis=0), later[TEST])
scores = [error(one, later[TEST]) for one in said]
note("one to many", "error", scores, min(stays, mean_film), "of the brightness")
show(visualize.unfold(models[0], steps=4), "one_to_many", caption="")

# %% [markdown]
# It was trained for ten steps, but nothing in it knows about ten. `roll_out` makes a
# model that goes on for as long as one likes, in one compiled call.

# %%
from keras_rnn.decoding import roll_out

truth = bounce(500, 41, np.random.default_rng(9))
longer = roll_out(models[0], 40).predict(truth[:, 0], batch_size=500, verbose=0)
by_step = np.abs(longer - truth[:, 1:]).mean(axis=(0, 2))
print("error at steps 1, 10, 20, 40:", by_step[[0, 9, 19, 39]].round(3))

figure, axes = plt.subplots(1, 2, figsize=(8, 4.2), layout="constrained", sharey=True)
for one, frames, name in zip(
    axes,
    (truth[0, 1:], longer[0]),
    ("what happens", "what the model says"),
    strict=True,
):
    one.imshow(frames, cmap="gray", vmin=0, vmax=1, aspect="auto")
    one.axhline(9.5, color="tab:orange")
    one.set(title=name, xlabel="pixel")
axes[0].set_ylabel("frame after the one that was shown")
show(figure, "forty_frames", "Trained to the line, and rolled on from there")

# %% [markdown]
# ## 6. Encoder and decoder
#
# A film in, a sentence out: "left still right" (slide 3, video captioning; slide 13).
# The sentence has a length of its own, so it cannot be said frame by frame. An encoder
# reads the film to its end; its last state starts a decoder, which writes word by word
# until it writes *end*. In training the decoder reads the right words, one step late
# (*teacher forcing*). With attention, it may look back at all frames for each word.

# %%
vocabulary = ["", "start", "end", *ACTIONS]
longest = 4  # three words and the end
written = np.zeros((6000, longest), "int32")
for row, story in zip(written, words, strict=True):
    row[: len(story) + 1] = [*(3 + word for word in story), 2]
shifted = np.concatenate([np.ones((6000, 1), "int32"), written[:, :-1]], axis=1)
shifted[shifted == 2] = 0  # nothing is read after the last word
print(list(words[0]), "->", shifted[0], "->", written[0])


def captioner():
    return architectures.encoder_decoder(
        keras.Input((None, 8)),
        keras.Input((None,), dtype="int32"),
        {"cell": "gru", "units": 32},
        head=keras.layers.Dense(len(vocabulary)),
        target_encoder=keras.layers.Embedding(len(vocabulary), 8, mask_zero=True),
        attention="additive",
    )


# %%
from keras_rnn.decoding import greedy_search

scores = []
for seed in SEEDS:
    model = learn(captioner, ((stories, shifted), written), seed=seed)
    writer = greedy_search(model, start_token=1, end_token=2, max_length=longest)
    tokens, _ = writer.predict(stories[TEST], batch_size=500, verbose=0)
    scores.append(float((tokens == written[TEST]).all(axis=1).mean()))
frequent = Counter(map(tuple, written[:4000])).most_common(1)[0][0]
always = (written[TEST] == frequent).all(axis=1).mean()
note("encoder-decoder", "whole sentence right", scores, always)
show(visualize.unfold(model, steps=3), "encoder_decoder", caption="")
for row in tokens[:4]:
    print(" ".join(vocabulary[token] for token in row if token > 2))

# %% [markdown]
# Where did it look while it wrote? Each row of the map is a word, each column a frame.

# %%
one = next(i for i in range(4500, 6000) if len(words[i]) == 3)
scores = architectures.attention_scores(model).predict(
    [stories[one : one + 1], shifted[one : one + 1]], verbose=0
)
labels = [vocabulary[token] for token in written[one]]
figure, axes = plt.subplots(2, 1, figsize=(7, 5.4), layout="constrained")
axes[0].imshow(stories[one].T, cmap="gray", vmin=0, vmax=1, aspect="auto")
axes[0].set(title="the film (time goes to the right)", ylabel="pixel")
axes[0].set_xticks(range(10), range(1, 11))
visualize.attention_map(scores, range(1, 11), labels, axes=axes[1])
show(figure, "attention")

# %% [markdown]
# ## 7. All five

# %%
print(f"{'shape':<16} {'model':<16} baseline")
for shape, (model_score, baseline) in results.items():
    print(f"{shape:<16} {model_score:<16} {baseline}")

# %% [markdown]
# Each shape is far ahead of an answer that ignores time. (The baselines: the most
# frequent quarter; the middle frame alone; each frame alone; the better of standing
# still and the mean film; the most frequent sentence. Errors are better when small,
# the rest when large.) What changes from one to the next is a line of code, the
# builder; cell, training and verdict stay.
#
# ## Exercises
#
# 1. **Longer films.** The models of sections 3 and 4 were trained on ten frames. Judge
#    the one of section 4 on films of 40 frames with new actions every ten.
# 2. **Name the shape.** Which of the five is each of these: speech to text; the next
#    note of a melody, again and again; the sex of a bird from its song; which letters
#    of a DNA belong to a gene; a summary of a letter; the price of a house from its
#    size.
# 3. **No attention.** Train the captioner without attention. Is the last state alone
#    enough for films of ten frames?
#
# ## Solutions
#
# ### 1. Longer films

# %%
rng = np.random.default_rng(5)
long_doing = np.concatenate([scripts(500, rng)[0] for _ in range(4)], axis=1)
long_films = film(long_doing, rng)
said = tagger.predict(long_films, batch_size=500, verbose=0).argmax(axis=-1)
hits = (said == long_doing).mean(axis=0)
print("right in frames 1-10, 11-20, 21-30, 31-40:", hits.reshape(4, 10).mean(axis=1))

# %% [markdown]
# As good as on ten frames, or a little better: of the later frames, none is the first,
# which nobody can know. The weights do not depend on the length.
#
# ### 2. Name the shape
#
# Speech to text: encoder-decoder (other length). A melody: one to many (each note is
# read again). A bird: many to one. Genes: many to many, step by step. A summary:
# encoder-decoder. A house: one to one, and no recurrent network is needed.
#
# ### 3. No attention


# %%
def plain_captioner():
    return architectures.encoder_decoder(
        keras.Input((None, 8)),
        keras.Input((None,), dtype="int32"),
        {"cell": "gru", "units": 32},
        head=keras.layers.Dense(len(vocabulary)),
        target_encoder=keras.layers.Embedding(len(vocabulary), 8, mask_zero=True),
    )


model = learn(plain_captioner, ((stories, shifted), written))
writer = greedy_search(model, start_token=1, end_token=2, max_length=longest)
tokens, _ = writer.predict(stories[TEST], batch_size=500, verbose=0)
print(f"whole sentence right: {(tokens == written[TEST]).all(axis=1).mean():.3f}")

# %% [markdown]
# Compare with section 6. Thirty-two numbers have to carry what was done, in which
# order, and the decoder cannot look again.
