"""Errors of distributions, steps and decimals: each in the language's own words, at its place."""

from __future__ import annotations

import pytest

from tests.unit.spec.conftest import Problems

LAWS = "'uniform', 'triangular', 'histogram', 'normal', 'lognormal', 'exponential', 'pareto', 'beta', 'poisson', 'zipf'"


class TestDistributions:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            (
                "{integer: [0, 9], distribution: nromal}",
                f"3:37 fields.x.distribution: unknown distribution 'nromal'; there are {LAWS}. Did you mean 'normal'?",
            ),
            (
                "{integer: [0, 9], distribution: normal}",
                "3:37 fields.x.distribution: normal needs its parameters: write {normal: {mean: 170, stddev: 8}}",
            ),
            (
                "{integer: [0, 9], distribution: 5}",
                "3:37 fields.x.distribution: expected a distribution, such as {normal: {mean: 5, stddev: 1}} or {zipf: 1.05}; found the number 5",
            ),
            (
                "{integer: [0, 9], distribution: {}}",
                "3:37 fields.x.distribution: expected a distribution, such as {normal: {mean: 5, stddev: 1}} or {zipf: 1.05}; found a mapping",
            ),
            (
                "{integer: [0, 9], distribution: {nromal: {mean: 1, stddev: 1}}}",
                f"3:38 fields.x.distribution.nromal: unknown distribution 'nromal'; there are {LAWS}. Did you mean 'normal'?",
            ),
            (
                "{integer: [0, 9], distribution: {zipf: 1, poisson: 2}}",
                "3:47 fields.x.distribution.poisson: two distributions in one mapping, 'zipf', 'poisson': there is one",
            ),
            (
                "{integer: [0, 9], distribution: {uniform: {}}}",
                "3:38 fields.x.distribution.uniform: 'uniform' takes no parameter: write it bare",
            ),
            (
                "{integer: [0, 9], distribution: {normal: 5}}",
                "3:46 fields.x.distribution.normal: normal has the parameters 'mean', 'stddev': write {normal: {mean: 170, stddev: 8}}",
            ),
            ("{integer: [0, 9], distribution: {normal: {mean: 5}}}", "3:46 fields.x.distribution.normal: 'stddev' is required"),
            (
                "{integer: [0, 9], distribution: {normal: {mean: 5, stdev: 1}}}",
                "3:56 fields.x.distribution.normal.stdev: unknown key 'stdev'; normal has 'mean', 'stddev'. Did you mean 'stddev'?",
            ),
            (
                "{integer: [0, 9], distribution: {normal: {mean: 5, stddev: 0}}}",
                "3:64 fields.x.distribution.normal.stddev: must be at least 1e-15; found the number 0",
            ),
            (
                '{integer: [0, 9], distribution: {normal: {mean: "5", stddev: 1}}}',
                '3:53 fields.x.distribution.normal.mean: expected a number; found the text "5"',
            ),
            ("{integer: [0, 9], distribution: {zipf: 0}}", "3:44 fields.x.distribution.zipf: must be at least 0.01; found the number 0"),
            (
                "{integer: [0, 9], distribution: {zipf: {exponent: 21}}}",
                "3:55 fields.x.distribution.zipf.exponent: must be at most 20; found the number 21",
            ),
            ("{integer: [0, 9], distribution: {zipf: x}}", '3:44 fields.x.distribution.zipf: expected a number; found the text "x"'),
            (
                "{integer: [0, 9], distribution: {poisson: 2000000}}",
                "3:47 fields.x.distribution.poisson: must be at most 1,000,000; found the number 2000000",
            ),
            (
                "{integer: [0, 9], distribution: {lognormal: {median: 1, sigma: 30}}}",
                "3:68 fields.x.distribution.lognormal.sigma: must be at most 20; found the number 30",
            ),
            (
                "{integer: [0, 9], distribution: {beta: {alpha: 0.01, beta: 1}}}",
                "3:52 fields.x.distribution.beta.alpha: must be at least 0.05; found the number 0.01",
            ),
            (
                "{integer: [0, 9], distribution: {histogram: 5}}",
                '3:49 fields.x.distribution.histogram: expected buckets with their weights, such as {"0-10": 70, "10-100": 30}; found the number 5',
            ),
            ("{integer: [0, 9], distribution: {histogram: {}}}", "3:49 fields.x.distribution.histogram: is empty: give at least one"),
            (
                '{integer: [0, 9], distribution: {histogram: {"0-5": 0}}}',
                "3:57 fields.x.distribution.histogram.0-5: expected a weight, a number above 0; found the number 0",
            ),
            (
                '{integer: [0, 9], distribution: {histogram: {"5-0": 1}}}',
                "3:50 fields.x.distribution.histogram.5-0: the bucket '5-0' ends at 0, which is not above 5",
            ),
            (
                '{integer: [0, 9], distribution: {histogram: {"a-b": 1}}}',
                '3:50 fields.x.distribution.histogram.a-b: expected a bucket such as "0-10", "0.5-2" or "-20--10"; found the text "a-b"',
            ),
            (
                "{integer: [0, 9], distribution: {histogram: {5: 1}}}",
                '3:50 fields.x.distribution.histogram.5: expected a bucket such as "0-10", "0.5-2" or "-20--10"; found the number 5',
            ),
            (
                '{integer: [0, 9], distribution: {histogram: {"0-5": 1, "4-6": 1}}}',
                "3:60 fields.x.distribution.histogram.4-6: the bucket '4-6' begins before '0-5' ends",
            ),
        ],
    )
    def test_its_name_and_parameters_are_checked(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem]


class TestRanges:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            ("{integer: [0, 9], distribution: {triangular: 10}}", "3:50 fields.x.distribution.triangular: the mode 10 is not in [0, 9]"),
            (
                "{integer: [0, 9], distribution: {triangular: {mode: -1}}}",
                "3:57 fields.x.distribution.triangular.mode: the mode -1 is not in [0, 9]",
            ),
            (
                '{integer: [0, 9], distribution: {histogram: {"10-20": 1}}}',
                "3:49 fields.x.distribution.histogram: no bucket reaches into the range [0, 9]",
            ),
            (
                "{integer: [-5, -1], distribution: {exponential: 2}}",
                "3:53 fields.x.distribution.exponential: there is nothing of exponential below 0, and the range [-5, -1] lies there",
            ),
            (
                "{integer: [null, -1], distribution: {exponential: 2}}",
                "3:55 fields.x.distribution.exponential: there is nothing of exponential below 0, and max is -1",
            ),
            (
                '{integer: [100, null], distribution: {histogram: {"10-20": 1}}}',
                "3:54 fields.x.distribution.histogram: there is nothing of histogram from 20 on, and min is 100",
            ),
            (
                "{number: [0, 9.99], distribution: {pareto: {shape: 1, scale: 10}}}",
                "3:48 fields.x.distribution.pareto: there is nothing of pareto below 10, and the range [0, 9.99] lies there",
            ),
            (
                "{integer: [-9, 0], distribution: {zipf: 1.1}}",
                "3:45 fields.x.distribution.zipf: there is nothing of zipf below 1, and the range [-9, 0] lies there",
            ),
            (
                "{integer: [0, null]}",
                "3:15 fields.x.integer: an open end needs a distribution that has an end there, or none: give both min and max, or a distribution such as {exponential: 20}",
            ),
            (
                "{integer: [0, null], distribution: uniform}",
                "3:15 fields.x.integer: uniform lies between two ends: give both min and max, or a distribution such as {exponential: 20}",
            ),
            (
                "{number: [null, 5], distribution: {beta: {alpha: 1, beta: 1}}}",
                "3:14 fields.x.number: beta lies between two ends: give both min and max, or a distribution such as {exponential: 20}",
            ),
            (
                "{number: [0, 9], distribution: {poisson: 3}}",
                "3:46 fields.x.distribution.poisson: poisson gives whole numbers: use {integer: [min, max], distribution: {poisson: {mean: 3}}}",
            ),
            (
                "{integer: [0, 10], step: 5, distribution: {poisson: 3}}",
                "3:24 fields.x.step: poisson gives whole numbers one by one: leave 'step' out",
            ),
            (
                "{choice: {a: 1}, distribution: {zipf: 1}}",
                "3:22 fields.x.distribution: a distribution is over the places in a list, and here are weights: leave one of the two out",
            ),
            (
                "{choice: [a, b], distribution: {pareto: {shape: 1, scale: 3}}}",
                "3:45 fields.x.distribution.pareto: there is nothing of pareto below 3, and the range [1, 2] lies there",
            ),
            ("{choice: [a, b], distribution: {triangular: 3}}", "3:49 fields.x.distribution.triangular: the mode 3 is not in [1, 2]"),
        ],
    )
    def test_it_fits_into_the_range(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem]


class TestGrids:
    @pytest.mark.parametrize(
        ("field", "problem"),
        [
            ("{integer: [0, 9], step: 5}", "3:15 fields.x.integer: max 9 is not a whole number of steps of 5 above 0: write 5"),
            ("{integer: [0, 9], step: 0}", "3:29 fields.x.step: must be at least 1; found the number 0"),
            ("{number: [0, 9], step: 0.005}", "3:28 fields.x.step: 0.005 has more than 2 decimals: set decimals: 3"),
            (
                "{number: [0, 9.99], step: 0.05}",
                "3:14 fields.x.number: max 9.99 is not a whole number of steps of 0.05 above 0: write 9.95",
            ),
            ("{number: [0, 9], step: 0}", "3:28 fields.x.step: must be above 0; found the number 0"),
            ("{decimal: 5}", "3:15 fields.x.decimal: expected [min, max], two decimals, both included; found the number 5"),
            (
                "{decimal: [1, x]}",
                '3:15 fields.x.decimal: expected [min, max], two decimals such as 0.50 or "0.50", both included; found the text "x" in it',
            ),
            ('{decimal: ["2", "1.5"]}', "3:15 fields.x.decimal: min 2 is above max 1.5"),
            ('{decimal: ["0.005", 1]}', "3:15 fields.x.decimal: 0.005 has more than 2 decimals: set decimals: 3"),
            ("{decimal: [0, 1], decimals: 19}", "3:33 fields.x.decimals: must be at most 18; found the number 19"),
        ],
    )
    def test_bounds_and_steps_lie_on_the_grid(self, field_problems: Problems, field: str, problem: str) -> None:
        assert field_problems(field) == [problem]


class TestAmounts:
    @pytest.mark.parametrize(
        ("length", "problem"),
        [
            (
                "length: {poison: 3}",
                f"3:33 fields.x.length.poison: unknown distribution 'poison'; there are {LAWS}. Did you mean 'poisson'?",
            ),
            (
                "length: {min: 3}",
                "3:32 fields.x.length: expected a distribution, such as {normal: {mean: 5, stddev: 1}} or {zipf: 1.05}; found a mapping",
            ),
            (
                "length: {poisson: 3, min: -1}",
                "3:50 fields.x.length.min: expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found the number -1",
            ),
            (
                "length: {poisson: 3, max: 10001}",
                "3:50 fields.x.length.max: expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found the number 10001",
            ),
            (
                "length: {poisson: 3, max: 2m}",
                '3:50 fields.x.length.max: expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found the text "2m"',
            ),
            ("length: {uniform: 3}", "3:33 fields.x.length.uniform: 'uniform' takes no parameter: write it bare"),
            ("length: {beta: {alpha: 1, beta: 2}, min: 1}", "3:39 fields.x.length.beta: beta lies between two ends: give 'max' beside it"),
            (
                "length: {zipf: 1.1, max: 0}",
                "3:39 fields.x.length.zipf: there is nothing of zipf between its bounds: change 'min' or 'max'",
            ),
            ("length: {exponential: 2, min: 5, max: 4}", "3:54 fields.x.length.min: 'min' is above 'max'"),
            ("length: {triangular: 9, min: 1, max: 5}", "3:45 fields.x.length.triangular: the mode is not between 'min' and 'max'"),
            (
                "length: {zipf: 1.1, mx: 5}",
                "3:44 fields.x.length.mx: unknown key 'mx'; beside a distribution stand 'min', 'max'. Did you mean 'max'?",
            ),
            (
                "length: [1, 2, 3]",
                "3:32 fields.x.length: expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found a list of 3",
            ),
        ],
    )
    def test_the_length_of_an_array_is_a_number_a_range_or_a_distribution(
        self, field_problems: Problems, length: str, problem: str
    ) -> None:
        assert field_problems(f"{{array: {{uuid: 4}}, {length}}}") == [problem]

    @pytest.mark.parametrize(
        ("delay", "problem"),
        [
            (
                "{zipf: 1.1, max: 1h}",
                "4:26 late.0.by.zipf: 'zipf' gives no durations; there are 'triangular', 'normal', 'lognormal', 'exponential', 'pareto', 'beta'",
            ),
            ("{lognormal: {median: 2m, sigma: 1}}", "4:37 late.0.by.lognormal: lognormal has no end: give 'max' beside it"),
            (
                "{lognormal: {median: 2, sigma: 1}, max: 1h}",
                "4:46 late.0.by.lognormal.median: expected a duration such as 250ms, 3s, 5m, 1h or 2d, or [min, max]; found the number 2",
            ),
            ("{lognormal: {median: 2m, sigma: x}, max: 1h}", '4:57 late.0.by.lognormal.sigma: expected a number; found the text "x"'),
            (
                "{lognormal: {median: 2m, sigma: 1}, max: 5}",
                "4:66 late.0.by.max: expected a duration such as 250ms, 3s, 5m, 1h or 2d, or [min, max]; found the number 5",
            ),
            (
                "{exponential: 20, max: 1h}",
                "4:39 late.0.by.exponential: expected a duration such as 250ms, 3s, 5m, 1h or 2d, or [min, max]; found the number 20",
            ),
            ("{exponential: 0s, max: 1h}", "4:39 late.0.by.exponential: '0s' has no length: it must be above 0"),
            (
                "{pareto: {shape: 1, scale: 2h}, max: 1h}",
                "4:34 late.0.by.pareto: there is nothing of pareto between its bounds: change 'min' or 'max'",
            ),
            (
                "{normal: {mean: -5m, stddev: 1m}, max: 1h}",
                "4:41 late.0.by.normal.mean: '-5m' is not a duration: write a whole number and ms, s, m, h or d, such as 250ms, 3s, 5m, 1h or 2d",
            ),
            (
                '{histogram: {"1-2": 1}, max: 1h}',
                "4:26 late.0.by.histogram: 'histogram' gives no durations; there are 'triangular', 'normal', 'lognormal', 'exponential', 'pareto', 'beta'",
            ),
            ("{beta: {alpha: 1, beta: 2}, max: 1h}", "4:32 late.0.by.beta: beta lies between two ends: give 'min' beside it"),
        ],
    )
    def test_a_delay_is_a_duration_a_range_or_a_distribution_with_an_end(self, problems: Problems, delay: str, problem: str) -> None:
        assert problems(f"topic: t\nfields: {{id: {{uuid: 4}}}}\nrate: 1/s\nlate: [{{share: 0.1, by: {delay}}}]\n") == [problem]
