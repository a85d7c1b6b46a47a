"""Records speak of those members of a growing population that are born, and a stream publishes each of them once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import OptionError
from springhead.quantities import Interval, parse_time, us_of
from springhead.records.batch import Batch
from springhead.records.population import Population
from springhead.records.request import Request
from springhead.records.truth import truth_of
from springhead.spec import find_entity
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR, batch, stream
from tests.unit.chi_square import deviation
from tests.unit.examples import examples
from tests.unit.records.build import all_rows, check_chunks

FIELDS = "key: id\nfields:\n  id: {sequence: 0}\n  name: {faker: name}\n  born: {timestamp: epoch_us}\n  birthday: {faker: date_of_birth}\n"
USER = {name: {"ref": f"users.{name}"} for name in ("id", "name", "born", "birthday")}
DAY = Interval.parse("2026-03-01T00:00Z/P1D")
HOURS = [Interval.parse(f"2026-03-01T{hour:02d}:00Z/PT1H") for hour in range(24)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Entities: users that grow through a step and a ramp, `empty` without one at the beginning, and one for each distribution."""
    folder = tmp_path_factory.mktemp("entities")
    rate = "{2026-01-01: 5/h, 2026-03-01T06:00Z: 200/h, 2026-03-01T18:00Z: {ramp: 20/h}}"
    (folder / "users.yaml").write_text(f"count: {{from: 1000, by: {rate}}}\n{FIELDS}")
    (folder / "empty.yaml").write_text(f"count: {{from: 0, by: 20/h}}\nas_of: 2026-03-01T10:00Z\n{FIELDS}")
    for name, ages in {"mean": "{exponential: {mean: 5}}", "ranks": "{zipf: 1.5}", "range": "[3, 12]"}.items():
        (folder / f"{name}.yaml").write_text(f"count: {{from: 60, by: 1/h}}\nas_of: 2026-02-28\ndistribution: {{recent: {ages}}}\n{FIELDS}")
    (folder / "posts.yaml").write_text(
        "count: {from: 5, by: 100/h}\nas_of: 2026-03-01\nfields: {at: {timestamp: epoch_us}, born: {ref: users.born}, n: {ref: users.id}}\n"
    )
    return folder


@pytest.fixture(autouse=True)
def entities(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(folder))


def values(of: Batch) -> list[Any]:
    return [json.loads(value) for value, *_ in all_rows(of)]


def born(interval: Interval, fields: dict[str, Any] | None = None, **keys: Any) -> list[Any]:
    return all_rows(Batch.of(Request(stream(fields or USER, each="users", **keys), interval), TopicFacts(partitions=6)))


def population(name: str, at: str) -> list[Any]:
    made = Population(find_entity(name), us_of(parse_time(at)))
    return [json.loads(member) for numbers in made.chunks() for member in made.members(numbers).tolist()]


class TestReferences:
    @pytest.mark.parametrize("keys", [{"records": 3000}, {"rate": "3000/d", "late": [{"share": 0.3, "by": ["0s", "20d"]}]}])
    def test_no_reference_reaches_a_member_before_its_birth(self, keys: dict[str, Any]) -> None:
        made = values(Batch.of(Request(stream({**USER, "at": {"timestamp": "epoch_us"}}, **keys), DAY), TopicFacts(partitions=6)))
        assert len(made) == pytest.approx(3000, abs=1)
        assert all(record["born"] <= record["at"] for record in made)
        assert max(record["id"] for record in made) > 4000  # of those that are born on this day, too

    def test_a_member_is_the_same_wherever_it_is_spoken_of(self) -> None:
        users = {user["id"]: user for user in population("users", "2026-03-02")}
        assert all({name: record[name] for name in USER} == users[record["id"]] for record in values(batch(USER, DAY, records=2000)))

    def test_what_time_has_brought_since_changes_no_earlier_record(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        later = tmp_path / "users.yaml"
        later.write_text((folder / "users.yaml").read_text().replace("{ramp: 20/h}}", "{ramp: 20/h}, 2026-04-01: 900/s}"))
        before = values(batch(USER, DAY))
        monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(tmp_path))
        assert values(batch(USER, DAY)) == before

    @examples(20)
    @given(st.integers(1, 130), st.permutations(range(5)))
    def test_neither_the_size_of_chunks_nor_their_order_changes_a_byte(self, size: int, order: list[int]) -> None:
        fields = {**USER, "e": {"ref": "empty.id"}, "name2": {"ref": "empty.name"}, "m": {"ref": "mean.id"}, "z": {"ref": "ranks.id"}}
        check_chunks(batch(fields, records=130, key="{id}"), size, order)

    def test_hours_of_a_rate_are_its_day(self) -> None:
        def of(interval: Interval) -> list[Any]:
            return all_rows(Batch.of(Request(stream(USER, rate="50/h", arrivals="poisson"), interval), TopicFacts(partitions=6)))

        assert [row for hour in HOURS for row in of(hour)] == of(DAY)

    def test_before_the_first_birth_a_reference_is_null(self) -> None:
        fields = {"id": {"ref": "empty.id"}, "name": {"ref": "empty.name"}, "at": {"timestamp": "epoch_us"}}
        of = batch(fields, records=200)
        made, first = values(of), us_of(parse_time("2026-03-01T10:03Z"))
        assert {record["id"] is None for record in made} == {True, False}
        assert all((record["id"] is None) == (record["name"] is None) == (record["at"] <= first) for record in made)
        told = [json.loads(line)["members"]["empty"] for line in b"".join(truth_of(of, every=True)).splitlines()]
        assert told == [record["id"] for record in made]

    def test_a_member_refers_to_those_that_were_there_at_its_birth(self) -> None:
        made = population("posts", "2026-03-02")
        assert len(made) == 5 + 2399
        assert all(post["born"] <= post["at"] for post in made)
        assert max(post["n"] for post in made) > 2500


class TestDistribution:
    """Of the ages of members: at 10 o'clock there are 60 + 34 of them, and no other is born within a minute of it."""

    MOMENT = Interval.parse("2026-03-01T10:01Z/PT1M")

    def ages(self, name: str) -> Counter[int]:
        made = values(batch({"n": {"ref": f"{name}.id"}}, self.MOMENT, records=30_000))
        return Counter(93 - record["n"] for record in made)

    def test_uniform_speaks_of_all_that_are_there_alike(self) -> None:
        seen = Counter(
            record["id"] for record in values(batch({"id": USER["id"]}, Interval.parse("2026-01-01T00:00Z/PT10M"), records=30_000))
        )
        assert set(seen) <= set(range(1000))
        assert deviation([seen[number] for number in range(1000)], [1] * 1000) < 4

    def test_recent_by_a_mean_is_a_geometric_age_cut_at_the_oldest(self) -> None:
        seen = self.ages("mean")
        assert sum(age * n for age, n in seen.items()) / 30_000 == pytest.approx(5, abs=0.15)
        assert deviation([seen[age] for age in range(94)], [(5 / 6) ** age for age in range(94)]) < 4

    def test_recent_by_zipf_is_a_rank_by_age(self) -> None:
        seen = self.ages("ranks")
        assert deviation([seen[age] for age in range(94)], [(age + 1) ** -1.5 for age in range(94)]) < 4

    def test_a_range_of_ages_is_drawn_evenly(self) -> None:
        seen = self.ages("range")
        assert set(seen) == set(range(3, 13))
        assert deviation([seen[age] for age in range(3, 13)], [1] * 10) < 4

    def test_ages_are_cut_at_those_that_are_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(tmp_path))
        for ages, oldest in {"[2, 900]": 7, "{exponential: 1000000}": 9, "{zipf: 0.01}": 9}.items():
            (tmp_path / "few.yaml").write_text(
                f"count: {{from: 10, by: 0/h}}\ndistribution: {{recent: {ages}}}\nfields: {{n: {{sequence: 0}}}}\n"
            )
            seen = Counter(record["n"] for record in values(batch({"n": {"ref": "few.n"}}, records=20_000)))
            assert set(seen) == set(range(oldest + 1))
            assert deviation([seen[number] for number in range(oldest + 1)], [(10 - number) ** -0.01 for number in range(oldest + 1)]) < 4


class TestEach:
    def test_a_batch_has_those_that_are_born_in_it_at_their_births(self) -> None:
        made = born(DAY)
        users = [user for user in population("users", "2026-03-02") if DAY.start_us <= user["born"]]
        assert [json.loads(value) for value, *_ in made] == users
        assert len(users) == pytest.approx(6 * 5 + 12 * 110 + 6 * 20, abs=3)
        assert [key for _, key, *_ in made] == [str(user["id"]).encode() for user in users]
        assert [time for _, _, _, time, _ in made] == [user["born"] // 1000 for user in users]

    def test_the_hours_of_a_day_are_the_day(self) -> None:
        fields = {**USER, "code": {"uuid": 4}, "n": {"sequence": 1}}
        day = born(DAY, fields)
        assert [row for hour in HOURS for row in born(hour, fields)] == day
        assert len({json.loads(value)["code"] for value, *_ in day}) == len(day)

    def test_all_batches_from_the_beginning_on_are_the_population(self) -> None:
        cuts = ["2026-01-01T00:00Z/P10D", "2026-01-11T00:00Z/P49D", "2026-03-01T00:00Z/P1D"]
        made = [json.loads(row[0]) for cut in cuts for row in born(Interval.parse(cut))]
        assert made == population("users", "2026-03-01T23:59:59.999999Z")
        assert born(Interval.parse("2025-12-01T00:00Z/P31D")) == []

    def test_a_run_of_its_own_has_the_same_members_and_other_values(self) -> None:
        fields = {**USER, "code": {"uuid": 4}}
        other = all_rows(Batch.of(Request(stream(fields, each="users"), HOUR, run_id="manual"), TopicFacts(partitions=6)))
        own = born(HOUR, fields)
        assert [key for _, key, *_ in other] == [key for _, key, *_ in own]
        assert not {json.loads(row[0])["code"] for row in own} & {json.loads(row[0])["code"] for row in other}

    def test_more_than_a_batch_holds_are_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(tmp_path))
        (tmp_path / "users.yaml").write_text(f"count: {{from: 0, by: 100000/s}}\n{FIELDS}")
        with pytest.raises(OptionError) as caught:
            born(DAY)
        assert str(caught.value) == (
            "the interval 2026-03-01T00:00:00Z/2026-03-02T00:00:00Z has 8,640,000,000 of the 'users', and a batch has at most 100,000,000: take a shorter interval"
        )


def test_orphans_refer_to_nobody_that_is_ever_born() -> None:
    of = batch({"id": USER["id"]}, faults={"orphan": 0.3})
    there = Population(find_entity("users"), us_of(parse_time("9999-12-31"))).count
    strangers = [record["id"] for record in values(of) if record["id"] >= 10_000]
    assert len(strangers) > 50
    assert min(strangers) >= there


_ANOTHER = """
import hashlib, sys
from tests.unit.build import batch
from tests.unit.records.build import check_chunks, all_rows
of = batch({name: {"ref": f"users.{name}"} for name in ("id", "name", "birthday")} | {"m": {"ref": "mean.id"}, "p": {"ref": "posts.n"}}, key="{id}")
print(hashlib.sha256(repr(all_rows(of)).encode()).hexdigest())
"""


@pytest.mark.slow
def test_another_process_with_another_seed_of_hashes_makes_the_same_records() -> None:
    def told(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", _ANOTHER], env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        ).stdout

    assert told("1") == told("4711") != ""
