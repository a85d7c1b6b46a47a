"""Records refer to members of populations, which are the same for all that refer to them."""

from __future__ import annotations

import itertools
import json
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import OptionError, SpecError
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.population import Population
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.spec import Stream, find_entity, load_stream
from springhead.topic_facts import TopicFacts
from tests.unit.build import ENTITIES, HOUR, batch, stream
from tests.unit.chi_square import deviation
from tests.unit.examples import examples
from tests.unit.records.build import all_rows, check_chunks

LATER = Interval.parse("2031-07-01T00:00Z/P1D")
PERSON = {name: {"ref": f"people.{name}"} for name in ("id", "name", "tier", "points", "member", "born", "label")}


@pytest.fixture(autouse=True)
def entities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(ENTITIES))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of entities."""
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(tmp_path))
    return tmp_path


def values(of: Batch) -> list[Any]:
    return [json.loads(value) for value, *_ in all_rows(of)]


def population(name: str) -> list[Any]:
    """All members, by number."""
    made = Population(find_entity(name))
    return [json.loads(member) for numbers in made.chunks() for member in made.members(numbers).tolist()]


class TestMembers:
    def test_a_reference_gives_what_the_member_has(self) -> None:
        people = {each["id"]: each for each in population("people")}
        assert len(people) == 1000
        for record in values(batch({**PERSON, "city": {"ref": "people.home.city"}})):
            person = people[record["id"]]
            assert record == {name: person[name] for name in PERSON} | {"city": person["home"]["city"]}

    def test_all_references_of_a_record_to_one_entity_speak_of_one_member(self) -> None:
        fields = {"who": {"object": {"id": PERSON["id"], "deep": {"object": {"name": PERSON["name"]}}}}, "name": PERSON["name"]}
        of = batch(fields, key={"ref": "people.id"}, headers={"points": {"ref": "people.points"}})
        people = {each["id"]: each for each in population("people")}
        for value, key, _, _, headers in all_rows(of):
            record = json.loads(value)
            person = people[record["who"]["id"]]
            assert record["name"] == record["who"]["deep"]["name"] == person["name"]
            assert key == person["id"].encode()
            assert headers == (("points", str(person["points"]).encode()),)

    def test_another_name_is_another_member(self) -> None:
        made = values(
            batch({"a": {"ref": "people.id"}, "b": {"ref": "people.id", "as": "seller"}, "c": {"ref": "people.name", "as": "seller"}})
        )
        people = {each["id"]: each["name"] for each in population("people")}
        assert all(people[record["b"]] == record["c"] for record in made)
        assert 0 < sum(record["a"] == record["b"] for record in made) < 100

    def test_an_entity_refers_to_another(self) -> None:
        shops = {each["name"] for each in population("shops")}
        assert {record["s"] for record in values(batch({"s": {"ref": "people.home.shop"}}))} <= shops

    def test_null_is_handed_on(self) -> None:
        assert {record["tier"] for record in values(batch({"tier": PERSON["tier"]}))} == {"gold", "silver", None}


class TestAgreement:
    @pytest.mark.parametrize(
        "of",
        [
            batch(PERSON, LATER),
            batch(PERSON, run_id="manual"),
            batch(PERSON, seed="another"),
            batch(PERSON, name="elsewhere", variants={"v": {}}, variant="v"),
        ],
        ids=["interval", "run", "seed", "stream and variant"],
    )
    def test_members_are_the_same_in_every_stream_and_batch(self, of: Batch) -> None:
        people = {each["id"]: each for each in population("people")}
        made = values(of)
        assert made == [{name: people[record["id"]][name] for name in PERSON} for record in made]
        assert [record["id"] for record in made] != [record["id"] for record in values(batch(PERSON))]

    def test_popular_ones_are_popular_everywhere(self) -> None:
        def most(of: Batch) -> list[str]:
            return [name for name, _ in Counter(record["id"] for record in values(of)).most_common(2)]

        first = most(batch(PERSON, records=5000))
        assert first == most(batch(PERSON, LATER, records=5000, seed="another"))
        assert first[0] != population("people")[0]["id"]

    @examples(20)
    @given(st.integers(1, 130), st.permutations(range(5)))
    def test_neither_the_size_of_chunks_nor_their_order_changes_a_byte(self, size: int, order: list[int]) -> None:
        fields = {**PERSON, "second": {"ref": "people.label", "as": "b"}, "shop": {"ref": "shops.name", "per": "name"}}
        check_chunks(batch(fields, records=130, key="{id}"), size, order)

    def test_a_field_that_is_added_removed_or_moved_changes_no_other(self, folder: Path) -> None:
        def ids_and_names(text: str) -> list[Any]:
            (folder / "people.yaml").write_text(text)
            return values(batch({"id": {"ref": "people.id"}, "name": {"ref": "people.name"}}))

        small = "count: 1000\nfields:\n  id: {uuid: 4}\n  name: {faker: name}\n"
        large = "count: 1000\nfields:\n  more: {faker: city}\n  name: {faker: name}\n  id: {uuid: 4}\n"
        assert ids_and_names(small) == ids_and_names(large)


def two(folder: Path, distribution: str, count: int) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text(f"count: {count}\ndistribution: {distribution}\nfields: {{n: {{uuid: 4}}, m: {{uuid: 4}}}}\n")


class TestDistribution:
    def test_refs_follow_a_uniform_one(self) -> None:
        seen = Counter(record["s"] for record in values(batch({"s": {"ref": "shops.name"}}, records=20_000)))
        assert deviation([seen[shop["name"]] for shop in population("shops")], [1] * 40) < 4

    def test_refs_follow_a_zipf_one_over_a_scattered_population(self) -> None:
        seen = Counter(record["id"] for record in values(batch({"id": PERSON["id"]}, records=50_000)))
        counts = [n for _, n in seen.most_common()] + [0] * (1000 - len(seen))
        # The most frequent few are told apart by their counts; the rest, whose order is chance, count together.
        weights = [k**-1.05 for k in range(1, 1001)]
        assert deviation([*counts[:5], sum(counts[5:])], [*weights[:5], sum(weights[5:])]) < 4

    def test_round_robin_takes_one_after_the_other_in_an_order_of_its_own(self, folder: Path) -> None:
        two(folder, "round_robin", 100)
        made = values(batch({"a": {"ref": "a.n"}, "b": {"ref": "b.n"}}, records=250))
        numbers = {name: {each["n"]: number for number, each in enumerate(population(name))} for name in "ab"}
        order = {name: [numbers[name][record[name]] for record in made] for name in "ab"}
        for drawn in order.values():
            assert sorted(drawn[:100]) == list(range(100)) == sorted(drawn[100:200])
            assert drawn[:50] == drawn[200:]
            assert drawn[:100] != list(range(100))
        assert order["a"] != order["b"]

    def test_two_entities_of_one_size_have_other_favourites(self, folder: Path) -> None:
        two(folder, "{zipf: 1.2}", 10_000)
        made = values(batch({"a": {"ref": "a.n"}, "b": {"ref": "b.n"}}, records=5000))
        numbers = {name: {each["n"]: number for number, each in enumerate(population(name))} for name in "ab"}
        most = [[numbers[name][each] for each, _ in Counter(record[name] for record in made).most_common(3)] for name in "ab"]
        assert not set(most[0]) & set(most[1])

    @pytest.mark.parametrize("distribution", ["uniform", "round_robin", "{zipf: 1.05}"])
    def test_a_hundred_million_take_no_more_memory_than_a_hundred(self, folder: Path, distribution: str) -> None:
        def peak(count: int) -> int:
            two(folder, distribution, count)
            of = batch({"n": {"ref": "a.n"}}, records=1000)
            tracemalloc.start()
            press = Press(of)
            press.records(range(1000))
            told = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return told

        peak(100)  # what is kept for later is there
        assert peak(100_000_000) < peak(100) + 300_000


class TestPer:
    FIELDS: ClassVar[dict[str, Any]] = {
        "account": {"integer": [1, 20]},
        "company": {"faker": "company", "per": "account"},
        "country": {"choice": ["US", "VN", "DE"], "per": "account"},
        "limit": {"number": [0, 1000], "per": "account"},
        "owner": {"ref": "people.id", "per": "account"},
        "owner_name": {"ref": "people.name", "per": "account"},
        "visitor": {"ref": "people.id"},
    }

    def test_the_same_value_gives_the_same_there_in_every_batch(self) -> None:
        found: dict[int, Any] = {}
        for of in (batch(self.FIELDS), batch(self.FIELDS, LATER, run_id="x"), batch(self.FIELDS, variants={"v": {}}, variant="v")):
            for record in values(of):
                own = {name: value for name, value in record.items() if name != "visitor"}
                assert found.setdefault(record["account"], own) == own
        assert len({record["company"] for record in found.values()}) == len(found) == 20

    def test_references_that_are_keyed_alike_speak_of_one_member_and_others_of_another(self) -> None:
        people = {each["id"]: each["name"] for each in population("people")}
        made = values(batch(self.FIELDS))
        assert all(people[record["owner"]] == record["owner_name"] for record in made)
        assert len({record["visitor"] for record in made if record["account"] == 7}) > 3

    def test_the_stream_s_seed_gives_others(self) -> None:
        first, second = ({r["account"]: r["company"] for r in values(batch(self.FIELDS, seed=seed))} for seed in ("a", "b"))
        assert all(first[account] != second[account] for account in first.keys() & second.keys())

    def test_null_is_a_value_of_its_own(self) -> None:
        made = values(batch({"a": {"choice": ["x", "", None]}, "b": {"uuid": 4, "per": "a"}}))
        assert len({(record["a"], record["b"]) for record in made}) == len({record["b"] for record in made}) == 3

    def test_it_reaches_into_objects_and_a_key_has_it_too(self) -> None:
        of = batch({"who": {"object": {"id": {"integer": [1, 3]}}}, "b": {"uuid": 4, "per": "who.id"}}, key={"uuid": 4, "per": "who.id"})
        made = {(json.loads(value)["who"]["id"], json.loads(value)["b"], key) for value, key, *_ in all_rows(of)}
        assert len(made) == len({key for *_, key in made}) == 3
        assert all(b != key.decode() for _, b, key in made)

    def test_a_field_without_it_is_what_it_was(self) -> None:
        plain = values(batch({"account": self.FIELDS["account"], "visitor": self.FIELDS["visitor"]}))
        assert plain == [{name: record[name] for name in ("account", "visitor")} for record in values(batch(self.FIELDS))]


class TestWhatOnlyFakerTells:
    ENTITY = "count: 10\nfields: {zone: {faker: pytimezone}, card: {faker: credit_card_number, with: {card_type: vsa}}, id: {uuid: 4}}\n"

    def test_a_member_s_field_that_cannot_be_made_is_told_where_it_is_referred_to(self, folder: Path) -> None:
        (folder / "things.yaml").write_text(self.ENTITY)
        file = folder / "s.yml"
        file.write_text("topic: t\nfields: {id: {ref: things.id}, z: {ref: things.zone}}\n")
        with pytest.raises(SpecError) as caught:
            Press(Batch.of(Request(load_stream(file), HOUR), TopicFacts()))
        (problem,) = caught.value.problems
        assert (problem.line, problem.column, problem.path) == (2, 41, "fields.z.ref")
        assert problem.message.startswith("'things.zone' cannot be made: fields.zone: ")

    def test_and_in_the_entity_s_own_file(self, folder: Path) -> None:
        (folder / "things.yaml").write_text(self.ENTITY)
        with pytest.raises(SpecError) as caught:
            Population(find_entity("things"))
        assert [(one.line, one.column, one.path) for one in caught.value.problems] == [
            (2, 24, "fields.zone.faker"),
            (2, 89, "fields.card.with.card_type"),
        ]

    def test_a_stream_that_does_not_use_the_field_does_not_mind(self, folder: Path) -> None:
        (folder / "things.yaml").write_text(self.ENTITY)
        assert len(values(batch({"id": {"ref": "things.id"}}, records=10))) == 10


class TestEach:
    TABLE: ClassVar[dict[str, Any]] = {name: {"ref": f"people.{name}"} for name in ("id", "name", "points")}

    def test_a_batch_is_the_population_in_order_keyed_by_its_key(self) -> None:
        made = each(self.TABLE, each="people")
        assert [json.loads(value) for value, *_ in made] == [{name: person[name] for name in self.TABLE} for person in population("people")]
        assert [key.decode() for _, key, *_ in made] == [person["id"] for person in population("people")]
        times = [time for _, _, _, time, _ in made]
        assert times == sorted(times)
        assert HOUR.start_us <= times[0] * 1000
        assert times[-1] * 1000 < HOUR.end_us

    def test_its_own_key_counts_and_an_entity_without_one_gives_none(self) -> None:
        assert each(self.TABLE, each="people", key="{name}")[0][1] == population("people")[0]["name"].encode()
        assert {key for _, key, *_ in each({"s": {"ref": "shops.name"}}, each="shops")} == {None}

    def test_another_member_is_drawn(self) -> None:
        made = [
            json.loads(value) for value, *_ in each({"a": {"ref": "shops.name"}, "b": {"ref": "shops.name", "as": "rival"}}, each="shops")
        ]
        assert sum(record["a"] != record["b"] for record in made) > 0

    def test_every_member_reports_once_in_each_stretch_of_time_at_a_phase_of_its_own(self) -> None:
        made = each({"s": {"ref": "shops.name"}, "v": {"integer": [1, 10**9]}}, each="shops", every="10m")
        assert len(made) == 6 * 40
        times: dict[str, list[int]] = {}
        for value, _, _, time, _ in made:
            times.setdefault(json.loads(value)["s"], []).append(time)
        assert set(times) == {shop["name"] for shop in population("shops")}
        assert all(b - a == pytest.approx(600_000, abs=1) for own in times.values() for a, b in itertools.pairwise(own))
        assert len({own[0] for own in times.values()}) == 40

    def test_hours_that_report_are_the_day_that_reports(self) -> None:
        fields = {"s": {"ref": "shops.name"}, "who": {"ref": "people.id"}, "v": {"integer": [1, 10**9], "per": "s"}}
        keys = {"each": "shops", "every": "7m"}
        day = each(fields, Interval.parse("2026-03-29T00:00Z/P1D"), **keys)
        hours = [row for hour in range(24) for row in each(fields, Interval.parse(f"2026-03-29T{hour:02d}:00Z/PT1H"), **keys)]
        assert hours == day

    @pytest.mark.parametrize("asked", [{"records": 5}, {"rate": "1/s"}])
    def test_how_many_there_are_is_not_asked(self, asked: dict[str, Any]) -> None:
        with pytest.raises(OptionError, match=r"the stream 'things' has a record for each of the 'shops': nothing else can be given"):
            Request(stream({"a": {"uuid": 4}}, each="shops"), HOUR, **asked)


def each(fields: dict[str, Any], interval: Interval = HOUR, **keys: Any) -> list[Any]:
    return all_rows(Batch.of(Request(stream(fields, **keys), interval), TopicFacts(partitions=6)))


def test_the_hours_of_a_rate_are_its_day_with_references_and_per() -> None:
    fields = {**PERSON, "second": {"ref": "people.label", "as": "b"}, "shop": {"ref": "shops.name", "per": "name"}}
    keys = {"rate": "200/h", "arrivals": "poisson", "key": "{id}"}
    day = each(fields, Interval.parse("2026-03-29T00:00Z/P1D"), **keys)
    hours = [row for hour in range(24) for row in each(fields, Interval.parse(f"2026-03-29T{hour:02d}:00Z/PT1H"), **keys)]
    assert len(day) > 4000
    assert hours == day


def test_a_stream_names_the_entities_that_it_uses() -> None:
    of = stream({"id": {"uuid": 4}}, key={"ref": "people.home.shop"}, variants={"v": {"headers": {"n": {"ref": "shops.size"}}}})
    assert of.entity_names == ["people", "shops"]
    assert Stream.model_validate({"topic": "t", "fields": {"p": {"ref": "people.id"}}}).entity_names == ["people"]
    assert stream({"id": {"uuid": 4}}).entity_names == []
