"""numba's cache files with a digest at their end: one that a power loss or a full disk cut short is made anew, and one that cannot be written is done without."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xxhash
from numba.core import caching

from springhead.kernels.cache import DAMAGED, UNWRITTEN, tell_once

_DIGEST = 16  # bytes


class CacheFiles(caching.IndexDataCacheFile):
    """A kernel's index and data files. numba itself would unpickle whatever is there, and run it."""

    def _load_index(self) -> Any:
        return super()._load_index() if _is_whole(Path(self._index_path)) else {}

    def _load_data(self, name: str) -> Any:
        path = Path(self._data_path(name))
        if not _is_whole(path):
            raise OSError(f"{path} is damaged")  # numba compiles then, as if there were no such file
        return super()._load_data(name)

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[io.BytesIO]:
        buffer = io.BytesIO()
        yield buffer
        content = buffer.getvalue()
        try:
            with super()._open_for_write(filepath) as file:
                file.write(content + xxhash.xxh3_128_digest(content))
        except OSError as error:
            tell_once(UNWRITTEN, filepath, error.strerror)


def _is_whole(path: Path) -> bool:
    """Whether a file is as it was written; one that is not there counts as whole."""
    try:
        content = path.read_bytes()
    except OSError:
        return True
    if content[-_DIGEST:] == xxhash.xxh3_128_digest(content[:-_DIGEST]):
        return True
    tell_once(DAMAGED, path)
    return False


def check_cache_files() -> None:
    """Has numba use these from now on: for the functions whose caches are opened later."""
    caching.IndexDataCacheFile = CacheFiles
