"""From judgements to a version in force, and back: nothing happens by itself, and nothing that was decided is lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from console import judgements, promotions
from console.models import AuditEvent
from console.models import Judgement as Row
from detection.learning.grounds import grounds
from domain import codec
from domain.records import Case, Finding, Right
from qingyuan import models, runs
from qingyuan.stages import evaluate, learn
from qingyuan.stages.ingest import ingest
from qingyuan.stages.screen import screen
from qingyuan.workspace import Workspace
from tests.console import market

LISTINGS = Path(__file__).resolve().parents[2] / "detection" / "training" / "listings" / "development"
NOW = market.NOW + timedelta(days=30)


@pytest.fixture
def bureau(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A bureau with listings that no generator made, screened by the shipped model."""
    cases = [codec.decode(line, Case) for line in (LISTINGS / "cases.jsonl").read_bytes().splitlines()]
    listed = [codec.decode(line, Right) for line in (LISTINGS / "rights.jsonl").read_bytes().splitlines()]  # type: ignore[arg-type,var-annotated]
    run = runs.start(workspace.home, "cases", kind="crawl", now=NOW)
    lines = sorted(codec.encode(case.listing) + b"\n" for case in cases)
    runs.write_atomically(run.platform("cases") / "listings.jsonl", lines)
    held = sorted([*listed, *market.RIGHTS], key=lambda right: right.id)
    runs.write_atomically(workspace.home / "rights" / "rights.jsonl", (codec.encode(right) + b"\n" for right in held))
    ingest(workspace)
    screen(workspace)
    monkeypatch.setattr(learn, "_GENERATED", 400)
    monkeypatch.setattr(evaluate, "frozen", lambda: ())
    return workspace


def decide(finding: Finding, verdict: str, officer: str = "王五", stage: str = "初核") -> None:
    """Append a judgement as the console does, without its index."""
    Row(
        finding=finding.id, listing=finding.listing.key, right=finding.right, verdict=verdict, stage=stage,
        officer=officer, at=NOW, capture=finding.listing.capture, score=finding.score, tier=finding.tier,
        model=finding.model, signals={signal.name: signal.score for signal in finding.signals},
    ).save()  # fmt: skip


def judge_all(workspace: Workspace) -> Counter[str]:
    """Officers who hold everything for lawful that is suspected by its price or its words first."""
    said: Counter[str] = Counter()
    for finding in workspace.catalog.all_findings():
        verdict = "不成立" if grounds(finding.signals)[:1] in (("价格",), ("仿冒用语",), ("产地",)) else "成立"
        decide(finding, verdict)
        said[verdict] += 1
    return said


def test_without_judgements_it_says_how_many_are_needed(bureau: Workspace) -> None:
    result = learn.learn(bureau, now=NOW)
    assert result["trained"] is False and result["version"] is None
    assert result["needed"] == {kind: {"成立": 10, "不成立": 10} for kind in ("trademark", "gi")}
    assert not (bureau.home / "models").exists()


def test_what_counts_is_the_latest_at_the_highest_stage(bureau: Workspace) -> None:
    first, second, third, fourth, fifth = list(bureau.catalog.all_findings())[:5]
    decide(first, "成立")
    decide(first, "不成立", "李四", "复核")
    decide(first, "成立", "赵六")
    decide(second, "成立")
    decide(second, "撤回")
    decide(third, "存疑")
    decide(fourth, "授权")
    decide(fifth, "成立")
    result = learn.learn(bureau, now=NOW)
    counted = Counter[str]()
    for part in ("used", "held_out"):
        for counts in result[part].values():
            counted.update(counts)
    assert counted == {"成立": 1, "不成立": 1}
    assert result["left_out"] == {"存疑": 1, "授权": 1}
    assert [right for _, right in result["authorise"]] == [fourth.right]


def test_a_page_that_changed_is_read_as_it_was(bureau: Workspace) -> None:
    """The lesson is what the officer saw, not what the seller made of the page afterwards."""
    finding = next(iter(bureau.catalog.all_findings()))
    decide(finding, "成立")
    seen = bureau.listing(finding.listing.key)
    from dataclasses import replace

    later = replace(seen, title="收纳筐", observed_at=NOW + timedelta(days=9), capture="sha256:" + "9" * 64)
    run = runs.start(bureau.home, "later", kind="crawl", now=NOW)
    runs.write_atomically(run.platform("cases") / "listings.jsonl", codec.encode(later) + b"\n")
    ingest(bureau)
    from qingyuan.stages.lessons import gather
    from qingyuan.stages.screen import screener

    (lesson,) = gather(bureau, screener(bureau)).lessons
    assert bureau.listing(finding.listing.key).title == "收纳筐"
    assert lesson.listing == seen


def test_the_time_plays_no_part(bureau: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two of the written sets: what is drawn from more of them takes no other way."""
    from detection.training import written

    monkeypatch.setattr(written, "SETS", written.SETS[:2])
    judge_all(bureau)
    first, again = (learn.learn(bureau, now=NOW + timedelta(days=days)) for days in (0, 3))
    assert first["trained"] and again["version"] == first["version"]
    assert models.read(bureau.home, first["version"]).origin["at"] == NOW.isoformat()


@pytest.mark.slow
def test_trained_promoted_screened_and_rolled_back(bureau: Workspace) -> None:
    said = judge_all(bureau)
    assert min(said.values()) >= 30
    before = list(bureau.catalog.all_findings())
    result = learn.learn(bureau, now=NOW)
    assert result["trained"] and models.active_name(bureau.home) == models.SHIPPED
    used = sum(n for counts in result["used"].values() for n in counts.values())
    held = sum(n for counts in result["held_out"].values() for n in counts.values())
    assert used + held == len(before) and held > 0.15 * used

    comparison = result["comparison"]["held_out"]
    assert comparison["new"]["n"] == held
    assert comparison["new"]["ece"] < comparison["old"]["ece"]
    assert comparison["turned"] == len(comparison["flips"]) > 0
    origin = models.read(bureau.home, result["version"]).origin
    assert origin["parent"] == "shipped" and origin["data"].startswith("sha256:") and origin["metrics"]
    assert screen(bureau)["screened"] == 0, "a proposal changes nothing"

    verdicts = judgements.verdicts(finding.id for finding in before)
    models.promote(bureau.home, result["version"], officer="王五", now=NOW)
    assert screen(bureau)["screened"] == bureau.catalog.count()
    after = list(bureau.catalog.all_findings())
    assert {finding.model for finding in after} == {result["version"]}
    kept = {finding.id for finding in before} & {finding.id for finding in after}
    assert kept and judgements.verdicts(kept) == {identity: verdicts[identity] for identity in kept}

    models.rollback(bureau.home, officer="王五", now=NOW)
    screen(bureau)
    assert list(bureau.catalog.all_findings()) == before


def test_every_promotion_is_in_the_audit_log_once(bureau: Workspace) -> None:
    from detection.model import Model, shipped

    models.store(bureau.home, Model("bureau-aaaaaaaaaaaa", shipped().heads), {})
    models.promote(bureau.home, "bureau-aaaaaaaaaaaa", officer="王五", now=NOW)
    # killed here: the index stage of the next run makes up for it
    models.rollback(bureau.home, officer="李四", now=NOW)
    assert promotions.enter(bureau.home) == 2
    assert promotions.enter(bureau.home) == 0
    assert [event.actor for event in AuditEvent.objects.filter(action="model").order_by("seq")] == ["王五", "李四"]
