"""Pieces of what we say."""

from __future__ import annotations

import pytest

from springhead.wording import duration_text, size_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 ns"),
        (2.5e-7, "250 ns"),
        (9.3e-5, "93 µs"),
        (0.0204, "20 ms"),
        (1.44, "1.4 s"),
        (59, "59 s"),
        (192, "3.2 min"),
        (7200, "2.0 h"),
    ],
)
def test_durations_are_told_in_a_persons_units(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(("size", "text"), [(2, "2 bytes"), (330.4, "330 bytes"), (33_000, "33 kB"), (1.6e9, "1.6 GB"), (5e15, "5,000 TB")])
def test_sizes_are_told_in_a_persons_units(size: float, text: str) -> None:
    assert size_text(size) == text
