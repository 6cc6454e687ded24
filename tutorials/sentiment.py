# %% [markdown]
# # Sentiment: many words in, one answer out
#
# **Learn:** the many-to-one shape on a real task; what a bag of words cannot know, and
# how often that matters; how padding, masks and dropout are used; how to see a network
# change its mind word by word.
#
# **Follows:** chapter 5, sections 5.1 and 5.5, "Sentiment classification: There is
# nothing to like in this movie."
#
# **Takes:** about 1 minute on two CPU cores; less with `KERAS_RNN_QUICK=1`.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from keras_rnn.applications import sentiment
from keras_rnn.applications.shared.scores import accuracy
from keras_rnn.applications.shared.texts import bag_of_words, vocabulary, words
from keras_rnn.datasets.text import reviews
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()

# %% [markdown]
# ## 1. The lecture's sentence
#
# A network reads numbers. A sentence becomes words, words become their places in a
# vocabulary, and sentences of different length are filled up with 0, which is *masked*:
# no step of the network reads it.

# %%
example = "There is nothing to like in this movie."
print(words(example))
known = vocabulary([words(example), words("This movie is one to like.")], least=1)
layer = sentiment.TokenEmbedding(known, output_dim=3)
print(layer.encode([words(example), words("A movie to like")]))

# %% [markdown]
# 1 stands for words that are not in the vocabulary ("a"). The answer is said once,
# after the last word: **many-to-one**. Read from both ends (*bidirectional*), the last
# states of both directions are the summary of the sentence:
#
# ```
# There -> is -> nothing -> ... -> movie ->  [forward state ]
#                                             [backward state] -> p(positive)
# There <- is <- nothing <- ... <- movie <-
# ```
#
# ## 2. What order is worth
#
# Before real reviews, a generated language in which a word counts the other way when it
# is negated: "is not boring" is praise. A **bag of words** counts words and knows
# nothing of their order.

# %%
made = reviews.sample(count=600 if quick() else 3000)
print(made.texts[0], "->", made.classes[made.labels[0]])
learn, judge = train_test_split(
    np.arange(len(made)), test_size=0.25, stratify=made.labels, random_state=0
)


def texts(data, places):
    return [data.texts[place] for place in places]


def bag(data, learn, judge):
    found = bag_of_words(texts(data, learn), data.labels[learn], texts(data, judge))
    return accuracy(found, data.labels[judge])


# %% [markdown]
# The network is the application's own: word vectors, a bidirectional GRU, a softmax.
# Dropout on the vectors and on the state keeps it from learning sentences by heart.


# %%
def arrays(model, data, places):
    encode = model.get_layer("encoder").get_layer("words").encode
    read = [words(text) for text in texts(data, places)]
    return encode(read, length=64), data.labels[places]


def network(data, learn, validate, epochs):
    set_seed(0)
    known = vocabulary([words(text) for text in texts(data, learn)])
    model = sentiment.build(known, data.classes)
    model.compile(
        keras.optimizers.Adam(2e-3, clipnorm=1.0),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    parts = [arrays(model, data, places) for places in (learn, validate)]
    options = {"monitor": "val_accuracy", "mode": "max", "patience": None}
    fit(model, *parts, epochs=epochs, batch_size=64, verbose=2, **options)
    return model


# %%
part, validate = train_test_split(learn, test_size=0.1, random_state=0)
model = network(made, part, validate, epochs=2 if quick() else 8)
found = accuracy(sentiment.probabilities(model, texts(made, judge)), made.labels[judge])
print(f"bag of words {bag(made, learn, judge):.3f}, network {found:.3f}")

# %% [markdown]
# On this language order is everything, and with enough training the network is far
# ahead. (With `KERAS_RNN_QUICK=1` it has seen too little.)
#
# ## 3. Real reviews
#
# 10,662 sentences of film critics (Pang & Lee 2005), half of them praise; where they
# cannot be had, the generated ones stand in. Nine tenths to learn from, the rest
# judges.

# %%
data = reviews.load()
print(data.note or data.describe())
show = Pictures("sentiment", caption=data.describe())
everything = np.arange(len(data))
if quick():
    everything, _ = train_test_split(
        everything, train_size=1200, stratify=data.labels, random_state=0
    )
rest, judge = train_test_split(
    everything, test_size=0.1, stratify=data.labels[everything], random_state=0
)
learn, validate = train_test_split(
    rest, test_size=0.1, stratify=data.labels[rest], random_state=0
)
model = network(data, learn, validate, epochs=1 if quick() else 5)

# %%
found = sentiment.probabilities(model, texts(data, judge))
truth = data.labels[judge]
print(f"bag of words {bag(data, rest, judge):.3f}", end=", ")
print(f"network {accuracy(found, truth):.3f}")
print(example, "->", *sentiment.answer(model, [example]).column("answer"))

# %% [markdown]
# Here the two are close to each other: a critic who dislikes a film mostly uses words
# that others use who dislike theirs. With `keras-rnn run sentiment`, the median of
# three seeds is 0.769, and the bag of words has 0.758. Order is worth something, and
# ten thousand sentences teach a network little of it.
#
# ## 4. Changing its mind, word by word
#
# The network can be asked after every word. Where does the verdict turn?

# %%
sentences = [
    example,
    "The film is not boring, it is a clever and moving story.",
    "A great cast, a fine script, and still a dull film.",
]
figure, rows = plt.subplots(3, 1, figsize=(8.5, 6.5), layout="constrained")
for axes, sentence in zip(rows, sentences, strict=True):
    read = words(sentence)
    beginnings = [" ".join(read[: end + 1]) for end in range(len(read))]
    positive = sentiment.probabilities(model, beginnings)[:, 1]
    axes.plot(positive, "o-")
    axes.axhline(0.5, color="0.4", ls=":", lw=1)
    axes.set_xticks(range(len(read)), read, rotation=30, fontsize=8)
    axes.set(ylim=(0, 1), ylabel="p(positive)")
show(figure, "word_by_word", "The verdict after each word, of the sentence so far")

# %% [markdown]
# ## 5. Right and wrong
#
# The surest mistakes tell more than the score.

# %%
chosen = found.argmax(axis=1)
sure = np.abs(found[:, 1] - 0.5)
for title, places in (
    ("surely right", np.flatnonzero(chosen == truth)),
    ("surely wrong", np.flatnonzero(chosen != truth)),
):
    print(f"--- {title}")
    for place in places[np.argsort(-sure[places])][:3]:
        text = data.texts[judge[place]]
        print(f"{data.classes[truth[place]]}: {text[:100]}")

# %%
table = np.zeros((2, 2), int)
np.add.at(table, (truth, chosen), 1)
figure, axes = plt.subplots(figsize=(4.2, 3.8), layout="constrained")
axes.imshow(table, cmap="Blues", vmin=0)
for (row, column), count in np.ndenumerate(table):
    colour = "white" if count > table.max() / 2 else "black"
    axes.text(column, row, count, ha="center", va="center", color=colour)
axes.set_xticks([0, 1], data.classes)
axes.set_yticks([0, 1], data.classes, rotation=90, va="center")
axes.set(xlabel="the network's answer", ylabel="the critic meant")
show(figure, "confusion", "Sentences that no training has seen")

# %% [markdown]
# ## Exercises
#
# 1. **Shuffled words.** Shuffle the words of each test sentence. How much does the
#    network lose on the generated language, how much on the real one?
# 2. **Unknown words.** What does the network say to a sentence of unknown words only,
#    and to no words at all? Why is that so?
#
# ## Solutions
#
# ### 1. Shuffled words

# %%
rng = np.random.default_rng(0)
shuffled = [" ".join(rng.permutation(words(data.texts[place]))) for place in judge]
lost = accuracy(sentiment.probabilities(model, shuffled), truth)
print(f"in order {accuracy(found, truth):.3f}, shuffled {lost:.3f}")

# %% [markdown]
# Compare the two figures with those of the generated language (`made`), where the words
# of a sentence without their order say nothing at all about what is negated.
#
# ### 2. Unknown words

# %%
for text in ("Qwertz uiop asdf", ""):
    print(repr(text), sentiment.probabilities(model, [text])[0].round(2))

# %% [markdown]
# Without words all steps are masked, and what is left is the bias of the last layer: as
# many sentences of the training praise as blame. Unknown words are not nothing: rare
# words of the training were unknown as well, and three of them in a row lean to blame.
