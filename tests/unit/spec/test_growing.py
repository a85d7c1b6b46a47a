"""A population that grows, as its file says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from springhead.errors import SpecError
from springhead.spec import (
    find_entity,
)
from tests.unit.spec.conftest import Told, Write, orders


class TestGrowth:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (
                "count: {from: 5, by: 1}",
                "1:22 count.by: expected a rate such as 20/s, 1/3s, 500/m or 2/h, or date → rate; found the number 1",
            ),
            ("count: {from: 5}", "1:8 count: 'by' is required"),
            ("count: {from: -1, by: 1/h}", "1:15 count.from: must be at least 0; found the number -1"),
            ("count: {form: 5, by: 1/h, from: 1}", "1:9 count.form: unknown key 'form'; there are 'from', 'by'. Did you mean 'from'?"),
            (
                "count: {from: 5, by: {2026-02-01: 1/h, 2026-01-01: 2/h}}",
                "1:52 count.by.2026-01-01: 2026-01-01 is not after 2026-02-01: write the dates in their order",
            ),
            ("count: {from: 5, by: 1/h}\nas_of: 1999-12-31", "2:8 as_of: a population grows from 2000-01-01 on, or later"),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {zipf: 1.05}",
                "2:22 distribution.zipf: 'zipf' needs a fixed count, and this population grows: write uniform, or {recent: {exponential: {mean: 50}}}",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: round_robin",
                "2:15 distribution: 'round_robin' needs a fixed count, and this population grows: write uniform, or {recent: {exponential: {mean: 50}}}",
            ),
            (
                "count: 5\ndistribution: {recent: {zipf: 1.1}}",
                "2:24 distribution.recent: 'recent' goes with a population that grows, such as count: {from: 1000, by: 5/h}",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: recent",
                "2:15 distribution: recent needs a distribution of the age in members: write AGES",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: 5}",
                "2:24 distribution.recent: expected a distribution of the age in members, AGES; found the number 5",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: [9, 1]}",
                "2:24 distribution.recent: min 9 is above max 1",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: [9]}",
                "2:24 distribution.recent: expected two ages in members, [min, max], 0 (the newest) … 1,000,000,000; found a list of 1",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: [-1, 9]}",
                "2:24 distribution.recent: expected two ages in members, [min, max], 0 (the newest) … 1,000,000,000; found the number -1 in it",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: {exponental: 1}}",
                "2:25 distribution.recent.exponental: unknown distribution 'exponental' of an age; there are 'exponential', 'zipf', and [min, max]. "
                "Did you mean 'exponential'?",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: {exponential: {mean: 0.0001}}}",
                "2:45 distribution.recent.exponential.mean: expected the mean age in members, 0.001 … 1,000,000,000; found the number 0.0001",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: {exponential: {median: 4}}}",
                "2:39 distribution.recent.exponential.median: unknown key 'median'; exponential has 'mean'. Did you mean 'mean'?",
            ),
            (
                "count: {from: 5, by: 1/h}\ndistribution: {recent: {zipf: 0}}",
                "2:31 distribution.recent.zipf: must be at least 0.01; found the number 0",
            ),
        ],
    )
    def test_what_is_wrong_has_its_place(self, wrong: Told, text: str, problem: str) -> None:
        ages = "{recent: {exponential: {mean: 50}}}, {recent: {zipf: 1.1}} or {recent: [0, 99]}"
        assert wrong(f"{text}\nfields: {{a: {{uuid: 4}}}}") == [problem.replace("AGES", ages)]

    @pytest.mark.parametrize("ages", ["{exponential: 50}", "{exponential: {mean: 50}}"])
    def test_a_mean_may_stand_bare(self, write: Write, ages: str) -> None:
        write(users=f"count: {{from: 5, by: 1/h}}\ndistribution: {{recent: {ages}}}\nfields: {{a: {{uuid: 4}}}}")
        assert find_entity("users").distribution == {"recent": {"exponential": 50.0}}

    @pytest.mark.parametrize(
        ("first", "distribution"), [(0, "uniform"), (0, "{recent: {zipf: 1.1}}"), (9, "{recent: [9, 20]}"), (3, "{recent: [9, 20]}")]
    )
    def test_where_there_may_be_no_member_yet_a_reference_may_be_null_and_is_no_key(
        self, write: Write, folder: Path, first: int, distribution: str
    ) -> None:
        write(users=f"count: {{from: {first}, by: 1/h}}\ndistribution: {distribution}\nfields: {{id: {{uuid: 4}}}}")
        with pytest.raises(SpecError, match="3:6 key: a key cannot be null, and the field 'u' may be"):
            orders(folder, "fields: {u: {ref: users.id}}\nkey: '{u}'\n")
        write(users=f"count: {{from: {first + 1}, by: 1/h}}\ndistribution: {distribution}\nfields: {{id: {{uuid: 4}}}}")
        if first != 3:
            assert orders(folder, "fields: {u: {ref: users.id}}\nkey: '{u}'\n").key is not None

    def test_the_records_of_each_are_there_so_that_a_key_over_them_is_one(self, write: Write, folder: Path) -> None:
        write(users="count: {from: 0, by: 1/h}\nkey: id\nfields: {id: {uuid: 4}}")
        assert orders(folder, "each: users\nfields: {id: {ref: users.id}}\n").with_variant(None).key is not None
        with pytest.raises(SpecError, match="a key cannot be null"):
            orders(folder, "each: users\nfields: {id: {ref: users.id, as: friend}}\nkey: '{id}'\n")

    def test_per_needs_a_population_that_stays(self, write: Write, wrong_stream: Told) -> None:
        write(users="count: {from: 5, by: 1/h}\nfields: {id: {uuid: 4}}")
        assert wrong_stream("{ref: users.id, per: _number}") == [
            "3:26 fields.x.per: 'per' gives the same member for ever, and 'users' grows, so that there would be others to draw from: leave 'per' out, "
            "or refer to a population of a fixed count"
        ]
