"""A user's own Faker providers: Python files in `providers_dir()`, each with classes that extend faker.providers.BaseProvider.

DAG parsing only reads them, to know which file defines a method; they are imported where values are drawn.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import xxhash

from springhead.folders import searched
from springhead.provider_source import may_change_faker, methods_of_file


def providers_dir() -> Path:
    """Where the providers are: SPRINGHEAD_PROVIDERS; or `providers` beside the folder of the streams; or else include/providers of the source tree."""
    folders = searched("providers", "SPRINGHEAD_PROVIDERS")
    return next((folder for folder in folders if folder.is_dir()), folders[0])


def provider_files() -> list[Path]:
    """The files, by name; those that begin with _ or . are left out."""
    folder = providers_dir()
    return sorted(file for file in folder.glob("*.py") if file.name[0] not in "_.") if folder.is_dir() else []


def files_beside() -> list[Path]:
    """What else lies there, by name: word lists and modules that the providers may read. Hidden files and pages (.md) are left out."""
    folder = providers_dir()
    found = (file for file in folder.rglob("*") if file.is_file() and file.suffix not in (".md", ".pyc"))
    return sorted(
        {file for file in found if not any(part.startswith(".") for part in file.relative_to(folder).parts)} - {*provider_files()}
    )


def files_digest() -> str:
    """Digest of all files of the folder: a method of one may call those of the others."""
    files = (*provider_files(), *files_beside())
    return xxhash.xxh3_128_hexdigest("".join(_digest(file, file.stat().st_mtime_ns) for file in files).encode())


@cache
def _digest(file: Path, _changed: int) -> str:
    """A file's digest, read once for all fields: a word list may be large, and DAG parsing asks for it."""
    return xxhash.xxh3_128_hexdigest(file.read_bytes())


def own_methods() -> dict[str, tuple[str, ...] | None] | None:
    """Method → the names of its arguments (None: not known), of all classes in the user's own files, read and not imported. None: they do something when they are
    imported that the source does not tell, so that they may have any method."""
    found: dict[str, tuple[str, ...] | None] = {}
    for file in provider_files():
        methods = methods_of_file(file, file.stat().st_mtime_ns)
        if methods is None:
            return None
        found |= methods
    return found


def may_change_fakers_own() -> bool:
    """Whether the user's files may change what Faker's own methods give, other than by a method of the same name."""
    modules = (*provider_files(), *(file for file in files_beside() if file.suffix == ".py"))
    return any(may_change_faker(file, file.stat().st_mtime_ns) for file in modules)


@cache
def own_providers(folder: Path) -> tuple[type[Any], ...]:
    """The provider classes of a folder's files, in the order of files and lines.

    Raises:
        ImportError: a file cannot be imported; the text names it and says why.
    """
    from faker.providers import BaseProvider

    found: list[type[Any]] = []
    for file in provider_files():
        spec = importlib.util.spec_from_file_location(f"springhead_own_providers.{file.stem}", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            raise ImportError(f"{folder.name}/{file.name} cannot be imported: {type(error).__name__}: {error}") from error
        found += [
            each
            for each in vars(module).values()
            if isinstance(each, type) and issubclass(each, BaseProvider) and each.__module__ == module.__name__
        ]
    return tuple(found)
