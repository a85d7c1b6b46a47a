"""The index of names that DAG parsing reads is Faker's, in all locales."""

from __future__ import annotations

from dev.faker_index import text
from springhead.faker_names import INDEX


def test_the_index_holds_every_locales_methods_and_arguments() -> None:
    assert INDEX.read_text(encoding="utf-8") == text(), "write it anew: make faker-index"
