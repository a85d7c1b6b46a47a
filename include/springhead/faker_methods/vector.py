"""Methods made by hand as columns, where tracing cannot see what they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from springhead.columns.column import Maker
from springhead.columns.draws import Draws
from springhead.errors import FieldError
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form


@dataclass(frozen=True, slots=True)
class Vector:
    """A method as the maker of a column.

    Attributes:
        form: what its values are.
        identity: what decides the values beside draws and event times; vectors of one identity are the same in every locale.
        maker: makes the column of a field that has these draws.
    """

    form: Form
    identity: tuple[Any, ...]
    maker: Callable[[Draws], Maker] = field(compare=False)


# (the provider, the method's arguments by name) → the method, or None where it is not made by hand for these arguments.
Handmade: TypeAlias = Callable[[Any, Mapping[str, Any]], Vector | Grammar | None]
VECTORS: dict[tuple[str, str], Handmade] = {}


def handmade(*functions: str) -> Callable[[Handmade], Handmade]:
    """Registers what is made by hand for provider functions, each named "module:Class.function".

    It serves every locale whose method is that very function: one that a locale overrides is another function.
    """

    def register(made: Handmade) -> Handmade:
        for name in functions:
            module, _, function = name.partition(":")
            VECTORS[module, function] = made
        return made

    return register


def module_of(provider: Any, name: str) -> str:
    """The module that defines a provider's method; "": it has none. The compiler puts others in a method's place, which do not count."""
    return str(getattr(getattr(type(provider), name, None), "__module__", ""))


def provider_of(provider: Any, name: str) -> Any:
    """The provider whose method its generator calls by this name; None: none has it."""
    return next((each for each in provider.generator.providers if hasattr(type(each), name)), None)


def by_hand(function: Any, arguments: Mapping[str, Any]) -> Vector | Grammar | None:
    """What is made by hand for a provider's bound method with these arguments, if anything is."""
    make = VECTORS.get((getattr(function, "__module__", ""), getattr(function, "__qualname__", "")))
    if make is None:
        return None
    try:
        made = make(function.__self__, arguments)
        hash(made)  # by its identity, which holds arguments
    except FieldError:
        raise
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
        return None  # arguments of types that it does not know: Faker says what is wrong with them
    return made
