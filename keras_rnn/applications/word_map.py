"""Words as points on a plane: those with similar vectors stand together."""

import textwrap

import numpy as np

from keras_rnn.applications.nearest_words import directions
from keras_rnn.applications.word_lists import groups

# The most words that can be read in one picture, of each group and in all.
_OF_GROUP, _MOST = 9, 90


def chosen_words(vectors, seed=0):
    """Return words to draw, in groups.

    Args:
        vectors: `keras_rnn.datasets.word_vectors.WordVectors`, the most frequent words
            first.
        seed: Integer. Default: `0`.

    Returns:
        Dict from group to list of words: English ones by their meaning; where few of
        those are known, frequent words by which of six means they are nearest to
        (k-means, scikit-learn).
    """
    found = {name: words[:_OF_GROUP] for name, words in groups(vectors).items()}
    if sum(map(len, found.values())) >= 20:
        return found
    from sklearn.cluster import KMeans

    # The first ones are articles and the like, which stand beside everything.
    frequent = vectors.words[20 if len(vectors) > 100 else 0 :][:60]
    rows = directions(np.stack([vectors[word] for word in frequent]))
    means = KMeans(min(6, len(frequent)), n_init=4, random_state=seed).fit(rows)
    found = {}
    for word, label in zip(frequent, means.labels_.tolist(), strict=True):
        found.setdefault(f"cluster {label + 1}", []).append(word)
    return dict(sorted(found.items()))


def places(vectors, words, seed=0):
    """Return where words stand on the plane (t-SNE, scikit-learn).

    Distances within a crowd mean something, those between crowds little.

    Args:
        vectors: `WordVectors`.
        words: List of at least five strings.
        seed: Integer. Default: `0`.

    Returns:
        Array `(len(words), 2)`.
    """
    from sklearn.manifold import TSNE

    rows = directions(np.stack([vectors[word] for word in words]))
    # About as many neighbours as a group has words.
    nearby = min(8.0, (len(words) - 1) / 3)
    # By the lengths-one rule, distances are those of the angles.
    return TSNE(perplexity=nearby, init="pca", random_state=seed).fit_transform(rows)


def draw(vectors, caption="", seed=0):
    """Draw frequent words where t-SNE puts them, each group in a colour.

    Args:
        vectors: `WordVectors`.
        caption: String, what they were learnt from. Default: `""`.
        seed: Integer. Default: `0`.

    Returns:
        `matplotlib.figure.Figure`.
    """
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    chosen = chosen_words(vectors, seed)
    words = [word for group in chosen.values() for word in group][:_MOST]
    spots = dict(zip(words, places(vectors, words, seed), strict=True))
    figure = Figure((10, 8), layout="constrained")
    axes = figure.subplots()
    palette = [*colormaps["tab10"].colors, *colormaps["Dark2"].colors]
    for number, (name, group) in enumerate(chosen.items()):
        here = np.array([spots[word] for word in group if word in spots])
        if not len(here):
            continue
        colour = palette[number % len(palette)]
        axes.scatter(*here.T, s=14, color=colour, label=name)
        for word, spot in zip(group, here, strict=False):
            axes.annotate(
                word, spot, (3, 2), textcoords="offset points", size=9, color=colour
            )
    axes.set(xticks=[], yticks=[], xlabel="t-SNE, first axis (no unit)")
    axes.set_ylabel("t-SNE, second axis (no unit)")
    axes.set_title("Word vectors on a plane: what is used alike stands together")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9, frameon=False)
    if caption:
        text = textwrap.fill(caption, 130)
        figure.supxlabel(text, x=0.01, ha="left", fontsize=8, color="0.4")
    return figure
