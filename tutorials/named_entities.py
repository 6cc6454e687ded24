# %% [markdown]
# # Named entities: who and what is a sentence about?
#
# **Learn:** how a name of several words is written as one tag a word; why 83 % right
# tags can be worth nothing; what a network reads of a word that it has never seen; an
# answer at every step (many-to-many) from both sides of it.
#
# **Follows:** chapter 5, sections 5.1 and 5.5, "Named entity recognition: Yesterday,
# Harry Potter met Hermione Granger."
#
# **Takes:** about 1 minute on two CPU cores; less with `KERAS_RNN_QUICK=1`, which
# proves little: it reads the sentences a few times only.

# %%
import textwrap
from collections import Counter

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from keras_rnn.applications.named_entities import figures as entity_figure
from keras_rnn.applications.named_entities import scores as entity_scores
from keras_rnn.applications.named_entities import train as named_entities
from keras_rnn.applications.shared.batches import LengthBatches
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.datasets.text import entities
from keras_rnn.datasets.text.entity_tokens import (
    marked,
    places,
    shape,
    spans,
    tokens,
)
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()

# %% [markdown]
# ## 1. The lecture's sentence, tagged by hand
#
# "Harry Potter met Hermione Granger." Two persons, of two words each. A network answers
# once a word, so a name has to be told word by word. The **IOB** tags (also BIO) do it:
#
# | tag | says of a word |
# |---|---|
# | `B-PER` | the name of a person **b**egins here |
# | `I-PER` | it is still **i**n that name |
# | `O` | it is **o**utside of any name |
#
# Without `B`, two names side by side would be one.

# %%
sentence = "Yesterday, Harry Potter met Hermione Granger."
found = tokens(sentence)  # (token, first place, place after the last)
by_hand = ["O", "O", "B-PER", "I-PER", "O", "B-PER", "I-PER", "O"]
for (token, *_), tag in zip(found, by_hand, strict=True):
    print(f"{token:<10} {tag}")
print(spans(by_hand))
print(marked(sentence, places(found, by_hand)))

# %% [markdown]
# Why is this a task for a network that reads? "Potter" is a name here and a trade
# elsewhere; "Jordan" is a river, a country or a person. The word alone does not say.
# What stands **before and after** does: *Jordan met ...*, *... born in Jordan*. So the
# network reads from both ends, and answers at every step:
#
# $$p(y_t \mid x_1, \dots, x_T) = \text{softmax}\big(W [\overrightarrow{h}_t;
# \overleftarrow{h}_t] + b\big)$$
#
# with $\overrightarrow{h}_t$ made of $x_1 \dots x_t$ and $\overleftarrow{h}_t$ of
# $x_T \dots x_t$.
#
# ## 2. The sentences
#
# Wikigold: 1,696 sentences of Wikipedia, tagged by hand with four kinds of names
# (Balasuriya et al. 2009). Where they cannot be had, generated ones stand in.

# %%
data = entities.load()
print(data.note or data.describe())
show = Pictures("named_entities", caption=textwrap.fill(data.describe(), 100))
everything = np.arange(len(data))
rest, judge = train_test_split(everything, test_size=0.1, random_state=0)
learn, validate = train_test_split(rest, test_size=1 / 9, random_state=0)


def part(chosen):
    return [[each[i] for i in chosen] for each in (data.sentences, data.tags)]


print(len(learn), "to learn from,", len(validate), "to validate,", len(judge), "judge")

# %%
counts = Counter(tag for tags in data.tags for tag in tags)
known = {word for words in part(learn)[0] for word in words}
names, new = 0, 0
for words, tags in zip(*part(judge), strict=True):
    for _, first, last in spans(tags):
        names += 1
        new += any(word not in known for word in words[first:last])
print(f"{counts['O'] / counts.total():.1%} of all words are no name")
print(f"{new} of {names} names to be found have a word that no training has shown")

# %% [markdown]
# Two warnings in two lines. Who always says `O` has most tags right. And more than
# half of the names hold something that the network cannot know by heart.
#
# ## 3. Before any network: how each word is mostly tagged
#
# "London" was `B-LOC` mostly, so it is `B-LOC`. A word that was never seen is `O`.
#
# Two measures. **Accuracy** counts words. **F1**, as the library seqeval defines it,
# counts whole names: one is right if its kind and both of its ends are. With
# $P$ = right / said and $R$ = right / there,
#
# $$F_1 = \frac{2 P R}{P + R}$$

# %%
sentences, truth = part(judge)


def report(name, tags):
    pairs = [
        pair for one in zip(truth, tags, strict=True) for pair in zip(*one, strict=True)
    ]
    right = np.mean([one == other for one, other in pairs])
    scores = entity_scores.scores(truth, tags)
    each = ", ".join(f"{metric} {value:.3f}" for metric, value in scores.items())
    print(f"{name:<20} accuracy of words {right:.3f}; names: {each}")
    return right, scores["f1"]


nothing = [["O"] * len(words) for words in sentences]
often = entity_scores.most_frequent_tags(*part(rest), sentences)
measured = {
    "always O": report("always O", nothing),
    "most frequent tag": report("most frequent tag", often),
}

# %% [markdown]
# Always `O` looks good to the one measure and finds no name at all: judge by F1.
#
# ## 4. What the network reads of a word
#
# Three things, side by side:
#
# - **the word**, in small letters, as a vector that is learned;
# - **its letters**: a convolution over three letters at a time, and of each pattern the
#   strongest answer ("...ton", "...ski"): that says something of words never seen;
# - **its shape**: capitals, small letters, digits.

# %%
print([(token, shape(token)) for token, *_ in tokens("IBM's McNealy, born 1954.")])


def network():
    known, _ = part(learn)
    return named_entities.build(
        vocabulary([[word.lower() for word in words] for words in known]),
        vocabulary(["".join(words) for words in known]),
        vocabulary([[shape(word) for word in words] for words in known], 5),
        ["O", *(f"{start}-{kind}" for kind in data.types for start in "BI")],
    )


set_seed(0)
model = network()
for array in named_entities.encode(model, [["Harry", "Potter", "met", "Hermione"]]):
    print(array.shape, array[0, :4].tolist()[:2])

# %% [markdown]
# 0 is padding, 1 is "not in the vocabulary": of the word nothing is left then, but its
# letters and its shape are.
#
# ## 5. Training
#
# Sentences of similar length go into one batch, so that little of it is padding, and
# what is padding is masked: no step reads it, and neither the loss nor
# `weighted_metrics` count it.


# %%
def batches(model, chosen, **options):
    words, tags = part(chosen)
    inputs = named_entities.encode(model, words)
    classes = model.get_layer("answer").classes
    targets = np.zeros(inputs[0].shape, "int32")
    for row, found in zip(targets, tags, strict=True):
        row[: len(found)] = [classes.index(tag) for tag in found]
    return LengthBatches(inputs, targets, [len(one) for one in words], 16, **options)


def train(model, epochs):
    learned = batches(model, learn)
    schedule = keras.optimizers.schedules.CosineDecay(3e-3, epochs * len(learned))
    model.compile(
        keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0),
        "sparse_categorical_crossentropy",
        weighted_metrics=["accuracy"],
    )
    options = {"monitor": "val_accuracy", "mode": "max", "patience": None}
    return fit(model, learned, batches(model, validate, shuffle=False),
               epochs=epochs, verbose=2, **options)  # fmt: skip


history = train(model, epochs=4 if quick() else 15)
found = named_entities.tag(model, sentences)
measured["network"] = report("network", found)

# %%
figure, axes = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
for shift, (metric, column) in enumerate(
    {"accuracy of words": 0, "F1 of names": 1}.items()
):
    values = [each[column] for each in measured.values()]
    bars = axes.bar(np.arange(3) + 0.4 * shift - 0.2, values, 0.38, label=metric)
    axes.bar_label(bars, fmt="%.2f", fontsize=8)
axes.set_xticks(range(3), measured)
axes.set(ylim=(0, 1.05), ylabel="share")
axes.legend(loc="upper center", fontsize=8, ncols=2)
show(figure, "two_measures", "The same answers, judged by words and by whole names")

# %% [markdown]
# With `keras-rnn run named_entities`, which trains for longer, the median F1 of three
# seeds is 0.670, and the most frequent tags reach 0.456.
#
# ## 6. The tags on the sentence

# %%
asked = [
    sentence,
    "Harry Potter met Hermione Granger.",
    "Michael Jordan was born in New York and played for the Chicago Bulls.",
    "The Jordan flows through Israel.",
    "Nobody in Preston Falls had ever heard of Kowalczyk Records.",
]
found_there = named_entities.entities_of(model, asked)
for text, kinds in found_there:
    print(marked(text, kinds))
show(entity_figure.draw(found_there, data.describe()), "tags", caption="")

# %% [markdown]
# ### Names seen, names never seen
#
# Of the names in the test part, how many are found, of those that training has shown
# word by word, and of the others?

# %%
shares = {}
for name, tags in {"most frequent tag": often, "network": found}.items():
    hits = {"seen": [], "never seen": []}
    for words, there, said in zip(sentences, truth, tags, strict=True):
        for kind, first, last in spans(there):
            seen = all(word in known for word in words[first:last])
            right = (kind, first, last) in spans(said)
            hits["seen" if seen else "never seen"].append(right)
    shares[name] = {group: np.mean(right) for group, right in hits.items()}
    print(name, {group: f"{value:.2f}" for group, value in shares[name].items()})

# %% [markdown]
# The list of words has next to no chance with what it has not seen; letters, shape and
# neighbours do.
#
# ## Exercises
#
# 1. **Small letters.** Write all test sentences in small letters. What is left of the
#    F1, and what does that say about what the network goes by?
# 2. **Impossible tags.** An `I-PER` after an `O` or after a `B-LOC` can be no right
#    answer. How often does the network say one? What in its design lets it?
# 3. **Without neighbours.** Give the network each word by itself, as a sentence of one.
#    What does it lose?
#
# ## Solutions
#
# ### 1. Small letters

# %%
small = [[word.lower() for word in words] for words in sentences]
_ = report("small letters", named_entities.tag(model, small))

# %% [markdown]
# In English a capital inside a sentence nearly always begins a name, and the network
# relies on it. Text from a telephone or from speech has none: train on what you will
# have.
#
# ### 2. Impossible tags

# %%
odd = [
    (before, tag)
    for tags in found
    for before, tag in zip(["O", *tags], tags, strict=False)
    if tag[0] == "I" and before[2:] != tag[2:]
]
print(f"{len(odd)} of {sum(map(len, found))}:", Counter(odd).most_common(3))

# %% [markdown]
# Each tag is drawn from its own softmax. The states know the neighbouring *words*, but
# no answer knows its neighbouring *answers*. A conditional random field on top, or a
# decoder that reads its last tag, would. seqeval takes such an `I` as a beginning.
#
# ### 3. Without neighbours

# %%
flat = [[word] for words in sentences for word in words]
alone = iter(named_entities.tag(model, flat))
tags = [[next(alone)[0] for _ in words] for words in sentences]
_ = report("word by word", tags)

# %% [markdown]
# Where a name ends and which kind it is can hardly be told from one word. A network
# *trained* on single words would do better than this one, which has never seen a
# sentence of one word, but would still not know Jordan from Jordan.
