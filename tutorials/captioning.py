# %% [markdown]
# # Image captioning: one picture in, a sentence out
#
# **Learn:** the one-to-many shape with words as its steps; six places where a picture
# can enter a recurrent network, after six well-known systems; how sentences are
# searched for; how to judge a caption by what it means; and what a network looks at, or
# has in mind, while it speaks.
#
# **Follows:** lecture 3, slide 18; chapter 5, section 5.4, "Image Captioning", its
# "Example Results" and "Failure Cases".
#
# **Takes:** about 7 minutes on two CPU cores; a minute with
# `KERAS_RNN_QUICK=1`.

# %%
from textwrap import fill

import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import visualize
from keras_rnn.applications.captioning import train as captioning
from keras_rnn.applications.captioning.attention import mass_on_named, word_maps
from keras_rnn.applications.captioning.scores import (
    nearest_captions,
    score_each,
    scores,
)
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.attention_maps import draw_word_maps
from keras_rnn.applications.shared.captions import encode_pictures
from keras_rnn.applications.shared.image_encoder import train_encoder
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.datasets.generated import captioned_scenes, shapes
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
# $x_t$ is the word before and $v$ the vector that eyes make of the picture. The lecture
# names five systems, which differ in where $v$ enters. One builder makes them all, and
# a sixth that came soon after:
#
# | name | system | the picture enters |
# |---|---|---|
# | `vinyals` | Vinyals et al. 2015 | as the very first thing that is read |
# | `karpathy` | Karpathy & Fei-Fei 2015 | added to what is read at the first step |
# | `mao` | Mao et al. 2015 | between recurrence and head, at every step |
# | `donahue` | Donahue et al. 2015 | beside the word, at every step; two layers |
# | `chen` | Chen & Zitnick 2015 | at every step, and is rebuilt from the words |
# | `attention` | Xu et al. 2015 | as places, looked at anew for each word |

# %%
model = captioning.build(["a", "cat", "on", "suitcase"], "donahue", units=16)
figure = visualize.unfold(model, steps=4)
show = Pictures("captioning")
show(figure, "one_to_many", caption="")
for system, about in captioning.PAPERS.items():
    weights = captioning.build(["a"], system).count_params()
    print(f"{system:<10} {weights:>8,} weights; {about}")

# %% [markdown]
# The fifth has a second memory $u_t$, which reads the words and never the picture. A
# layer rebuilds from it what the eyes saw, $\hat v_t = V u_t$, and the error counts:
#
# $$L = -\log p(\text{words}) + \frac{1}{T} \sum_t \text{mean}(v - \hat v_t)^2$$
#
# So $u_t$ keeps in mind what has been told, and the speaking state, which sees $v$ and
# $u_t$, can know what is left to tell. (The paper has simple recurrent units and words
# predicted by class; here it is GRUs and one softmax.)
#
# The sixth has no single $v$. From its state it asks which places matter now:
#
# $$a_{ti} = \text{softmax}_i\big(w \cdot \tanh(W_q h_{t-1} + W_k v_i)\big), \qquad
# c_t = \sum_i a_{ti} v_i$$
#
# reads $c_t$ beside the word before, and says its word from $h_t$ and $c_t$. (The paper
# has an LSTM, and photographs.)
#
# ## 2. Pictures and captions
#
# Scenes of two shapes, each with five captions from a grammar. The same grammar can
# read: `is_true` tells whether a sentence describes a scene, in whatever words.

# %%
size = (96, 16, 24) if quick() else (6000, 400, 600)
data = captioned_scenes.generate(*size)
show.caption = data.describe()
raw = {name: data.part(name) for name in shapes.PARTS}
print(data.describe())
scene, texts = raw["test"].scenes[0], raw["test"].captions[0]
print(*texts, sep="\n")
for text in (texts[1], raw["test"].captions[1][1]):
    print(shapes.is_true(text, scene), "-", text)

# %%
figure, grid = plt.subplots(1, 4, figsize=(10, 3), layout="constrained")
shown = raw["test"]
for axes, picture, texts in zip(grid, shown.pictures, shown.captions, strict=False):
    axes.imshow(picture)
    axes.set(xticks=[], yticks=[])
    axes.set_title(fill(texts[0], 30), fontsize=8)
show(figure, "scenes", "Pictures of the test, each with one of its captions")

# %% [markdown]
# ## 3. Eyes
#
# All the papers took a convolutional network that had learned to name photographs, and
# trained only what writes. So do we: eyes learn to name colour, shape and size at each
# place, and on which side of something else it is. Then they are left alone, what they
# see is computed once, and every system reads the same grid of 4 by 4 places. (For
# photographs, `python -m keras_rnn run captioning --data FOLDER` takes a network of
# `keras.applications` in their place.)

# %%
request = Request(epochs=1 if quick() else None, verbose=2)
encoder = train_encoder(
    *((raw[name].pictures, raw[name].scenes) for name in ("train", "validation")),
    request,
)
seen = {name: encode_pictures(encoder, one) for name, one in raw.items()}
train, validation, test = (seen[name] for name in shapes.PARTS)
print(test.pictures.shape)

# %% [markdown]
# The test is made of combinations of colour, shape and relation that the training does
# not have. So the baseline, the caption of the most similar picture of the training,
# cannot be right about everything:

# %%
baseline = scores(nearest_captions(train, test), test)
print({name: round(value, 3) for name, value in baseline.items()})

# %% [markdown]
# ## 4. Six systems
#
# All with a GRU of the same size and the same training; only the place differs. In
# training the right words are read one step late, *teacher forcing*. Afterwards a beam
# search writes: at each step it keeps the three beginnings that are most probable as a
# whole.

# %%
words = vocabulary(train.tokens, least=1)
systems = ["chen", "attention"] if quick() else list(captioning.SYSTEMS)
models, learned, said, table = {}, {}, {}, {}
for system in systems:
    set_seed(0)
    models[system] = captioning.build(words, system, encoder)
    learned[system] = captioning.fit(models[system], train, validation, request)
    writer = captioning.from_grids(models[system])
    said[system] = captioning.caption(writer, test.pictures)
    table[system] = scores(said[system], test)

# %%
print(f"{'':<10} {'true':>6} {'exact':>6} {'BLEU':>6}")
for name, values in {"baseline": baseline, **table}.items():
    true, exact, bleu = values.values()
    print(f"{name:<10} {true:6.3f} {exact:6.3f} {bleu:6.1f}")

# %% [markdown]
# What is hard is to tell *which* thing is on the left. The words before and the picture
# have to meet: the colour that was just said must be found again, and its side be read
# there. Who learned that in training some words never come together may guess from the
# words instead, and is then wrong more often on the combinations of the test.
#
# `keras-rnn run captioning`, which is the same, said the truth about 0.975 of the test
# with attention, too. The other five have one vector for the whole picture and reached
# 0.14 to 0.31: higher where it is read again at every word. Two things with two
# properties each are too much to keep apart in one vector, in so short a training.
#
# *Exact* asks for one of the five captions, word by word, and BLEU counts common pieces
# of up to four words. Both look low for captions that are true, and high for some that
# are not: one wrong word of ten costs BLEU little, and makes the sentence false.
#
# ## 5. Right and wrong
#
# Above what is true, below what is not, like the lecture's two pages.

# %%
best = max(table, key=lambda name: table[name]["true_captions"])
right = score_each(said[best], test) > 0
show(
    captioning.draw_captions(shown.pictures, said[best], right, data.describe()),
    "right_and_wrong",
)
for place in np.flatnonzero(~right)[:5]:
    print(f"{said[best][place]}\n    but: {test.captions[place][0]}")

# %% [markdown]
# ## 6. Where it looks
#
# The system with attention can be asked where it looked for each word: bright places
# weigh more. And it can be measured: how much of a look for a colour falls on the thing
# that is then named?

# %%
writer = captioning.from_grids(models["attention"])
some = said["attention"][:4]
maps = word_maps(writer, test.pictures[:4], some)
figure = draw_word_maps(shown.pictures[:4], some, maps, data.describe())
show(figure, "where_words_look")
inside, even = mass_on_named(writer, test, said["attention"])
print(f"in the box of what is named: {inside:.2f}; an even look: {even:.2f}")

# %% [markdown]
# ## 7. What it has in mind
#
# Chen and Zitnick's second memory can be drawn. At each place it rebuilds how probable
# each colour is (times 4, as eyes tell it); we mix the colours so, with the background
# where nothing is likely.

# %%
minded = keras.Model(
    learned["chen"].inputs, learned["chen"].get_layer("rebuilt").output
)
text = "a red circle is to the left of a blue square"
embedding = models["chen"].get_layer("decoder").embedding
told = text.split()
read = embedding.encode([["<start>", *told]])
rebuilt = np.asarray(minded.predict((test.pictures[:1], read), verbose=0))
grids = rebuilt.reshape(len(told) + 1, *test.pictures.shape[1:])
colours = (grids[..., : len(shapes.COLOURS)] / 4).clip(0, 1)
paints = np.array(list(shapes.COLOURS.values())) / 255
nothing = (1 - colours.sum(axis=-1, keepdims=True)).clip(0, 1)
mixed = colours @ paints + nothing * 236 / 255
figure, grid = plt.subplots(2, 6, figsize=(9, 3.4), layout="constrained")
for axes, picture, word in zip(grid.flat, mixed, ["", *told], strict=True):
    axes.imshow(picture.clip(0, 1))
    axes.set(xticks=[], yticks=[])
    axes.set_title(word, fontsize=9)
show(figure, "visual_memory", "The picture in mind after each word")

# %% [markdown]
# What no word has told yet is a mean over many pictures. With the words it becomes what
# they say, as far as the memory learned them.
#
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
# It speaks all the same: the language model goes on without eyes, though not always to
# the end of a sentence. The lecture's failures are of that kind, only more fluent.
#
# ### 2. The wrong picture

# %%
shifted = [*said[best][1:], said[best][0]]
print(f"true by chance: {score_each(shifted, test).mean():.3f}")

# %% [markdown]
# Almost none, as a caption here names two colours, two shapes and a relation.
