"""The commands on a stream with a rate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

NIGHT = "2026-03-30T02:00Z/PT1H"
CLICKS = """\
topic: clicks
rate: 20/s
arrivals: poisson
profile: {hours: [1, 1, 0, 1, 1, 2, 4, 8, 9, 8, 8, 10, 12, 9, 8, 8, 9, 11, 12, 10, 7, 5, 3, 2]}
fields: {id: {sequence: 1}, at: {timestamp: iso}}
"""


@pytest.fixture
def clicks(tmp_path: Path) -> str:
    path = tmp_path / "clicks.yaml"
    path.write_text(CLICKS)
    return str(path)


def test_an_interval_without_an_event_is_told(run: Run, clicks: str) -> None:
    assert run("preview", clicks, "--interval", NIGHT) == (0, "", "no events in this interval\n")
    code, out, _ = run("explain", clicks, "--interval", NIGHT)
    assert (code, out.splitlines()[-1]) == (0, "a batch: no events in this interval; --interval names another one")
    code, out, err = run("generate", clicks, "--interval", NIGHT)
    assert (code, out) == (0, "")
    assert "0 records" in err


@pytest.mark.parametrize("how", [pytest.param("rate: 1/m", marks=pytest.mark.slow), "records: 3"])
def test_the_first_and_the_last_years_are_told_or_refused(run: Run, tmp_path: Path, how: str) -> None:
    path = tmp_path / "far.yaml"
    path.write_text(f"topic: t\n{how}\ntimezone: Europe/Berlin\nprofile: {{weekdays: {{sat: 2}}}}\nfields: {{at: {{timestamp: iso}}}}\n")
    code, out, _ = run("generate", str(path), "--interval", "9999-12-31T22:00Z/PT1H")
    assert code == 0
    assert '{"at":"9999-12-31T22:' in out
    code, _, err = run("generate", str(path), "--interval", "1999-12-31T22:00Z/PT1H")
    assert code == 1
    assert err.startswith("springhead: the interval 1999-12-31T22:00:00Z/1999-12-31T23:00:00Z begins before 2000, where ")


def test_numbers_go_on_from_interval_to_interval(run: Run, clicks: str) -> None:
    _, first, _ = run("generate", clicks, "--interval", "2026-03-30T10:00Z/PT1M")
    _, second, _ = run("generate", clicks, "--interval", "2026-03-30T10:01Z/PT1M")
    _, both, _ = run("generate", clicks, "--interval", "2026-03-30T10:00Z/PT2M")
    assert both == first + second
    assert len(both.splitlines()) > 2000


def test_another_rate_can_be_asked_for_and_a_number_of_records_cannot(run: Run, clicks: str) -> None:
    _, out, _ = run("generate", clicks, "--interval", "2026-03-30T10:00Z/PT1M", "--rate", "1/s")
    assert 60 < len(out.splitlines()) < 180
    assert run("preview", clicks, "--interval", NIGHT, "--records", "5") == (
        1,
        "",
        "springhead: records: the stream 'clicks' has a rate, 20/s: give another rate, such as 20/s\n",
    )
    assert run("preview", clicks, "--interval", NIGHT, "--rate", "many") == (
        1,
        "",
        "springhead: rate: 'many' is not a rate: write a number, '/' and ms, s, m, h or d, such as 20/s, 1/3s, 500/m or 2/h\n",
    )


def test_validate_finds_an_interval_with_events(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "seldom.yaml"
    path.write_text("topic: t\nrate: 1/d\nfields: {a: {faker: random_int, with: {min: 9, max: 1}}}\n")
    code, _, err = run("validate", str(path))
    assert code == 1  # by the last hour alone, which has no event, nothing would be seen
    assert "empty range" in err


def test_a_stream_that_is_live_says_what_it_needs(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "live.yaml"
    path.write_text("topic: t\nrate: 1/s\npace: live\nfields: {a: {uuid: 4}}\n")
    code, _, err = run("validate", str(path))
    assert code == 1
    assert (
        "pace: a batch that is sent live is published at least once; found what the connection gives, which may be exactly_once. "
        "Write delivery: at_least_once" in err
    )
