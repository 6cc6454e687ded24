# %% [markdown]
# # Text to image: a sentence in, a picture out, pixel by pixel
#
# **Learn:** how a picture becomes a sequence; how a recurrent network draws one from a
# caption; what a network cannot do that makes all pixels at once; how drawings are
# judged by a network that looks at them; and what diffusion models do beyond this.
#
# **Follows:** chapter 5, section 5.5, "Text2Image Generator"; the network is a small
# PixelRNN (van den Oord et al. 2016).
#
# **Takes:** about 5 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`.

# %%
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import visualize
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.texts import most_similar, vocabulary, words
from keras_rnn.applications.text_to_image import figures, network
from keras_rnn.applications.text_to_image import train as drawing
from keras_rnn.applications.text_to_image.drawing_classifier import (
    classify,
    compare_nearest,
    train_classifier,
)
from keras_rnn.datasets.generated import pixel_drawings
from keras_rnn.datasets.generated.shape_scene import Thing
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()

# %% [markdown]
# ## 1. The lecture's sentence
#
# The lecture asks for "a photo of a Corgi dog riding a bike in Times Square. It is
# wearing sunglasses and a beach hat", and shows the photograph that a generator made.
# Nobody ever took it: all its parts were known, and came together for the first time.
#
# Here is the same task, small enough for two cores. A picture has 16 by 16 pixels, and
# each is one of 13 colours: the background, and six colours, each full and, for edges,
# pale. A sentence says what to draw, where, and how large, or leaves some of it open.

# %%
size = (128, 16, 32) if quick() else (4000, 256, 300)
data = pixel_drawings.generate(*size)
show = Pictures("text_to_image", caption=data.describe())
train, validation, test = data.parts.values()
print(data.describe())
for text in train.captions[:4]:
    print(text)

# %% [markdown]
# Some colours, shapes and places come together in the test alone: no red circle of the
# training is on the left. Of each two of the three there are examples; all three at
# once have to be put together, as with the dog, the bike and the beach hat.

# %%
first = Thing("circle", "red", "small", 0.25, 0.5)
print(pixel_drawings.part_of("red", "circle", "left"))
print(pixel_drawings.in_letters(pixel_drawings.pixels_of(first)))

# %% [markdown]
# ## 2. A picture is a sequence
#
# Row by row from the top, each row from the left, the pixels are a sequence
# $y_1 \dots y_{256}$. The probability of a whole picture, given the caption $c$, is a
# product, as that of a sentence is:
#
# $$P(y \mid c) = \prod_{t=1}^{256} P(y_t \mid y_1 \dots y_{t-1}, c)$$
#
# No approximation is in this. One network gives all factors: it reads the pixel that
# was drawn last and says how likely each colour is to be next. It is the *one-to-many*
# shape: one sentence, many pixels.
#
# $$h_t = \text{GRU}\big([\,y_{t-1},\ \text{around}_t,\ \text{row}_t,\
#   \text{column}_t,\ c\,],\ h_{t-1}\big), \qquad
#   P(y_t) = \text{softmax}(W h_t + b)$$
#
# What is $\text{around}_t$? In the sequence, the pixel above is 16 steps ago; in the
# picture it is next to this one. So the cell keeps the last row, and looks at its
# pixels just above (`help(RasterGRUCell)` draws which).

# %%
known = vocabulary([words(text) for text in train.captions], least=1)
model = network.build(known)
print(f"{len(known)} words, {model.count_params():,} weights")
show(visualize.unfold(model, steps=4), "one_to_many", "One sentence, many pixels")

# %% [markdown]
# In training all pixels are known, and each is predicted from the right ones before it
# (teacher forcing): the network reads the picture one step late.

# %%
small = np.array([[[1, 2], [3, 4]]])
print("is to say  ", small.ravel())
print("reads      ", network.late(small)[0], "(13 begins)")

# %% [markdown]
# ## 3. First, two simpler ways
#
# **Look it up.** Take the picture of the most similar caption of the training. What is
# new in the test is in none of them, so one of the three is always wrong.
#
# **All pixels at once.** Read the caption and say for each pixel, in one go, how likely
# each colour is. It is quick to train, and the pixels know nothing of each other.
# If the caption leaves open how large the thing is, each pixel decides that for itself:

# %%
request = Request(epochs=1 if quick() else None, verbose=2)
simple = network.build_baseline(known)
updates = drawing.BASELINE_UPDATES
network.fit(simple, train, validation, request, updates=updates, name="baseline")
scores = simple.predict(network.word_numbers(simple, test.captions), verbose=0)
mean = scores.reshape(-1, 16, 16, 13)
likeliest = mean.argmax(axis=-1)
chances = np.exp(mean - mean.max(axis=-1, keepdims=True))
chances /= chances.sum(axis=-1, keepdims=True)
uniform = np.random.default_rng(0).random(likeliest.shape)
tossed = (chances.cumsum(axis=-1) < uniform[..., None]).sum(axis=-1).clip(0, 12)

# %%
copied = train.pixels[most_similar(train.captions, test.captions)]
open_ones = [i for i, text in enumerate(test.captions) if len(text.split()) < 7][:6]
figure, grid = plt.subplots(3, 6, figsize=(10, 5.2), layout="constrained")
for row, name, pixels in zip(
    grid, ("looked up", "likeliest", "drawn"), (copied, likeliest, tossed), strict=True
):
    row[0].set_ylabel(name)
    for axes, place in zip(row, open_ones, strict=False):
        axes.imshow(pixel_drawings.to_colours(pixels[place]))
        axes.set_title(test.captions[place], fontsize=6)
for axes in grid.ravel():
    axes.set(xticks=[], yticks=[])
show(figure, "simpler_ways", "Without recurrence")

# %% [markdown]
# ## 4. Who says what is right?
#
# A drawing may be right in many ways, so it cannot be compared pixel by pixel with one
# picture. We ask a network that answers questions about pictures, the one of the
# tutorial on visual question answering: "what colour is the thing?", "what shape is the
# thing?" It has learned from real drawings only. What it is worth is measured first:

# %%
judge = train_classifier(request, count=64 if quick() else 640)
real = classify(judge, test.pixels, test.things)
print("real drawings:  ", real.shares())
for name, pixels in (("looked up", copied), ("likeliest", likeliest)):
    print(f"{name + ':':<16}", classify(judge, pixels, test.things).shares())

# %% [markdown]
# The judge has a weak side: it has never seen a bad drawing, and names a shape in any
# case. So there is a second one without weights. All real drawings can be listed, 240
# of them: which is the most similar, and is it the same, pixel by pixel (`flawless`)?

# %%
for name, pixels in (("looked up", copied), ("likeliest", likeliest)):
    print(f"{name + ':':<16}", compare_nearest(pixels, test))

# %% [markdown]
# Look at the copied pictures again: the judge asks for colour and shape, and both may
# be right where the *place* is wrong. That is why the second judge counts.
#
# ## 5. The network draws

# %%
updates = drawing.UPDATES
network.fit(model, train, validation, request, updates=updates, name="drawing")
for name, one in (("all at once", simple), ("pixel by pixel", model)):
    print(f"{name:<16} {network.losses(one, test).mean():.4f} nats a pixel")

# %%
pixels = drawing.draw(model, test.captions, seed=0)
verdict = classify(judge, pixels, test.things)
print("the judge:   ", verdict.shares())
print("second judge:", compare_nearest(pixels, test))
figure = figures.draw_right_and_wrong(test.captions, pixels, verdict.right)
show(figure, "drawings")

# %% [markdown]
# How a picture comes about. Up to the first pixel of the shape all is background; where
# that one stands decides on size and place, and what follows has to fit it.

# %%
good = np.flatnonzero(verdict.right)[:4] if verdict.right.any() else np.arange(4)
texts = [test.captions[place] for place in good]
show(figures.draw_growing(texts, pixels[good]), "growing")

# %% [markdown]
# ## 6. Chance
#
# The next pixel is *drawn* by its probabilities. At a low temperature the likeliest
# nearly always wins; at a high one chance has more to say, 256 times a picture.

# %%
drawn = {
    each: drawing.draw(model, test.captions, temperature=each, seed=0)
    for each in drawing.TEMPERATURES
}
show(figures.draw_temperatures(test.captions, drawn), "temperatures")
for each, own in drawn.items():
    shares = classify(judge, own, test.things).shares()
    print(f"temperature {each}: {shares['right']:.2f} right")

# %% [markdown]
# ## 7. Failures
#
# Look at the wrong ones: they begin as one shape and end as another. A slip is never
# taken back, as each pixel is decided for good, and the network has not learned to go
# on from its own slips: it only read right pictures. A drawing may even stay empty,
# which happened in other runs: where nothing has begun in time, in the training nothing
# ever begins from there on.
#
# And what the network has no words for, it cannot draw:

# %%
odd = [
    "a pink circle",
    "a red circle and a blue square",
    "a corgi riding a bike",
    "no cross",
    "a circle",
]
figure, grid = plt.subplots(1, 5, figsize=(10, 2.6), layout="constrained")
drawings = pixel_drawings.to_colours(drawing.draw(model, odd))
for axes, text, picture in zip(grid, odd, drawings, strict=True):
    axes.set(xticks=[], yticks=[])
    axes.imshow(picture)
    axes.set_title(text, fontsize=8)
show(figure, "odd", "Captions that no training had")

# %% [markdown]
# ## 8. What diffusion models do beyond this
#
# The pictures in the lecture are not made this way any more. A *diffusion* model (Ho et
# al. 2020) learns to take a little noise out of a picture. Begun with noise alone and
# used some dozens of times, it ends with a picture:
#
# - **All pixels at once, again and again.** Nothing is settled before the rest; a slip
#   of one step is mended in the next. Ours draws the top row without knowing the last.
# - **As many steps as one likes,** not one for each pixel. Here a picture of 512 by 512
#   would be a sequence of 262,144 steps.
# - **Far apart is no obstacle.** Convolutions and attention see all of the picture;
#   here what was drawn rows ago has to be remembered.
# - **A space of its own.** Latent diffusion (Rombach et al. 2022) works on a small
#   code, which another network turns into pixels.
# - **Words from the world.** The caption is read by a network that has learned from
#   hundreds of millions of pictures with texts. Ours knows 30 words.
#
# What a PixelRNN has and they do not: the exact probability of any picture.
#
# ## Exercises
#
# 1. **Likely or not.** Score one test drawing under its own caption and under captions
#    with another colour, shape or place. Which caption is the likeliest?
# 2. **Where it hesitates.** Draw a map of the loss of each pixel, averaged over the
#    test. Which pixels are hard, and why these?
# 3. **Finish it.** Give the network the upper half of a drawing, and let it say the
#    likeliest lower half, one pixel after another.
#
# ## Solutions
#
# ### 1. Likely or not

# %%
texts = [
    "a small red circle on the left",
    "a small blue circle on the left",
    "a small red square on the left",
    "a small red circle on the right",
]
own = np.repeat(pixel_drawings.pixels_of(first)[None], len(texts), axis=0)
for number, text in enumerate(texts):
    one = pixel_drawings.Drawings([first], ["left"], [text], own[number : number + 1])
    print(f"{text:<34} {256 * network.losses(model, one).mean():7.2f} nats")

# %% [markdown]
# The network was taught to draw, and can tell as well which caption fits: by Bayes'
# rule, the one under which the picture is likeliest.
#
# ### 2. Where it hesitates

# %%
loss = network.losses(model, test).mean(axis=0)
figure, axes = plt.subplots(figsize=(8, 4.2), layout="constrained")
image = axes.imshow(loss, cmap="viridis")
figure.colorbar(image, label="nats")
axes.set(xlabel="column", ylabel="row")
show(figure, "hesitation", "Loss of each pixel, mean over the test")

# %% [markdown]
# Hard is where something may begin, and where a large thing could be a small one. Once
# a shape has begun, there is little left to decide.
#
# ### 3. Finish it

# %%
half = test.pixels[:4].copy()
half[:, 8:] = 0
numbers = network.word_numbers(model, test.captions[:4])
for place in range(8 * 16, 256):
    scores = model.predict((numbers, network.late(half)), verbose=0)
    half.reshape(4, -1)[:, place] = scores[:, place].argmax(axis=-1)
    if quick() and place == 8 * 16 + 8:
        break
print("pixels other than in the drawing:", (half != test.pixels[:4]).sum(axis=(1, 2)))

# %% [markdown]
# This goes through all 256 steps for each pixel. `keras_rnn.decoding.sample` keeps the
# state instead, and needs one step for each: all its drawings above took seconds.
