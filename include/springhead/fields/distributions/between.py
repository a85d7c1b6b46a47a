"""Distributions of straight lines between two ends: uniform, triangular, histogram."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.fields.distributions.law import MOST, Law, Support, exactly, text_of
from springhead.fields.model import Place, refused
from springhead.fields.weights import weights_of
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Ints
    from springhead.columns.quantiles import Floats, Knots
    from springhead.fields.grid import Grid

MOST_BUCKETS = 1000
_BUCKET = re.compile(r"\s*(-?[0-9]{1,18}(?:\.[0-9]{1,15})?)\s*-\s*(-?[0-9]{1,18}(?:\.[0-9]{1,15})?)\s*")


class Uniform(Law, kind="uniform"):
    """All equally likely: what is drawn without a distribution."""

    example = "uniform"
    spans = True

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        import numpy as np

        from springhead.columns.curves import FEW
        from springhead.columns.quantiles import Knots

        places = np.arange(grid.cells + 1) if grid.cells <= (FEW if few is None else few) else np.array([0, grid.cells])
        return Knots.of_masses(0, places, np.diff(places).astype(np.float64))


class Triangular(Law, kind="triangular"):
    """It rises in a straight line from min to the mode, and falls to max: an estimate of least, likeliest and most."""

    example = "{triangular: {mode: 30}}"
    bare = "mode"
    spans = True
    lengths = frozenset({"mode"})

    mode: float = Argument(ge=-MOST, le=MOST, description="The likeliest value, between min and max.")

    def wrong(self, grid: Grid) -> tuple[Place, str] | None:
        if grid.begin <= exactly(self.mode) <= grid.last:
            return None
        return ("mode",), f"the mode {self.mode:g} is not in [{text_of(grid.begin)}, {text_of(grid.last)}]"

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        import numpy as np

        from springhead.columns.curves import FEW, PANELS
        from springhead.columns.quantiles import Knots

        # The mode's share of the way from min to max, of the cells' whole way: so it is in the mode's own cell, and at an end where the mode is.
        way = float((exactly(self.mode) - grid.begin) / (grid.last - grid.begin)) if grid.cells > 1 else 0.5
        places: Ints | Floats
        if grid.cells <= (FEW if few is None else few):
            places = np.arange(grid.cells + 1)
            share = places / np.float64(grid.cells)
        else:
            panels = np.arange(PANELS + 1) / PANELS
            share = np.unique(np.concatenate([way * panels, way + (1.0 - way) * panels]))
            share = share[share <= 1.0]
            places = share * np.float64(grid.cells)
        rest = 1.0 - share
        rising, falling = share * share / max(way, 1e-300), rest * rest / max(1.0 - way, 1e-300)
        left = share < way
        return Knots(0, places, np.where(left, rising, 1.0 - falling), np.where(left, 1.0 - rising, falling))


def _buckets(value: object) -> tuple[tuple[str, float], ...]:
    if not isinstance(value, dict):
        raise ValueError(f'expected buckets with their weights, such as {{"0-10": 70, "10-100": 30}}; found {describe(value)}')
    if not value:
        raise ValueError("is empty: give at least one")
    if len(value) > MOST_BUCKETS:
        raise ValueError(f"has at most {MOST_BUCKETS:,} buckets; found {len(value):,}")
    weights = weights_of(value)
    if wrong := [((key,), text) for key in value if (text := _wrong_bucket(key))]:
        raise refused(wrong, key=True)
    ordered = sorted(weights.items(), key=lambda item: _ends(item[0]))
    for (one, _), (other, _) in pairwise(ordered):
        if _ends(one)[1] > _ends(other)[0]:
            raise refused([((other,), f"the bucket '{other}' begins before '{one}' ends")], key=True)
    return tuple(ordered)


def _wrong_bucket(key: Any) -> str:
    """What is wrong with a bucket's name; empty: nothing."""
    if not isinstance(key, str) or not _BUCKET.fullmatch(key):
        return f'expected a bucket such as "0-10", "0.5-2" or "-20--10"; found {describe(key)}'
    low, high = _ends(key)
    return "" if low < high else f"the bucket '{key}' ends at {text_of(high)}, which is not above {text_of(low)}"


def _ends(bucket: str) -> tuple[Fraction, Fraction]:
    found = _BUCKET.fullmatch(bucket)
    assert found is not None
    return Fraction(found[1]), Fraction(found[2])


class Histogram(Law, kind="histogram"):
    """What was measured: buckets with their weights, all equally likely within one. A bucket holds its lower end, and not its upper one."""

    example = '{histogram: {"0-10": 70, "10-100": 30}}'
    bare = "buckets"
    of_lengths = False

    buckets: Annotated[
        tuple[tuple[str, float], ...],
        PlainValidator(_buckets),
        WithJsonSchema({"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}, "minProperties": 1}),
    ] = Argument(description="min-max → weight.")

    @cached_property
    def _ends(self) -> list[tuple[Fraction, Fraction]]:
        return [_ends(bucket) for bucket, _ in self.buckets]

    @property
    def support(self) -> Support:
        return self._ends[0][0], self._ends[-1][1]

    def wrong(self, grid: Grid) -> tuple[Place, str] | None:
        if any(low < grid.end and high > grid.begin for low, high in self._ends):
            return None
        return (), f"no bucket reaches into the range [{text_of(grid.begin)}, {text_of(grid.last)}]"

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        import numpy as np

        from springhead.columns.curves import FEW
        from springhead.columns.quantiles import Knots

        there = [
            (max(low, grid.begin), min(high, grid.end), float(exactly(weight) / (high - low)))
            for (low, high), (_, weight) in zip(self._ends, self.buckets, strict=True)
            if low < grid.end and high > grid.begin
        ]
        origin, _ = grid.cell(there[0][0])
        bounds: list[float] = []
        masses: list[float] = []
        for begin, end, density in there:
            begin_at, end_at = (float((each - grid.begin) / grid.width - origin) for each in (begin, end))
            if bounds and begin_at > bounds[-1]:
                masses.append(0.0)
            if not bounds or begin_at > bounds[-1]:
                bounds.append(begin_at)
            bounds.append(end_at)
            masses.append(float(end - begin) * density)
        whole = Knots.of_masses(origin, np.array(bounds), np.array(masses))
        first, last = int(bounds[0]), -int(-bounds[-1] // 1)
        if last - first > (FEW if few is None else few):
            return whole
        cells = np.arange(first, last + 1)
        at = np.clip(cells.astype(np.float64), bounds[0], bounds[-1])
        bucket = np.clip(np.searchsorted(whole.places, at, side="right") - 1, 0, len(masses) - 1)
        share = (at - whole.places[bucket]) / np.maximum(np.diff(whole.places)[bucket], 1e-300)
        mass = np.array(masses)[bucket]
        return Knots(origin, cells, whole.below[bucket] + share * mass, whole.above[bucket + 1] + (1.0 - share) * mass)
