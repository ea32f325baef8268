"""Judging again after a change of the register: only what it can concern, and exactly as if all were judged anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from detection.training.decoys import decoys
from domain import codec
from domain.records import Case, Finding, Right, Trademark
from qingyuan import rights, runs
from qingyuan.settings import Settings
from qingyuan.stages import screen as stage
from qingyuan.stages.ingest import ingest
from qingyuan.stages.screen import screen
from qingyuan.workspace import Workspace

CASES = Path(__file__).resolve().parents[2] / "detection" / "training" / "listings" / "first"
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def read(name: str, kind: object) -> list:  # type: ignore[type-arg]
    return [codec.decode(line, kind) for line in (CASES / name).read_bytes().splitlines()]  # type: ignore[arg-type]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace(Settings(home=tmp_path / "home"))
    listings = sorted((case.listing for case in read("cases.jsonl", Case)[::3]), key=lambda each: each.key)
    run = runs.start(opened.home, "night-1", kind="crawl", now=NOW)
    lines = b"".join(codec.encode(each) + b"\n" for each in listings)
    runs.write_atomically(run.platform("shop") / "listings.jsonl", lines)
    ingest(opened)
    yield opened
    opened.close()


def register(workspace: Workspace, listed: Sequence[Right]) -> None:
    """Make the register exactly this: an import only adds and replaces."""
    path = workspace.home / "rights" / "rights.jsonl"
    runs.write_atomically(path, (codec.encode(right) + b"\n" for right in sorted(listed, key=lambda each: each.id)))


def found(workspace: Workspace) -> list[Finding]:
    return list(workspace.catalog.all_findings())


def changed_once(random: Random, listed: list[Right]) -> list[Right]:
    """One right taken away, put in force later, given another name, or authorising somebody."""
    place = random.randrange(len(listed))
    right = listed[place]
    way = random.choice(("gone", "name", "expired", "authorised", "twin"))
    if way == "gone":
        return listed[:place] + listed[place + 1 :]
    if way == "name":
        return [
            *listed[:place],
            replace(right, variants=(*right.variants, random.choice(listed).sign)),
            *listed[place + 1 :],
        ]
    if way == "expired":
        return [*listed[:place], replace(right, valid_to=datetime(2020, 1, 1).date()), *listed[place + 1 :]]
    if way == "twin":  # a longer name that explains a shorter one away
        return [*listed, Trademark(id=f"zz-{place}-{len(listed)}", sign=f"{right.sign}坊", classes=(30,))]
    return [*listed[:place], replace(right, authorised=()), *listed[place + 1 :]]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_what_is_judged_again_is_exactly_what_differs(workspace: Workspace, seed: int) -> None:
    random = Random(seed)
    listed: list[Right] = read("rights.jsonl", Right)
    held = listed[: random.randrange(40, 70)]
    register(workspace, held)
    everything = workspace.catalog.count()
    assert screen(workspace)["screened"] == everything
    for _ in range(2):
        for _ in range(random.randint(1, 3)):
            held = changed_once(random, held)
        held = [*held, *random.sample(listed, 1)] if random.random() < 0.5 else held
        held = list({right.id: right for right in held}.values())
        register(workspace, held)
        judged = screen(workspace)["screened"]
        assert judged < everything
        partly = found(workspace)
        assert screen(workspace)["screened"] == 0
        assert screen(workspace, again=True)["screened"] == everything
        assert found(workspace) == partly


def test_a_change_that_concerns_nothing_judges_nothing_and_indexes_nothing(workspace: Workspace) -> None:
    listed: list[Right] = read("rights.jsonl", Right)
    register(workspace, listed)
    screen(workspace)
    workspace.catalog.caught_up("indexed", workspace.catalog.entries())
    version = workspace.catalog.version()
    register(workspace, [*listed, Trademark(id="new", sign="龘靐齉爨", classes=(9,))])
    assert screen(workspace)["screened"] == 0
    assert workspace.catalog.version() == version
    assert list(workspace.catalog.entries(behind="indexed")) == []


def test_a_register_that_grows_by_an_order_of_magnitude_judges_everything(workspace: Workspace) -> None:
    """How many names there are is part of what a likeness says (see detection.coincidence)."""
    listed: list[Right] = read("rights.jsonl", Right)
    register(workspace, listed)
    screen(workspace)
    register(workspace, [*listed, *decoys(1, 10)])
    assert screen(workspace)["screened"] < workspace.catalog.count()
    register(workspace, [*listed, *decoys(1, 2000)])
    assert screen(workspace)["screened"] == workspace.catalog.count()
    partly = found(workspace)
    screen(workspace, again=True)
    assert found(workspace) == partly


def test_pictures_make_every_pictured_listing_due(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Right] = read("rights.jsonl", Right)[:20]
    register(workspace, listed)
    screen(workspace)
    asked: list[str] = []
    monkeypatch.setattr(Workspace, "pictures", lambda self, entry, listing: asked.append(entry.key) or ())
    register(workspace, [*listed, Trademark(id="new", sign="龘靐齉爨", logos=("rights/pictures/ab/none.png",))])
    screen(workspace)
    pictured = [key for key in asked if workspace.listing(key).images]
    assert pictured and len(set(asked)) == sum(bool(case.listing.images) for case in read("cases.jsonl", Case)[::3])


def test_killed_half_way_it_goes_on_and_ends_the_same(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Right] = read("rights.jsonl", Right)
    register(workspace, listed[:50])
    screen(workspace)
    register(workspace, listed)
    monkeypatch.setattr(stage, "_BATCH", 64)
    calls = 0
    real = stage._judge

    def dying(*arguments: object) -> int:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(stage, "_judge", dying)
    with pytest.raises(KeyboardInterrupt):
        screen(workspace)
    # and the register moves on before the next attempt
    register(workspace, listed[1:])
    monkeypatch.setattr(stage, "_judge", real)
    screen(workspace)
    partly = found(workspace)
    screen(workspace, again=True)
    assert found(workspace) == partly


def test_the_order_of_findings_is_total_and_by_urgency(workspace: Workspace) -> None:
    from domain.ordering import precedence

    register(workspace, read("rights.jsonl", Right))
    screen(workspace)
    listed = [precedence(each, workspace.listing(each.listing.key)) for each in found(workspace)]
    assert listed == sorted(listed) and len(set(listed)) == len(listed) > 100


def test_an_import_reaches_the_listings(workspace: Workspace, tmp_path: Path) -> None:
    listed = [json.loads(line) for line in (CASES / "rights.jsonl").read_text("utf-8").splitlines()]
    path = tmp_path / "rights.jsonl"
    path.write_text(json.dumps(listed[0], ensure_ascii=False) + "\n", encoding="utf-8")
    rights.import_file(path, home=workspace.home, now=NOW)
    screen(workspace)
    first = {each.right for each in found(workspace)}
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in listed[:30]), encoding="utf-8")
    rights.import_file(path, home=workspace.home, now=NOW)
    screen(workspace)
    assert first < {each.right for each in found(workspace)}
