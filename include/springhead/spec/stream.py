"""A stream: what one file of include/streams says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, PlainValidator, PrivateAttr, WithJsonSchema
from pydantic import Field as Argument

from springhead.errors import OptionError
from springhead.faults import LABEL, Faults, Share
from springhead.fields import KINDS, Field, Fields, Model, Ref, Template, read_field
from springhead.fields.field import A_FIELD
from springhead.fields.model import refused, step_text
from springhead.fields.quantities import ZoneName
from springhead.quantities import cron_of_schedule, parse_length
from springhead.spec.late import Late
from springhead.spec.profile import Profile
from springhead.spec.rate import Rate
from springhead.spec.values import Seed, Time
from springhead.spec.yaml import Document
from springhead.topic_facts import MOST_PARTITIONS
from springhead.wording import describe, listed, meant

if TYPE_CHECKING:
    from springhead.spec.entities import Entities
    from springhead.spec.entity import Entity

_VARIANT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TOPIC_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")
_CONNECTION_ID = re.compile(r"[\w.-]{1,250}", re.ASCII)
_LONGEST_HEADER = 4096
_TEXTUAL: dict[str, Any] = {"anyOf": [{"type": "string"}, A_FIELD]}


def _topic(name: str) -> str:
    if name in (".", "..") or not _TOPIC_NAME.fullmatch(name):
        raise ValueError(
            f"{describe(name)} cannot be a topic's name: Kafka takes 1 to 249 letters, digits, '.', '_' and '-', but not '.' or '..' alone"
        )
    if name.startswith("__"):
        raise ValueError(f"{describe(name)} cannot be published to: topics that begin with '__' are Kafka's own")
    return name


def _schedule(schedule: str) -> str:
    cron_of_schedule(schedule)
    return schedule


def _tag(tag: str) -> str:
    if not 1 <= len(tag) <= 100:
        raise ValueError("a tag has 1 to 100 characters")
    return tag


def read_textual(value: object) -> Field:
    """The field that a key or a header means: of a bare text a template.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, str):
        return Template(template=value)
    if isinstance(value, dict) and list(value.values()) == [None] and (name := next(iter(value))) not in KINDS:
        raise ValueError(f'{{{name}}} without quotes is a mapping: write "{{{name}}}" for the template')
    if isinstance(value, Field | dict):
        return read_field(value)
    hint = f': write "{value}"' if isinstance(value, int | float) and not isinstance(value, bool) else ""
    raise ValueError(f"expected a template over the fields, or a field; found {describe(value)}{hint}")


def _header_value(value: object) -> Field:
    field = read_textual(value)
    if isinstance(field, Template) and len(field.template.encode()) > _LONGEST_HEADER:
        raise ValueError(f"a header's value has at most {_LONGEST_HEADER} bytes")
    return field


def _header_name(name: str) -> str:
    if not 1 <= len(name) <= 255 or not name.isprintable():
        raise ValueError("a header's name has 1 to 255 printable characters, and no line breaks")
    if name == LABEL:
        raise ValueError(f"the header '{LABEL}' is the label of faulty records")
    return name


def _variant_name(name: str) -> str:
    if not _VARIANT_NAME.fullmatch(name):
        raise ValueError(f"'{name}' cannot be a variant's name: it begins with a-z and goes on with a-z, 0-9 and _, 64 characters at most")
    return name


def _duration(text: str) -> str:
    if not parse_length(text):
        raise ValueError("a duration of 0 is none: write how much time there is between two records of a member, such as 10s")
    return text


def _connection(name: str) -> str:
    if not _CONNECTION_ID.fullmatch(name):
        raise ValueError(f"{describe(name)} cannot be a connection's id: 1 to 250 letters, digits, '_', '.' and '-'")
    return name


def _config(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError(f"expected a text, a number, true or false; found {describe(value)}")


def _pace(value: object) -> str | dict[str, float]:
    if value == "live":
        return "live"
    if isinstance(value, dict) and "live" in value:
        if more := [key for key in value if key != "live"]:
            raise refused([((key,), f"unknown key '{step_text(key)}'; there is 'live'") for key in more], key=True)
        speed = value["live"]
        if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0.001 <= speed <= 1_000_000:
            raise refused(
                [(("live",), f"how many times as fast as the interval: a number from 0.001 to 1,000,000; found {describe(speed)}")]
            )
        return {"live": speed}
    raise ValueError(f"expected live, or {{live: 10}} for ten times as fast; found {describe(value)}")


Textual = Annotated[Field, PlainValidator(read_textual), WithJsonSchema(_TEXTUAL)]
"""A value as text: a template, which may stand there bare, or a field of any kind."""

HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[Field, PlainValidator(_header_value), WithJsonSchema(_TEXTUAL)]
VariantName = Annotated[str, AfterValidator(_variant_name)]
RecordCount = Annotated[int, Argument(ge=1, le=100_000_000)]
PartitionNumber = Annotated[int, Argument(ge=0, le=MOST_PARTITIONS - 1)]
ConnectionId = Annotated[str, AfterValidator(_connection)]
GuaranteeName = Literal["fire_and_forget", "leader", "at_least_once", "exactly_once"]

LateEvents = Annotated[tuple[Late, ...], Argument(strict=False)]
Pace = Annotated[
    Literal["live"] | dict[str, float],
    PlainValidator(_pace),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "live"},
                {
                    "type": "object",
                    "properties": {"live": {"type": "number", "exclusiveMinimum": 0}},
                    "required": ["live"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]

_RATE = "Events per time in place of `records`: 20/s, 1/3s, 500/m, or date → rate, or → {ramp: rate}, which goes there in a straight line."
_LATE = "Shares of the events that arrive late, {share: 0.02, by: [1m, 10m]}, and outages, {during: {at: …, for: 20m}}."
_KEY = 'A template over the fields, such as "{id}", or a field; null: no key.'
_HEADERS = "name → a template over the fields, or a field. A null header is left out."
_PARTITION = "The partition that all records go to. Default: chosen by the key, or at random without a key."
_CONNECTION = "The id of Airflow's connection to the cluster."
_FAULTS = "kind → the share of the records that have it, or its options."
_DELIVERY = "The guarantee: what the connection's acks give, or a weaker one."


class TopicConfig(Model):
    """How Springhead creates the topic where there is none; without it a missing topic is an error."""

    partitions: Annotated[int, Argument(ge=1, le=100_000)] | None = Argument(None, description="Default: the broker's.")
    replication: Annotated[int, Argument(ge=1, le=32_767)] | None = Argument(None, description="Default: the broker's.")
    configs: dict[str, Annotated[str, PlainValidator(_config), WithJsonSchema({"type": ["string", "number", "boolean"]})]] = Argument(
        {}, description="The topic's own settings, by Kafka's names: retention.ms, cleanup.policy, …"
    )


class Variant(Model):
    """Another batch of the stream, published by a task of its own. The keys here override the stream's."""

    records: RecordCount = Argument(100, description="Records per batch.")
    rate: Rate | None = Argument(None, description=_RATE)
    late: LateEvents = Argument((), description=_LATE)
    partition: PartitionNumber | None = Argument(None, description=_PARTITION)
    key: Textual | None = Argument(None, description=_KEY)
    headers: dict[HeaderName, HeaderValue] = Argument({}, description=_HEADERS)
    connection: ConnectionId = Argument("kafka_default", description=_CONNECTION)
    delivery: GuaranteeName | None = Argument(None, description=_DELIVERY)
    faults: Faults = Argument(Faults(), description=_FAULTS)

    @property
    def beside(self) -> list[Field]:
        """The key and the headers that it has of its own."""
        return [*([] if self.key is None else [self.key]), *self.headers.values()]


class Stream(Model):
    """A stream of records for one topic. Its name is the file's."""

    later = frozenset(
        "format follows sessions changes_of extends".split()  # noqa: SIM905 (a list takes a line per word)
    )

    description: str | None = Argument(None, description="What the records are; shown in the UI.")
    topic: Annotated[str, AfterValidator(_topic)] = Argument(
        description="The topic's name.", json_schema_extra={"pattern": f"^{_TOPIC_NAME.pattern}$"}
    )
    fields: Fields = Argument(description="name → field. The value has them in this order.")
    schedule: Annotated[str, AfterValidator(_schedule)] | None = Argument(
        None, description="A cron expression, a duration such as 5m, 2h or 1d, or null: manual runs only."
    )
    start_date: Time = Argument(
        datetime(2026, 1, 1, tzinfo=UTC), description="The first interval begins here or later. A date, or a time with an offset."
    )
    catchup: bool = Argument(False, description="Whether Airflow runs all missed intervals since start_date.")
    tags: Annotated[tuple[Annotated[str, AfterValidator(_tag)], ...], Argument(strict=False)] = Argument(
        (), description="Tags of the DAG in Airflow's UI."
    )
    timezone: ZoneName = Argument(
        "UTC", description="Whose clocks the schedule, the profile, bursts and outages follow: a name of the tz database."
    )
    records: RecordCount = Argument(100, description="Records per batch.")
    rate: Rate | None = Argument(None, description=_RATE)
    each: str | None = Argument(
        None,
        description="An entity in place of `records`: a record for each of its members, of one that grows for each that is born in the interval, keyed by its key unless `key` says otherwise.",
    )
    every: Annotated[str, AfterValidator(_duration)] | None = Argument(
        None, description="With `each`: each member reports once in this time, at a phase of its own."
    )
    arrivals: Literal["regular", "poisson"] = Argument(
        "regular", description="How the events of a rate follow one another: evenly, or at random."
    )
    profile: Profile | None = Argument(None, description="How events are spread over the day, the week and bursts. Default: evenly.")
    late: LateEvents = Argument((), description=_LATE)
    pace: Pace | None = Argument(
        None,
        description="live: the batch is sent over the length of its interval, or over a tenth of it with {live: 10}. Default: at once.",
    )
    key: Textual | None = Argument(None, description=_KEY)
    headers: dict[HeaderName, HeaderValue] = Argument({}, description=_HEADERS)
    partition: PartitionNumber | None = Argument(None, description=_PARTITION)
    tombstones: Share = Argument(0.0, description="The share of records with a key and no value.")
    faults: Faults = Argument(Faults(), description=_FAULTS)
    fault_header: bool = Argument(True, description=f"Whether faulty records have the header {LABEL}.")
    seed: Seed | None = Argument(None, description="Another seed gives other values. Default: the stream's name.")
    connection: ConnectionId = Argument("kafka_default", description=_CONNECTION)
    delivery: GuaranteeName | None = Argument(None, description=_DELIVERY)
    topic_config: TopicConfig | None = Argument(None, description="Lets Springhead create the topic.")
    atomic: bool = Argument(False, description="The whole batch in one transaction, however large it is.")
    verify: bool = Argument(
        False, description="Adds a task after each publishing task. It reads the batch back and compares it with what it should be."
    )
    allow_expiry: bool = Argument(False, description="Publish even records that the topic's retention will remove soon after.")
    variants: dict[VariantName, Variant] = Argument({}, description="name → what it overrides. Each is a task publish_<name> of its own.")

    _path: Path = PrivateAttr(Path("stream.yaml"))
    _document: Document | None = PrivateAttr(None)
    _entities: Entities | None = PrivateAttr(None)

    def model_post_init(self, context: Any) -> None:
        """The context of validation is the file's path."""
        if isinstance(context, Path):
            self._path = context

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def document(self) -> Document | None:
        """The file's YAML with the places of all that stands in it; None: it came from no file."""
        return self._document

    @property
    def beside(self) -> list[Field]:
        """The key and the headers."""
        return [*([] if self.key is None else [self.key]), *self.headers.values()]

    @property
    def entities(self) -> Entities:
        """The entities that it may refer to, as they are when it first asks."""
        if self._entities is None:
            from springhead.spec.entities import Entities  # which loads what this module defines

            self._entities = Entities()
        return self._entities

    @property
    def entity_names(self) -> list[str]:
        """The entities that its records are made of, those that others refer to among them, by name.

        Raises:
            FieldError: one of them has errors.
        """
        fields = [*self.fields.values(), *self.beside, *(field for variant in self.variants.values() for field in variant.beside)]
        return list(self.entities.used(fields, [] if self.each is None else [self.each]))

    def came_from(self, document: Document) -> None:
        """Remembers the file's YAML, for errors that show only when values are drawn."""
        self._document = document

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self._path.stem

    @property
    def born(self) -> Entity | None:
        """The growing entity whose members the records are, those that are born in the interval; None: the records are others."""
        entity = None if self.each is None else self.entities.get(self.each)
        return entity if entity is not None and entity.growing is not None else None

    @property
    def cron(self) -> str | None:
        """The schedule as a cron expression; None: manual runs only."""
        return cron_of_schedule(self.schedule)

    @property
    def effective_seed(self) -> str:
        """What the draws are seeded with."""
        return self.name if self.seed is None else str(self.seed)

    @property
    def live_speed(self) -> float | None:
        """How many times as fast as its interval the batch is sent; None: at once."""
        return None if self.pace is None else 1.0 if isinstance(self.pace, str) else self.pace["live"]

    def with_variant(self, name: str | None) -> Stream:
        """The stream with a variant's overrides in place, and with as many records as `each` means.

        Raises:
            OptionError: it has no such variant.
        """
        if name is None:
            return self._with_each()
        if (variant := self.variants.get(name)) is None:
            there = f"it has {listed(self.variants)}" if self.variants else "it has none"
            raise OptionError(f"the stream '{self.name}' has no variant '{name}'; {there}{meant(name, self.variants)}")
        update = {key: getattr(variant, key) for key in variant.model_fields_set}
        if "records" in update:
            update["rate"] = None
        return self.model_copy(update=update)._with_each()

    @property
    def keyed_by_member(self) -> bool:
        """Whether the key is that of the entity whose members are published."""
        if self.each is None or "key" in self.model_fields_set:
            return False
        return self.entities.get(self.each).key is not None

    def _with_each(self) -> Stream:
        """With what `each` stands for: a number of records, or a rate, and a key."""
        if self.each is None:
            return self
        entity = self.entities.get(self.each)
        update: dict[str, Any] = {}
        if entity.growing is None:
            update = {"records": entity.fixed} if self.every is None else {"rate": f"{entity.fixed}/{self.every}"}
        if self.keyed_by_member:
            update["key"] = Ref(ref=f"{self.each}.{entity.key}")
        return self.model_copy(update=update)
