"""The three kinds of functions that become machine code, and how Python calls it.

What they are written in is numba's language. numba itself is imported where there is no machine code yet, and nowhere else: importing it, and loading what it
has cached, takes ten times as long as llvmlite takes to load an object file (docs/decisions/027-machine-code-without-numba.md).
"""

from __future__ import annotations

import ctypes
import pickle
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

KERNELS: list[Kernel] = []  # all of them, in the order in which they are defined

OTHER_ARRAY = -100  # the status of a call with an array that is not as the signature has it; numba's own are from −4 on

_RUN = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p)  # releases the GIL
_BEGIN = ctypes.c_char * 0
_TYPE = re.compile(r"\s*(?:UniTuple\((\w+), (\d+)\)|(\w+)(\[[:, 1]+\])?)\s*")
_FORMATS = {"int64": "q", "uint64": "Q", "uint8": "Q", "boolean": "?7x", "float64": "d"}  # of a word that holds one


class Kernel:
    """A function of machine code: called with numbers, and with arrays that are C-contiguous, aligned, writable and of the signature's types.

    Its arguments are an array of 64-bit words, one each: a number, or the address of numpy's object, of which the machine code reads (and checks) the head. The
    words of what it returns are written over them. So a call costs about two microseconds.

    Attributes:
        function: the source.
        signature: as numba writes them.
        name: of the machine code.
    """

    def __init__(self, function: Callable[..., Any], signature: str) -> None:
        self.function, self.signature, self.__doc__ = function, signature, function.__doc__
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        (type_, count, _), *arguments = _types(signature)
        self._arrays = [dimensions > 0 for _, _, dimensions in arguments]
        self._arguments = struct.Struct("=" + "".join("Q" if dimensions else _FORMATS[type_] for type_, _, dimensions in arguments))
        self._results = struct.Struct("=" + ("" if type_ == "void" else _FORMATS[type_] * max(count, 1)))
        self._result: Callable[[tuple[Any, ...]], Any] = tuple if count else _nothing if type_ == "void" else _single
        self._words = ctypes.c_uint64 * max(self._arguments.size // 8, self._results.size // 8, 2)
        self._run: Callable[[Any], int] = self._missing
        KERNELS.append(self)

    def __call__(self, *arguments: Any) -> Any:
        """Runs it without the GIL.

        Raises:
            TypeError: other arguments than the signature's.
            struct.error: a number that is none, or too large.
        """
        if [type(each) is np.ndarray for each in arguments] != self._arrays:
            raise self._refused(arguments)
        words = self._words()
        self._arguments.pack_into(words, 0, *[id(each) if type(each) is np.ndarray else each for each in arguments])
        if status := self._run(words):
            raise self._refused(arguments) if status == OTHER_ARRAY else _raised(words)
        return self._result(self._results.unpack_from(words))

    def bind(self, run: int) -> None:
        """Tells it where its machine code is."""
        self._run = _RUN(run)

    def _missing(self, words: Any) -> NoReturn:
        raise AssertionError(f"{self.name} has no machine code yet")

    def _refused(self, arguments: Sequence[Any]) -> TypeError:
        return TypeError(f"{self.name} takes {self.signature}, arrays writable; found {', '.join(map(_described, arguments))}")


def _nothing(_: tuple[Any, ...]) -> None:
    return None


def _single(results: tuple[Any, ...]) -> Any:
    return results[0]


def _described(argument: Any) -> str:
    if type(argument) is not np.ndarray:
        return type(argument).__name__
    flags = "" if argument.flags.c_contiguous else ", not contiguous"
    return f"{argument.dtype} of {argument.ndim} dimensions" + flags + ("" if argument.flags.writeable else ", read-only")


def _raised(words: Any) -> Exception:
    """What machine code has raised: a class, its arguments and the place, pickled by the compiler, at an address and of a length."""
    kind, arguments, _ = pickle.loads(ctypes.string_at(words[0], words[1]))  # noqa: S301  # a constant of our own machine code
    return kind(*(arguments or ()))  # type: ignore[no-any-return]


class Inlined:
    """A function whose code stands in that of its callers."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.__doc__ = function, function.__doc__


class Intrinsic:
    """A function that is given as LLVM's instructions.

    Attributes:
        function: called with llvmlite.ir, a builder and the arguments, all of them LLVM's; returns the value, a list for a tuple, (address of the first, how many)
            for an array, None for nothing.
        signature: as numba writes them.
    """

    def __init__(self, function: Callable[..., Any], signature: str) -> None:
        self.function, self.signature, self.__doc__ = function, signature, function.__doc__


def kernel(signature: str) -> Callable[[Callable[..., Any]], Kernel]:
    """Makes a function a `Kernel`. It may call kernels, inlined functions and intrinsics; it allocates no memory, for it has no Python to give it back to."""
    return lambda function: Kernel(function, signature)


def inlined(function: Callable[..., Any]) -> Any:
    """Makes a function `Inlined`: its types are those of each call."""
    return Inlined(function)


def intrinsic(signature: str) -> Callable[[Callable[..., Any]], Intrinsic]:
    """Makes a function an `Intrinsic`."""
    return lambda function: Intrinsic(function, signature)


def address(array: Any) -> int:
    """The address of an array's first byte: a third of the time of numpy's `ctypes.data`.

    Raises:
        TypeError: it is not C-contiguous, or cannot be written.
    """
    return ctypes.addressof(_BEGIN.from_buffer(array))


def _types(signature: str) -> Iterator[tuple[str, int, int]]:
    """(type, length of a tuple, dimensions of an array) of what a signature returns, and of each argument."""
    returned, _, arguments = signature[:-1].partition("(") if not signature.startswith("UniTuple") else _tuple(signature)
    for text in (returned, *re.split(r", (?![:1])", arguments)):
        found = _TYPE.fullmatch(text)
        if found is None:
            raise AssertionError(f"{text!r} of the signature {signature!r} is no type of kernels")
        items, count, single, brackets = found.groups()
        yield items or single, int(count or 0), brackets.count(",") + 1 if brackets else 0


def _tuple(signature: str) -> tuple[str, str, str]:
    end = signature.index(")") + 1
    return signature[:end], "(", signature[end + 1 : -1]
