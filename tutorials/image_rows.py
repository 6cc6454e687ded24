# %% [markdown]
# # Digits row by row: an image as a sequence
#
# **Learn:** how a picture becomes a sequence of rows; what an answer at the end of it
# rests on; how soon, on the way from above to below, the digit is known; and what the
# order of the rows is worth.
#
# **Follows:** chapter 5, section 5.6, "Practice": the guide *Working with RNNs*
# (`working_with_rnns.py` tells all of it, this tutorial its digits).
#
# **Takes:** about 2 minutes on two CPU cores; a minute with
# `KERAS_RNN_QUICK=1`.

# %%
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import visualize
from keras_rnn.applications import image_rows
from keras_rnn.applications.contract import Request
from keras_rnn.datasets.pictures import digits
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
data = digits.load(generated=quick())
show = Pictures("image_rows", caption=data.describe())
print(data.note or data.describe())

# %% [markdown]
# ## 1. Many-to-one
#
# An image of 28 by 28 pixels is 28 steps of 28 numbers. The state goes from row to row,
# here in both directions, and one answer is made from the two last states:
#
# $$\overrightarrow{h}_t = f(\overrightarrow{h}_{t-1}, x_t), \qquad
#   \overleftarrow{h}_t = f(\overleftarrow{h}_{t+1}, x_t), \qquad
#   p = \text{softmax}\big(W [\overrightarrow{h}_{28}, \overleftarrow{h}_1] + b\big)$$

# %%
figure = visualize.unfold(image_rows.build(), steps=3)
show(figure, "many_to_one", "A step reads a row", caption="")

# %% [markdown]
# ## 2. Train, and compare
#
# `image_rows.train` is what `keras-rnn run image_rows` does: it splits the digits,
# measures logistic regression on all 784 pixels, trains, and judges both on digits that
# neither has seen.

# %%
request = Request(data="sample" if quick() else None, epochs=1 if quick() else None)
outcome = image_rows.train(request)
model = outcome.model
for name, value in outcome.metrics.items():
    print(f"{name}: {value:.3f}; {outcome.baseline_name}: {outcome.baseline[name]:.3f}")
show(outcome.figures["digits"], "right_and_wrong")

# %% [markdown]
# ## 3. How soon is it known?
#
# The rows below a line are blanked, as if the pen had not come there yet. (These are
# digits of all parts; the curve shows where knowledge comes from, not how good it is.)

# %%
images, labels = data.images[:500].astype("float32"), data.labels[:500]


def share_right(pictures):
    found = model.predict(pictures, batch_size=256, verbose=0)
    return (found.argmax(axis=1) == labels).mean()


rows = range(4, 29, 4)
shares = []
for row in rows:
    half_drawn = images.copy()
    half_drawn[:, row:] = 0
    shares.append(share_right(half_drawn))
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.plot(rows, shares, marker="o")
axes.axhline(0.1, color="0.6", linestyle="--", label="by chance")
axes.set(xlabel="rows that were drawn", ylabel="right", ylim=(0, 1.03))
axes.legend()
show(figure, "how_soon", "The digit on the way from above to below")

# %% [markdown]
# ## Exercises
#
# 1. **Other ink.** What does the network say of dark ink on bright paper, and why does
#    the command line (`image_rows.probabilities`) not have that problem?
# 2. **Upside down.** Turn the images by 180 degrees. Which digits stay what they are?
#
# ## Solutions
#
# ### 1. Other ink

# %%
print(f"bright ink {share_right(images):.2f}, dark ink {share_right(255 - images):.2f}")

# %% [markdown]
# It has never seen such images. `probabilities` looks at the border: if that is bright,
# black and white change places.
#
# ### 2. Upside down

# %%
turned = model.predict(images[:, ::-1, ::-1], batch_size=256, verbose=0).argmax(axis=1)
for digit in range(10):
    own = turned[labels == digit]
    said = np.bincount(own, minlength=10).argmax()
    print(f"{digit} turned: {(own == digit).mean():.2f} the same, mostly said: {said}")

# %% [markdown]
# A 0 stays a 0, and many a 2, 5 and 8 stay what they are; a 6 becomes a 9, and a 9 a 6.
