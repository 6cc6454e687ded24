"""What a forecast of many series prints and writes."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_rnn.cli.console import console, fact, show_counts, show_table, show_written
from keras_rnn.cli.importance_report import (
    SCALED,
    show_importance_of_many,
    write_importance,
)
from keras_rnn.cli.reading import run_provenance
from keras_rnn.files import replacing_all
from keras_rnn.forecasting.many_series.m4_evaluation import BAND_LEVEL, m4_scores

if TYPE_CHECKING:
    from keras_rnn.forecasting.many_series.panel_forecaster import PanelForecaster
    from keras_rnn.forecasting.many_series.panel_loading import PanelData
    from keras_rnn.forecasting.many_series.panel_plan import PanelPlan

_NAMES = {
    "model": "this forecast",
    "naive": "naive: the last value",
    "seasonal_naive": "seasonal naive",
    "ridge": "ridge regression for each series",
}


def show_data(data: PanelData) -> None:
    """Print what the series are, how they were read, and what was done to them.

    Args:
        data: `PanelData`.
    """
    fact("Data", data.describe())
    if data.note:
        fact("Note", data.note)
    if data.table is not None:
        for note in data.table.notes:
            fact("Note", note)
        layout = ", ".join(
            f"{name} {text!r}" for name, text in data.table.layout.items()
        )
        fact("Read by", f"{data.table.reader}{': ' if layout else ''}{layout}")
    if data.target_note:
        fact("Target", data.target_note.replace("with `target`", "with --target"))
    if not data.panel.has_times:
        fact("Note", "no time stamps are published with them: rows are counted")
    show_counts("Prepared", data.panel.notes)


def show_plan(plan: PanelPlan, *, published: bool = False) -> None:
    """Print what is forecast and which rows judge.

    Args:
        plan: `PanelPlan`.
        published: Boolean, whether rows that are published judge, and not the last
            ones. Default: `False`.
    """
    name, rows = plan.season
    panel = plan.panel
    fact(
        "Forecast",
        f"{panel.target} of {len(panel):,} series, {plan.horizon} steps of "
        f"{panel.step.text}; season {f'{rows} rows' if rows > 1 else 'none'}"
        + (f" (a {name})" if rows > 1 and name != "season" else ""),
    )
    if published:
        fact(
            "Test",
            f"the {plan.horizon} published values that follow each series; nothing is "
            "chosen by them",
        )
        return
    windows = f"{plan.windows} forecasts" if plan.windows > 1 else "one forecast"
    fact(
        "Test",
        f"the last {plan.held_out} rows of {int(plan.judged.sum()):,} series, "
        f"{windows} each, not learned from before they are judged",
    )


def show_saved(forecaster: PanelForecaster) -> None:
    """Print what a saved forecaster was trained on.

    Args:
        forecaster: `PanelForecaster`.
    """
    fact(
        "Forecaster",
        f"{forecaster.target} of {len(forecaster.names):,} series, "
        f"{forecaster.horizon} steps of {forecaster.past.step.text}; trained on "
        f"{forecaster.metadata.get('description', '?')}",
    )


def show_scores(forecaster: PanelForecaster) -> None:
    """Print the errors over all series, the best method first, and the verdict.

    Args:
        forecaster: `PanelForecaster` with scores.
    """
    scores = forecaster.backtest()
    overall = scores.overall.sort_values("mase")
    names = dict(_NAMES)
    if scores.season > 1:
        names["seasonal_naive"] += f": {scores.season} rows ago"
    else:  # Without a season it is the last value again.
        overall = overall.drop(index="seasonal_naive")
    positive = float(np.nanmin(forecaster.past.values)) >= 0
    columns = ["", "MASE", *(["sMAPE"] if positive else []), "MAE", "best for"]
    rows = [
        [
            names[str(name)],
            f"{row['mase']:.3f}",
            *([f"{row['smape']:.2f} %"] if positive else []),
            f"{row['mae']:.4g}",
            f"{int(row['best']):,} series",
        ]
        for name, row in overall.iterrows()
    ]
    console.print()
    show_table(
        f"Errors on the test rows, the mean of {len(scores.names):,} series",
        columns,
        rows,
        strong=[list(overall.index).index("model")],
    )
    for level, inside in scores.coverage.items():
        known = inside[np.isfinite(inside)]
        if len(known):
            fact("Band", f"the {level:g} % band holds {known.mean():.1%} of the values")
        else:
            fact("No band", f"too few errors are known for one of {level:g} %")
    naive = names[scores.best_naive]
    if not math.isfinite(scores.skill):
        return
    if scores.skill > 0:
        fact(
            "Skill",
            f"{scores.skill:.3f}: {scores.skill:.0%} of the error of {naive} is gone",
        )
    else:
        fact(
            "Skill",
            f"{scores.skill:.3f}: NOT better than {naive}. Use that, or give more rows "
            "or more series.",
        )
    mase = scores.mase["model"]
    known = [place for place in scores.ranked if np.isfinite(mase[place])]
    if len(known) > 1:
        shown = {"best": known[0], "median": known[len(known) // 2], "worst": known[-1]}
        fact(
            "Series",
            ", ".join(
                f"{word} {scores.names[place]!r} (MASE {mase[place]:.2f})"
                for word, place in shown.items()
            ),
        )


def _show_competition(scores):
    """Print the measures of the M4 competition, of its published values."""
    told = [f"OWA {scores['owa']:.3f}", f"sMAPE {scores['smape']:.3f}"]
    told.append(f"MASE {scores['mase']:.3f}")
    if scores["msis"] is not None:
        told.append(f"MSIS {scores['msis']:.3f} of the 95 % bands")
    fact("M4", ", ".join(told) + "; the OWA of Naive2 is 1")


def _competition(forecaster, data, future) -> dict[str, float | None]:
    panel = data.panel

    def array(column):
        return future[column].to_numpy("float64").reshape(len(panel), -1)

    ends = f"lower {BAND_LEVEL:g}", f"upper {BAND_LEVEL:g}"
    known = np.split(panel.values.astype("float64"), panel.offsets[1:-1])
    bands = (array(ends[0]), array(ends[1])) if ends[0] in future else None
    return asdict(
        m4_scores(
            array("forecast"), data.truth, known, forecaster.season[1], bands=bands
        )
    )


def write(
    folder: Path,
    data: PanelData,
    forecaster: PanelForecaster,
    started: float,
    *,
    plan: PanelPlan | None = None,
    loaded: str | None = None,
    updated: bool = False,
    plot: bool = True,
) -> None:
    """Write forecast.csv, forecast.png, results.json and, once trained, the rest.

    Args:
        folder: `pathlib.Path`.
        data: `PanelData`, what is forecast from.
        forecaster: `PanelForecaster`.
        started: Float, `time.perf_counter()` at the beginning of the run.
        plan: `PanelPlan` of the training. Default: `None`, nothing was trained.
        loaded: String, the folder that the forecaster was loaded from. Default: `None`.
        updated: Boolean, whether it has learned on and is saved again. Default:
            `False`.
        plot: Boolean, whether to draw forecast.png. Default: `True`.
    """
    panel = data.panel
    future = forecaster.predict(panel)
    trained = plan is not None
    competition = None
    published = None if data.truth is None else data.truth.shape[1]
    # Of published rows, only a forecast of all of them is compared with others'.
    if trained and published == forecaster.horizon:
        competition = _competition(forecaster, data, future)
        _show_competition(competition)
    importance = forecaster.importance
    if importance is not None:
        show_importance_of_many(
            importance, forecaster.target, forecaster.model.lookback
        )
    if plot:
        figure = forecaster.plot(None if trained else panel, caption=data.describe())
    with replacing_all(folder) as temporary:
        if plot:
            figure.savefig(temporary / "forecast.png", dpi=130)
        future.to_csv(temporary / "forecast.csv", index=False, float_format="%.6g")
        if trained:
            forecaster.backtest().each.to_csv(
                temporary / "scores.csv", index=False, float_format="%.6g"
            )
        if trained or updated:
            forecaster.save(temporary)
        if importance is not None:
            write_importance(
                temporary, importance, forecaster.target, SCALED, data.describe()
            )
        results = _results(data, forecaster, plan, loaded, started)
        if competition is not None:
            results["competition"] = competition
        text = json.dumps(results, indent=2, allow_nan=False) + "\n"
        (temporary / "results.json").write_text(text, encoding="utf-8")
        names = sorted(path.name for path in temporary.iterdir())
    show_written(folder, names, started)


def _results(data, forecaster, plan, loaded, started) -> dict[str, Any]:
    panel = data.panel
    results: dict[str, Any] = {
        "data": {
            "kind": data.kind,
            "name": data.name,
            "origin": data.origin,
            "series": len(panel),
            "rows": len(panel.values),
            "start": str(panel.starts.min()) if panel.has_times else None,
            "end": str(panel.ends.max()) if panel.has_times else None,
            "repairs": panel.notes,
        },
        "target": panel.target,
        "units": panel.unit,
        "horizon": forecaster.horizon,
        "every": panel.step.text,
        "season": forecaster.season[1],
        "levels": list(forecaster.levels),
        "model": forecaster.metadata.get("model"),
        "seed": forecaster.metadata.get("seed"),
    }
    if plan is not None:
        scores = forecaster.backtest()
        results["test"] = {
            "series": len(scores.names),
            "not judged": len(scores.unjudged),
            "windows": scores.windows,
            "scores": {
                method: {name: _finite(value) for name, value in row.items()}
                for method, row in scores.overall.to_dict("index").items()
            },
            "coverage": {
                f"{level:g}": _finite(np.nanmean(inside))
                if np.isfinite(inside).any()
                else None
                for level, inside in scores.coverage.items()
            },
            "remarks": list(plan.remarks),
        }
        results["skill"] = _finite(scores.skill)
    if loaded is not None:
        results |= {
            "loaded": str(loaded),
            "trained": forecaster.metadata,
            "new series": forecaster.new_names(panel),
        }
    return results | run_provenance(started)


def _finite(number):
    return float(number) if math.isfinite(number) else None
