"""What the commands say of an entity."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from springhead.quantities import Interval
from tests.unit.build import ENTITIES
from tests.unit.cli.conftest import Run

INTERVAL = str(Interval.parse("2026-03-01T10:00Z/PT1H"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of streams, which is the current one; the entities are those of the tests."""
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(ENTITIES))
    monkeypatch.setenv("SPRINGHEAD_STREAMS", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_preview_prints_the_first_members(run: Run) -> None:
    code, out, err = run("preview", "--entity", "shops", "-n", "2")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[::2] == ["#0", "#1"]
    assert [list(json.loads(line)) for line in lines[1::2]] == [["name", "size"]] * 2


def test_generate_writes_all_of_them_and_a_stream_s_references_are_among_them(run: Run, folder: Path) -> None:
    code, out, err = run("generate", "--entity", "people", "-o", "people.ndjson")
    assert (code, out, err) == (0, "", "1,000 members\n")
    people = {member["id"]: member for member in map(json.loads, (folder / "people.ndjson").read_text().splitlines())}
    (folder / "visits.yaml").write_text("topic: t\nfields: {who: {ref: people.id}, name: {ref: people.name}}\n")
    code, out, _ = run("generate", "visits", "--interval", INTERVAL)
    assert code == 0
    assert all(people[visit["who"]]["name"] == visit["name"] for visit in map(json.loads, out.splitlines()))


def test_explain_tells_how_members_are_made_and_picked(run: Run) -> None:
    code, out, _ = run("explain", "--entity", "people")
    assert code == 0
    assert "home.shop  ref       of a member of 'shops'\n" in out
    assert "the population: 1,000 members, picked by zipf 1.05; " in out


def test_explain_names_the_populations_of_a_stream(run: Run, folder: Path) -> None:
    (folder / "visits.yaml").write_text("topic: t\nfields: {shop: {ref: people.home.shop}}\n")
    code, out, _ = run("explain", "visits")
    assert code == 0
    assert "\npeople: 1,000 members, picked by zipf 1.05\nshops: 40 members, picked evenly\n" in out


def test_explain_tells_that_each_member_has_its_turn(run: Run, folder: Path) -> None:
    (folder / "table.yaml").write_text("topic: t\neach: shops\nfields: {who: {ref: people.name}}\n")
    code, out, _ = run("explain", "table")
    assert code == 0
    assert "people: 1,000 members, picked by zipf 1.05" in out
    assert "shops: 40 members, one after the other" in out


def test_an_entity_s_file_will_do(run: Run) -> None:
    code, out, _ = run("preview", "--entity", str(ENTITIES / "shops.yaml"), "-n", "1")
    assert (code, out.splitlines()[0]) == (0, "#0")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["preview"], "name a stream, or an entity by --entity"),
        (["preview", "orders", "--entity", "shops"], "an entity's members are the same in every batch: leave out 'stream'"),
        (["generate", "--entity", "shops", "--records", "5"], "an entity's members are the same in every batch: leave out 'records'"),
    ],
)
def test_a_command_is_about_a_stream_or_an_entity(run: Run, words: list[str], message: str) -> None:
    code, _, err = run(*words)
    assert code == 2
    assert message in err


def test_an_unknown_entity_is_named_with_the_known_ones(run: Run) -> None:
    code, _, err = run("preview", "--entity", "shop")
    assert (code, err) == (1, f"springhead: no entity 'shop' in {ENTITIES}; there are 'people', 'shops'. Did you mean 'shops'?\n")


class TestValidate:
    def test_streams_and_entities_are_checked(self, run: Run, folder: Path) -> None:
        (folder / "visits.yaml").write_text("topic: t\nfields: {shop: {ref: shops.name}}\n")
        code, out, err = run("validate")
        assert (code, err) == (0, "")
        assert out.splitlines() == [
            "visits.yaml: good (1 field, topic t)",
            f"{ENTITIES}/people.yaml: good (8 fields, 1,000 members)",
            f"{ENTITIES}/shops.yaml: good (2 fields, 40 members)",
        ]

    def test_a_file_elsewhere_is_an_entity_by_its_keys(self, run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        file = tmp_path_factory.mktemp("elsewhere") / "things.yaml"
        file.write_text("count: 5\nfields: {a: {faker: credit_card_number, with: {card_type: vsa}}}\n")
        code, _, err = run("validate", str(file))
        assert code == 1
        assert err.startswith(f"{file}:2:59 fields.a.with.card_type: ")


class TestGrowing:
    @pytest.fixture(autouse=True)
    def users(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "entities").mkdir()
        monkeypatch.setenv("SPRINGHEAD_ENTITIES", "entities")
        (folder / "entities/users.yaml").write_text(
            "count: {from: 3, by: 1/h}\ndistribution: {recent: {exponential: 50}}\nfields: {id: {sequence: 1}, born: {timestamp: iso}}\n"
        )
        (folder / "entities/shops.yaml").write_text("count: 40\nfields: {name: {uuid: 4}}\n")

    def test_preview_shows_the_newest_at_a_moment(self, run: Run) -> None:
        code, out, err = run("preview", "--entity", "users", "-n", "2", "--at", "2026-01-01T02:30Z")
        assert (code, err) == (0, "")
        assert out.splitlines() == [
            "#3",
            '{"id":4,"born":"2026-01-01T01:00:00.000Z"}',
            "#4",
            '{"id":5,"born":"2026-01-01T02:00:00.000Z"}',
        ]

    def test_generate_writes_those_that_are_there(self, run: Run) -> None:
        code, out, err = run("generate", "--entity", "users", "--at", "2026-01-02T00:30Z")
        assert (code, err) == (0, "27 members\n")
        assert [json.loads(line)["id"] for line in out.splitlines()] == list(range(1, 28))

    def test_without_a_moment_it_is_now_and_told(self, run: Run) -> None:
        code, out, err = run("generate", "--entity", "users")
        at, count = err.splitlines()
        assert code == 0
        assert run("generate", "--entity", "users", "--at", at.removeprefix("at ")) == (0, out, f"{count}\n")

    def test_explain_tells_how_it_grows(self, run: Run, folder: Path) -> None:
        code, out, _ = run("explain", "--entity", "users", "--at", "2026-01-02T00:30Z")
        assert code == 0
        assert "the population: 27 members, growing by 1/h, picked by an age of 50 members in the mean; " in out
        (folder / "signups.yaml").write_text("topic: t\neach: users\nfields: {id: {ref: users.id}}\n")
        code, out, _ = run("explain", "signups", "--interval", INTERVAL)
        assert code == 0
        assert "\nusers: 3 members on 2026-01-01, growing by 1/h, one after the other\n" in out
        assert "\na batch: 1 records, " in out

    def test_nobody_is_there_yet(self, run: Run, folder: Path) -> None:
        (folder / "entities/users.yaml").write_text("count: {from: 0, by: 1/h}\nfields: {id: {sequence: 1}}\n")
        assert run("preview", "--entity", "users", "--at", "2025-01-01") == (0, "", "no members yet\n")
        assert run("generate", "--entity", "users", "--at", "2025-01-01") == (0, "", "0 members\n")
        code, out, _ = run("explain", "--entity", "users", "--at", "2025-01-01")
        assert (code, out.splitlines()[-1]) == (0, "the population: no members yet, growing by 1/h, picked evenly")

    def test_validate_counts_those_of_the_beginning(self, run: Run) -> None:
        code, out, _ = run("validate", "entities/users.yaml")
        assert (code, out) == (0, "entities/users.yaml: good (2 fields, 3 members on 2026-01-01, growing by 1/h)\n")

    @pytest.mark.parametrize(
        ("words", "code", "message"),
        [
            (["--entity", "shops", "--at", "2026-01-01"], 1, "at: 'shops' has 40 members at any time: leave it out"),
            (["--entity", "users", "--at", "noon"], 1, "at: 'noon' is not a time: write ISO 8601 with an offset, such as "),
            (["visits", "--at", "2026-01-01"], 2, "--at goes with --entity: it counts the members of a growing population"),
        ],
    )
    def test_a_moment_is_for_a_population_that_grows(self, run: Run, words: list[str], code: int, message: str) -> None:
        told, _, err = run("preview", *words)
        assert told == code
        assert message in err.replace("\n", " ")
