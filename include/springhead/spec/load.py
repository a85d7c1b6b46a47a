"""Streams from their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from springhead.errors import OptionError, SpecError
from springhead.fields import Model
from springhead.folders import SHIPPED, streams_dir
from springhead.spec.check import check, readable_part
from springhead.spec.entities import Entities
from springhead.spec.errors import Found, file_error, in_our_words, shown, spec_error
from springhead.spec.extends import COMMON, extended
from springhead.spec.files import files_of, read_file
from springhead.spec.parameters import Parameters, Value, chosen, substituted
from springhead.spec.stream import Stream
from springhead.spec.yaml import Document
from springhead.wording import listed, meant

STREAMS_DIR = SHIPPED / "streams"
"""The streams that come with Springhead, the packs among them."""


def load_stream(path: Path, entities: Entities | None = None) -> Stream:
    """The stream of a file, named like it.

    Args:
        path: the file's.
        entities: those that it may refer to; None: they are read when it asks for them.

    Raises:
        SpecError: all that is wrong with it.
    """
    if path.absolute().parent.name == COMMON:
        raise file_error(path, f"stands in the folder '{COMMON}': it is what streams extend, and no stream; validate one that extends it")
    document = extended(read_file(path, "stream", "'topic' and 'fields'"), path)
    return stream_of(path, document, entities)


def with_values(stream: Stream, document: Document | None, given: Mapping[str, object]) -> Stream:
    """A stream with other values of its parameters.

    Args:
        stream: as it was read.
        document: its text before its parameters were in their places; None: it comes from no file, or has none.

    Raises:
        OptionError: it has no such parameter, or that cannot have such a value.
        SpecError: the stream is wrong with them.
    """
    values = chosen(stream.name, stream.parameters, given)
    if document is None or values == {name: stream.given.get(name, of.default) for name, of in stream.parameters.items()}:
        return stream
    return stream_of(stream.path, document, stream.entities, values)


def stream_of(path: Path, before: Document, entities: Entities | None = None, values: Mapping[str, Value] | None = None) -> Stream:
    """The stream of a document.

    Args:
        path: its name is the stream's.
        before: the document, before its parameters are in their places.
        entities: those that it may refer to; None: they are read when it asks for them.
        values: of its parameters, those that are not as the document has them.

    Raises:
        SpecError: all that is wrong with it.
    """
    entities, values = entities or Entities(), values or {}
    found: list[Found] = []
    document = before
    if "parameters" in before.value:
        parameters = _parameters(path, before)
        document, found = substituted(before, {**{name: of.default for name, of in parameters.items()}, **values})
        values = {name: value for name, value in values.items() if value != parameters[name].default}
    try:
        stream = Stream.model_validate(document.value, context=path)
    except ValidationError as error:
        found += in_our_words(error, document.value, Stream)
        stream = readable_part(document.value)
    stream.came_from(document, entities)
    found += [(place, False, message) for place, message in check(stream)]
    if found:
        raise spec_error(path, before, found)
    stream.was_made_of(before, values)
    return stream


class _Parameters(Model):
    """The key `parameters` alone: what it says is needed before anything else can be read."""

    parameters: Parameters


def _parameters(path: Path, document: Document) -> Parameters:
    """What a file says of its parameters.

    Raises:
        SpecError: they are wrong; nothing else was looked at.
    """
    alone = {"parameters": document.value["parameters"]}
    try:
        return _Parameters.model_validate(alone).parameters
    except ValidationError as error:
        raise spec_error(path, document, in_our_words(error, alone, Stream)) from None


def topics_of(streams: Iterable[Stream], connection: str | None = None) -> list[str]:
    """The topics of some streams and of their variants, by name. connection: only of those that are published by it; None: of all."""
    chosen = [stream.with_variant(variant) for stream in streams for variant in (None, *stream.variants)]
    return sorted({each.topic for each in chosen if connection in (None, each.connection)})


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
