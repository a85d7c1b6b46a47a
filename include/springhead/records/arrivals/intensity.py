"""The mass of a stream: what its rate, profile, bursts and timezone say, as numbers."""

from __future__ import annotations

from fractions import Fraction

from springhead.columns.draws import Draws
from springhead.fields.durations import us_of_duration
from springhead.fields.quantities import moment_us
from springhead.rates.bursts import Burst
from springhead.rates.mass import Mass, Step
from springhead.rates.week import Week
from springhead.rates.windows import Cron, Moments, Once, Random, Windows
from springhead.rates.zone import Zone, zone_until
from springhead.spec import Stream
from springhead.spec.rate import steps_of
from springhead.spec.recurring import is_cron


def mass_of(stream: Stream, until_us: int, per_us: Fraction | None = None) -> Mass:
    """The mass of a stream's events.

    Args:
        stream: with a variant's and a request's words in place of its own.
        until_us: µs since 1970; no later moment is asked for.
        per_us: a rate in place of the stream's.

    Raises:
        FieldError: there are more events than can be counted.
    """
    zone, profile = zone_until(stream.timezone, until_us), stream.profile
    if per_us is None:
        assert stream.rate is not None
        steps = [Step(*step) for step in steps_of(stream.rate)]
    else:
        steps = [Step(0, per_us)]
    if profile is None:
        return Mass(steps, Week(), zone, (), until_us)
    bursts = []
    for number, burst in enumerate(profile.bursts):
        if burst.at is not None:
            moments = moments_of(burst.at, zone)
        else:
            assert burst.every is not None
            # Whose moments they are: the stream's, for all its variants and runs.
            moments = Random(Draws((stream.effective_seed, "bursts")).key(number), us_of_duration(burst.every))
        bursts.append(Burst(Windows(moments, us_of_duration(burst.length)), burst.times))
    week = Week(profile.hours or (1,) * 24, profile.days)
    return Mass(steps, week, zone, bursts, until_us)


def moments_of(at: str, zone: Zone) -> Moments:
    """The moments that a cron expression, or a time, means."""
    return Cron(at, zone) if is_cron(at) else Once(moment_us(at))
