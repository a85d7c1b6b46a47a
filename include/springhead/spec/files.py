"""Files of the language: one file is one stream, or one entity, named like it."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from springhead.spec.errors import file_error, spec_error, yaml_error
from springhead.spec.yaml import MAX_BYTES, Document, YamlError, read_yaml
from springhead.wording import describe, listed

NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_ENDINGS = (".yaml", ".yml")


def files_of(folder: Path) -> list[Path]:
    """The files of a folder that are written in the language, by name."""
    return sorted(path for path in folder.glob("*") if path.suffix in _ENDINGS and not path.name.startswith("."))


def read_file(path: Path, what: str, needed: str) -> Document:
    """The mapping of a file.

    Args:
        path: the file's.
        what: what a file of its kind is: a stream, an entity.
        needed: the keys that it has at least, as an error lists them.

    Raises:
        SpecError: it cannot be read, or is no mapping.
    """
    article = "an" if what[0] in "aeiou" else "a"
    if not NAME.fullmatch(path.stem):
        raise file_error(
            path,
            f"'{path.stem}' cannot be {article} {what}'s name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most",
        )
    _refuse_twins(path, what)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a FIFO would be waited for
            raise file_error(path, f"is no regular file: {article} {what} is a file, not a folder, a FIFO or a device")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise file_error(path, f"cannot be read: {error.strerror}") from None
    try:
        document = read_yaml(data)
    except YamlError as error:
        raise yaml_error(path, data, error) from None
    if not isinstance(document.value, dict):
        raise spec_error(path, document, [((), False, f"expected a mapping with {needed}; found {describe(document.value)}")])
    return document


def _refuse_twins(path: Path, what: str) -> None:
    twins = [path.with_suffix(ending).name for ending in _ENDINGS if ending != path.suffix and path.with_suffix(ending).exists()]
    if path.suffix in _ENDINGS and twins:
        raise file_error(path, f"two files with one {what} name: {listed(twins)} names '{path.stem}' too")
