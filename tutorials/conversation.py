# %% [markdown]
# # Small talk: a network that answers
#
# **Learn:** how an encoder-decoder makes a conversation out of pairs of turns, why the
# answer needs the turns before, what perplexity says of it, where such a network fails,
# and what a large language model does beyond it.
#
# **Follows:** chapter 5, section 5.5 (the picture "ChatGPT") and 5.1 (encoder and
# decoder); the CS230 cheat sheet for perplexity and attention.
#
# **Takes:** about 4 minutes on two CPU cores; less than 1 with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/conversation.py` runs it from top to bottom and puts the
# pictures into `tutorials/output/conversation/`.

# %%
from pathlib import Path
from tempfile import mkdtemp

import matplotlib.pyplot as plt
import numpy as np

from keras_rnn.applications import Request
from keras_rnn.applications.conversation import network as talker
from keras_rnn.applications.conversation import train as conversation
from keras_rnn.applications.shared.scores import perplexity
from keras_rnn.datasets.text import small_talk
from keras_rnn.tutorial import Pictures, quick, quiet
from keras_rnn.visualize import attention_map

quiet()
data = small_talk.load()
show = Pictures("conversation", caption=data.describe())
print(data.describe())

# %% [markdown]
# ## 1. The picture
#
# The slide shows a window in which one types a question and reads an answer. Both are
# sequences of words, of different lengths, and the answer is not written word for word
# above the question: this is the shape **many-to-many with encoder and decoder**, as in
# translation. Vinyals and Le (2015) trained exactly that on film subtitles and on calls
# to a help desk, and it answered.
#
# $$h_t = f(h_{t-1}, x_t), \qquad s_0 = \tanh(W h_T), \qquad
# s_t = f(s_{t-1}, y_{t-1}, c_t), \qquad p(y_t) = \text{softmax}(V s_t)$$
#
# The encoder reads the words $x_1 \dots x_T$. The decoder starts from what it knew
# last, reads its own last word $y_{t-1}$ and says the next. $c_t$ is the attention: a
# mean of all the encoder's states, weighted by how well each fits the word to be
# written. In 2015 there was none; it came into use in the same year.
#
# ## 2. The data
#
# Real dialogs hold too much that no small network can learn in minutes, so these are
# generated. The grammar is small, but the answers are not to be had from the question
# alone:

# %%
for place in range(8):
    print(f"{data.texts[place]}\n    -> {data.replies[place]}")

# %% [markdown]
# Turns have `|` between them. Everything up to the last question is what the encoder
# reads; it is all that the network knows of the dialog. "what is my name ?" has twelve
# right answers, and a thirteenth if nobody ever said it.

# %%
answers = {}
for turns, reply in zip(data.turns, data.replies, strict=True):
    answers.setdefault(turns[-1], set()).add(reply)
for question in ("what is my name ?", "and yours ?", "why ?", "are you a human ?"):
    print(f"{question:<20} {len(answers[question])} different answers")
several = np.mean([len(answers[turns[-1]]) > 1 for turns in data.turns])
print(f"{several:.0%} of all questions have more than one answer")

# %% [markdown]
# The test part combines names with what they never are in the training: who learnt
# dialogs by heart has nothing to say there.
#
# ## 3. Before the network
#
# *Find the most similar question of the training part and give its answer.* Many help
# lines on the web work so. It gets right what depends on the question alone. For
# single words there is the n-gram model: how often did this word follow those two?
#
# The second number is the **perplexity**, the inverse probability of the right answers,
# a word:
#
# $$\text{perplexity} = \Big(\prod_{t=1}^{N} p(y_t)\Big)^{-1/N}
# = \exp\Big(-\frac{1}{N} \sum_t \log p(y_t)\Big)$$
#
# It says among how many equally likely words the model hesitates: 1 is certainty.

# %%
for chances in ([0.5, 0.5], [1.0, 0.25], [0.9, 0.9]):
    nats = -np.mean(np.log(chances))
    print(f"words of probability {chances}: perplexity {perplexity(nats):.2f}")

# %% [markdown]
# ## 4. Training, with context and without
#
# `conversation.train` does both baselines, then trains the network twice: once it reads
# the last seven turns, once the last one alone.


# %%
def dialogs_for_a_quick_look():
    """A file of the first dialogs, or `None` for all of them."""
    if not quick():
        return None
    path = Path(mkdtemp()) / "few_dialogs.tsv"
    lines = []
    for turns, reply in zip(data.turns[:900], data.replies, strict=False):
        lines.append(f"{'' if len(turns) > 1 else chr(10)}{turns[-1]}\t{reply}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


request = Request(
    data=dialogs_for_a_quick_look(), epochs=2 if quick() else None, tell=print
)
outcome = conversation.train(request)
more = outcome.more
rows = {
    "network": outcome.metrics,
    "without context": {
        name: more[f"{name}_without_context"] for name in outcome.metrics
    },
    "no network": outcome.baseline,
}
for name, scores in rows.items():
    print(name, {metric: round(value, 3) for metric, value in scores.items()})

# %%
figure, axes = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
for one, (metric, unit) in zip(
    axes,
    {"accuracy": "share of answers", "perplexity": "words"}.items(),
    strict=True,
):
    values = [scores[metric] for scores in rows.values()]
    one.bar(list(rows), values, color=["tab:blue", "tab:cyan", "0.6"])
    one.set(title=metric, ylabel=unit)
    for place, value in enumerate(values):
        one.annotate(f"{value:.2f}", (place, value), ha="center", va="bottom")
    one.margins(y=0.15)
show(figure, "context", "What the turns before are worth")

# %% [markdown]
# Where the last turn does not tell the answer, the network without context can only
# guess:

# %%
print(more["where_the_last_turn_does_not_tell"])

# %% [markdown]
# ## 5. Where it looked
#
# Each row is a word that was written, each column a word that was read. When it comes
# to the name, the decoder looks back to where the name was said.

# %%
turns = ["my name is Ada .", "Nice to meet you, Ada.", "what is my name ?"]
weights, read, written = talker.look(outcome.model, turns)
figure = attention_map(weights, read, written, title="What is my name?")
show(figure, "attention")

# %% [markdown]
# ## 6. A talk, and where it ends
#
# On the command line: `keras-rnn run conversation --load DIR --chat`. Here the same
# with given lines. All earlier turns are handed to `reply` each time: the network
# itself keeps nothing between two calls.

# %%
turns = []
for said in (
    "Good morning, I am Lena.",
    "I live in Paris.",
    "Where do I live?",
    "What is my name?",
    "What is the capital of France?",
    "My name is Zaphod.",
    "Why is the sky blue?",
):
    turns.append(said)
    turns.append(conversation.reply(outcome.model, turns))
    print(f"> {said}\n{turns[-1]}")

# %% [markdown]
# The last three are outside of the grammar. "France", "Zaphod" and "sky" are all the
# same unknown word to it. It has never learnt to say that it does not understand, so it
# answers with whatever is most probable: fluent, sure of itself, and wrong. The
# perplexity on the test part says nothing of that, since the test part is drawn from
# the same grammar.
#
# ## 7. What a large language model does beyond this
#
# The network above and ChatGPT have one thing in common: both write the most probable
# next word, again and again. The rest differs.
#
# - **Attention only.** A transformer has no recurrence. Every word looks at all words
#   before it, in many layers, so that a training step handles all positions at once on
#   parallel hardware, and nothing must pass through a state of fixed size.
# - **One model instead of two.** Question and answer are one text; a single decoder
#   goes on with it. Words are cut into pieces, so that no name is ever unknown.
# - **Pretraining.** Hundreds of thousands of words here; trillions of tokens of books,
#   web pages and programs there, and up to a million times as many weights. What is
#   known about France comes from there, not from dialogs.
# - **Instruction tuning.** After that the model goes on learning from dialogs written
#   by people, in which a question is followed by a good answer.
# - **Preference learning.** People (or models) compare two answers, and the model is
#   moved towards the ones they prefer: this is where much of the politeness, and the
#   "I do not know", comes from.
# - **In-context learning.** Shown a few examples of a task within the text, it does the
#   task, without any change of its weights. Ours only ever does its one task.
# - **Tools.** It can write a search query or a sum for another program and read what
#   comes back. Ours learns "two plus three" as words.
#
# Being fluent and wrong is not gone, though: the section before shows in small where
# that comes from.
#
# ## Exercises
#
# 1. **Forgetting.** Say your name, then talk about other things, and ask for it again.
#    After how many turns is it gone, and why?
# 2. **Surprise.** Compute the perplexity of a right answer and of a wrong one to the
#    same question.
# 3. **A talk of your own.** Write a file of dialogs and train on it.
#
# ## Solutions
#
# ### 1. Forgetting

# %%
for others in range(5):
    turns = ["my name is Emma .", "Nice to meet you, Emma."]
    turns += ["are you a human ?", "No, I am a network."] * others
    turns.append("what is my name ?")
    print(f"{len(turns)} turns: {conversation.reply(outcome.model, turns)}")

# %% [markdown]
# Only the last seven turns are read. With four exchanges or more in all, the name is
# not among them. A longer window costs time at every step of training, and dialogs of
# that length must be in the data. (A large language model has the same limit, at a
# hundred thousand words or more.)
#
# ### 2. Surprise

# %%
read = talker.read_words(["my name is Emma .", "Hello, Emma.", "what is my name ?"])
for answer in ("Your name is Emma.", "Your name is Hugo.", "Emma your is name."):
    words = talker.tokenise(answer)
    said, before, after = talker.encode(outcome.model, [read], [words])
    scores = outcome.model.predict((said, before), verbose=0)[0, : len(words) + 1]
    scores -= np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    right = scores[np.arange(len(scores)), after[0, : len(scores)]]
    print(f"{answer:<20} perplexity {perplexity(-right.mean()):.2f}")

# %% [markdown]
# The wrong name costs a single word; the wrong order costs them all.
#
# ### 3. A talk of your own
#
# A line is a question, a tab and the answer; an empty line ends a dialog.
#
# ```
# keras-rnn run conversation --data my_dialogs.tsv --out my_talk
# keras-rnn run conversation --load my_talk --chat
# ```
