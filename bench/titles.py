"""False alarms on real titles, beside the rules that an office would write down.

The titles of ``../shared/data`` are of ordinary goods that real shops sell, and so are the listings of the saved pages
of ``../shared/pages``: whatever is flagged among them counts as a false alarm (some may be none: nobody has seen the
goods). All rights of the written sets are the register, each sign once. *Names a right plainly* is what most real
listings of a brand do: the sign stands there as registered, and neither ordinary words nor another maker's longer name
explain it. *By manner alone*: without the words that honest and dishonest sellers are told apart by, no reason of its
finding counts for it.

Peers, in the same run: «a registered name stands in the title, case aside, and the seller is none of the authorised»,
and the same «together with a word for an imitation» (of detection/vocabulary.tsv, kind fake: more than an office would
think of). A rule that is silent has no false alarms, so the recall of each on the blind cases of tests/detection stands
beside: every case against the register of its part, by the whole listing for ours, by the title for the rules.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench.table import Row, main_of
from bench.text import signs
from crawlers.page import Page
from crawlers.platforms import BUILT_IN
from detection.evaluation import Outcome, outcomes, summary
from detection.model import shipped
from detection.screener import Assessment, Screener
from detection.training.written import SETS, written
from detection.vocabulary import lists
from domain.codec import decode_lines
from domain.records import TIERS, Case, Listing, Right, Trademark

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
BLIND = ROOT / "tests" / "detection" / "blind"
AT = datetime(2026, 1, 1, tzinfo=UTC)
#: So many names that nobody has, for goods of these classes.
MANY, GOODS = 100_000, (9, 25, 30, 3, 11, 33)
UNWEIGHED = "coincidence not weighed"
#: A reason that weighs less than this decides nothing.
COUNTS = 0.3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of one title: the tier of its surest finding ("" without one); whether it names a right plainly,
    the tier of the surest finding for such a right, and whether that is by the seller's manner alone."""

    tier: str
    plain: bool
    plain_tier: str = ""
    manner: bool = False


def verdict(assessments: Sequence[Assessment]) -> Verdict:
    """Of the assessments of one title."""
    ordered = sorted(assessments, key=lambda one: -one.score)
    plain = [one for one in ordered if names_plainly(one)]
    tier = next((one.tier for one in ordered if one.tier), "")
    flagged = next((one for one in plain if one.tier), None)
    if flagged is None or flagged.tier is None:
        return Verdict(tier, bool(plain))
    others = [signal for signal in flagged.signals if signal.score > COUNTS and signal.name != "manner"]
    return Verdict(tier, True, flagged.tier, not others)


def names_plainly(one: Assessment) -> bool:
    """Whether the right's sign stands there as registered, with nothing else to explain it."""
    values = one.values
    return values.get("identity", 0.0) >= 1 and not values.get("other_name") and not values.get("ordinary")


def contains(listing: Listing, right: Right) -> bool:
    """Whether a registered name stands in the title, case aside, of a seller who is none of the authorised."""
    title = listing.title.casefold()
    if not any(name.casefold() in title for name in (right.sign, *right.variants)):
        return False
    seller = {listing.seller.name, listing.seller.company} - {""}
    return not seller & {name for user in right.authorised for name in (user.name, user.company)}


def by_name(listing: Listing, register: Sequence[Right]) -> bool:
    """The first rule."""
    return any(contains(listing, right) for right in register)


def by_word(listing: Listing, register: Sequence[Right]) -> bool:
    """The second rule."""
    title = listing.title.casefold()
    return any(word.casefold() in title for word in lists()["fake"]) and by_name(listing, register)


#: The two rules, as the table names them.
NAME = "a registered name"
RULES = {NAME: by_name, "a name and a word for an imitation": by_word}


def rights_of(names: Sequence[str]) -> list[Right]:
    """The rights of the written sets of these names, each sign once: that of the set written first."""
    found: dict[str, Right] = {}
    for name in names:
        for right in written(name).register:
            found.setdefault(right.sign, replace(right, id=f"{name}-{right.id}"))
    return list(found.values())


def listed(titles: Sequence[str]) -> list[Listing]:
    """Titles as listings that say nothing else, each title once."""
    different = enumerate(dict.fromkeys(titles))
    return [
        Listing(platform="真实", ref=str(number), url="https://real.example", title=title, observed_at=AT)
        for number, title in different
    ]


def saved(pages: Path) -> list[Listing]:
    """Listings of the saved pages, read as a crawl reads them. Where each page is from is told in tests/pages."""
    found = {}
    for path in sorted((ROOT / "tests" / "pages").glob("*/expected.json")):
        told = json.loads(path.read_text("utf-8"))
        page = pages / told["page"]
        platform = next((one for one in BUILT_IN if one.name == told.get("platform")), None)
        if platform is not None and page.is_file() and not (path.parent / told["page"]).exists():
            read = Page(url=told["url"], body=page.read_bytes(), at=AT, headers={"content-type": told["content_type"]})
            found.update((listing.key, listing) for listing in platform.parse(read).listings)
    return list(found.values())


def count(
    verdicts: Sequence[Verdict], listings: Sequence[Listing], register: Sequence[Right], what: str
) -> Iterator[Row]:
    """The rows of one kind of titles."""
    flagged = Counter(one.tier for one in verdicts if one.tier)
    wrong = Counter(one.plain_tier for one in verdicts if one.plain_tier)
    manner, plain = sum(one.manner for one in verdicts), sum(one.plain for one in verdicts)
    rest = sum(bool(one.tier) and not one.plain_tier for one in verdicts)
    yield Row("titles", what, len(listings), note=f"{len(register)} rights")
    for name, rule in RULES.items():
        alarms = sum(rule(one, register) for one in listings)
        yield Row("titles", f"{what}: flagged", flagged.total(), name, alarms, _by_tier(flagged))
    yield Row("titles", f"{what}: name a right plainly", plain)
    note = f"{_by_tier(wrong)}; {manner} by manner alone"
    yield Row("titles", f"{what}: flagged of these", wrong.total(), note=note)
    yield Row("titles", f"{what}: flagged for another right or otherwise", rest)


def _by_tier(counts: Mapping[str, int]) -> str:
    return " ".join(f"{tier} {counts.get(tier, 0)}" for tier in TIERS)


def _records(path: Path, kind: type) -> list:  # type: ignore[type-arg]
    return [record for _, record in decode_lines(path.read_bytes().splitlines(), kind)]


def recall() -> Iterator[Row]:
    """The share of the suspected blind cases that each finds, and of the lawful ones that it flags."""
    ours: list[Outcome] = []
    ruled: dict[str, list[bool]] = {name: [] for name in RULES}
    for path in sorted(BLIND.glob("*/cases.jsonl")):
        register, cases = _records(path.with_name("rights.jsonl"), Right), _records(path, Case)
        ours += outcomes(cases, Screener(register, shipped()))
        for name, rule in RULES.items():
            ruled[name] += [rule(case.listing, register) for case in cases]
    for suspected, measure in ((True, "blind cases: recall"), (False, "blind cases: lawful ones flagged")):
        of = [place for place, one in enumerate(ours) if one.case.label.suspected is suspected]
        share = sum(ours[place].right is suspected for place in of) / len(of)
        for name, said in ruled.items():
            yield Row("titles", measure, share, name, sum(said[place] for place in of) / len(of), f"n {len(of)}")


def invented(seed: int) -> list[Right]:
    """``MANY`` marks that nobody has."""
    random = Random(seed)
    return [
        Trademark(id=f"invented-{number}", sign=sign, classes=(random.choice(GOODS),))
        for number, sign in enumerate(signs(random, MANY))
    ]


def among_many(titles: Sequence[Listing]) -> Iterator[Row]:
    """The rows of a large register, ours and without weighing coincidence."""
    many = invented(MANY)
    alarms = [Screener(many, shipped(), sifted=sifted) for sifted in (True, False)]
    shares = [100 * sum(bool(found) for _, found in one.screen_many(titles)) / len(titles) for one in alarms]
    yield Row("titles", f"real titles: % flagged, {MANY:,} invented names", shares[0], UNWEIGHED, shares[1])
    del alarms
    ours: list[Outcome] = []
    theirs: list[Outcome] = []
    for path in sorted(BLIND.glob("*/cases.jsonl")):
        register, cases = _records(path.with_name("rights.jsonl"), Right), _records(path, Case)
        for found, sifted in ((ours, True), (theirs, False)):
            found += outcomes(cases, Screener([*register, *many], shipped(), sifted=sifted))
    figures, others = summary(ours), summary(theirs)
    for name in ("precision", "recall", "f1"):
        yield Row("titles", f"blind cases, {MANY:,} more names: {name}", figures[name], UNWEIGHED, others[name])


def measure(shared: Path) -> list[Row]:
    """Every row of the table."""
    lines = (shared / "data" / "titles.jsonl").read_text("utf-8").splitlines()
    titles = listed([json.loads(line)["title"] for line in lines])
    pages = saved(shared / "pages")
    register = rights_of(SETS)
    screener = Screener(register, shipped())
    rows: list[Row] = []
    for what, listings in (("real titles", titles), ("listings of saved pages", pages)):
        rows += count([verdict(found) for _, found in screener.assess_many(listings)], listings, register, what)
    rows += recall()
    rows += among_many(titles)
    for name in SETS:
        own = written(name).register
        flagged = sum(bool(found) for _, found in Screener(own, shipped()).screen_many(titles))
        said = sum(by_name(title, own) for title in titles)
        rows.append(
            Row("titles", f"% flagged, register {name}", 100 * flagged / len(titles), NAME, 100 * said / len(titles),
                f"{flagged} titles; {len(own)} rights")
        )  # fmt: skip
    return rows


def main() -> int:
    if not (SHARED / "data" / "titles.jsonl").is_file():
        print(
            f"no real titles in {SHARED / 'data'}: they may not be redistributed; nothing is measured", file=sys.stderr
        )
        return 2
    return main_of(lambda: measure(SHARED))


if __name__ == "__main__":
    raise SystemExit(main())
