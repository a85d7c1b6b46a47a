"""From Python's functions to machine code, by numba: what costs seconds, and is done once.

Only springhead.kernels.machine_code imports this, where there is no machine code yet.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import cache
from types import FunctionType
from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, sigutils, types
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.extending import intrinsic
from numba.np import arrayobj
from numba.np.numpy_support import as_dtype

from springhead.kernels.kernel import OTHER_ARRAY, Inlined, Intrinsic, Kernel

numba.config.reload_config()  # somebody else may have imported numba before the environment named a CPU

MADE = [0, 0]  # how many kernels are compiled, of how many: for who waits

_BYTE, _INT, _WORD, _DOUBLE = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.DoubleType()

# PyArrayObject_fields and the head of PyArray_Descr (numpy/ndarraytypes.h), which numpy's ABI holds fixed; their first field is what all of Python's objects begin with.
_OBJECT = ir.ArrayType(_BYTE, object.__basicsize__)
_HEAD = ir.LiteralStructType([_OBJECT, _WORD, _INT, _WORD, _WORD, _WORD, _WORD, _INT])
_DATA, _DIMENSIONS, _SHAPE, _DTYPE, _FLAGS = 1, 2, 3, 6, 7
_DTYPE_HEAD = ir.LiteralStructType([_OBJECT, _WORD, _BYTE, _BYTE, _BYTE, _BYTE, _INT])
_BYTE_ORDER, _TYPE_NUMBER = 4, 6
_AS_WANTED = 0x0001 | 0x0100 | 0x0400  # NPY_ARRAY_C_CONTIGUOUS, _ALIGNED, _WRITEABLE


def object_file(kernels: Sequence[Kernel]) -> bytes:
    """An object file of all these kernels: `Kernel.name` is a function that takes the address of their words, and returns 0 where it has raised nothing."""
    context = cpu_target.target_context
    with global_compiler_lock:
        library = context.codegen().create_library("springhead")
        module = library.create_ir_module("springhead")
        for number, kernel in enumerate(kernels):
            MADE[:] = number, len(kernels)
            (compiled,) = by_numba(kernel).overloads.values()
            _define(module, kernel.name, compiled.fndesc)
            library.add_linking_library(compiled.library)
        library.add_ir_module(module)
        library.enable_object_caching()
        library.finalize()
        return bytes(library._get_compiled_object())


def is_for_the_named_cpu() -> bool:
    """Whether machine code is for the CPU that the environment names: not where somebody else has used numba before it named one."""
    codegen = cpu_target.target_context.codegen()
    return bool(codegen._tm_features == codegen._get_host_cpu_features())


@cache
def by_numba(function: Any) -> Any:
    """What numba makes of a kernel, an inlined function or an intrinsic: what the function's names mean is looked up here, not in its module."""
    match function:
        case Kernel():
            return numba.njit(function.signature, nogil=True, _nrt=False)(_with_names_of_numba(function.function))
        case Inlined():
            return numba.njit(inline="always")(_with_names_of_numba(function.function))
        case Intrinsic():
            return _intrinsic(function)


def _with_names_of_numba(function: Any) -> FunctionType:
    """The same function in whose code the names of kernels, inlined functions and intrinsics stand for what numba makes of them."""
    names = function.__globals__
    ours = {name: by_numba(names[name]) for name in function.__code__.co_names if isinstance(names.get(name), Kernel | Inlined | Intrinsic)}
    made = FunctionType(function.__code__, {**names, **ours}, function.__name__, function.__defaults__, function.__closure__)
    made.__module__, made.__qualname__ = function.__module__, function.__qualname__
    return made


def _intrinsic(of: Intrinsic) -> Any:
    """The intrinsic in numba's own form."""
    arguments, returned = sigutils.normalize_signature(of.signature)

    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        made = of.function(ir, builder, *values)
        match returned:
            case types.Array():
                return _array(context, builder, returned, made[0], [made[1]])
            case types.BaseTuple():
                return context.make_tuple(builder, returned, made)
            case _:
                return context.get_dummy_value() if made is None else made

    def typed(*_: Any) -> Any:
        return returned(*arguments), generate

    names = ["context", *(f"argument_{number}" for number in range(len(arguments)))]
    typed.__signature__ = inspect.Signature([inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names])  # type: ignore[attr-defined]
    typed.__name__ = of.function.__name__
    return intrinsic(typed)


def _define(module: Any, name: str, of: Any) -> None:
    """Defines a function that takes the address of a kernel's words, calls the kernel, and writes the words of what it returns, or the place of what it raises."""
    context = cpu_target.target_context
    callee = ir.Function(module, context.call_conv.get_function_type(of.restype, of.argtypes), of.llvm_func_name)
    function = ir.Function(module, ir.FunctionType(_INT, [_WORD.as_pointer()]), name)
    builder = ir.IRBuilder(function.append_basic_block())
    words = _Words(builder, function.args[0])
    arguments = [_argument(context, builder, type_, words) for type_ in of.argtypes]
    status, made = context.call_conv.call_function(builder, callee, of.restype, of.argtypes, arguments)
    with builder.if_else(status.is_error) as (failed, done):
        with failed:  # the raised one's pickled class, arguments and place: a constant, and its length
            raised = builder.load(status.excinfoptr)
            words.write([builder.ptrtoint(builder.extract_value(raised, 0), _WORD), builder.zext(builder.extract_value(raised, 1), _WORD)])
        with done:
            match of.restype:
                case types.NoneType():
                    pass
                case types.BaseTuple():
                    words.write(cgutils.unpack_tuple(builder, made))
                case _:
                    words.write([made])
    builder.ret(status.code)


def _argument(context: Any, builder: Any, type_: Any, words: _Words) -> Any:
    """One argument of a kernel, from the next word."""
    word, llvm_type = words.read(), context.get_value_type(type_)
    if isinstance(type_, types.Array):
        return _array_of_numpy(context, builder, type_, builder.inttoptr(word, _HEAD.as_pointer()))
    if llvm_type == _DOUBLE:
        return builder.bitcast(word, _DOUBLE)
    return word if llvm_type == _WORD else builder.trunc(word, llvm_type)


def _array_of_numpy(context: Any, builder: Any, type_: Any, head: Any) -> Any:
    """The array that numpy's object is. The function returns OTHER_ARRAY where it is not as its type says."""

    def field(pointer: Any, number: int) -> Any:
        return builder.load(builder.gep(pointer, [ir.Constant(_INT, 0), ir.Constant(_INT, number)]))

    dtype = builder.inttoptr(field(head, _DTYPE), _DTYPE_HEAD.as_pointer())
    other = builder.or_(
        builder.icmp_unsigned("!=", builder.and_(field(head, _FLAGS), ir.Constant(_INT, _AS_WANTED)), ir.Constant(_INT, _AS_WANTED)),
        builder.icmp_unsigned("!=", field(head, _DIMENSIONS), ir.Constant(_INT, type_.ndim)),
    )
    other = builder.or_(other, builder.icmp_unsigned("!=", field(dtype, _TYPE_NUMBER), ir.Constant(_INT, as_dtype(type_.dtype).num)))
    other = builder.or_(other, builder.icmp_unsigned("==", field(dtype, _BYTE_ORDER), ir.Constant(_BYTE, ord(">"))))
    with builder.if_then(other, likely=False):
        builder.ret(ir.Constant(_INT, OTHER_ARRAY))
    data = builder.inttoptr(field(head, _DATA), context.get_data_type(type_.dtype).as_pointer())
    shape = builder.inttoptr(field(head, _SHAPE), _WORD.as_pointer())
    return _array(
        context, builder, type_, data, [builder.load(builder.gep(shape, [ir.Constant(_INT, axis)])) for axis in range(type_.ndim)]
    )


def _array(context: Any, builder: Any, type_: Any, data: Any, shape: Sequence[Any]) -> Any:
    """A C-contiguous array over memory that is somebody else's."""
    array = context.make_array(type_)(context, builder)
    itemsize = ir.Constant(_WORD, context.get_abi_sizeof(context.get_data_type(type_.dtype)))
    strides = [itemsize]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    arrayobj.populate_array(array, data=data, shape=shape, strides=strides, itemsize=itemsize, meminfo=None)
    return array._getvalue()


class _Words:
    """Words one after the other, from an address on."""

    def __init__(self, builder: Any, begin: Any) -> None:
        self._builder, self._begin, self._read = builder, begin, 0

    def read(self) -> Any:
        """The next word."""
        self._read += 1
        return self._builder.load(self._place(self._read - 1))

    def write(self, values: Sequence[Any]) -> None:
        """Writes numbers over the first words."""
        for number, value in enumerate(values):
            word = (
                self._builder.bitcast(value, _WORD)
                if value.type == _DOUBLE
                else value
                if value.type == _WORD
                else self._builder.zext(value, _WORD)
            )
            self._builder.store(word, self._place(number))

    def _place(self, number: int) -> Any:
        return self._builder.gep(self._begin, [ir.Constant(_WORD, number)])
