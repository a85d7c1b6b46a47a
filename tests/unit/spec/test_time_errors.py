"""Errors of the keys of time."""

from __future__ import annotations

import pytest

from springhead.errors import SpecError
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.request import Request
from tests.unit.spec.conftest import Load, Problems

HOUR = Interval.parse("2026-03-02T10:00Z/PT1H")
_AT = "write a cron expression of five fields such as '0 9 * * 1-5', or a time such as 2026-11-27T00:00Z"


@pytest.fixture
def burst_problems(problems: Problems) -> Problems:
    """What is wrong with a burst, which stands on line 5 from column 4 on: without the line and `profile.bursts.0`."""

    def burst_problems(burst: str) -> list[str]:
        found = problems(f"topic: t\nfields: {{a: {{uuid: 4}}}}\nrate: 1/m\nprofile: {{bursts: [\n   {burst}]}}\n")
        assert all(one.startswith("5:") for one in found)
        return [one[2:].replace("profile.bursts.0", "", 1) for one in found]

    return burst_problems


class TestMoments:
    @pytest.mark.parametrize("cron", ["0 0 L * *", "0 0 1,l * *", "0 0 15W * *", "0 0 * * L5", "0 0 * * 5L", "0 0 * * fri#2"])
    def test_last_nearest_and_nth_days_are_not_known(self, burst_problems: Problems, cron: str) -> None:
        assert burst_problems(f'{{at: "{cron}", for: 10m, times: 3}}') == [
            f"9 .at: '{cron}' is not understood: '#', 'L' and 'W' are not known here"
        ]

    @pytest.mark.parametrize(
        "cron",
        [
            "0 0 * jul-AUG wed,Sun",
            "0 22-2 * * 5-7",
            "0 0 29 2 *",
            pytest.param("*/5 * * * *", marks=pytest.mark.slow),
            "0  0 1-31 * sat-mon",
        ],
    )
    def test_names_ranges_lists_and_steps_are(self, load: Load, cron: str) -> None:
        stream = load(
            f'topic: t\nfields: {{a: {{uuid: 4}}}}\nrate: 1/m\nprofile: {{bursts: [{{at: "{cron}", for: 10m, times: 3}}]}}\n'
            f'late: [{{during: {{at: "{cron}", for: 1m}}}}]\n'
        )
        assert Batch.of(Request(stream, HOUR)).records >= 59

    @pytest.mark.parametrize("at", ["", "6h", "@daily", "tomorrow", "0 0 0 * * 7", "0 0 ? * *", "*", "0 9 * *"])
    def test_what_is_neither_is_refused_with_both_forms(self, burst_problems: Problems, at: str) -> None:
        assert burst_problems(f'{{at: "{at}", for: 10m, times: 3}}') == [f"9 .at: '{at}' is not understood: {_AT}"]

    def test_they_are_not_so_many_that_a_batch_takes_minutes(self, burst_problems: Problems) -> None:
        assert burst_problems('{at: "* 9-17 * * *", for: 10s, times: 3}') == [
            "9 .at: '* 9-17 * * *' is 540 bursts a day, and at most 288 are taken, one in 5 minutes: write the higher rate instead of so many bursts"
        ]
        assert burst_problems("{every: 9m, for: 10s, times: 3}") == [
            "12 .every: '9m' is shorter than 10m: write the higher rate instead of so many bursts"
        ]

    @pytest.mark.parametrize("key", ["at", "every"])
    def test_one_of_the_two_is_needed(self, burst_problems: Problems, key: str) -> None:
        assert burst_problems("{for: 10m, times: 3}") == burst_problems(f"{{{key}: null, for: 10m, times: 3}}")
        assert burst_problems('{at: "0 0 * * *", every: 1h, for: 10m, times: 3}') == [
            "4 : a burst begins 'at' the moments of a cron expression or a time, or at random, one in 'every': give one of them"
        ]


class TestBurst:
    @pytest.mark.parametrize(
        ("burst", "problem"),
        [
            ("{every: 1h, for: 0s, times: 3}", "21 .for: '0s' has no length: a duration is longer than 0"),
            ("{every: 1h, for: 101d, times: 3}", "21 .for: '101d' is too long: at most 100d"),
            ("{every: 999999999d, for: 1m, times: 3}", "12 .every: '999999999d' is too long: at most 36500d"),
            ("{every: 1h, for: 1m, times: 1}", "32 .times: must be above 1; found the number 1"),
            ('{every: 1h, for: 1m, times: "3"}', '32 .times: expected a number; found the text "3"'),
            ("{every: 1h, for: 1m, times: true}", "32 .times: expected a number; found true"),
            ("{every: 1h, for: 1m, times: 3, x: 1}", "35 .x: unknown key 'x'; there are 'at', 'every', 'for', 'times'"),
        ],
    )
    def test_its_keys_are_checked(self, burst_problems: Problems, burst: str, problem: str) -> None:
        assert burst_problems(burst) == [problem]


class TestLate:
    @pytest.mark.parametrize(
        ("late", "found"),
        [
            ("{share: 0.5, by: [10m, 1m]}", ["19 late.0.by: min 10m is above max 1m"]),
            ("{share: 0.5, by: 36501d}", ["19 late.0.by: '36501d' is too long: at most 36500d"]),
            ('{share: "0.5", by: 1m}', ['10 late.0.share: expected a number; found the text "0.5"']),
            ("{share: true, by: 1m}", ["10 late.0.share: expected a number; found true"]),
            ("{share: -1, by: 1m}", ["10 late.0.share: must be at least 0; found the number -1"]),
            ("{}", ["2 late.0: expected 'share' and 'by', or 'during'; found an empty mapping"]),
            ("{null: 1}", ["2 late.0: expected 'share' and 'by', or 'during'; found 'null'"]),
            (
                "{durng: {at: 2026-03-01, for: 1m}}",
                ["3 late.0.durng: expected 'share' and 'by', or 'during'; found 'durng'. Did you mean 'during'?"],
            ),
            (
                "{share: 0.1, during: {at: 2026-03-01, for: 1m}}",
                ["3 late.0.share: 'during' is an outage, 'share' and 'by' are delays: write two items of the list"],
            ),
            ("{during: {at: 2026-03-01, for: 101d}}", ["33 late.0.during.for: '101d' is too long: at most 100d"]),
            ("{during: {at: 2026-03-01, for: 1d, x: 1}}", ["37 late.0.during.x: unknown key 'x'; there are 'at', 'for'"]),
        ],
    )
    def test_its_items_are_checked(self, problems: Problems, late: str, found: list[str]) -> None:
        assert problems(f"topic: t\nfields: {{a: {{uuid: 4}}}}\nrate: 1/m\nlate: [\n {late}]\n") == [f"5:{one}" for one in found]


class TestRate:
    @pytest.mark.parametrize(
        ("step", "problem"),
        [
            ("null: 1/s", "17 rate.null: 'null' is not a time: write ISO 8601 with an offset, such as "),
            ("2026-02-01: {ramp: null}", "30 rate.2026-02-01.ramp: expected a rate such as 20/s, 1/3s, 500/m or 2/h; found null"),
            ("2026-02-01: {ramp: 1}", "30 rate.2026-02-01.ramp: expected a rate such as 20/s, 1/3s, 500/m or 2/h; found the number 1"),
            (
                "2026-02-01: {ramp: 1/s, x: 1}",
                "23 rate.2026-02-01: expected a rate, or {ramp: rate}, which goes there in a straight line; ",
            ),
            ("2025-02-01: 1/s", "23 rate.2025-02-01: 2025-02-01 is not after 2026-01-01: write the dates in their order"),
        ],
    )
    def test_a_wrong_step_is_told_where_it_stands(self, problems: Problems, step: str, problem: str) -> None:
        (found,) = problems(f"topic: t\nfields: {{a: {{uuid: 4}}}}\nrate:\n {{2026-01-01: 1/s,\n          {step}}}\n")
        assert found.startswith(f"5:{problem}")

    def test_the_first_is_no_ramp(self, problems: Problems) -> None:
        assert problems("topic: t\nfields: {a: {uuid: 4}}\nrate: {2026-01-01: {ramp: 1/s}}\n") == [
            "3:20 rate.2026-01-01: the first rate cannot be a ramp: there is none before it"
        ]


class TestEach:
    def test_members_that_report_belong_to_time_so_that_outages_hold_them_back(self, load: Load) -> None:
        stream = load(
            "topic: t\neach: products\nevery: 1h\nlate: [{during: {at: 2026-03-02T10:00Z, for: 30m}}]\nfields: {a: {ref: products.sku}}\n"
        )
        arrivals = Batch.of(Request(stream, HOUR)).at(range(5000)).arrivals_us
        assert arrivals is not None
        assert 2400 < int((arrivals == HOUR.start_us + 1_800_000_000).sum()) < 2600

    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            (
                "every: 1ms",
                "5:8 every: 'products' has 5,000 members: 5,000,000 events per second, and a stream has at most 100,000",
            ),
            ("every: 1m\narrivals: poisson", "6:11 arrivals: 'arrivals' goes with a `rate`: the members of 'each' report in turn"),
            ("arrivals: regular", "5:11 arrivals: 'arrivals' goes with a `rate`: the members of 'each' report in turn"),
            (
                'late: [{during: {at: "0 3 * * *", for: 1m}}]',
                "5:17 late.0.during: an outage needs a `rate`: what it holds back arrives in a later batch, and `records` belong to one",
            ),
        ],
    )
    def test_it_says_how_many_and_when(self, problems: Problems, more: str, problem: str) -> None:
        assert problems(f"topic: t\nfields:\n  a: {{ref: products.sku}}\neach: products\n{more}\n") == [problem]


class TestSinceAndUntil:
    @pytest.mark.parametrize("key", ["{o.a}", "{o.p.b}"])
    def test_what_stands_in_an_object_goes_with_it(self, problems: Problems, key: str) -> None:
        fields = "fields: {o: {since: 2026-03-02T10:30Z, object: {a: {uuid: 4}, p: {object: {b: {uuid: 4}}}}}}"
        assert problems(f'topic: t\n{fields}\nkey: "{key}"\n') == [
            f"3:6 key: a key cannot be null, and the field '{key[1:-1]}' may be missing"
        ]

    def test_a_text_of_it_is_missing_where_the_object_is_not_there(self, load: Load) -> None:
        stream = load(
            "topic: t\nrecords: 2\nfields:\n  o: {since: 2026-03-02T10:30Z, object: {a: {constant: x}}}\n"
            '  copy: {template: "{o.a}"}\nheaders: {h: "{o.a}"}\n'
        )
        before, after = Press(Batch.of(Request(stream, HOUR))).records(range(2)).each()
        assert (before[0], before[4]) == (b"{}", ())
        assert (after[0], after[4]) == (b'{"o":{"a":"x"},"copy":"x"}', (("h", b"x"),))


class TestSequence:
    def test_a_prefix_is_short(self, problems: Problems) -> None:
        assert problems(f"topic: t\nfields:\n  a: {{sequence: 1, prefix: {'x' * 256}}}\n") == [
            "3:28 fields.a.prefix: has at most 255 characters; found 256"
        ]


class TestPace:
    @pytest.mark.parametrize(
        ("pace", "problem"),
        [
            ("{live: 10, x: 1}", "18 pace.x: unknown key 'x'; there is 'live'"),
            ("{live: 0}", "14 pace.live: how many times as fast as the interval: a number from 0.001 to 1,000,000; found the number 0"),
            ("slow", '7 pace: expected live, or {live: 10} for ten times as fast; found the text "slow"'),
        ],
    )
    def test_it_is_live_or_a_speed(self, stream_problems: Problems, pace: str, problem: str) -> None:
        assert stream_problems(f"pace: {pace}\ndelivery: at_least_once") == [f"3:{problem}"]


@pytest.mark.parametrize(
    ("more", "interval", "problem"),
    [
        (
            'late: [{during: {at: "0 * * * *", for: 1h}}]',
            HOUR,
            "4:7 late: the outages follow one another without an end, so that nothing ever arrives: make them shorter than the time between them",
        ),
        (
            "late: [{share: 1, by: 11000d}]",
            Interval.parse("2000-01-01T00:00Z/PT1H"),
            "4:7 late: the delay leads to an event time before 1970, where Kafka's timestamps begin: make it shorter",
        ),
        (
            "profile: {bursts: [{every: 10m, for: 100d, times: 9}]}",
            HOUR,
            "4:19 profile.bursts: the bursts multiply the rate to more than 536,870,912 events in the one of ",
        ),
    ],
)
def test_what_shows_only_when_times_are_made_has_its_place_too(load: Load, more: str, interval: Interval, problem: str) -> None:
    stream = load(f"topic: t\nfields: {{a: {{uuid: 4}}}}\nrate: 1/m\n{more}\n")
    with pytest.raises(SpecError) as caught:
        Batch.of(Request(stream, interval)).at(range(3))
    assert str(caught.value).startswith(f"orders.yaml:{problem}")
