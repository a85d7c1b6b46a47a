"""Streams from their files."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from springhead.errors import OptionError, SpecError
from springhead.spec.check import check, readable_part
from springhead.spec.entities import Entities
from springhead.spec.errors import Found, file_error, in_our_words, shown, spec_error
from springhead.spec.files import files_of, read_file
from springhead.spec.stream import Stream
from springhead.wording import listed, meant

STREAMS_DIR = Path(__file__).resolve().parents[2] / "streams"


def streams_dir() -> Path:
    """Where the streams are: SPRINGHEAD_STREAMS, or include/streams beside the package."""
    return Path(os.environ.get("SPRINGHEAD_STREAMS") or STREAMS_DIR)


def load_stream(path: Path, entities: Entities | None = None) -> Stream:
    """The stream of a file, named like it.

    Args:
        path: the file's.
        entities: those that it may refer to; None: they are read when it asks for them.

    Raises:
        SpecError: all that is wrong with it.
    """
    document = read_file(path, "stream", "'topic' and 'fields'")
    found: list[Found] = []
    try:
        stream = Stream.model_validate(document.value, context=path)
    except ValidationError as error:
        found += in_our_words(error, document.value, Stream)
        stream = readable_part(document.value)
    stream.came_from(document, entities or Entities())
    found += [(place, False, message) for place, message in check(stream)]
    if found:
        raise spec_error(path, document, found)
    return stream


def load_streams(folder: Path | None = None) -> tuple[dict[str, Stream], list[SpecError]]:
    """All streams of a folder by name, and the errors of the files that are none: a bad file never hides a good one."""
    folder = folder or streams_dir()
    if not folder.is_dir():
        return {}, [file_error(folder, "there is no such folder of streams")]
    entities = Entities()  # each is read once for all streams
    streams: dict[str, Stream] = {}
    errors: list[SpecError] = []
    for path in stream_files(folder):
        try:
            streams[path.stem] = load_stream(path, entities)
        except SpecError as error:
            errors.append(error)
    return streams, errors


def find_stream(name: str, folder: Path | None = None) -> Stream:
    """The stream of this name; only its own file, and those of the entities that it names, are read.

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
    return files_of(folder)
