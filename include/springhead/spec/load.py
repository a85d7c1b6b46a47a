"""Streams from their files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pydantic import ValidationError

from springhead.errors import OptionError, SpecError
from springhead.spec.check import check, readable_part
from springhead.spec.errors import Found, file_error, in_our_words, shown, spec_error, yaml_error
from springhead.spec.stream import STREAM_NAME, Stream
from springhead.spec.yaml import MAX_BYTES, YamlError, read_yaml
from springhead.wording import describe, listed, meant

STREAMS_DIR = Path(__file__).resolve().parents[2] / "streams"
_ENDINGS = (".yaml", ".yml")


def streams_dir() -> Path:
    """Where the streams are: SPRINGHEAD_STREAMS, or include/streams beside the package."""
    return Path(os.environ.get("SPRINGHEAD_STREAMS") or STREAMS_DIR)


def load_stream(path: Path) -> Stream:
    """The stream of a file, named like it.

    Raises:
        SpecError: all that is wrong with it.
    """
    if not STREAM_NAME.fullmatch(path.stem):
        raise file_error(
            path, f"'{path.stem}' cannot be a stream's name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most"
        )
    _refuse_twins(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a FIFO would be waited for
            raise file_error(path, "is no regular file: a stream is a file, not a folder, a FIFO or a device")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise file_error(path, f"cannot be read: {error.strerror}") from None
    try:
        document = read_yaml(data)
    except YamlError as error:
        raise yaml_error(path, data, error) from None
    if not isinstance(document.value, dict):
        raise spec_error(path, document, [((), False, f"expected a mapping with 'topic' and 'fields'; found {describe(document.value)}")])
    found: list[Found] = []
    try:
        stream = Stream.model_validate(document.value, context=path)
    except ValidationError as error:
        found += in_our_words(error, document.value)
        stream = readable_part(document.value)
    found += [(place, False, message) for place, message in check(stream)]
    if found:
        raise spec_error(path, document, found)
    stream.came_from(document)
    return stream


def load_streams(folder: Path | None = None) -> tuple[dict[str, Stream], list[SpecError]]:
    """All streams of a folder by name, and the errors of the files that are none: a bad file never hides a good one."""
    folder = folder or streams_dir()
    if not folder.is_dir():
        return {}, [file_error(folder, "there is no such folder of streams")]
    streams: dict[str, Stream] = {}
    errors: list[SpecError] = []
    for path in stream_files(folder):
        try:
            streams[path.stem] = load_stream(path)
        except SpecError as error:
            errors.append(error)
    return streams, errors


def find_stream(name: str, folder: Path | None = None) -> Stream:
    """The stream of this name; only its own file is read.

    Raises:
        OptionError: there is none.
        SpecError: its file has errors.
    """
    folder = folder or streams_dir()
    files = stream_files(folder)
    for path in files:
        if path.stem == name:
            return load_stream(path)
    names = [path.stem for path in files]
    there = f"there are {listed(names)}" if names else "there is none"
    raise OptionError(f"no stream '{name}' in {shown(folder)}; {there}{meant(name, names)}")


def stream_files(folder: Path) -> list[Path]:
    """The files of a folder that are streams, by name."""
    return sorted(path for path in folder.glob("*") if path.suffix in _ENDINGS and not path.name.startswith("."))


def _refuse_twins(path: Path) -> None:
    twins = [path.with_suffix(ending).name for ending in _ENDINGS if ending != path.suffix and path.with_suffix(ending).exists()]
    if path.suffix in _ENDINGS and twins:
        raise file_error(path, f"two files with one stream name: {listed(twins)} names '{path.stem}' too")
