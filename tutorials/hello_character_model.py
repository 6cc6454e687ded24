# %% [markdown]
# # Learning to spell "hello": a language model of four letters
#
# **Learn:** how a network learns to say the next letter of a text, why it needs a state
# for that, what its loss can be at best, and how it writes: letter by letter, each
# answer being the next question. First in NumPy, then in Keras, then with more words.
#
# **Follows:** chapter 5, section 5.2, the example "Character-level Language Model"
# (vocabulary h, e, l, o; training sequence "hello"); lecture 3, slides 10 and 12.
#
# **Takes:** about 1 minute on two CPU cores; half of that with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/hello_character_model.py` runs it from top to bottom and
# puts the pictures into `tutorials/output/hello_character_model/`.

# %%
from collections import Counter
from itertools import pairwise

import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import reference
from keras_rnn.reference import hello, vanilla_rnn
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
show = Pictures("hello_character_model")

# %% [markdown]
# ## 1. The task
#
# The network reads h, e, l, l, one letter a step, and is to say e, l, l, o: the letter
# that comes next. Each letter is a vector with a single 1 in it (*one-hot*).

# %%
vocabulary = "helo"
x, indices = hello.encode("hello", vocabulary)
read, target = x[:, :-1], indices[:, 1:]
for t in range(4):
    says = vocabulary[target[0, t]]
    print(f"step {t + 1}: reads {'hell'[t]} {read[0, t].astype(int)}, is to say {says}")

# %% [markdown]
# The answer is a score $y$ for each letter; $\text{softmax}(y)$ makes probabilities of
# them, and the loss is $-\log p(\text{right letter})$, averaged over the four steps. It
# is counted in nats: 0 is certainty, $\log 4 = 1.386$ is a blind guess among four.
#
# ### What can be had without a state
#
# A model that knows how *often* each letter is the answer says l with probability 1/2.
# A model that looks at the *letter before* (a bigram model: a table) does better: after
# h always e, after e always l. But after l there was an l once and an o once, and no
# table of one letter can know which. Steps 3 and 4 show the same input and want
# different answers: **no function of $x_t$ alone, however deep, gets both.**

# %%
pairs = list(zip("hell", "ello", strict=True))
how_often = Counter(following for _, following in pairs)
frequencies = -np.mean([np.log(how_often[following] / 4) for _, following in pairs])
before = Counter(letter for letter, _ in pairs)
both = Counter(pairs)
bigrams = -np.mean([np.log(both[pair] / before[pair[0]]) for pair in pairs])
baselines = {"blind guess": np.log(4), "frequencies": frequencies, "bigrams": bigrams}
for name, loss in baselines.items():
    print(f"{name:<12} {loss:.3f} nats a letter")

# %% [markdown]
# So 0.347 is the line to cross: whoever is below it has remembered something.
#
# ## 2. From scratch
#
# The vanilla network of the slides, with three hidden units as drawn there:
#
# $$h_t = \tanh(W_{hh} h_{t-1} + W_{xh} x_t + b_h), \qquad y_t = W_{hy} h_t + b_y$$
#
# `keras_rnn.reference.hello` has all of it in some sixty lines of NumPy: read the text,
# backpropagate through the four steps, go a little way down the gradient, 200 times.
# One such reading, spelled out:

# %%
rng = np.random.default_rng(0)
weights = reference.random_weights(vanilla_rnn, features=4, units=3, seed=rng)
W_hy = rng.normal(0, 3**-0.5, (4, 3))

run = reference.unfold(vanilla_rnn, read, weights)  # h_1 ... h_4
y = reference.outputs(run.outputs, W_hy)  # (1, 4 steps, 4 letters)
loss, d_y = reference.cross_entropy(y, target)
d_h, d_head = reference.outputs_backward(d_y, run.outputs, W_hy)
gradients = reference.backpropagate(run, d_h).weights
print(
    f"loss {loss:.3f}, and a derivative for each of", ", ".join(gradients), "and W_hy"
)

# %% [markdown]
# Chance decides where training starts, so look at more than one start. (Of ten, all get
# below the line of the bigrams within a hundred readings and spell the word. One
# stumbles on its way: near a good answer, a step as long as before can be too long.)

# %%
runs = {}
for seed in range(4 if quick() else 10):
    runs[seed] = hello.train("hello", units=3, steps=200, seed=seed)
finals = np.array([losses[-1] for _, losses in runs.values()])
print(
    f"after 200 readings, {len(finals)} seeds: median {np.median(finals):.3f},", end=" "
)
print(f"worst {finals.max():.3f}; below the bigrams: {(finals < bigrams).sum()}")
for seed, (weights, _) in runs.items():
    print(f"seed {seed} spells {hello.spell(weights)!r}")

# %%
figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
for _, losses in runs.values():
    axes.semilogy(losses, color="tab:blue", alpha=0.6, lw=1)
for name, loss in baselines.items():
    axes.axhline(loss, color="0.4", ls=":", lw=1)
    axes.annotate(name, (200, loss), ha="right", va="bottom", fontsize=8)
axes.set(xlabel="readings of the text", ylabel="loss (nats a letter)")
show(figure, "losses", f'"hello" from {len(runs)} first weights')

# %% [markdown]
# ### The slide's picture, in numbers
#
# Input layer, hidden layer, output layer, from below to above, as the slide draws them;
# time runs to the right. The two columns of l have the same input. What differs is the
# hidden layer, because of what it was one step earlier.

# %%
weights, _ = runs[0]
cell, head = hello.split(weights)
run = reference.unfold(vanilla_rnn, read, cell)
said = reference.softmax(reference.outputs(run.outputs, **head))[0]  # (4 steps, 4)

figure, rows = plt.subplots(3, 1, figsize=(5.5, 7), layout="constrained", sharex=True)
layers = {
    "output: probability": (said.T, "Greens", 0, list(vocabulary)),
    "hidden state $h_t$": (run.outputs[0].T, "RdBu_r", -1, ["1", "2", "3"]),
    "input: one-hot": (read[0].T, "Greys", 0, list(vocabulary)),
}
for axes, (name, (values, colours, low, labels)) in zip(
    rows, layers.items(), strict=True
):
    axes.imshow(values, cmap=colours, vmin=low, vmax=1, aspect="auto")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_title(name, fontsize=10)
    for (unit, t), value in np.ndenumerate(values):
        colour = "white" if abs(value) > 0.6 else "black"
        axes.text(t, unit, f"{value:.2f}", ha="center", va="center", color=colour)
rows[-1].set_xticks(range(4), ["h → e", "e → l", "l → l", "l → o"])
rows[-1].set_xlabel("letter read → letter to say")
show(figure, "three_layers", 'The trained network reading "hell"')

first_l, second_l = run.outputs[0, 2], run.outputs[0, 3]
print(f"the two states after l are {np.linalg.norm(first_l - second_l):.2f} apart")

# %% [markdown]
# ## 3. In Keras
#
# Letters go in as numbers 0 to 3. An `Embedding` whose table is the unit matrix and may
# not be trained turns them into one-hot vectors; then a recurrent layer, and one
# `Dense` at every step. With the weights from NumPy it says the same.

# %%
from keras_rnn.architectures import many_to_many
from keras_rnn.training import fit, set_seed


def letter_model(letters, cell, units):
    one_hot = keras.layers.Embedding(
        letters, letters, embeddings_initializer="identity", trainable=False
    )
    return many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": cell, "units": units},
        head=keras.layers.Dense(letters),
        encoder=one_hot,
    )


model = letter_model(4, "simple_rnn", 3)
recurrent, dense = model.layers[-2:]
recurrent.set_weights(vanilla_rnn.to_keras(cell))
dense.set_weights([head["W_hy"].T, head["b_y"]])
scores = model.predict(indices[:, :-1], verbose=0)
by_hand = reference.outputs(run.outputs, **head)
print(f"the scores differ by at most {np.abs(scores - by_hand).max():.0e}")

# %% [markdown]
# Trained by Keras, from Keras's own first weights. One "epoch" here is 20 readings of
# the text: an epoch has some cost of its own, whatever is done in it.

# %%
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
readings = np.repeat(indices, 20, axis=0)
in_keras = []
for seed in range(1 if quick() else 5):
    set_seed(seed)
    model = letter_model(4, "simple_rnn", 3)
    model.compile(keras.optimizers.Adam(0.05), cross_entropy)
    data = readings[:, :-1], readings[:, 1:]
    done = fit(model, data, epochs=10, batch_size=1, seed=seed, verbose=0)
    in_keras.append(done["loss"][-1])
print("loss of each seed:", np.round(in_keras, 3), "bigrams:", bigrams.round(3))

# %% [markdown]
# ## 4. Writing
#
# The model says one letter; we write it down and give it back as the next input (slide
# 12). Nothing else is needed to make a reader into a writer. Written plainly, the whole
# text so far is read again for each new letter:

# %%
text = [vocabulary.index("h")]
while len(text) < 5:
    scores = model.predict(np.array([text]), verbose=0)  # (1, letters so far, 4)
    text.append(int(scores[0, -1].argmax()))
print("".join(vocabulary[index] for index in text))

# %% [markdown]
# That is slow twice over: everything is read again and again, and each call goes from
# Python to the backend and back. The state makes the first unnecessary: it *is* what
# was read. `Recurrent.step` reads one letter and gives the new state.

# %%
recurrent, dense = model.layers[-2:]
state = [np.zeros((1, 3), "float32")]
letter, text = "h", "h"
while len(text) < 5:
    now = np.eye(4, dtype="float32")[[vocabulary.index(letter)]]
    output, state = recurrent.step(now, state)
    scores = keras.ops.convert_to_numpy(dense(output))
    letter = vocabulary[int(scores[0].argmax())]
    text += letter
print(text)

# %% [markdown]
# `keras_rnn.decoding` does that inside the backend: the whole loop is one compiled
# call, for as many texts at once as one likes; the result is a `keras.Model` again.

# %%
from keras_rnn.decoding import greedy_search, sample

writer = greedy_search(model, max_length=4)
tokens, log_probability = writer.predict(np.array([[0]]), verbose=0)  # 0 is h
print("h" + "".join(vocabulary[index] for index in tokens[0]), end=" ")
print(f"with probability {np.exp(log_probability[0]):.3f}")

# %% [markdown]
# ## 5. More words: when the next letter is a matter of chance
#
# "hello" can be learnt by heart. A language cannot: after "he" there may come an l or
# the end of the word. So here are eight words of the same four letters, all equally
# likely. Two more signs mark where a word begins and where it ends, and sign 0 fills
# short words up. It is *masked*: the network does not read it, the loss does not count
# it.

# %%
words = ["hello", "hell", "hole", "he", "eel", "loll", "hoe", "oleo"]
signs = "_^.helo"  # 0: padding, 1: begin, 2: end
START, END = 1, 2
longest = max(map(len, words)) + 1
rows = [[signs.index(sign) for sign in f"^{word}."] for word in words]
padded = np.array([row + [0] * (longest + 1 - len(row)) for row in rows])
before, after = padded[:, :-1], padded[:, 1:]
letters = int((after > 0).sum())
print(f"{len(words)} words, {letters} signs to say, batch {before.shape}")
print(before[:3])

# %% [markdown]
# What is the best loss that anybody can reach? To say a whole word, one of eight, takes
# $\log 8$ nats; no model of these words can do with less. Shared out among the signs of
# a word, on average:

# %%
best = len(words) * np.log(len(words)) / letters
pairs = [pair for row in rows for pair in pairwise(row)]
both, first = Counter(pairs), Counter(a for a, _ in pairs)
bigram_table = np.zeros((7, 7))
for (a, b), number in both.items():
    bigram_table[a, b] = number / first[a]
bigrams = -np.mean([np.log(bigram_table[pair]) for pair in pairs])
print(f"bigrams {bigrams:.3f}, at best {best:.3f} nats a sign")


# %%
def word_model(cell, units):
    embedding = keras.layers.Embedding(len(signs), 8, mask_zero=True)
    return many_to_many(
        keras.Input((None,), dtype="int32"),
        {"cell": cell, "units": units},
        head=keras.layers.Dense(len(signs)),
        encoder=embedding,
    )


def nats(model):
    """The loss a sign, padding left out."""
    scores = model.predict(before, verbose=0)
    right = reference.softmax(scores)[np.arange(8)[:, None], np.arange(6), after]
    return -np.log(right[after > 0]).mean()


# %%
losses = {}
for cell in ("simple_rnn", "gru"):
    for seed in range(1 if quick() else 3):
        set_seed(seed)
        model = word_model(cell, 16)
        model.compile(keras.optimizers.Adam(0.02), cross_entropy)
        data = np.tile(before, (20, 1)), np.tile(after, (20, 1))
        fit(
            model, data, epochs=4 if quick() else 20, batch_size=8, seed=seed, verbose=0
        )
        losses.setdefault(cell, []).append(nats(model))
    print(f"{cell:<10}", np.round(losses[cell], 3))

# %% [markdown]
# With the tables of letter pairs, 1.128 nats a sign; with a state, 0.463 (simple RNN)
# and 0.468 (GRU), means of three seeds, where 0.450 is the best there is. For words of
# five letters the vanilla cell is good enough; gates pay when there is more to keep.
#
# ### Drawing words
#
# Taking the likeliest sign each time would write the same word for ever. To write as
# the language is, *draw* each sign with the probability that the model gives it. A
# thousand words at once, from the model and from the table of bigrams: how many are
# words at all?


# %%
def draw(next_probabilities, count, rng):
    """Words, sign by sign, from a function of all signs so far."""
    texts = np.full((count, 1), START)
    for _ in range(longest):
        chances = next_probabilities(texts)  # (count, signs)
        draws = rng.random((count, 1)) * chances.sum(axis=1, keepdims=True)
        chosen = (chances.cumsum(axis=1) < draws).sum(axis=1)
        texts = np.concatenate([texts, chosen[:, None]], axis=1)
    said = ["".join(signs[index] for index in row[1:]) for row in texts]
    return [text.split(".")[0] for text in said]


def network(texts):
    """The model's probabilities of the next sign, from texts filled up with 0."""
    steps = texts.shape[1]
    padded = np.pad(texts, ((0, 0), (0, longest - steps)))
    scores = model.predict(padded, batch_size=1000, verbose=0)[:, steps - 1]
    return reference.softmax(scores)


rng = np.random.default_rng(0)
drawn = {
    "GRU": draw(network, 1000, rng),
    "bigrams": draw(lambda texts: bigram_table[texts[:, -1]], 1000, rng),
}
for name, texts in drawn.items():
    real = np.mean([text in words for text in texts])
    print(f"{name:<8} {real:.1%} are words: {' '.join(texts[:10])} ...")

# %% [markdown]
# And in one compiled call, which stops by itself when all words have ended:

# %%
begin = np.full((1000, 1), START)


def share_of_words(**arguments):
    """How many of a thousand drawn words are words, and how many differ."""
    writer = sample(model, end_token=END, max_length=longest, seed=0, **arguments)
    tokens, _ = writer.predict(begin, batch_size=1000, verbose=0)
    texts = ["".join(signs[i] for i in row if i > END) for row in tokens]
    return np.mean([text in words for text in texts]), len(set(texts))


print("words, different: {:.1%}, {}".format(*share_of_words()))

# %%
figure, axes = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
for shift, (name, texts) in zip((-0.2, 0.2), drawn.items(), strict=True):
    counts = Counter(text if text in words else "no word" for text in texts)
    shares = [counts[word] / 10 for word in [*words, "no word"]]
    axes.bar(np.arange(9) + shift, shares, 0.4, label=name)
axes.axhline(100 / len(words), color="0.4", ls=":")
axes.set_xticks(range(9), [*words, "no word"])
axes.set(ylabel="share of 1,000 words (%)")
axes.legend(title="drawn from")
show(figure, "drawn_words", "The dotted line is what the language does")

# %% [markdown]
# ## Exercises
#
# 1. **No state.** Hold $W_{hh}$ at zero while training on "hello" in NumPy. Which loss
#    is reached, and what does the network spell?
# 2. **Temperature.** Divide the scores by 0.5 and by 2 before the softmax
#    (`sample(..., temperature=...)`), and draw a thousand words again. What is won,
#    what is lost? Does `top_k=3` mend it?
# 3. **Counting further.** Learn ten l and an o. How many units does it take to know
#    when the l are over? What would a bigram model reach?
#
# ## Solutions
#
# ### 1. No state

# %%
rng = np.random.default_rng(0)
weights = reference.random_weights(vanilla_rnn, 4, 3, seed=rng)
weights |= {"W_hy": rng.normal(0, 3**-0.5, (4, 3)), "b_y": np.zeros(4)}
weights["W_hh"][:] = 0
for _ in range(1000):
    loss, gradients = hello.loss_and_gradients(weights, read, target)
    for name in weights.keys() - {"W_hh"}:
        weights[name] = weights[name] - 0.5 * gradients[name]
print(f"loss {loss:.3f}, spells {hello.spell(weights)!r}")

# %% [markdown]
# It arrives at the line of the bigrams and cannot cross it: without $W_{hh}$ nothing of
# the past is left, and l is always answered the same way.
#
# ### 2. Temperature

# %%
choices = [{"temperature": 0.5}, {"temperature": 2.0}, {"temperature": 2.0, "top_k": 3}]
for choice in choices:
    real, different = share_of_words(**choice)
    print(f"{choice}: {real:.1%} words, {different} different")

# %% [markdown]
# At 0.5 all are words, but there are fewer surprises: likely signs become likelier
# still. At 2, more than a quarter are no words; leaving out all but the three likeliest
# signs mends some of that (80 % words). At 1 the model says what it believes: 98.7 %
# are words.
#
# ### 3. Counting further

# %%
text = 10 * "l" + "o"
print(f"bigrams: {-(9 * np.log(0.9) + np.log(0.1)) / 10:.3f}")
for units in (1, 2, 4):
    finals = [
        hello.train(text, units=units, steps=1000, learning_rate=0.2, seed=seed)[1][-1]
        for seed in range(3)
    ]
    print(f"{units} units:", np.round(finals, 3))

# %% [markdown]
# The bigrams reach 0.325, and one unit stays there: it has no room for a counter. Two
# units begin to count in some trainings (0.12 to 0.32), and four do it every time
# (below 0.01).
