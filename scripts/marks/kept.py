"""What every trainer of the networks does alike: one step, the rate by the wall clock, the running mean, and a file
from which it is resumed."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from scripts.marks.mean import Mean


class Training:
    """The state of one training: ``net`` learns by ``optimiser``, ``mean`` is its running mean. Everything is in the
    file ``out`` and is read from there when it exists; ``again`` counts the minutes from now (a warm restart)."""

    def __init__(self, out: Path, net: nn.Module, optimiser: torch.optim.Optimizer, again: bool = False) -> None:
        self.out, self.net, self.optimiser, self.mean = out, net, optimiser, Mean(net)
        self.step, self.started = 0, time.time()
        self.means: dict[str, float] = {}
        self.told = time.time()
        if out.exists():
            kept = torch.load(out)
            net.load_state_dict(kept["net"])
            self.mean.state = kept["ema"]
            optimiser.load_state_dict(kept["optimiser"])
            self.step, self.started = kept["step"], self.started if again else kept["started"]
            print("resumed at", self.step, flush=True)

    def spent(self, minutes: float) -> float:
        """The share of the budget, wall time since the first start, that is over."""
        return (time.time() - self.started) / (minutes * 60)

    def pace(self, rate: float, spent: float) -> None:
        """Set the learning rate: up over 200 steps, down as a cosine until the budget is over."""
        now = rate * min(1, (self.step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * spent)) + 1e-5
        for group in self.optimiser.param_groups:
            group["lr"] = now

    def learn(self, loss: Tensor) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [one for group in self.optimiser.param_groups for one in group["params"]]
        nn.utils.clip_grad_norm_(parameters, 5.0)
        self.optimiser.step()
        self.step += 1
        self.mean.follow(self.net, self.step)

    def tell(self, spent: float, **values: Tensor | float) -> None:
        """Follow the means of these values over about 50 steps; a line every 100."""
        for name, value in values.items():
            now = float(value.detach()) if isinstance(value, Tensor) else value
            self.means[name] = self.means.get(name, now) * 0.98 + now * 0.02
        if self.step % 100 == 0:
            said = " ".join(f"{name} {value:.3f}" for name, value in self.means.items())
            print(f"{self.step} {spent:.3f} {said} {100 / (time.time() - self.told):.2f} steps/s", flush=True)
            self.told = time.time()

    def judged(self, judge: Callable[[], str], every: int = 0) -> None:
        """Every so many steps (0: now, for the last time) write the file and what ``judge`` says of the mean."""
        if not every or self.step % every == 0:
            self.save()
            print(f"== {self.step}" if every else "final", judge(), flush=True)

    def save(self) -> None:
        """Write the file aside, then rename."""
        beside = self.out.with_suffix(".writing")
        state = {"net": self.net.state_dict(), "ema": self.mean.state, "optimiser": self.optimiser.state_dict()}
        torch.save({**state, "step": self.step, "started": self.started}, beside)
        os.replace(beside, self.out)
