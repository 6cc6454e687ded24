# %% [markdown]
# # DNA, base by base: what is coding, and what is not?
#
# **Learn:** an answer for each letter of a sequence (many-to-many); how a network gets
# the right answer for the wrong reason; what a table of frequencies and Bayes' rule can
# do beside it; how what is longer than anything in training is read.
#
# **Follows:** chapter 5, sections 5.1 and 5.5, "DNA sequence analysis:
# AGCCCCTGTGAGGAACTAG".
#
# **Takes:** about 2 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`. The
# quick run reads a fifth of the data once or twice. It shows that everything works and
# proves little: do not read its figures.
#
# `dna_splice.py` comes before it: what exons, introns and splice junctions are, how a
# base becomes four numbers, and one answer for 60 bases.

# %%
import textwrap

import keras
import numpy as np

from keras_rnn.applications.dna_tags import segments
from keras_rnn.applications.dna_tags import train as dna_tags
from keras_rnn.applications.dna_tags.baseline import WeightMatrix, most_frequent_tags
from keras_rnn.applications.dna_tags.figures import draw
from keras_rnn.applications.dna_tags.scores import junctions, scores
from keras_rnn.datasets.text import splice
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
data = splice.load()
show = Pictures("dna_tags", caption=textwrap.fill(data.describe(), 110))
print(data.note or data.describe())

# %% [markdown]
# ## 1. A tag for each base
#
# The stretches of 60 bases are of three classes: EI has a junction in its middle where
# an exon ends and an intron begins (a *donor*), IE one where an intron ends (an
# *acceptor*), N none. "There is a donor in the middle" says the same as "30 bases exon,
# then 30 intron". So every class gives a tag at each base, and the network answers at
# every step:
#
# ```
# EI:  exon ... exon | intron ... intron
# IE:  intron ... intron | exon ... exon
# N:   neither ... neither
# ```
#
# ## 2. The right answer for the wrong reason
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
learn, validate, judge = segments.split(data)
if quick():
    learn, judge = learn[::5], judge[::2]
texts, truth = np.array(data.texts), data.labels[judge]
print(len(learn), "to learn from,", len(validate), "to validate,", len(judge), "judge")
for text, tags in zip(*segments.cut(data, learn[:3], seed=0), strict=True):
    print(text, junctions(tags))

# %% [markdown]
# ## 3. The network
#
# A convolution of width 25 finds patterns around a junction, and the recurrent layer
# reads them from both ends. It takes a second one to weigh, at every base, all that was
# found on both sides of it:
#
# ```
# bases -> patterns of 25 -> GRU both ways -> GRU both ways -> p(exon, intron, neither)
# ```


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
known = segments.whole_and_cut(data, learn, 1, times)
others = segments.whole_and_cut(data, validate, 2)
tagger = tag_network(known, others, epochs=2 if quick() else 7)

# %% [markdown]
# ## 4. Beside it
#
# The most frequent tag at each place is the least that one can do. The textbook's way
# is more: tables $p_k(b \mid i)$ of how often base $b$ stands at distance $i$ from a
# junction of kind $k$, tried at each possible place $j$ (a *weight matrix* with Bayes'
# rule):
#
# $$p(k, j \mid s) \propto p(k, j) \prod_t p_k(s_t \mid t - j)$$
#
# It takes the places to be independent of each other, which a network need not.

# %%
asked = {
    "whole": segments.whole(data, judge),
    "cuts": segments.cut(data, judge, seed=0),
}
matrix = WeightMatrix(texts[learn], data.labels[learn])
ways = {
    "most frequent": lambda texts: most_frequent_tags(known[1], texts),
    "weight matrix": matrix.tag,
    "network": lambda texts: dna_tags.tag(tagger, texts),
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
# ## 5. The tags on the sequence

# %%
sequences, tags = asked["cuts"]
chosen = [i for label in range(3) for i in np.flatnonzero(truth == label)[:4]]
sequences, tags = ([each[i] for i in chosen] for each in (sequences, tags))
example = dna_tags.LECTURE_EXAMPLE
sequences, tags = [*sequences, example], [*tags, []]
found = dna_tags.tag(tagger, sequences)
title = "Cuts that no training has seen, and the lecture's sequence"
figure = draw(sequences, tags, found, splice.TAGS, data.describe(), title)
show(figure, "tags")
print(*dna_tags.answer(tagger, [example]).column("answer"))

# %% [markdown]
# The last row is the lecture's sequence, as it is: the tagger reads any length, no N is
# needed. Of the truth about it we know nothing but what the slide marks.
#
# ## Exercises
#
# 1. **A longer piece.** Put 60 random bases before and 60 behind each test stretch with
#    a junction. In how many pieces does the tagger have the junction at its very place,
#    and what else does it claim?
# 2. **Nothing known.** What does the tagger say to 60 N, and to 40? Why not the same?
#
# ## Solutions
#
# ### 1. A longer piece

# %%
rng = np.random.default_rng(0)
pieces = [
    "".join([*rng.choice(list("ACGT"), 60), text, *rng.choice(list("ACGT"), 60)])
    for text in texts[judge][truth < 2]
]
changes = [junctions(tags) for tags in dna_tags.tag(tagger, pieces)]
there = [any(place == 90 for place, *_ in each) for each in changes]
print(f"at the very place: {np.mean(there):.2f} of {len(pieces)}")
print(f"changes of tags a piece: {np.mean([len(each) for each in changes]):.1f}")

# %% [markdown]
# What is longer than 60 bases is read in windows of 40, and the answers are averaged.
# In each window the network expects one junction at most, and half of the stretches it
# learned from had one. Along a chromosome it is one base in a thousand or less: with
# so few, most of what this network would call a junction were none. Who looks for
# genes has to learn from DNA as it is, mostly without any junction.
#
# ### 2. Nothing known

# %%
for letters in ("N" * 60, "N" * 40):
    print(len(letters), *dna_tags.answer(tagger, [letters]).column("answer"))

# %% [markdown]
# Without any pattern, what is left is how often each tag stood at a place. In 60 bases
# the junction can be behind base 30 alone, in 40 at any of 21 places, so that there is
# less to bet on.
