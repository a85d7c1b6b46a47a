"""The folder of everything that can be made again: compiled kernels, and what was made of Faker's methods. Each file begins with a digest of the rest."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

import xxhash

from springhead.errors import OptionError

log = logging.getLogger("springhead")
_DAMAGED = "the cache's %s is damaged: it is made anew, and so is what else is damaged there"
_UNWRITTEN = "the cache's %s cannot be written (%s): going on without"
_DIGEST = 16  # bytes
_told: set[str] = set()


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


def read(name: Path) -> bytes | None:
    """The content of a file of the cache; None where there is none, or where a power loss or a full disk has cut it short. A cache that is read-only is read, too."""
    found = _whole(cache_root() / name)
    if found is None and (root := writable_cache_root()) != cache_root():
        found = _whole(root / name)
    return found


def write(name: Path, content: bytes) -> None:
    """Writes a file of the cache whole, or not at all, with a warning."""
    path = writable_cache_root() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(xxhash.xxh3_128_digest(content) + content)
                file.flush()
                os.chmod(file.name, 0o644)  # a cache that is baked into an image is read by another user
                os.replace(file.name, path)  # so that nobody reads half a file
            except OSError:
                os.unlink(file.name)
                raise
    except OSError as error:
        _tell_once(_UNWRITTEN, path, error.strerror)


def _whole(path: Path) -> bytes | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if content[:_DIGEST] == xxhash.xxh3_128_digest(content[_DIGEST:]):
        return content[_DIGEST:]
    _tell_once(_DAMAGED, path)
    return None


def _tell_once(text: str, *about: object) -> None:
    """Logs a warning, once in a process: a disk that fails fails for each file."""
    if text not in _told:
        _told.add(text)
        log.warning(text, *about)
