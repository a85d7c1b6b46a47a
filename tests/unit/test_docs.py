"""What the README and the guide say is what is there."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dev.language import GUIDE, guide
from springhead.faults import FAULTS
from springhead.fields.distributions import LAWS
from springhead.fields.expression_text import FUNCTIONS
from springhead.fields.field import KINDS, read_field
from springhead.records.batch import Batch
from springhead.records.press import Press, records_of
from springhead.records.request import Request
from springhead.records.truth import truth_of
from springhead.spec import Entity, Stream, kinds_table, load_stream
from springhead.spec.yaml import read_yaml
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR, site

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = re.compile(r"<!-- (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)


def test_a_file_that_a_page_shows_is_shown_as_it_is() -> None:
    shown = [(page.name, path, text) for page in PAGES for path, text in SHOWN.findall(page.read_text())]
    assert {path for _, path, _ in shown} == {
        "include/entities/accounts.yaml",
        "include/entities/customers.yaml",
        "include/streams/registrations.yaml",
        "dags/example_hand_written.py",
        "dags/example_after_publishing.py",
        "dags/example_inline_stream.py",
        "dags/example_verify_later.py",
        "dags/example_consume.py",
    }
    for page, path, text in shown:
        assert text == (ROOT / path).read_text(), f"{page} shows another {path}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_into_the_repository_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_a_page_names_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", page.read_text(), re.MULTILINE))
    assert named <= targets


def test_the_stream_of_the_readme_is_one(tmp_path: Path) -> None:
    (yaml,) = re.findall(r"```yaml\n( +# yaml-language-server.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    file = tmp_path / "orders.yaml"
    file.write_text(re.sub(r"^   ", "", yaml, flags=re.MULTILINE))
    batch = Batch.of(Request(load_stream(file), HOUR, records=10), TopicFacts(partitions=6))
    assert sum(made.rows for made in records_of(batch)) == 10


def test_the_guide_names_every_key_and_kind_that_there_is_and_no_other() -> None:
    guide = (ROOT / "docs/streams.md").read_text()
    stream, fields = guide.split("## Fields")
    keys = set(re.findall(r"^\| `(\w+)` \|", stream, re.MULTILINE))
    assert keys == set(Stream.model_fields)
    assert set(re.findall(r"^\| `(\w+)` \|", fields, re.MULTILINE)) == set(KINDS)


def test_the_guides_table_of_kinds_is_what_the_kinds_say() -> None:
    text = GUIDE.read_text()
    assert guide(text) == text, "run `make schema`"
    assert text.count(kinds_table()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_is_one_of_its_kind(kind: str) -> None:
    of = read_field(read_yaml(KINDS[kind].example.encode()).value)
    assert of.kind == kind


@pytest.mark.parametrize("yaml", re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/faults.md").read_text(), re.DOTALL))
def test_each_stream_of_the_page_on_faults_is_one_and_has_them(tmp_path: Path, yaml: str) -> None:
    file = tmp_path / "payments.yaml"
    file.write_text(yaml)
    stream = load_stream(file)
    for variant in stream.variants or [None]:
        of = Batch.of(Request(stream, HOUR, variant=variant), TopicFacts(partitions=6))
        counts = Counter(json.loads(line)["fault"] for lines in truth_of(of) for line in lines.splitlines())
        assert {kind for kind in counts if kind} == {fault.kind for fault in of.stream.faults.each()}
        assert (None in counts) == (stream.tombstones > 0)


def test_the_score_of_the_page_on_faults_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/faults.md").read_text()
    (snippet,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "payments.yaml").write_text(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0].replace("0.001", "0.1"))
    of = Batch.of(Request(load_stream(tmp_path / "payments.yaml"), HOUR), TopicFacts(partitions=6))
    (tmp_path / "truth.ndjson").write_bytes(b"".join(truth_of(of)))
    found: Counter[tuple[str, str]] = Counter()
    for made in records_of(of):
        for value, key, *_ in made.each():
            try:
                json.loads(value or b"")
            except ValueError:
                found[(key or b"").decode(), hashlib.sha256(value or b"").hexdigest()] += 1
    monkeypatch.chdir(tmp_path)
    told: dict[str, Any] = {"found": found}
    exec(snippet, told)
    assert (told["precision"], told["recall"]) == (1, 1)
    assert found.total() > 100


def test_the_page_on_faults_has_each_kind() -> None:
    kinds = (ROOT / "docs/faults.md").read_text().split("## Tombstones")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", kinds, re.MULTILINE)) == sorted(FAULTS)


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(topic:.*?)```", (ROOT / "docs/populations.md").read_text(), re.DOTALL))
def test_the_streams_of_the_page_on_populations_are_some(tmp_path: Path, text: str) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(text)
    batch = Batch.of(Request(load_stream(file), HOUR), TopicFacts(partitions=6))
    press = Press(batch)
    made = press.records(range(10))
    assert made.rows == 10
    assert (made.keys is None) == ("key" not in text and "each" not in text)


def test_the_page_on_populations_names_every_key_of_an_entity() -> None:
    page = (ROOT / "docs/populations.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(Entity.model_fields)


@pytest.mark.parametrize("yaml", re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/time.md").read_text(), re.DOTALL))
def test_each_stream_of_the_page_on_time_is_one_and_has_events(tmp_path: Path, yaml: str) -> None:
    file = tmp_path / "clicks.yaml"
    file.write_text(yaml)
    of = Batch.of(Request(load_stream(file), HOUR), TopicFacts(partitions=6))
    made = Press(of).records(range(100))
    assert made.rows == 100
    assert of.records > 1000


@pytest.mark.parametrize(
    "yaml",
    [
        yaml
        for page in ("load-tests", "coming-from")
        for yaml in re.findall(r"```yaml\n(topic:.*?)```", (ROOT / f"docs/{page}.md").read_text(), re.DOTALL)
    ],
)
def test_each_stream_of_the_pages_on_load_tests_and_other_generators_is_one(tmp_path: Path, yaml: str) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(yaml)
    of = Batch.of(Request(load_stream(file), HOUR), TopicFacts(partitions=6))
    made = Press(of).records(range(24))
    for value, key, *_ in made.each():
        assert set(json.loads(value or b"")) == {name for name, field in of.stream.fields.items() if not field.hidden}
        assert (key is None) == ("key" not in yaml)
    if "filler" in yaml and "distribution" not in yaml:
        assert set(made.values.lengths) == {int(size) for size in re.findall(r"filler: (\d+)", yaml)}
    if "group" in yaml:
        assert len({tuple(json.loads(value or b"")[name] for name in ("method", "currency", "express")) for value, *_ in made.each()}) == 24


LANGUAGE = (ROOT / "docs/streams.md").read_text()
EXTENDED = re.findall(r"<!-- the base shop.yaml -->\n```yaml\n(.*?)```", LANGUAGE, re.DOTALL)


@pytest.mark.parametrize("yaml", re.findall(r"<!-- a stream -->\n```yaml\n(.*?)```", LANGUAGE, re.DOTALL))
def test_each_stream_of_the_guide_is_one_and_makes_records(tmp_path: Path, yaml: str) -> None:
    file = tmp_path / "things.yaml"
    file.write_text(yaml)
    stream = load_stream(file)
    made = Press(Batch.of(Request(stream, HOUR), TopicFacts(partitions=6))).records(range(100))
    assert made.rows >= 100
    if stream.parameters:
        other = stream.with_parameters({"largest": 100, "region": "us", "per_batch": 7})
        (made,) = records_of(Batch.of(Request(other, HOUR), TopicFacts(partitions=6)))
        assert made.rows == 7
        assert all(b'"order":"us-' in value for value in made.values.tolist())


def test_the_stream_of_the_guide_that_extends_a_base_has_what_the_guide_says(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "common/shop.yaml").write_text(*EXTENDED)
    (text,) = re.findall(r"<!-- a stream that extends it -->\n```yaml\n(.*?)```", LANGUAGE, re.DOTALL)
    (tmp_path / "returns.yaml").write_text(text)
    stream = load_stream(tmp_path / "returns.yaml")
    assert (stream.rate, list(stream.fields)) == ("1/m", ["id", "at", "customer", "reason"])
    value = json.loads(Press(Batch.of(Request(stream, HOUR), TopicFacts(partitions=6))).records(range(1)).values.tolist()[0])
    assert 30 <= value["customer"]["age"] <= 60
    assert " " in value["customer"]["name"]


def test_the_guide_names_every_command_that_there_is() -> None:
    from springhead.cli.app import COMMANDS

    named = set(re.findall(r"^    springhead (\w+)", LANGUAGE.split("## Commands")[1], re.MULTILINE))
    assert named == {*COMMANDS} - {"init", "schema"}


NESTED = (ROOT / "docs/nested.md").read_text()


@pytest.mark.parametrize("yaml", re.findall(r"```yaml\n(.*?)```", NESTED, re.DOTALL))
def test_each_stream_of_the_page_on_nested_records_is_as_it_says(tmp_path: Path, yaml: str) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(yaml)
    made = [
        json.loads(value or b"")
        for chunk in records_of(Batch.of(Request(load_stream(file), HOUR, records=2_000), TopicFacts(partitions=6)))
        for value in chunk.values.tolist()
    ]
    told: dict[str, Callable[[dict[str, Any]], bool]] = {
        "orders": lambda r: (
            [line["line"] for line in r["lines"]] == list(range(1, len(r["lines"]) + 1))
            and all(line["label"] == f"{r['country']}-{line['sku']}" for line in r["lines"])
        ),
        "payments": lambda r: (
            r["currency"] == {"US": "USD", "VN": "VND", "DE": "EUR"}[r["country"]]
            and list(r["by"] or ()) == {"card": ["number", "expires"], "transfer": ["iban"], "cash": []}[r["method"]]
        ),
        "sign_ups": lambda r: (r["reason"] is not None) == (r["status"] == "declined"),
        "invoices": lambda r: abs(r["total"] - r["net"] - r["tax"]) < 0.006 and r["large"] == (r["total"] > 500 and r["country"] != "US"),
    }
    holds = told[load_stream(file).topic]
    assert all(map(holds, made))


def test_the_page_on_nested_records_names_each_function_that_an_expression_may_call() -> None:
    (listed_functions,) = re.findall(r"<!-- the functions -->(.*)", NESTED)
    assert set(re.findall(r"`(\w+)`", listed_functions)) == FUNCTIONS | {"cast", "extract"}


@pytest.mark.parametrize("yaml", re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/numbers.md").read_text(), re.DOTALL))
def test_each_stream_of_the_page_on_numbers_is_one(tmp_path: Path, yaml: str) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(yaml)
    of = Batch.of(Request(load_stream(file), HOUR), TopicFacts(partitions=6))
    made = Press(of).records(range(100))
    assert all(set(json.loads(value or b"")) == set(of.stream.fields) for value, *_ in made.each())


def test_the_page_on_numbers_has_each_distribution_and_its_parameters() -> None:
    page = (ROOT / "docs/numbers.md").read_text()
    told = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.MULTILINE))
    assert set(told) == set(LAWS)
    for kind, law in LAWS.items():
        named = set(re.findall(r"`(\w+)`", told[kind]))
        assert named == {name for name in law.model_fields if name != "buckets"}


COHERENCE = (ROOT / "docs/coherence.md").read_text()
BELONG_TOGETHER: dict[str, list[tuple[str, ...]]] = {  # topic → fields of which the first decides the others
    "visits": [("city", "at.country", "at.postcode", "at.latitude", "at.longitude", "currency"), ("from", "from_country")],
    "payments": [("city", "country", "timezone"), ("money", "money_name")],
    "invoices": [("country", "currency"), ("net", "net")],
    "shop_orders": [("customer", "name", "email"), ("sku", "price")],
    "card_use": [("customer", "card", "network", "home", "currency"), ("shop", "shop_city")],
    "tours": [],
    "signups": [],
}


def _reached(record: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        record = record[name]
    return record


@pytest.mark.parametrize("yaml", re.findall(r"```yaml\n(.*?)```", COHERENCE, re.DOTALL))
def test_what_the_page_on_coherence_says_belongs_together_does(tmp_path: Path, yaml: str) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(yaml)
    stream = load_stream(file)
    made = [
        json.loads(value or b"")
        for chunk in records_of(Batch.of(Request(stream, HOUR, records=3_000), TopicFacts(partitions=6)))
        for value in chunk.values.tolist()
    ]
    for first, *others in BELONG_TOGETHER[stream.topic]:
        known: dict[Any, Any] = {}
        for record in made:
            told = [_reached(record, other) for other in others]
            assert known.setdefault(_reached(record, first), told) == told


def test_the_page_on_coherence_names_the_parts_that_there_are() -> None:
    table = COHERENCE.split("| method | its parts |")[1].split("\n\n")[0]
    for methods, parts in re.findall(r"^\| (`.*?) \| (.*?) \|$", table, re.MULTILINE):
        locale = "fr_FR" if "fr_FR" in methods else "en_US"
        listed = re.findall(r"[a-z_]+", parts.split(";")[0].replace("(or city)", "").replace("these, ", "").replace(" and ", ", "))
        for name in re.findall(r"`(\w+)`", methods):
            for part in listed:
                assert read_field({"faker": name, "part": part, "locale": locale}).maker(site()).type.prints or part in (
                    "current_location",
                    "website",
                )
