"""The folder in which numba keeps machine code, named by everything that decides it."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import xxhash

from springhead.errors import OptionError

log = logging.getLogger("springhead")
DAMAGED = "the cache's %s is damaged: it is made anew, and so is what else is damaged there"
UNWRITTEN = "the cache's %s cannot be written (%s): going on without"
_told: set[str] = set()


def tell_once(text: str, *about: object) -> None:
    """Logs a warning, once in a process: a disk that fails fails for each file."""
    if text not in _told:
        _told.add(text)
        log.warning(text, *about)


def cache_root() -> Path:
    """The folder of everything that can be made again: compiled kernels and what was made of Faker's methods. Where nothing names one, and no home is known, it is a
    temporary one."""
    if given := os.environ.get("SPRINGHEAD_CACHE"):
        return Path(given)
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "springhead"
    try:
        return Path.home() / ".cache" / "springhead"
    except RuntimeError:  # HOME is not set, and the user has no entry in passwd
        return _temporary_root()


def writable_cache_root() -> Path:
    """`cache_root()` where it can be written, else a folder of this user's below the temporary folder.

    Raises:
        OptionError: neither can be written.
    """
    for root in (cache_root(), _temporary_root()):
        try:
            root.mkdir(mode=0o700 if root == _temporary_root() else 0o777, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=root):
                pass
        except OSError as error:
            why = error.strerror
            continue
        if root == cache_root() or root.stat().st_uid == os.getuid():
            return root
        why = "it belongs to somebody else"
    raise OptionError(
        f"the cache cannot be written, neither in {cache_root()} nor in {root} ({why}): set SPRINGHEAD_CACHE to a folder that you can write"
    )


def _temporary_root() -> Path:
    try:
        return Path(tempfile.gettempdir()) / f"springhead-{os.getuid()}"
    except FileNotFoundError:
        raise OptionError(
            "there is no folder for the cache, nor any for temporary files: set SPRINGHEAD_CACHE to a folder that you can write"
        ) from None


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
        _copy(baked, folder)
    folder.mkdir(exist_ok=True)
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:
        import numba

        numba.config.reload_config()
    return folder


def _copy(baked: Path, folder: Path) -> None:
    """Copies a folder whole, or not at all: another process may be first, and its copy is as good; on a full disk the kernels are compiled without."""
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            shutil.copytree(baked, Path(scratch) / folder.name)
            (Path(scratch) / folder.name).rename(folder)
    except OSError as error:  # shutil's own has no strerror
        if not folder.is_dir():
            log.warning(
                "the cache's %s cannot be copied to %s (%s): going on without", baked, folder, error.strerror or "the disk may be full"
            )
