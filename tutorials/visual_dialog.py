# %% [markdown]
# # Visual dialog: a conversation about a picture
#
# **Learn:** how one recurrent network reads words and another one reads rounds; how to
# measure what a memory is worth, with the same network without it; what "it" means to
# a network; and how one wrong answer leads to the next.
#
# **Follows:** lecture 3, slide 20, "Visual Dialog (Conversation about an Image)".
#
# **Takes:** about 10 minutes on two CPU cores; 1 minute with `KERAS_RNN_QUICK=1`.

# %%
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn import visualize
from keras_rnn.applications.contract import Request
from keras_rnn.applications.shared.attention_maps import draw_map
from keras_rnn.applications.shared.image_encoder import build_encoder
from keras_rnn.applications.shared.questions import question_words
from keras_rnn.applications.visual_dialog import train as visual_dialog
from keras_rnn.applications.visual_dialog.agent import DialogAgent
from keras_rnn.applications.visual_dialog.figures import draw_gain, draw_varied_dialogs
from keras_rnn.applications.visual_dialog.network import build
from keras_rnn.applications.visual_dialog.scores import baseline_is_right, by_kind
from keras_rnn.datasets.generated import shape_dialogs, shapes
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
show = Pictures("visual_dialog")

# %% [markdown]
# ## 1. The lecture's conversation
#
# The lecture shows a picture and a conversation about it. It goes like this one:
#
# > Is there a mug? *Yes.* What colour is it? *White.* Is anything painted on it? *A
# > cat.* And the table?
#
# Each question is short because of what was said before. "It" is the mug, and no camera
# can see that; "and the table?" asks for a colour, and does not say so. An answer needs
# three things: the **question**, the **picture**, and the **history**, all rounds so
# far. The encoder brings them together, and the decoder makes the answer from that.
# With answers of one word, the decoder has one step.
#
# Das et al. (2017) compared three ways to give a network the history:
#
# - *late fusion*: all earlier words are read as one long text;
# - a *hierarchical recurrent encoder*: one network reads the words of a question, a
#   second one reads the rounds;
# - a *memory network*: the question looks back at the rounds, with attention.
#
# Here it is the second, as it is recurrent twice. With $q_t$ for a question that was
# read word by word, $a_t$ for its answer and $g_t$ for what was seen in the picture:
#
# $$h_t = \text{GRU}\big([\,q_{t-1},\ a_{t-1},\ g_{t-1}\,],\ h_{t-1}\big), \qquad
#   e_t = \tanh\big(W [\,q_t,\ h_t\,]\big), \qquad
#   p(a_t) = \text{softmax}\big(f(e_t, g_t)\big)$$
#
# That the history keeps $g_t$ is ours, and so is a mark in the picture at the places
# where the round before looked: so "it" can lead back there.

# %%
texts = ["Is there a red square?", "What size is it?", "And the circle?"]
words = sorted({word for text in texts for word in question_words(text)})
model = build(words, ["yes", "no", "small", "large"], build_encoder())
reader = visualize.unfold(model.get_layer("reader"), steps=4)
show(reader, "words", "A question is read word by word", caption="")
rounds = visualize.unfold(model.get_layer("history"), steps=3)
show(rounds, "rounds", "The dialog is read round by round: x is a round", caption="")

# %% [markdown]
# So a dialog is a sequence of sequences. The last state of the small network is one
# input of the large one.
#
# ## 2. How a state can know what "it" is
#
# A gate is all that is needed: who hears a name takes it over, who hears "it" keeps
# what is there. In NumPy, with one number for each thing and $z$ near 1 if something
# is named:

# %%
things = np.eye(3)  # square, circle, cross
heard = [
    ("is there a red square?", things[0], 1),
    ("what size is it?", np.zeros(3), 0),
    ("and the circle?", things[1], 1),
    ("is it left of the cross?", things[2], 0),
    ("and its colour?", np.zeros(3), 0),
]
state = np.zeros(3)
for text, named, names in heard:
    z = 1 / (1 + np.exp(-10 * (names - 0.5)))
    state = z * named + (1 - z) * state
    print(f"{text:<26} it is {state.round(2)}  (square, circle, cross)")

# %% [markdown]
# In "is it left of the cross?" a thing is named, and is *not* what the next "it" means.
# The gate has to be learned, from right answers alone.
#
# ## 3. Dialogs about shapes
#
# `keras_rnn.datasets.shape_dialogs` makes pictures of three shapes and dialogs of six
# rounds about them. What refers back is chosen so that it has to be understood: "what
# size is it?" is asked where not all things are of one size, "is it left of the cross?"
# where another "it" would turn yes into no, and "what colour is the other thing in its
# row?" where the row has two.

# %%
size = (64, 16, 32) if quick() else (8000, 300, 600)
data = shape_dialogs.generate(*size)
print(data.describe())
test = data.part("test")
for one in test.rounds[1]:
    print("  back" if one.refers_back else "  new ", f"{one.text:<52}", one.answer)
figure, axes = plt.subplots(figsize=(3, 3), layout="constrained")
axes.set(xticks=[], yticks=[])
draw_map(axes, shapes.draw(test.scenes[1], 128))
show(figure, "scene", "What is talked about", caption=data.describe())

# %% [markdown]
# The baseline sees no picture and knows no history. It says what was most often right
# after the same words, in the training part. In real data sets this is surprisingly
# much; here it is little.

# %%
back = test.refers_back
guessed = baseline_is_right(data)
print(f"questions that refer back: {back.mean():.0%}")
print(
    f"most frequent answer: {guessed.mean():.3f}, of those {guessed[back].mean():.3f}"
)

# %% [markdown]
# ## 4. With and without history
#
# What is a memory worth? One number cannot say, as 0.9 may be easy or hard. So the same
# network is trained twice, in the same way, on the same dialogs. The second time,
# blanks stand in place of what was said before. All else is equal, so the difference
# is the history's.
#
# The eyes are trained before that, once for both. They learn to name what is at each
# place of a picture, and are left as they are; so did Das et al. with a network that
# had learned to name photographs. What is left to learn is language: what the words
# mean, and what refers to what.
#
# Where to look is taught as well: for each question of the training, the data say which
# thing it is about, and of a relation which other thing one has to see. Visual7W has
# such boxes for photographs (Zhu et al. 2016). Both networks are taught that.
#
# As history counts what the network *itself* answered, right or wrong. In training it
# is told the right answers (teacher forcing).

# %%
request = Request(epochs=2 if quick() else None, verbose=2)
encoder = visual_dialog.train_encoder(data, request)
found = {}
for history in (True, False):
    trained = visual_dialog.fit(data, request, encoder, history=history)
    if history:
        model = trained
    found[history] = visual_dialog.evaluate(trained, data, history=history)
    name = "with" if history else "without"
    for what, value in found[history].metrics().items():
        print(f"{name:<8}{what:<24} {value:.3f}")

# %%
kinds = by_kind(test, found[True], found[False], guessed)
figure = draw_gain(kinds, caption=data.describe())
show(figure, "gain_from_history", "What the history is worth")
for kind, one in kinds.items():
    with_it, without = one["accuracy"], one["accuracy_without_history"]
    print(f"{kind:<14} {with_it:.2f}  without {without:.2f}  of {one['questions']}")

# %% [markdown]
# Questions that begin anew need no history, and get none the better for it. Of those
# that refer back, the network without history can only take one of three things for
# "it". "And the circle?" is worse still: it does not even know what is asked.
#
# ## 5. A page of dialogs
#
# Right ones first, then some with a mistake. Bright is where the network looked, in
# orange the frame around what the question is about, italic what refers back, red what
# is wrong.

# %%
show(draw_varied_dialogs(test, found[True]), "dialogs", caption=data.describe())

# %% [markdown]
# The same from the command line, in rounds or as a talk:
#
# ```
# keras-rnn run visual_dialog --load DIR --input scene.png "is there a red square?" \
#     "what size is it?"
# keras-rnn run visual_dialog --load DIR --chat
# ```
#
# ## 6. Failures
#
# A network that reads its own answers can be led astray by them. How often is an answer
# right after a right one, and after a wrong one? And how much better is it if somebody
# tells it the truth after each round?

# %%
right = found[True].right
before, after = right[:, :-1], right[:, 1:]
for name, own in (("right", before), ("wrong", ~before)):
    own = own & back[:, 1:]
    share = f"{after[own].mean():.2f}" if own.any() else "-"
    print(f"after a {name} answer, of what refers back: {share} of {own.sum()}")
told = visual_dialog.evaluate(model, data, true_history=True)
print(f"own answers as history:   {right[back].mean():.3f}")
print(f"right answers as history: {told.right[back].mean():.3f}")
for place, share in enumerate(right.mean(axis=0), 1):
    print(f"round {place}: {share:.2f}")

# %% [markdown]
# Another failure cannot be seen in these numbers: questions that nobody could answer.
# The network has no word for "I do not know what you mean", and so it says something:

# %%
box = shapes.Thing("square", "red", "large", 0.25, 0.25)
ball = shapes.Thing("circle", "blue", "small", 0.75, 0.25)
cone = shapes.Thing("triangle", "green", "large", 0.25, 0.75)
scene = shapes.Scene((box, ball, cone), cells=2)
picture = shapes.draw(scene)
for questions in (
    ["what size is it?"],
    ["is there a yellow cross?", "what size is it?"],
    ["what colour is the square?", "who painted it?"],
):
    [answers] = visual_dialog.replies(model, [(picture, questions)])
    print(" ".join(f"{q} {a}." for q, a in zip(questions, answers, strict=True)))

# %% [markdown]
# ## Exercises
#
# 1. **A false memory.** Tell the network in the second round that the thing in the
#    square's row is a triangle, and ask for the colour of "it". Whom does it believe,
#    its eyes or its memory?
# 2. **A changed subject.** Ask about the square, then the circle, then "it". Then the
#    other way around. Does the last one named win?
# 3. **How long it remembers.** Name a thing once, and ask about "it" for more rounds
#    than any dialog of the training has.
#
# ## Solutions
#
# ### 1. A false memory

# %%
agent = DialogAgent(model)
questions = [
    "is there a red square?",
    "what shape is the other thing in its row?",
    "what colour is it?",
]
for told_shape in ("circle", "triangle"):
    given = agent.encode_answers([["yes", told_shape]])
    chances, _ = agent.talk(picture[None], agent.encode([questions]), given)
    order = chances[0, 2].argsort()[::-1][:2]
    shares = (f"{agent.answers[one]} {chances[0, 2, one]:.0%}" for one in order)
    print(f"told that it is a {told_shape}:", ", ".join(shares))

# %% [markdown]
# It remembers two things: what was said, and where it looked. The circle is blue, the
# triangle green: which of them did it go by?
#
# ### 2. A changed subject

# %%
for names in (("square", "circle"), ("circle", "square")):
    questions = [f"what colour is the {name}?" for name in names] + ["how large is it?"]
    [answers] = visual_dialog.replies(model, [(picture, questions)])
    print(" ".join(f"{q} {a}." for q, a in zip(questions, answers, strict=True)))

# %% [markdown]
# The square is large and the circle small.
#
# ### 3. How long it remembers

# %%
lasting = ["is there a blue circle?", *["is it right of the square?"] * 11]
chances, _ = agent.talk(picture[None], agent.encode([lasting]))
yes = agent.answers.index("yes")
print("probability of yes:", chances[0, :, yes].round(2))

# %% [markdown]
# The true answer is yes each time. Past the sixth round the network is where no
# training has been.
