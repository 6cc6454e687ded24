"""`keras-rnn export`: a trained model as a file that needs no Keras."""

from __future__ import annotations

import argparse

from keras_rnn.cli.backend import load_backend
from keras_rnn.errors import UserError

_DESCRIPTION = """\
Write a trained model for another runtime, where neither Keras nor a backend is
installed. What is written is run beside the Keras model, on random numbers; if an
answer differs by more than 1e-5, it is not kept.

--to
  numpy        NAME.py, NAME.npz   a short script and its weights; needs NumPy
  onnx         NAME.onnx           standard operators, for onnxruntime and others
  c            NAME.c, NAME.h      C99 with the weights inside; no heap, no dependency
  js           NAME.mjs            a module with the weights inside; browsers and node
  litert       NAME.tflite         built-in operators alone (TensorFlow Lite)
  savedmodel   NAME/               as Keras exports it, for TensorFlow Serving

With --step the file reads one step at a time and is handed its state, for streams.
docs/runtimes.md shows how each is used, how large it is and how fast.
"""

_EPILOG = """\
examples:
  keras-rnn export output/sentiment --to onnx            output/sentiment/sentiment.onnx
  keras-rnn export output/sentiment --to numpy --out web/
  keras-rnn export output/forecast --to onnx             readings in, forecast out
  keras-rnn export model.keras --to c --step             one step at a time, for streams

and then, where NumPy is all there is:
  cd web; python -c "import sentiment; print(sentiment.predict([[5, 9, 2]]))"
"""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand to the command line.

    Args:
        subparsers: What `ArgumentParser.add_subparsers` returned.
    """
    parser = subparsers.add_parser(
        "export",
        help="write a trained model for NumPy, ONNX, C, JavaScript or LiteRT",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "model",
        metavar="DIR_OR_FILE",
        help="a folder that keras-rnn run or forecast wrote, or a .keras file",
    )
    parser.add_argument(
        "--to", required=True, metavar="RUNTIME", help="what is to run it; see above"
    )
    parser.add_argument(
        "--out",
        metavar="PATH",
        help="the file to write, or a folder for it; default: beside the model, by the "
        "model's name",
    )
    parser.add_argument(
        "--step",
        action="store_true",
        help="read one step at a time, with the state in and out, instead of whole "
        "sequences",
    )
    parser.add_argument(
        "--weights",
        default="float32",
        metavar="TYPE",
        help="float32, or int8 for litert: a quarter of the size, and it is said what "
        "the rounding costs; default: float32",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Export a model and say what was written.

    Args:
        arguments: `argparse.Namespace` of the subcommand's arguments.

    Raises:
        UserError: The model is not there or cannot be exported.
    """
    from pathlib import Path

    from keras_rnn.cli.console import fact

    path = Path(arguments.model)
    if path.is_dir():
        found = [path / name for name in ("model.keras", "forecaster.keras")]
        path = next((one for one in found if one.is_file()), found[0])
    if not path.is_file():
        raise UserError(
            f"There is no {path}. Give a .keras file, or a folder that keras-rnn run "
            "or forecast wrote."
        )
    load_backend()
    from keras_rnn.cli.answers import load_model
    from keras_rnn.runtimes.exporting import RUNTIMES, export
    from keras_rnn.runtimes.reading import identifier

    model = load_model(path)
    out = path.parent if arguments.out is None else Path(arguments.out)
    if out.is_dir() or (arguments.out or "").endswith("/"):
        suffix = RUNTIMES[arguments.to].suffix if arguments.to in RUNTIMES else ""
        step = "_by_step" if arguments.step else ""
        out = out / f"{identifier(model.name)}{step}{suffix}"
    try:
        done = export(
            model, arguments.to, out, step=arguments.step, weights=arguments.weights
        )
    except KeyboardInterrupt:
        raise UserError("Stopped. No file is half-written.") from None
    form = "one step, state in and out" if done.step else "whole sequences"
    fact("Form", f"{done.runtime}, {form}, {done.bytes:,} bytes")
    if done.difference is None:
        fact("Not checked", done.unchecked)
    elif done.weights == "int8":
        loss = f"{done.difference:.1g} at most, on random numbers"
        fact("Loss", f"by weights of eight bits: {loss}")
    else:
        fact("Checked", f"differs from Keras by {done.difference:.1g} at most")
    fact("Written", ", ".join(map(str, done.paths)))
