"""`springhead new`: a stream to start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import STREAMS_DIR, load_stream, stream_files
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR
from tests.unit.cli.conftest import INTERVAL, Run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPRINGHEAD_STREAMS", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_is_a_stream_with_comments_that_makes_records(run: Run, folder: Path) -> None:
    assert run("new", "shop_orders") == (
        0,
        "shop_orders.yaml: 8 fields, topic shop_orders. Look at some records: springhead preview shop_orders\n",
        "",
    )
    stream = load_stream(folder / "shop_orders.yaml")
    assert (stream.topic, stream.records, list(stream.parameters)) == ("shop_orders", 100, ["currency"])
    assert sum(made.rows for made in records_of(Batch.of(Request(stream, HOUR), TopicFacts(partitions=6)))) == 100
    text = (folder / "shop_orders.yaml").read_text()
    assert text.count("#") > 8
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (folder / first.partition("=")[2]).resolve() == STREAMS_DIR.parent / "stream.schema.json"
    assert run("validate", "shop_orders.yaml")[0] == 0
    assert '"currency":"VND"' in run("preview", "shop_orders", "-n", "1", "--set", "currency=VND", *INTERVAL)[1]


def test_what_is_commented_out_works_when_it_is_not(run: Run, folder: Path) -> None:
    run("new", "a")
    text = (folder / "a.yaml").read_text()
    lines = []
    for line in text.splitlines():
        if line.startswith(("# rate:", "# arrivals:", "# faults:")):
            line = line[2:]
        elif line.startswith("records:"):
            continue
        lines.append(line.replace("few: {records: 5}", "few: {rate: 1/s}"))
    (folder / "a.yaml").write_text("\n".join(lines))
    stream = load_stream(folder / "a.yaml")
    assert (stream.rate, stream.arrivals, len(list(stream.faults.each()))) == ("20/s", "poisson", 2)
    (folder / "a.yaml").write_text(text.replace("# format:", "format:").replace("  ship_to:", "  ship_to:\n    hidden: true"))
    assert load_stream(folder / "a.yaml").format.options == {"delimiter": ";"}


@pytest.mark.parametrize("source", [path.stem for path in stream_files(STREAMS_DIR)])
def test_each_shipped_stream_can_be_copied_under_a_topic_of_its_own(run: Run, folder: Path, source: str) -> None:
    code, _, err = run("new", "mine", "--from", source)
    assert (code, err) == (0, "")
    copy, shipped = load_stream(folder / "mine.yaml"), load_stream(STREAMS_DIR / f"{source}.yaml")
    assert (copy.topic, copy.effective_seed) == ("mine", shipped.effective_seed if shipped.seed else "mine")
    assert copy.fields == shipped.fields
    comments = [line for line in (STREAMS_DIR / f"{source}.yaml").read_text().splitlines() if line.startswith("# ")][1:]
    assert all(line in (folder / "mine.yaml").read_text() for line in comments)


def test_one_in_a_folder_is_named_with_it_and_a_file_by_its_path(run: Run, folder: Path) -> None:
    (folder / "shop").mkdir()
    (folder / "common").mkdir()
    (folder / "common/base.yaml").write_text("fields: {a: {uuid: 4}}\n")
    (folder / "shop/orders.yaml").write_text("topic: shop.orders\nfields: {a: {uuid: 4}}\n")
    assert run("new", "mine", "--from", "shop.orders")[0] == 0
    assert run("new", "other", "--from", "shop/orders.yaml")[0] == 0
    assert [load_stream(folder / f"{name}.yaml").topic for name in ("mine", "other")] == ["mine", "other"]
    (folder / "extending.yaml").write_text("extends: base.yaml\ntopic: x\n")
    assert run("new", "third", "--from", "extending")[0] == 0
    assert run("new", "fourth", "--from", "base")[2].startswith("springhead: there is no stream 'base' to copy; there are ")


PACKS = sorted(STREAMS_DIR.glob("packs/*/*.yaml"))


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_each_stream_of_a_pack_is_copied_by_the_names_of_pack_and_stream(run: Run, folder: Path, path: Path) -> None:
    assert run("new", "mine", "--from", f"{path.parent.name}.{path.stem}")[::2] == (0, "")
    assert load_stream(folder / "mine.yaml").topic == "mine"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("My",), "'My' cannot be a stream's name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most"),
        (("there",), "there.yml is there already: give another name"),
        (("a", "--from", "nowhere.yaml"), "there is no file nowhere.yaml"),
        (("a", "--from", "registration"), "Did you mean 'registrations'?"),
    ],
)
def test_what_cannot_be_is_one_line(run: Run, folder: Path, words: tuple[str, ...], text: str) -> None:
    (folder / "there.yml").write_text("topic: t\nfields: {a: {uuid: 4}}\n")
    code, out, err = run("new", *words)
    assert (code, out) == (1, "")
    assert err.startswith("springhead: ")
    assert err.endswith(f"{text}\n")
    assert not (folder / "a.yaml").exists()


def test_a_copy_of_what_is_wrong_is_not_left_behind(run: Run, folder: Path) -> None:
    (folder / "wrong.yaml").write_text("topic: t\nfields: {a: {uid: 4}}\n")
    code, _, err = run("new", "mine", "--from", "wrong")
    assert (code, err.partition(": ")[0]) == (1, "mine.yaml:3:14 fields.a.uid")
    assert not (folder / "mine.yaml").exists()


def test_without_a_folder_it_says_so(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_STREAMS", str(folder / "none"))
    assert run("new", "a")[2] == "springhead: there is no folder none: make it, or name another one by SPRINGHEAD_STREAMS\n"
