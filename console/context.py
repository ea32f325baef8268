"""What every page shows: the bureau's name, what this officer may do, and how much is new in the inbox."""

from __future__ import annotations

import logging
import sqlite3
from functools import partial
from typing import Any

from django.http import HttpRequest

from console.data import inbox
from qingyuan.settings import current

_log = logging.getLogger(__name__)

_MAY = ("read", "judge", "approve", "pack", "raw", "audit", "accounts")


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """``organisation``, ``officer`` (name to greet), ``may`` (permission → bool) and ``news`` (alerts not seen)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"organisation": current().organisation, "officer": "", "may": {}}
    held = user.get_all_permissions()
    return {
        "organisation": current().organisation,
        "officer": user.first_name or user.get_username(),
        "may": {name: f"console.{name}" in held for name in _MAY},
        "news": partial(_news, user.get_username()),  # called by the template, so that a part of a page asks nothing
    }


def _news(owner: str) -> int:
    """New alerts of an officer; 0 when the inbox cannot be read: every page shows this, the error's page too."""
    try:
        with inbox() as opened:
            return opened.count_new(owner)
    except (OSError, sqlite3.Error):
        _log.exception("收件箱无法读取")
        return 0
