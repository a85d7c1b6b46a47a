"""How much work the discovery of one method may be: counted in draws, never in seconds, for what a method compiles to must not depend on the machine's speed."""

from __future__ import annotations

from typing import Any

from springhead.faker_methods.events import UntraceableError

MOST_DRAWN = 200_000  # of all runs of one discovery, those of the methods that it calls with them


class Budget:
    """What one discovery may draw.

    Attributes:
        spent: how many draws were made; those of the methods that it calls are among them.
    """

    def __init__(self) -> None:
        self.spent = 0
        self._most = MOST_DRAWN
        self._charged: set[Any] = set()

    def spend(self) -> None:
        """Counts a draw.

        Raises:
            UntraceableError: it is one too many.
        """
        self.spent += 1
        if self.spent > self._most:
            raise UntraceableError(f"draws more than {MOST_DRAWN:,} values in all its ways")

    def charge(self, part: Any, cost: int) -> None:
        """Counts the draws of one of the methods that it calls, once, also where it was compiled before: so what was compiled before changes nothing."""
        if part not in self._charged:
            self._charged.add(part)
            self.spent += cost

    def try_again(self) -> None:
        """Grants a quarter of it from here on, where the method was not understood and is tried in other ways."""
        self._most = self.spent + MOST_DRAWN // 4
