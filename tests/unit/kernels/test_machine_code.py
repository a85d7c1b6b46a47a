"""Machine code from the cache's object file: by llvmlite alone where it is there, by numba where it is not; and what a kernel takes, gives and raises."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from springhead import kernels
from springhead.kernels import cells, exact_logs, gathered_size, kernel, machine_code, picks, text, word
from springhead.kernels.cache import writable_cache_root
from springhead.kernels.kernel import KERNELS, Kernel, address

IDS = np.arange(3, dtype=np.uint64)

# A process of its own with one kernel of its own: the package's are not compiled for it, only its modules are read.
ONE = """
import sys, types
package = types.ModuleType("springhead.kernels"); package.__path__ = ["include/springhead/kernels"]; sys.modules[package.__name__] = package
import numpy as np
from springhead.kernels.kernel import kernel
from springhead.kernels.machine_code import load, object_name

@kernel("int64(int64[::1], int64, int64)")
def divided(numbers, at, by):
    return numbers[at] // by

load([divided])
numbers = np.array([7, 8, 9])
def told(*arguments):
    try:
        return divided(numbers, *arguments)
    except Exception as error:
        return type(error).__name__
print(told(2, 3), told(0, 0), *([told(3, 1)] if sys.argv[1:] else []), "numba" in sys.modules, object_name())
"""


USED = "import numba; numba.njit('int64(int64)')(lambda number: number)\n"


def run(cache: Path, *words: str, before: str = "", **variables: str) -> tuple[list[str], str]:
    """(words of what it prints but for the object's name, stderr)."""
    environment = {**os.environ, "SPRINGHEAD_CACHE": str(cache), "PYTHONPATH": os.pathsep.join(sys.path), **variables}
    done = subprocess.run([sys.executable, "-c", before + ONE, *words], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()[:-1], done.stderr


@pytest.mark.slow
def test_numba_is_imported_where_there_is_no_machine_code_or_none_that_is_whole_and_nowhere_else(tmp_path: Path) -> None:
    assert run(tmp_path) == (["3", "ZeroDivisionError", "True"], "")
    assert run(tmp_path) == (["3", "ZeroDivisionError", "False"], "")
    (path,) = tmp_path.glob("kernels-*.o")
    path.write_bytes(path.read_bytes()[:-5])
    assert run(tmp_path) == (
        ["3", "ZeroDivisionError", "True"],
        f"the cache's {path} is damaged: it is made anew, and so is what else is damaged there\n",
    )
    assert run(tmp_path) == (["3", "ZeroDivisionError", "False"], "")


@pytest.mark.slow
def test_machine_code_that_checks_each_index_is_kept_beside_the_other(tmp_path: Path) -> None:
    for found in ("True", "False"):
        assert run(tmp_path, "beyond", NUMBA_BOUNDSCHECK="1") == (["3", "ZeroDivisionError", "IndexError", found], "")
    assert run(tmp_path) == (["3", "ZeroDivisionError", "True"], "")
    assert len(list(tmp_path.glob("kernels-*.o"))) == 2


@pytest.mark.slow
def test_machine_code_for_another_cpu_is_not_kept_under_the_name_of_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba looks at the CPU once: where somebody else has used it before, that was the machine's own, with all that it can do."""
    monkeypatch.delenv("NUMBA_CPU_NAME", raising=False)
    assert run(tmp_path, before=USED) == (["3", "ZeroDivisionError", "True"], "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_eight_processes_at_once_find_no_machine_code_and_leave_one_file(tmp_path: Path) -> None:
    environment = {**os.environ, "SPRINGHEAD_CACHE": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    started = [subprocess.Popen([sys.executable, "-c", ONE], env=environment, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    assert [process.communicate()[0].split()[:2] for process in started] == [["3", "ZeroDivisionError"]] * 8
    assert len(list(tmp_path.iterdir())) == 1
    assert run(tmp_path) == (["3", "ZeroDivisionError", "False"], "")


@pytest.mark.slow
def test_a_batch_is_made_without_numba() -> None:
    """In a process of its own; that this one could import the kernels has seen to their machine code."""
    script = (
        "import sys; from springhead.pipeline import key_values\n"
        "print(len(list(key_values('card_transactions', 10, '2026-03-01T10:00Z/PT1H'))), 'numba' in sys.modules, 'llvmlite' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert (
        subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True).stdout
        == "10 False True\n"
    )


def test_this_process_has_its_machine_code_from_the_cache() -> None:
    assert (writable_cache_root() / machine_code.object_name()).exists()


@pytest.mark.parametrize(
    "name", ["NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_BOUNDSCHECK", "NUMBA_OPT", "NUMBA_LOOP_VECTORIZE", "NUMBA_SLP_VECTORIZE"]
)
def test_what_numba_reads_from_the_environment_is_in_the_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name, raising=False)
    names = {machine_code.object_name.__wrapped__()}
    for value in ("1", "2"):
        monkeypatch.setenv(name, value)
        names.add(machine_code.object_name.__wrapped__())
    assert len(names) == 3


def test_a_kernel_gives_what_its_signature_says() -> None:
    assert word(1, 2) == word(np.uint64(1), np.int64(2)) == 13757245211066428519
    assert gathered_size(np.zeros(0, np.int64), np.zeros((0, 4), np.int64)) == 0
    assert kernel.KERNELS[0].function.__name__ == "assemble"


@pytest.mark.parametrize(
    ("array", "found"),
    [
        (np.zeros(3), "float64 of 1 dimensions"),
        (np.zeros(3, np.uint64), "uint64 of 1 dimensions"),
        (np.zeros(3, ">i8"), ">i8 of 1 dimensions"),
        (np.zeros((3, 1), np.int64), "int64 of 2 dimensions"),
        (np.zeros(6, np.int64)[::2], "int64 of 1 dimensions, not contiguous"),
        (np.frombuffer(bytes(24), np.int64), "int64 of 1 dimensions, read-only"),
        ([0, 0, 0], "list"),
        (7, "int"),
    ],
)
def test_a_kernel_takes_arrays_of_its_types_alone(array: Any, found: str) -> None:
    with pytest.raises(TypeError) as caught:
        picks(1, IDS, np.ones(1, np.uint64), np.zeros(1, np.int64), array)
    assert str(caught.value) == (
        "gather.picks takes void(uint64, uint64[::1], uint64[::1], int64[::1], int64[::1]), arrays writable; found int, uint64 of 1 dimensions,"
        f" uint64 of 1 dimensions, int64 of 1 dimensions, {found}"
    )


def test_a_kernel_takes_as_many_arguments_as_it_has_and_numbers_that_fit() -> None:
    for wrong in ((1,), (1, 2, 3), (1, IDS)):
        with pytest.raises(TypeError, match=r"^chance.word takes uint64\(uint64, uint64\), arrays writable; found int"):
            word(*wrong)
    for number in (-1, 2**64, 0.5, "1"):
        with pytest.raises(struct.error):
            word(1, number)


def test_the_address_of_an_array_is_numpys() -> None:
    for array in (np.zeros(4), np.zeros((2, 3), np.uint8), np.zeros(0), np.zeros(9, np.int64)[3:]):
        assert address(array) == array.ctypes.data


def test_signatures_are_read_as_numba_reads_them() -> None:
    from numba import types
    from numba.core.sigutils import normalize_signature

    def of_numba(type_: types.Type) -> tuple[str, int, int]:
        match type_:
            case types.NoneType():
                return "void", 0, 0
            case types.UniTuple():
                return str(type_.dtype), type_.count, 0
            case types.Array():
                return str(type_.dtype).replace("bool", "boolean"), 0, type_.ndim
            case _:
                return str(type_).replace("bool", "boolean"), 0, 0

    for one in kernel.KERNELS:
        assert isinstance(one, Kernel)
        arguments, returned = normalize_signature(one.signature)
        assert list(kernel._types(one.signature)) == [of_numba(type_) for type_ in (returned, *arguments)], one.name
    assert {text, cells, exact_logs} <= set(kernel.KERNELS)


def test_every_kernel_of_every_module_here_has_its_machine_code_once_the_package_is_imported() -> None:
    for path in Path(kernels.__file__).parent.glob("*.py"):
        if not path.stem.startswith("__") and path.stem != "compiling":  # that one is numba's, for where there is no machine code
            import_module(f"springhead.kernels.{path.stem}")
    ours = [each for each in KERNELS if each.function.__module__.startswith("springhead.kernels.")]  # others are of tests
    assert [each.name for each in ours if each._run == each._missing] == []
    assert len(ours) > 40
