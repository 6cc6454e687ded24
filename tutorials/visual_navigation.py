# %% [markdown]
# # Visual-language navigation: told in words where to go
#
# **Learn:** how an encoder-decoder can act instead of write; why acting is harder than
# writing; how words find their place in a picture; how walks are judged (success and
# SPL); and where and why such a walker gets lost.
#
# **Follows:** lecture 3, slide 21, "Visual Language Navigation".
#
# **Takes:** about 2 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`.

# %%
from dataclasses import replace
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import visualize
from keras_rnn.applications.contract import Request
from keras_rnn.applications.visual_navigation import network as navigator
from keras_rnn.applications.visual_navigation import scores
from keras_rnn.applications.visual_navigation import train as navigation
from keras_rnn.applications.visual_navigation.agent import NavigationAgent
from keras_rnn.applications.visual_navigation.figures import (
    draw_attention,
    draw_route,
    draw_routes,
)
from keras_rnn.datasets.generated import map_routes, shape_maps
from keras_rnn.datasets.generated.map_pictures import draw_maps, name_of
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
show = Pictures("visual_navigation")

# %% [markdown]
# ## 1. The lecture's task
#
# The lecture ends its list of applications with this one. In its best known form
# (Anderson et al. 2018) somebody stands in a house and is told where to go: "Leave the
# kitchen, turn left at the sofa, and stop before the window." At each step there are
# photographs of what can be seen from there, and a choice: where to go next, or to
# stop. So there are
#
# - an instruction: a **sequence** of words, read first, by the **encoder**;
# - a walk: a **sequence** of actions of another length, made by the **decoder**.
#
# That is the shape of translation, with actions in place of words. One thing is new.
# A translator reads at each step what it wrote. A walker reads what its action *did to
# the world*: it goes left, and sees something else, or runs into a wall.
#
# $$s_t = \text{GRU}\big([\,x_t,\ a_{t-1}\,],\ s_{t-1}\big), \qquad
#   p(a_t) = \text{softmax}\big(f(s_t, \text{what it sees and was told})\big), \qquad
#   x_{t+1} = \text{world}(x_t, a_t)$$
#
# Photographs of houses are large. Our world is a map of 6 by 6 cells with walls and
# coloured shapes, which a picture shows. The network gets the picture, the sentence,
# and at each step where it stands.

# %%
words = navigator.instruction_words("Walk to the red circle, then stop.")
print(words)
model = navigator.build(sorted(words), side=shape_maps.SIDE)
show(visualize.unfold(model, steps=3), "encoder_decoder", "It reads, then it acts")

# %% [markdown]
# ## 2. The world
#
# Three kinds of instructions lead to a goal: straight to a shape, by way of another
# shape, or some cells further than a shape. Then the goal itself is not named. The
# orange frame is the start, the star the goal, the diamond what has to be passed.

# %%
size = (128, 20, 40) if quick() else (2000, 200, 400)
data = shape_maps.generate(*size)
print(data.describe())
train, test = data.part("train"), data.part("test")
figure, grid = plt.subplots(1, 4, figsize=(11, 3.6), layout="constrained")
for axes, place in zip(grid, range(4), strict=True):
    axes.set(xticks=[], yticks=[])
    draw_route(axes, train.some([place]), train.starts[[place]])
    axes.set_title(fill(train.texts[place], 30), fontsize=9)
show(figure, "world", "Maps with instructions", caption=data.describe())

# %% [markdown]
# Maps of the test are new, and so is some colour and shape that is named on each: that
# a green triangle is passed, for example, is never said in the training. Green things
# are passed, and triangles. A network that has phrases by heart is of no use.
#
# ## 3. Who knows the way
#
# In a small world the best action is known everywhere. How far is a cell from the goal?
# One step further than its nearest neighbour (Bellman 1957):
#
# $$d(\text{goal}) = 0, \qquad d(c) = 1 + \min_{n \text{ beside } c} d(n)$$
#
# Repeated until nothing changes, that fills the map:

# %%
task = test.some([np.argmax(test.lengths)])
print(task.texts[0])
distance = map_routes.distances(task.walls, task.goals)[0].reshape(6, 6)
figure, axes = plt.subplots(figsize=(4, 4), layout="constrained")
axes.set(xticks=[], yticks=[])
axes.imshow(draw_maps(task.grids, 24)[0], extent=(-0.5, 5.5, 5.5, -0.5), alpha=0.35)
for (row, column), value in np.ndenumerate(distance):
    if value < map_routes.FAR:
        axes.text(column, row, value, ha="center", va="center", fontsize=13)
show(figure, "distances", "Moves to the goal", caption=data.describe())

# %% [markdown]
# Every action that leads to a smaller number is best. There may be two of them: up and
# then left, or left and then up. The network is asked for each with probability one
# half, so it is not punished for either. If something has to be passed, the distance is
# that to the landmark until it is reached.
#
# ## 4. How walks are judged, and what needs no network
#
# A walk is a **success** if it stops at the goal: to come by is not enough. It should
# also be short. SPL, success weighted by path length (Anderson et al. 2018), is
#
# $$\text{SPL} = \frac{1}{N} \sum_{i=1}^{N} S_i \, \frac{l_i}{\max(l_i, p_i)}$$
#
# with $S_i$ = 1 for a success, $l_i$ the length of the shortest way and $p_i$ that of
# the walk. `as_told` asks that the landmark was passed, too.
#
# In 36 cells chance is not nothing. And there are better guesses: to walk to the
# nearest shape without reading, or to do, without looking, what was right for the most
# similar sentence of the training.

# %%
for name, values in scores.baselines(data).items():
    print(f"{name:<50}", {key: round(value, 3) for key, value in values.items()})

# %% [markdown]
# ## 5. The network
#
# It is `applications.visual_navigation.network`. Its parts, in the order of use:
#
# - **Phrases look for their place.** $n_l$ is a sum over the vectors of a word and its
#   neighbours, $k_c$ the vector of a cell, from a convolution of the picture. Each word
#   has a map over the cells, $G_{lc} = \text{softmax}_c(n_l \cdot k_c)$. As $n_l$ is a
#   sum, "green" and "triangle" need not have come together before. It reaches three
#   words to each side. With one it sometimes never learned: attention settled on "to",
#   which means any shape, and from there no gradient led to "red" and "circle".
# - **The walker** is a GRU. It reads its last move, and the words whose place it stands
#   on: $\sum_l G_{l, \text{here}} h_l$ with $h_l$ of the reader. So it notices that it
#   has come to what it was looking for.
# - **Attention** $\beta_{tl}$ to the words chooses which one counts now, and the map of
#   where to go is $\sum_l \beta_{tl} G_l$.
# - **The action** is chosen from that map and that of the free cells, both seen from
#   where it stands: "two cells to the left of me" means the same everywhere.
#
# The last point in NumPy, for a map with a single one at row 1, column 4:

# %%
wanted = np.zeros((1, 1, 36), "float32")
wanted[0, 0, 1 * 6 + 4] = 1
window = model.get_layer("window")
for row, column in ((1, 2), (3, 4)):
    seen = np.asarray(window(wanted, np.array([[row * 6 + column]])))
    down, right = np.argwhere(seen.reshape(11, 11) == 1)[0] - 5
    print(f"from row {row}, column {column}: {down} down, {right} to the right")

# %% [markdown]
# ## 6. Training, with slips
#
# Teacher forcing would show the network right routes alone. Once it errs, it stands
# where no route has ever led, and errs again (Ross et al. 2011). So in training one
# step in five goes in any direction, and the best action from there is what is to be
# learned.

# %%
request = Request(epochs=1 if quick() else 20, verbose=2)
model = navigation.fit(data, request)
agent = NavigationAgent(model)
walks = agent.walk(test)
found = scores.evaluate(test, walks)
print({name: round(value, 3) for name, value in found.metrics().items()})
for name, values in found.by(test.legs).items():
    print(f"{name:<8} {values['tasks']:>4} tasks: success {values['success']:.3f}")
for name, values in found.by(navigation.length_groups(test)).items():
    print(f"{name:<14} {values['tasks']:>4} tasks: success {values['success']:.3f}")

# %% [markdown]
# All walks of the test go on together: one step of the network for all, then one of the
# world. `keras-rnn run visual_navigation` learns from twice as many maps, twice as
# often, and leaves `map.png`, on which `--load DIR --input map.png "go to the red
# circle"` walks.
#
# ## 7. Walks, right and failed

# %%
figure = draw_routes(
    test, walks.places, found.success, caption=data.describe(), count=5
)
show(figure, "routes", "Walks on maps of the test")
elsewhere = walks.stopped & ~found.success
print(f"failed: {(~walks.stopped).sum()} never stopped, {elsewhere.sum()} elsewhere")
# Where did those that never stopped want to go, in the end?
meant = walks.maps[:, -1].reshape(len(test), -1).argmax(axis=1)
knew = (meant == test.goals) | (meant == test.landmarks)
print(f"to the right place: {knew[~walks.stopped].sum()} of {(~walks.stopped).sum()}")

# %% [markdown]
# Most of those that fail go to and fro before a wall, with the goal behind it. The way
# around leads *away* from the goal at first. The network has one layer to plan with,
# and the last line tells that it mostly knows where it wants to go: planning fails, not
# reading. Networks that repeat Bellman's step inside are a remedy (Tamar et al. 2016).
#
# ## 8. Where it looks
#
# In each row a step, in each column a word. On the left the walk, with the number of
# the step at which a cell was left first.

# %%
order = np.argsort(~found.success, kind="stable")  # those that succeeded first
chosen = [order[test.legs[order] == legs][0] for legs in ("past", "count")]
show(draw_attention(test, walks, chosen, data.describe()), "attention")

# %% [markdown]
# The words of the landmark have the weight until it is reached, those of the goal after
# that. Nobody said which words are which: this was learned from right actions alone.
# The map of where to go, before the landmark and after it:

# %%
place = chosen[0]
passed = np.flatnonzero(walks.places[place] == test.landmarks[place])
later = min(int(passed[0]) if len(passed) else 0, walks.maps.shape[1] - 1)
figure, grid = plt.subplots(1, 3, figsize=(9, 3.4), layout="constrained")
draw_route(grid[0], test.some([place]), test.starts[[place]])
for axes, step, name in zip(grid[1:], (0, later), ("first", "later"), strict=True):
    axes.imshow(walks.maps[place, step], cmap="Purples", vmin=0, vmax=1)
    axes.set_title(f"{name}: wants to go to")
for axes in grid:
    axes.set(xticks=[], yticks=[])
grid[0].set_title(fill(test.texts[place], 32), fontsize=9)
show(figure, "where_to_go", caption=data.describe())

# %% [markdown]
# ## Exercises
#
# 1. **Never astray.** Train with `slip=0.0`, on right routes alone. How much is lost?
# 2. **Words that are not needed.** Take the words of direction out of all instructions.
#    Does it walk worse to a shape (`direct`, `past`), and where it counts (`count`)?
# 3. **Not on the map.** Send it to a shape that is not there. What does it do?
#
# ## Solutions
#
# ### 1. Never astray

# %%
sure = navigation.fit(data, request, slip=0.0)
narrow = scores.evaluate(test, NavigationAgent(sure).walk(test))
print(f"with slips {found.success.mean():.3f}, without {narrow.success.mean():.3f}")

# %% [markdown]
# Without slips it never sees what to do beside the way: its first error is its last.
#
# ### 2. Words that are not needed

# %%
said = {"left", "right", "up", "down", "upwards", "downwards"}


def without_directions(text):
    text = text.replace("to the left ", "").replace("to the right ", "")
    return " ".join(word for word in text.split() if word.strip(",") not in said)


texts = [without_directions(text) for text in test.texts]
print(test.texts[chosen[0]], "->", texts[chosen[0]])
fewer = replace(test, texts=texts)
mute = scores.evaluate(fewer, agent.walk(fewer))
for name, values in mute.by(test.legs).items():
    before = found.by(test.legs)[name]["success"]
    print(f"{name:<8} success {before:.3f}, without directions {values['success']:.3f}")

# %% [markdown]
# A shape is found by its name, wherever it lies. Cells that are counted need a
# direction. (A sentence with "turn" is odd without one, and still mostly understood.)
#
# ### 3. Not on the map

# %%
missing = []
for row in test.grids:
    absent = sorted(set(range(2, 26)) - set(row.flat))
    missing.append(f"go to the {name_of(absent[0])}")
nowhere = replace(test, texts=missing)
lost = agent.walk(nowhere)
ends = test.grids.reshape(len(test), -1)[np.arange(len(test)), lost.places[:, -1]]
print(f"stopped: {lost.stopped.mean():.2f}")
print(f"stopped at some shape: {(lost.stopped & (ends > 1)).mean():.2f}")
for place in range(5):
    print(f"{missing[place]:<30} stood at the end on: {name_of(ends[place])}")

# %% [markdown]
# It walks to what is most like it: the same colour, or the same shape. As with
# questions about pictures, nothing in the training taught it to say that there is no
# such thing.
