"""Steps of the text kernel that draw what a hole of a template draws."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate

from springhead.columns.grammar import Alternative, Check, Digits, Gap, Hex, Shared, Step, Sub, Uuid4, Whole, Words
from springhead.faker_methods.events import Hole, Slot, SplitError, UntraceableError
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.kernels.text import DEEPEST

MOST_WORDS = 20_000  # of a number that is printed in a format of its own


class Sampler:
    """Draws texts of a grammar by Python's own chance."""

    def __init__(self, alternatives: Sequence[Alternative]) -> None:
        self._alternatives = alternatives
        self._weights = list(accumulate(float(each.weight) for each in alternatives))

    def text(self, chance: random.Random, chosen: Mapping[int, str] | None = None) -> str:
        """A text; of its alternative's steps, those in these places may be chosen."""
        (alternative,) = chance.choices(self._alternatives, cum_weights=self._weights)
        shared: dict[int, int] = {}
        text = ""
        for place, step in enumerate(alternative.steps):
            if chosen and place in chosen:
                text += chosen[place]
            elif isinstance(step, Shared):
                text += _drawn(step.step, random.Random(shared.setdefault(step.draw, chance.getrandbits(64))))
            elif isinstance(step, Check):
                text = checked(text, step)
            else:
                text += _drawn(step, chance)
        return text


def checked(text: str, check: Check) -> str:
    """The text with the check characters of a `Check` behind it, as the standards say them (springhead.kernels.checks names these)."""
    if check.fills:
        return text[: -check.count] + _filled(text[-check.count :], check.law)
    if check.law == "nif":
        return text + "TRWAGMYFPDXBNJZSQVHLCKE"[int(text[-check.count :].translate(str.maketrans("XYZ", "012"))) % 23]
    digits = [int(letter) for letter in text if letter.isdigit()][-check.count :][::-1]
    match check.law:
        case "luhn" | "cif":
            total = sum(digit if place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits))
            if check.law == "cif":
                return text + "JIHGFEDCBA"[total % 10]
        case "gs1":
            total = sum(digit * (1 if place % 2 else 3) for place, digit in enumerate(digits))
        case "aba":
            total = sum(digit * (7, 3, 1)[place % 3] for place, digit in enumerate(digits))
        case "cpf" | "cnpj":
            rest = sum(digit * (2 + place % (8 if check.law == "cnpj" else 99)) for place, digit in enumerate(digits)) % 11
            return text + str(11 - rest if rest > 1 else 0)
        case "rg":
            return text + _digit_or_x(-sum(digit * weight for weight, digit in enumerate(digits[::-1], 2)) % 11)
        case "mod11_10":
            product = 10
            for digit in digits[::-1]:
                product = ((product + digit) % 10 or 10) * 2 % 11
            return text + str((11 - product) % 10)
        case "upc_e":
            return text + _digit_of_upc_e(digits[::-1])
        case _:
            return text + _digit_or_x(sum(digit * weight for weight, digit in enumerate(digits[::-1], 1)) % 11)
    return text + str(-total % 10)


def _digit_of_upc_e(digits: Sequence[int]) -> str:
    """The check digit of the UPC-A that these digits stand for: the last one says where its zeros are."""
    system, *base = digits
    last, zeros = base[-1], [0] * 4
    if last < 3:
        long = [*base[:2], last, *zeros, *base[2:5]]
    elif last < 5:
        long = [*base[:last], 0, *zeros, *base[last:5]]
    else:
        long = [*base[:5], *zeros, last]
    return str(-sum(digit * (1 if place % 2 else 3) for place, digit in enumerate([system, *long])) % 10)


def _filled(number: str, law: str) -> str:
    match law:
        case "iban":
            return f"{number[:2]}{98 - int(''.join(str(int(letter, 36)) for letter in f'{number[4:]}{number[:2]}00')) % 97:02d}{number[4:]}"
        case "vin":
            values = dict(
                zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True)
            )
            weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
            return (
                number[:8]
                + _digit_or_x(sum(values[letter] * weight for letter, weight in zip(number, weights, strict=True)) % 11)
                + number[9:]
            )
        case "tva":
            return f"{(12 + 3 * int(re.sub('[^0-9]', '', number[2:]))) % 97:02d}{number[2:]}"
        case "nir":
            return f"{number[:-2]}{97 - int(number[:-2].replace('2A', '19').replace('2B', '18')) % 97:02d}"
        case "nuss":
            return f"{number[:-2]}{int(number[:-2]) % 97:02d}"
    controls = [sum(int(digit) * 2**place for place, digit in enumerate(part)) % 11 for part in ("00" + number[:8], number[10:])]
    return number[:8] + "".join(str(control if control < 2 else 11 - control) for control in controls) + number[10:]


def _digit_or_x(value: int) -> str:
    return "X" if value == 10 else str(value)


def _drawn(step: Step, chance: random.Random) -> str:
    match step:
        case str():
            return step
        case Words(words):  # each as likely as any other: a rare one is tried as often
            word = chance.choice(words)
            return word if isinstance(word, str) else word.decode()
        case Digits(count):
            return f"{chance.randrange(10**count):0{count}d}"
        case Hex(count):
            return f"{chance.randrange(16**count):0{count}x}"
        case Whole(low, high):
            return step.text(chance.randint(low, high))
        case Gap(count):
            return "0" * count
        case Uuid4():
            return str(uuid.UUID(int=chance.getrandbits(128), version=4))
        case Sub(alternatives):
            return Sampler(alternatives).text(chance)
    raise AssertionError(step)


def filled(fill: tuple[Slot, Step] | None, chosen: dict[int, int], texts: dict[int, str]) -> str:
    assert fill is not None
    slot, step = fill
    if slot.hole in texts:
        return texts[slot.hole]
    number = chosen[slot.hole]
    if isinstance(step, Words):
        word = step.words[number]
        return word if isinstance(word, str) else word.decode()
    if isinstance(step, Digits):
        return f"{number:0{step.count}d}"
    assert isinstance(step, Whole)
    return step.text(step.low + number)


def _depth(alternatives: tuple[Alternative, ...]) -> int:
    """How deep programs nest in these."""
    parts = [part.step if isinstance(part, Shared) else part for each in alternatives for part in each.steps]
    return max((1 + _depth(part.alternatives) for part in parts if isinstance(part, Sub)), default=0)


def _inner(alternatives: tuple[Alternative, ...], form: Form) -> tuple[Alternative, ...]:
    """A grammar of texts as it stands within values of a form."""
    if form is not Form.JSON:
        return alternatives

    def inner(step: Step) -> Step:
        match step:
            case str():
                return form.inner(step)
            case Words(words, weights):
                return Words(tuple(form.inner(word if isinstance(word, str) else word.decode()) for word in words), weights)
            case Sub(parts):
                return Sub(_inner(parts, form))
            case Shared(draw, part):
                return Shared(draw, inner(part))
        return step

    return tuple(replace(each, steps=tuple(map(inner, each.steps))) for each in alternatives)


@lru_cache(maxsize=256)
def _sub_of(domain: Grammar, form: Form) -> Sub:
    """A method calls some others hundreds of times."""
    return Sub(_inner(domain.alternatives, form))


def step_of(hole: Hole, spec: str, form: Form) -> Step:
    """The step that draws a hole's values and prints them in a format."""
    domain = hole.domain
    if isinstance(domain, Grammar):
        if spec:
            raise SplitError(hole.site)
        if _depth(domain.alternatives) >= DEEPEST - 1:
            raise SplitError(hole.site)
        return _sub_of(domain, form)
    if not isinstance(domain, range):
        if spec:
            raise UntraceableError(f"prints a word in the format {spec!r}")
        return Words(domain if form is not Form.JSON else tuple(form.inner(word) for word in domain), hole.weights)
    if domain.step == 1 and domain[0] >= 0 and len(domain) < 2**63:
        if not spec and domain == range(10):
            return Digits(1)
        wide = re.fullmatch(r"(?:0(\d+))?(d?|x)", spec)
        width = int((wide and wide[1]) or 0)
        if wide and wide[2] == "x" and width <= 16:
            return Whole(domain[0], domain[-1], width, 16)
        if wide and width <= 18:
            return Digits(width) if width and domain == range(10**width) else Whole(domain[0], domain[-1], width)
    if len(domain) > MOST_WORDS:
        raise UntraceableError(f"prints one of {len(domain):,} numbers in the format {spec!r}")
    return Words(tuple(format(number, spec) for number in domain))
