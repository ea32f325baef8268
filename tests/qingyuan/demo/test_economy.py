"""The economy: whole, fair, repeatable, different with another seed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from domain import codec
from domain.records import Case, Company, Right, Trade
from qingyuan.demo import crooked, crooked_fields, honest, honest_fields
from qingyuan.demo.economy import Economy, generate
from qingyuan.demo.places import PLACES

SUSPECT = {*crooked.SHARES, *crooked_fields.SHARES}
SEEDS = (7, 8, 2024)
BASES = {"baiji": "http://127.0.0.1:1001", "kuaixuan": "http://127.0.0.1:1002", "huoyuan": "http://127.0.0.1:1003"}


@pytest.fixture(scope="module", params=SEEDS)
def market(request: pytest.FixtureRequest) -> Economy:
    return generate(request.param)


def test_it_is_the_same_again_and_another_with_another_seed() -> None:
    assert generate(7).cases(BASES) == generate(7).cases(BASES)
    assert generate(7).rights == generate(7).rights
    first, second = ({case.listing.title for case in generate(seed).cases(BASES)} for seed in (7, 8))
    assert len(first & second) < len(first) / 10


def test_about_three_hundred_offers_half_of_them_ordinary(market: Economy) -> None:
    kinds = Counter(offer.type for offer in market.offers)
    assert 290 <= len(market.offers) <= 340
    assert 0.4 < kinds["unrelated"] / len(market.offers) < 0.55
    assert set(kinds) == {*SUSPECT, *honest.SHARES, *honest_fields.SHARES}
    assert 0.2 < sum(offer.suspected for offer in market.offers) / len(market.offers) < 0.35
    assert len({offer.key for offer in market.offers}) == len(market.offers)
    assert {offer.site for offer in market.offers} == set(BASES)


def test_labels_agree_with_who_wrote_the_offer(market: Economy) -> None:
    known = {right.id for right in market.rights}
    for offer in market.offers:
        assert offer.suspected == (offer.type in SUSPECT) == bool(offer.rights)
        assert set(offer.rights) <= known
        assert offer.why
        if offer.suspected:
            assert offer.shop.manner == "crooked"
            assert offer.source is not None
            assert offer.source.factory is not None


def test_every_right_is_infringed_and_defended_somewhere(market: Economy) -> None:
    infringed = {right for offer in market.offers for right in offer.rights}
    assert len(infringed) > 0.9 * len(market.rights)
    assert {mark.sort for mark in market.cast.marks} == {"invented", "common", "latin", "mixed"}


def test_a_detector_that_looks_for_the_sign_does_badly(market: Economy) -> None:
    """The honest look-alikes and the disguises are there for this."""
    signs = {right.id: right.sign for right in market.rights}
    flagged = right = 0
    for offer in market.offers:
        named = {number for number, sign in signs.items() if sign in offer.title}
        flagged += bool(named)
        right += bool(named & set(offer.rights))
    assert right / flagged < 0.5
    assert right / sum(offer.suspected for offer in market.offers) < 0.6


def test_price_alone_does_not_tell_either(market: Economy) -> None:
    cheap = [offer for offer in market.offers if offer.price is not None and offer.price < 60]
    assert sum(offer.suspected for offer in cheap) / len(cheap) < 0.4


def test_places_of_indications(market: Economy) -> None:
    for origin in market.cast.origins:
        assert all(PLACES[code].full.startswith(origin.area) for code in origin.inside)
        assert not any(PLACES[code].full.startswith(origin.area) for code in origin.outside)
        assert all(firm.place.full.startswith(origin.area) for firm in market.cast.growers[origin.id])
        ring = next(ring for ring in market.cast.rings if origin in ring.origins)
        assert not ring.factory.place.full.startswith(origin.area)


def test_careless_sellers_leave_their_traces(market: Economy) -> None:
    careless = [offer for offer in market.offers if offer.shop.manner == "careless"]
    assert any(offer.price is None for offer in careless)
    assert any("起" in offer.price_text for offer in careless)
    assert any(offer.flaws for offer in careless)
    assert any(offer.charset == "gbk" for offer in market.offers)


def test_rings_share_contacts_and_the_register_ties_some_to_their_source(market: Economy) -> None:
    edges = {(trade.supplier_uscc, trade.buyer_uscc) for trade in market.trades}
    for ring in market.cast.rings:
        assert len({shop.ref for shop in ring.shops}) >= 2
        first = ring.shops[0]
        for shop in ring.shops[1:]:
            shared = set(shop.contacts) & set(first.contacts)
            assert shared or shop.signature, "a shop of a ring that nothing leads back to"
        if ring.bond == "register":
            assert ring.stall.firm is not None
            assert (ring.factory.uscc, ring.stall.firm.uscc) in edges
            assert all((ring.stall.firm.uscc, firm.uscc) in edges for firm in ring.firms)
    findable = [offer.source.findable for offer in market.offers if offer.suspected and offer.source]
    assert 0.5 < sum(findable) / len(findable) < 1
    suppliers = Counter(supplier for supplier, _ in edges)
    assert suppliers.most_common(1)[0][0] == market.cast.box_maker.uscc


@pytest.mark.parametrize("seed", SEEDS)
def test_a_small_market_for_the_kill_test(seed: int) -> None:
    small = generate(seed, 0.1, browser_site=False)
    assert small.sites == ("baiji", "huoyuan")
    assert {offer.site for offer in small.offers} <= {"baiji", "huoyuan"}
    assert 20 <= len(small.offers) <= 40
    assert any(offer.suspected for offer in small.offers)


def test_scale_is_bounded() -> None:
    with pytest.raises(ValueError, match="scale"):
        generate(7, 0)


def test_nights_move_prices_and_take_offers_away() -> None:
    base, later = generate(7), generate(7, night=3)
    assert later.offers == generate(7, night=3).offers
    before = {offer.key: offer for offer in base.offers}
    gone = set(before) - {offer.key for offer in later.offers}
    moved = [offer for offer in later.offers if offer.price != before[offer.key].price]
    assert gone
    assert moved
    assert all(offer.title == before[offer.key].title for offer in later.offers)
    for offer in later.offers:
        assert all(picture.name in later.photographs for picture in offer.pictures)


def test_everything_written_is_read_back_by_the_strict_codec(tmp_path: Path) -> None:
    market = generate(7, 0.2)
    market.write(tmp_path, BASES)
    kinds: tuple[tuple[str, object], ...] = (
        ("rights", Right),
        ("companies", Company),
        ("trades", Trade),
        ("truth", Case),
    )
    for name, kind in kinds:
        lines = (tmp_path / f"{name}.jsonl").read_bytes().splitlines()
        assert lines
        for line in lines:
            codec.decode(line, kind)  # type: ignore[arg-type]
    for right in market.rights:
        for path in (*getattr(right, "logos", ()), *right.photos):
            assert (tmp_path / path).stat().st_size > 500
    truth = {
        json.loads(line)["id"]: json.loads(line) for line in (tmp_path / "truth.jsonl").read_text("utf-8").splitlines()
    }
    sources = [json.loads(line) for line in (tmp_path / "sources.jsonl").read_text("utf-8").splitlines()]
    assert {one["listing"] for one in sources} == {key for key, case in truth.items() if case["label"]["suspected"]}
    registered = {json.loads(line)["uscc"] for line in (tmp_path / "companies.jsonl").read_text("utf-8").splitlines()}
    assert all(set(one["sources"]) & registered for one in sources)
    assert {path.stem for path in (tmp_path / "platforms").iterdir()} == set(market.sites)
