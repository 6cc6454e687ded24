"""`keras-rnn backtest`: how forecasts of the past would have done, fold by fold."""

from __future__ import annotations

import argparse
import shutil
import time

from keras_rnn.cli.arguments import (
    add_data_arguments,
    add_known_ahead_arguments,
    add_model_arguments,
    aggregate_argument,
    positive,
    reading_arguments,
)
from keras_rnn.cli.backend import check_backend, load_backend

_MODEL = "gru"

_DESCRIPTION = """\
Forecast the past of a series from what was known then, and say how far off that was.

The last 30 % of the rows are cut into folds (--folds, --fold-rows). One model learns
from the rows before the first fold, or with --refit a model for each fold from all rows
before it; each as `keras-rnn forecast` would have trained it on that day. Every row of
a fold is an origin, from which the next --horizon rows are forecast and compared with
the truth, beside persistence, the last season, these days in earlier years and ridge
regression, all on the same rows. --out receives
  backtest.csv          fold, origin, time, step, truth, and a column for each forecast
  backtest_scores.csv   MAE, RMSE, MASE, sMAPE, bias, skill, and pinball loss and
  coverage
                        of the 80 % band: over all, by fold, step, hour and month
  backtest.png          truth and forecasts of the folds, the error of each
  results.json          every figure that was printed
  explain.csv, explain.png   with --explain: how much worse the forecast gets when a
                        column is shuffled
"""

_EPILOG = """\
examples:
  keras-rnn backtest --data weather-2020 --refit
  keras-rnn backtest --data sales.csv --target sales --folds 12 --fold-rows 28
  keras-rnn backtest --data load.csv --model ridge --by hour      done in seconds
  keras-rnn backtest --data load.csv --explain                    which columns matter
  keras-rnn backtest --data sales.csv --known-ahead promo,price --holidays DE
"""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand to the command line.

    Args:
        subparsers: What `ArgumentParser.add_subparsers` returned.
    """
    parser = subparsers.add_parser(
        "backtest",
        help="forecast the past of a series, and say how far off that was",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data_arguments(parser)
    add_known_ahead_arguments(parser, future=False)
    add_model_arguments(parser)
    folds = parser.add_argument_group("folds")
    folds.add_argument(
        "--folds",
        type=positive,
        default=6,
        metavar="N",
        help="stretches of equal length to forecast, up to the last row; default: 6",
    )
    folds.add_argument(
        "--fold-rows",
        type=positive,
        metavar="ROWS",
        help="rows of each, the horizon or more; default: together they are the last "
        "30 %% of the rows",
    )
    folds.add_argument(
        "--refit",
        action="store_true",
        help="train for each fold anew, on all rows before it; default: once, on the "
        "rows before the first",
    )
    folds.add_argument(
        "--by",
        choices=("fold", "step", "hour", "month"),
        default="fold",
        help="print the errors by fold, step ahead, hour of the day or month of the "
        "year; all are in backtest_scores.csv; default: fold",
    )
    folds.add_argument(
        "--explain",
        action="store_true",
        help="shuffle one column at a time and say how much larger the error is",
    )
    parser.add_argument_group("files").add_argument(
        "--out",
        default="output/backtest",
        metavar="DIR",
        help="folder for the results; default: output/backtest",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Forecast the folds of a series and write what came of it.

    Args:
        arguments: `argparse.Namespace` of the subcommand's arguments.

    Raises:
        UserError: An argument or the data cannot be used.
    """
    from keras_rnn.datasets.series.loading import load_series
    from keras_rnn.files import output_folder, replacing_all
    from keras_rnn.forecasting.plan import check_model

    started = time.perf_counter()
    check_model(arguments.model or _MODEL)
    check_backend()
    folder = output_folder(arguments.out)
    series = load_series(arguments.data, **reading_arguments(arguments))

    # The backend takes seconds to import: what can be said is said before.
    from keras_rnn.cli.console import show_counts, show_written
    from keras_rnn.cli.reading import show_known_ahead, show_series, show_target
    from keras_rnn.forecasting.rolling_plan import plan_backtest
    from keras_rnn.forecasting.rolling_scores import check_kind

    show_series(series)
    show_target(series, arguments.target)
    plan = plan_backtest(
        series,
        arguments.target,
        folds=arguments.folds,
        fold_rows=arguments.fold_rows,
        refit=arguments.refit,
        horizon=arguments.horizon,
        history=arguments.history,
        every=arguments.every,
        aggregate=aggregate_argument(arguments.aggregate),
        known_ahead=arguments.known_ahead,
        holidays=arguments.holidays,
    )
    check_kind(arguments.by, plan.times)
    show_counts("Prepared", plan.whole.notes)
    show_known_ahead(plan.whole)

    load_backend()
    from keras_rnn.cli import backtest_report as report
    from keras_rnn.cli.importance_report import show_importance, write_importance
    from keras_rnn.forecasting.rolling_origin import rolling_backtest

    report.show_plan(plan)
    checkpoints = folder / "checkpoints"
    result = rolling_backtest(
        plan,
        model=arguments.model or _MODEL,
        epochs=arguments.epochs,
        seed=arguments.seed or 0,
        explain=arguments.explain,
        folder=checkpoints,
        progress=report.show_fold,
    )
    report.show_scores(result, arguments.by)
    importance = result.importance()
    if importance is not None:
        show_importance(importance, result.unit)
    results = report.results(plan, result, arguments, started)
    with replacing_all(folder) as temporary:
        report.write(temporary, result, results, series.describe())
        if importance is not None:
            write_importance(
                temporary, importance, result.target, result.unit, series.describe()
            )
        names = sorted(path.name for path in temporary.iterdir())
    shutil.rmtree(checkpoints, ignore_errors=True)
    show_written(folder, names, started)
