"""The weights of a week's hours."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

_DAYS, _HOURS = 7, 24
MINUTES_OF_WEEK = _DAYS * _HOURS * 60

ONE = 1 << 32  # the mean weight


class Week:
    """How much of a rate each hour of the local week gets: integers in units of 2^-32, whose mean is one.

    Args:
        hours: 24 weights, by the hour of the day.
        days: 7 weights, from Monday on.

    Attributes:
        weights: int, shape (168,), by the hour of the week.
    """

    def __init__(self, hours: Sequence[float] = (1,) * _HOURS, days: Sequence[float] = (1,) * _DAYS) -> None:
        exact = [Fraction(repr(day)) * Fraction(repr(hour)) for day in days for hour in hours]
        total = sum(exact)
        self.weights = [round(weight * ONE * len(exact) / total) for weight in exact]
        # By the hour: the weights of the minutes before it, and those weights times the minutes' numbers.
        self._before, self._moments = [0], [0]
        for hour, weight in enumerate(self.weights):
            self._before.append(self._before[-1] + 60 * weight)
            self._moments.append(self._moments[-1] + weight * _sum(60 * hour, 60))

    def weight(self, minute: int) -> int:
        """Of a minute, counted from any Monday's midnight on."""
        return self.weights[minute % MINUTES_OF_WEEK // 60]

    def integral(self, minutes: int, first: int, slope: int) -> int:
        """The sum of weight(i) × (first + slope × i) over the minutes i = 0 … minutes − 1: in closed form, week by week and hour by hour."""
        weeks, rest = divmod(minutes, MINUTES_OF_WEEK)
        hour, within = divmod(rest, 60)
        weight = self.weights[hour] if within else 0
        begun = self._before[hour] + weight * within
        total = self._before[-1]
        plain = weeks * total + begun
        if not slope:
            return first * plain
        moments = weeks * self._moments[-1] + MINUTES_OF_WEEK * total * (weeks * (weeks - 1) // 2)
        moments += MINUTES_OF_WEEK * weeks * begun + self._moments[hour] + weight * _sum(60 * hour, within)
        return first * plain + slope * moments


def _sum(first: int, count: int) -> int:
    """first + (first + 1) + … , so many of them."""
    return count * first + count * (count - 1) // 2
