"""Each pack is whole: its streams are good, what they say belongs together, and its page shows them as they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dev.pictures import PACKS, picture
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.spec import STREAMS_DIR, load_stream, load_streams
from springhead.topic_facts import TopicFacts
from tests.unit.build import rows

FILES = sorted(PACKS.glob("*/*.yaml"))
AFTERNOON = Interval.parse("2026-03-03T15:00Z/PT15M")  # a Tuesday, the exchange is open


def found(name: str, count: int = 300, interval: Interval = AFTERNOON) -> list[tuple[Any, bytes | None]]:
    """(value, key) of a stream's first records."""
    path = next(path for path in FILES if path.stem == name)
    batch = Batch.of(Request(load_stream(path), interval), TopicFacts(partitions=6))
    made = Press(batch).records(range(min(count, batch.records)))
    text = name == "access_log"
    return [((value or b"").decode() if text else json.loads(value or b""), key) for value, key, *_ in rows(made)]


def values(name: str, count: int = 300, interval: Interval = AFTERNOON) -> list[Any]:
    return [value for value, _ in found(name, count, interval)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_stream_is_good_and_makes_records_with_their_keys(path: Path) -> None:
    made = found(path.stem, 50)
    assert len(made) >= 26
    assert all(key for _, key in made)


def test_packs_are_off_until_they_are_asked_for() -> None:
    streams, errors = load_streams(STREAMS_DIR)
    assert not errors
    assert not {path.stem for path in FILES} & set(streams)
    switched_on, errors = load_streams(PACKS / "shop")
    assert not errors
    assert len(switched_on) == 5


def test_no_two_streams_have_a_name_and_no_two_packs_a_topic() -> None:
    everything = [*FILES, *STREAMS_DIR.glob("*.yaml")]
    assert len({path.stem for path in everything}) == len(everything)
    topics = [load_stream(path).topic for path in FILES]
    assert len(set(topics)) == len(topics)


@pytest.mark.parametrize("pack", sorted(path.parent for path in PACKS.glob("*/README.md")), ids=lambda pack: pack.name)
def test_the_page_of_a_pack_has_the_picture_that_its_streams_have(pack: Path) -> None:
    assert picture(pack) in (pack / "README.md").read_text(encoding="utf-8"), "run `python -m dev.pictures`"
    assert f"({pack.name}/README.md)" in (PACKS / "README.md").read_text(encoding="utf-8")


class TestShop:
    def test_payment_k_is_for_order_k_by_its_customer_at_its_time(self) -> None:
        orders, payments = values("shop_orders"), values("shop_payments")
        told = [(each["order"], each["at"], each["customer"]["id"]) for each in payments]
        assert told == [(each["id"], each["at"], each["customer"]["id"]) for each in orders]

    def test_a_line_is_of_one_product_and_products_have_one_price(self) -> None:
        goods = {each["sku"]: each for each in values("shop_products", 5_000)}
        for order in values("shop_orders"):
            assert 1 <= len(order["lines"]) <= 6
            for line in order["lines"]:
                assert {name: line[name] for name in ("name", "price")} == {name: goods[line["sku"]][name] for name in ("name", "price")}

    def test_a_card_is_there_where_it_pays_and_a_reason_where_it_was_declined(self) -> None:
        for payment in values("shop_payments", 2_000):
            assert (payment["method"] == "card") == (payment["card"] is not None) == (payment["network"] is not None)
            assert (payment["status"] == "declined") == ("reason" in payment)

    def test_a_search_has_a_query_and_a_view_a_product(self) -> None:
        for click in values("shop_clicks", 2_000):
            assert ("query" in click) == (click["event"] == "search")
            assert ("sku" in click) == ("category" in click) == (click["event"] in ("view", "add_to_cart", "remove_from_cart"))
            assert ("Windows" in click["user_agent"]) == (click["device"] == "desktop")

    def test_customers_have_names_of_their_country(self) -> None:
        vietnamese = [each["name"] for each in values("shop_customers", 500) if each["country"] == "VN"]
        assert sum(not name.isascii() for name in vietnamese) > 0.8 * len(vietnamese) > 80


class TestCards:
    def test_fraud_is_rare_and_larger(self) -> None:
        made = values("card_authorizations", 20_000, Interval.parse("2026-03-03T15:00Z/PT1H"))
        amounts: dict[bool, list[float]] = {True: [], False: []}
        for each in made:
            amounts[each["fraud"]].append(each["amount"])
        assert 40 < len(amounts[True]) < 130
        medians = {fraud: sorted(of)[len(of) // 2] for fraud, of in amounts.items()}
        assert medians[True] > 6 * medians[False]

    def test_a_customer_has_one_card_and_a_merchant_one_city(self) -> None:
        made = values("card_authorizations", 5_000)
        for keys, value in [(("customer",), ("card", "network")), (("merchant",), ("mcc", "city", "country", "currency", "category"))]:
            pairs = {(tuple(each[key] for key in keys), tuple(each[key] for key in value)) for each in made}
            assert len(pairs) == len({key for key, _ in pairs})


class TestSensors:
    def test_each_sensor_reports_once_a_minute(self) -> None:
        path = PACKS / "iot/iot_readings.yaml"
        stream = load_stream(path).model_copy(update={"late": (), "faults": load_stream(PACKS / "iot/iot_devices.yaml").faults})
        batch = Batch.of(Request(stream, Interval.parse("2026-03-03T15:00Z/PT1M")), TopicFacts(partitions=6))
        made = [json.loads(value or b"") for value, *_ in rows(Press(batch).records(range(batch.records)))]
        assert len(made) == len({each["id"] for each in made}) == 5_000

    def test_freezers_are_cold_and_have_a_door(self) -> None:
        kinds = {each["id"]: each["kind"] for each in values("iot_devices", 5_000)}
        for reading in values("iot_readings", 2_000):
            assert ("door" in reading) == (kinds[reading["id"]] == "freezer")
            assert kinds[reading["id"]] != "freezer" or reading["celsius"] < 0


class TestWeb:
    LINE = re.compile(
        r'(?P<host>[0-9.]+) - (?P<user>\S+) \[(?P<at>[^\]]+)\] "(?P<method>[A-Z]+) (?P<path>\S+) HTTP/[0-9.]+" (?P<status>[0-9]{3}) (?P<bytes>[0-9]+) '
        r'"(?P<referrer>[^"]*)" "(?P<agent>[^"]+)"'
    )

    def test_a_line_is_one_of_the_combined_format(self) -> None:
        for line in values("access_log", 2_000):
            parts = self.LINE.fullmatch(line)
            assert parts, line
            at = datetime.strptime(parts["at"], "%d/%b/%Y:%H:%M:%S %z")
            assert AFTERNOON.start <= at < AFTERNOON.end
            assert parts["status"] not in ("301", "302", "304") or int(parts["bytes"]) < 200


class TestStocks:
    def test_nothing_is_traded_while_the_exchange_is_closed(self) -> None:
        stream = load_stream(PACKS / "stocks/stock_trades.yaml")
        counts = {
            hour: Batch.of(Request(stream, Interval.parse(f"{hour}:00Z/PT1H"))).records
            for hour in ("2026-03-03T13", "2026-03-03T14", "2026-03-03T21", "2026-07-07T13", "2026-07-07T20", "2026-03-07T15")
        }
        assert [hour for hour, count in counts.items() if count] == ["2026-03-03T14", "2026-07-07T13"]  # EST and EDT; a Saturday

    def test_a_price_is_near_the_companys_own_and_a_quantity_is_of_whole_lots(self) -> None:
        lots = {each["symbol"]: each["lot"] for each in values("stock_listings", 26)}
        assert len(lots) == 26
        prices: dict[str, list[float]] = {}
        for trade in values("stock_trades", 3_000):
            assert trade["quantity"] % lots[trade["symbol"]] == 0
            prices.setdefault(trade["symbol"], []).append(trade["price"])
        assert all(max(of) < 1.13 * min(of) for of in prices.values())


class TestSocial:
    def test_texts_are_in_the_language_that_the_post_says(self) -> None:
        made = values("social_posts", 1_000)
        assert all(re.search("[぀-ヿ一-鿿]", each["text"]) for each in made if each["language"] == "ja")
        assert {each["place"]["country"] for each in made if each["place"]} > {"CN", "IN"}

    def test_mail_of_a_person_is_from_their_name(self) -> None:
        for mail in values("mail", 1_000):
            if mail["kind"] == "person":
                words = [re.sub("[^a-z]", "", word.lower()) for word in mail["name"].split()]
                assert any(word and word in mail["from"].partition("@")[0] for word in words), mail


class TestNexmark:
    def test_of_fifty_events_one_is_a_person_three_are_auctions_and_the_rest_are_bids(self) -> None:
        minute = Interval.parse("2026-03-03T15:00Z/PT1M")
        streams = {name: load_stream(PACKS / f"nexmark/nexmark_{name}.yaml") for name in ("person", "auction", "bid")}
        counts = {name: Batch.of(Request(stream, minute)).records for name, stream in streams.items()}
        assert counts == {"person": 60, "auction": 180, "bid": 2_760}

    def test_bids_go_to_auctions_that_have_just_opened(self) -> None:
        auctions = {each["id"]: each for each in values("nexmark_auction", 3_000)}
        first = min(auctions)
        counts = Counter(bid["auction"] for bid in values("nexmark_bid", 3_000))
        assert sum(count for auction, count in counts.items() if auction > first - 2_000) > 0.5 * counts.total()
        assert max(counts) < first + 400  # none that opens later
