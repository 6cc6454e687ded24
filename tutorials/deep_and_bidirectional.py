# %% [markdown]
# # Deep and bidirectional networks
#
# **Learn:** what a network that reads from left to right cannot know, however long it
# trains, and how to work out by hand the best it can do; how a second reader, from
# right to left, gets the rest; and when a second and a third layer are worth their
# weights, and when they are not.
#
# **Follows:** chapter 5, section 5.1 (the two sentences about Teddy); lecture 3,
# pages 10 (an answer at every step) and 16 (multi-layer RNN).
#
# **Takes:** about 7 minutes on two CPU cores; half a minute with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/deep_and_bidirectional.py` runs it from top to bottom and
# puts the pictures into `tutorials/output/deep_and_bidirectional/`.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.text import ambiguous_names
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
SEEDS = range(1) if quick() else range(3)
show = Pictures("deep_and_bidirectional", caption="data: generated sentences")

# %% [markdown]
# ## 1. Is Teddy a name?
#
# > He said, "Teddy Roosevelt was a great President."
# >
# > He said, "Teddy bears are on sale!"
#
# Both sentences begin with the same four tokens (the comma is one). Whether *Teddy*
# is a name is told only by the word after it. A network that has to answer **at**
# *Teddy*, having read nothing but "He said, Teddy", has to guess.
#
# To measure it we need many such sentences, and a world in which we know all the
# odds. Here is one. Three kinds of speakers talk about people or about things;
# historians mostly about people, shopkeepers mostly about things, and "he" as often
# about either:

# %%
for speaker, (share, name) in ambiguous_names.SPEAKERS.items():
    print(f"{speaker:<12} {share:>4.0%} of the sentences, {name:.0%} about a person")

train = ambiguous_names.generate(1_000 if quick() else 4_000, seed=1)
validation = ambiguous_names.generate(500, seed=2)
test = ambiguous_names.generate(2_000, seed=3)
for row in range(6):
    print(" ".join(ambiguous_names.words(test.tokens[row])))

# %% [markdown]
# One to three words stand where *Teddy* stands, all of them first names that are also
# words for a thing, drawn alike in both cases. Then a surname or a thing decides for
# all of them. So up to five steps lie between a word and what explains it.
#
# Every token gets a tag: 1 if it is part of a person's name, else 0.

# %%
print(" ".join(f"{word:>9}" for word in ambiguous_names.words(test.tokens[0])))
print(" ".join(f"{tag:>9.0f}" for tag in test.is_name[0, : np.sum(test.tokens[0] > 0)]))

# %% [markdown]
# ## 2. The best that one direction can do
#
# Let $s$ be the speaker. Before the deciding word, the only thing that says anything
# is $s$, so a reader from left to right can at best know
#
# $$p_s = P(\text{name} \mid s).$$
#
# If it says "name" whenever $p_s > 1/2$, it is right with probability
# $\max(p_s, 1 - p_s)$, and no rule on the same evidence is right more often. Averaged
# over the speakers:
#
# $$\tfrac12 \cdot 0.5 + \tfrac14 \cdot 0.9 + \tfrac14 \cdot 0.8 = 0.675.$$
#
# This is a bound for *every* left-to-right model: for any cell, any width, any depth
# and any amount of training. All other tokens are certain once they are read.
#
# Two baselines need no training at all: the most frequent tag of all tokens (0), and
# for each word the tag that it had most often.

# %%
best_forward = ambiguous_names.best_forward_accuracy()
vocabulary = len(ambiguous_names.VOCABULARY)


def accuracy(tags, sentences=test):
    """Share of right tags: on the ambiguous words, and on all tokens."""
    right = (np.asarray(tags) > 0.5) == (sentences.is_name > 0.5)
    return right[sentences.is_ambiguous].mean(), right[sentences.tokens > 0].mean()


seen = np.bincount(train.tokens.ravel(), minlength=vocabulary)
named = np.bincount(train.tokens.ravel(), train.is_name.ravel(), minlength=vocabulary)
per_word = (named / np.maximum(seen, 1))[test.tokens]
rows = {
    "always the most frequent tag": accuracy(np.zeros(test.tokens.shape)),
    "the word's most frequent tag": accuracy(per_word),
}
print(f"best possible from the left, ambiguous words: {best_forward:.3f}")

# %% [markdown]
# ## 3. One direction, two directions
#
# A forward network has $h_t = f(h_{t-1}, x_t)$. A bidirectional one has a second set
# of weights that reads from the end, and joins both at every step:
#
# $$\overrightarrow{h}_t = f(\overrightarrow{h}_{t-1}, x_t), \qquad
# \overleftarrow{h}_t = g(\overleftarrow{h}_{t+1}, x_t), \qquad
# y_t = W [\overrightarrow{h}_t; \overleftarrow{h}_t].$$
#
# In code it is one argument. The embedding masks the padding, so the backward reader
# begins at the last real token, not in the padding.


# %%
def tagger(name, seed=0, **recurrent):
    """A compiled model from tokens to P(name) at every step."""
    set_seed(seed)
    model = many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": "lstm", "units": 16, **recurrent},
        head=keras.layers.Dense(1, activation="sigmoid"),
        encoder=keras.layers.Embedding(vocabulary, 8, mask_zero=True),
        name=name,
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model


def train_tagger(name, seed=0, **recurrent):
    model = tagger(name, seed, **recurrent)
    pairs = [(part.tokens, part.is_name[..., None]) for part in (train, validation)]
    fit(model, *pairs, epochs=2 if quick() else 12, patience=3, seed=seed, verbose=0)
    return model


def probabilities(model, tokens):
    return model.predict(tokens, verbose=0)[..., 0]


# %%
from keras_rnn.visualize import unfold

both = {"cell": "lstm", "units": 16, "bidirectional": True}
picture = many_to_many(keras.Input((None, 8)), both, head=keras.layers.Dense(1))
figure = unfold(picture, steps=4)
show(figure, "two_readers", caption="")

# %%
kinds = {"forward": {}, "bidirectional": {"bidirectional": True}}
models = {
    name: [train_tagger(name, seed, **kind) for seed in SEEDS]
    for name, kind in kinds.items()
}
for name, trained in models.items():
    scores = [accuracy(probabilities(model, test.tokens)) for model in trained]
    rows[f"LSTM, {name}"] = np.mean(scores, axis=0)
    spread = np.ptp(scores, axis=0)[0]
    print(f"{name:<14} {trained[0].count_params():>6,} weights, spread {spread:.3f}")

table = pd.DataFrame(rows, index=["ambiguous words", "all tokens"]).T
print(f"accuracy on {len(test.tokens):,} test sentences, mean of {len(SEEDS)} seeds")
print(table.round(3).to_string())
print(f"the bound from the left: {best_forward:.3f}")

# %% [markdown]
# Over three seeds the forward LSTM reached 0.678, its bound of 0.675; the bidirectional
# one made no mistake. (A bound on the odds can be passed by luck on 2,000 sentences:
# after "He said" every answer is a coin toss, and the seeds lie up to 0.037 apart.) The
# second network has more weights, but this is not why (exercise 2).
#
# ## 4. Reading along
#
# What each network thinks, word by word. In both of the slide's sentences the forward
# network says the same up to *Teddy*: it has seen the same. A bar's colour says
# whether the word is part of a name.

# %%
SLIDE = (
    "He said , Teddy Roosevelt was a great President .",
    "He said , Teddy bears are on sale !",
)


def read_along(axes, model, text):
    values = probabilities(model, np.array([ambiguous_names.encode(text)]))[0]
    words = text.split()
    decides = max(map(text.split().index, {"Roosevelt", "bears"} & set(words)))
    is_name = ["Roosevelt" in words and place in (3, decides) for place in range(20)]
    colours = ["tab:orange" if name else "tab:blue" for name in is_name]
    axes.bar(range(len(words)), values, color=colours[: len(words)])
    axes.axhline(0.5, color="0.6", lw=0.8, ls=":")
    axes.set_xticks(range(len(words)), words, rotation=40, ha="right")
    axes.set_ylim(0, 1.02)


figure, axes = plt.subplots(
    2, 2, figsize=(11, 6), layout="constrained", sharex="col", sharey=True
)
for row, (name, trained) in zip(axes, models.items(), strict=True):
    for place, text in zip(row, SLIDE, strict=True):
        read_along(place, trained[0], text)
    row[0].set_ylabel(f"{name}\nP(word is part of a name)")
show(figure, "reading_along", "Is the word part of a name? Orange: yes. Blue: no")

# %% [markdown]
# The forward network is not *confused* at Teddy, it is well informed: what it says is
# close to the $p_s$ of each speaker (measured: 0.50, 0.89 and 0.23). Trained with
# cross-entropy, a network that cannot know learns the odds.

# %%
tokens = np.array(
    [
        ambiguous_names.encode([who, "said", ",", "Teddy"])
        for who in ambiguous_names.SPEAKERS
    ]
)
said = np.mean([probabilities(m, tokens)[:, 3] for m in models["forward"]], axis=0)
for (speaker, (_, name)), value in zip(
    ambiguous_names.SPEAKERS.items(), said, strict=True
):
    print(f"P(name | {speaker} said, Teddy): by hand {name:.2f}, network {value:.2f}")

# %% [markdown]
# ## 5. Does depth help here?
#
# Lecture 3, page 16 stacks layers: the states of one layer are the inputs of the next.
# `depth=2` does it, and `residual=True` adds to each layer's output its input, so that
# a layer that has nothing to say can stay out of the way.

# %%
deep = train_tagger("deep", depth=3, residual=True)
for model in (models["forward"][0], deep):
    ambiguous, _ = accuracy(probabilities(model, test.tokens))
    print(f"{model.count_params():>6,} weights, ambiguous words {ambiguous:.3f}")
print(f"best possible from the left: {best_forward:.3f}")

# %% [markdown]
# No. The forward network is short of *information*, not of capacity, and no number of
# layers makes up for a word that has not been read. The bidirectional one was perfect
# with a single layer already.
#
# ## 6. Where depth helps
#
# Depth helps where a single layer's step is too simple for the question. The minGRU
# (Feng et al. 2024) is such a layer: to be trained in parallel, its gate and its
# proposal look at $x_t$ alone, not at $h_{t-1}$:
#
# $$z_t = \sigma(W_z x_t + b_z), \qquad
# h_t = (1 - z_t) \odot h_{t-1} + z_t \odot g(W_h x_t + b_h).$$
#
# The question: among random symbols stand markers; at every step, say **the symbol
# that followed the latest marker**. Whether to store a symbol depends on what came
# before it, which the gate of a first layer does not see. A second layer reads the
# first one's states, in which "there was a marker just now" can stand.
#
# Two baselines: a guess (1/8), and to repeat the latest symbol.

# %%
SYMBOLS, STEPS = 8, 30


def marked(count, seed):
    """Inputs `(count, 30)` with 0 for a marker, and the answer at every step."""
    rng = np.random.default_rng(seed)
    inputs = rng.integers(1, SYMBOLS + 1, (count, STEPS))
    marker = rng.random((count, STEPS)) < 0.15
    marker[:, 0], marker[:, 1] = True, False
    marker[:, 1:] &= ~marker[:, :-1]
    inputs[marker] = 0
    answers = np.zeros_like(inputs)
    for t in range(1, STEPS):
        answers[:, t] = np.where(marker[:, t - 1], inputs[:, t], answers[:, t - 1])
    return inputs, answers


# %%
inputs, answers = marked(1, seed=5)
print("read:  ", *(symbol or "#" for symbol in inputs[0]))
print("answer:", *answers[0])
inputs, answers = marked(4_000, seed=6)
latest = np.where(inputs == 0, np.roll(inputs, 1, axis=1), inputs)
repeat_latest = np.mean(latest == answers)
print(f"baselines: guess {1 / SYMBOLS:.3f}, repeat the latest {repeat_latest:.3f}")

# %%
parts = [marked(1_000 if quick() else 4_000, 1), marked(500, 2), marked(2_000, 3)]


def solve(cell, depth, residual, seed):
    """Test accuracy of a trained stack."""
    set_seed(seed)
    model = many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": cell, "units": 32, "depth": depth, "residual": residual},
        head=keras.layers.Dense(SYMBOLS + 1, activation="softmax"),
        encoder=keras.layers.Embedding(SYMBOLS + 1, 32),
    )
    optimizer = keras.optimizers.Adam(0.01, global_clipnorm=1.0)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["acc"])
    epochs = 2 if quick() else 10
    fit(model, *parts[:2], epochs=epochs, batch_size=64, seed=seed, verbose=0)
    return model.evaluate(*parts[2], batch_size=500, verbose=0)[1]


# %%
stacks = {"1 layer": (1, False), "2 layers": (2, False), "3, residual": (3, True)}
if quick():
    stacks = {"1 layer": (1, False), "2 layers, residual": (2, True)}
results = {
    cell: {
        name: [solve(cell, *stack, seed) for seed in SEEDS]
        for name, stack in stacks.items()
    }
    for cell in (("min_gru",) if quick() else ("min_gru", "lstm"))
}

# %%
table = pd.DataFrame(
    {
        cell: {
            name: f"{np.mean(scores):.3f} ({min(scores):.3f}-{max(scores):.3f})"
            for name, scores in by_stack.items()
        }
        for cell, by_stack in results.items()
    }
)
print(f"test accuracy, mean (lowest-highest) of {len(SEEDS)} seeds")
print(table.to_string())

figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
for cell, by_stack in results.items():
    scores = list(by_stack.values())
    middle = np.mean(scores, axis=1)
    errors = [middle - np.min(scores, axis=1), np.max(scores, axis=1) - middle]
    axes.errorbar(list(by_stack), middle, errors, marker="o", capsize=4, label=cell)
axes.axhline(repeat_latest, color="0.4", ls=":", label="repeat the latest symbol")
axes.axhline(1 / SYMBOLS, color="0.4", ls="--", label="guess")
axes.set(ylabel="accuracy at all steps", ylim=(0, 1.05))
axes.legend(loc="center right")
show(figure, "depth", "What followed the latest marker? Accuracy by depth")

# %% [markdown]
# Measured over three seeds: a single minGRU layer is right at 66 % of the steps (0.648
# to 0.670), well above repeating the latest symbol (27 %), and a second layer makes it
# perfect. The LSTM, whose gates see $h_{t-1}$, was perfect with one: for it, depth was
# a waste. Which of the two one has, only the comparison tells.
#
# ## 7. What to take home
#
# - First ask what the network *can know* at the moment it has to answer. If the answer
#   lies in the future, take both directions, wait for it (exercise 1), or be content
#   with the odds, which a network trained with cross-entropy reports.
# - A bidirectional network cannot answer before the sequence is over: it is for text,
#   recordings and measurements that are there as a whole, and not for forecasts.
# - More layers are for questions that are too much for one step of one layer, and no
#   use where information is missing.
#
# ## Exercises
#
# 1. **Wait for it.** Let the forward LSTM answer $d$ words late. Work out the best
#    possible accuracy on ambiguous words for $d = 1, 3, 5$, and train it for these.
# 2. **More weights.** Give the forward LSTM as many weights as the bidirectional one
#    has, or more. What do you expect, and what do you get?
# 3. **Only backward.** Train one LSTM that reads every sentence from its end. Is it as
#    good as the bidirectional one? Would it be in general?
#
# ## Solutions
#
# ### 1. Wait for it
#
# With $n$ ambiguous words (1, 2 or 3, equally likely) the deciding word is 1, 3, ...,
# $2n - 1$ steps away. Of all ambiguous words, 3 in 6 are one step before it, 2 in 6
# three steps, 1 in 6 five. Those within $d$ steps become certain, the rest stays at
# 0.675: with $d = 1$, $\tfrac36 + \tfrac36 \cdot 0.675 = 0.838$; with $d = 3$, 0.946;
# with $d = 5$, 1. Speech recognisers and live subtitles make this bargain.


# %%
def late(part, delay):
    """The sentences with `delay` steps of padding, and answers that much later."""
    tokens = np.pad(part.tokens, ((0, 0), (0, delay)), constant_values=PAUSE)
    return tokens, np.pad(part.is_name, ((0, 0), (delay, 0)))[..., None]


PAUSE = ambiguous_names.encode(".")[0]  # the mask would cut off a 0
for delay, known in ((1, 3 / 6), (3, 5 / 6), (5, 1.0))[: 1 if quick() else 3]:
    model = tagger("late")
    pairs = [late(part, delay) for part in (train, validation)]
    fit(model, *pairs, epochs=2 if quick() else 12, patience=3, verbose=0)
    tags = probabilities(model, late(test, delay)[0])[:, delay:]
    expected = known + (1 - known) * best_forward
    print(f"{delay} late: {accuracy(tags)[0]:.3f}, by hand {expected:.3f}")

# %% [markdown]
# ### 2. More weights
#
# The bound holds for any number of weights, so nothing should change.

# %%
wide = train_tagger("wide", units=32)
ambiguous, _ = accuracy(probabilities(wide, test.tokens))
print(f"{wide.count_params():,} weights: {ambiguous:.3f}, bound {best_forward:.3f}")

# %% [markdown]
# ### 3. Only backward
#
# It is: in this small world the future explains everything and the past is only a
# hint. In a real language both sides matter (*"the Roosevelt ..."*, *"a Teddy ..."*),
# and what is at one end for one word is at the other for the next.

# %%
model = tagger("backward")
turned = [
    (part.tokens[:, ::-1], part.is_name[:, ::-1, None]) for part in (train, validation)
]
fit(model, *turned, epochs=2 if quick() else 12, patience=3, verbose=0)
tags = probabilities(model, test.tokens[:, ::-1])[:, ::-1]
print(f"backward only: {accuracy(tags)[0]:.3f}")
