"""Roles: what a group may do. Least privilege; whoever manages accounts cannot thereby read or judge anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["查阅", "办案", "审批", "管理"]

#: Group name → the codenames of its permissions (declared on the models). The data migration creates the groups.
ROLES: Mapping[Role, tuple[str, ...]] = {
    "查阅": ("read",),
    "办案": ("read", "judge", "pack", "raw"),
    "审批": ("read", "judge", "approve", "pack", "raw"),
    "管理": ("accounts", "audit"),
}
ROLE_NAMES: tuple[Role, ...] = tuple(ROLES)
