"""Streams as their users write them: YAML with positions, the models, and what is wrong in words."""

from springhead.folders import streams_dir
from springhead.spec.digest import spec_digest, spec_keys
from springhead.spec.entities import ENTITIES_DIR, Entities, entities_dir, entity_files, find_entity, load_entity
from springhead.spec.entity import Entity
from springhead.spec.errors import errors_in, shown
from springhead.spec.guide import kinds_table
from springhead.spec.inline import inline_stream
from springhead.spec.load import STREAMS_DIR, find_stream, load_stream, load_streams, stream_files, topics_of
from springhead.spec.schema import json_schema
from springhead.spec.stream import Stream
from springhead.spec.topic import TopicConfig
from springhead.spec.variant import Variant

__all__ = [
    "ENTITIES_DIR",
    "STREAMS_DIR",
    "Entities",
    "Entity",
    "Stream",
    "TopicConfig",
    "Variant",
    "entities_dir",
    "entity_files",
    "errors_in",
    "find_entity",
    "find_stream",
    "inline_stream",
    "json_schema",
    "kinds_table",
    "load_entity",
    "load_stream",
    "load_streams",
    "shown",
    "spec_digest",
    "spec_keys",
    "stream_files",
    "streams_dir",
    "topics_of",
]
