"""The JSON Schema for editors says what the reader says."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from springhead.fields import KINDS
from springhead.spec import ENTITIES_DIR, STREAMS_DIR, Entity
from springhead.spec import json_schema as made_anew
from springhead.spec.yaml import read_yaml

json_schema = functools.cache(made_anew)
SHIPPED = STREAMS_DIR.parent / "stream.schema.json"
STREAMS = sorted(STREAMS_DIR.glob("*.yaml"))


def test_the_shipped_file_is_fresh() -> None:
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == json_schema(), "run: springhead schema > include/stream.schema.json"


def test_and_so_is_that_of_entities() -> None:
    shipped = json.loads((ENTITIES_DIR.parent / "entity.schema.json").read_text(encoding="utf-8"))
    assert shipped == json_schema(Entity), "run: make schema"
    Draft202012Validator.check_schema(shipped)
    for path in ENTITIES_DIR.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=../entity.schema.json\n")
        Draft202012Validator(shipped).validate(read_yaml(text.encode()).value)
    for text in ("count: 5", "{count: 0, fields: {a: {uuid: 4}}}", "{count: 5, fields: {a: {uuid: 4}}, distribution: zipf}"):
        assert not Draft202012Validator(shipped).is_valid(read_yaml(text.encode()).value)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_each_shipped_stream_names_it_and_is_valid(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../stream.schema.json\n")
    Draft202012Validator(json_schema()).validate(read_yaml(text.encode()).value)


def test_each_kind_and_argument_has_text() -> None:
    definitions = json_schema()["$defs"]
    for model in KINDS.values():
        definition = definitions[model.__name__]
        assert definition["description"]
        assert all(argument.get("description") for argument in definition["properties"].values())
    assert all(key.get("description") for key in json_schema()["properties"].values())


@pytest.mark.parametrize(
    "text",
    [
        "topic: t",
        "{topic: t, fields: {}}",
        "{topic: t, fields: {a: {}}}",
        "{topic: t, fields: {a: {faker: name, choice: [a]}}}",
        "{topic: t, fields: {a: {uuid: 4, nulls: 1.1}}}",
        "{topic: a/b, fields: {a: {uuid: 4}}}",
        "{topic: t, fields: {a: {object: {b: {uuid: 1}}}}}",
        "{topic: t, fields: {a: {uuid: 4}}, records: 0}",
        "{topic: t, fields: {a: {uuid: 4}}, rate: 20}",
        "{topic: t, fields: {a: {uuid: 4}}, rate: 20/s, late: [{by: 1m}]}",
        "{topic: t, fields: {a: {uuid: 4}}, rate: 20/s, profile: {hours: [1]}}",
        "{topic: t, fields: {a: {uuid: 4}}, rate: 20/s, late: [{share: 0.1, by: -1m}]}",
        "{topic: t, fields: {a: {uuid: 4}}, rate: 20/s, late: [{during: {at: 6h, for: 1m}}]}",
        "{topic: t, fields: {a: {uuid: 4}}, rate: 20/s, profile: {bursts: [{at: '0 0 L * *', for: 1m, times: 2}]}}",
        "{topic: t, fields: {a: {uuid: 4}}, rate: 20/s, profile: {bursts: [{every: 1h, for: 0m, times: 2}]}}",
        "{topic: t, fields: {a: {uuid: 4}}, each: products, every: 0s}",
        "{topic: t, fields: {a: {uuid: 4}}, pace: {live: 0.0001}, delivery: leader}",
        "{topic: t, fields: {a: {uuid: 4}}, delivery: twice}",
        "{topic: t, fields: {a: {uuid: 4}}, variants: {v: {topic: u}}}",
    ],
)
def test_it_refuses_what_the_reader_refuses(text: str) -> None:
    assert not Draft202012Validator(json_schema()).is_valid(read_yaml(text.encode()).value)


PARAMETERS = """
topic: ${t}.orders
schedule: ${every}
parameters: {t: a, n: 5, every: 5m, how: poisson, sure: true, r: 2/s, x: {default: 1, min: 0, max: 4}, y: {default: a, choices: [a, b]}}
rate: ${r}
arrivals: ${how}
catchup: ${sure}
partition: ${n}
fields:
  a: {integer: [1, "${n}"]}
  b: {boolean: "${x}"}
  c: {number: [0, "${n}"], decimals: "${x}"}
  d: {faker: name, unique: "${sure}"}
  e: {uuid: "${n}"}
faults: {duplicate: "${x}"}
"""


def test_a_parameter_may_stand_wherever_a_value_may() -> None:
    assert Draft202012Validator(json_schema()).is_valid(read_yaml(PARAMETERS.encode()).value)
    for text in (
        PARAMETERS.replace("${sure}\npartition", "yes\npartition"),
        PARAMETERS.replace("min: 0", "mn: 0"),
        PARAMETERS.replace("${how}", "$how"),
    ):
        assert not Draft202012Validator(json_schema()).is_valid(read_yaml(text.encode()).value)
