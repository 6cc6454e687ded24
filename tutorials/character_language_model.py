# %% [markdown]
# # A language model of letters: from "hello" to a book
#
# **Learn:** what a language model is and how it is judged (nats, perplexity); how far
# counting goes (n-grams); how a network learns from a text of a million letters
# without going back through a million steps (truncated backpropagation through time,
# with a state that goes on); what the temperature does; when clipping matters.
#
# **Follows:** chapter 5, section 5.2, "Character-level Language Model", and the CS230
# cheat sheet's n-grams and perplexity.
#
# **Takes:** about 3 minutes on two CPU cores; less if `KERAS_RNN_QUICK=1`.
#
# The full-size training is `keras-rnn run character_language_model` (half an hour);
# here a smaller network learns from a part of the text.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn.applications.character_language_model import train as application
from keras_rnn.applications.character_language_model.batches import (
    ResetStates,
    TextStream,
)
from keras_rnn.applications.character_language_model.figures import draw
from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.text import plain_text
from keras_rnn.reference.n_grams import NGrams, perplexity
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()

# %% [markdown]
# ## 1. The lecture's word
#
# A language model gives a probability to each next letter, given those before:
#
# $$P(x_1 \ldots x_T) = \prod_t P(x_t \mid x_1 \ldots x_{t-1})$$
#
# The simplest one counts. In "hello", after l there came once an l and once an o, so a
# model of letter pairs hesitates there, however long it counts.

# %%
signs = "helo"
hello = [signs.index(letter) for letter in "hello"]
for order in (1, 2, 3):
    model = NGrams(order, vocabulary=4).fit([hello] * 100)
    losses = -model.log_probabilities(hello)
    each = [f"{a} {loss:.2f}" for a, loss in zip("hello", losses, strict=True)]
    print(f"{order}-grams: {', '.join(each)}")

# %% [markdown]
# With two letters of history (3-grams) nothing is left to chance: "el" is followed by
# l, "ll" by o. (The first h is a surprise to all: nothing stands before it.) The
# network of `hello_character_model.py` finds that out by itself, and is told no order.
#
# The mean of these losses is the **cross-entropy** in nats a letter. Its exponential is
# the **perplexity**: among how many equally likely letters the model hesitates.
#
# ## 2. A book
#
# The plays of Shakespeare in one file, or a generated play where that cannot be had. In
# the order of the text: a part that decides which epoch was best, most of it to learn
# from, and a last part that is used once. What stands right before the test is most
# like it, and is there to learn from.

# %%
data = plain_text.load()
print(data.note or data.describe())
show = Pictures("character_language_model", caption=data.describe())
text = data.text[: 60_000 if quick() else 500_000]
print(text[:120])

first, second = int(0.05 * len(text)), int(0.9 * len(text))
letters = application.vocabulary([text[first:second]], least=5)
numbers = keras.ops.convert_to_numpy(
    application.TokenEmbedding(letters, 1).encode([text])
)[0]
validate, learn, test = np.split(numbers, [first, second])
print(f"{len(letters)} letters; {len(learn):,} / {len(validate):,} / {len(test):,}")

# %% [markdown]
# ## 3. How far counting goes
#
# The more history, the better — until the histories become so rare that their counts
# mean nothing. Interpolation (Witten and Bell 1991) mixes each history with the shorter
# one:
#
# $$P(w \mid h) = \frac{c(h, w) + t(h)\,P(w \mid h')}{c(h) + t(h)}$$
#
# where $t(h)$ is how many *different* letters followed $h$: many different ones, and
# the history is not to be trusted.

# %%
counted = {}
for order in range(1, 8):
    model = NGrams(order, len(letters) + 2).fit([learn])
    counted[order] = model.nats([test])
    print(f"{order}-grams: {counted[order]:.3f} nats, ", end="")
    print(f"perplexity {perplexity(counted[order]):.1f}")
best_order = min(counted, key=counted.get)
counter = NGrams(best_order, len(letters) + 2).fit([learn])

# %% [markdown]
# ## 4. A million steps, 64 at a time
#
# Backpropagation through the whole text would have to keep every state. *Truncated*
# backpropagation cuts the text into chunks: gradients go back to the beginning of the
# chunk, but the **state** is carried on from one chunk to the next. So the rows of a
# batch must go on where the same rows of the batch before ended:

# %%
little = TextStream(np.arange(25), rows=2, steps=4)
for number in range(len(little)):
    read, wanted = little[number]
    print(f"batch {number}: reads {read.tolist()}, is to say {wanted.tolist()}")

# %% [markdown]
# `Recurrent(..., stateful=True)` keeps its state between batches, and `ResetStates`
# resets it where the stream is read from its beginning again.


# %%
def learner(rows, units, clipnorm=1.0, rate=4e-3, epochs=1, batches=1):
    model = application.build(letters, units=units, rows=rows)
    schedule = keras.optimizers.schedules.CosineDecay(rate, epochs * batches)
    model.compile(
        keras.optimizers.Adam(schedule, clipnorm=clipnorm),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


rows, units, epochs = (8, 48, 2) if quick() else (32, 128, 6)
stream = TextStream(learn, rows, steps=64)
set_seed(0)
model = learner(rows, units, epochs=epochs, batches=len(stream))
history = fit(
    model,
    stream,
    TextStream(validate, rows, steps=32),
    epochs=epochs,
    patience=None,
    callbacks=[ResetStates()],
    verbose=2,
)

# %% [markdown]
# To read and to write we want a network that takes any number of texts, each from its
# beginning: the same weights without the carried state.

# %%
reader = application.build(letters, units=units)
reader.set_weights([keras.ops.convert_to_numpy(w) for w in model.trainable_weights])
found = application.log_probabilities(reader, test, learn)
nats = -found.mean()
print(f"network {nats:.3f} nats, perplexity {perplexity(nats):.1f};", end=" ")
print(f"{best_order}-grams {counted[best_order]:.3f} nats")

# %%
figure, axes = plt.subplots(figsize=(7, 3.8), layout="constrained")
axes.plot(list(counted), list(counted.values()), "o-", label="n-grams")
axes.axhline(nats, color="tab:red", label=f"network, {units} units, {epochs} epochs")
axes.set(xlabel="n (letters looked at, and the next)", ylabel="loss (nats a letter)")
axes.legend()
show(figure, "n_grams", "Counting, and a network with a state")

# %%
shown = reader.get_layer("letters").decode([test[:160]])[0]
by_counts = counter.log_probabilities(test[:160])
figure = draw(shown, {f"{best_order}-grams": by_counts, "network": found[:160]}, data)
show(figure, "surprise")

# %% [markdown]
# Surprise is greatest where a word begins: within a word, letters follow almost by
# themselves.
#
# ## 5. Writing, colder and warmer
#
# Each letter is drawn by the model's probabilities, with the scores divided by the
# **temperature** before the softmax. The whole text is one compiled call.

# %%
for temperature in (0.3, 0.8, 1.3):
    [written] = application.continuations(
        reader, ["\n"], length=160, temperature=temperature, seed=1
    )
    print(f"--- temperature {temperature}\n{written}\n")

# %% [markdown]
# Cold: safe and soon in a circle. Warm: new words, some of which are none.
#
# ## 6. Clipping, where it matters
#
# A gradient that goes through many steps can be very long now and then, and one such
# step can undo all that was learnt. `clipnorm=1` shortens it and keeps its direction
# (Pascanu et al. 2013). Gates and Adam hide the problem; a plain recurrent cell and
# plain gradient descent show it.


# %%
class EachBatch(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.losses = []

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"] * (batch + 1) - sum(self.losses))


# %%
few = TextStream(learn[: 8 * 64 * (40 if quick() else 160) + 1], rows=8, steps=64)


def descend(clipnorm, seed):
    """Return the loss of each batch."""
    set_seed(seed)
    model = many_to_many(
        keras.Input((None,), batch_size=8, dtype="int32"),
        {"cell": "simple_rnn", "units": 64, "stateful": True},
        encoder=keras.layers.Embedding(len(letters) + 2, 32),
        head=keras.layers.Dense(len(letters) + 2),
    )
    model.compile(
        keras.optimizers.SGD(1.0, clipnorm=clipnorm),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=1,
    )
    watch = EachBatch()
    model.fit(few, shuffle=False, callbacks=[watch, ResetStates()], verbose=0)
    return watch.losses


traces = {}
for clipnorm in (None, 1.0):
    traces[clipnorm] = [descend(clipnorm, seed) for seed in range(1 if quick() else 3)]
    ends = " ".join(f"{np.mean(losses[-20:]):.2f}" for losses in traces[clipnorm])
    print(f"clipnorm {clipnorm}: last 20 batches {ends} nats")

# %%
figure, axes = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
for (clipnorm, losses), colour in zip(traces.items(), ("C0", "C1"), strict=True):
    for seed, trace in enumerate(losses):
        name = None if seed else f"clipnorm {clipnorm}"
        axes.plot(trace, color=colour, lw=1, label=name)
axes.axhline(np.log(len(letters)), color="0.4", ls=":", label="blind guess")
axes.set(xlabel="batch", ylabel="loss (nats a letter)")
axes.legend()
show(figure, "clipping", "A plain recurrent cell, gradient descent with a rate of 1")

# %% [markdown]
# Over the last 20 of 160 batches, from three beginnings: 2.45, 2.86 and 3.28 nats
# without clipping, 2.46, 2.46 and 2.45 with it. Whether a step is ruinous is luck, and
# clipping takes the luck out. (At a rate of 2, two of the three without it end far
# above a blind guess.)
#
# ## Exercises
#
# 1. **Memory.** Let the trained network read the test part with its state reset every 8
#    letters. How much does it lose, and what does that say about how far back it looks?
# 2. **Unknown letters.** What does the network make of a prompt in another alphabet?
#
# ## Solutions
#
# ### 1. Memory

# %%
for steps in (2, 8, 32, 128):
    piece = test[: len(test[:12_800]) // (steps + 1) * (steps + 1)].reshape(
        -1, steps + 1
    )
    logits = reader.predict(piece[:, :-1], batch_size=512, verbose=0)
    logits = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    chosen = np.take_along_axis(logits, piece[:, 1:, None], axis=-1)
    print(f"reset every {steps:3} letters: {-chosen.mean():.3f} nats")

# %% [markdown]
# Most of what it uses is within the word and the few words before; what comes from
# further back is worth little to a network of this size.
#
# ### 2. Unknown letters

# %%
print(application.answer(reader, ["Δ Θ Ω "]).column("answer")[0][:80])

# %% [markdown]
# All letters that the training part has less than five times have one number, that of
# the unknown. It has seen that number rarely, and goes on as after any rare sign.
