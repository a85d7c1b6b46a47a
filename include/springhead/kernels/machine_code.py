"""The kernels' machine code: one object file in the cache, loaded by llvmlite alone."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import llvmlite
import llvmlite.binding as llvm
import numpy as np
import xxhash

from springhead.kernels.cache import read, write
from springhead.kernels.kernel import Kernel

# What numba reads from the environment, and what decides machine code. A generic CPU is the default here, other than numba's own.
_DECIDING = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NUMBA_BOUNDSCHECK": "",
    "NUMBA_OPT": "",
    "NUMBA_LOOP_VECTORIZE": "",
    "NUMBA_SLP_VECTORIZE": "",
}


def load(kernels: Sequence[Kernel]) -> None:
    """Gives all kernels their machine code, which is compiled where the cache has none."""
    content = read(object_name()) or _compiled(kernels)
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(content))
    engine.finalize_object()
    for kernel in kernels:
        kernel.bind(engine.get_function_address(kernel.name))
    engine.detach()  # the code stays where it is: other threads may run it until the process ends


@cache
def object_name() -> Path:
    """The cache's file, named by a digest of all sources here, of the versions that turn them into machine code, and of the machine."""
    digest = xxhash.xxh3_128()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update(_numba() + f"{llvmlite.__version__} {np.__version__} {sysconfig.get_platform()}".encode())
    deciding = {name: os.environ.get(name, default) for name, default in _DECIDING.items()}
    digest.update(repr(deciding).encode())
    if deciding["NUMBA_CPU_NAME"] != "generic":
        digest.update(f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}".encode())
    return Path(f"kernels-{digest.hexdigest()}.o")


def _numba() -> bytes:
    """The source of numba's version: neither numba is imported for it (half a second), nor are a package's metadata read (six milliseconds)."""
    spec = find_spec("numba")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("_version.py").read_bytes()


def _compiled(kernels: Sequence[Kernel]) -> bytes:
    """An object file, compiled and written into the cache."""
    os.environ.setdefault("NUMBA_CPU_NAME", _DECIDING["NUMBA_CPU_NAME"])  # before numba is imported
    from springhead.kernels.compiling import is_for_the_named_cpu, object_file

    content = object_file(kernels)
    if is_for_the_named_cpu():
        write(object_name(), content)
    return content
