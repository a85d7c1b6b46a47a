"""The bytes are the same whatever machine code the kernels become: processes of their own compile them in other ways."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.build import batch
from tests.unit.records.build import FIELDS, GATHERED, GOLDEN, KEYS, SPREAD_DIGEST, digest

pytestmark = pytest.mark.slow  # kernels are compiled anew

PLAIN_CPU = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "-sse3,-ssse3,-sse4.1,-sse4.2,-avx,-avx2,-fma,-bmi,-bmi2,-popcnt",
    "NUMBA_LOOP_VECTORIZE": "0",
    "NUMBA_SLP_VECTORIZE": "0",
    "NUMBA_OPT": "1",
}


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Two processes with kernel caches of their own, which have to compile all: both are at it while the tests of this file run."""
    root = Path(__file__).parents[3]
    started = {}
    for name, script, variables in (
        (
            "plain CPU",
            "print(*[golden(n) for n in GOLDEN], digest(batch(SPREAD)))",
            {**PLAIN_CPU, "NPY_DISABLE_CPU_FEATURES": _numpy_features()},
        ),
        # a chunk's size that divides nothing meets all ends
        (
            "checked",
            "print(digest(batch(FIELDS, **KEYS), 7), digest(batch(GATHERED), 7), digest(batch(SPREAD), 7), *[golden(n) for n in GOLDEN])",
            {"NUMBA_BOUNDSCHECK": "1", "NUMBA_OPT": "0"},  # the checks are in what LLVM is given: it need not be made fast
        ),
    ):
        own = {"SPRINGHEAD_CACHE": str(tmp_path_factory.mktemp("cache")), "PYTHONPATH": f"{root / 'include'}{os.pathsep}{root}"}
        script = f"from tests.unit.build import batch; from tests.unit.records.build import *; {script}; import springhead.kernels.cache as c; assert list(c.cache_root().glob('kernels-*'))"
        started[name] = subprocess.Popen(
            [sys.executable, "-c", script],
            env={**os.environ, **own, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
        )
    yield started
    for process in started.values():
        process.kill()
        process.communicate()


def words_of(process: subprocess.Popen[str]) -> list[str]:
    """What it has printed at its end, in words."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out.split()


def test_the_bytes_are_the_same_with_other_machine_code(others: dict[str, subprocess.Popen[str]]) -> None:
    """A process whose kernels are compiled for a plain CPU, without vectors."""
    assert words_of(others["plain CPU"]) == [*GOLDEN.values(), SPREAD_DIGEST]


def test_no_kernel_reads_or_writes_outside_an_array(others: dict[str, subprocess.Popen[str]]) -> None:
    """A process whose kernels check every index; an IndexError would end it."""
    assert words_of(others["checked"]) == [digest(batch(FIELDS, **KEYS)), digest(batch(GATHERED)), SPREAD_DIGEST, *GOLDEN.values()]


def _numpy_features() -> str:
    """The CPU features that numpy would use beyond its baseline on this machine."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__  # type: ignore[import-not-found]

    return " ".join(feature for feature in __cpu_dispatch__ if __cpu_features__.get(feature))
