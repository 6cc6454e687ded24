"""`keras-rnn run`: the applications of the lectures, each from one command."""

from __future__ import annotations

import argparse
import time

from keras_rnn.cli.arguments import positive, seed
from keras_rnn.cli.backend import load_backend
from keras_rnn.errors import UserError

_DESCRIPTION = """\
Train one of the lectures' applications, judge it on data that it has not seen, beside
a baseline, and keep the model.

--out receives
  results.json    metrics, the same of the baseline, data, seed, seconds, versions
  model.keras     the trained model, with its vocabulary inside
  model_numpy.npz the same for answers without a backend, of some applications
  *.png           pictures, of the applications that draw some
  *               what else an application makes, such as tunes
"""

_EPILOG = """\
examples:
  keras-rnn run --list                           all applications
  keras-rnn run sentiment                        train and judge it
  keras-rnn run sentiment --data my_texts.tsv    on lines of label, tab, text
  keras-rnn run sentiment --load output/sentiment --input "Nothing to like."
  keras-rnn run conversation --load output/conversation --chat
  keras-rnn run visual_dialog --load output/visual_dialog --chat
  keras-rnn run word_embeddings --load output/word_embeddings --input "he:she=king"
  keras-rnn run sentiment --vectors output/word_embeddings/vectors.txt
  keras-rnn run captioning --data photographs --backbone EfficientNetB0

A training that was stopped goes on where it was when the same command is given.
"""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand to the command line.

    Args:
        subparsers: What `ArgumentParser.add_subparsers` returned.
    """
    parser = subparsers.add_parser(
        "run",
        help="train an application of the lectures: sentiment, DNA, ...",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="which one; see --list")
    parser.add_argument(
        "--list", action="store_true", help="show all applications and stop"
    )
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="a path, or sample (generated); default: the application's own data, "
        "downloaded or from KERAS_RNN_DATA",
    )
    parser.add_argument(
        "--vectors",
        metavar="FILE",
        help="word vectors to begin with, in word2vec's or GloVe's text format, such "
        "as vectors.txt of word_embeddings; for sentiment",
    )
    parser.add_argument(
        "--backbone",
        metavar="NAME",
        help="which network of keras.applications looks at photographs, such as "
        "EfficientNetB0; for captioning with --data FOLDER; default: MobileNetV2",
    )
    parser.add_argument(
        "--epochs",
        type=positive,
        metavar="N",
        help="epochs of each training; default: what the application finds right",
    )
    parser.add_argument("--seed", type=seed, default=0, metavar="S", help="default: 0")
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="folder for the results; default: output/NAME; with --load, for pictures "
        "that are drawn",
    )
    parser.add_argument(
        "--load",
        metavar="DIR",
        help="train nothing: answer --input, or --chat, with the model that an earlier "
        "run left",
    )
    parser.add_argument(
        "--input",
        nargs="+",
        metavar="TEXT",
        help="with --load: one text or more, raw as they are; or paths of pictures or "
        "recordings; or a picture's path and questions about it",
    )
    parser.add_argument(
        "--chat",
        action="store_true",
        help="with --load: talk to the model line by line, until an empty line or the "
        "end of the input; for applications that answer in turns (conversation, "
        "visual_dialog)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Train an application, or answer with one that is trained.

    Args:
        arguments: `argparse.Namespace` of the subcommand's arguments.

    Raises:
        UserError: An argument or the data cannot be used.
    """
    from keras_rnn.applications.catalogue import APPLICATIONS, find

    if arguments.list:
        _show_list(APPLICATIONS.values())
        return
    if arguments.name is None:
        raise UserError(f"Which application? Known are {', '.join(APPLICATIONS)}.")
    application = find(arguments.name)
    _check_options(application, arguments, APPLICATIONS.values())
    if arguments.load is not None:
        _answer(application, arguments)
    elif arguments.input or arguments.chat:
        given = "--input" if arguments.input else "--chat"
        raise UserError(
            f"{given} is what a trained model answers: give the model's folder with "
            "--load DIR."
        )
    else:
        _train(application, arguments)


def _check_options(application, arguments, applications):
    for option, lack in (
        ("vectors", "does not begin with word vectors of a file"),
        ("backbone", "looks at no photographs"),
    ):
        taken = f"takes_{option}"
        if getattr(arguments, option) is not None and not getattr(application, taken):
            names = ", ".join(one.name for one in applications if getattr(one, taken))
            raise UserError(
                f"{application.name} {lack}. Leave --{option} out, or run one that "
                f"does: {names}."
            )
    if arguments.vectors is not None and arguments.load is not None:
        raise UserError(
            "--load answers with a model that is trained, and --vectors begins a "
            "training: give one of them."
        )
    if arguments.backbone is not None and arguments.data in (None, "sample"):
        raise UserError(
            "--backbone is for photographs: give their folder with --data FOLDER."
        )


def _show_list(applications):
    from keras_rnn.cli.console import console, fact

    for one in applications:
        console.print(one.name, style="bold")
        fact("", one.question)
        fact("", f"{one.lecture} | {one.shape} | about {one.minutes} min on two cores")
        fact("", one.data)


def _train(application, arguments):
    import shutil

    from keras_rnn.applications.contract import Request
    from keras_rnn.cli.console import fact, show_written
    from keras_rnn.files import output_folder, replacing_all

    started = time.perf_counter()
    folder = output_folder(arguments.out or f"output/{application.name}")
    fact(
        "Run",
        f"{application.question} {application.shape}; "
        f"about {application.minutes} min on two cores",
    )
    load_backend()
    from keras_rnn.cli import run_report as report

    module = application.module
    checkpoints = folder / "checkpoints"
    outcome = module.train(
        Request(
            data=arguments.data,
            seed=arguments.seed,
            epochs=arguments.epochs,
            folder=checkpoints,
            tell=fact,
            vectors=arguments.vectors,
            backbone=arguments.backbone,
        )
    )
    report.show(outcome, application)
    results = report.results(outcome, application, arguments.seed, started)
    with replacing_all(folder) as temporary:
        report.write(temporary, outcome, results, application)
        names = sorted(path.name for path in temporary.iterdir())
    shutil.rmtree(checkpoints, ignore_errors=True)
    show_written(folder, names, started)


def _answer(application, arguments):
    from pathlib import Path

    if arguments.input and arguments.chat:
        raise UserError("Give --input or --chat, not both.")
    if not arguments.input and not arguments.chat:
        raise UserError(
            f"--load answers texts, and there is none: keras-rnn run "
            f'{application.name} --load {arguments.load} --input "..."'
        )
    path = Path(arguments.load) / "model.keras"
    if not path.is_file():
        raise UserError(
            f"There is no {path}. Train one first: keras-rnn run {application.name} "
            f"--out {arguments.load}"
        )
    if arguments.input and _answered_without_backend(application, path, arguments):
        return
    load_backend()
    from keras_rnn.cli.answers import chat, check_can_chat, load_model, show_answers

    module = application.module
    if arguments.chat:
        check_can_chat(module)
        chat(module, load_model(path))
    else:
        show_answers(
            module, load_model(path), arguments.input, arguments.out, arguments.seed
        )


def _answered_without_backend(application, path, arguments):
    """Answer from the model's NumPy form, if there is one; tell whether there is."""
    module = application.without_backend
    if module is None:
        return False
    from keras_rnn.applications.without_backend.saved import read_form

    network = read_form(application.name, path)
    if network is None:
        return False
    from keras_rnn.cli.answers import show

    show(module.answer(network, arguments.input), arguments.out)
    return True
