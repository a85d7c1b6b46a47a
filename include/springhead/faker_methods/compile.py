"""A locale's compiler: what one of its methods calls of the others is compiled first, and becomes a part of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from springhead.columns.column import State
from springhead.faker_methods.check import Thoroughness
from springhead.faker_methods.discovery import Discovery, Generator
from springhead.faker_methods.events import SplitError, UntraceableError
from springhead.faker_methods.generator import methods_of
from springhead.faker_methods.quick import quick_faker
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.trace import Trace
from springhead.faker_methods.values import Form, FormlessError
from springhead.faker_methods.vector import by_hand
from springhead.kernels.text import DEEPEST


class Compiler:
    """Compiles a locale's methods; what one method calls of the others is compiled first, and becomes a part of it.

    Args:
        generator: a Faker generator of this compiler's own: its providers' methods are replaced by ones that know of the trace.
        thoroughness: of the check of each method.

    Attributes:
        compared: how many values were compared with the methods' own, of all that was compiled.
    """

    def __init__(self, generator: Generator, thoroughness: Thoroughness | None = None) -> None:
        self.generator, self._thoroughness = generator, thoroughness or Thoroughness()
        self.compared = 0
        self._parts: dict[Any, Grammar | None] = {}
        self._costs: dict[Any, int] = {}
        self._running: list[Discovery] = []
        self._originals: dict[str, Callable[..., Any]] = {}
        for provider in reversed(generator.providers):
            helpers = set(methods_of(provider, helpers=True)) - set(methods_of(provider))
            self._originals |= {name: getattr(provider, name) for name in helpers}
            for name in dict.fromkeys(methods_of(provider)):  # one that a locale overrides is named twice
                self._originals[name] = original = getattr(provider, name)
                traced = partial(self._called, name, original)
                setattr(provider, name, traced)
                generator.set_formatter(name, traced)

    def _called(self, name: str, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A provider's method, called by another one."""
        trace = self.generator.random
        if not isinstance(trace, Trace):
            return original(*args, **kwargs)
        try:
            identity = (name, args, tuple(sorted(kwargs.items())))
            hash(identity)
        except (TypeError, SplitError, UntraceableError):
            return original(*args, **kwargs)
        call = partial(original, *args, **kwargs)
        return trace.text_of(lambda: self._part(identity, call), call)

    def _part(self, identity: Any, call: partial[Any]) -> Grammar | None:
        """The grammar of a method that another one calls; None: it has none, or gives no texts."""
        if identity not in self._parts:
            self._parts[identity] = None  # while it is being made: a method that calls itself is not a part
            made = _text_by_hand(call)
            if not made and len(self._running) < DEEPEST:
                discovery = self._discovery(call, text_only=True)
                try:
                    made = self._discovered(discovery)
                except (UntraceableError, FormlessError):
                    made = None
                self._costs[identity] = discovery.budget.spent
            if made and all(each.state is State.VALUE for each in made.alternatives):
                self._parts[identity] = made
        self._running[-1].budget.charge(identity, self._costs.get(identity, 0))
        return self._parts[identity]

    def grammar(self, name: str, arguments: Mapping[str, Any]) -> Grammar:
        """The grammar of a method with these arguments.

        Raises:
            UntraceableError: it was not understood; the text says why.
        """
        with quick_faker():
            return self._discovered(self._discovery(partial(self._originals[name], **arguments)))

    def _discovery(self, call: Callable[[], Any], *, text_only: bool = False) -> Discovery:
        return Discovery(self.generator, call, self._thoroughness, text_only=text_only)

    def _discovered(self, discovery: Discovery) -> Grammar:
        self._running.append(discovery)
        try:
            grammar = discovery.grammar()
        finally:
            self._running.pop()
        self.compared += discovery.compared
        return grammar


def _text_by_hand(call: partial[Any]) -> Grammar | None:
    """The grammar of texts that is made by hand for a provider's method with these arguments, if there is one."""
    given = inspect.signature(call.func).bind(*call.args, **call.keywords).arguments
    made = by_hand(call.func, {name: value for name, value in given.items() if value is not None})
    return made if isinstance(made, Grammar) and made.form is Form.TEXT else None
