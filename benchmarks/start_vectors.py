"""What word vectors to begin with are worth to `sentiment`: accuracy over seeds.

The application is trained as `keras-rnn run sentiment` trains it, and judged on the
same tenth of the sentences each time:

  nothing    its word vectors begin as Keras draws them
  FILE       they begin with those of a file, such as vectors.txt of word_embeddings;
             without one, `word_embeddings` is trained first
  shuffled   with those of the first file, dealt out to the words at random: vectors as
             long and as different from each other, that mean nothing

Mean and each seed's accuracy. A test of a thousand sentences is uncertain by 0.013
(one standard error); all see the same sentences, so that differences are less so.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("vectors", nargs="*", metavar="FILE")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="default: 3")
    parser.add_argument("--data", help="as in keras-rnn run sentiment")
    parser.add_argument("--epochs", type=int)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="generated data, one seed and one epoch: whether it runs, not how well",
    )
    args = parser.parse_args()
    if args.quick:
        args.seeds, args.data, args.epochs = 1, "sample", 1
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from keras_rnn.applications import sentiment
    from keras_rnn.applications.contract import Request

    with tempfile.TemporaryDirectory() as folder:
        paths = args.vectors or [learned(args, Path(folder) / "vectors.txt")]
        ways = {**{path: path for path in paths}, "nothing": None}
        ways["shuffled"] = shuffled(paths[0], Path(folder) / "shuffled.txt")
        found = {name: [] for name in ways}
        for name, path in ways.items():
            for seed in range(args.seeds):
                started = time.perf_counter()
                outcome = sentiment.train(
                    Request(
                        data=args.data,
                        seed=seed,
                        epochs=args.epochs,
                        vectors=path,
                        verbose=0,
                    )
                )
                found[name].append(outcome.metrics["accuracy"])
                print(
                    f"seed {seed}  {name}: accuracy {found[name][-1]:.4f}, "
                    f"{outcome.more['start_vectors']:,} words, "
                    f"{time.perf_counter() - started:.0f} s",
                    flush=True,
                )
    print(f"\n{outcome.data.describe()}; {outcome.more['test']:,} to test")
    print(f"bag of words: {outcome.baseline['accuracy']:.4f}")
    for name, each in found.items():
        listed = "  ".join(f"{one:.4f}" for one in each)
        print(f"{statistics.mean(each):.4f}  ({listed})  {name}")


def learned(args, target):
    """Write the vectors that `keras-rnn run word_embeddings` learns."""
    from keras_rnn.applications.contract import Request
    from keras_rnn.applications.word_embeddings import train as word_embeddings

    data = "sample" if args.quick else None
    outcome = word_embeddings.train(Request(data=data, epochs=args.epochs, verbose=0))
    target.write_text(outcome.files["vectors.txt"], encoding="utf-8")
    return str(target)


def shuffled(path, target):
    """Write the vectors of a file with the words in another order."""
    import numpy as np

    from keras_rnn.datasets.text import word_vectors

    vectors = word_vectors.read(path)
    order = np.random.default_rng(0).permutation(len(vectors))
    mixed = word_vectors.WordVectors(vectors.words, vectors.table[order])
    target.write_text(mixed.to_text(), encoding="utf-8")
    return str(target)


if __name__ == "__main__":
    main()
