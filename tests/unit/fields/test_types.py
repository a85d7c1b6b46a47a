"""Each field tells the type of its column without drawing, and the column has it."""

from __future__ import annotations

from typing import Any

import pytest

from springhead.columns.column import State
from springhead.columns.draws import Draws
from springhead.columns.type import Kind, Type
from springhead.errors import FieldError
from springhead.fields import KINDS, Field
from springhead.fields.field import later_kinds
from springhead.records.field_plan import FieldPlan
from springhead.spec import Entities
from tests.unit.build import ENTITIES, chunk, field, numbers, texts

EXAMPLES: dict[str, list[Field]] = {
    "array": [
        field(array={"faker": "name"}, length=2),
        field(array={"object": {"a": {"uuid": 4}, "b": {"array": {"choice": [1, None]}, "length": [0, 2]}}}, length=[0, 3]),
        field(array={"boolean": 0.5, "nulls": 0.5, "missing": 0.2}, length=3),
    ],
    "boolean": [field(boolean=0.5)],
    "case": [
        field(case="s", of={"a": {"constant": 1}}),
        field(case="t", of={"a": {"constant": 1}}, default={"constant": None}),
        field(case="n", of={1: {"uuid": 4}, 2: {"integer": [1, 9]}}, default={"object": {"a": {"uuid": 4}}}),
    ],
    "choice": [field(choice=["a", None]), field(choice=[1, 2.5]), field(choice=[True, False])],
    "constant": [field(constant="x\n"), field(constant=None), field(constant=1.5), field(constant=True)],
    "expression": [
        field(expression="n * 2"),
        field(expression="n / 2"),
        field(expression="s || 'x'"),
        field(expression="n > 3"),
        field(expression="_time"),
        field(expression="n * 1.5", decimals=2),
    ],
    "csv": [
        field(csv="places.csv", column="city", weight="population"),
        field(csv="places.csv", column="latitude"),
        field(csv="places.csv", column="population", order="sequential"),
        field(csv="places.csv", column="population", text=True),
    ],
    "cycle": [field(cycle=["a", None]), field(cycle=['"']), field(cycle=[1, 2.5], group="g"), field(cycle=[True])],
    "filler": [field(filler=100)],
    "decimal": [field(decimal=["0.10", 9]), field(decimal=[0, None], decimals=4, distribution={"exponential": 3})],
    "integer": [field(integer=[1, 9])],
    "map": [field(map={"faker": "word"}, values={"integer": [1, 9]}, length=[0, 3])],
    "mix": [
        field(mix=[{"integer": [1, 9]}, {"number": [1, 9], "weight": 2}]),
        field(mix=[{"object": {"a": {"uuid": 4}}}, {"object": {"b": {"integer": [1, 2]}}}]),
        field(mix=[{"constant": None}, {"faker": "name"}]),
        field(mix=[{"csv": "places.csv", "column": "city", "weight": "population"}, {"constant": "-", "weight": 0.5}]),
    ],
    "number": [field(number=[1, 9], decimals=3)],
    "object": [field(object={"a": {"uuid": 4}, "b": {"choice": [1, None]}, "c": {"boolean": 1, "hidden": True}})],
    "ref": [field(ref="people.tier"), field(ref="people.points"), field(ref="people.member")],
    "regex": [field(regex="[a-c]{2}|x+"), field(regex=".")],
    "sequence": [field(sequence=1), field(sequence=-7, step=3, width=4), field(sequence=1, prefix='"')],
    "template": [field(template="{t} {n}"), field(template="{s}"), field(template='{n:"^5}{t:.3}'), field(template="{s:05}")],
    "timestamp": [
        field(timestamp="iso"),
        field(timestamp="epoch_ms"),
        field(timestamp="%Y"),
        field(timestamp="epoch_s", offset=["-5m", "2d"]),
        field(timestamp="iso", since="2026-03-01T10:00:00.000050Z"),
    ],
    "uuid": [field(uuid=4), field(uuid=7), field(uuid=4, until="2026-03-01T10:00:00.000050Z")],
    "faker": [
        field(faker="name"),
        field(faker="pylist"),
        field(faker="random_int"),
        field(faker="boolean"),
        field(faker="latitude"),
        field(faker="date_object"),
        field(faker="day_of_week", locale=["en_US", "de_DE"]),
        field(faker="text", locale=["en_US", "ja_JP"]),
        field(faker="null_boolean"),
        field(faker="bothify", unique=True),
    ],
}
BESIDE: dict[str, Field] = {"t": field(constant='"'), "n": field(choice=[1, None]), "s": field(integer=[1, 2])}


def plan(**fields: Field) -> FieldPlan:
    return FieldPlan(fields, Draws(("seed",)), 100, entities=Entities(ENTITIES))


def test_every_kind_is_among_these() -> None:
    assert set(EXAMPLES) == set(KINDS)
    assert not later_kinds() & set(KINDS)


def only_drawing_tells(of: Field) -> bool:
    return of.kind in ("faker", "expression") or any(map(only_drawing_tells, of.children.values()))


def shape(type_: Type) -> Any:
    """What is not a matter of how a column is held."""
    return type_.kind, type_.decimals, type_.nullable, type_.optional, {name: shape(member) for name, member in type_.members.items()}


@pytest.mark.parametrize("of", [each for kind in EXAMPLES.values() for each in kind], ids=lambda of: f"{of.kind} {getattr(of, of.kind)}")
def test_a_column_has_the_type_that_its_maker_told(of: Field) -> None:
    made = plan(**BESIDE, it=of)
    told = made.type.members["it"]
    column = made.draw(chunk(list(range(500)))).children["it"]
    assert column.type == told
    if told.kind is not Kind.OBJECT:
        states = set() if column.state is None else set(column.state.tolist())
        assert told.nullable == (State.NULL in states)
        assert told.optional == (State.MISSING in states)
    if told.plain:
        assert not any(byte < 32 or byte in b'"\\' for byte in column.data[: column.ends[-1]].tobytes())
    static = made._resolution.types["it",]
    assert static is None if only_drawing_tells(of) else static is not None
    if static is not None:
        assert shape(static) == shape(told)


def test_a_text_without_anything_to_escape_is_plain() -> None:
    made = plan(**BESIDE, plain=field(template="{s}"), mixed=field(template="{s}{t}"), own=field(template='"')).type.members
    assert [made[name].plain for name in ("plain", "mixed", "own")] == [True, False, False]


def test_a_template_over_a_list_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(FieldError) as caught:
        plan(a=field(faker="pylist"), b=field(template="x{a}"))
    assert (
        str(caught.value)
        == "fields.b: the template 'x{a}' holds {a}, which gives lists, objects or values of several types: they do not print in a text"
    )


def test_a_chunk_can_be_asked_for_other_ids_and_times() -> None:
    made = plan(name=field(faker="name"), at=field(timestamp="epoch_s"))

    def drawn(ids: list[int], times_us: list[int]) -> list[tuple[str | None, int]]:
        columns = made.draw(chunk(ids, times_us)).children
        return list(zip(texts(columns["name"]), numbers(columns["at"]), strict=True))

    both = drawn([5, 3], [1_000_000, 2_000_000])
    assert drawn([3], [7_000_000]) == [(both[1][0], 7)]
    assert [at for _, at in both] == [1, 2]
