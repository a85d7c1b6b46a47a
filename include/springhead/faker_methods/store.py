"""What was made of Faker's methods, kept on disk: made once on a machine, then read."""

from __future__ import annotations

import os
import tempfile
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
from springhead.kernels.cache import DAMAGED, UNWRITTEN, cache_root, tell_once, writable_cache_root

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


def kept(name: str, identity: Sequence[Any], make: Callable[[], Grammar | Made]) -> Grammar | Made:
    """The grammar of this name and identity from disk; where it is not there, or not whole, it is made, and written if it is a grammar and not too large.

    What is in a cache that is read-only is used, too. Where nothing can be written, a grammar is made anew each time.
    """
    file = Path("faker", f"{name}-{xxhash.xxh3_128_hexdigest(msgspec.json.encode(identity))}.bin")
    found = _read(cache_root() / file)
    if found is None and (root := writable_cache_root()) != cache_root():
        found = _read(root / file)
    if found is not None:
        return found
    grammar = make()
    if isinstance(grammar, Grammar):
        _write(writable_cache_root() / file, msgspec.msgpack.encode(_plain(grammar)))
    return grammar


def _read(path: Path) -> Grammar | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if content[:16] == xxhash.xxh3_128_digest(content[16:]):
        return _loaded(msgspec.msgpack.decode(content[16:]))
    tell_once(DAMAGED, path)
    return None


def _write(path: Path, content: bytes) -> None:
    """Writes a file whole, or not at all."""
    if len(content) > MOST_KEPT_BYTES:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(xxhash.xxh3_128_digest(content) + content)
                file.flush()
                os.chmod(file.name, 0o644)  # a cache that is baked into an image is read by another user
                os.replace(file.name, path)  # so that nobody reads half a file
            except OSError:
                os.unlink(file.name)
                raise
    except OSError as error:
        tell_once(UNWRITTEN, path, error.strerror)


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
