"""Logins, refused logins, lock-outs and logouts go into the audit log."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth import signals
from django.http import HttpRequest

from console import audit


def address(request: HttpRequest | None) -> str:
    """The peer's address: behind a trusted proxy waitress has already put the client's here."""
    return str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""


def _in(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    audit.append("login", actor=user.get_username(), address=address(request))


def _out(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    if user is not None:
        audit.append("logout", actor=user.get_username(), address=address(request))


def _failed(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_: object) -> None:
    audit.append("login_failed", actor=str(credentials.get("username", ""))[:150], address=address(request))


def _locked(sender: object, request: HttpRequest, username: str, ip_address: str, **_: object) -> None:
    audit.append("locked", actor=str(username or "")[:150], address=str(ip_address or ""))


def connect() -> None:
    """Called once, when Django has loaded the models."""
    signals.user_logged_in.connect(_in, dispatch_uid="console.audit.login")
    signals.user_logged_out.connect(_out, dispatch_uid="console.audit.logout")
    signals.user_login_failed.connect(_failed, dispatch_uid="console.audit.failed")
    user_locked_out.connect(_locked, dispatch_uid="console.audit.locked")
