"""Numbers that are drawn and not known yet, as a traced method sees them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

from springhead.faker_methods.events import MOST_FORKS, FloatRange, Hole, SplitError, UntraceableError

if TYPE_CHECKING:
    from springhead.faker_methods.trace import Trace

# A number that is printed unseen (by %d) shows this less its draw's number. Below zero, so that a loop over it ends at once; and so far from zero that no date is so many days from
# another.
UNSEEN = -918_000_000


class TracedInt(int):
    """A whole number that is not known yet: printing it leaves a token; a comparison forks between its outcomes; any other operation makes its draw fork by value."""

    trace: Trace
    number: int

    def __new__(cls, trace: Trace, number: int) -> TracedInt:
        self = super().__new__(cls, UNSEEN - number)
        self.trace, self.number = trace, number
        return self

    @property
    def hole(self) -> Hole:
        """What is known of it."""
        hole = self.trace.draws[self.number]
        assert isinstance(hole, Hole)
        return hole

    def __str__(self) -> str:
        return self.trace.token(self.number)

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return self.trace.token(self.number, spec)

    def _below(self, bound: Any) -> bool:
        """Whether it is below the bound; forks, and is narrowed to the numbers of the way taken."""
        domain = self.hole.domain
        if not isinstance(domain, range) or isinstance(bound, (TracedInt, TracedFloat)) or domain.step < 0:
            raise SplitError(self.hole.site)
        less = sum(1 for number in domain if number < bound) if len(domain) <= MOST_FORKS else -1
        if less < 0:
            raise SplitError(self.hole.site)
        if less in (0, len(domain)):
            return less > 0
        way = self.trace.fork([Fraction(less, len(domain)), Fraction(len(domain) - less, len(domain))])
        kept = domain[:less] if way == 0 else domain[less:]
        self.trace.draws[self.number] = self.hole.narrowed(kept)
        return way == 0

    def __lt__(self, other: Any) -> bool:
        return self._below(other)

    def __ge__(self, other: Any) -> bool:
        return not self._below(other)

    def __le__(self, other: Any) -> bool:
        return self._below(other + 1) if isinstance(other, int) else self._split()

    def __gt__(self, other: Any) -> bool:
        return not self.__le__(other)

    def __eq__(self, other: object) -> bool:
        domain = self.hole.domain
        if not isinstance(domain, range) or type(other) is not int:
            raise SplitError(self.hole.site)
        if other not in domain:
            return False
        place, n = domain.index(other), len(domain)
        if n == 1:
            return True
        parts = [part for part in (domain[:place], domain[place : place + 1], domain[place + 1 :]) if part]
        way = self.trace.fork([Fraction(len(part), n) for part in parts])
        self.trace.draws[self.number] = self.hole.narrowed(parts[way])
        return other in parts[way]

    def __ne__(self, other: object) -> bool:
        return not self.__eq__(other)

    def _split(self, *_: Any) -> NoReturn:
        raise SplitError(self.hole.site)

    __hash__ = _split


def _known_only(name: str) -> Callable[..., Any]:
    """An operation of int that needs the value: it is done where comparisons have left one, else the draw forks."""
    operation = getattr(int, name)

    def known(self: TracedInt, *others: Any) -> Any:
        domain = self.hole.domain
        if not isinstance(domain, range) or len(domain) > 1:
            raise SplitError(self.hole.site)
        return operation(domain[0], *others)

    return known


for _name in [
    "bool",
    "int",
    "index",
    "float",
    "round",
    "neg",
    "pos",
    "abs",
    "add",
    "radd",
    "sub",
    "rsub",
    "mul",
    "rmul",
    "truediv",
    "rtruediv",
    "floordiv",
    "rfloordiv",
    "mod",
    "rmod",
    "divmod",
    "rdivmod",
    "pow",
    "rpow",
    "lshift",
    "rlshift",
    "rshift",
    "rrshift",
    "and",
    "rand",
    "or",
    "ror",
    "xor",
    "rxor",
    "invert",
    "trunc",
    "floor",
    "ceil",
]:
    setattr(TracedInt, f"__{_name}__", _known_only(f"__{_name}__"))


class TracedFloat(float):
    """A float that is not known yet: it can only be compared with a constant."""

    trace: Trace
    span: FloatRange

    def __new__(cls, trace: Trace, span: FloatRange) -> TracedFloat:
        self = super().__new__(cls, span.low)
        self.trace, self.span = trace, span
        return self

    def __lt__(self, bound: Any) -> bool:
        if isinstance(bound, (TracedInt, TracedFloat)):
            self._refuse()
        if bound <= self.span.low or bound >= self.span.high:
            return bool(bound > self.span.low)
        low, high, cut = Fraction(self.span.low), Fraction(self.span.high), Fraction(bound)
        way = self.trace.fork([(cut - low) / (high - low), (high - cut) / (high - low)])
        if way == 0:
            self.span.high = float(bound)
        else:
            self.span.low = float(bound)
        return way == 0

    __le__ = __lt__  # a single point has no weight

    def __ge__(self, bound: Any) -> bool:
        return not self.__lt__(bound)

    __gt__ = __ge__

    def _refuse(self, *_: Any) -> NoReturn:
        raise UntraceableError("calculates with a drawn float")

    __eq__ = __ne__ = __hash__ = __bool__ = __int__ = __float__ = __round__ = __neg__ = __pos__ = __abs__ = __str__ = __repr__ = _refuse
    __format__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __floordiv__ = _refuse
    __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = __pow__ = __rpow__ = __trunc__ = __floor__ = __ceil__ = _refuse
