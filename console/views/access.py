"""Who may see what: every view names the permission it needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase


def needs(permission: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let only officers through who hold ``console.<permission>``; the others get 403. Login is asked for before."""

    def around(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.has_perm(f"console.{permission}"):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return inner

    return around


def officer(request: HttpRequest) -> User:
    """The officer who is logged in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
