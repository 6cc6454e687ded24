# %% [markdown]
# # Activity: a recording in, what somebody does out
#
# **Learn:** to read measurements instead of words; the same task as many-to-one (one
# answer for a recording) and as many-to-many (one for each frame of a film); why a
# frame needs the frames after it as well; how to test whether a network puts together
# what it has only seen apart.
#
# **Follows:** chapter 5, sections 5.1 and 5.5, "Video activity recognition: Running".
#
# **Takes:** about 4 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`.

# %%
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn.applications.contract import Request
from keras_rnn.applications.video_activity import frames
from keras_rnn.applications.video_activity import train as video_activity
from keras_rnn.architectures import many_to_many
from keras_rnn.datasets.generated.shape_films import ACTIVITIES, drawn_films
from keras_rnn.datasets.series import motions
from keras_rnn.layers import ClassProbabilities
from keras_rnn.training import set_seed
from keras_rnn.tutorial import Pictures, quick, quiet
from keras_rnn.visualize import unfold

quiet()

# %% [markdown]
# ## 1. The lecture's example: running
#
# On the slide a film goes in and "Running" comes out. A film is pictures in a row; what
# a watch measures on a wrist is numbers in a row, and shorter: ten times a second an
# accelerometer and a gyroscope, three directions each. Students stood, walked, ran and
# played badminton with it (BasicMotions, of the UEA archive).

# %%
data = motions.load()
print(data.note or data.describe())
print(data.classes, "train", data.train.shape, "test", data.test.shape)
show = Pictures("video_activity", caption=data.describe())

# %%
figure, grid = plt.subplots(
    2, 2, figsize=(9, 4.5), sharex=True, sharey=True, layout="constrained"
)
for number, (axes, name) in enumerate(zip(grid.flat, data.classes, strict=False)):
    axes.plot(data.train[data.train_labels == number][0], linewidth=0.9)
    axes.set_title(name)
figure.supxlabel("step (0.1 s)")
figure.supylabel("as measured")
show(figure, "recordings", "A recording of each activity, a line a channel")

# %% [markdown]
# ## 2. First, without any order
#
# How far do the mean and the spread of each channel lead, with logistic regression? Who
# runs shakes more than who stands; no network is needed to see that.

# %%
simple = video_activity.mean_and_spread(data)
print(f"mean and spread: accuracy {simple:.3f} on {len(data.test)} recordings")

# %% [markdown]
# ## 3. Many-to-one
#
# The state $h_t = f(h_{t-1}, x_t)$ goes through the recording in both directions, and
# the two last states make one answer. Forty recordings are few, so that noise on the
# standardised values and dropout on the states keep the network from learning them by
# heart, and there are none to spare for choosing an epoch: the number is fixed before.

# %%
set_seed(0)
model = video_activity.build(data.classes, data.train.shape[-1])
figure = unfold(model, steps=3)
show(figure, "many_to_one", "A recording in, one answer out", caption="")

# %%
video_activity.fit(model, data, Request(epochs=4 if quick() else None, verbose=0))
found = model.predict(data.test, verbose=0)
right = found.argmax(axis=1) == data.test_labels
print(f"network {right.mean():.3f}, mean and spread {simple:.3f}")
for place in np.flatnonzero(~right)[:5]:
    truth, said = data.test_labels[place], found[place].argmax()
    print(f"wrong: {data.classes[truth]} taken for {data.classes[said]}")

# %% [markdown]
# One recording is 2.5 points here: a difference of one or two between two ways says
# nothing.
#
# ## 4. When does it know?
#
# The same network on the beginning of each recording. It was not trained on shorter
# ones, and yet most are told early.

# %%
lengths = [5, 10, 20, 40, 60, 80, 100]
lengths = [length for length in lengths if length <= data.test.shape[1]]
shares = []
for length in lengths:
    said = model.predict(data.test[:, :length], verbose=0).argmax(axis=1)
    shares.append((said == data.test_labels).mean())
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.plot(np.array(lengths) / motions.RATE, shares, marker="o")
axes.axhline(1 / len(data.classes), color="0.6", linestyle="--", label="by chance")
axes.set(xlabel="seconds that were read", ylabel="accuracy", ylim=(0, 1.03))
axes.legend()
show(figure, "when_it_knows", "How much of a recording is needed")

# %% [markdown]
# ## 5. Frame by frame: many-to-many
#
# Now a film: of two coloured shapes one goes about, and each frame is to be called by
# what happens until the next. No single frame says that. A small convolutional network,
# the same for all frames, turns each into a vector, and a recurrent one in both
# directions connects them.

# %%
parts = {
    of: drawn_films(count // (12 if quick() else 1), of)
    for of, count in (("train", 3600), ("validation", 300), ("test", 300))
}
pictures, said = parts["test"]
print(ACTIVITIES, {of: len(one[1]) for of, one in parts.items()})
simple = frames.baseline_accuracy(parts["train"], parts["test"])
print(f"{frames.BASELINE}: {simple:.3f} of the frames")

# %%
set_seed(0)
network = frames.build()
show(unfold(network, steps=3), "many_to_many", "A frame in, an answer out", caption="")


# %%
def learn(model, train):
    request = Request(epochs=2 if quick() else None, verbose=2)
    frames.fit(model, train, parts["validation"], request)


learn(network, parts["train"])
answers = network.predict(pictures, verbose=0).argmax(axis=-1)
print(f"network {(answers == said).mean():.3f} of the frames, {simple:.3f} without it")
caption = "films of coloured shapes (generated, not real)"
figure = frames.draw_answers(network, pictures[:4], said[:4], caption)
show(figure, "films", caption=caption)

# %% [markdown]
# Where it fails: a film with more than one wrong frame, if there is one. Often the
# shape goes behind the other or before it.

# %%
worst = np.argsort((answers == said).sum(axis=1))[:3]
figure = frames.draw_answers(network, pictures[worst], said[worst], caption)
show(figure, "failures", "The films with most frames wrong", caption=caption)

# %% [markdown]
# ## 6. What it has never seen together
#
# In each film of the test, some colour, shape and motion come together that no film to
# learn from has: a network that had them by heart would fail in those. Does it?

# %%
seen = drawn_films(len(said) // 2, "train", seed=1)
known = network.predict(seen[0], verbose=0).argmax(axis=-1)
print(f"new films of known combinations {(known == seen[1]).mean():.3f}")
print(f"films with a new combination    {(answers == said).mean():.3f}")

# %% [markdown]
# What moves and how it moves do not depend on each other in this network: the
# combinations that were left out are no harder.
#
# ## Exercises
#
# 1. **One direction.** Build the network of films with `bidirectional=False`. How many
#    frames are still told, and which are not?
# 2. **Played backwards.** What does the trained network say of a film that runs
#    backwards?
#
# ## Solutions
#
# ### 1. One direction
#
# The frame says what happens *until the next one*, which a network that reads forward
# has not seen yet. It can only guess that all goes on as before, and is wrong where the
# motion changes.

# %%
set_seed(0)
encoder = frames.build().get_layer("pictures")
forward = many_to_many(
    network.input,
    {"cell": "gru", "units": 64},
    encoder=encoder,
    head=ClassProbabilities(ACTIVITIES),
)
learn(forward, parts["train"])
guessed = forward.predict(pictures, verbose=0).argmax(axis=-1)
changes = said[:, 1:] != said[:, :-1]
goes_on = (guessed == said)[:, 1:][~changes].mean()
print(f"one direction {(guessed == said).mean():.3f} of all frames; where the motion")
print(f"goes on {goes_on:.3f}, where it changes", end=" ")
print(f"{(guessed == said)[:, 1:][changes].mean():.3f}")

# %% [markdown]
# ### 2. Played backwards
#
# Left becomes right and up becomes down, one frame later than before: the way from a
# frame to the next is now the way back to the one before.

# %%
opposite = np.array([0, 2, 1, 4, 3])
backwards = network.predict(pictures[:, ::-1], verbose=0).argmax(axis=-1)[:, ::-1]
agree = backwards[:, 1:] == opposite[said[:, :-1]]
print(f"the opposite of what happened before: {agree.mean():.3f} of the frames")
