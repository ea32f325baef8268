"""What every page shows: the bureau's name, and what this officer may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from qingyuan.settings import current

_MAY = ("read", "judge", "approve", "pack", "raw", "audit", "accounts")


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """``organisation``, ``officer`` (name to greet) and ``may`` (permission → bool)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"organisation": current().organisation, "officer": "", "may": {}}
    held = user.get_all_permissions()
    return {
        "organisation": current().organisation,
        "officer": user.first_name or user.get_username(),
        "may": {name: f"console.{name}" in held for name in _MAY},
    }
