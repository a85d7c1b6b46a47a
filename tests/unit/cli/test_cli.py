"""The `springhead` command as a user types it; what needs a broker is in tests/kafka."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from springhead import __version__
from springhead.cli.explain import estimate
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import STREAMS_DIR, find_stream
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR
from tests.unit.cli.conftest import INTERVAL, Run


def streams(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    monkeypatch.setenv("SPRINGHEAD_STREAMS", str(folder))
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(folder / "entities"))


def test_the_shipped_streams_are_valid(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(STREAMS_DIR.parent)
    code, out, err = run("validate")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "streams/addresses.yaml: good (2 fields, topic second_topic)",
        "streams/card_payments.yaml: good (13 fields, topic card_payments)",
        "streams/card_transactions.yaml: good (12 fields, topic card_transactions)",
        "streams/customer_orders.yaml: good (4 fields, topic orders)",
        "streams/live_registrations.yaml: good (2 fields, topic second_topic)",
        "streams/registrations.yaml: good (2 fields, topic second_topic)",
        "entities/accounts.yaml: good (4 fields, 20,000 members on 2026-01-01, growing by 40/h from 2026-01-01, 120/h in a straight line until 2026-07-01)",
        "entities/customers.yaml: good (4 fields, 2,000,000 members)",
        "entities/nexmark_auctions.yaml: good (7 fields, 3,000 members on 2026-01-01, growing by 3/s)",
        "entities/nexmark_persons.yaml: good (7 fields, 1,000 members on 2026-01-01, growing by 1/s)",
        "entities/products.yaml: good (6 fields, 5,000 members)",
        "entities/sensors.yaml: good (9 fields, 5,000 members)",
    ]


def test_validate_tells_each_error_with_its_place_and_goes_on_with_the_other_files(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = "topic: t\nfields:\n  n: {integer: [1, 9]}\n"
    streams(
        tmp_path, monkeypatch, good=good, wrong="topic: t\nfields:\n  n: {intege: [1, 9]}\n", drawn="topic: t\nfields:\n  n: {faker: nam}\n"
    )
    monkeypatch.chdir(tmp_path)
    code, out, err = run("validate")
    assert code == 1
    assert out == "good.yaml: good (1 field, topic t)\n"
    assert "wrong.yaml:3:7 fields.n.intege: 'intege' is no kind of field" in err
    assert "\n      n: {intege: [1, 9]}\n          ^\n" in err
    assert "drawn.yaml:3:14 fields.n.faker: " in err
    assert "Did you mean 'name'?" in err
    assert err.endswith("2 of 3 files with errors\n")


def test_validate_compares_unique_values_with_the_records_of_the_stream_and_of_each_variant(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unique = "topic: t\nrecords: 10\nfields:\n  n: {faker: numerify, with: {text: '#'}, unique: true}\n"
    streams(tmp_path, monkeypatch, good=unique, many=unique.replace("10", "11"), variant=f"{unique}variants: {{v: {{records: 12}}}}\n")
    monkeypatch.chdir(tmp_path)
    code, out, err = run("validate")
    assert (code, out) == (1, "good.yaml: good (1 field, topic t)\n")
    assert re.findall(r"^\S+ fields.n.faker: 'unique' needs .*? batch's \d+ records", err, re.MULTILINE) == [
        "many.yaml:4:14 fields.n.faker: 'unique' needs a value of its own for each of the batch's 11 records",
        "variant.yaml:4:14 fields.n.faker: 'unique' needs a value of its own for each of the batch's 12 records",
    ]
    assert run("explain", "good")[1].startswith("n  faker  unique of 10 values\n")


def test_validate_goes_on_behind_values_that_json_has_no_form_for(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = "topic: t\nfields:\n  n: {integer: [1, 9]}\n"
    methods = {"a": "time_series", "b": "pytimezone", "c": "uuid4, with: {cast_to: null}"}
    streams(tmp_path, monkeypatch, z=good, **{name: f"topic: t\nfields:\n  n: {{faker: {each}}}\n" for name, each in methods.items()})
    monkeypatch.chdir(tmp_path)
    code, out, err = run("validate")
    assert (code, out) == (1, "z.yaml: good (1 field, topic t)\n")
    assert [line.partition(" in locale")[0] for line in err.splitlines() if ".yaml:" in line] == [
        "a.yaml:3:14 fields.n.faker: Faker's 'time_series'",
        "b.yaml:3:14 fields.n.faker: Faker's 'pytimezone'",
        "c.yaml:3:14 fields.n.faker: Faker's 'uuid4'",
    ]


def test_explain_tells_what_cannot_be_made_with_its_place(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    streams(tmp_path, monkeypatch, a="topic: t\nfields:\n  n: {faker: credit_card_number, with: {card_type: vsa}}\n")
    monkeypatch.chdir(tmp_path)
    code, out, err = run("explain", "a")
    assert (code, out) == (1, "")
    assert err.startswith("a.yaml:3:52 fields.n.with.card_type: Faker's 'credit_card_number': expected a card_type, one of ")


def test_validate_of_a_path_that_is_not_there_says_so(run: Run) -> None:
    assert run("validate", "nowhere.yaml") == (1, "", "springhead: there is no file or folder nowhere.yaml\n")


def test_preview_shows_records_as_they_would_be_published(run: Run) -> None:
    code, out, err = run("preview", "card_transactions", "-n", "3", *INTERVAL)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == 6
    made = next(records_of(Batch.of(Request(find_stream("card_transactions"), HOUR), TopicFacts(partitions=6))))
    for number in range(3):
        about, value = lines[2 * number : 2 * number + 2]
        assert value.encode() == made.values.tolist()[number]
        assert about.startswith(f"#{number}  2026-03-01T10:")
        assert f"partition {made.partitions[number]}  key {json.loads(value)['id']}" in about


def test_preview_of_no_interval_takes_the_last_complete_one_and_says_which(run: Run) -> None:
    code, _, err = run("preview", "registrations", "-n", "1")
    assert code == 0
    assert err.startswith("interval 20")


def test_generate_writes_the_values_to_stdout_or_a_file_and_tells_the_digest(run: Run, tmp_path: Path) -> None:
    code, out, err = run("generate", "registrations", "--records", "5000", *INTERVAL)
    assert code == 0
    made = [
        value
        for chunk in records_of(Batch.of(Request(find_stream("registrations"), HOUR, records=5000), TopicFacts(partitions=6)))
        for value in chunk.values.tolist()
    ]
    assert out.encode() == b"".join(value + b"\n" for value in made)
    file = tmp_path / "values.ndjson"
    again = run("generate", "registrations", "--records", "5000", *INTERVAL, "-o", str(file))
    assert again == (0, "", err)
    assert file.read_text() == out
    assert err.startswith("5,000 records, digest ")


def test_a_variant_a_partition_and_a_run_id_name_other_batches(run: Run) -> None:
    plain = run("generate", "registrations", *INTERVAL)[1]
    others = [("--variant", "partition_0"), ("--run-id", "manual__1"), ("--run-id", "manual__2")]
    assert len({plain, *(run("generate", "registrations", *INTERVAL, *words)[1] for words in others)}) == 4
    assert run("generate", "registrations", *INTERVAL, "--partition", "3")[1] == plain


def test_schema_is_the_file_that_editors_use(run: Run) -> None:
    code, out, _ = run("schema")
    assert code == 0
    assert out == (STREAMS_DIR.parent / "stream.schema.json").read_text()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("preview", "registration"), "no stream 'registration' in include/streams; there are 'addresses', 'card_payments'"),
        (("preview", "registrations", "--variant", "x"), "the stream 'registrations' has no variant 'x'; it has 'partition_0'"),
        (("preview", "registrations", "--interval", "2026"), "'2026' is not an interval: write START/END or START/DURATION"),
        (("preview", "registrations", "--partition", "9"), "partition: 9 is not within 0 … 5: the topic second_topic has 6 partitions"),
        (("preview", "registrations", "--partition", "4294967297"), "partition: 4294967297 is not within 0 … 2,147,483,646"),
        (("validate", "x" * 300), f"cannot read {'x' * 300}: File name too long"),
        (("generate", "registrations", "-o", "/nowhere/file"), "cannot write /nowhere/file: No such file or directory"),
        (
            ("publish", "registrations", "--run-id", ""),
            "run-id: it is empty: write the run's id, or leave it out for the interval's own batch",
        ),
        (
            ("publish", "registrations", "--republish", " "),
            "republish: the token is empty: write any text, another one for each time, or leave it out",
        ),
        (("publish", "registrations", "--connection", "kafka_defalt"), "there is no connection 'kafka_defalt'"),
    ],
)
def test_a_wrong_option_is_one_line_with_the_remedy_and_exit_code_1(
    run: Run, words: tuple[str, ...], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(STREAMS_DIR.parents[1])
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    last = err.splitlines()[-1]
    assert last.startswith("springhead: ")
    assert text in last


def test_wrong_usage_is_exit_code_2(run: Run) -> None:
    assert run("preview")[0] == 2
    assert run("preview", "registrations", "--records", "0")[0] == 2
    assert run("nothing")[0] == 2
    for count in ("100001", "4294967296", "4294967297", "9" * 30):
        code, _, err = run("preview", "registrations", "--partitions", count)
        assert code == 2
        assert "less than or equal to 100000" in err


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version") == (0, f"springhead {__version__}\n", "")


@pytest.mark.parametrize("name", ["registrations", "addresses", "card_transactions"])
def test_explain_tells_of_every_shipped_field_how_it_is_made(run: Run, name: str) -> None:
    code, out, _ = run("explain", name)
    assert code == 0
    lines = dict(line.split(maxsplit=1) for line in out.splitlines() if line and not line.startswith("a "))
    for field_name, field in find_stream(name).fields.items():
        kind, how = lines[field_name].split(maxsplit=1)
        assert kind == field.kind
        assert how == field.made()
        assert "pooled" not in how


def test_explain_says_what_is_pooled_and_why_and_how_large_a_batch_is(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    path.write_text("topic: notes\nrecords: 2000\nkey: '{n}'\nfields: {n: {integer: [10, 99]}, who: {object: {word: {faker: color}}}}\n")
    code, out, _ = run("explain", str(path))
    assert code == 0
    assert "who.word  faker     pooled: 10,000 values (calculates with a draw of too many values)" in out
    record, batch_ = out.splitlines()[-2:]
    assert re.fullmatch(r"a record: \d+ bytes of JSON, [\d.]+ (ns|µs|ms) to make here", record)
    size = int(record.split()[2])
    assert re.fullmatch(r"a batch: 2,000 records, [\d.]+ kB, [\d.]+ (ms|s|min) to make, [\d.]+ (ms|s|min) of it to prepare", batch_)
    assert float(batch_.split()[4]) == pytest.approx(size * 2000 / 1e3, rel=0.02)


def test_explain_counts_what_a_batch_takes_to_prepare() -> None:
    batch_ = Batch.of(Request(find_stream("card_transactions"), HOUR, records=100))
    estimate(batch_)  # what is done once in a process
    told = estimate(batch_)
    began = time.perf_counter()
    for _ in records_of(batch_):
        pass
    took = time.perf_counter() - began
    assert 100 * told.seconds < told.prepared  # it is most of a small batch, and was left out once
    assert took / 10 < told.prepared + 100 * told.seconds < 10 * took  # within the noise of a busy machine
