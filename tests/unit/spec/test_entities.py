"""Entities are read as strictly as streams, and what is wrong with a reference is told where it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from springhead.errors import OptionError, SpecError
from springhead.spec import (
    ENTITIES_DIR,
    Entities,
    Entity,
    Stream,
    entities_dir,
    find_entity,
    load_entity,
    load_stream,
    spec_digest,
    spec_keys,
)

CUSTOMERS = """\
count: 1000
key: id
distribution: {zipf: 1.05}
fields:
  id: {uuid: 4}
  n: {integer: [1, 9]}
  tier: {choice: [gold, null]}
  home: {object: {city: {faker: city}, country: {ref: countries.code}}}
  label: {template: "{id} {home.city}"}
  other: {integer: [1, 2]}
"""
COUNTRIES = "count: 20\nfields: {code: {choice: [DE, VN]}, name: {faker: country}}\n"

Write = Callable[..., None]
Told = Callable[[str], list[str]]


@pytest.fixture
def write(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files of the folder `entities`, by name."""
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", "entities")
    (folder / "entities").mkdir()

    def write(**files: str) -> None:
        for name, text in files.items():
            (folder / "entities" / f"{name}.yaml").write_text(text)

    write(customers=CUSTOMERS, countries=COUNTRIES)
    return write


@pytest.fixture
def wrong(write: Write, folder: Path) -> Told:
    """What is wrong with a text as the entity `things`."""

    def told(text: str) -> list[str]:
        write(things=text)
        with pytest.raises(SpecError) as caught:
            load_entity(folder / "entities/things.yaml")
        return [f"{one.line}:{one.column} {one.path}{': ' if one.path else ''}{one.message}" for one in caught.value.problems]

    return told


@pytest.fixture
def wrong_stream(write: Write, folder: Path) -> Told:
    """What is wrong with the field x, from column 4 of line 3 on."""

    def told(field: str) -> list[str]:
        (folder / "orders.yaml").write_text(f"topic: t\nfields:\n x: {field}\n")
        with pytest.raises(SpecError) as caught:
            load_stream(folder / "orders.yaml")
        return [f"{one.line}:{one.column} {one.path}: {one.message}" for one in caught.value.problems]

    return told


def orders(folder: Path, text: str) -> Stream:
    (folder / "orders.yaml").write_text(f"topic: t\n{text}")
    return load_stream(folder / "orders.yaml")


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
            ("count: 2\nfields: {a: {template: '{b}'}}", "2:24 fields.a.template: unknown field 'b'"),
            (
                "count: 2\ndistribution: zipf\nfields: {a: {uuid: 4}}",
                "2:15 distribution: zipf needs its exponent: write {zipf: 1.05}",
            ),
            (
                "count: 2\ndistribution: unifrom\nfields: {a: {uuid: 4}}",
                "2:15 distribution: unknown distribution the text \"unifrom\"; there are 'uniform', 'round_robin', 'zipf', 'recent'. Did you mean 'uniform'?",
            ),
            (
                "count: 2\ndistribution: {zipf: 50}\nfields: {a: {uuid: 4}}",
                "2:22 distribution.zipf: expected zipf's exponent, 0.01 … 20; found the number 50",
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


class TestGrowth:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (
                "count: {from: 5, by: 1}",
                "1:22 count.by: expected a rate such as 20/s, 1/3s, 500/m or 2/h, or date → rate; found the number 1",
            ),
            ("count: {from: 5}", "1:8 count: 'by' is required"),
            ("count: {from: -1, by: 1/h}", "1:15 count.from: must be at least 0; found the number -1"),
            ("count: {form: 5, by: 1/h, from: 1}", "1:9 count.form: unknown key 'form'; there are 'from', 'by'. Did you mean 'from'?"),
            (
                "count: {from: 5, by: {2026-02-01: 1/h, 2026-01-01: 2/h}}",
                "1:52 count.by.2026-01-01: 2026-01-01 is not after 2026-02-01: write the dates in their order",
            ),
            ("count: {from: 5, by: 1/h}\nas_of: 1999-12-31", "2:8 as_of: a population grows from 2000-01-01 on, or later"),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {zipf: 1.05}",
                "2:22 distribution.zipf: 'zipf' needs a fixed count, and this population grows: write uniform, or {recent: {exponential: {mean: 50}}}",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: round_robin",
                "2:15 distribution: 'round_robin' needs a fixed count, and this population grows: write uniform, or {recent: {exponential: {mean: 50}}}",
            ),
            (
                "count: 5\ndistribution: {recent: {zipf: 1.1}}",
                "2:24 distribution.recent: 'recent' goes with a population that grows, such as count: {from: 1000, by: 5/h}",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: recent",
                "2:15 distribution: recent needs a distribution of the age in members: write AGES",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: 5}",
                "2:24 distribution.recent: expected a distribution of the age in members, AGES; found the number 5",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: [9, 1]}",
                "2:24 distribution.recent: expected two ages in members, [min, max], 0 for the newest; found a list",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: {exponental: 1}}",
                "2:25 distribution.recent.exponental: unknown distribution 'exponental' of an age; there are 'exponential', 'zipf', and [min, max]. "
                "Did you mean 'exponential'?",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: {exponential: {mean: 0}}}",
                "2:45 distribution.recent.exponential.mean: expected the mean age in members, 0.001 … 1,000,000,000; found the number 0",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: {exponential: {median: 4}}}",
                "2:38 distribution.recent.exponential: expected its mean in members, such as {mean: 50}; found a mapping",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: {zipf: 0}}",
                "2:31 distribution.recent.zipf: expected zipf's exponent, 0.01 … 20; found the number 0",
            ),
        ],
    )
    def test_what_is_wrong_has_its_place(self, wrong: Told, text: str, problem: str) -> None:
        ages = "{recent: {exponential: {mean: 50}}}, {recent: {zipf: 1.1}} or {recent: [0, 99]}"
        assert wrong(f"{text}\nfields: {{a: {{uuid: 4}}}}") == [problem.replace("AGES", ages)]

    @pytest.mark.parametrize("ages", ["{exponential: 50}", "{exponential: {mean: 50}}"])
    def test_a_mean_may_stand_bare(self, write: Write, ages: str) -> None:
        write(users=f"count: {{from: 5, by: 1/h}}\ndistribution: {{recent: {ages}}}\nfields: {{a: {{uuid: 4}}}}")
        assert find_entity("users").distribution == {"recent": {"exponential": 50.0}}

    @pytest.mark.parametrize(
        ("first", "distribution"), [(0, "uniform"), (0, "{recent: {zipf: 1.1}}"), (9, "{recent: [9, 20]}"), (3, "{recent: [9, 20]}")]
    )
    def test_where_there_may_be_no_member_yet_a_reference_may_be_null_and_is_no_key(
        self, write: Write, folder: Path, first: int, distribution: str
    ) -> None:
        write(users=f"count: {{from: {first}, by: 1/h}}\ndistribution: {distribution}\nfields: {{id: {{uuid: 4}}}}")
        with pytest.raises(SpecError, match="3:6 key: a key cannot be null, and the field 'u' may be"):
            orders(folder, "fields: {u: {ref: users.id}}\nkey: '{u}'\n")
        write(users=f"count: {{from: {first + 1}, by: 1/h}}\ndistribution: {distribution}\nfields: {{id: {{uuid: 4}}}}")
        if first != 3:
            assert orders(folder, "fields: {u: {ref: users.id}}\nkey: '{u}'\n").key is not None

    def test_the_records_of_each_are_there_so_that_a_key_over_them_is_one(self, write: Write, folder: Path) -> None:
        write(users="count: {from: 0, by: 1/h}\nkey: id\nfields: {id: {uuid: 4}}")
        assert orders(folder, "each: users\nfields: {id: {ref: users.id}}\n").with_variant(None).key is not None
        with pytest.raises(SpecError, match="a key cannot be null"):
            orders(folder, "each: users\nfields: {id: {ref: users.id, as: friend}}\nkey: '{id}'\n")

    def test_per_needs_a_population_that_stays(self, write: Write, wrong_stream: Told) -> None:
        write(users="count: {from: 5, by: 1/h}\nfields: {id: {uuid: 4}}")
        assert wrong_stream("{ref: users.id, per: _number}") == [
            "3:26 fields.x.per: 'per' gives the same member for ever, and 'users' grows, so that there would be others to draw from: leave 'per' out, "
            "or refer to a population of a fixed count"
        ]


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
            ("{uuid: 4, per: x}", "3:12 fields.x.uuid: the references go round in a circle: x → x"),
            (
                "{faker: name, unique: true, per: x}",
                "3:33 fields.x.per: 'unique' gives each record another value, and 'per' the same to many: choose one",
            ),
        ],
    )
    def test_what_is_wrong_with_it_has_its_place(self, wrong_stream: Told, field: str, problem: str) -> None:
        assert wrong_stream(field) == [problem]


class TestEach:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("each: customer", "2:7 each: no entity 'customer' in entities; there are 'countries', 'customers'. Did you mean 'customers'?"),
            ("every: 5s", "2:8 every: goes with 'each', an entity whose members report: write each: sensors"),
            (
                "each: customers\nevery: 0s",
                "3:8 every: a duration of 0 is none: write how much time there is between two records of a member, such as 10s",
            ),
            (
                "each: customers\nrecords: 5",
                "3:10 records: the stream has 'each', which says how many records there are: leave 'records' out",
            ),
            ("each: customers\nrate: 5/s", "3:7 rate: the stream has 'each', which says how many records there are: leave 'rate' out"),
            (
                "each: customers\nvariants: {v: {records: 5}}",
                "3:25 variants.v.records: the stream has 'each', which says how many records there are: leave 'records' out",
            ),
            (
                "each: users\nevery: 5s",
                "3:8 every: members of 'users', which grows, that report again and again are not available yet: leave 'every' out",
            ),
            (
                "each: users\nprofile: {hours: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]}",
                "3:10 profile: the records are the members of 'users' that are born, at the times of their births: leave 'profile' out",
            ),
            (
                "each: users\nlate: [{share: 0.1, by: 5m}]",
                "3:7 late: the records are the members of 'users' that are born, at the times of their births: leave 'late' out",
            ),
            (
                "each: users\nvariants: {v: {late: [{share: 0.1, by: 5m}]}}",
                "3:22 variants.v.late: the records are the members of 'users' that are born, at the times of their births: leave 'late' out",
            ),
            ("each: crowd", "2:7 each: 'crowd' has 100,000,001 members, and a batch at most 100,000,000 records"),
        ],
    )
    def test_what_is_wrong_with_it_has_its_place(self, write: Write, folder: Path, text: str, problem: str) -> None:
        if "users" in text:
            write(users="count: {from: 5, by: 1/h}\nfields: {a: {uuid: 4}}\n")
        if "crowd" in text:
            write(crowd="count: 100000001\nfields: {a: {uuid: 4}}\n")
        with pytest.raises(SpecError) as caught:
            orders(folder, f"{text}\nfields: {{a: {{uuid: 4}}}}\n")
        assert [f"{one.line}:{one.column} {one.path}: {one.message}" for one in caught.value.problems] == [problem]

    def test_a_changed_population_is_a_changed_spec(self, write: Write, folder: Path) -> None:
        text = "each: customers\nfields: {a: {uuid: 4}}\n"
        before = spec_keys(orders(folder, text).with_variant(None))
        write(customers=CUSTOMERS.replace("1000", "1001"))
        after = spec_keys(orders(folder, text).with_variant(None))
        assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == {"records", "entities.customers.count"}


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
