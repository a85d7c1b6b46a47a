"""Pictures of how many records a stream has in each hour of a day, for the pages of the packs: `python -m dev.pictures` writes them anew."""

from __future__ import annotations

from pathlib import Path

from dev.places import ROOT
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.spec import Stream, load_stream

PACKS = ROOT / "include/streams/packs"
DAY = "2026-03-03"  # a Tuesday
_BARS = " ▁▂▃▄▅▆▇█"
_MARK = "<!-- the hours of a day: `python -m dev.pictures` draws them -->\n"


def counts(stream: Stream) -> list[int]:
    """The records of each hour of the day, in UTC."""
    hours = [Interval.parse(f"{DAY}T{hour:02d}:00Z/PT1H") for hour in range(24)]
    return [Batch.of(Request(stream, hour)).records for hour in hours]


def bars(numbers: list[int]) -> str:
    """A bar for each number, the highest for the most."""
    most = max(numbers)
    return "".join(_BARS[-(-number * 8 // most)] for number in numbers)


def picture(pack: Path) -> str:
    """The streams of a pack that have events in time, a line each."""
    streams = [load_stream(path) for path in sorted(pack.glob("*.yaml"))]
    drawn = [(stream.name, counts(stream)) for stream in streams if stream.rate is not None or stream.born or stream.every]
    width = max((len(name) for name, _ in drawn), default=0)
    lines = [f"{name:<{width}}  |{bars(numbers)}|  {min(numbers):>7,} … {max(numbers):,} an hour" for name, numbers in drawn]
    return "\n".join(["```text", f"{'':<{width}}   0h    6h    12h   18h      {DAY}, a Tuesday, UTC", *lines, "```", ""])


def with_picture(text: str, pack: Path) -> str:
    """A pack's page with the picture behind its mark."""
    before, mark, behind = text.partition(_MARK)
    return before + mark + picture(pack) + (behind.partition("```\n")[2] if "```\n" in behind else behind)


def main() -> None:
    """Writes the pictures of all packs."""
    for page in sorted(PACKS.glob("*/README.md")):
        page.write_text(with_picture(page.read_text(encoding="utf-8"), page.parent), encoding="utf-8")


if __name__ == "__main__":
    main()
