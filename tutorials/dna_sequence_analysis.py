# %% [markdown]
# # DNA: where does a gene's coding part begin?
#
# **Learn:** how letters with several meanings become numbers; what counts of short
# words can tell and what only their places can; one answer for a whole sequence
# (many-to-one), then an answer for each of its letters (many-to-many); and how a
# network gets the right answer for the wrong reason.
#
# **Follows:** chapter 5, sections 5.1 and 5.5, "DNA sequence analysis:
# AGCCCCTGTGAGGAACTAG".
#
# **Takes:** about 6 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`. The
# quick run reads a fifth of the data a few times. It shows that everything works and
# proves little: do not read its figures.

# %%
import textwrap

import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn.applications import dna_splice
from keras_rnn.applications.dna_tags import figures as tag_figure
from keras_rnn.applications.dna_tags import segments as cuts
from keras_rnn.applications.dna_tags import train as dna_tags
from keras_rnn.applications.dna_tags.baseline import WeightMatrix
from keras_rnn.applications.dna_tags.scores import junctions, most_frequent_tags, scores
from keras_rnn.applications.shared.dna_bases import bases_layer
from keras_rnn.datasets.text import splice
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
data = splice.load()
show = Pictures("dna_sequence_analysis", caption=textwrap.fill(data.describe(), 110))
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
example = dna_tags.LECTURE_EXAMPLE
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
learn, validate, judge = cuts.split(data)
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
# ## 5. Many-to-many: a tag for each base
#
# "There is a donor in the middle" says the same as "30 bases exon, then 30 intron".
# So every class gives a tag at each base, and the network answers at every step:
#
# ```
# EI:  exon ... exon | intron ... intron
# IE:  intron ... intron | exon ... exon
# N:   neither ... neither
# ```
#
# ### The right answer for the wrong reason
#
# In all these stretches the junction is behind base 30. A network that learns from them
# alone learns to look *there*. It would seem excellent, and be lost with any other
# piece of DNA. So each stretch is also cut at random, ten to thirty bases on either
# side of the middle: in a cut of 40 bases, the junction may be at 21 places.
#
# The network is told what follows from that, namely behind which bases a junction can
# be at all. In a whole stretch it is one: that question is much easier than the other,
# and both are measured.

# %%
for text, tags in zip(*cuts.cut(data, learn[:3], seed=0), strict=True):
    print(text, junctions(tags))


# %%
def tag_network(known, other, epochs):
    set_seed(0)
    model = dna_tags.build()
    model.compile(
        keras.optimizers.AdamW(3e-3, clipnorm=1.0),
        "sparse_categorical_crossentropy",
        weighted_metrics=["accuracy"],  # padding does not count
    )
    parts = [dna_tags.arrays(model, *each) for each in (known, other)]
    options = {"monitor": "val_accuracy", "mode": "max", "patience": None}
    fit(model, *parts, epochs=epochs, batch_size=64, verbose=2, **options)
    return model


times = 1 if quick() else 3
known = cuts.whole_and_cut(data, learn, 1, times)
others = cuts.whole_and_cut(data, validate, 2)
tagger = tag_network(known, others, epochs=2 if quick() else 7)

# %% [markdown]
# ### Beside it
#
# The most frequent tag at each place is the least that one can do. The textbook's way
# is more: the pictures of section 2 as tables $p_k(b \mid i)$, base $b$ at distance $i$
# from the junction, tried at each possible place $j$ (a *weight matrix* with Bayes'
# rule):
#
# $$p(k, j \mid s) \propto p(k, j) \prod_t p_k(s_t \mid t - j)$$
#
# It takes the places to be independent of each other, which a network need not.

# %%
asked = {
    "whole": cuts.whole(data, judge),
    "cuts": cuts.cut(data, judge, seed=0),
}
matrix = WeightMatrix(texts[learn], data.labels[learn])
ways = {
    "most frequent": lambda texts: most_frequent_tags(known[1], texts),
    "weight matrix": matrix.tag,
    "network": lambda texts: dna_tags.predict(tagger, texts),
}
for how, (sequences, tags) in asked.items():
    for name, way in ways.items():
        print(f"{how:<6} {name:<14}", end="")
        for metric, value in scores(tags, way(sequences)).items():
            print(f" {metric} {value:.3f}", end="")
        print()

# %% [markdown]
# Read the two measures apart. Whole stretches ask *whether*, cuts also *where*. The
# weight matrix is hard to beat: `keras-rnn run dna_tags` writes its scores beside the
# network's. Where the network has more bases right and fewer junctions at their very
# place, it is because it answers base by base: nothing in it says that a junction is at
# one place.
#
# ### The tags on the sequence

# %%
sequences, tags = asked["cuts"]
chosen = [i for label in range(3) for i in np.flatnonzero(truth == label)[:4]]
sequences, tags = ([each[i] for i in chosen] for each in (sequences, tags))
sequences, tags = [*sequences, example], [*tags, []]
found = dna_tags.predict(tagger, sequences)
title = "Cuts that no training has seen, and the lecture's sequence"
figure = tag_figure.draw(sequences, tags, found, splice.TAGS, data.describe(), title)
show(figure, "tags")
print(dna_tags.answers(tagger, [example])[0])

# %% [markdown]
# The last row is the lecture's sequence, as it is: the tagger reads any length, no N is
# needed. Of the truth about it we know nothing but what the slide marks.
#
# ## Exercises
#
# 1. **Without the place.** Shuffle the bases of each test stretch. What does each of
#    the two classifiers of section 4 lose, and why does one of them still know
#    something?
# 2. **Moved by a few bases.** Move test stretches to the left by 1, 2, 5 and 10 bases
#    and fill up with N. How often does the many-to-one network still see the junction?
#    What should it say?
# 3. **A longer piece.** Put 60 random bases before and 60 behind each test stretch with
#    a junction. In how many pieces does the tagger have the junction at its very place,
#    and what else does it claim?
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
# How many of each base there are stays as it was, and that is not the same in all
# classes: before an acceptor there are many C and T.
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
# The question was whether the *middle* is a junction, so "no" would be right from the
# first base on. But no training stretch has a junction beside the middle: nobody told
# the network that this is different. What is not in the data is not learned.
#
# ### 3. A longer piece

# %%
rng = np.random.default_rng(0)
pieces = [
    "".join([*rng.choice(list("ACGT"), 60), text, *rng.choice(list("ACGT"), 60)])
    for text in moved_from
]
changes = [junctions(tags) for tags in dna_tags.predict(tagger, pieces)]
there = [any(place == 90 for place, *_ in each) for each in changes]
print(f"at the very place: {np.mean(there):.2f} of {len(pieces)}")
print(f"changes of tags a piece: {np.mean([len(each) for each in changes]):.1f}")

# %% [markdown]
# What is longer than 60 bases is read in windows of 40, and the answers are averaged.
# In each window the network expects one junction at most, and half of the stretches it
# learned from had one. Along a chromosome it is one base in a thousand or less: with
# so few, most of what this network would call a junction were none. Who looks for
# genes has to learn from DNA as it is, mostly without any junction.
