"""Bytes and microseconds a step of every cell in every runtime, and its error.

A model of 8 numbers at each step, two layers of 16 units of one cell and an answer at
each step is exported for each runtime (keras_rnn.runtimes) and run on one sequence of
1,000 steps, on one thread:

  whole      the whole sequence at once; the fastest of some rounds, over its steps
  one step   one call a step, which is handed the states and gives the new ones

C is compiled with -O2. `largest error` is the largest difference from Keras over the
1,000 steps, of all runtimes and both forms. Columns are `kB, microseconds a step`.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from side_by_side.report import Target, finish, options, show_heading

ROUNDS = 5
FEATURES, UNITS, STEPS = 8, 16, 1000

MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "net.h"

static double now(void)
{{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}}

int main(int count, char **arguments)
{{
    const int steps = count > 1 ? atoi(arguments[1]) : 0;
    float *x = malloc(sizeof(float) * (size_t)steps * {features});
    float *y = malloc(sizeof(float) * (size_t)steps);
    FILE *file = fopen("inputs.bin", "rb");
    const size_t row = sizeof(float) * {features};
    if (!file || fread(x, row, (size_t)steps, file) == 0) return 1;
    {declare}
    double best = 1e30;
    for (int round = 0; round < {rounds}; round++) {{
        const double begin = now();
        {call}
        const double took = now() - begin;
        if (took < best) best = took;
    }}
    printf("%.4f\\n", best / steps);
    return 0;
}}
"""
C_WHOLE = (
    "float *work = malloc(sizeof(float) * (size_t)NET_WORK(steps));",
    f"net_predict(steps, x, {FEATURES}, y, work);",
)
C_STEP = (
    "static net_state state;",
    "net_start(&state); for (int t = 0; t < steps; t++) "
    f"net_step(&state, x + t * {FEATURES}, {FEATURES}, y + t);",
)

SCRIPT = """
import * as net from "./net.mjs";
import { readFileSync } from "node:fs";
const steps = JSON.parse(readFileSync("inputs.json", "utf8"));
let best = Infinity;
for (let round = 0; round < ROUNDS; round++) {
  const begin = performance.now();
  if (net.predict) net.predict(steps);
  else for (let t = 0, states = net.start(); t < steps.length; t++)
    states = net.step(steps[t], states)[1];
  best = Math.min(best, performance.now() - begin);
}
console.log(1000 * best / steps.length);
"""


def main():
    parser = options(__doc__, ROUNDS)
    parser.add_argument("--cells", nargs="+", metavar="CELL", help="default: all")
    args = parser.parse_args()
    rounds = args.rounds or (2 if args.quick else ROUNDS)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    from keras_rnn.runtimes import RUNTIMES

    show_heading(
        f"two layers of {UNITS} units, {STEPS} steps of {FEATURES} numbers, one "
        f"sequence; the fastest of {rounds} rounds; Keras on {keras.backend.backend()}"
    )
    runtimes = [name for name in RUNTIMES if name != "savedmodel"]
    tables, errors = {False: [], True: []}, []
    for cell in args.cells or cells():
        measured = measure(cell, runtimes, rounds)
        errors.append(max(error for _, _, error in measured.values()))
        for step, rows in tables.items():
            each = [measured[runtime, step] for runtime in runtimes]
            entries = [f"{size / 1000:.1f}, {took:.2f}" for size, took, _ in each]
            rows.append([cell, *entries, f"{errors[-1]:.0e}"])
    columns = ["cell", *runtimes, "largest error"]
    for step, rows in tables.items():
        print(f"\n{'One step, state in and out' if step else 'Whole sequences'}:")
        targets = [Target(error, most=1e-5) for error in errors]
        try:
            finish(columns, rows, targets, args)
        except SystemExit as ended:
            if ended.code or step:
                raise


def cells():
    """The cells by the names that the tests have for them."""
    from keras_rnn.layers.lstm_variant import VARIANTS

    plain = ["simple_rnn", "lstm", "gru", "gru_reset_before", "peephole_lstm"]
    return [*plain, *VARIANTS, "layer_norm_lstm", "min_gru", "min_lstm"]


def build(cell):
    """Return a model of a cell."""
    import keras
    import numpy as np

    from keras_rnn.layers import Recurrent
    from keras_rnn.layers.lstm_variant import VARIANTS

    arguments = {"variant": cell} if cell in VARIANTS else {}
    if cell == "gru_reset_before":
        arguments = {"reset_after": False}
    kind = {"gru_reset_before": "gru"}.get(cell, cell)
    kind = "lstm_variant" if cell in VARIANTS else kind
    recurrent = Recurrent(kind, UNITS, depth=2, return_sequences=True, **arguments)
    inputs = keras.Input((None, FEATURES), name="inputs")
    answer = keras.layers.Dense(1, name="answer")(recurrent(inputs))
    model = keras.Model(inputs, answer, name="net")
    rng = np.random.default_rng(0)
    for weight in model.weights:
        numbers = rng.uniform(-0.25, 0.25, weight.shape)  # not chaotic
        weight.assign(0.2 + 0.2 * numbers if "gamma" in weight.name else numbers)
    return model


def measure(cell, runtimes, rounds):
    """Return a dict from runtime and form to bytes, microseconds and error."""
    import numpy as np

    from keras_rnn.runtimes import RUNTIMES, export
    from keras_rnn.runtimes.reading import read_model

    model = build(cell)
    x = np.random.default_rng(1).normal(size=(1, STEPS, FEATURES)).astype("float32")
    wanted = model.predict(x, verbose=0)
    found = {}
    for runtime in runtimes:
        for step in (False, True):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                done = export(model, runtime, folder / "net", step=step)
                graph = read_model(model, step=step, name="net")
                module = __import__(
                    f"keras_rnn.runtimes.{RUNTIMES[runtime].module}",
                    fromlist=["run"],
                )
                run = getattr(module, f"run_{runtime}")
                (got,) = run(done.paths[0], graph, [x], step=step)
                error = float(np.max(np.abs(got - wanted)))
                took = TIMERS[runtime](folder, x, step, rounds)
            found[runtime, step] = (done.bytes, took, error)
    return found


def fastest(function, rounds):
    """Return the fewest microseconds a step that a function took."""
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - begin)
    return 1e6 * min(seconds) / STEPS


def time_numpy(folder, x, step, rounds):
    specification = spec_from_file_location("net", folder / "net.py")
    net = module_from_spec(specification)
    specification.loader.exec_module(net)
    if not step:
        return fastest(lambda: net.predict(x), rounds)

    def one_by_one():
        states = net.start()
        for t in range(STEPS):
            _, states = net.step(x[:, t], states)

    return fastest(one_by_one, rounds)


def time_onnx(folder, x, step, rounds):
    import numpy as np
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "net.onnx"), settings, providers=["CPUExecutionProvider"]
    )
    if not step:
        return fastest(lambda: session.run(None, {"inputs": x}), rounds)
    names = [one.name for one in session.get_inputs()]

    def one_by_one():
        states = [np.zeros((1, UNITS), "float32") for _ in names[1:]]
        for t in range(STEPS):
            given = dict(zip(names, [x[:, t], *states], strict=True))
            _, *states = session.run(None, given)

    return fastest(one_by_one, rounds)


def time_litert(folder, x, step, rounds):
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(folder / "net.tflite"), num_threads=1)
    given = [one["index"] for one in interpreter.get_input_details()]
    made = [one["index"] for one in interpreter.get_output_details()]
    if not step:
        interpreter.resize_tensor_input(given[0], x.shape)
    interpreter.allocate_tensors()

    def whole():
        interpreter.set_tensor(given[0], x)
        interpreter.invoke()
        interpreter.get_tensor(made[0])

    def one_by_one():
        states = [np.zeros((1, UNITS), "float32") for _ in given[1:]]
        for t in range(STEPS):
            for index, array in zip(given, [x[:, t], *states], strict=True):
                interpreter.set_tensor(index, array)
            interpreter.invoke()
            _, *states = [interpreter.get_tensor(index) for index in made]

    return fastest(one_by_one if step else whole, rounds)


def time_c(folder, x, step, rounds):
    x.tofile(folder / "inputs.bin")
    declare, call = C_STEP if step else C_WHOLE
    text = MAIN.format(features=FEATURES, rounds=rounds, declare=declare, call=call)
    (folder / "main.c").write_text(text)
    command = ["gcc", "-O2", "main.c", "net.c", "-o", "program", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    return printed(["./program", str(STEPS)], folder)


def time_js(folder, x, step, rounds):
    (folder / "inputs.json").write_text(json.dumps(x[0].tolist()))
    (folder / "main.mjs").write_text(SCRIPT.replace("ROUNDS", str(max(rounds, 5))))
    return printed(["node", "main.mjs"], folder)


def printed(command, folder):
    done = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    )
    return statistics.fmean(map(float, done.stdout.split()))


TIMERS = {
    "numpy": time_numpy,
    "c": time_c,
    "js": time_js,
    "litert": time_litert,
    "onnx": time_onnx,
}


if __name__ == "__main__":
    main()
