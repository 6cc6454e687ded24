"""Writes a model as an ONNX file of standard operators.

SimpleRNN, LSTM and GRU, the peephole LSTM and its variants NP and CIFG become the
operators RNN, LSTM and GRU; any other cell becomes a Scan over its arithmetic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from keras_rnn._version import __version__
from keras_rnn.optional import install, is_installed
from keras_rnn.runtimes.exporting import CannotRunError
from keras_rnn.runtimes.graph import EachStep, Graph, Recur, Reshaped, Value, Window
from keras_rnn.runtimes.onnx_body import Body
from keras_rnn.runtimes.onnx_operators import standard_operator

OPSET, IR = 18, 8


def write_onnx(graph: Graph, folder: Path, *, step: bool) -> list[Path]:
    """Write `NAME.onnx`, of opset 18 and IR version 8.

    Inputs and outputs are named as in the model; the batch, and of whole sequences the
    number of steps, may be any. One step also has inputs `state_1`, ... and outputs
    `new_state_1`, ... A mask has to be padding at the end of a sequence.

    Args:
        graph: `Graph`.
        folder: `pathlib.Path` of an existing folder.
        step: Boolean, whether the file reads one step at a time.

    Returns:
        List of the one path.
    """
    import onnx

    path = folder / f"{graph.name}.onnx"
    onnx.save(_Writer(graph, step).model(), str(path))
    return [path]


def run_onnx(
    path: Path, graph: Graph, inputs: list[np.ndarray], *, step: bool
) -> list[np.ndarray]:
    """Run a file in onnxruntime.

    Args:
        path: `pathlib.Path`.
        graph: `Graph` that it was written from.
        inputs: List of arrays, one for each input.
        step: Boolean, whether it reads one step at a time.

    Returns:
        List of arrays, one for each output: with steps, where the form is one step.

    Raises:
        CannotRunError: onnxruntime is not installed.
    """
    if not is_installed("onnxruntime"):
        raise CannotRunError(f"needs onnxruntime: {install('onnx')}")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what goes wrong is raised
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    names = [one.name for one in session.get_inputs()]
    given = dict(zip(names, inputs, strict=False))
    if not step:
        return list(session.run(None, given))
    states = [
        np.zeros((len(inputs[0]), one.shape[1]), "float32")
        for one in session.get_inputs()[len(inputs) :]
    ]
    answers = []
    for t in range(inputs[0].shape[1]):
        arrays = [*(one[:, t] for one in inputs), *states]
        found = session.run(None, dict(zip(names, arrays, strict=True)))
        states = found[len(found) - len(states) :]
        answers.append(found[: len(found) - len(states)])
    return [np.stack(steps, axis=1) for steps in zip(*answers, strict=True)]


class _Writer:
    """Puts the operators of a graph together."""

    def __init__(self, graph: Graph, step: bool) -> None:
        self.graph, self.step = graph, step
        self.count = 0
        self.initializers: dict[Any, Any] = {}
        self.main = Body(self)

    def name(self, what: str) -> str:
        self.count += 1
        return f"{what}_{self.count}_"

    def constant(self, array: np.ndarray) -> str:
        key = (array.dtype.str, array.shape, array.tobytes())
        return self._initializer(key, self.name("constant"), array)

    def weight(self, node: EachStep | Recur, name: str) -> str:
        full = f"{node.name}/{name}"
        return self._initializer(full, full, node.program.weights[name])

    def _initializer(self, key: Any, name: str, array: np.ndarray) -> str:
        from onnx import numpy_helper

        if key not in self.initializers:
            self.initializers[key] = numpy_helper.from_array(array, name)
        return self.initializers[key].name

    def model(self) -> Any:
        from onnx import checker, helper

        given = [self._described(one.name, one) for one in self.graph.inputs]
        values = {one.name: one.name for one in self.graph.inputs}
        states, number = [], 0
        for node in self.graph.nodes:
            if isinstance(node, Reshaped):
                value = node.output
                shape = [0, value.steps, value.width] if value.is_sequence else [0, -1]
                given_shape = self.main.whole_numbers(shape)
                source = values[node.source.name]
                values[value.name] = self.main.add("Reshape", source, given_shape)
            elif isinstance(node, Window):
                source = values[node.source.name]
                values[node.output.name] = self.main.window(source, node)
            elif isinstance(node, EachStep):
                arguments = {
                    vector.name: self._beside(source, node, values)
                    for vector, source in zip(
                        node.program.inputs, node.sources, strict=True
                    )
                }
                (values[node.output.name],) = self.main.program(node, arguments)
            elif self.step:
                new = self._one_step(node, values, number)
                number += len(new)
                states += new
                values[node.output.name] = new[0]
            else:
                values[node.output.name] = self._sequence(node, values)
        answers = [self._called(values[one.name], one) for one in self.graph.outputs]
        widths = self.graph.state_widths if self.step else []
        given += [
            self._floats(f"state_{i + 1}", ["batch", width])
            for i, width in enumerate(widths)
        ]
        for i, (state, width) in enumerate(zip(states, widths, strict=True)):
            name = f"new_state_{i + 1}"
            self.main.nodes.append(helper.make_node("Identity", [state], [name]))
            answers.append(self._floats(name, ["batch", width]))
        graph = helper.make_graph(
            self.main.nodes,
            self.graph.name,
            given,
            answers,
            list(self.initializers.values()),
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR,
            producer_name="keras_rnn",
            producer_version=__version__,
        )
        checker.check_model(model, full_check=True)
        return model

    def _beside(self, source: Value, node: EachStep, values: dict[str, str]) -> str:
        """What a node reads; a vector beside sequences is the same at every step."""
        name, main = values[source.name], self.main
        if source.is_sequence == node.output.is_sequence or self.step:
            return name
        return main.add("Unsqueeze", name, main.whole_numbers([1]))

    def _called(self, name: str, value: Value) -> Any:
        """Give an output of the model the name that it has there."""
        from onnx import helper

        wanted = value.name
        if wanted in [one.name for one in self.graph.inputs]:
            wanted = f"{wanted}_out"
        self.main.nodes.append(helper.make_node("Identity", [name], [wanted]))
        return self._described(wanted, value)

    def _described(self, name: str, value: Value) -> Any:
        from onnx import TensorProto, helper

        steps = [value.steps or "time"] if value.is_sequence and not self.step else []
        shape = ["batch", *steps, *([value.width] if value.width else [])]
        if value.is_integer:
            return helper.make_tensor_value_info(name, TensorProto.INT32, shape)
        return self._floats(name, shape)

    def _floats(self, name: str, shape: list[Any]) -> Any:
        from onnx import TensorProto, helper

        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    def _one_step(self, node: Recur, values: dict[str, str], number: int) -> list[str]:
        """The new states of a cell after one step."""
        old = [f"state_{number + i + 1}" for i in range(len(node.program.states))]
        return self._cell(self.main, node, values[node.source.name], old, values)

    def _cell(
        self,
        body: Body,
        node: Recur,
        source: str,
        old: list[str],
        masks: dict[str, str],
    ) -> list[str]:
        states = [one.name for one in node.program.states]
        given = {
            node.program.inputs[0].name: source,
            **dict(zip(states, old, strict=True)),
        }
        new = body.program(node, given)
        if node.mask is None:
            return new
        kept = body.add("Cast", masks[node.mask.name], to=9)
        return [body.add("Where", kept, a, b) for a, b in zip(new, old, strict=True)]

    def _sequence(self, node: Recur, values: dict[str, str]) -> str:
        """The output of a cell that reads a whole sequence."""
        source = values[node.source.name]
        operator = standard_operator(node)
        if operator is None:
            return self._scan(node, source, values)
        kind, attributes, weights = operator
        main = self.main
        # "" for what is not there: a bias, a mask, states to begin with, peepholes.
        inputs = [main.add("Transpose", source, perm=[1, 0, 2])]
        named = [f"{node.name}/{letter}" for letter in "WRBP"]
        names = [
            "" if array is None else self._initializer(name, name, array)
            for name, array in zip(named, weights, strict=False)
        ]
        inputs += names[:3]
        if node.mask is not None:
            inputs.append(self._lengths(values[node.mask.name]))
        if len(names) == 4:
            inputs += [""] * (7 - len(inputs)) + names[3:]
        sequence, last = main.add(kind, *inputs, count=2, **attributes)
        if not node.output.is_sequence:
            return main.add("Squeeze", last, main.whole_numbers([0]))
        sequence = main.add("Squeeze", sequence, main.whole_numbers([1]))
        return main.add("Transpose", sequence, perm=[1, 0, 2])

    def _lengths(self, mask: str) -> str:
        """How many steps of each sequence count; -1, an error, if there is a gap."""
        main = self.main
        flags = main.add("Squeeze", mask, main.whole_numbers([2]))  # (batch, time)
        flags = main.add("Cast", flags, to=6)
        axis = main.whole_numbers([1])
        lengths = main.add("ReduceSum", flags, axis)
        count = main.add("Shape", flags, start=1, end=2)
        count = main.add("Squeeze", main.add("Cast", count, to=6))
        zero, one = main.constant(0, "int32"), main.constant(1, "int32")
        positions = main.add("Range", zero, count, one)
        wanted = main.add("Cast", main.add("Less", positions, lengths), to=6)
        right = main.add("Cast", main.add("Equal", wanted, flags), to=6)
        right = main.add("Cast", main.add("ReduceMin", right, axis), to=9)
        lengths = main.add("Where", right, lengths, main.constant(-1, "int32"))
        return main.add("Squeeze", lengths, axis)

    def _scan(self, node: Recur, source: str, values: dict[str, str]) -> str:
        """A cell for which there is no operator, step by step."""
        from onnx import helper

        body = Body(self)
        widths = [one.width for one in node.program.states]
        old = [self.name("old") for _ in widths]
        taken, flag = self.name("x"), self.name("flag")
        masks = {} if node.mask is None else {node.mask.name: flag}
        new = self._cell(body, node, taken, old, masks)
        new = [body.add("Identity", one) for one in new]
        output = body.add("Identity", new[0])
        shapes = [["batch", width] for width in widths]
        reads = [self._floats(n, shape) for n, shape in zip(old, shapes, strict=True)]
        reads.append(self._floats(taken, ["batch", node.source.width]))
        scanned = [source]
        if node.mask is not None:
            reads.append(self._floats(flag, ["batch", 1]))
            scanned.append(values[node.mask.name])
        makes = [self._floats(n, shape) for n, shape in zip(new, shapes, strict=True)]
        makes.append(self._floats(output, shapes[0]))
        main = self.main
        batch = main.add("Shape", source, start=0, end=1)
        starts = [
            main.add(
                "ConstantOfShape",
                main.add("Concat", batch, main.whole_numbers([width]), axis=0),
            )
            for width in widths
        ]
        direction = int(node.backward)
        found = main.add(
            "Scan",
            *starts,
            *scanned,
            count=len(new) + 1,
            body=helper.make_graph(body.nodes, node.name, reads, makes),
            num_scan_inputs=len(scanned),
            scan_input_axes=[1] * len(scanned),
            scan_output_axes=[1],
            scan_input_directions=[direction] * len(scanned),
            scan_output_directions=[direction],
        )
        return found[-1] if node.output.is_sequence else found[0]
