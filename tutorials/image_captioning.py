# %% [markdown]
# # Image captioning: one picture in, a sentence out
#
# **Learn:** the one-to-many shape with words as its steps; four places where a picture
# can enter a recurrent network, after four well-known systems; how sentences are
# searched for; and how to judge a caption by what it means.
#
# **Follows:** lecture 3, slide 18; chapter 5, section 5.4, "Image Captioning", its
# "Example Results" and "Failure Cases".
#
# **Takes:** about 12 minutes on two CPU cores (estimated, not measured); 2 minutes with
# `KERAS_RNN_QUICK=1`.

# %%
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import visualize
from keras_rnn.applications import captioning
from keras_rnn.applications.film_captions import most_similar
from keras_rnn.applications.outcome import Request
from keras_rnn.applications.scene_captions import draw_captions, generate
from keras_rnn.applications.texts import vocabulary
from keras_rnn.datasets import shapes
from keras_rnn.training import set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()

# %% [markdown]
# ## 1. The lecture's systems
#
# "A cat sitting on a suitcase on the floor", says a network about a photograph, and
# about another one, wrongly, "A man in a baseball uniform throwing a ball". One picture
# goes in, and a sentence of any length comes out: **one-to-many**. Each word is read
# again before the next one is said, so the network is a language model that knows of a
# picture:
#
# $$h_t = f(h_{t-1}, x_t, v), \qquad p(\text{word } t+1) = \text{softmax}(W h_t)$$
#
# $x_t$ is the word before and $v$ the vector that convolutions make of the picture. The
# lecture names five systems, which differ in where $v$ enters. Four of them are built
# here from one function, `one_to_many`, by its argument `context`:
#
# | system | $v$ enters | `context` |
# |---|---|---|
# | Vinyals et al. 2015 | as the very first thing that is read | `"first"` |
# | Karpathy & Fei-Fei 2015 | added to what is read at the first step | `"bias"` |
# | Mao et al. 2015 | between recurrence and head, at every step | `"multimodal"` |
# | Donahue et al. 2015 | beside the word, at every step; two layers | `"every"` |
#
# The fifth, of Chen and Zitnick, also guesses the picture back from the words; it is
# not built here.

# %%
model = captioning.build(["a", "cat", "on", "suitcase"], "donahue", units=16)
figure = visualize.unfold(model, steps=4)
show = Pictures("image_captioning")
show(figure, "one_to_many", caption="")
for system, about in captioning.PAPERS.items():
    weights = captioning.build(["a"], system).count_params()
    print(f"{system:<10} {weights:>8,} weights; {about}")

# %% [markdown]
# ## 2. Pictures and captions
#
# Scenes of two shapes, each with five captions from a grammar. The same grammar can
# read: `is_true` tells whether a sentence describes a scene, in whatever words.

# %%
size = (96, 16, 24) if quick() else (3000, 300, 600)
data = generate(*size)
show.caption = data.describe()
train, validation, test = (data.part(name) for name in shapes.PARTS)
print(data.describe())
scene, texts = test.scenes[0], test.captions[0]
print(*texts, sep="\n")
for text in (texts[1], test.captions[1][1]):
    print(shapes.is_true(text, scene), "-", text)

# %%
figure, grid = plt.subplots(1, 4, figsize=(10, 3), layout="constrained")
for axes, picture, texts in zip(grid, test.pictures, test.captions, strict=False):
    axes.imshow(picture)
    axes.set(xticks=[], yticks=[])
    axes.set_title(fill(texts[0], 30), fontsize=8)
show(figure, "scenes", "Pictures of the test, each with one of its captions")

# %% [markdown]
# The test is made of combinations of colour, shape and relation that the training does
# not have. So the baseline, the caption of the most similar picture of the training,
# cannot be right about everything:

# %%
near = [train.captions[place][0] for place in most_similar(train, test)]
baseline = captioning.scores(near, test)
print({name: round(value, 3) for name, value in baseline.items()})

# %% [markdown]
# ## 3. Four systems
#
# All with a GRU of the same size and the same training; only the place differs. (The
# papers had other cells, and photographs.) In training the right words are read one
# step late, *teacher forcing*. Afterwards a beam search writes: at each step it keeps
# the three beginnings that are most probable as a whole.

# %%
words = vocabulary([t.split() for each in train.captions for t in each], least=1)
systems = ["vinyals"] if quick() else list(captioning.SYSTEMS)
models, said, table = {}, {}, {}
for system in systems:
    set_seed(0)
    models[system] = captioning.build(words, system)
    request = Request(epochs=1 if quick() else None, verbose=2)
    captioning.fit(models[system], train, validation, request)
    said[system] = captioning.caption(models[system], test.pictures)
    table[system] = captioning.scores(said[system], test)

# %%
print(f"{'':<10} {'true':>6} {'exact':>6} {'BLEU':>6}")
for name, values in {"baseline": baseline, **table}.items():
    true, exact, bleu = values.values()
    print(f"{name:<10} {true:6.3f} {exact:6.3f} {bleu:6.1f}")

# %% [markdown]
# *Exact* asks for one of the five captions, word by word, and BLEU counts common pieces
# of up to four words. Both look low for captions that are true, and high for some that
# are not: one wrong word of ten costs BLEU little, and makes the sentence false.
#
# ## 4. Right and wrong
#
# Above what is true, below what is not, like the lecture's two pages.

# %%
best = max(table, key=lambda name: table[name]["true_captions"])
right = np.array(captioning.true(said[best], test))
show(draw_captions(test, said[best], right, data.describe()), "right_and_wrong")
for place in np.flatnonzero(~right)[:5]:
    print(f"{said[best][place]}\n    but: {test.captions[place][0]}")

# %% [markdown]
# ## Exercises
#
# 1. **A blank picture.** What does the network say about a picture with nothing in it?
# 2. **The wrong picture.** Give each picture the caption of the next one. How many are
#    true by chance?
#
# ## Solutions
#
# ### 1. A blank picture

# %%
blank = np.full((1, 32, 32, 3), 236, "uint8")
print(captioning.caption(models[best], blank)[0])

# %% [markdown]
# A whole sentence all the same: the language model goes on without eyes. The lecture's
# failures are of that kind, fluent and wrong.
#
# ### 2. The wrong picture

# %%
shifted = [*said[best][1:], said[best][0]]
print(f"true by chance: {np.mean(captioning.true(shifted, test)):.3f}")

# %% [markdown]
# Almost none, as a caption here names two colours, two shapes and a relation.
