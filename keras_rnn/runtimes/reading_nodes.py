"""The nodes of a graph while a model is read: what is added, and how it is called."""

from __future__ import annotations

import keyword
import re
from dataclasses import replace
from functools import reduce

from keras_rnn.runtimes.cells import RefusedError
from keras_rnn.runtimes.expressions import Program, input_vector, maximum
from keras_rnn.runtimes.graph import EachStep, Node, Recur, Reshaped, Value

# Words of Python, C and JavaScript, and what the files call things of their own.
_WORDS = """
    np W check read keep start step predict states new old w t k n main exp tanh
    auto char const default do double enum extern float goto inline int long register
    restrict short signed sizeof static struct switch typedef union unsigned void
    volatile abstract arguments await boolean byte case catch const debugger delete eval
    export extends final function implements instanceof interface let native new null
    package private protected public super this throw throws transient typeof undefined
    var with yield steps state work made answer unpack product take differs softmax
    normalize concatenate sigmoid softplus memcpy expf tanhf fmaxf fminf
"""
_RESERVED = {*keyword.kwlist, *_WORDS.split()}


def identifier(name: str) -> str:
    """Return a name that Python, C and JavaScript take.

    >>> identifier("2 layers-deep")
    'm_2_layers_deep'
    """
    name = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "model"
    return f"m_{name}" if name[0].isdigit() else name


class Nodes:
    """Collects the nodes of a graph.

    Args:
        step: Boolean, whether the graph is to read one step at a time.
    """

    def __init__(self, step: bool) -> None:
        self.step = step
        self.nodes: list[Node] = []
        self.inputs: list[Value] = []
        self.names: set[str] = set()

    def name(self, wanted: str) -> str:
        """A name that is not taken yet."""
        wanted = identifier(wanted)
        if wanted in _RESERVED or wanted.endswith(("_step", "_layer", "_out")):
            wanted += "_"
        name, number = wanted, 2
        while name in self.names:
            name, number = f"{wanted}_{number}", number + 1
        self.names.add(name)
        return name

    def each_step(
        self, name: str, program: Program, sources: list[Value], beside: bool = False
    ) -> Value:
        """Add a node that applies a program to each step.

        Args:
            name: String.
            program: `Program`.
            sources: List of values.
            beside: Boolean, whether single vectors may stand beside sequences.
        """
        if len({source.is_sequence for source in sources}) > 1 and not beside:
            raise RefusedError("it joins a sequence and a single vector")
        mask = self._mask_of_any(name, [one.mask for one in sources])
        name = self.name(name)
        width = program.outputs[0].width
        first = next((one for one in sources if one.is_sequence), sources[0])
        output = Value(name, width, first.is_sequence, mask=mask)
        output.steps = first.steps
        self.nodes.append(EachStep(name, program, sources, output))
        return output

    def without_mask(self, name: str, program: Program, sources: list[Value]) -> Value:
        """Add a node whose result keeps no mask, and which may read single vectors."""
        plain = [replace(one, mask=None) for one in sources]
        return self.each_step(name, program, plain, beside=True)

    def recur(
        self, name: str, program: Program, source: Value, backward: bool, keep: bool
    ) -> Value:
        """Add a node that carries a cell's states along a sequence.

        Args:
            name: String.
            program: `Program` of the cell.
            source: Value.
            backward: Boolean, whether it reads from the end.
            keep: Boolean, whether to give the output of each step.
        """
        if not source.is_sequence:
            raise RefusedError(
                "it reads no sequence, such as one of (batch, time, features)"
            )
        if backward and self.step:
            raise RefusedError(
                "it reads the sequence from its end, which is not there yet when one "
                "step is read; export it without `step`"
            )
        name = self.name(name)
        width = program.outputs[0].width
        # One step after another, the last is the one that is there.
        mask = source.mask if keep else None
        output = Value(name, width, keep or self.step, mask=mask)
        output.steps = source.steps if keep else None
        self.nodes.append(Recur(name, program, source, source.mask, backward, output))
        return output

    def _mask_of_any(self, name: str, given: list[Value | None]) -> Value | None:
        """What Keras makes of several masks: a step counts if it does in any."""
        masks = {one.name: one for one in given if one is not None}
        if len(masks) < 2 or None in given:
            return None if None in given else given[0]
        inputs = [input_vector(f"x{i + 1}", 1) for i in range(len(masks))]
        either = reduce(maximum, inputs).called("y")
        program = Program("any_mask", inputs, [either])
        return self.each_step(f"{name}_mask", program, list(masks.values()))

    def fixed(
        self, name: str, program: Program, sources: list[Value], shape: tuple[int, ...]
    ) -> Value:
        """Add a node whose result stands for an array of this shape."""
        value = self.each_step(name, program, sources)
        value.shape = tuple(shape)
        return value

    def as_vector(self, source: Value) -> Value:
        """A sequence as one vector, row after row."""
        if not source.is_sequence:
            return source
        assert source.steps is not None
        name = self.name(f"{source.name}_flat")
        shape = (source.steps, source.width)
        value = Value(name, source.steps * source.width, False, shape=shape)
        self.nodes.append(Reshaped(name, source, value))
        return value

    def as_sequence(self, source: Value) -> Value:
        """A vector that stands for a matrix as the sequence of its rows."""
        if source.is_sequence and source.shape:
            raise RefusedError("it reads a matrix at each step")
        if source.shape is None or len(source.shape) < 2:
            return source
        if len(source.shape) > 2:
            raise RefusedError("it reads more than sequences of vectors")
        name = self.name(f"{source.name}_rows")
        value = Value(name, source.shape[1], True, steps=source.shape[0])
        self.nodes.append(Reshaped(name, source, value))
        return value
