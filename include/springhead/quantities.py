"""Durations, times, intervals and schedules: the quantities of the language as a user writes them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from springhead.errors import OptionError
from springhead.wording import meant

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_DURATION = re.compile(rf"([0-9]{{1,12}})({'|'.join(_UNITS)})")
RATE_PATTERN = r"^[0-9]+(\.[0-9]+)?/[0-9]*(ms|s|m|h|d)$"  # for a browser and an editor, which check it before `parse_rate` does
_RATE = re.compile(rf"([0-9]{{1,12}}(?:\.[0-9]{{1,9}})?)/([0-9]{{0,9}})({'|'.join(_UNITS)})")
MOST_PER_S = 100_000
LONGEST = "36500d"
_ISO_DURATION = re.compile(r"P(?=.)(?:([0-9]{1,9})D)?(?:T(?=.)(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_CRON = re.compile(r"(?:[0-9a-zA-Z*/,#-]+ +){4}[0-9a-zA-Z*/,#-]+")
_NAMES = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_SCHEDULE_FORMS = (
    "a schedule is a cron expression of five fields such as '*/5 * * * *', a duration of minutes that divide an hour (5m) "
    "or of hours that divide a day (2h, 1d), or null"
)


def parse_duration(text: str) -> timedelta:
    """The duration that a text such as 250ms, 3s, 5m, 1h or 2d means.

    Raises:
        ValueError: the text is none, or longer than 999,999,999 days.
    """
    if match := _DURATION.fullmatch(text):
        try:
            return int(match[1]) * _UNITS[match[2]]
        except OverflowError:
            pass
    raise ValueError(f"'{text}' is not a duration: write a whole number and ms, s, m, h or d, such as 250ms, 3s, 5m, 1h or 2d")


def parse_length(text: str, longest: str = LONGEST) -> timedelta:
    """The same of a length of time that something takes or is away by: none is longer than a hundred years.

    Raises:
        ValueError: as above, or the text is longer than `longest`.
    """
    if (length := parse_duration(text)) > parse_duration(longest):
        raise ValueError(f"'{text}' is too long: at most {longest}")
    return length


def microseconds(duration: timedelta) -> int:
    """Of a duration."""
    return duration // _MICROSECOND


def parse_rate(text: str) -> Fraction:
    """The events per microsecond that a text such as 20/s, 1/3s, 500/m or 2/h means.

    Raises:
        ValueError: the text is none, or more than 100,000 events per second.
    """
    match = _RATE.fullmatch(text)
    if not match or (match[2] and not int(match[2])):
        raise ValueError(f"'{text}' is not a rate: write a number, '/' and ms, s, m, h or d, such as 20/s, 1/3s, 500/m or 2/h")
    rate = Fraction(match[1]) / (int(match[2] or 1) * microseconds(_UNITS[match[3]]))
    if rate * 1_000_000 > MOST_PER_S:
        raise ValueError(f"'{text}' is more than {MOST_PER_S:,} events per second, the most that a stream can have")
    return rate


def us_of(time: datetime) -> int:
    """Microseconds since 1970 of a time with an offset."""
    return (time - _EPOCH) // _MICROSECOND


def parse_time(text: str) -> datetime:
    """The moment, in UTC, that an ISO 8601 text with an offset means; a date alone is its midnight in UTC.

    Raises:
        ValueError: the text is none.
    """
    if match := _TIME.fullmatch(text):
        if match["time"] and not match["offset"]:
            raise ValueError(f"'{text}' has no offset from UTC: write {text}Z if it is in UTC")
        try:
            time = datetime.fromisoformat(text)
            return time.astimezone(UTC) if match["time"] else time.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            pass  # the 30th of February, the hour 25, the year 0
    raise ValueError(
        f"'{text}' is not a time: write ISO 8601 with an offset, such as 2026-01-01T00:00:00Z or 2026-01-01T07:00+07:00, or a date"
    )


def parse_moment(text: str) -> datetime:
    """The same, of a time that a record can have.

    Raises:
        ValueError: the text is none, or before 1970.
    """
    if (time := parse_time(text)) < _EPOCH:
        raise ValueError(f"'{text}' is before 1970, where Kafka's timestamps begin")
    return time


def _text_of(time: datetime, timespec: str = "auto") -> str:
    return time.isoformat(timespec=timespec).removesuffix("+00:00") + "Z"


def iso_of_ms(milliseconds: int) -> str:
    """A timestamp of Kafka's, ms since 1970, in ISO 8601: 2026-01-01T00:00:00.000Z."""
    return _text_of(datetime.fromtimestamp(milliseconds // 1000, UTC) + timedelta(milliseconds=milliseconds % 1000), "milliseconds")


@dataclass(frozen=True, slots=True)
class Interval:
    """A data interval [start, end) in UTC; `str()` gives what `parse` reads.

    Raises:
        OptionError: it ends before it has begun, begins before 1970, or its times have no offset.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for name, time in (("start", self.start), ("end", self.end)):
            if time.tzinfo is None:
                raise OptionError(f"the interval's {name} {time.isoformat()} has no offset from UTC")
            object.__setattr__(self, name, time.astimezone(UTC))
        if self.end <= self.start:
            raise OptionError(f"the interval {self} ends before it has begun: its end must be after its start")
        if self.start < _EPOCH:
            raise OptionError(f"the interval {self} begins before 1970, where Kafka's timestamps begin")

    @classmethod
    def parse(cls, text: str) -> Interval:
        """The interval of a text START/END or START/DURATION, both in ISO 8601.

        Raises:
            OptionError: the text is none.
        """
        start, slash, end = text.partition("/")
        if not slash:
            raise OptionError(
                f"'{text}' is not an interval: write START/END or START/DURATION, such as 2026-01-01T00:00Z/2026-01-01T01:00Z or 2026-01-01T00:00Z/PT1H"
            )
        try:
            begin = parse_time(start)
            return cls(begin, begin + _parse_iso_duration(end) if end.startswith("P") else parse_time(end))
        except OptionError:
            raise
        except OverflowError:
            raise OptionError(f"the interval '{text}' ends after the year 9999") from None
        except ValueError as error:
            raise OptionError(f"'{text}' is not an interval: {error}") from None

    @property
    def start_us(self) -> int:
        """Microseconds since 1970."""
        return us_of(self.start)

    @property
    def end_us(self) -> int:
        """Microseconds since 1970."""
        return us_of(self.end)

    def __str__(self) -> str:
        return f"{_text_of(self.start)}/{_text_of(self.end)}"


def _parse_iso_duration(text: str) -> timedelta:
    if not (match := _ISO_DURATION.fullmatch(text)):
        raise ValueError(f"'{text}' is not a duration: write PT1H, PT5M, PT30S, P1D or P1DT12H")
    days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@cache
def cron_of_schedule(schedule: str | None) -> str | None:
    """The cron expression of a schedule: of a duration, that of its grid, which begins at midnight UTC.

    Raises:
        ValueError: the schedule is neither a duration with a grid nor a cron expression that ever comes.
    """
    if schedule is None:
        return None
    if _DURATION.fullmatch(schedule):
        return _grid(schedule)
    _check_cron(schedule)
    return schedule


def check_moments(cron: str) -> None:
    """Takes a cron expression of numbers, names, ranges, lists and steps: what a table of days can tell.

    Raises:
        ValueError: it is none that ever comes, or has '#', 'L' or 'W'.
    """
    minute, hour, day, month, weekday = fields if len(fields := cron.split()) == 5 else ("x",) * 5
    plain = "".join((minute, hour, day, _NAMES.sub("", month), _NAMES.sub("", weekday)))
    if _CRON.fullmatch(cron) and re.search(r"[#lLwW]", plain):
        raise ValueError(f"'{cron}' is not understood: '#', 'L' and 'W' are not known here")
    _check_cron(cron, "write a cron expression of five fields such as '0 9 * * 1-5', or a time such as 2026-11-27T00:00Z")


def moments_a_day(cron: str) -> int:
    """How often a cron expression comes on a day on which it comes."""
    from croniter import croniter  # 80 ms

    minutes, hours = (len(values) if values != ["*"] else of for values, of in zip(croniter.expand(cron)[0], (60, 24), strict=False))
    return minutes * hours


def _grid(schedule: str) -> str:
    minutes, rest = divmod(parse_duration(schedule), timedelta(minutes=1))
    hours = minutes // 60
    if not rest and 0 < minutes < 60 and 60 % minutes == 0:
        return "* * * * *" if minutes == 1 else f"*/{minutes} * * * *"
    if not rest and minutes % 60 == 0 and 0 < hours <= 24 and 24 % hours == 0:
        return {1: "0 * * * *", 24: "0 0 * * *"}.get(hours, f"0 */{hours} * * *")
    raise ValueError(f"'{schedule}' has no regular grid: {_SCHEDULE_FORMS}")


def _check_cron(cron: str, forms: str = _SCHEDULE_FORMS) -> None:
    from croniter import CroniterError, croniter  # 80 ms

    # The pattern keeps out croniter's own inventions: a field for seconds, names such as @daily, and R and H, which are drawn by chance.
    if not _CRON.fullmatch(cron) or re.search(r"\b[rRhH]\b", cron):
        raise ValueError(f"'{cron}' is not understood: {forms}")
    try:
        croniter(cron, _EPOCH).get_next(datetime)
    except CroniterError as error:
        raise ValueError(f"'{cron}' is not understood ({error}): {forms}") from None


@cache
def zone_info(name: str) -> ZoneInfo:
    """The time zone of this name, by the pinned tz database: whatever the machine has of its own may be older.

    Raises:
        ValueError: there is none.
    """
    import importlib.resources

    steps, database = name.split("/"), importlib.resources.files("tzdata")
    if all(re.fullmatch(r"[A-Za-z0-9_+-]+", step) for step in steps):
        with suppress(OSError, ValueError), database.joinpath("zoneinfo", *steps).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    # EST is not what CEST means: what is named by letters alone is no hint, unless it is UTC.
    known = [each for each in database.joinpath("zones").read_text().split() if "/" in each or each == "UTC"]
    raise ValueError(
        f"'{name}' is no time zone: write one of the tz database, such as UTC, Europe/Berlin or Asia/Ho_Chi_Minh{meant(name, known)}"
    )


def last_complete_interval(cron: str, timezone: str = "UTC", *, before: datetime) -> Interval:
    """The last interval between two neighbouring ticks of a cron expression that is over at `before`."""
    from croniter import croniter  # 80 ms

    zone = zone_info(timezone)
    # From some ticks before, one after the other: that is how Airflow's scheduler comes to its ticks. Where the clocks change about then, from before that.
    margin = timedelta(hours=4)
    offsets = {(before + around).astimezone(zone).utcoffset() for around in (-margin, timedelta(), margin)}
    ticks = croniter(cron, before.astimezone(zone).replace(tzinfo=None) - (len(offsets) > 1) * margin)
    end = _instant([ticks.get_prev(datetime) for _ in range(3)][-1], zone)
    following = _tick_after(end, cron, zone)
    while following <= before:
        start, end, following = end, following, _tick_after(following, cron, zone)
    return Interval(start, end)


def interval_from(start: datetime, cron: str, timezone: str = "UTC") -> Interval:
    """The interval from a tick of a cron expression to the next one."""
    return Interval(start, _tick_after(start, cron, zone_info(timezone)))


def _tick_after(moment: datetime, cron: str, zone: ZoneInfo) -> datetime:
    """The next tick of a cron expression, where the clocks change, too, that of Airflow's scheduler (CronDataIntervalTimetable).

    What comes every hour goes on by time that passes, so that an hour that comes twice has its ticks twice. Else a tick is a time of the wall clock: one that comes
    twice is the second one, and one that is skipped is as much later.
    """
    from croniter import croniter  # 80 ms

    here = moment.astimezone(zone).replace(tzinfo=None)
    ticks = croniter(cron, here)
    tick: datetime = ticks.get_next(datetime)
    if ticks.expanded[1] != ["*"]:
        return _instant(tick, zone)
    # By seconds: Airflow's times are pendulum's, whose sums lose the time zone.
    return datetime.fromtimestamp(moment.timestamp() + (tick - here).total_seconds(), UTC)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a wall clock shows a time."""
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    is_shown = second.astimezone(zone).replace(tzinfo=None) == wall
    return second if is_shown else wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def interval_before(cron: str | None, before: datetime, timezone: str = "UTC") -> Interval:
    """The default interval of a manual run: the last complete one of the schedule; without a schedule the hour before, cut to the second."""
    if cron is not None:
        return last_complete_interval(cron, timezone, before=before)
    end = before.astimezone(UTC).replace(microsecond=0)
    return Interval(end - timedelta(hours=1), end)
