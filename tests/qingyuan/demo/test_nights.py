"""What happens to the demo market from night to night, and to a site in trouble."""

from __future__ import annotations

import urllib.error
import urllib.request
from itertools import pairwise

import pytest

from qingyuan.demo import economy, servers


def keys(night: int) -> set[str]:
    return {offer.key for offer in economy.generate(seed=5, scale=0.3, browser_site=False, night=night).offers}


def test_some_offers_go_for_good_and_some_are_away_for_a_night() -> None:
    nights = [keys(night) for night in range(5)]
    assert nights[2] == keys(2), "the same night is always the same"
    assert all(night < nights[0] for night in nights[1:])
    back = {key for before, after in pairwise(nights[1:]) for key in after - before}
    assert back, "out of stock, then there again"
    assert nights[0] - nights[3] - keys(14), "gone for good"


@pytest.mark.parametrize(
    ("trouble", "status", "says"),
    [("outage", 503, "unavailable"), ("wall", 200, "滑块"), ("redesign", 200, 'id="app"')],
)
def test_a_site_in_trouble(trouble: str, status: int, says: str) -> None:
    small = economy.generate(seed=5, scale=0.08, browser_site=False)
    with servers.serving(small, troubles={"baiji": trouble}) as bases:
        try:
            with urllib.request.urlopen(bases["baiji"] + "/c/shipin/") as answer:
                got, body = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            got, body = error.code, error.read().decode()
        assert (got, says in body) == (status, True)
        with urllib.request.urlopen(bases["huoyuan"] + "/") as answer:
            assert "<a href" in answer.read().decode()
