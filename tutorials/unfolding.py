# %% [markdown]
# # Unfolding: why a network needs a state, and what it looks like in time
#
# **Learn:** why a network with a fixed input is the wrong tool for sequences; what a
# state is, first as a table, then as a recurrent network with weights set by hand;
# how the loop is unfolded into a graph with the same weights at every step; and that a
# model trained this way reads sequences of lengths that it never saw.
#
# **Follows:** chapter 5, section 5.1 (Unfolding Computational Graphs); lecture 3,
# slides 2 to 7.
#
# **Takes:** about 6 minutes on two CPU cores; half a minute with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/unfolding.py` runs it from top to bottom and puts the
# pictures into `tutorials/output/unfolding/`.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import reference, visualize
from keras_rnn.reference import vanilla_rnn
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
show = Pictures("unfolding", caption="data: generated strings of A, C, G and T")

# %% [markdown]
# ## 1. A question about sequences
#
# DNA is a long word of four letters. Does it contain GAT? That is all we want to know,
# but of words of any length, and wherever in them the three letters stand.
#
# The words are made at random. Half of them contain GAT, once, at a place that we
# choose; the others nowhere. So saying always "yes", or always "no", is right in half
# of all cases: that is the baseline.

# %%
LETTERS = "_ACGT"  # 0 is padding


def dna(count, length, places, rng):
    """Words `(count, length)`, and whether each has GAT, which begins in `places`."""
    words = rng.integers(1, 5, (count, length))
    is_gat = (words[:, :-2] == 3) & (words[:, 1:-1] == 1) & (words[:, 2:] == 4)
    words[:, 2:][is_gat] = 2  # GAC in its place
    answers = rng.random(count) < 0.5
    begin = rng.choice(places, count)
    for step, letter in enumerate((3, 1, 4)):
        words[answers, begin[answers] + step] = letter
    return words, answers.astype("float32")


rng = np.random.default_rng(0)
words, answers = dna(5, 20, range(18), rng)
for word, answer in zip(words, answers, strict=True):
    print("".join(LETTERS[letter] for letter in word), "yes" if answer else "no")

# %% [markdown]
# ## 2. What is wrong with a plain network
#
# A dense network takes a fixed number of inputs: 20 letters, one-hot, side by side.
# The chapter names two problems, and both can be measured. The first: a weight belongs
# to a *place*, so more places need more weights, and another length needs another
# network.

# %%
from keras_rnn.architectures import many_to_one, one_to_one


def one_hot():
    return keras.layers.Embedding(
        5, 5, embeddings_initializer="identity", trainable=False
    )


def plain(length):
    hidden = keras.layers.Dense(32, activation="relu")
    layers = [one_hot(), keras.layers.Flatten(), hidden, keras.layers.Dense(1)]
    return one_to_one(
        keras.Input((length,), dtype="int32"), head=keras.Sequential(layers)
    )


def recurrent(length=None):
    return many_to_one(
        keras.Input((length,), dtype="int32"),
        {"cell": "gru", "units": 16},
        head=keras.layers.Dense(1),
        encoder=keras.layers.Embedding(5, 4, mask_zero=True),
    )


# %%
for length in (20, 200, 2000):
    counts = [build(length).count_params() for build in (plain, recurrent)]
    print(
        f"{length:>5} letters: plain {counts[0]:>7,} weights, recurrent {counts[1]:,}"
    )

# %% [markdown]
# The second problem is worse: what it learns about one place, it does not know about
# another. It has to see GAT at each of its 18 places, many times, to know it at all of
# them. So let both networks learn from few words, and then from more. (What the
# recurrent network is, comes in a moment.)

# %%
from keras_rnn.training import fit, set_seed


def train(build, words, answers, seed, epochs):
    """Learn from nine tenths; the last tenth tells which epoch was best."""
    set_seed(seed)
    model = build()
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.005), loss)
    cut = len(words) * 9 // 10
    parts = [(words[:cut], answers[:cut, None]), (words[cut:], answers[cut:, None])]
    fit(model, *parts, epochs=epochs, patience=10, batch_size=64, seed=seed, verbose=0)
    return model


def right(model, words, answers):
    said = model.predict(words, batch_size=500, verbose=0)[:, 0] > 0
    return float((said == answers).mean())


# %%
exam = dna(2000, 20, range(18), rng)
for count in (500,) if quick() else (500, 2000, 8000):
    lesson = dna(count, 20, range(18), rng)
    for name, build in {"plain": lambda: plain(20), "recurrent": recurrent}.items():
        scores = []
        for seed in range(1 if quick() else 2):
            model = train(build, *lesson, seed, epochs=4 if quick() else 60)
            scores.append(right(model, *exam))
        print(f"{count:>5} words, {name:<10} {np.round(scores, 3)} right, baseline 0.5")

# %% [markdown]
# Look at the column of the recurrent network: with 500 words it has found nothing, with
# 2,000 everything. There is no in between, because there is only one GAT to be learnt,
# and once it is known, it is known at every place. The plain network gathers its
# eighteen GATs one by one, and is not done with 8,000 words.
#
# ## 3. A state
#
# How would *you* do it, with a word too long to see at once, letter by letter through
# a hole in a sheet of paper? You would remember how far you have got: nothing yet, just
# saw G, just saw GA, or found it. Four cases, and a rule that makes the new one from
# the old one and the letter:
#
# $$s_t = f(s_{t-1}, x_t)$$

# %%
NOTHING, G, GA, FOUND = range(4)


def f(state, letter):
    if state == FOUND or (state == GA and letter == "T"):
        return FOUND
    if state == G and letter == "A":
        return GA
    return G if letter == "G" else NOTHING


state = NOTHING
for letter in "CGAGATC":
    state = f(state, letter)
    print(letter, "->", ("nothing", "G", "GA", "found")[state])

# %% [markdown]
# The loop can be written out: with four letters, the last state is
#
# $$s_4 = f(f(f(f(s_0, x_1), x_2), x_3), x_4).$$
#
# That is *unfolding*: a loop becomes an expression without a loop, as long as the
# sequence, with the **same** $f$ at every place. Everything a plain network lacks is in
# that one property. $f$ takes one letter and one state, however long the word is; and
# whatever it knows, it knows everywhere.

# %%
step_by_step = NOTHING
for letter in "CGAT":
    step_by_step = f(step_by_step, letter)
print("the loop and the unfolded expression agree:", end=" ")
print(step_by_step == f(f(f(f(NOTHING, "C"), "G"), "A"), "T"))

# %% [markdown]
# ## 4. From the table to the network
#
# A recurrent network has a vector in the place of the four cases, and learns $f$. The
# vanilla network can be made to do our table by setting its weights by hand. Let three
# units answer with +1 (yes) or -1 (no): *was the last letter a G?*, *were the last two
# GA?*, *was GAT seen?* Each is a sum with a threshold, and the threshold is $\tanh$:
#
# $$h_t = \tanh(W_{hh} h_{t-1} + W_{xh} x_t + b_h)$$
#
# - unit 1: $2 x_G - 1$;
# - unit 2: $2 x_A + h_1 - 2$, positive only if there is an A now and was a G before;
# - unit 3: $3 h_3 + 2 x_T + h_2 + 1$, positive if it was already, or with T after GA.
#
# All times 5, to get near +1 and -1. The first state has to come from somewhere (slide
# 6: "needs to be initialized somehow"): here it is not zero but three times no.

# %%
by_hand = {
    "W_hh": 5.0 * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 3]]),
    #                  _  A  C  G  T
    "W_xh": 5.0 * np.array([[0, 0, 0, 2, 0], [0, 2, 0, 0, 0], [0, 0, 0, 0, 2]]),
    "b_h": 5.0 * np.array([-1, -2, 1]),
}


def read(words):
    """All states of the network that was made by hand, `(count, time, 3)`."""
    h_0 = -np.ones((len(words), 3))
    return reference.unfold(vanilla_rnn, np.eye(5)[words], by_hand, (h_0,))


word = np.array([[LETTERS.index(letter) for letter in "CGAGATCCGA"]])
print(read(word).outputs[0].round(1).T)
for length in (20, 200, 2000):
    words, answers = dna(500, length, range(length - 2), rng)
    hits = (read(words).final_state[0][:, 2] > 0) == answers
    print(f"{length:>5} letters: {hits.mean():.1%} right, with 27 numbers for weights")

# %% [markdown]
# Trained on nothing, right at any length, wherever GAT stands: because the weights have
# no idea of places.
#
# ### The picture
#
# On the left the network as it is: a loop. On the right the same, unfolded. The arrows
# of one colour are one and the same matrix.

# %%
layer = keras.layers.SimpleRNN(3)
show(visualize.unfold(layer, steps=5), "unfolded", caption="")
show(
    visualize.states(
        read(word), tokens=list("CGAGATCCGA"), title="the network made by hand"
    ),
    "states_by_hand",
    caption="units 0, 1, 2: the last letter was G; the last two were GA; GAT was seen",
)

# %% [markdown]
# Unfolding is more than a way of drawing. The unfolded graph is an ordinary deep
# network without loops, so derivatives can be taken of it as of any other
# (`vanilla_rnn.py` does it). And Keras computes the layer with the same three weights
# at every step:

# %%
layer = keras.layers.SimpleRNN(3)
layer.build((None, None, 5))
layer.set_weights(vanilla_rnn.to_keras(by_hand))
h_0 = -np.ones((1, 3), "float32")
in_keras = layer(np.eye(5, dtype="float32")[word], initial_state=h_0)
print("NumPy", read(word).final_state[0][0].round(4))
print("Keras", keras.ops.convert_to_numpy(in_keras)[0].round(4))

# %% [markdown]
# ## 5. Learning it, from words of many lengths
#
# Nobody sets weights by hand. A GRU of 16 units learns from words of 5 to 20 letters.
# Arrays have straight edges, so shorter words are filled up with the letter 0, and the
# `Embedding` is told so (`mask_zero=True`): those steps change no state.


# %%
def of_many_lengths(count, shortest, longest, rng):
    words, answers = np.zeros((count, longest), int), np.zeros(count, "float32")
    lengths = rng.integers(shortest, longest + 1, count)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        some = dna(len(rows), length, range(length - 2), rng)
        words[rows, :length], answers[rows] = some
    return words, answers


lesson = of_many_lengths(8000, 5, 20, rng)
models = [
    train(recurrent, *lesson, seed, epochs=4 if quick() else 40)
    for seed in range(1 if quick() else 3)
]
padded, answers = of_many_lengths(6, 5, 20, rng)
together = models[0].predict(padded, verbose=0)[:, 0]
alone = [models[0].predict(row[row > 0][None], verbose=0)[0, 0] for row in padded]
print("padded in a batch, and alone:", np.abs(together - alone).max())

# %% [markdown]
# Now lengths that it never saw: up to 320 letters, sixteen times the longest word of
# the lessons.

# %%
lengths = [5, 10, 20, 40, 80, 160, 320]
tests = [dna(1000, length, range(length - 2), rng) for length in lengths]
scores = np.array([[right(model, *test) for test in tests] for model in models])
for length, found in zip(lengths, scores.T, strict=True):
    print(f"{length:>4} letters: {np.round(found, 3)} right, baseline 0.5")

# %%
figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
for one in scores:
    axes.semilogx(lengths, 100 * one, "o-", color="tab:blue", alpha=0.7)
axes.axvspan(5, 20, color="0.92", label="lengths of the lessons")
axes.axhline(50, color="0.4", ls=":", label="always the same answer")
axes.set_xticks(lengths, lengths)
axes.minorticks_off()
axes.set(xlabel="letters", ylabel="right (%)", ylim=(45, 102))
axes.legend(loc="lower left")
show(figure, "other_lengths", "One model, read at lengths it was not trained on")

# %% [markdown]
# What is right at 20 letters is right at twice and four times that. Further out it
# depends on how well the state *holds* what it has found: nothing in the lessons asked
# for more than twenty letters of memory. `trade_offs.py` is about that.
#
# ### What the state became
#
# Nobody told the sixteen units what to be. Look at them while a word is read: something
# switches where GAT is complete, and stays.

# %%
model = models[0]
text = "CCGATTACGGCATTCA"
tokens = np.array([[LETTERS.index(letter) for letter in text]])
layer = keras.layers.GRU(16, return_sequences=True)
layer.build((None, None, 4))
layer.set_weights(model.layers[2].get_weights())
run = keras.ops.convert_to_numpy(layer(model.layers[1](tokens)))[0]  # (time, 16)
order = np.argsort(run[-1])
show(
    visualize.states(run, tokens=list(text), units=order.tolist()),
    "states_learnt",
    caption="GAT is complete at the fifth letter; units by their last value",
)

# %% [markdown]
# ## Exercises
#
# 1. **Far away.** In words of 320 letters, put GAT at the very beginning, then at the
#    very end. How often is the trained model right, and what does that say about the
#    state?
# 2. **Another word.** Change the network that was made by hand so that it finds CAT
#    *or* GAT.
# 3. **Only the first half.** The weights of a recurrent network have no idea of places.
#    Has the network none? Train it on words of 20 letters that have GAT in the first
#    half only, and ask it about words that have it in the second.
#
# ## Solutions
#
# ### 1. Far away

# %%
for name, places in {
    "at the beginning": range(3),
    "at the end": range(315, 318),
}.items():
    words, answers = dna(1000, 320, places, rng)
    words, answers = words[answers > 0], answers[answers > 0]
    found = [right(model, words, answers) for model in models]
    print(f"GAT {name:<17}: found in {np.round(found, 3)}")
never, answers = dna(1000, 320, range(3), rng)
never = never[answers == 0]
wrong = [1 - right(model, never, np.zeros(len(never))) for model in models]
print(f"no GAT anywhere      : found in {np.round(wrong, 3)}")

# %% [markdown]
# At the end GAT is found as in any short word. At the beginning, the trained networks
# lose it again on the way (it is found in 15, 0 and 0 % of the words): "any length" is
# true of what can be *computed*, and has to be measured for what is *remembered*. Our
# network made by hand has no such trouble; its third unit holds itself with a weight
# of 15.
#
# ### 2. Another word
#
# Unit 1 has to say yes to C as well. Nothing else changes.

# %%
by_hand["W_xh"][0, LETTERS.index("C")] = 10.0
for text in ("AACATG", "AAGATG", "AACGTG", "CCATTT"):
    word = np.array([[LETTERS.index(letter) for letter in text]])
    print(text, "yes" if read(word).final_state[0][0, 2] > 0 else "no")

# %% [markdown]
# ### 3. Only the first half

# %%
model = train(recurrent, *dna(6000, 20, range(8), rng), 0, epochs=4 if quick() else 40)
for name, places in {"first": range(8), "second": range(10, 18)}.items():
    test = dna(2000, 20, places, rng)
    print(f"GAT in the {name} half: {right(model, *test):.3f} right")

# %% [markdown]
# In the first half it is nearly always right, in the second much worse. Its weights
# know no places, but its state can count steps, and in these lessons it paid to know
# that after the tenth letter nothing comes any more. Data decide what is learnt;
# sharing weights only makes it possible to learn it once for all places. In section 5,
# words of all lengths and GAT anywhere left no such shortcut.
