"""Pictures in the verdict: what a logo or a photo adds to a text, and that both can be shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detection.model import Head, Term, shipped
from detection.pictures.register import Sighting
from detection.pictures.shown import Shown
from detection.screener import Assessment, Screener
from detection.training import sightings
from detection.training.rows import Table
from domain.records import Authorised, Listing, Region, Seller, Trademark
from tests.detection.market import listing

BOX = Region(x=10, y=20, width=30, height=40)
LOGO = Sighting(logo=0.97, logo_path="logo.png", logo_region=BOX)
PHOTO = Sighting(photo=0.97, photo_path="photo.jpg", photo_region=BOX)
USER = Authorised(name="晴川数码专营店", company="晴川数码有限公司")
MARK = Trademark(
    id="qc", sign="晴川", classes=(9,), goods=("充电线", "耳机"), holder="晴川数码有限公司", authorised=(USER,)
)
SCREENER = Screener([MARK], shipped())


def seen(offer: Listing, sighting: Sighting | None) -> Assessment:
    shown = {offer.key: Shown({MARK.id: sighting})} if sighting is not None else {}
    ((_, (found,)),) = SCREENER.assess_many([offer], shown)
    return found


def test_a_logo_belies_what_is_said_only_to_fit() -> None:
    offer = listing("适用晴川手机的充电线 快充加长")
    plain, with_logo = seen(offer, None), seen(offer, LOGO)
    assert with_logo.score > plain.score
    (signal,) = (one for one in with_logo.signals if one.name == "belied")
    assert signal.region == BOX and signal.right_value == "logo.png" and "适用" in signal.detail
    assert "logo_seen" not in with_logo.values  # it is said once


def test_a_logo_confirms_what_is_written_otherwise() -> None:
    offer = listing("睛川耳机 入耳式")
    assert seen(offer, LOGO).score > seen(offer, None).score and "belied" in seen(offer, LOGO).values


def test_a_logo_beside_the_plain_name_is_shown_though_it_says_little() -> None:
    offer = listing("晴川耳机 入耳式")
    found = seen(offer, LOGO)
    (signal,) = (one for one in found.signals if one.name == "logo_seen")
    assert signal.region == BOX and "belied" not in found.values
    assert 0 <= signal.score < 0.5


def test_a_genuine_photo_speaks_for_an_authorised_seller() -> None:
    offer = replace(listing("晴川耳机 入耳式"), seller=Seller(name=USER.name, company=USER.company))
    plain, with_photo = seen(offer, None), seen(offer, PHOTO)
    assert with_photo.score < plain.score and with_photo.tier is None
    (signal,) = (one for one in with_photo.signals if one.name == "photo_genuine")
    assert signal.score < 0 and signal.region == BOX
    assert "photo_copied" not in with_photo.values


def test_reasons_come_with_what_can_be_pointed_at_first() -> None:
    signals = seen(listing("晴川耳机 高仿一比一 拍前问客服"), LOGO).signals
    ways = [(one.score > 0) - (one.score < 0) for one in signals]
    assert ways == sorted(ways, reverse=True)
    for way in (1, -1):
        names = [one.name for one, sign in zip(signals, ways, strict=True) if sign == way]
        assert "manner" not in names[:-1]
    assert "manner" in [one.name for one in signals]


@pytest.fixture
def table() -> Table:
    """Rows in which the logo decides between listings alike in text: suspected four in five with it, one in five
    without; and written rows, which have no pictures and say otherwise."""
    columns = ("identity", "logo_seen", "photo_copied", "unnamed", "belied")
    rows, truth = [], []
    for logo, suspected in ((0.9, 80), (0.0, 20)):
        for number in range(100):
            rows.append([1.0, logo, 0.0, 0.0, 0.0])
            truth.append(number < suspected)
    generated = len(rows)
    rows += [[1.0, 0.0, 0.0, 0.0, 0.0]] * 50
    truth += [True] * 50
    size = len(rows)
    origin = np.where(np.arange(size) < generated, 0, 1)
    blank = np.full(size, "", object)
    return Table(columns, np.array(rows), np.array(truth), origin, blank, blank)


def test_what_pictures_add_is_learned_from_generated_rows(table: Table) -> None:
    """log(4) above without, -log(4) without: the logo adds 2 log 4, whatever the text's part is off by."""
    flat = Head(0.7, {"identity": Term((0.5,), (0.0, 0.4))}, {"高": 0.9, "中": 0.7, "低": 0.5})
    learned = sightings.learn(table, flat)
    assert learned["logo_seen"].at(0.9) == pytest.approx(2 * np.log(4), abs=0.05)
    assert learned["logo_seen"].at(0.5) == 0
    assert all(learned[name].at(0.99) == 0 for name in ("photo_copied", "unnamed", "belied"))


def test_pictures_never_lower_a_score(table: Table) -> None:
    upside_down = replace(table, truth=np.where(table.written, table.truth, ~table.truth))
    assert sightings.learn(upside_down, Head(0.0, {}, {"高": 0.9, "中": 0.7, "低": 0.5}))["logo_seen"].at(0.9) == 0
