"""What tests of compiled methods are built from."""

from __future__ import annotations

from faker import Generator
from faker.providers import BaseProvider

from springhead.faker_methods.compile import Compiler


def compiler(provider: type[BaseProvider]) -> Compiler:
    """A compiler of a provider's methods, and of none beside them."""
    generator = Generator()
    made = provider(generator)
    made.__use_weighting__ = True  # as Faker's factory does
    generator.add_provider(made)
    return Compiler(generator)
