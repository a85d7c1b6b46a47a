"""The folder in which numba keeps machine code, named by everything that decides it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import xxhash


def cache_root() -> Path:
    """The folder of everything that can be made again: compiled kernels and Faker's pools."""
    given = os.environ.get("SPRINGHEAD_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "springhead"


def writable_cache_root() -> Path:
    """`cache_root()` where it can be written, else a folder of this user's below the temporary folder."""
    root = cache_root()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except OSError:
        own = Path(tempfile.gettempdir()) / f"springhead-{os.getuid()}"
        own.mkdir(mode=0o700, exist_ok=True)
        if own.stat().st_uid != os.getuid():
            raise PermissionError(f"{own} belongs to somebody else; set SPRINGHEAD_CACHE to a folder that you can write") from None
        return own


def kernels_digest() -> str:
    """Digest of all kernel sources and of the versions that turn them into machine code."""
    digest = xxhash.xxh3_128()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update(f"{version('numba')} {version('llvmlite')} {version('numpy')} {sys.version_info[:2]}".encode())
    for name in ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_BOUNDSCHECK", "NUMBA_OPT"):
        digest.update(f"{name}={os.environ.get(name, '')}".encode())
    return digest.hexdigest()


def prepare_cache() -> Path:
    """Points numba at its cache folder, through the environment: numba reads it when it is imported, and again when it compiles."""
    os.environ.setdefault("NUMBA_CPU_NAME", "generic")
    name = f"kernels-{kernels_digest()}"
    folder = writable_cache_root() / name
    baked = cache_root() / name
    if not folder.exists() and baked.is_dir():
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            shutil.copytree(baked, Path(scratch) / name)
            try:
                (Path(scratch) / name).rename(folder)
            except OSError:  # another process was first: its copy is as good as ours
                if not folder.is_dir():
                    raise
    folder.mkdir(exist_ok=True)
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:
        import numba

        numba.config.reload_config()
    return folder
