# %% [markdown]
# # Digits, row by row: which one is it?
#
# **Learn:** how an image is a sequence; the application's own network, which reads its
# rows from both ends (many-to-one); how much of a digit it takes to know it; which ones
# it takes for each other.
#
# **Follows:** chapter 5, section 5.6, the guide *Working with RNNs*, whose example this
# is. `working_with_rnns.py` builds an LSTM for it by hand.
#
# **Takes:** about 2 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`, which
# learns from a fifth of the images and proves little.

# %%
import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression

from keras_rnn.applications import image_rows
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.learning import fit_to_accuracy
from keras_rnn.applications.shared.splits import split
from keras_rnn.datasets.pictures import digits
from keras_rnn.training import set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
data = digits.load()
print(data.note or data.describe())
show = Pictures("image_rows", caption=data.describe())

# %% [markdown]
# ## 1. An image is a sequence
#
# 28 rows of 28 pixels are 28 steps of 28 features: $x_t$ is row $t$, and the state
# $h_t$ is all that the network keeps of the rows above. It is asked once, at the end.

# %%
figure, columns = plt.subplots(1, 5, figsize=(8.5, 2.2), layout="constrained")
for axes, rows in zip(columns, (4, 10, 16, 22, 28), strict=True):
    seen = np.where(np.arange(28)[:, None] < rows, data.images[0], 0)
    axes.imshow(seen, cmap="gray_r", vmin=0, vmax=255)
    axes.set(xticks=[], yticks=[], title=f"after row {rows}")
show(figure, "rows", "What the network has read of a digit")

# %% [markdown]
# ## 2. Before any network
#
# A logistic regression has one weight for each pixel and class, and sees all at once.

# %%
places = np.arange(2000 if quick() else len(data.labels))
images, labels = data.images[places].astype("float32"), data.labels[places]
parts = split(len(labels), test=0.2, validation=1 / 8, labels=labels)
flat = images.reshape(len(images), -1) / 255
pixels = LogisticRegression(C=0.03, max_iter=500)
pixels.fit(flat[parts.known], labels[parts.known])
right = pixels.score(flat[parts.test], labels[parts.test])
print(f"logistic regression on the pixels: {right:.3f}")

# %% [markdown]
# ## 3. Rows from above and from below
#
# The application's network is a GRU in both directions. The two last states are the
# summary: one has read downwards, the other upwards.
#
# ```
# row 1 -> row 2 -> ... -> row 28 ->  [state downwards]
#                                     [state upwards  ] -> p(0, ..., 9)
# row 1 <- row 2 <- ... <- row 28 <-
# ```

# %%
set_seed(0)
model = image_rows.build(units=48)
fit_to_accuracy(
    model,
    *((images[part], labels[part]) for part in (parts.train, parts.validation)),
    Request(verbose=2),
    updates=150 if quick() else 1100,
    learning_rate=4e-3,
    batch_size=64,
    metrics=["accuracy"],
)
found = model.predict(images[parts.test], batch_size=256, verbose=0)
truth, said = labels[parts.test], found.argmax(axis=1)
print(f"network {np.mean(said == truth):.3f}, pixels {right:.3f}")

# %% [markdown]
# `keras-rnn run image_rows` trains one of twice the size for longer, and answers files:
# `keras-rnn run image_rows --load output/image_rows --input photo.png`.
#
# ## 4. Which are taken for each other?

# %%
table = np.zeros((10, 10), int)
np.add.at(table, (truth, said), 1)
figure, axes = plt.subplots(figsize=(5, 4.6), layout="constrained")
axes.imshow(np.sqrt(table), cmap="Blues")
for (row, column), count in np.ndenumerate(table):
    colour = "white" if row == column else "black"
    axes.text(column, row, count or "", ha="center", va="center", color=colour, size=8)
axes.set_xticks(range(10))
axes.set_yticks(range(10))
axes.set(xlabel="the network's answer", ylabel="the digit")
show(figure, "confusion", "Digits that no training has seen")

# %% [markdown]
# ## Exercises
#
# 1. **Half of it.** Blank the lower half of each test image, then the upper half. Which
#    half says more?
#
# ## Solutions
#
# ### 1. Half of it

# %%
for name, kept in (("upper", np.arange(28) < 14), ("lower", np.arange(28) >= 14)):
    half = images[parts.test] * kept[:, None]
    answers = model.predict(half, batch_size=256, verbose=0).argmax(axis=1)
    print(f"{name} half: {np.mean(answers == truth):.3f}")

# %% [markdown]
# Neither was in the training, and both are far below the whole. Blank rows are no
# missing rows to the network: they are what paper looks like.
