"""What was made of Faker's methods, kept on disk: made once on a machine, then read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import xxhash

from springhead.columns.column import State
from springhead.columns.grammar import Alternative, Shared, Step, Sub, Words, step_type
from springhead.faker_methods.values import Form
from springhead.kernels import cache

MOST_KEPT_BYTES = 32 * 1024 * 1024  # of one method
Made = TypeVar("Made")  # what is no grammar


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """A method as weighted alternatives of the text kernel.

    Attributes:
        form: what its values are; where they are no texts, the rows are JSON literals.
        alternatives: their weights add up to 1.
        how: "compiled" by tracing, "vectorised" by hand, or "pooled".
        pooled: how many values were drawn, for a pool.
        why: what kept a pool from being compiled.
    """

    form: Form
    alternatives: tuple[Alternative, ...]
    how: str = "compiled"
    pooled: int = 0
    why: str = ""


def file_of(name: str, identity: Sequence[Any]) -> Path:
    """Where in the cache something of this name is kept that all of its identity decides."""
    return Path("faker", f"{name}-{xxhash.xxh3_128_hexdigest(msgspec.json.encode(identity))}.bin")


def kept(name: str, identity: Sequence[Any], make: Callable[[], Grammar | Made]) -> Grammar | Made:
    """The grammar of this name and identity from disk; where it is not there, or not whole, it is made, and written if it is a grammar and not too large.

    What is in a cache that is read-only is used, too. Where nothing can be written, a grammar is made anew each time.
    """
    file = file_of(name, identity)
    if (content := cache.read(file)) is not None:
        return unpacked(content)
    grammar = make()
    if isinstance(grammar, Grammar) and len(made := packed(grammar)) <= MOST_KEPT_BYTES:
        cache.write(file, made)
    return grammar


def packed(grammar: Grammar) -> bytes:
    """A grammar as a file holds it."""
    return msgspec.msgpack.encode(_plain(grammar))


def unpacked(content: bytes) -> Grammar:
    """The grammar of such a file."""
    return _loaded(msgspec.msgpack.decode(content))


def _plain(grammar: Grammar) -> Any:
    """The grammar as lists, each word list once."""
    lists: dict[Words, int] = {}

    def step(made: Step) -> Any:
        match made:
            case str():
                return made
            case Words():
                return lists.setdefault(made, len(lists))
            case Sub(alternatives):
                return [group(alternatives)]
            case Shared(draw, part):
                return [draw, step(part)]
        return [type(made).__name__, *(getattr(made, name) for name in made.__slots__)]

    def group(alternatives: Sequence[Alternative]) -> Any:
        return [(_weight(made.weight), made.state.value, [step(each) for each in made.steps]) for made in alternatives]

    rows = group(grammar.alternatives)
    words = [(made.words, made.weights and [_word_weight(weight) for weight in made.weights]) for made in lists]
    return grammar.form.value, rows, words, grammar.how, grammar.pooled, grammar.why


def _loaded(plain: Any) -> Grammar:
    form, rows, words, how, pooled, why = plain
    exact = [weights and tuple(weight if isinstance(weight, float) else Fraction(weight) for weight in weights) for _, weights in words]
    lists = [Words(tuple(each), weights) for (each, _), weights in zip(words, exact, strict=True)]

    def step(made: Any) -> Step:
        match made:
            case str():
                return made
            case int():
                return lists[made]
            case [str(), *_]:
                drawn: Step = step_type(made[0])(*made[1:])
                return drawn
            case [int() as draw, part]:
                return Shared(draw, step(part))
        return Sub(group(made[0]))

    def group(rows: Any) -> tuple[Alternative, ...]:
        return tuple(Alternative(tuple(map(step, steps)), Fraction(weight), State(state)) for weight, state, steps in rows)

    return Grammar(Form(form), group(rows), how, pooled, why)


def _weight(weight: float | Fraction) -> str:
    return str(Fraction(weight))


def _word_weight(weight: float | Fraction) -> float | str:
    """A float where it is exact, as all of Faker's are: thousands of fractions take 30 ms to read and to hash."""
    return float(weight) if float(weight) == weight else _weight(weight)
