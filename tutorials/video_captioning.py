# %% [markdown]
# # Video captioning: frames in, words out
#
# **Learn:** the encoder-decoder shape on two kinds of sequences, pictures and words;
# why neither length has to be known; why things have to stay apart on the way from the
# picture to the word; how to judge a sentence by its meaning and not by its letters;
# how to see which places a word rests on.
#
# **Follows:** chapter 5, section 5.1, "Why existing convnets are insufficient", and
# lecture 3, slide 3.
#
# **Takes:** about 3 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`.

# %%
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.attention_maps import draw_word_maps
from keras_rnn.applications.shared.captions import (
    are_true,
    caption_search,
    nearest_captions,
    words_of,
    write_captions,
)
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.applications.video_captioning import film_encoder
from keras_rnn.applications.video_captioning import train as video_captioning
from keras_rnn.datasets.generated import captioned_films as films
from keras_rnn.datasets.generated import shapes
from keras_rnn.datasets.generated.scene_labels import ATTRIBUTES, frame_labels
from keras_rnn.datasets.generated.shape_scene import MOTIONS, Scene, Thing
from keras_rnn.training import set_seed
from keras_rnn.tutorial import Pictures, quick, quiet
from keras_rnn.visualize import unfold

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
count = 20 if quick() else 1
data = films.generate(6000 // count, 400 // count, 600 // count)
train, validation, test = (data.part(name) for name in shapes.PARTS)
show = Pictures("video_captioning", caption=data.describe())
print(data.describe())
near = nearest_captions(train, test)


def share_true(texts):
    return np.mean(are_true(texts, test))


print(f"caption of the most similar film: {share_true(near):.3f} true")

# %% [markdown]
# ## 3. Eyes
#
# One vector for a whole picture would know that something is red, something blue,
# something a circle and something a square. It would not know what belongs together.
# So the picture stays a grid of 8 by 8 places, and at each place there is one thing or
# none.
#
# Captioning systems did not learn to see from captions. They took a network that had
# learned to name photographs, and kept it as it was. Here eyes learn to name colour,
# shape, size and motion at each place. A single frame shows no motion. So there are two
# pairs of eyes: one looks at a frame and says *what*, one looks at two frames and says
# *how*. What a thing is, is then told without knowing how it moves, and a combination
# that is new is nothing special.

# %%
request = Request(epochs=2 if quick() else None, verbose=2)
encoder = film_encoder.train_encoder(train, validation, request)
print(f"{encoder.count_params():,} weights, fixed from now on")

# %% [markdown]
# How often is each right, at the places where something is, in films not trained on?

# %%
grids = film_encoder.encode_films(encoder, validation).pictures
named = np.split(grids, (7, 12, 15), axis=-1)
labels = frame_labels(validation.scenes, films.FRAMES)
is_right = labels == np.stack([each.argmax(axis=-1) for each in named], axis=-1)
is_thing = labels[..., 0] > 0
names = (*ATTRIBUTES, "motion")
for name, share in zip(names, is_right[is_thing].mean(axis=0), strict=True):
    print(f"{name:8} {share:.3f}")

# %% [markdown]
# ## 4. A reader and a writer
#
# Let $x_{tp}$ be what the eyes see at place $p$ of frames $t$ and $t + 1$. At each
# place an LSTM reads along the film, the same one at all places:
#
# $$h_{tp} = \mathrm{LSTM}(h_{t-1,p}, x_{tp}).$$
#
# The writer, a GRU, looks at the last states of all places by attention, and reads the
# word before, which in training is the right one (*teacher forcing*). What it has said
# decides where it looks next: after "a red" only a red thing is of interest.

# %%
set_seed(0)
model = video_captioning.build(vocabulary(train.tokens, least=1), encoder)
known = words_of(model).vocabulary
print(f"{model.count_params():,} weights, {len(known)} words")
show(unfold(model, steps=3), "encoder_decoder", "First read, then written", caption="")

# %% [markdown]
# The picture shows the reader at one place. The writer looks at its last states at all
# of them.
#
# Each film has five captions. One of them is drawn in each epoch, so that the network
# does not take one way to say it for the only one. What the eyes see of each film is
# computed once.

# %%
video_captioning.fit(model, train, validation, request)

# %%
greedy = video_captioning.caption(model, test.pictures)
texts = video_captioning.caption(model, test.pictures, beam_width=3)
print(f"most probable word each time {share_true(greedy):.3f} true")
print(f"beams of three               {share_true(texts):.3f} true")
print(f"most similar film            {share_true(near):.3f} true")

# %% [markdown]
# ## 5. Right and wrong ones

# %%
right = np.array(are_true(texts, test))
figure = video_captioning.draw_captions(test, texts, right, data.describe())
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
# In our run eight of 600 captions were wrong, and in all of them colour, shape and
# motion were there, but not together: it told how the other thing moves. Where both
# things have one colour, "a yellow" does not tell the writer where to look next.
#
# And what was never seen together in training?

# %%
is_new = np.array([films.is_new(scene) for scene in test.scenes])
print(f"new combination of what moves, and how: {is_new.sum()} films")
print(f"true of these {right[is_new].mean():.3f}", end=", ")
print(f"of the others {right[~is_new].mean():.3f}")

# %% [markdown]
# It is told as well as the rest: 1.000 beside 0.984 in our run. With one vector for the
# whole of two frames, learned from the captions alone, 0.05 of such films were told
# truly, and 0.35 of all.

# %% [markdown]
# ## 6. Which places a word rests on
#
# The maps are drawn over the middle frame. All that a place saw in the course of the
# film counts, so a thing can be looked at where it came from or where it went. For the
# colour both things are often looked at: either would do. After it the choice is made.

# %%
places = np.flatnonzero(right)[:4] if right.any() else np.arange(4)
shown = [texts[place] for place in places]
maps = video_captioning.word_maps(model, test.pictures[places], shown)
figure = draw_word_maps(test.pictures[places, 2], shown, maps, data.describe())
show(figure, "attention")

# %% [markdown]
# ## 7. Any number of frames
#
# The network was trained on films of five frames. The same motion in more frames is
# slower: how far does what was learned carry?

# %%
shares = {}
by = caption_search(model, 1, video_captioning.LONGEST)
for frames in (2, 5, 13) if quick() else (2, 3, 5, 7, 9, 13):
    longer = [shapes.move(scene, frames) for scene in test.scenes[:200]]
    pictures = np.array([shapes.draw_all(film, films.SIZE) for film in longer])
    pairs = zip(write_captions(model, by, pictures), test.scenes, strict=False)
    shares[frames] = np.mean([shapes.is_true(text, scene) for text, scene in pairs])
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.plot(list(shares), list(shares.values()), marker="o")
axes.axvline(films.FRAMES, color="0.6", linestyle="--", label="as in training")
axes.set(xlabel="frames of the film", ylabel="true captions", ylim=(0, 1.03))
axes.legend()
show(figure, "other_lengths", "The same motion in fewer or more frames")

# %% [markdown]
# Up to seven frames nothing is lost. It is not the length that ends it: the
# reader goes on for as long as a film lasts. It is the speed. The eyes have seen things
# go a twelfth of the picture from frame to frame, and no other way. In two frames
# things jump too far, and in thirteen they hardly seem to move.

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
print(path.name, video_captioning.caption_files(model, [path]))

# %% [markdown]
# On the command line: `keras-rnn run video_captioning --load DIR --input mine.gif`.
#
# ### 2. Without motion

# %%
still = np.repeat(pictures[0][None], films.FRAMES, axis=0)[None]
print(video_captioning.caption(model, still))

# %% [markdown]
# It tells of a motion all the same: in all captions it has learned from, something
# moves. In our run it told of a big green square, which is not even there: the writer
# looks for what moves, and found nothing. A network says what is most probable, not
# that it does not know.
