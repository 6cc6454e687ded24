# %% [markdown]
# # Translating: a reader, a writer, and where the writer looks
#
# **Learn:** how two networks translate a sentence of one length into one of another,
# what attention adds, how a translation is looked for (greedy, beams, length penalty),
# how BLEU judges it, and how to tell whether the model or the search was wrong.
#
# **Follows:** chapter 5, sections 5.1 and 5.5 ("Voulez-vous chanter avec moi?"), and
# the CS230 cheat sheet of 5.6 (beam search, error analysis, BLEU, attention).
#
# **Takes:** about 2 minutes on two CPU cores; less
# with `KERAS_RNN_QUICK=1`.
#
# The file is a percent script: VS Code, Spyder, PyCharm and Jupytext open it as a
# notebook. `python tutorials/translation.py` runs it from top to bottom and
# puts the pictures into `tutorials/output/translation/`.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from keras_rnn.applications.shared.batches import PairBatches
from keras_rnn.applications.shared.texts import vocabulary
from keras_rnn.applications.translation import network as translator
from keras_rnn.applications.translation import search_errors
from keras_rnn.applications.translation import train as translation
from keras_rnn.applications.translation.split import split_pairs
from keras_rnn.datasets.text import sentence_pairs
from keras_rnn.datasets.text.word_tokens import detokenise, normalised, tokenise
from keras_rnn.training import fit, set_seed
from keras_rnn.tutorial import Pictures, quick, quiet

quiet()
data = sentence_pairs.sample(500 if quick() else 6000)
show = Pictures("translation", caption=data.describe())

# %% [markdown]
# ## 1. The task
#
# A small grammar writes French sentences with their English translations. The lecture's
# sentence is one that it could write, and never did: we ask for it at the end.

# %%
for source, target in zip(data.sources[:6], data.targets[:6], strict=True):
    print(f"{source:<45} {target}")

# %% [markdown]
# Word by word that cannot be done. "Voulez-vous" is two words in one and four in
# English ("do you want to"), the adjective changes places with its noun, "ne ... pas"
# stands around the verb. The lengths differ, and the first English word may depend on
# the last French sign: the question mark.
#
# No sentence of the test may be in the training part, neither left nor right, or else
# we would ask for what was told.

# %%
keys = [
    (normalised(a), normalised(b))
    for a, b in zip(data.sources, data.targets, strict=True)
]
size = len(data) // 20
train, validation, test = split_pairs(keys, test=size, validation=size)
print(f"{len(train)} to train, {len(validation)} to validate, {len(test)} to test")

# %%
sources = [tokenise(text.lower()) for text in data.sources]
targets = [tokenise(text.lower()) for text in data.targets]
words = [vocabulary([side[i] for i in train]) for side in (sources, targets)]
print(
    f"{len(words[0])} French and {len(words[1])} English words, such as {words[0][:8]}"
)

# %% [markdown]
# ## 2. How good is a translation? BLEU
#
# There are many good translations, and one reference. BLEU (Papineni et al. 2002)
# counts which runs of $n$ words of the translation are also in the reference, the
# precision $p_n$, and takes the geometric mean for $n = 1 \dots 4$ over the whole test
# set. What is too short would have good precision, so a penalty is paid for that:
#
# $$\text{BLEU} = 100\, \min\left(1, e^{1 - r/c}\right)
# \left(p_1 p_2 p_3 p_4\right)^{1/4}$$
#
# with $c$ words written and $r$ in the references. How words are split changes the
# number, so that we leave it all to the library sacreBLEU, which says what it did.

# %%
reference = "Do you want to sing with me?"
for said in (reference, "Do you want to dance with me?", "You want sing me?"):
    score = translation.bleu([said], [reference])
    precisions = np.round(score.precisions, 1)
    print(f"{score.score:6.1f}  p_n {precisions}  short {score.bp:.2f}  {said}")
print(score.signature)

# %% [markdown]
# ### A baseline without any network
#
# Look for the most similar French sentence of the training part, and give its English
# one: a memory, not a translator.

# %%
texts = [data.sources[i] for i in test]
references = [data.targets[i] for i in test]
baseline = translation.nearest(data, train, texts)
baseline_bleu = translation.bleu(baseline, references).score
print(f"the most similar sentence: BLEU {baseline_bleu:.1f}")

# %% [markdown]
# ## 3. Reader and writer
#
# The reader (encoder) makes a state $h_i$ of each French word, from both ends. The
# writer (decoder) starts from the last ones and writes English: each word is the input
# of the next step, and in training the right word is (*teacher forcing*).
#
# $$P(y \mid x) = \prod_t P(y_t \mid y_1 \dots y_{t-1}, x)$$
#
# Without attention, all that the writer knows of the French sentence is one state. With
# attention it looks back at every step. Bahdanau et al. (2015) score each French word
# with a small network, Luong et al. (2015) with a product:
#
# $$e_{ti} = v^\top \tanh(W_q s_t + W_k h_i)
# \qquad\text{or}\qquad e_{ti} = s_t^\top W_k h_i$$
#
# Both then share out weights that add up to 1, and read the mean:
#
# $$\alpha_{ti} = \frac{e^{e_{ti}}}{\sum_j e^{e_{tj}}},
# \quad c_t = \sum_i \alpha_{ti} h_i,
# \quad \tilde s_t = \tanh(W_c [s_t, c_t])$$


# %%
def batches(model, places, **options):
    encoded = translator.encode_targets(model, [targets[i] for i in places])
    read = translator.encode_sources(model, [sources[i] for i in places])
    return PairBatches(read, *encoded, batch_size=64, **options)


def trained(attention):
    set_seed(0)
    model = translator.build(*words, attention=attention, units=96, width=32)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(5e-3, clipnorm=1.0), loss)
    parts = batches(model, train), batches(model, validation, shuffle=False)
    history = fit(model, *parts, epochs=2 if quick() else 10, patience=None, verbose=0)
    return model, history


models = {}
figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
for attention in (None, "additive", "multiplicative"):
    models[attention], history = trained(attention)
    losses = history["val_loss"]
    axes.plot(range(1, len(losses) + 1), losses, label=attention or "no attention")
axes.set(xlabel="epoch", ylabel="validation loss (nats a word)", yscale="log")
axes.legend()
show(figure, "losses", "What attention is worth")

# %% [markdown]
# ## 4. Writing: greedy, or with beams
#
# The best translation is the $y$ of the highest $P(y \mid x)$, and there are too many
# to try. *Greedy* takes the likeliest word at each step. *Beam search* lets the best 5
# beginnings go on. Each word makes a sentence less probable, so that short ones would
# win; what has ended is compared by $\log P / \left(\frac{5 + |y|}{6}\right)^\alpha$.


# %%
def scores_of(model, width, penalty=1.0):
    search = translator.searcher(model, width, penalty)
    asked = [sources[i] for i in test]
    found, _ = translator.search(model, search, asked)
    said = [detokenise(tokens) for tokens in found]
    return translation.bleu(said, references).score, found


print(f"{'attention':<16}{'greedy':>8}{'beams of 5':>12}   (BLEU)")
for name, model in models.items():
    greedy, beams = scores_of(model, 1)[0], scores_of(model, 5)[0]
    print(f"{name or 'none':<16}{greedy:8.1f}{beams:12.1f}")
print(f"{'baseline':<16}{baseline_bleu:8.1f}")

# %% [markdown]
# Now the lecture's sentence, which no model has seen. The vocabulary is in the model,
# so that `translate` reads raw text.

# %%
lecture = "voulez-vous chanter avec moi?"
for name, model in models.items():
    print(f"{name or 'none':<16}{translator.translate(model, [lecture])[0]}")

# %% [markdown]
# ## 5. Where the writer looked
#
# Each row is one English word and shows where the weights $\alpha_{ti}$ lay when it was
# written. Look for the rows of noun and adjective: they cross.

# %%
model = models["additive"]
shown = [lecture, "elle ne porte pas la fleur blanche."]
one, other = translation.attention_maps(model, shown).values()
show(one, "attention_lecture")
show(other, "attention_adjective")

# %% [markdown]
# ## 6. Whose fault was it?
#
# For each wrong translation $\hat y$, compare it with the reference $y^*$ (the cheat
# sheet's error analysis). If the model gives $y^*$ the higher score, the *search*
# missed it: a wider beam would help. If not, the *model* is wrong, and no search mends
# it.

# %%
model = models[None]
asked, right = [sources[i] for i in test], [targets[i] for i in test]
for width in (1, 2, 5):
    score, found = scores_of(model, width)
    errors = search_errors.analyse(model, asked, right, found)
    print(
        f"beams {width}: BLEU {score:.1f}, {errors.judged.sum()} differ, "
        f"search {errors.search_to_blame.sum()}, model {errors.model_to_blame.sum()}"
    )

# %% [markdown]
# ## 7. Real sentences
#
# `keras-rnn run translation` does the same with 118,964 pairs English to Spanish of
# Tatoeba. Here is what they are like, and what looking for the
# most similar sentence reaches; without the file or the network the sample stands in.

# %%
real = sentence_pairs.load()
print(real.describe())
places = np.random.default_rng(0).permutation(len(real))[: 800 if quick() else 20000]
keys = [(normalised(real.sources[i]), normalised(real.targets[i])) for i in places]
known, _, held_out = split_pairs(keys, test=200, validation=1)
asked = [real.sources[places[i]] for i in held_out]
right = [real.targets[places[i]] for i in held_out]
similar = translation.nearest(real, places[known], asked)
print(f"the most similar sentence: BLEU {translation.bleu(similar, right).score:.1f}")
for row in zip(asked[:4], right, similar, strict=False):
    print(" | ".join(row))

# %% [markdown]
# ## Exercises
#
# 1. **Backwards.** Sutskever et al. (2014) read the source from its end. Does a reader
#    in one direction and without attention gain by that here?
# 2. **Length.** Without attention, is BLEU worse for longer sentences?
# 3. **No penalty.** What does a length penalty of 0 do to the length of what is
#    written?
#
# ## Solutions
#
# ### 1. Backwards
#
# Give `translator.encode_sources` the reversed words, `sources[i][::-1]`, and build the
# reader with `bidirectional=False`. The first words then stand next to the writer's
# start. With a reader from both ends, as here, there is nothing left to gain.
#
# ### 2. Length

# %%
_, found = scores_of(models[None], 5)
lengths = np.array([len(sources[i]) for i in test])
for name, chosen in (("short", lengths <= 7), ("long", lengths > 7)):
    places = np.flatnonzero(chosen)
    said = [detokenise(found[i]) for i in places]
    score = translation.bleu(said, [references[i] for i in places]).score
    print(f"{name:<6} {len(places):4} sentences, BLEU {score:.1f}")

# %% [markdown]
# ### 3. No penalty

# %%
for penalty in (0.0, 1.0):
    score, found = scores_of(models[None], 5, penalty)
    written = np.mean([len(tokens) for tokens in found])
    print(f"penalty {penalty}: {written:.2f} words a sentence, BLEU {score:.1f}")
