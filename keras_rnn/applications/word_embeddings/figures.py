"""Words as points on a plane: those with similar vectors stand together."""

import textwrap

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.figure import Figure

from keras_rnn.applications.word_embeddings.nearest_words import directions
from keras_rnn.datasets.text.word_lists import groups
from keras_rnn.datasets.text.word_vectors import WordVectors

# The most words that can be read in one picture, of each group and in all.
_OF_GROUP, _MOST = 8, 90

# Of the letters, in points.
_SIZE = 9


def chosen_words(vectors: WordVectors, seed: int = 0) -> dict[str, list[str]]:
    """Return words to draw, in groups.

    English ones by their meaning; where few of those are known, the most frequent words
    (they come first) by which of six means they are nearest to (k-means, scikit-learn).
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


def places(vectors: WordVectors, words: list[str], seed: int = 0) -> np.ndarray:
    """Return where words stand on the plane (t-SNE, scikit-learn).

    Distances within a crowd mean something, those between crowds little. There have to
    be five words at least; the result is `(len(words), 2)`.
    """
    from sklearn.manifold import TSNE

    rows = directions(np.stack([vectors[word] for word in words]))
    # About as many neighbours as a group has words.
    nearby = min(8.0, (len(words) - 1) / 3)
    # Rows of length 1: their distances are those of the angles.
    return TSNE(perplexity=nearby, init="pca", random_state=seed).fit_transform(rows)


def draw(vectors: WordVectors, caption: str = "", seed: int = 0) -> Figure:
    """Draw frequent words where t-SNE puts them, each group in a colour.

    Args:
        vectors: `WordVectors`.
        caption: String, what they were learnt from. Default: `""`.
        seed: Integer. Default: `0`.
    """

    chosen = chosen_words(vectors, seed)
    words = [word for group in chosen.values() for word in group][:_MOST]
    found = places(vectors, words, seed)
    spread = np.maximum(np.ptp(found, axis=0), 1e-6)
    found = (found - found.min(axis=0)) / spread  # within 0 and 1: there is no unit
    size = np.array([10.0, 8.0])
    figure = Figure(size)
    box = (0.05, 0.09, 0.78, 0.86)
    axes = figure.add_axes(box)
    axes.set(xlim=(-0.11, 1.11), ylim=(-0.04, 1.04), xticks=[], yticks=[])
    # Points of typography for each unit of the axes.
    points = 72 * size * box[2:] / (1.22, 1.08)
    texts = label_places(found * points, words)
    spots = dict(zip(words, zip(found, texts / points, strict=True), strict=True))
    palette = [*colormaps["tab10"].colors, *colormaps["Dark2"].colors]
    for number, (name, group) in enumerate(chosen.items()):
        group = [word for word in group if word in spots]
        if not group:
            continue
        colour = palette[number % len(palette)]
        here = np.array([spots[word][0] for word in group])
        axes.scatter(*here.T, s=10, color=colour, label=name)
        for word in group:
            axes.text(*spots[word][1], word, size=_SIZE, color=colour, va="center")
    axes.set_xlabel("t-SNE, first axis (no unit)")
    axes.set_ylabel("t-SNE, second axis (no unit)")
    axes.set_title("Word vectors on a plane: what is used alike stands together")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9, frameon=False)
    if caption:
        text = textwrap.fill(caption, 130)
        figure.supxlabel(text, x=0.01, ha="left", fontsize=8, color="0.4")
    return figure


def label_places(spots: npt.ArrayLike, words: list[str]) -> np.ndarray:
    """Return where to write words beside their spots, clear of each other.

    Each word takes the first free place around its spot, and the place that hides
    least where none is free.

    Args:
        spots: Array `(words, 2)`, in points of typography.
        words: List of strings.

    Returns:
        Array `(words, 2)`, the left ends of the words, at half their height.
    """
    spots = np.asarray(spots, float)
    half = _SIZE / 2 + 0.5
    # What is taken already, as left, right, bottom, top: the spots to begin with.
    taken = [(x - 2, x + 2, y - 2, y + 2) for x, y in spots]
    texts = []
    for (x, y), word in zip(spots, words, strict=True):
        width = 0.58 * _SIZE * len(word)
        sides = ((4, 0), (-4 - width, 0), (-width / 2, 9), (-width / 2, -9))
        corners = [(dx, dy) for dy in (7, -7, 12, -12) for dx in (4, -4 - width)]
        far = [(dx, dy) for dx in (10, -10 - width) for dy in (0, 17, -17)]
        frames = [
            (x + dx, x + dx + width, y + dy - half, y + dy + half)
            for dx, dy in (*sides, *corners, *far)
        ]
        hidden = [_overlap(frame, np.array(taken)) for frame in frames]
        best = frames[int(np.argmin(hidden))]
        taken.append(best)
        texts.append((best[0], (best[2] + best[3]) / 2))
    return np.array(texts)


def _overlap(frame, others):
    """The area of a frame that others lie on."""
    left, right, bottom, top = frame
    across = np.minimum(right, others[:, 1]) - np.maximum(left, others[:, 0])
    up = np.minimum(top, others[:, 3]) - np.maximum(bottom, others[:, 2])
    return float((np.maximum(across, 0) * np.maximum(up, 0)).sum())
