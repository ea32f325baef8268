"""A running mean of weights: what is evaluated and exported. It is worth a lower learning rate at no cost."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import nn

Net = TypeVar("Net", bound=nn.Module)


class Mean:
    """The mean of a network's weights and levels over about the last 400 steps (fewer at first)."""

    def __init__(self, net: nn.Module) -> None:
        self.state = {name: value.detach().clone() for name, value in net.state_dict().items()}

    @torch.no_grad()
    def follow(self, net: nn.Module, step: int) -> None:
        share = max(1 / 400, 1 / (step / 4 + 1))
        for name, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                self.state[name].lerp_(value, share)
            else:
                self.state[name].copy_(value)

    def copy(self, net: Net) -> Net:
        """``net``, of the same make, with the mean weights."""
        net.load_state_dict(self.state)
        return net
