"""What a task has written or read, as OpenLineage tells it, where Airflow's OpenLineage provider is installed.

Names are those of OpenLineage's naming for Kafka: namespace kafka://HOST:PORT of the first broker of the connection, name the topic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from springhead.columns.type import Kind, Type
from springhead.fields import resolve
from springhead.spec import Stream

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage

    from springhead.kafka.connection import Connection

_PORT = "9092"  # Kafka's, where none is written
_NAMES = {
    Kind.TEXT: "string",
    Kind.BOOLEAN: "boolean",
    Kind.TIMESTAMP: "string",
    Kind.ARRAY: "array",
    Kind.OBJECT: "struct",
    Kind.MAP: "map",
}


@dataclass(frozen=True, slots=True)
class Touched:
    """A topic that a task has written a batch to, or read one from.

    Attributes:
        stream: the batch's, with its variant in place.
        namespace: the cluster.
        topic: its name.
        records, size: of the batch; size in bytes of keys and values, None where it is not known.
    """

    stream: Stream
    namespace: str
    topic: str
    records: int
    size: int | None = None


def touched(stream: Stream, connection: Connection, told: Mapping[str, Any]) -> Touched | None:
    """What a receipt, or a verification's report, means to OpenLineage; None where nobody is there to hear it."""
    if find_spec("airflow.providers.openlineage") is None:
        return None
    return Touched(stream, namespace_of(connection), told["topic"], told["records"], told.get("bytes"))


def namespace_of(connection: Connection) -> str:
    """kafka://HOST:PORT of the first broker that the connection names, without a protocol before it."""
    first = str(connection.settings.get("bootstrap.servers", "")).split(",")[0].strip().rpartition("://")[2]
    host, colon, port = first.rpartition(":")
    return f"kafka://{first}" if colon and port.isdecimal() else f"kafka://{host}{colon}{port}:{_PORT}"


def written(what: Touched | None) -> OperatorLineage[Any, Any]:
    """The topic as an output, with its fields, and how much was written; nothing of a task that has not published."""
    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.event_v2 import OutputDataset
    from openlineage.client.facet_v2 import output_statistics_output_dataset as statistics

    if what is None:
        return OperatorLineage()
    told = {"outputStatistics": statistics.OutputStatisticsOutputDatasetFacet(rowCount=what.records, size=what.size)}
    return OperatorLineage(outputs=[OutputDataset(what.namespace, what.topic, facets=_facets(what.stream), outputFacets=dict(told))])


def read(what: Touched | None) -> OperatorLineage[Any, Any]:
    """The topic as an input, with its fields, and how many records were compared."""
    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.event_v2 import InputDataset
    from openlineage.client.facet_v2 import input_statistics_input_dataset as statistics

    if what is None:
        return OperatorLineage()
    told = {"inputStatistics": statistics.InputStatisticsInputDatasetFacet(rowCount=what.records, size=what.size)}
    return OperatorLineage(inputs=[InputDataset(what.namespace, what.topic, facets=_facets(what.stream), inputFacets=dict(told))])


def _facets(stream: Stream) -> dict[str, Any]:
    from openlineage.client.facet_v2 import schema_dataset

    fields = [schema_dataset.SchemaDatasetFacetFields(name, type_, description) for name, type_, description in schema_of(stream)]
    return {"schema": schema_dataset.SchemaDatasetFacet(fields=fields)}


def schema_of(stream: Stream) -> Iterator[tuple[str, str | None, str | None]]:
    """(name, type, description) of each field of the value; type None: only Faker can tell."""
    types = resolve(stream.fields, partial(stream.entities.type_of_ref, each=stream.each)).types
    for name, field in stream.fields.items():
        if not field.hidden:
            type_ = types[name,]
            yield name, None if type_ is None else _name_of(type_), field.description


def _name_of(type_: Type) -> str:
    if type_.kind is Kind.NUMBER:
        return "long" if type_.decimals == 0 else "double" if type_.decimals is None else "decimal"
    return _NAMES.get(type_.kind, "json")
