"""The topic of a stream: its name, and how it is created."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, PlainValidator, WithJsonSchema
from pydantic import Field as Argument

from springhead.fields import Model
from springhead.wording import describe

TOPIC_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")


def _topic(name: str) -> str:
    if name in (".", "..") or not TOPIC_NAME.fullmatch(name):
        raise ValueError(
            f"{describe(name)} cannot be a topic's name: Kafka takes 1 to 249 letters, digits, '.', '_' and '-', but not '.' or '..' alone"
        )
    if name.startswith("__"):
        raise ValueError(f"{describe(name)} cannot be published to: topics that begin with '__' are Kafka's own")
    return name


def _config(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError(f"expected a text, a number, true or false; found {describe(value)}")


TopicName = Annotated[str, AfterValidator(_topic)]


class TopicConfig(Model):
    """How Springhead creates the topic where there is none; without it a missing topic is an error."""

    partitions: Annotated[int, Argument(ge=1, le=100_000)] | None = Argument(None, description="Default: the broker's.")
    replication: Annotated[int, Argument(ge=1, le=32_767)] | None = Argument(None, description="Default: the broker's.")
    configs: dict[str, Annotated[str, PlainValidator(_config), WithJsonSchema({"type": ["string", "number", "boolean"]})]] = Argument(
        {}, description="The topic's own settings, by Kafka's names: retention.ms, cleanup.policy, …"
    )
