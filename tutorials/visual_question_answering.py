# %% [markdown]
# # Visual question answering: a picture, a question, one answer
#
# **Learn:** how a network reads a question word by word and then looks where in a
# picture the answer is (attention); what it can answer with its eyes shut; how to
# measure whether it looks at the right thing; and where it fails.
#
# **Follows:** lecture 3, slide 19; chapter 5, section 5.4, "Visual Question Answering
# (VQA)" and "RNNs with Attention" (Visual 7W, Zhu et al. 2016).
#
# **Takes:** about 5 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`.

# %%
from itertools import pairwise
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import visualize
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.attention_maps import box_area, draw_map, draw_maps
from keras_rnn.applications.shared.questions import most_frequent_answers
from keras_rnn.applications.visual_question_answering import train as vqa
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.pictures import easy_vqa, picture_questions
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
show = Pictures("visual_question_answering")

# %% [markdown]
# ## 1. The lecture's questions
#
# The lecture shows a truck with a bird painted on it, and asks "What endangered animal
# is featured on the truck?" Four answers stand below, and one is right: a bald eagle.
# Further questions ask where, when and who. All of them have one form:
#
# - a picture goes in, and a question: a **sequence** of words;
# - one answer comes out, out of a list: a **class**.
#
# So it is the many-to-one shape. The words go through a recurrent network, and its last
# state is what was asked:
#
# $$h_t = \text{GRU}(x_t, h_{t-1}), \qquad q = \tanh(W h_T + b)$$

# %%
words = vqa.question_words("What endangered animal is featured on the truck?")
print(words)
model = vqa.build(sorted(words), ["a bald eagle", "a sparrow"], size=32)
reader = model.get_layer("reader")
show(visualize.unfold(reader, steps=4), "many_to_one", "The question is read")

# %% [markdown]
# ## 2. Looking
#
# Convolutions turn the picture into a grid of vectors $k_i$, one for each place, in
# which a learned vector also says *where* that is. The question looks at all places and
# weighs them:
#
# $$\alpha_i = \frac{e^{s_i}}{\sum_j e^{s_j}}, \qquad
#   s_i = w^\top \tanh(k_i + W q), \qquad
#   g = \sum_i \alpha_i k_i$$
#
# The weights $\alpha$ add up to 1: a map over the picture, which can be drawn. The
# *glimpse* $g$ is all of the picture that the answer is made from. Here the network
# looks twice, the second time asking for $q$ and the first glimpse: to find what is
# left of the circle, one first has to find the circle.
#
# In NumPy, for four places and vectors of two numbers, the first large for circles, the
# second for what is red. Nothing, a red square, a green circle and a red circle:

# %%
keys = np.array([[0, 0], [0, 3], [3, 0], [3, 3]], float)
for name, question in (("circle", [-1.5, 9]), ("red circle", [-1.5, -1.5])):
    scores = np.tanh(keys + question) @ np.array([3.0, 3.0])
    weights = np.exp(scores) / np.exp(scores).sum()
    print(f"{name:<10} looks with {weights.round(2)} sees {(weights @ keys).round(2)}")

# %% [markdown]
# A question moves the $\tanh$ to where it tells apart what was asked for, and far away
# (9) from what does not matter. How to do so is learned, from right answers alone:
# nobody tells the network where to look.
#
# The network is the application's own, and `keras.Model.summary` shows its parts:

# %%
for layer in model.layers:
    print(f"{layer.name:<10} {layer.count_params():>7,} weights")

# %% [markdown]
# ## 3. Real questions, and what can be said with the eyes shut
#
# easy-VQA (Zhou 2019) has 5,000 pictures of one shape each and 48,248 questions with
# 13 answers. If it cannot be had, generated pictures stand in.

# %%
data = easy_vqa.load()
if quick():
    data = data.subsample(25)
print(data.note or data.describe())
test = data.places("test")
texts, answers = np.array(data.texts), np.array(data.answers)
for place in test[:5]:
    print(f"{texts[place]:<45} {answers[place]}")

# %% [markdown]
# Before any network, a baseline that sees no picture: to each question the answer that
# was most often right. "Is there a red shape?" is mostly answered by no, as there are
# eight colours. Whoever does not know this number takes a blind network for a seeing
# one; the first large data sets of photographs had that fault (Goyal et al. 2017).

# %%
learn = np.concatenate([data.places("train"), data.places("validation")])
guesses = most_frequent_answers(texts[learn], answers[learn], texts[test])
blind = np.mean(np.array(guesses) == answers[test])
print(f"without the picture: {blind:.3f}")

# %%
model = vqa.fit(data, Request(epochs=1 if quick() else None, verbose=2))
found = vqa.evaluate(model, data, test)
print(f"with the picture: {found.right.mean():.3f}")
for kind, values in found.by_kind().items():
    print(f"{kind:<10} {values['accuracy']:.3f} of {values['questions']}")

# %% [markdown]
# With `keras-rnn run visual_question_answering` the same network is trained and kept;
# `--load DIR --input picture.png "what color is the circle?"` asks it about any file.
#
# ## 4. Where it looks
#
# Bright places have weight, and the frame is around the one thing that there is.

# %%
show(vqa.draw_answers(data, found), "where_it_looks")
boxes = data.boxes[test]
print(f"weight inside the frame: {np.nanmean(found.inside):.2f}")
print(f"the frame's part of the picture: {np.nanmean(box_area(boxes)):.2f}")

# %% [markdown]
# An even look would have as much weight inside as the frame has area. But in a picture
# with one thing in it there is little to choose from. A world of several things is a
# better test of attention, and a generated one knows where each of them is.
#
# ## 5. A world to ask about
#
# `keras_rnn.datasets.shapes` draws scenes, describes them in words, asks about them and
# can tell whether a sentence is true:

# %%
generator = np.random.default_rng(1)
scenes = [shapes.random_scene(generator, 2, cells=2) for _ in range(4)]
figure, grid = plt.subplots(1, 4, figsize=(10, 3), layout="constrained")
for axes, scene in zip(grid, scenes, strict=True):
    axes.set(xticks=[], yticks=[])
    draw_map(axes, shapes.draw(scene, 64))
    axes.set_title(fill(shapes.captions(scene, generator, 1)[0], 30), fontsize=8)
show(figure, "scenes", "Scenes and sentences from one grammar", caption="")
for question in shapes.questions(scenes[0], generator, 5):
    print(f"{question.text:<60} {question.answer}")
print(shapes.is_true("there is a red circle", scenes[0]))

# %% [markdown]
# In the test, colours, shapes and relations come together that no picture of the
# training shows: a network that has pictures by heart is of no use there.

# %%
size = (80, 20, 40) if quick() else (1600, 200, 400)
world = picture_questions.sample(
    *size, things=(1, 2), kinds=("colour", "shape", "exists")
)
asked = world.places("test")
model = vqa.fit(world, Request(epochs=1 if quick() else 10, verbose=2))
seen = vqa.evaluate(model, world, asked)
for kind, values in seen.by_kind().items():
    weight = values["attention_in_box"]
    print(f"{kind:<8} right {values['accuracy']:.2f}, weight inside {weight:.2f}")
print(f"an even look: {np.nanmean(box_area(world.boxes[asked])):.2f}")

# %%
show(vqa.draw_answers(world, seen), "in_the_world", caption=world.describe())

# %% [markdown]
# How sure can one be that the network looks before it answers? Where it looked at the
# right thing, it should be right more often:

# %%
known = ~np.isnan(seen.inside)
edges = np.quantile(seen.inside[known], [0, 0.25, 0.5, 0.75, 1])
for low, high in pairwise(edges):
    own = known & (seen.inside >= low) & (seen.inside <= high)
    print(f"weight {low:.2f} to {high:.2f}: right {seen.right[own].mean():.2f}")

# %% [markdown]
# ## 6. Failures
#
# The glimpse is a weighted *mean*: of two circles it is the same as of one. So a
# network with soft attention alone does not count well (Zhang et al. 2018), and the
# command's own sample, which asks "how many", shows that. Another failure is quieter:
# questions that no picture answers. The network never says "I do not know":

# %%
image = shapes.draw(scenes[0])
odd = [
    "what colour is the elephant?",
    "what colour is the cross?",
    "who is under the umbrella?",
]
chances = vqa.probabilities(model, [(image, question) for question in odd])
names = vqa.answer_layer(model).names(chances)
for question, name, each in zip(odd, names, chances, strict=True):
    print(f"{question:<32} {name} ({each.max():.0%})")

# %% [markdown]
# Words that are not in the vocabulary share one vector. In training, one word in fifty
# is replaced by it, so that the network has met it; what an elephant is it still does
# not know.
#
# ## Exercises
#
# 1. **A blank picture.** Ask the network about a picture without anything in it.
#    Compare what it says with the blind baseline.
# 2. **Two looks.** Draw the maps of both glimpses for some questions about pictures
#    with two things. Which of the two finds the thing?
# 3. **Words in another order.** Shuffle the words of each question of the test. How
#    much is lost, and why no more?
#
# ## Solutions
#
# ### 1. A blank picture

# %%
blank = np.full((32, 32, 3), shapes.draw(scenes[0])[0, 0], "uint8")
odd = [
    "what colour is the circle?",
    "what shape is the red thing?",
    "is there a cross?",
]
chances = vqa.probabilities(model, [(blank, question) for question in odd])
for question, each in zip(odd, chances, strict=True):
    order = each.argsort()[::-1][:3]
    names = np.array(vqa.answer_layer(model).classes)[order]
    shares = (f"{n} {p:.0%}" for n, p in zip(names, each[order], strict=True))
    print(f"{question:<32}", ", ".join(shares))

# %% [markdown]
# The network has never seen such a picture, and softmax has to say something: it may be
# quite sure of an answer, and even answer a question of colour with "no".
#
# ### 2. Two looks

# %%
_, firsts = np.unique(world.owners[asked], return_index=True)
two = firsts[np.argsort(-seen.inside[firsts])][: 2 * 5 : 2]
rows = {}
for glimpse in range(2):
    rows[f"look {glimpse + 1}"] = [
        (
            world.images[world.owners[asked[one]]],
            seen.maps[one, glimpse],
            world.boxes[asked[one]],
            world.texts[asked[one]],
        )
        for one in two
    ]
show(draw_maps(rows), "two_looks", caption=world.describe())

# %% [markdown]
# Nothing in the training says which look has to find what. Often the first is broad and
# the second narrow, as the answer is made from the second alone.
#
# ### 3. Words in another order

# %%
rng = np.random.default_rng(0)
mixed = []
for place in asked:
    order = rng.permutation(vqa.question_words(world.texts[place]))
    mixed.append((world.images[world.owners[place]], " ".join(order)))
names = vqa.answer_layer(model).names(vqa.probabilities(model, mixed))
truth = np.array(world.answers)[asked]
print(f"in order {seen.right.mean():.2f}, shuffled {np.mean(names == truth):.2f}")

# %% [markdown]
# These questions name one thing, and its words tell which, in any order. "Is the circle
# left of the square?" is another matter: ask the command's sample (`--data sample`).
