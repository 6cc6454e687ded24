# %% [markdown]
# # DNA, one answer: where does a gene's coding part begin?
#
# **Learn:** how letters with several meanings become numbers; what counts of short
# words can tell and what only their places can; one answer for a whole sequence
# (many-to-one).
#
# **Follows:** chapter 5, sections 5.1 and 5.5, "DNA sequence analysis:
# AGCCCCTGTGAGGAACTAG".
#
# **Takes:** about 1 minute on two CPU cores; less with `KERAS_RNN_QUICK=1`. The
# quick run reads a fifth of the data a few times. It shows that everything works and
# proves little: do not read its figures.

# %%
import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn.applications import dna_splice
from keras_rnn.applications.dna_tags.segments import split
from keras_rnn.applications.dna_tags.train import LECTURE_EXAMPLE
from keras_rnn.applications.shared.dna_bases import bases_layer
from keras_rnn.datasets.text import splice
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
data = splice.load()
show = Pictures("dna_splice", caption=textwrap.fill(data.describe(), 110))
print(data.note or data.describe())

# %% [markdown]
# ## 1. The lecture's sequence
#
# A gene is not written in one piece. Its coding parts (**exons**) have others between
# them (**introns**) that the cell cuts out. Where one ends and the other begins is a
# **splice junction**. The slide sets AG apart from the 17 bases behind it, and indeed
# most introns end with AG.
#
# A network reads numbers. Four letters have no order, so each gets an axis of its own:
#
# $$\text{A} = (1, 0, 0, 0), \quad \text{C} = (0, 1, 0, 0), \quad
# \text{G} = (0, 0, 1, 0), \quad \text{T} = (0, 0, 0, 1)$$
#
# Who reads DNA is not always sure of it. The IUPAC codes say what is known: R is A or
# G, D is anything but C, N is any of the four. If nothing favours one of them, the
# vector to expect is the mean of theirs:
#
# $$\text{R} = \tfrac{1}{2}(1, 0, 1, 0), \qquad \text{N} = \tfrac{1}{4}(1, 1, 1, 1)$$
#
# That is not a makeshift. What follows is linear in the input at first, and the mean
# input gives the mean of the scores of all that it could be.

# %%
example = LECTURE_EXAMPLE
layer = bases_layer()
for letters in ("ACGT", "RDN"):
    print(
        letters, np.asarray(layer(layer.encode([letters])), float)[0].round(2).tolist()
    )

# %% [markdown]
# The network of section 4 judges stretches of exactly 60 bases, the place in question
# in their middle. The lecture's sequence has 19. What is not known is N, so we **pad it
# with N on both sides**, such that the place behind its first AG comes to the middle.
# The network will have only a third of what it is used to.

# %%
before = splice.LENGTH // 2 - 2
padded = "N" * before + example
padded += "N" * (splice.LENGTH - len(padded))
print(padded, len(padded))

figure, axes = plt.subplots(figsize=(9, 1.8), layout="constrained")
axes.imshow(
    np.asarray(layer(layer.encode([padded])))[0].T, cmap="Greys", vmin=0, vmax=1
)
axes.set_yticks(range(4), list("ACGT"))
axes.set_xticks(range(60), list(padded), fontsize=6)
axes.axvline(29.5, color="tab:red", lw=1)
axes.set(xlabel="base (red line: the place in question)", ylabel="share of")
show(figure, "one_hot", "The lecture's sequence as numbers", caption="")

# %% [markdown]
# ## 2. The data
#
# 3,190 stretches of primate DNA (Noordewier, Towell & Shavlik 1991; where they cannot
# be had, generated ones stand in). EI: exon, then intron (a *donor*); IE: intron, then
# exon (an *acceptor*); N: neither. How often does each base stand at each place?

# %%
figure, rows = plt.subplots(3, 1, figsize=(9, 4.5), layout="constrained", sharex=True)
shares = np.asarray(layer(layer.encode(data.texts)), float)
for label, axes in enumerate(rows):
    often = shares[data.labels == label].mean(axis=0)  # (60 places, 4 bases)
    image = axes.imshow(often.T, cmap="viridis", vmin=0, vmax=1, aspect="auto")
    axes.set_yticks(range(4), list("ACGT"))
    axes.set_ylabel(data.classes[label])
    print(data.classes[label], "at 29 to 32:", often[28:32].round(2).tolist())
rows[-1].set_xticks(range(0, 60, 5), range(1, 61, 5))
rows[-1].set_xlabel("place")
figure.colorbar(image, ax=rows, label="share of the stretches")
show(figure, "bases_at_each_place", "What stands where, by class")

# %% [markdown]
# GT begins nearly every intron, AG ends it, and before that AG come many C and T. But
# GT and AG stand everywhere by chance, too: in 60 random bases, each about four times.
#
# Two parts to learn from, one to judge by. The classes are in the same proportion in
# all of them, and a sequence that is there twice is never in two of them.

# %%
learn, validate, judge = split(data)
if quick():
    learn, judge = learn[::5], judge[::2]
texts = np.array(data.texts)
print(len(learn), "to learn from,", len(validate), "to validate,", len(judge), "judge")

# %% [markdown]
# ## 3. Before any network: counting words
#
# $c_w(s)$ is how often the word $w$ stands in the sequence $s$, for all words of one to
# four bases ($4 + 16 + 64 + 256 = 340$ without the rare letters). A **logistic
# regression** weighs them:
#
# $$p(k \mid s) = \text{softmax}_k \Big( \sum_w \beta_{kw}\, c_w(s) + \beta_{k0} \Big)$$

# %%
counting = dna_splice.k_mer_model().fit(texts[learn], data.labels[learn])
by_words = counting.predict(texts[judge])
truth = data.labels[judge]
most = np.bincount(data.labels[learn]).argmax()
print(f"always {data.classes[most]}: {np.mean(truth == most):.3f}")
print(f"counts of words: {np.mean(by_words == truth):.3f}")

# %% [markdown]
# A count does not know *where* a word stands, and here the place is what matters.
#
# ## 4. Many-to-one: one answer for 60 bases
#
# The application's own network. A convolution of width 9 has one weight for each base
# at each of nine places: for one-hot input it **is** a table like those in the picture
# above, slid along the sequence. The recurrent layer reads from both ends what the
# tables found, and in which order:
#
# ```
# bases -> patterns of 9 -> three places in one -> GRU from both ends -> p(EI, IE, N)
# ```


# %%
def junction_network(epochs):
    set_seed(0)
    model = dna_splice.build()
    encode = model.get_layer("encoder").get_layer("bases").encode
    parts = [(encode(texts[part]), data.labels[part]) for part in (learn, validate)]
    model.compile(
        keras.optimizers.Adam(3e-3, clipnorm=1.0),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    options = {"monitor": "val_accuracy", "mode": "max", "patience": None}
    fit(model, *parts, epochs=epochs, batch_size=64, verbose=2, **options)
    return model


one_answer = junction_network(epochs=2 if quick() else 20)
by_network = dna_splice.probabilities(one_answer, texts[judge]).argmax(axis=1)
print(f"counts of words {np.mean(by_words == truth):.3f}", end=", ")
print(f"network {np.mean(by_network == truth):.3f}")

# %%
figure, columns = plt.subplots(1, 2, figsize=(8.5, 4), layout="constrained")
for axes, (name, found) in zip(
    columns, {"counts of words": by_words, "network": by_network}.items(), strict=True
):
    table = np.zeros((3, 3), int)
    np.add.at(table, (truth, found), 1)
    axes.imshow(table / table.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        colour = "white" if count > table[row].sum() / 2 else "black"
        axes.text(column, row, count, ha="center", va="center", color=colour)
    axes.set_xticks(range(3), data.classes)
    axes.set_yticks(range(3), data.classes)
    axes.set(title=name, xlabel="answer", ylabel="true class")
show(figure, "confusion", "Stretches that no training has seen")

# %% [markdown]
# By `keras-rnn run dna_splice`, ten-fold cross-validation gives 0.954, and the counts
# of words 0.669.
#
# And the lecture's sequence? Two thirds of what the network reads is N now, which no
# training had. Take the answer as a demonstration, not as a finding.

# %%
for text in (padded, "N" * 60):
    found = dna_splice.probabilities(one_answer, [text])[0]
    print(text.strip("N") or "nothing but N", data.classes, found.round(2))

# %% [markdown]
# A tag for each base instead of one answer for all of them: `dna_tags.py` goes on from
# here.
#
# ## Exercises
#
# 1. **Without the place.** Shuffle the bases of each test stretch. What does each of
#    the two classifiers of section 4 lose, and does either still know something?
# 2. **Moved by a few bases.** Move test stretches to the left by 1, 2, 5 and 10 bases
#    and fill up with N. How often does the network still see the junction? What should
#    it say?
#
# ## Solutions
#
# ### 1. Without the place

# %%
rng = np.random.default_rng(0)
shuffled = np.array(["".join(rng.permutation(list(text))) for text in texts[judge]])
print(f"counts of words {np.mean(counting.predict(shuffled) == truth):.3f}", end=", ")
found = dna_splice.probabilities(one_answer, shuffled).argmax(axis=1)
print(f"network {np.mean(found == truth):.3f}, always N {np.mean(truth == 2):.3f}")

# %% [markdown]
# Both fall to what always saying N gives (0.519). How many of each base there are stays
# as it was, and that is not the same in all classes: before an acceptor there are many
# C and T. But it is not enough for either of them.
#
# ### 2. Moved by a few bases

# %%
moved_from = texts[judge][truth < 2]
for moved in (0, 1, 2, 5, 10):
    found = dna_splice.probabilities(
        one_answer, [text[moved:] + "N" * moved for text in moved_from]
    )
    print(f"by {moved:>2}: {np.mean(found.argmax(axis=1) < 2):.2f} seen as a junction")

# %% [markdown]
# The question was whether the *middle* is a junction, so "no" is right from the first
# base on, and so the network says: of 93 % that it sees in their place, 3 to 5 % are
# left. No training stretch has a junction beside the middle; but every junction it was
# shown stood in the same place, and it has learned that place with the pattern.
