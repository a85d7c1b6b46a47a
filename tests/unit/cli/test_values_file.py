"""`springhead generate -o`: the name's ending decides what the file is."""

from __future__ import annotations

import csv
import datetime as dt
import json
import threading
from pathlib import Path

import polars as pl
import pytest

from springhead.records import table
from tests.unit.cli.conftest import INTERVAL, Run

FLAT = """\
topic: t
records: 40000
fields:
  id: {sequence: 1}
  at: {timestamp: iso}
  n: {integer: [-5, 9], nulls: 0.1}
  p: {number: [1, 9]}
  status: {choice: [200, 404, 9223372036854775807, null]}
  level: {choice: [1, 2.5]}
  ok: {boolean: 0.5}
  name: {faker: name, locale: [vi_VN, ja_JP], missing: 0.2}
  note: {choice: ["a,b", 'say "hi"', "two\\nlines", "", null]}
  secret: {uuid: 4, hidden: true}
"""
NESTED = (
    FLAT
    + """\
  place: {object: {city: {faker: city}, at: {timestamp: iso, offset: -5m}, deep: {object: {x: {integer: [1, 2]}}}}, nulls: 0.2}
  tags: {array: {faker: word}, length: [0, 3], nulls: 0.1}
  lines: {array: {object: {sku: {uuid: 4}, q: {integer: [1, 5]}, part: {array: {integer: [1, 9]}, length: [0, 2]}}}, length: [0, 2]}
  scores: {map: {choice: [a, b, c]}, values: {integer: [1, 9]}, length: [0, 2]}
"""
)
FAULTY = 'key: "{id}"\ntombstones: 0.1\nfaults: {duplicate: 0.1, missing_field: 0.1}\n'


@pytest.fixture
def made(run: Run, tmp_path: Path) -> object:
    def made(text: str, name: str, *words: str) -> tuple[Path, str]:
        (tmp_path / "things.yaml").write_text(text)
        code, out, err = run("generate", str(tmp_path / "things.yaml"), "-o", str(tmp_path / name), *INTERVAL, *words)
        assert (code, out) == (0, ""), err
        return tmp_path / name, err

    return made


def records_of_json(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


class TestCsv:
    def test_its_columns_are_the_fields_under_their_names(self, made) -> None:  # type: ignore[no-untyped-def]
        file, err = made(FLAT, "x.csv")
        sound = records_of_json(made(FLAT, "x.ndjson")[0])
        assert err == "40,000 records\n"
        with file.open(newline="", encoding="utf-8") as read:
            rows = list(csv.DictReader(read, strict=True))
        assert list(rows[0]) == ["id", "at", "n", "p", "status", "level", "ok", "name", "note"]
        for row, record in zip(rows, sound, strict=True):
            for name, text in row.items():
                value = record.get(name)
                assert text == ("" if value is None else value if isinstance(value, str) else text)
                if isinstance(value, bool):
                    assert text == str(value).lower()
                elif isinstance(value, int | float):
                    assert type(value)(text) == value

    def test_polars_reads_it(self, made) -> None:  # type: ignore[no-untyped-def]
        frame = pl.read_csv(made(FLAT, "x.csv")[0], try_parse_dates=True)
        assert frame.height == 40_000
        assert [str(frame.schema[name]) for name in ("id", "n", "p", "ok", "name")] == ["Int64", "Int64", "Float64", "Boolean", "String"]
        assert 3500 < frame["n"].null_count() < 4500
        assert frame["note"].null_count() + (frame["note"] == "").sum() > 14_000
        assert frame["note"].null_count() > 6000

    def test_without_a_header_it_is_lines_alone(self, made) -> None:  # type: ignore[no-untyped-def]
        head = made(FLAT, "x.csv")[0].read_bytes()
        assert head == b"id,at,n,p,status,level,ok,name,note\n" + made(FLAT, "y.csv", "--no-header")[0].read_bytes()

    def test_a_stream_of_that_format_keeps_its_delimiter_and_its_faults(self, made) -> None:  # type: ignore[no-untyped-def]
        text = FLAT.replace("40000", "200") + FAULTY + 'format: {csv: {delimiter: ";"}}\n'
        file, err = made(text, "x.csv")
        assert file.read_bytes().startswith(b"id;at;n;")
        assert ", digest " in err
        assert made(text, "x.txt")[0].read_bytes() == file.read_bytes().partition(b"\n")[2]

    def test_of_nested_fields_it_says_which_and_what_to_do(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "things.yaml").write_text(NESTED)
        code, out, err = run("generate", str(tmp_path / "things.yaml"), "-o", str(tmp_path / "x.csv"), *INTERVAL)
        assert (code, out) == (1, "")
        why = "CSV has one text in a column, and this field gives lists, objects or values of several types: hide it (hidden: true) and put fields of their own beside it, or write JSON"
        assert [line.partition("things.yaml:")[2] for line in err.splitlines() if "things.yaml:" in line] == [
            f"14:19 fields.place.object: {why}",
            f"15:17 fields.tags.array: {why}",
            f"16:18 fields.lines.array: {why}",
            f"17:17 fields.scores.map: {why}",
        ]
        assert not (tmp_path / "x.csv").exists()


class TestParquet:
    def test_its_columns_have_the_fields_types(self, made) -> None:  # type: ignore[no-untyped-def]
        frame = pl.read_parquet(made(NESTED, "x.parquet")[0])
        moment, whole = pl.Datetime("ms", "UTC"), pl.Int64()
        assert dict(frame.schema) == {
            "id": whole,
            "at": moment,
            "n": whole,
            "p": pl.Float64(),
            "status": whole,
            "level": pl.Float64(),
            "ok": pl.Boolean(),
            "name": pl.String(),
            "note": pl.String(),
            "place": pl.Struct({"city": pl.String(), "at": moment, "deep": pl.Struct({"x": whole})}),
            "tags": pl.List(pl.String()),
            "lines": pl.List(pl.Struct({"sku": pl.String(), "q": whole, "part": pl.List(whole)})),
            "scores": pl.List(pl.Struct({"key": pl.String(), "value": whole})),
        }

    @pytest.mark.slow  # 40,000 nested records are compared in Python
    def test_its_values_are_those_of_json(self, made) -> None:  # type: ignore[no-untyped-def]
        def plain(value: object) -> object:
            if isinstance(value, dt.datetime):
                return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
            if isinstance(value, dict):
                return {name: plain(each) for name, each in value.items()}
            return [plain(each) for each in value] if isinstance(value, list) else value

        frame = pl.read_parquet(made(NESTED, "x.parquet")[0])
        sound = records_of_json(made(NESTED, "x.ndjson")[0])
        for row, record in zip(frame.rows(named=True), sound, strict=True):
            row["scores"] = {each["key"]: each["value"] for each in row["scores"]}
            assert plain(row) == {"name": None, **record}

    def test_a_batch_without_records_has_columns(self, made) -> None:  # type: ignore[no-untyped-def]
        text = "topic: t\nrate: 1/1d\nfields: {n: {integer: [1, 2]}}\n"
        frame = pl.read_parquet(made(text, "x.parquet", "--interval", "2026-03-01T10:00Z/PT1S")[0])
        assert (frame.height, dict(frame.schema)) == (0, {"n": pl.Int64()})

    def test_a_run_that_is_stopped_leaves_no_file(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class Stopped(threading.Event):
            def is_set(self) -> bool:
                return True

        (tmp_path / "things.yaml").write_text(FLAT)
        monkeypatch.setattr("springhead.cli.generate.threading.Event", Stopped)
        code, _, err = run("generate", str(tmp_path / "things.yaml"), "-o", str(tmp_path / "x.parquet"), *INTERVAL)
        assert (code, err) == (130, "springhead: stopped\n")
        assert [each.name for each in tmp_path.iterdir()] == ["things.yaml"]

    def test_a_file_that_cannot_be_written_says_so(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "things.yaml").write_text(FLAT)
        code, _, err = run("generate", str(tmp_path / "things.yaml"), "-o", str(tmp_path / "no/x.parquet"), *INTERVAL)
        assert (code, err) == (1, f"springhead: cannot write {tmp_path}/no/x.parquet: No such file or directory\n")

    def test_what_making_and_writing_raise_comes_through(self) -> None:
        def full(_: memoryview) -> None:
            raise OSError("full")

        with pytest.raises(OSError, match="full"):
            table.write_parquet(iter(()), pl.Schema({"n": pl.Int64()}), full)

        def broken() -> object:
            raise ValueError("broken")
            yield

        with pytest.raises(ValueError, match="broken"):
            table.write_parquet(broken(), pl.Schema({"n": pl.Int64()}), lambda _: None)  # type: ignore[arg-type]


class TestAnotherFormatThanTheStreams:
    @pytest.mark.parametrize("ending", ["csv", "parquet"])
    def test_has_the_sound_records_and_says_so(self, made, ending: str) -> None:  # type: ignore[no-untyped-def]
        text = FLAT.replace("40000", "500") + FAULTY
        file, err = made(text, f"x.{ending}")
        assert (
            err
            == f"{file} has the sound records only: faulty copies and tombstones are values of the stream's own format, json\n500 records\n"
        )
        frame = pl.read_csv(file) if ending == "csv" else pl.read_parquet(file)
        assert frame["id"].to_list() == list(range(1, 501))

    def test_json_of_a_stream_of_lines_is_its_fields(self, made) -> None:  # type: ignore[no-untyped-def]
        text = 'topic: t\nrecords: 5\nformat: {string: "{n}!"}\nfields: {n: {integer: [1, 9]}}\n'
        lines = made(text, "x.log")[0].read_text().splitlines()
        assert [f"{record['n']}!" for record in records_of_json(made(text, "x.ndjson")[0])] == lines

    def test_has_no_truth(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "things.yaml").write_text(FLAT + FAULTY)
        file = tmp_path / "x.csv"
        code, _, err = run("generate", str(tmp_path / "things.yaml"), "-o", str(file), "--truth", str(tmp_path / "t"), *INTERVAL)
        assert (code, err) == (
            1,
            f"springhead: truth: {file} has the sound records only, of which there is nothing to tell: leave it out, or write the stream's own format\n",
        )


def test_only_a_csv_file_can_be_without_a_header(run: Run) -> None:
    assert run("generate", "registrations", "--no-header", *INTERVAL) == (
        1,
        "",
        "springhead: no-header: only a file whose name ends in .csv has a header: leave it out, or name one by -o\n",
    )


def test_the_members_of_an_entity_are_written_likewise(run: Run, tmp_path: Path) -> None:
    for ending in ("csv", "parquet", "ndjson"):
        assert run("generate", "--entity", "products", "-o", str(tmp_path / f"p.{ending}"))[0] == 0
    records = records_of_json(tmp_path / "p.ndjson")
    assert len(records) == 5000
    assert pl.read_parquet(tmp_path / "p.parquet").rows(named=True) == records
    assert pl.read_csv(tmp_path / "p.csv").rows(named=True) == records
