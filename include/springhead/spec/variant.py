"""A variant of a stream, and what it has in common with the stream: the keys that it may override, with their words."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.faults import Faults
from springhead.fields import Field, Model
from springhead.spec.late import Late
from springhead.spec.partition import Partition
from springhead.spec.rate import Rate
from springhead.spec.textual import HeaderName, HeaderValue, Textual
from springhead.wording import describe

_CONNECTION_ID = re.compile(r"[\w.-]{1,250}", re.ASCII)


def _connection(name: str) -> str:
    if not _CONNECTION_ID.fullmatch(name):
        raise ValueError(f"{describe(name)} cannot be a connection's id: 1 to 250 letters, digits, '_', '.' and '-'")
    return name


RecordCount = Annotated[int, Argument(ge=1, le=100_000_000)]
ConnectionId = Annotated[str, AfterValidator(_connection)]
GuaranteeName = Literal["fire_and_forget", "leader", "at_least_once", "exactly_once"]
LateEvents = Annotated[tuple[Late, ...], Argument(strict=False)]

RATE = "Events per time in place of `records`: 20/s, 1/3s, 500/m, or date → rate, or → {ramp: rate}, which goes there in a straight line."
LATE = "Shares of the events that arrive late, {share: 0.02, by: [1m, 10m]}, and outages, {during: {at: …, for: 20m}}."
KEY = 'A template over the fields, such as "{id}", or a field; null: no key.'
HEADERS = "name → a template over the fields, or a field. A null header is left out."
PARTITION = "The partition that all records go to, or a field that gives each record's, such as {choice: {0: 80, 1: 20}}. Default: chosen by the key, or at random without a key."
CONNECTION = "The id of Airflow's connection to the cluster."
FAULTS = "kind → the share of the records that have it, or its options."
DELIVERY = "The guarantee: what the connection's acks give, or a weaker one."


class Variant(Model):
    """Another batch of the stream, published by a task of its own. The keys here override the stream's."""

    records: RecordCount = Argument(100, description="Records per batch.")
    rate: Rate | None = Argument(None, description=RATE)
    late: LateEvents = Argument((), description=LATE)
    partition: Partition | None = Argument(None, description=PARTITION)
    key: Textual | None = Argument(None, description=KEY)
    headers: dict[HeaderName, HeaderValue] = Argument({}, description=HEADERS)
    connection: ConnectionId = Argument("kafka_default", description=CONNECTION)
    delivery: GuaranteeName | None = Argument(None, description=DELIVERY)
    faults: Faults = Argument(Faults(), description=FAULTS)

    @property
    def beside(self) -> list[Field]:
        """The key, the headers and the field of the partition that it has of its own."""
        return [each for each in (self.key, *self.headers.values(), self.partition) if isinstance(each, Field)]
