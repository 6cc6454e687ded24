# %% [markdown]
# # Video captioning: frames in, words out
#
# **Learn:** the encoder-decoder shape on two kinds of sequences, pictures and words;
# why neither length has to be known; how to judge a sentence by its meaning and not by
# its letters; how to see which frames a word rests on.
#
# **Follows:** chapter 5, section 5.1, "Why existing convnets are insufficient", and
# lecture 3, slide 3.
#
# **Takes:** about 8 minutes on two CPU cores; 2 minutes with `KERAS_RNN_QUICK=1`.

# %%
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from keras_rnn.applications import film_captions as films
from keras_rnn.applications import video_captioning
from keras_rnn.applications.caption_writing import true, words_of
from keras_rnn.applications.outcome import Request
from keras_rnn.applications.texts import vocabulary
from keras_rnn.applications.word_marks import shifted
from keras_rnn.architectures import attention_scores
from keras_rnn.datasets import shapes
from keras_rnn.datasets.shape_scene import MOTIONS, Scene, Thing
from keras_rnn.training import set_seed
from keras_rnn.tutorial import Pictures, quick, quiet
from keras_rnn.visualize import attention_map, unfold

quiet()

# %% [markdown]
# ## 1. The lecture's example
#
# A convolutional network takes a picture of one size and gives an answer of one size. A
# film can have any number of frames, and a caption any number of words. On the slide
# both are sequences, one after the other: the film is read to its end, and then the
# caption is written.
#
# Films of the real world with captions are gigabytes. Here a small world stands in:
# coloured shapes, of which one or two move. Everything else is as it would be there.

# %%
ball = Thing("circle", "red", "small", x=0.2, y=0.3, motion="right")
box = Thing("square", "blue", "large", x=0.8, y=0.8)
scene = Scene((ball, box))
generator = np.random.default_rng(0)
for text in films.captions_of(scene, generator):
    print(text)

# %% [markdown]
# Many captions are right. To compare letters would be unfair, so a caption is *read*
# with the grammar it was made with, and its meaning is compared with what happens:

# %%
for text in ("a little red thing goes right", "red moves", "a red circle rises"):
    print(f"{text!r}: means {shapes.parse(text)}")
    print("   true" if shapes.is_true(text, scene) else "   not true")

# %% [markdown]
# ## 2. Films for training and for the test
#
# Some combinations of colour, shape and motion come in the test alone. Who has learned
# "red circle rises" by heart is of no use there: red, circle and rising have to be put
# together anew.

# %%
count = 6 if quick() else 1
data = films.generate(2400 // count, 240 // count, 600 // count)
train, validation, test = (data.part(name) for name in shapes.PARTS)
show = Pictures("video_captioning", caption=data.describe())
print(data.describe())
near = [train.captions[place][0] for place in films.most_similar(train, test)]


def share_true(texts):
    return np.mean(true(texts, test))


print(f"caption of the most similar film: {share_true(near):.3f} true")

# %% [markdown]
# ## 3. The network
#
# A single frame shows no motion. So convolutions look at two frames at a time, the same
# ones all along the film, and of each feature only the strongest response anywhere in
# the picture is kept. A GRU reads these vectors in both directions:
#
# $$h_t = \mathrm{GRU}(h_{t-1}, \mathrm{eyes}(x_t, x_{t+1})).$$
#
# The writer begins with the reader's last states, looks back at all $h_t$ by attention,
# and reads the word before, which in training is the right one (*teacher forcing*).

# %%
set_seed(0)
said = [text.split() for texts in train.captions for text in texts]
model = video_captioning.build(vocabulary(said, least=1))
known = words_of(model).vocabulary
print(f"{model.count_params():,} weights, {len(known)} words")
show(unfold(model, steps=3), "encoder_decoder", "First read, then written", caption="")

# %% [markdown]
# Each film has five captions. One of them is drawn in each epoch, so that the network
# does not take one way to say it for the only one.

# %%
request = Request(epochs=2 if quick() else None, verbose=2)
video_captioning.fit(model, train, validation, request)

# %%
greedy = video_captioning.caption(model, test.pictures)
texts = video_captioning.caption(model, test.pictures, beam_width=3)
print(f"most probable word each time {share_true(greedy):.3f} true")
print(f"beams of three               {share_true(texts):.3f} true")
print(f"most similar film            {share_true(near):.3f} true")

# %% [markdown]
# ## 4. Right and wrong ones

# %%
right = np.array(true(texts, test))
figure = films.draw_captions(test, texts, right, data.describe())
show(figure, "captions")

# %% [markdown]
# What is wrong with the wrong ones? The grammar can tell: it is asked for each detail
# by itself whether anything that moves has it.

# %%
faults = {"no sentence": 0, "colour": 0, "shape": 0, "motion": 0, "only together": 0}
for place in np.flatnonzero(~right):
    meaning = shapes.parse(texts[place])
    moving = [one for one in test.scenes[place].things if one.motion in MOTIONS]
    if meaning is None:
        faults["no sentence"] += 1
    elif meaning.first.colour not in {one.colour for one in moving}:
        faults["colour"] += 1
    elif meaning.first.shape not in {one.shape for one in moving}:
        faults["shape"] += 1
    elif meaning.what not in {one.motion for one in moving}:
        faults["motion"] += 1
    else:
        faults["only together"] += 1
print(f"of {(~right).sum()} wrong captions:", faults)

# %% [markdown]
# And what was never seen together in training?

# %%
is_new = np.array([films.is_new(scene) for scene in test.scenes])
print(f"new combination of what moves, and how: {is_new.sum()} films")
print(f"true of these {right[is_new].mean():.3f}", end=", ")
print(f"of the others {right[~is_new].mean():.3f}")

# %% [markdown]
# ## 5. Which frames a word rests on
#
# All words of this film can be told from any two of its frames, so that there is little
# reason to look at one more than at another. In a film in which something happens only
# once, the map would show when.

# %%
place = int(np.flatnonzero(right)[0]) if right.any() else 0
read, _ = shifted(words_of(model), [texts[place].split()])
weights = attention_scores(model).predict((test.pictures[place][None], read), verbose=0)
words = [*texts[place].split(), "end"]
pairs = [f"{one}-{one + 1}" for one in range(1, films.FRAMES)]
figure = attention_map(weights[0, : len(words)], pairs, words, title="Where it looked")
figure.axes[0].set_xlabel("frames")
show(figure, "attention")

# %% [markdown]
# ## 6. Any number of frames
#
# The network was trained on films of five frames. The same motion in more frames is
# slower: how far does what was learned carry?

# %%
shares = {}
for frames in (2, 3, 5, 7, 9, 13):
    longer = [shapes.move(scene, frames) for scene in test.scenes[:200]]
    pictures = np.array([shapes.draw_all(film, films.SIZE) for film in longer])
    found = video_captioning.caption(model, pictures)
    pairs = zip(found, test.scenes, strict=False)
    shares[frames] = np.mean([shapes.is_true(text, scene) for text, scene in pairs])
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.plot(list(shares), list(shares.values()), marker="o")
axes.axvline(films.FRAMES, color="0.6", linestyle="--", label="as in training")
axes.set(xlabel="frames of the film", ylabel="true captions", ylim=(0, 1.03))
axes.legend()
show(figure, "other_lengths", "The same motion in fewer or more frames")

# %% [markdown]
# ## Exercises
#
# 1. **A film of your own.** Draw a scene, save it as a moving picture and caption it.
# 2. **Without motion.** What does the network say when nothing moves? It has never seen
#    that.
#
# ## Solutions
#
# ### 1. A film of your own

# %%
pictures = [shapes.draw(one, films.SIZE) for one in shapes.move(scene, films.FRAMES)]
frames = [Image.fromarray(picture) for picture in pictures]
show.folder.mkdir(parents=True, exist_ok=True)
path = show.folder / "mine.gif"
frames[0].save(path, save_all=True, append_images=frames[1:], duration=200)
print(path.name, video_captioning.predict(model, [path]))

# %% [markdown]
# On the command line: `keras-rnn run video_captioning --load DIR --input mine.gif`.
#
# ### 2. Without motion

# %%
still = np.repeat(pictures[0][None], films.FRAMES, axis=0)[None]
print(video_captioning.caption(model, still))

# %% [markdown]
# It tells of a motion all the same: in all captions it has learned from, something
# moves. A network says what is most probable, not that it does not know.
