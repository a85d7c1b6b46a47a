"""Numbers are spread as their distribution says: compared with scipy's, which is cut to the range by its own distribution functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from springhead.columns.draws import key_of
from springhead.fields import read_field
from springhead.fields.grid import Grid
from springhead.fields.kinds.decimal import Decimal as DecimalField
from springhead.fields.kinds.integer import Integer
from springhead.fields.kinds.number import Number
from tests.unit.build import chunk, column, field, texts
from tests.unit.chi_square import deviation
from tests.unit.examples import examples

DRAWS = 100_000
IDS = np.arange(DRAWS, dtype=np.uint64)
SHARP = 1.95  # √n × Kolmogorov's distance: a draw of the law is above it once in a thousand


class Steps:
    """A law of straight lines between some places, or of whole numbers, with scipy's names."""

    def __init__(self, places: Any, below: Any) -> None:
        self.places, self.below = np.asarray(places, float), np.asarray(below, float) / below[-1]

    def cdf(self, x: Any) -> Any:
        return np.interp(x, self.places, self.below)

    def sf(self, x: Any) -> Any:
        return 1 - self.cdf(x)


class Whole:
    """scipy's law of whole numbers, with each number's mass between it and the next."""

    def __init__(self, law: Any) -> None:
        self.law = law

    def cdf(self, x: Any) -> Any:
        return self.law.cdf(np.ceil(x) - 1)

    def sf(self, x: Any) -> Any:
        return self.law.sf(np.ceil(x) - 1)


def zipf(exponent: float, low: int, high: int) -> Steps:
    return Steps(np.arange(low, high + 2), np.concatenate([[0], np.cumsum(np.arange(low, high + 1.0) ** -exponent)]))


def number(**mapping: Any) -> Integer | Number | DecimalField:
    made = read_field(mapping)
    assert isinstance(made, Integer | Number | DecimalField)
    return made


def drawn(it: Integer | Number | DecimalField, key: str = "a", ids: Any = IDS) -> Any:
    return it.grid.drawn(it.distribution, key_of(key))(ids)


def below(law: Any, grid: Grid) -> Callable[[Any], Any]:
    """From values to the share of the law, cut to the grid, that lies below them: by its survival where that is exact."""
    low, high = float(grid.begin), float(grid.end)
    if law.cdf(low) < 0.5:
        return lambda x: (law.cdf(x) - law.cdf(low)) / (law.cdf(high) - law.cdf(low))
    return lambda x: (law.sf(low) - law.sf(x)) / (law.sf(low) - law.sf(high))


# The range, the distribution, scipy's law.
LAWS: list[tuple[dict[str, Any], dict[str, Any] | str, Any]] = [
    ({"number": [0.5, 5000]}, {"lognormal": {"median": 24, "sigma": 1.1}}, stats.lognorm(1.1, scale=24)),
    ({"number": [0, None]}, {"lognormal": {"median": 1, "sigma": 3}}, stats.lognorm(3, scale=1)),
    ({"number": [1, 1000]}, {"pareto": {"shape": 1.1, "scale": 0.001}}, stats.pareto(1.1, scale=0.001)),
    ({"number": [0, 1e11]}, {"pareto": {"shape": 0.7, "scale": 100}}, stats.pareto(0.7, scale=100)),
    ({"number": [None, 1e11]}, {"pareto": {"shape": 5, "scale": 0.5}}, stats.pareto(5, scale=0.5)),
    ({"number": [None, None], "decimals": 9}, {"normal": {"mean": 0, "stddev": 1}}, stats.norm()),
    ({"integer": [None, None]}, {"normal": {"mean": 1_000_000, "stddev": 15}}, stats.norm(1e6, 15)),
    ({"integer": [None, None]}, {"normal": {"mean": 0, "stddev": 1e17}}, stats.norm(0, 1e17)),
    ({"number": [6, 8], "decimals": 4}, {"normal": {"mean": 0, "stddev": 1}}, stats.norm()),
    ({"number": [30, 31], "decimals": 6}, {"normal": {"mean": 0, "stddev": 1}}, stats.norm()),
    ({"number": [-31, -30], "decimals": 6}, {"normal": {"mean": 0, "stddev": 1}}, stats.norm()),
    ({"integer": [0, None]}, {"exponential": 1.6}, stats.expon(scale=1.6)),
    ({"integer": [-10_000_000, 10_000_000]}, {"exponential": {"mean": 200_000}}, stats.expon(scale=2e5)),
    ({"number": [0, 1], "decimals": 8}, {"beta": {"alpha": 2, "beta": 5}}, stats.beta(2, 5)),
    ({"number": [0, 1], "decimals": 8}, {"beta": {"alpha": 0.3, "beta": 0.5}}, stats.beta(0.3, 0.5)),
    ({"integer": [0, 10**15 - 1]}, {"beta": {"alpha": 0.05, "beta": 1000}}, stats.beta(0.05, 1000, scale=1e15)),
    ({"number": [0, 100]}, {"triangular": 0}, stats.triang(0, scale=100.01)),
    ({"number": [0, 100]}, {"triangular": {"mode": 30}}, stats.triang(0.3, scale=100.01)),
    ({"number": [0, 100]}, {"triangular": 100}, stats.triang(1, scale=100.01)),
    ({"number": [None, None]}, {"histogram": {"0-10": 70, "10-100": 30}}, Steps([0, 10, 100], [0, 70, 100])),
    ({"number": [5, 50]}, {"histogram": {"10-100": 30, "0-10": 70}}, Steps([0, 10, 100], [0, 70, 100])),
    ({"number": [None, None]}, {"histogram": {"-20.5--10": 2, "3-3.25": 1, "3.25-7": 1}}, Steps([-20.5, -10, 3, 3.25, 7], [0, 2, 2, 3, 4])),
    ({"integer": [0, None]}, {"poisson": 1_000_000}, Whole(stats.poisson(1e6))),
    ({"integer": [1, 1_000_000]}, {"zipf": 0.5}, zipf(0.5, 1, 1_000_000)),
    ({"integer": [1, 1_000_000]}, {"zipf": 1}, zipf(1, 1, 1_000_000)),
    ({"integer": [50, 1_000_000]}, {"zipf": 1.2}, zipf(1.2, 50, 1_000_000)),
    ({"number": [-10, 10]}, "uniform", stats.uniform(-10, 20.01)),
    ({"decimal": ["0.01", "99.99"]}, {"exponential": 20}, stats.expon(scale=20)),
]


@pytest.mark.parametrize(("range_", "distribution", "law"), LAWS, ids=lambda value: str(value)[:60] if isinstance(value, dict) else "")
def test_a_distribution_is_scipys_cut_to_the_range(range_: dict[str, Any], distribution: Any, law: Any) -> None:
    it = number(**range_, distribution=distribution)
    grid = it.grid
    values, counts = np.unique(drawn(it), return_counts=True)
    assert grid.low <= values[0] <= values[-1] <= grid.low + (grid.cells - 1) * grid.step
    of_law, reached = below(law, grid), np.cumsum(counts) / DRAWS
    unit = float(grid.unit)
    over = np.abs(reached - of_law((values + grid.step) * unit)).max()
    under = np.abs(np.append(0, reached[:-1]) - of_law(values * unit)).max()
    assert max(over, under) * DRAWS**0.5 < SHARP


# Few values: each is as likely as it should be, those at the ends too.
FEW: list[tuple[dict[str, Any], dict[str, Any], Any]] = [
    ({"integer": [0, 10]}, {"normal": {"mean": 5, "stddev": 3}}, stats.norm(5, 3)),
    ({"integer": [0, 10]}, {"normal": {"mean": 0, "stddev": 3}}, stats.norm(0, 3)),
    ({"integer": [0, 10]}, {"normal": {"mean": 30, "stddev": 5}}, stats.norm(30, 5)),
    ({"integer": [1, 5]}, {"exponential": 1.6}, stats.expon(scale=1.6)),
    ({"integer": [0, 100], "step": 5}, {"exponential": 20}, stats.expon(scale=20)),
    ({"number": [0, 2], "step": 0.05}, {"lognormal": {"median": 0.5, "sigma": 0.7}}, stats.lognorm(0.7, scale=0.5)),
    ({"integer": [-5, 20]}, {"lognormal": {"median": 3, "sigma": 1}}, stats.lognorm(1, scale=3)),
    ({"integer": [-5, 20]}, {"pareto": {"shape": 2, "scale": 2.5}}, stats.pareto(2, scale=2.5)),
    ({"number": [0, 1]}, {"beta": {"alpha": 0.5, "beta": 0.5}}, stats.beta(0.5, 0.5, scale=1.01)),
    ({"integer": [0, 9]}, {"beta": {"alpha": 0.05, "beta": 0.05}}, stats.beta(0.05, 0.05, scale=10)),
    ({"integer": [1, 6]}, {"triangular": 6}, stats.triang(1, loc=1, scale=6)),
    ({"integer": [1, 6]}, {"triangular": 3}, stats.triang(0.4, loc=1, scale=6)),
    ({"integer": [0, None]}, {"histogram": {"0-10": 70, "10-100": 30}}, Steps([0, 10, 100], [0, 70, 100])),
    (
        {"integer": [3, 50]},
        {"histogram": {"0-2": 1, "3-10": 2, "20-22": 5, "40-60": 1}},
        Steps([3, 10, 20, 22, 40, 60], [0, 2, 2, 7, 7, 8]),
    ),
    ({"integer": [0, None]}, {"poisson": 3}, Whole(stats.poisson(3))),
    ({"integer": [2, 6]}, {"poisson": 3}, Whole(stats.poisson(3))),
    ({"integer": [20, 30]}, {"poisson": 3}, Whole(stats.poisson(3))),
    ({"integer": [0, 5]}, {"poisson": 300}, Whole(stats.poisson(300))),
    ({"integer": [1, 100]}, {"zipf": 1.05}, zipf(1.05, 1, 100)),
    ({"integer": [0, 3]}, {"zipf": 20}, zipf(20, 1, 3)),
]


@pytest.mark.parametrize(("range_", "distribution", "law"), FEW, ids=lambda value: str(value)[:60] if isinstance(value, dict) else "")
def test_each_value_is_as_likely_as_the_law_between_it_and_the_next(range_: dict[str, Any], distribution: Any, law: Any) -> None:
    it = number(**range_, distribution=distribution)
    grid = it.grid
    cells = np.arange(min(grid.cells, 1000))
    expected = np.diff(below(law, grid)(np.array([float(grid.begin + int(cell) * grid.width) for cell in [*cells, cells.size]])))
    seen = np.bincount((drawn(it) - grid.low) // grid.step, minlength=cells.size)
    assert seen.size == cells.size
    there = expected > 1e-12
    assert not seen[~there].any()
    assert deviation(seen[there], expected[there]) < 4


@pytest.mark.parametrize("kind", ["integer", "number", "decimal"])
def test_without_a_distribution_a_step_leaves_all_values_equally_likely(kind: str) -> None:
    it = number(**{kind: [-10, 90]}, step=5)
    seen = np.bincount((drawn(it) - it.grid.low) // it.grid.step, minlength=21)
    assert seen.size == 21
    assert deviation(seen, np.ones(21)) < 4


def test_a_bare_parameter_means_the_only_one() -> None:
    for kind, name in (("zipf", "exponent"), ("exponential", "mean"), ("poisson", "mean"), ("triangular", "mode")):
        assert number(integer=[1, 9], distribution={kind: 2}) == number(integer=[1, 9], distribution={kind: {name: 2.0}})


def test_an_open_end_is_where_the_law_or_64_bits_end() -> None:
    def ends(kind: str, range_: list[Any], distribution: Any, **more: Any) -> tuple[Any, Any]:
        grid = number(**{kind: range_}, distribution=distribution, **more).grid
        return Decimal(grid.low).scaleb(-grid.decimals), Decimal(grid.low + (grid.cells - 1) * grid.step).scaleb(-grid.decimals)

    assert ends("integer", [None, 7], {"exponential": 2}) == (0, 7)
    assert ends("integer", [None, None], {"normal": {"mean": 0, "stddev": 1}}) == (-(2**63), 2**63 - 1)
    assert ends("integer", [None, None], {"zipf": 2}) == (1, 2**63 - 1)
    assert ends("number", [None, 9], {"pareto": {"shape": 1, "scale": 0.125}}) == (Decimal("0.12"), 9)
    assert ends("number", [None, None], {"histogram": {"0-10": 1, "20-30": 1}}) == (0, Decimal("29.99"))
    assert ends("integer", [None, None], {"histogram": {"0.5-10": 1, "20-30": 1}}) == (0, 29)
    assert ends("integer", [3, None], {"normal": {"mean": 0, "stddev": 1}}, step=5) == (3, 2**63 - 5)


ANY: list[Any] = [
    {"normal": {"mean": 3, "stddev": 7}},
    {"lognormal": {"median": 10, "sigma": 2}},
    {"exponential": 5},
    {"pareto": {"shape": 0.5, "scale": 1}},
    {"beta": {"alpha": 0.4, "beta": 3}},
    {"histogram": {"0-5": 1, "7-1000000": 5}},
    {"poisson": 4},
    {"zipf": 1.3},
    None,
    "uniform",
]


@pytest.mark.parametrize("distribution", ANY, ids=str)
@examples(25)
@given(
    bounds=st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)).map(sorted)
    | st.tuples(st.integers(-20, 6), st.integers(7, 10**6)),
    ids=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=30),
    cut=st.integers(0, 30),
)
def test_a_value_depends_on_its_id_alone_and_lies_in_any_range(distribution: Any, bounds: Any, ids: list[int], cut: int) -> None:
    low, high = bounds
    try:
        it = number(integer=[low, high], distribution=distribution)
    except ValueError:
        assert high < 7 or low > 6  # nothing of the law lies there
        return
    some = np.array(ids, np.uint64)
    whole = drawn(it, ids=some)
    assert ((whole >= low) & (whole <= high)).all()
    assert whole.tolist() == drawn(it, ids=some[:cut]).tolist() + drawn(it, ids=some[cut:]).tolist()
    assert whole.tolist()[::-1] == drawn(it, ids=some[::-1].copy()).tolist()


def test_the_first_of_a_list_is_the_most_frequent_by_zipf() -> None:
    words = [f"w{rank}" for rank in range(1, 51)]
    some = chunk(list(range(DRAWS)))
    seen = Counter(texts(column(field(choice=words, distribution={"zipf": 1.1}), some)))
    assert deviation([seen[word] for word in words], np.arange(1, 51.0) ** -1.1) < 4
    spread = texts(column(field(choice=[None, "a", "b", "c"], distribution={"poisson": 2}), some))
    masses = stats.poisson(2).pmf([1, 2, 3, 4])
    assert deviation([spread.count(value) for value in (None, "a", "b", "c")], masses) < 4
