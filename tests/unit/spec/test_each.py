"""`each`: a record for each member of an entity."""

from __future__ import annotations

from pathlib import Path

import pytest

from springhead.errors import SpecError
from springhead.spec import (
    spec_keys,
)
from tests.unit.spec.conftest import CUSTOMERS, Write, orders


class TestEach:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("each: customer", "2:7 each: no entity 'customer' in entities; there are 'countries', 'customers'. Did you mean 'customers'?"),
            ("every: 5s", "2:8 every: goes with 'each', an entity whose members report: write each: sensors"),
            (
                "each: customers\nevery: 0s",
                "3:8 every: a duration of 0 is none: write how much time there is between two records of a member, such as 10s",
            ),
            (
                "each: customers\nrecords: 5",
                "3:10 records: the stream has 'each', which says how many records there are: leave 'records' out",
            ),
            ("each: customers\nrate: 5/s", "3:7 rate: the stream has 'each', which says how many records there are: leave 'rate' out"),
            (
                "each: customers\nvariants: {v: {records: 5}}",
                "3:25 variants.v.records: the stream has 'each', which says how many records there are: leave 'records' out",
            ),
            (
                "each: users\nevery: 5s",
                "3:8 every: members of 'users', which grows, that report again and again are not available yet: leave 'every' out",
            ),
            (
                "each: users\nprofile: {hours: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]}",
                "3:10 profile: the records are the members of 'users' that are born, at the times of their births: leave 'profile' out",
            ),
            (
                "each: users\nlate: [{share: 0.1, by: 5m}]",
                "3:7 late: the records are the members of 'users' that are born, at the times of their births: leave 'late' out",
            ),
            (
                "each: users\nvariants: {v: {late: [{share: 0.1, by: 5m}]}}",
                "3:22 variants.v.late: the records are the members of 'users' that are born, at the times of their births: leave 'late' out",
            ),
            ("each: crowd", "2:7 each: 'crowd' has 100,000,001 members, and a batch at most 100,000,000 records"),
        ],
    )
    def test_what_is_wrong_with_it_has_its_place(self, write: Write, folder: Path, text: str, problem: str) -> None:
        if "users" in text:
            write(users="count: {from: 5, by: 1/h}\nfields: {a: {uuid: 4}}\n")
        if "crowd" in text:
            write(crowd="count: 100000001\nfields: {a: {uuid: 4}}\n")
        with pytest.raises(SpecError) as caught:
            orders(folder, f"{text}\nfields: {{a: {{uuid: 4}}}}\n")
        assert [f"{one.line}:{one.column} {one.path}: {one.message}" for one in caught.value.problems] == [problem]

    def test_a_changed_population_is_a_changed_spec(self, write: Write, folder: Path) -> None:
        text = "each: customers\nfields: {a: {uuid: 4}}\n"
        before = spec_keys(orders(folder, text).with_variant(None))
        write(customers=CUSTOMERS.replace("1000", "1001"))
        after = spec_keys(orders(folder, text).with_variant(None))
        assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == {"records", "entities.customers.count"}
