"""Entities are read as strictly as streams, and what is wrong with a reference is told where it stands."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from springhead.errors import OptionError, SpecError
from springhead.spec import (
    ENTITIES_DIR,
    Entities,
    Entity,
    entities_dir,
    find_entity,
    load_entity,
    spec_digest,
    spec_keys,
)
from tests.unit.spec.conftest import COUNTRIES, CUSTOMERS, Told, Write, orders


class TestFile:
    def test_an_entity_is_named_like_its_file(self, write: Write) -> None:
        entity = find_entity("customers")
        assert (entity.name, entity.count, entity.key, entity.distribution) == ("customers", 1000, "id", {"zipf": 1.05})
        assert entity.effective_seed == "customers"

    def test_the_folder_is_that_of_the_environment(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(folder))
        assert entities_dir() == folder
        monkeypatch.delenv("SPRINGHEAD_ENTITIES")
        assert entities_dir() == ENTITIES_DIR

    def test_an_unknown_name_is_an_error_with_the_known_ones(self, write: Write) -> None:
        with pytest.raises(OptionError) as caught:
            find_entity("customer")
        assert str(caught.value) == "no entity 'customer' in entities; there are 'countries', 'customers'. Did you mean 'customers'?"

    def test_threads_that_ask_for_one_entity_at_once_find_it_and_no_circle(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        """As a batch does: a part's records are made in one thread, and the next part is prepared in another."""
        entities, begun, others = Entities(), threading.Event(), threading.Event()
        read = entities._read

        def slowly(name: str) -> Entity | str:
            entities._open.append(name)
            begun.set()
            others.wait(0.2)  # without the lock it is over at once
            entities._open.pop()
            return read(name)

        monkeypatch.setattr(entities, "_read", slowly)
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(entities.get, "customers")
            assert begun.wait(10)
            second = pool.submit(entities.get, "customers")
            assert first.result(10) is second.result(10)

    def test_its_file_s_name_is_checked(self, folder: Path) -> None:
        with pytest.raises(SpecError) as caught:
            load_entity(folder / "My.yaml")
        assert str(caught.value) == (
            "My.yaml 'My' cannot be an entity's name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most"
        )

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("[1]", "1:1 expected a mapping with 'count' and 'fields'; found a list"),
            ("fields: {a: {uuid: 4}}", "1:1 'count' is required"),
            ("count: 0\nfields: {a: {uuid: 4}}", "1:8 count: must be at least 1; found the number 0"),
            ("count: 1_000\nfields: {a: {uuid: 4}}", '1:8 count: expected an integer; found the text "1_000". Write 1000 without quotes'),
            ("count: 2\nfields: {a: {uuid: 4}}\ntopic: t", "3:1 topic: unknown key 'topic'; there are KEYS"),
            ("count: 2\nname: x\nfields: {a: {uuid: 4}}", "2:1 name: unknown key 'name': an entity's name is its file's"),
            ("count: 2\nas_of: today\nfields: {a: {uuid: 4}}", "2:8 as_of: 'today' is not a time: write ISO 8601 with an offset, TIMES"),
            ("count: 2\nfields: {a: {uuid: 4}}\nkey: b", "3:6 key: unknown field 'b'"),
            ("count: 2\nfields: {a: {choice: [x, null]}}\nkey: a", "3:6 key: a key cannot be null, and the field 'a' may be"),
            (
                "count: 3\nfields: {a: {choice: [x, y]}}\nkey: a",
                "3:6 key: 'a' has 2 values for 3 members, and a key is one member's: name a field such as a sequence or a uuid",
            ),
            (
                "count: 1001\nfields: {a: {object: {b: {integer: [1, 1000]}}}}\nkey: a.b",
                "3:6 key: 'a.b' has 1,000 values for 1,001 members, and a key is one member's: name a field such as a sequence or a uuid",
            ),
            ("count: 2\nfields: {a: {template: '{b}'}}", "2:24 fields.a.template: unknown field 'b'"),
            (
                "count: 2\ndistribution: zipf\nfields: {a: {uuid: 4}}",
                "2:15 distribution: zipf needs its exponent: write {zipf: 1.05}",
            ),
            (
                "count: 2\ndistribution: unifrom\nfields: {a: {uuid: 4}}",
                "2:15 distribution: unknown distribution 'unifrom'; there are 'uniform', 'round_robin', 'zipf', 'recent'. Did you mean 'uniform'?",
            ),
            (
                "count: 2\ndistribution: {zipf: 50}\nfields: {a: {uuid: 4}}",
                "2:22 distribution.zipf: must be at most 20; found the number 50",
            ),
            (
                "count: 2\ndistribution: {zpf: 1}\nfields: {a: {uuid: 4}}",
                "2:16 distribution.zpf: unknown distribution 'zpf'; there are 'uniform', 'round_robin', 'zipf', 'recent'. Did you mean 'zipf'?",
            ),
            (
                "count: 2\ndistribution: {uniform: 1}\nfields: {a: {uuid: 4}}",
                "2:16 distribution.uniform: 'uniform' takes no argument: write it bare",
            ),
        ],
    )
    def test_what_is_wrong_has_its_place(self, wrong: Told, text: str, problem: str) -> None:
        keys = "'description', 'count', 'fields', 'key', 'as_of', 'distribution', 'seed'"
        times = "such as 2026-01-01T00:00:00Z or 2026-01-01T07:00+07:00, or a date"
        assert wrong(text) == [problem.replace("KEYS", keys).replace("TIMES", times)]

    def test_all_that_is_wrong_is_told_at_once(self, wrong: Told) -> None:
        found = wrong("count: many\nfields: {a: {ref: customers.nme}, b: {fakr: name}}\nkey: c\n")
        assert [line.partition(":")[2].split(" ")[1].rstrip(":") for line in found] == ["count", "fields.a.ref", "fields.b.fakr", "key"]


class TestRef:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            (
                "{ref: customers}",
                "3:11 fields.x.ref: 'customers' names an entity and no field of it: write entity.field, such as customers.id",
            ),
            ("{ref: customers.}", "3:11 fields.x.ref: 'customers.' names no field: write entity.field, such as customers.id"),
            (
                "{ref: customer.id}",
                "3:11 fields.x.ref: no entity 'customer' in entities; there are 'countries', 'customers'. Did you mean 'customers'?",
            ),
            (
                "{ref: countries.cod}",
                "3:11 fields.x.ref: the entity 'countries' has no field 'cod'; it has 'code', 'name'. Did you mean 'code'?",
            ),
            (
                "{ref: customers.home.town}",
                "3:11 fields.x.ref: the entity 'customers' has no field 'home.town'; it has 'id', 'n', 'tier', 'home.city', 'home.country', 'label', 'other'. Did you mean 'home.country'?",
            ),
            ("{ref: customers.home}", "3:11 fields.x.ref: 'customers.home' is an object: name a field in it, such as customers.home.city"),
            ("{ref: customers.id, as: ''}", "3:29 fields.x.as: the name of a member has 1 to 255 printable characters, such as seller"),
        ],
    )
    def test_what_is_wrong_with_it_has_its_place(self, wrong_stream: Told, field: str, problem: str) -> None:
        assert wrong_stream(field) == [problem]

    def test_an_entity_with_errors_is_named_with_the_first(self, write: Write, wrong_stream: Told) -> None:
        write(countries="count: 20\nfields: {code: {uid: 4}}\n")
        (problem,) = wrong_stream("{ref: customers.id}")
        assert problem.startswith(
            "3:11 fields.x.ref: the entity 'customers' has errors: entities/customers.yaml:8:55 fields.home.object.country.ref: "
        )
        assert "the entity 'countries' has errors: entities/countries.yaml:2:17 fields.code.uid: 'uid' is no kind of field" in problem

    def test_a_circle_of_entities_is_told_with_its_way(self, write: Write, wrong: Told, wrong_stream: Told) -> None:
        write(countries="count: 20\nfields: {code: {ref: things.id}}\n")
        circle = "the entities refer to each other in a circle: things → countries → things"
        assert wrong("count: 5\nfields: {id: {uuid: 4}, c: {ref: countries.code}}\n") == [f"2:34 fields.c.ref: {circle}"]
        assert wrong_stream("{ref: things.id}") == [f"3:11 fields.x.ref: {circle}"]

    def test_an_entity_cannot_refer_to_itself(self, wrong: Told) -> None:
        (problem,) = wrong("count: 5\nfields: {id: {uuid: 4}, boss: {ref: things.id}}\n")
        assert problem == "2:37 fields.boss.ref: the entities refer to each other in a circle: things → things"

    @pytest.mark.parametrize(
        "text", ["fields: {x: {ref: customers.tier}}\nkey: '{x}'\n", "fields: {x: {uuid: 4}}\nkey: {ref: customers.tier}\n"]
    )
    def test_a_key_that_may_be_null_is_refused(self, write: Write, folder: Path, text: str) -> None:
        with pytest.raises(SpecError, match="a key cannot be null, and "):
            orders(folder, text)

    def test_where_there_is_no_folder_there_is_no_entity(self, wrong_stream: Told, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPRINGHEAD_ENTITIES", "nowhere")
        assert wrong_stream("{ref: customers.id}") == ["3:11 fields.x.ref: no entity 'customers' in nowhere; there is none"]


class TestPer:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            ("{uuid: 4, per: y}", "3:20 fields.x.per: unknown field 'y'"),
            (
                "{uuid: 4, per: a..b}",
                "3:20 fields.x.per: 'a..b' names no field: write its name, or object.name for a field inside an object",
            ),
            ("{constant: 1, per: x}", "3:19 fields.x.per: 'per' decides draws, and the kind 'constant' draws nothing"),
            ("{uuid: 4, per: '{y}'}", "3:20 fields.x.per: a field is named without braces here: write y"),
            ("{uuid: 4, per: x}", "3:20 fields.x.per: the references go round in a circle: x → x"),
            (
                "{faker: name, unique: true, per: x}",
                "3:33 fields.x.per: 'unique' gives each record another value, and 'per' the same to many: choose one",
            ),
        ],
    )
    def test_what_is_wrong_with_it_has_its_place(self, wrong_stream: Told, field: str, problem: str) -> None:
        assert wrong_stream(field) == [problem]


class TestDigest:
    ORDERS = "fields: {id: {uuid: 4}, label: {ref: customers.label}}\nheaders: {c: {ref: customers.home.country}}\n"

    def test_a_changed_entity_is_a_changed_spec_by_name(self, write: Write, folder: Path) -> None:
        def changed(**files: str) -> set[str]:
            write(customers=CUSTOMERS, countries=COUNTRIES)
            before, digest = spec_keys(of := orders(folder, self.ORDERS)), spec_digest(of)
            write(**files)
            after = spec_keys(of := orders(folder, self.ORDERS))
            differ = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
            assert bool(differ) == (digest != spec_digest(of))
            return differ

        assert changed(customers=CUSTOMERS.replace("city: {faker: city}", "city: {faker: state}")) == {"entities.customers.fields.home"}
        assert changed(customers=CUSTOMERS.replace("1000", "1001")) == {"entities.customers.count"}
        assert changed(customers=CUSTOMERS.replace("1.05", "1.1")) == {"entities.customers.distribution"}
        assert changed(customers=CUSTOMERS.replace("1000", "{from: 1000, by: 5/h}").replace("{zipf: 1.05}", "uniform")) == {
            "entities.customers.count",
            "entities.customers.distribution",
        }
        assert changed(customers=CUSTOMERS + "as_of: 2020-01-01\n") == {"entities.customers.as_of"}
        assert changed(customers=CUSTOMERS + "seed: other\n") == {"entities.customers.seed"}
        assert changed(countries=COUNTRIES.replace("DE", "FR")) == {"entities.countries.fields.code"}

    def test_what_decides_no_byte_changes_none(self, write: Write, folder: Path) -> None:
        before = spec_digest(orders(folder, self.ORDERS))
        write(customers=CUSTOMERS.replace("[1, 9]", "[1, 99]").replace("  other: {integer: [1, 2]}\n", "").replace("key: id\n", ""))
        write(countries=COUNTRIES.replace("country}", "city}"))
        assert spec_digest(orders(folder, self.ORDERS)) == before

    def test_a_stream_stays_what_its_entities_were_when_it_was_read(self, write: Write, folder: Path) -> None:
        of = orders(folder, self.ORDERS)
        before = spec_digest(of)
        write(customers=CUSTOMERS.replace("1000", "7"))
        assert spec_digest(of) == before


def test_the_types_of_members_are_known_without_faker(write: Write) -> None:
    known = Entities()
    assert known.type_of("customers", ("home", "city")) is None
    told = known.type_of("customers", ("tier",))
    assert told is not None
    assert told.nullable


def test_an_entity_without_a_file_is_one(write: Write) -> None:
    assert Entity.model_validate({"count": 1, "fields": {"a": {"ref": "customers.id"}}}, context=Path("x.yaml")).name == "x"
