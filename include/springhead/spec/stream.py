"""A stream: what one file of include/streams says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, PrivateAttr, WithJsonSchema
from pydantic import Field as Argument

from springhead.errors import OptionError
from springhead.faults import LABEL, Faults
from springhead.fields import Field, Fields, Ref
from springhead.fields.quantities import LENGTH_SCHEMA, ZoneName
from springhead.fields.share import Share
from springhead.quantities import cron_of_schedule, parse_length
from springhead.spec.format import FormatOfValues, JsonFormat
from springhead.spec.pace import Pace
from springhead.spec.parameters import Parameters, Value
from springhead.spec.partition import Partition
from springhead.spec.profile import Profile
from springhead.spec.rate import Rate
from springhead.spec.textual import HeaderName, HeaderValue, Textual
from springhead.spec.topic import TOPIC_NAME, TopicConfig, TopicName
from springhead.spec.values import Seed, Time
from springhead.spec.variant import (
    CONNECTION,
    DELIVERY,
    FAULTS,
    HEADERS,
    KEY,
    LATE,
    PARTITION,
    RATE,
    ConnectionId,
    GuaranteeName,
    LateEvents,
    RecordCount,
    Variant,
)
from springhead.spec.workers import Workers
from springhead.spec.written import Written
from springhead.spec.yaml import Document
from springhead.wording import listed, meant

if TYPE_CHECKING:
    from springhead.spec.entity import Entity

_VARIANT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def _schedule(schedule: str) -> str:
    cron_of_schedule(schedule)
    return schedule


def _tag(tag: str) -> str:
    if not 1 <= len(tag) <= 100:
        raise ValueError("a tag has 1 to 100 characters")
    return tag


def _variant_name(name: str) -> str:
    if not _VARIANT_NAME.fullmatch(name):
        raise ValueError(f"'{name}' cannot be a variant's name: it begins with a-z and goes on with a-z, 0-9 and _, 64 characters at most")
    return name


def _duration(text: str) -> str:
    if not parse_length(text):
        raise ValueError("a duration of 0 is none: write how much time there is between two records of a member, such as 10s")
    return text


VariantName = Annotated[str, AfterValidator(_variant_name)]


class Stream(Written):
    """A stream of records for one topic. Its name is the file's."""

    later = frozenset(
        "follows sessions changes_of".split()  # noqa: SIM905 (a list takes a line per word)
    )

    description: str | None = Argument(None, description="What the records are; shown in the UI.")
    topic: TopicName = Argument(description="The topic's name.", json_schema_extra={"pattern": f"^{TOPIC_NAME.pattern}$"})
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
    rate: Rate | None = Argument(None, description=RATE)
    each: str | None = Argument(
        None,
        description="An entity in place of `records`: a record for each of its members, of one that grows for each that is born in the interval, keyed by its key unless `key` says otherwise.",
    )
    every: Annotated[str, AfterValidator(_duration), WithJsonSchema(LENGTH_SCHEMA)] | None = Argument(
        None, description="With `each`: each member reports once in this time, at a phase of its own."
    )
    arrivals: Literal["regular", "poisson"] = Argument(
        "regular", description="How the events of a rate follow one another: evenly, or at random."
    )
    profile: Profile | None = Argument(None, description="How events are spread over the day, the week and bursts. Default: evenly.")
    late: LateEvents = Argument((), description=LATE)
    pace: Pace | None = Argument(
        None,
        description="live: the batch is sent over the length of its interval, or over a tenth of it with {live: 10}. Default: at once.",
    )
    key: Textual | None = Argument(None, description=KEY)
    headers: dict[HeaderName, HeaderValue] = Argument({}, description=HEADERS)
    partition: Partition | None = Argument(None, description=PARTITION)
    format: FormatOfValues = Argument(
        JsonFormat(), description='What values are: json, csv, {csv: {delimiter: ";"}}, or {string: "a template over the fields"}.'
    )
    tombstones: Share = Argument(0.0, description="The share of records with a key and no value.")
    faults: Faults = Argument(Faults(), description=FAULTS)
    fault_header: bool = Argument(True, description=f"Whether faulty records have the header {LABEL}.")
    seed: Seed | None = Argument(None, description="Another seed gives other values. Default: the stream's name.")
    connection: ConnectionId = Argument("kafka_default", description=CONNECTION)
    delivery: GuaranteeName | None = Argument(None, description=DELIVERY)
    topic_config: TopicConfig | None = Argument(None, description="Lets Springhead create the topic.")
    atomic: bool = Argument(False, description="The whole batch in one transaction, however large it is.")
    workers: Workers = Argument(
        1, description="How many of Airflow's tasks publish the parts of a batch at the same time; a part has a million records."
    )
    verify: bool = Argument(
        False, description="Adds a task after each publishing task. It reads the batch back and compares it with what it should be."
    )
    allow_expiry: bool = Argument(False, description="Publish even records that the topic's retention will remove soon after.")
    variants: dict[VariantName, Variant] = Argument({}, description="name → what it overrides. Each is a task publish_<name> of its own.")
    parameters: Parameters = Argument(
        {}, description="name → default, or {default, choices} or {default, min, max}. ${name} stands for it in any value of the file."
    )
    extends: str | None = Argument(
        None, description="A file in the folder `common` beside this one, whose keys are those of this stream, too, unless it has its own."
    )

    _before: Document | None = PrivateAttr(None)  # its parameters are in their places
    _given: Mapping[str, Value] = PrivateAttr({})

    @property
    def given(self) -> Mapping[str, Value]:
        """The parameters that have other values than the file gives them."""
        return self._given

    def with_parameters(self, values: Mapping[str, object]) -> Stream:
        """The same stream with other values of its parameters; of those that are not named, the file's.

        Raises:
            OptionError: it has no such parameter, or that cannot have such a value.
            SpecError: the stream is wrong with them.
        """
        if not values:
            return self
        from springhead.spec.load import with_values  # which reads streams

        return with_values(self, self._before, values)

    def was_made_of(self, before: Document, given: Mapping[str, Value]) -> None:
        """Remembers the file's text as it is before its parameters are in their places, and those that were given."""
        self._before, self._given = before, given

    @property
    def beside(self) -> list[Field]:
        """The key, the headers, and the field of the partition."""
        return [each for each in (self.key, *self.headers.values(), self.partition) if isinstance(each, Field)]

    @property
    def pinned(self) -> int | None:
        """The one partition that all records go to; None: they go to several."""
        return self.partition if isinstance(self.partition, int) else None

    @property
    def entity_names(self) -> list[str]:
        """The entities that its records are made of, those that others refer to among them, by name.

        Raises:
            FieldError: one of them has errors.
        """
        fields = [*self.fields.values(), *self.beside, *(field for variant in self.variants.values() for field in variant.beside)]
        return list(self.entities.used(fields, [] if self.each is None else [self.each]))

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
        return self.overridden(variant)._with_each()

    def overridden(self, variant: Variant) -> Stream:
        """The stream with a variant's overrides in place; its number of records takes the place of the stream's rate."""
        update = {key: getattr(variant, key) for key in variant.model_fields_set}
        return self.model_copy(update={"rate": None, **update} if "records" in update else update)

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
