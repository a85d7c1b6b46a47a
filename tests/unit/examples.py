"""How many examples a property is tried with."""

from __future__ import annotations

from hypothesis import settings

HYPOTHESIS = 100  # without a word


def examples(count: int) -> settings:
    """So many; a fifth of them with `make test-unit`, as of those that say nothing."""
    return settings(max_examples=count * settings().max_examples // HYPOTHESIS)
