"""Processes in mass: any window alone, and in the laws that they name."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.rates.mass import UNIT
from springhead.rates.process import Poisson, Process, Regular

PROCESSES: list[Process] = [Regular(np.uint64(2026)), Poisson(np.uint64(2026))]
FAR = 26 * 365 * 86_400 * 50  # events after so many years at 50/s


@pytest.mark.parametrize("process", PROCESSES, ids=lambda each: type(each).__name__)
class TestAnyWindow:
    @given(st.integers(0, 2**50), st.lists(st.integers(0, 5000 * UNIT), min_size=2, max_size=6))
    def test_windows_that_follow_one_another_are_the_whole(self, process: Process, origin: int, cuts: list[int]) -> None:
        edges = [origin * UNIT + cut for cut in sorted(cuts)]
        whole = process.window(edges[0], edges[-1])
        number, found = whole.first, []
        for start, end in pairwise(edges):
            window = process.window(start, end)
            assert window.count == 0 or window.first == number
            number += window.count
            masses = window.masses(range(window.count)) + (window.base - whole.base)
            assert ((masses >= start - whole.base) & (masses < end - whole.base)).all()
            found += masses.tolist()
        assert found == whole.masses(range(whole.count)).tolist()
        assert found == sorted(found)

    @given(st.integers(0, 2**50), st.integers(0, 5000 * UNIT), st.data())
    def test_any_events_of_it_can_be_had_alone(self, process: Process, origin: int, length: int, data: st.DataObject) -> None:
        window = process.window(origin * UNIT, origin * UNIT + length)
        first = data.draw(st.integers(0, window.count))
        behind = data.draw(st.integers(first, window.count))
        assert window.masses(range(first, behind)).tolist() == window.masses(range(window.count))[first:behind].tolist()


def test_regular_events_are_one_mass_apart() -> None:
    window = Regular(np.uint64(1)).window(FAR * UNIT, (FAR + 1000) * UNIT)
    assert window.count == 1000
    assert set(np.diff(window.masses(range(1000))).tolist()) == {UNIT}


def test_two_keys_have_two_phases() -> None:
    begins = {int(Regular(np.uint64(key)).window(0, UNIT).masses(range(1))[0]) for key in range(20)}
    assert len(begins) == 20


class TestPoisson:
    """Against theory, over many keys and places; bounds are five standard errors wide or more."""

    @pytest.mark.slow
    @pytest.mark.parametrize(("mass", "keys"), [(0.25, 6000), (3, 5000), (1500, 2000)])
    def test_counts_have_the_mean_and_the_variance_of_their_mass(self, mass: float, keys: int) -> None:
        counts = np.array([Poisson(np.uint64(key)).window(FAR * UNIT, int((FAR + mass) * UNIT)).count for key in range(keys)])
        assert abs(counts.mean() - mass) < 5 * math.sqrt(mass / keys)
        assert abs(counts.var() - mass) < 6 * math.sqrt((mass + 2 * mass**2) / keys)

    @pytest.mark.slow
    def test_small_counts_have_the_law_itself(self) -> None:
        keys, mass = 8000, 2.0
        counts = np.bincount(
            [Poisson(np.uint64(key)).window(FAR * UNIT, int((FAR + mass) * UNIT)).count for key in range(keys)], minlength=8
        )
        expected = np.array([keys * math.exp(-mass) * mass**n / math.factorial(n) for n in range(8)])
        assert (((counts[:8] - expected) ** 2 / expected).sum()) < 30  # χ² of 7 degrees: one in 10,000 is above 29

    def test_gaps_are_exponential_and_neighbours_independent(self) -> None:
        window = Poisson(np.uint64(11)).window(FAR * UNIT, (FAR + 400_000) * UNIT)
        masses = window.masses(range(window.count)) / UNIT
        gaps = np.diff(masses)
        for bound in (0.1, 0.5, 1, 2, 4):
            share = math.exp(-bound)
            assert abs((gaps > bound).mean() - share) < 5 * math.sqrt(share * (1 - share) / gaps.size)
        assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 5 / math.sqrt(gaps.size)
        counts = np.bincount((masses - masses[0]).astype(np.int64) // 100)[:-1]
        assert counts.var() / counts.mean() == pytest.approx(1, abs=6 * math.sqrt(2 / counts.size))
        assert abs(np.corrcoef(counts[:-1], counts[1:])[0, 1]) < 5 / math.sqrt(counts.size)

    def test_fifty_thousand_a_second_do_not_collide(self) -> None:
        window = Poisson(np.uint64(5)).window(FAR * 1000 * UNIT, (FAR * 1000 + 50_000) * UNIT)
        masses = window.masses(range(window.count))
        assert np.unique(masses).size == window.count

    def test_a_count_needs_no_walk(self) -> None:
        year = 365 * 86_400 * 50
        window = Poisson(np.uint64(3)).window((FAR - year) * UNIT, FAR * UNIT)
        assert abs(window.count - year) < 5 * math.sqrt(year)
