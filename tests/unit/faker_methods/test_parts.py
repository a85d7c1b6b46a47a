"""Parts of a method that gives several values at once: of one draw, so that they belong together, and of Faker's law."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.grammar import Alternative, Digits, Shared, Sub, Words
from springhead.errors import FieldError
from springhead.faker_methods.generator import generator_of
from springhead.faker_methods.hole_steps import Sampler
from springhead.faker_methods.json_steps import cut
from springhead.faker_methods.parts import NAMES
from tests.unit.build import batch, field
from tests.unit.chi_square import deviation
from tests.unit.examples import examples
from tests.unit.records.build import all_rows, check_chunks

CARD = ("provider", "number", "expire", "security", "security_code", "owner")
PLACE = ("latitude", "longitude", "place", "country", "timezone")


def parts(method: str, *names: str | int, **more: Any) -> dict[str, Any]:
    """A field for each of these parts."""
    return {str(name): {"faker": method, "part": name, **more} for name in names}


def values(fields: dict[str, Any], size: int = 4096, **keys: Any) -> list[dict[str, Any]]:
    return [json.loads(row[0]) for row in all_rows(batch(fields, **keys), size)]


def of_faker(name: str) -> Any:
    """What a provider has by this name."""
    return next(getattr(each, name) for each in generator_of("en_US").providers if hasattr(each, name))


class TestCards:
    def test_number_provider_and_security_code_belong_together(self) -> None:
        cards = {card.name: card for card in of_faker("credit_card_types").values()}
        seen = set()
        for made in values(parts("credit_card_full", *CARD), records=2_000):
            card = cards[made["provider"]]
            assert len(made["number"]) == card.length
            assert any(re.match(prefix.replace("%", "[1-9]").replace("#", "[0-9]"), made["number"]) for prefix in card.prefixes)
            assert made["security"] == card.security_code
            assert len(made["security_code"]) == card.security_code_length
            assert re.fullmatch(r"(0[1-9]|1[0-2])/(2[6-9]|3[0-6])", made["expire"])
            assert " " in made["owner"]
            seen.add(made["provider"])
        assert seen == set(cards)

    def test_what_does_not_belong_together_is_independent(self) -> None:
        made = values(parts("credit_card_full", "owner", "security_code", "number"), records=20_000)
        for one, other in [("security_code", "number"), ("owner", "security_code"), ("owner", "number")]:
            pairs = Counter((hash(each[one][:3]) % 4, hash(each[other][-3:]) % 4) for each in made)
            rows, columns = ([sum(pairs[a, b] for b in range(4)) for a in range(4)], [sum(pairs[a, b] for a in range(4)) for b in range(4)])
            expected = [rows[a] * columns[b] / 20_000 for a in range(4) for b in range(4)]
            assert deviation([pairs[a, b] for a in range(4) for b in range(4)], expected) < 5

    def test_an_argument_chooses_the_network(self) -> None:
        for made in values(parts("credit_card_full", *CARD, **{"with": {"card_type": "amex"}})):
            assert (made["provider"], len(made["number"]), len(made["security_code"])) == ("American Express", 15, 4)

    def test_a_chinese_card_has_an_issuer(self) -> None:
        for made in values(parts("credit_card_full", "provider", "security", "issuer", locale="zh_CN"), records=100):
            assert {"UnionPay": "CVN2", "Visa": "CVV2", "Mastercard": "CVC2"}[made["provider"]] == made["security"]
            assert "银行" in made["issuer"]

    def test_the_whole_value_is_put_together_of_parts(self) -> None:
        for made in values({"card": {"faker": "credit_card_full"}}):
            assert re.fullmatch(r"[^\n]+\n[^\n]+\n[0-9]{12,19} [01][0-9]/[0-9]{2}\n(CVC|CVV|CID): [0-9]{3,4}\n", made["card"])


class TestTuplesAndMappings:
    def test_the_parts_of_a_place_are_those_of_one_place(self) -> None:
        known = set(of_faker("land_coords"))
        made = values({**parts("location_on_land", *PLACE), **parts("location_on_land", 0, 1, 2, 3, 4, "city")})
        for each in made:
            place = tuple(each[name] for name in PLACE)
            assert place in known
            assert tuple(each[str(number)] for number in range(5)) == place
            assert each["city"] == each["place"]
        assert len({each["place"] for each in made}) > 300

    def test_another_name_is_another_place(self) -> None:
        made = values(
            {"here": {"faker": "location_on_land", "part": "city"}, "there": {"faker": "location_on_land", "part": "city", "as": "there"}}
        )
        assert sum(each["here"] == each["there"] for each in made) < 10

    def test_other_arguments_or_another_locale_are_another_value(self) -> None:
        of = parts("local_latlng", "city") | {"de": {"faker": "local_latlng", "part": "country", "with": {"country_code": "DE"}}}
        assert {each["de"] for each in values(of)} == {"DE"}

    def test_a_currencys_code_and_name_belong_together(self) -> None:
        known = dict(of_faker("currencies"))
        for each in values(parts("currency", "code", "name")):
            assert known[each["code"]] == each["name"]

    def test_a_name_of_two_draws_is_cut_into_both(self) -> None:
        made = values(parts("passport_owner", "given_name", "surname"))
        assert len({(each["given_name"], each["surname"]) for each in made}) > 480
        assert not any('"' in text for each in made for text in each.values())

    def test_a_part_may_be_a_number_or_a_list(self) -> None:
        for each in values(parts("profile", "current_location", "website")):
            latitude, longitude = each["current_location"]
            assert -90 <= latitude <= 90
            assert -180 <= longitude <= 180
            assert 1 <= len(each["website"]) <= 4
            assert all(re.fullmatch(r"https?://\S+/", url) for url in each["website"])

    def test_what_only_a_pool_has_is_taken_of_the_pool(self) -> None:
        for each in values(parts("latlng", "latitude", "longitude"), records=50):
            assert all(isinstance(value, float) for value in each.values())


class TestProfiles:
    @pytest.mark.parametrize("method", ["profile", "simple_profile"])
    def test_a_name_and_the_sex_belong_together(self, method: str) -> None:
        made = values(parts(method, "name", "sex", "mail", "birthdate", "username", "address"), records=4_000)
        counts = Counter(each["sex"] for each in made)
        assert deviation([counts["F"], counts["M"]], [1, 1]) < 5
        titles = {title: {each["sex"] for each in made if each["name"].startswith(title)} for title in ("Mrs. ", "Mr. ")}
        assert titles == {"Mrs. ": {"F"}, "Mr. ": {"M"}}
        assert all("@" in each["mail"] and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", each["birthdate"]) for each in made)

    def test_an_argument_chooses_the_sex(self) -> None:
        assert {each["sex"] for each in values(parts("profile", "sex", **{"with": {"sex": "F"}}))} == {"F"}

    def test_all_of_fakers_parts_are_there(self) -> None:
        known = [*generator_of("en_US").profile()]
        assert [*values(parts("profile", *known), records=1)[0]] == known
        assert [*values(parts("simple_profile", *generator_of("en_US").simple_profile()), records=1)[0]]


def test_parts_in_two_locales_are_of_one_locale_each_as_likely_as_its_weight_says() -> None:
    of = parts("credit_card_full", "provider", "security", locale={"zh_CN": 3, "de_DE": 1})
    made = values(of, records=8_000)
    chinese = [
        each for each in made if each["provider"] in ("UnionPay", "Visa", "Mastercard") and each["security"] in ("CVN2", "CVV2", "CVC2")
    ]
    assert abs(len(chinese) / 8_000 - 0.75) < 0.02 + 0.03  # German cards have none of these codes
    assert all(each["security"] in ("CVC", "CVV", "CID") for each in made if each not in chinese)


def test_parts_in_objects_agree_and_each_element_of_an_array_is_a_scope_of_its_own() -> None:
    of = {
        "code": {"faker": "currency", "part": "code"},
        "in": {"object": {"name": {"faker": "currency", "part": "name"}}},
        "list": {"array": {"object": parts("currency", "code", "name")}, "length": 3},
    }
    known = dict(of_faker("currencies"))
    inside = set()
    for each in values(of):
        assert known[each["code"]] == each["in"]["name"]
        assert all(known[element["code"]] == element["name"] for element in each["list"])
        inside |= {element["code"] == each["code"] for element in each["list"]}
    assert False in inside


def test_per_a_field_the_value_is_the_same_for_ever() -> None:
    of = {"who": {"integer": [1, 20]}, **parts("credit_card_full", "number", "provider", per="who")}
    cards: dict[int, Any] = {}
    for each in [*values(of), *values(of, run_id="manual__1")]:
        assert cards.setdefault(each["who"], each) == each


@examples(15)
@given(st.permutations(range(5)), st.integers(1, 130))
def test_a_batch_of_parts_is_the_same_in_chunks_of_any_size_and_order(order: list[int], size: int) -> None:
    of = {
        **parts("credit_card_full", *CARD),
        **parts("location_on_land", *PLACE),
        **parts("profile", "name", "sex", locale=["de_DE", "en_US"]),
    }
    check_chunks(batch(of, records=130), size, order)


@examples(15)
@given(st.sets(st.sampled_from(CARD), min_size=1))
def test_other_parts_change_no_value(kept: set[str]) -> None:
    whole = values(parts("credit_card_full", *CARD), records=50)
    assert values(parts("credit_card_full", *sorted(kept)), records=50) == [{name: each[name] for name in sorted(kept)} for each in whole]


def test_a_method_without_part_has_the_values_it_always_had() -> None:
    alone = values({"money": {"faker": "currency"}}, records=50)
    assert values({"money": {"faker": "currency"}, **parts("currency", "code")}, records=50) == [
        {**each, "code": other["code"]} for each, other in zip(alone, values(parts("currency", "code"), records=50), strict=True)
    ]


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (
            {"faker": "credit_card_full", "part": "cvv"},
            "fields.x: Faker's 'credit_card_full' has no part 'cvv'; it has 'provider', 'owner', 'number', 'expire', 'security', 'security_code'",
        ),
        (
            {"faker": "location_on_land", "part": "lattitude"},
            "fields.x: Faker's 'location_on_land' has no part 'lattitude'; it has 'latitude', 'longitude', 'place', 'city', 'country', 'timezone', '0', '1', '2', "
            "'3', '4'. Did you mean 'latitude'?",
        ),
        (
            {"faker": "location_on_land", "part": 2, "with": {"coords_only": True}},
            "fields.x: Faker's 'location_on_land' has no part '2'; it has 'latitude', 'longitude', '0', '1'",
        ),
        ({"faker": "name", "part": "first"}, "fields.x: Faker's 'name' gives one value, which has no parts: leave out 'part'"),
        (
            {"faker": "simple_profile", "part": "job"},
            "fields.x: Faker's 'simple_profile' has no part 'job'; it has 'username', 'name', 'sex', 'address', 'mail', 'birthdate'",
        ),
    ],
)
def test_a_part_that_is_not_there_is_an_error_with_those_that_are(of: dict[str, Any], text: str) -> None:
    with pytest.raises(FieldError) as caught:
        values({"x": of})
    assert str(caught.value) == text
    assert caught.value.found[0][0][:3] == ("fields", "x", "part")


def test_explain_says_what_a_part_is_of() -> None:
    assert field(faker="currency", part="code").made() == "by kernels, a part of one value of 'currency'"


def test_every_named_part_is_there() -> None:
    for method, names in NAMES.items():
        locale = "fr_FR" if method == "department" else "en_US"
        assert set(values(parts(method, *names, locale=locale), records=1)[0]) == set(names)


class TestCut:
    def test_an_array_and_an_object_are_cut_where_their_parts_end(self) -> None:
        word = Words(("a", 'say \\"hi\\"', "new\\nline"))
        found = cut(('["', word, ' \\"x\\" ', Digits(2), '",', Digits(3), ',[1,"b,c"],{"d":2},true]'))
        assert found is not None
        sampler = {key: Sampler([Alternative(steps)]) for key, (_, steps) in found.items()}
        assert [form.value for form, _ in found.values()] == ["text", "number", "json", "json", "boolean"]
        assert found[2][1] == ('[1,"b,c"]',)
        assert found[0][1][0] == Shared(2_000_001, Words(("a", 'say "hi"', "new\nline")))
        assert set(sampler) == {0, 1, 2, 3, 4}
        found = cut(('{"k\\"ey":"', word, '","n":', Digits(1), "}"))
        assert found is not None
        assert list(found) == ['k"ey', "n"]

    @pytest.mark.parametrize(
        "steps",
        [
            ('["', Words(('a","b',)), '"]'),
            ("[", Words(('"a"', "1")), "]"),
            ('["a\\', Words(("n",)), '"]'),
            ('["', Sub((Alternative(('"',)),)), '"]'),
            ('{"', Words(("k",)), '":1}'),
            (Words(("[", "{")), "]"),
        ],
    )
    def test_where_a_draw_may_end_a_part_nothing_is_cut(self, steps: Any) -> None:
        assert cut(steps) is None
