"""`keras-rnn compare`: models of one series, side by side, against naive."""

from __future__ import annotations

import argparse
import shutil
import time

from keras_rnn.cli.arguments import (
    add_data_arguments,
    aggregate_argument,
    positive,
    reading_arguments,
    seed,
)
from keras_rnn.cli.backend import check_backend, load_backend
from keras_rnn.errors import UserError

_DESCRIPTION = """\
Train the models of TensorFlow's time series tutorial on one series and compare them.

Three tasks:
  single-step   the target one row ahead: baseline, linear, dense, multi_step_dense,
                conv, lstm, gru, simple_rnn
  multi-output  all columns one row ahead: baseline, dense, lstm, gru, simple_rnn,
                residual_lstm, residual_gru, residual_simple_rnn
  multi-step    all columns for the next 24 rows: last, repeat, linear, dense, conv,
                lstm, gru, simple_rnn, autoregressive_lstm, autoregressive_gru,
                autoregressive_simple_rnn

Each learns from the first 70 % of the rows, keeps the epoch that was best on the next
20 %, and is judged on the last 10 %, on the same windows as all others of its task.
Beside them stand forecasts without a network: the last value again, the same as a day
ago (both naive), and ridge regression of the target's change. A model with a larger
error than the better naive one is said to lose.
--out receives
  comparison.csv    a row for each model, errors standardised and in physical units
  comparison.png    the same as bars
  results.json      the same with all settings, and each training's history
  models/TASK/NAME.keras    the trained models (standardised values in and out)

A fourth task, only when it is named, follows the published protocol of long horizons:
  long-horizon  all columns for the next 96, 192, 336 and 720 rows from the last 720:
                last_value, seasonal_repeat, dlinear, segment_network (SegRNN)
--data is etth1, weather-2020 or a table. Columns are standardised by the training part;
ETTh1 is split into 12, 4 and 4 months of 30 days, all else 7:1:2; mean squared and mean
absolute errors are over all windows and columns of the test part. weather-2020 is read
as it was published, with its 21 columns and its -9999 where a sensor dropped out. The
published figures stand beside; results are in models/HORIZON/NAME.keras and as above.
"""

_EPILOG = """\
examples:
  keras-rnn compare                                  all models on the Jena weather
  keras-rnn compare --task single-step --models linear,lstm
  keras-rnn compare --data weather-2020 --task multi-step --target "rh (%)"
  keras-rnn compare --data sales.csv --target sales --every 1d
  keras-rnn compare --task long-horizon --data etth1 --horizons 96

A comparison that was stopped goes on where it was when the same command is given.
"""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand to the command line.

    Args:
        subparsers: What `ArgumentParser.add_subparsers` returned.
    """
    parser = subparsers.add_parser(
        "compare",
        help="train the tutorial's models on a series and compare them with naive",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data_arguments(parser)
    models = parser.add_argument_group("models")
    models.add_argument(
        "--task",
        default="all",
        metavar="TASK",
        help="single-step, multi-output, multi-step or all (of these three), or "
        "long-horizon; default: all",
    )
    models.add_argument(
        "--models",
        type=_names,
        metavar="A,B",
        help="only these models, in each task that has them; default: all",
    )
    models.add_argument(
        "--epochs",
        type=positive,
        metavar="N",
        help="epochs of each training, over which the learning rate falls to zero; "
        "the weights of the best one are kept; default: 10, for long horizons as "
        "chosen on validation for the data",
    )
    models.add_argument(
        "--horizons",
        type=_horizons,
        metavar="A,B",
        help="rows ahead for the task long-horizon; default: 96,192,336,720",
    )
    models.add_argument(
        "--lookback",
        type=positive,
        metavar="ROWS",
        help="rows of the past for the task long-horizon; default: 720, as published",
    )
    models.add_argument("--seed", type=seed, default=0, metavar="S", help="default: 0")
    parser.add_argument_group("files").add_argument(
        "--out",
        default="output/compare",
        metavar="DIR",
        help="folder for the results; default: output/compare",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Train and judge the models that are asked for, and write the comparison.

    Args:
        arguments: `argparse.Namespace` of the subcommand's arguments.

    Raises:
        UserError: An argument or the data cannot be used.
    """
    from keras_rnn.datasets.series.loading import load_series
    from keras_rnn.files import output_folder

    started = time.perf_counter()
    check_backend()
    folder = output_folder(arguments.out)
    if arguments.task == "long-horizon":
        from keras_rnn.cli.compare_long_horizon import run as run_long_horizon

        run_long_horizon(arguments, folder)
        return
    for flag in ("horizons", "lookback"):
        if getattr(arguments, flag) is not None:
            raise UserError(f"--{flag} is for --task long-horizon alone. Leave it out.")
    series = load_series(arguments.data, **reading_arguments(arguments))

    # The backend takes seconds to import: what can be said is said before.
    from keras_rnn.cli.console import fact, show_counts, show_written
    from keras_rnn.cli.reading import show_series, show_target

    show_series(series)
    show_target(series, arguments.target)
    load_backend()
    from keras_rnn.forecasting.models.registry import choose

    chosen = choose(arguments.task, arguments.models)
    preparation, parts, notes = _prepare(series, arguments)
    show_counts("Prepared", notes)
    fact(
        "Rows",
        f"{len(parts.train):,} to train, {len(parts.validation):,} to validate, "
        f"{len(parts.test):,} to test; one each {preparation.every}",
    )
    fact("Columns", f"{len(parts.train.columns)}: {', '.join(parts.train.columns)}")

    from keras_rnn.cli import compare_report as report
    from keras_rnn.forecasting.comparison import Comparison, ComparisonSettings

    settings = ComparisonSettings(seed=arguments.seed, epochs=arguments.epochs or 10)
    target = arguments.target or series.default_target
    comparison = Comparison(parts, target, settings)
    for task in chosen:
        comparison.check_length(task)
    unit = series.units.get(target, "")
    checkpoints = folder / "checkpoints"
    scores = []
    for task, names in chosen.items():
        references = comparison.references(task)
        report.show_heading(task, comparison, unit)
        for score in references:
            report.show_score(score)
        scores += references
        for name in names:
            with report.working(f"training {name}"):
                score, model = comparison.train(task, name, checkpoints / task / name)
            report.save_model(folder / "models" / task, name, model)
            report.show_score(score)
            scores.append(score)
    report.show_losers(scores)
    caption = series.describe()
    results = report.results(
        series, preparation, comparison, scores, notes, arguments, started
    )
    report.write(folder, scores, results, caption)
    shutil.rmtree(checkpoints, ignore_errors=True)
    names = ["comparison.csv", "comparison.png", "results.json", "models/"]
    show_written(folder, names, started)


def _prepare(series, arguments):
    """Columns, step and parts of a series, as `forecast` prepares them."""
    from keras_rnn.forecasting.amounts import chosen_aggregates
    from keras_rnn.forecasting.humidity import add_humidity
    from keras_rnn.forecasting.preparation import Preparation
    from keras_rnn.forecasting.split import split

    target = arguments.target or series.default_target
    frame = add_humidity(series.frame)
    notes = {}
    if frame is not series.frame and len(frame.columns) > len(series.frame.columns):
        added = len(frame.columns) - len(series.frame.columns)
        notes["columns of moist air computed from the measured ones"] = added
    preparation, prepared, more = Preparation.fit(
        frame,
        target,
        arguments.every,
        aggregate=chosen_aggregates(
            frame, series, aggregate_argument(arguments.aggregate)
        ),
        marks=series.table.time.marks if series.table else "",
    )
    return preparation, split(prepared), notes | more


def _names(text):
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise argparse.ArgumentTypeError("name at least one model, such as linear,lstm")
    return names


def _horizons(text):
    try:
        horizons = [int(word) for word in text.split(",")]
    except ValueError:
        horizons = []
    if not horizons or min(horizons) < 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of whole numbers of rows, such as 96,192"
        )
    return list(dict.fromkeys(horizons))
