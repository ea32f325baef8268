"""The training set: rights and labelled listings, the same for the same seed."""

from __future__ import annotations

from random import Random

from detection.names.folding import fold
from detection.training import gi_scenarios, mark_hard, mark_scenarios
from detection.training.rights import indication, mark
from domain.records import Case, Label, Right

MARKS, INDICATIONS = 260, 220


def rights(seed: int) -> list[Right]:
    random = Random(seed)
    made: list[Right] = []
    taken: set[str] = set()
    for maker, wanted in ((mark, MARKS), (indication, INDICATIONS)):
        count = 0
        while count < wanted:
            right: Right = maker(len(made), random)
            names = {fold(name) for name in (right.sign, *right.variants)}
            if not names & taken:  # two rights of one name would contradict each other
                made.append(right)
                taken |= names
                count += 1
    return made


def cases(seed: int, count: int) -> tuple[list[Right], list[Case]]:
    """``count`` labelled listings, half for marks and half for indications."""
    random = Random(seed + 1)
    register = rights(seed)
    made: list[Case] = []
    for index in range(count):
        right = random.choice(register)
        if right.kind == "trademark":
            makers, weights = zip(*mark_scenarios.SCENARIOS, *mark_hard.SCENARIOS, strict=True)
            listing, suspected, scenario = random.choices(makers, weights)[0](right, random)
        else:
            gi_makers, weights = zip(*gi_scenarios.SCENARIOS, strict=True)
            listing, suspected, scenario = random.choices(gi_makers, weights)[0](right, random)
        label = Label(suspected=suspected, rights=(right.id,) if suspected else (), type=scenario)
        made.append(Case(id=f"{index}", listing=listing, label=label))
    return register, made
