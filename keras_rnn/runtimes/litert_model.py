"""The parts of a LiteRT file: tensors, operators and subgraphs of its flat buffer.

The file is put together from LiteRT's own schema. So it needs no TensorFlow to be
written, and holds built-in operators alone, which are there without Flex.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_rnn._version import __version__
from keras_rnn.runtimes.int8 import is_rounded, rounded

# Operators with options, and how those are called in the schema.
_OPTIONS = {
    "ADD": "Add",
    "SUB": "Sub",
    "MUL": "Mul",
    "DIV": "Div",
    "MAXIMUM": "MaximumMinimum",
    "MINIMUM": "MaximumMinimum",
    "EXP": "Exp",
    "ABS": "Abs",
    "FULLY_CONNECTED": "FullyConnected",
    "CONCATENATION": "Concatenation",
    "SOFTMAX": "Softmax",
    "MEAN": "Reducer",
    "REDUCE_MAX": "Reducer",
    "SQUARED_DIFFERENCE": "SquaredDifference",
    "SLICE": "Slice",
    "GATHER": "Gather",
    "SQUEEZE": "Squeeze",
    "EXPAND_DIMS": "ExpandDims",
    "CAST": "Cast",
    "NOT_EQUAL": "NotEqual",
    "LESS": "Less",
    "SELECT_V2": "SelectV2",
    "SHAPE": "Shape",
    "WHILE": "While",
    "PAD": "Pad",
    "STRIDED_SLICE": "StridedSlice",
}
_TYPES = {"float32": 0, "int32": 2, "bool": 6, "int8": 9}


def schema() -> Any:
    """Return the module of LiteRT with the schema of its files."""
    from ai_edge_litert import schema_py_generated

    return schema_py_generated


class LiteRTModel:
    """A file under construction; its subgraphs share constants and operators.

    Args:
        int8: Boolean, whether matrices of weights are kept in eight bits. Default:
            `False`.
    """

    def __init__(self, int8: bool = False) -> None:
        self.schema, self.int8 = schema(), int8
        self.model = self.schema.ModelT()
        self.model.version = 3
        self.model.description = f"keras_rnn {__version__}"
        self.model.operatorCodes, self.model.subgraphs = [], []
        self.model.buffers = [self.schema.BufferT()]  # the first stands for none
        self.model.signatureDefs = []
        self._codes: dict[str, int] = {}
        self._buffers: dict[bytes, int] = {}

    def code(self, operator: str) -> int:
        """Return the number under which a model calls an operator."""
        if operator not in self._codes:
            code = self.schema.OperatorCodeT()
            code.builtinCode = getattr(self.schema.BuiltinOperator, operator)
            code.deprecatedBuiltinCode = min(code.builtinCode, 127)
            self._codes[operator] = len(self.model.operatorCodes)
            self.model.operatorCodes.append(code)
        return self._codes[operator]

    def buffer(self, array: np.ndarray) -> int:
        """Return the number of the buffer that holds an array."""
        data = array.tobytes()
        if data not in self._buffers:
            buffer = self.schema.BufferT()
            buffer.data = np.frombuffer(data, "uint8")
            buffer.Pack = lambda builder: _aligned(self.schema, builder, data)
            self._buffers[data] = len(self.model.buffers)
            self.model.buffers.append(buffer)
        return self._buffers[data]

    def describe(self, inputs: dict[str, int], outputs: dict[str, int]) -> None:
        """Give names to the inputs and outputs of the first subgraph."""
        signature = self.schema.SignatureDefT()
        signature.signatureKey = "serving_default"
        for name, tensors in (("inputs", inputs), ("outputs", outputs)):
            named = []
            for key, index in tensors.items():
                one = self.schema.TensorMapT()
                one.name, one.tensorIndex = key, index
                named.append(one)
            setattr(signature, name, named)
        self.model.signatureDefs.append(signature)

    def bytes(self) -> bytes:
        """Return the file."""
        import flatbuffers

        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())


class Subgraph:
    """One graph of a file: the model, or what a loop asks or does.

    Args:
        file: `LiteRTModel`.
        name: String.
    """

    def __init__(self, file: LiteRTModel, name: str) -> None:
        self.file = file
        self.graph = file.schema.SubGraphT()
        self.graph.name = name
        self.graph.tensors, self.graph.operators = [], []
        self.index = len(file.model.subgraphs)
        file.model.subgraphs.append(self.graph)
        self._constants: dict[Any, int] = {}

    def tensor(
        self,
        name: str,
        shape: list[int],
        dtype: str = "float32",
        buffer: int = 0,
        any_length: int | None = None,
    ) -> int:
        """Add a tensor; return its number.

        Args:
            name: String.
            shape: List of integers.
            dtype: String. Default: `"float32"`.
            buffer: Integer, the buffer of a constant. Default: `0`, none.
            any_length: Integer, the axis along which it may be resized. Default:
                `None`.
        """
        tensor = self.file.schema.TensorT()
        tensor.shape, tensor.type = list(shape), _TYPES[dtype]
        tensor.buffer, tensor.name, tensor.hasRank = buffer, name, True
        if any_length is not None:
            tensor.shapeSignature = list(shape)
            tensor.shapeSignature[any_length] = -1
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def constant(self, value: Any, dtype: str = "float32") -> int:
        """Add an array that does not change; return its number."""
        array = np.ascontiguousarray(np.asarray(value, dtype))
        array = array.reshape(np.shape(value))
        key = (dtype, array.shape, array.tobytes())
        if key not in self._constants:
            shape = list(array.shape)
            buffer = self.file.buffer(array)
            name = f"constant_{len(self._constants)}"
            self._constants[key] = self.tensor(name, shape, dtype, buffer)
        return self._constants[key]

    def weight(self, array: np.ndarray) -> int:
        """Add weights; a matrix in eight bits is made float32 when a model is loaded.

        Args:
            array: Array; of a matrix, each row has a scale of its own.
        """
        if not (self.file.int8 and is_rounded(array)):
            return self.constant(array, str(array.dtype))
        key = ("int8", array.shape, array.tobytes())
        if key not in self._constants:
            numbers, scales = rounded(array)
            shape, buffer = list(array.shape), self.file.buffer(numbers)
            name = f"weights_{len(self._constants)}"
            small = self.tensor(name, shape, "int8", buffer)
            known = self.file.schema.QuantizationParametersT()
            known.scale, known.zeroPoint = scales, np.zeros(len(scales), "int64")
            known.quantizedDimension = 0
            self.graph.tensors[small].quantization = known
            self._constants[key] = self.add("DEQUANTIZE", [small], shape)
        return self._constants[key]

    def shape(self, tensor: int) -> list[int]:
        """Return the shape of a tensor."""
        return list(self.graph.tensors[tensor].shape)

    def add(
        self,
        operator: str,
        inputs: list[int],
        shape: list[int],
        dtype: str = "float32",
        **settings: Any,
    ) -> int:
        """Add an operator with one output; return the output's number."""
        name = f"{operator.lower()}_{len(self.graph.operators)}"
        output = self.tensor(name, shape, dtype)
        self.operator(operator, inputs, [output], **settings)
        return output

    def operator(
        self, operator: str, inputs: list[int], outputs: list[int], **settings: Any
    ) -> None:
        """Add an operator that writes to tensors which are there."""
        schema = self.file.schema
        one = schema.OperatorT()
        one.opcodeIndex = self.file.code(operator)
        one.inputs, one.outputs = list(inputs), list(outputs)
        if operator in _OPTIONS:
            kind = f"{_OPTIONS[operator]}Options"
            one.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            one.builtinOptions = getattr(schema, f"{kind}T")()
            for key, value in settings.items():
                setattr(one.builtinOptions, key, value)
        self.graph.operators.append(one)

    def reads_and_makes(self, inputs: list[int], outputs: list[int]) -> None:
        """Say which tensors a graph is given and which it gives."""
        self.graph.inputs, self.graph.outputs = list(inputs), list(outputs)


def _aligned(schema: Any, builder: Any, data: bytes) -> Any:
    """Write a buffer where LiteRT reads it without a copy: at a multiple of 16."""
    builder.StartVector(1, len(data), 16)
    builder.head = builder.head - len(data)
    builder.Bytes[builder.head : builder.head + len(data)] = data
    vector = builder.EndVector()
    schema.BufferStart(builder)
    schema.BufferAddData(builder, vector)
    return schema.BufferEnd(builder)
