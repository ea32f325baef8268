"""Accounts: an officer, a password, one or more roles."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from console import audit
from console.roles import ROLE_NAMES
from domain.errors import UsageError


def create(username: str, password: str, roles: Iterable[str], *, name: str = "", by: str = "命令行") -> User:
    """Create the account, or give an existing one this password and these roles. ``name`` is the officer's own name.

    Raises UsageError for a weak password, a bad user name or an unknown role.
    """
    wanted = tuple(dict.fromkeys(roles))
    check_roles(wanted)
    with transaction.atomic():
        user = User.objects.filter(username=username).first() or User(username=username)
        new = user.pk is None
        user.first_name = name or user.first_name
        try:
            user.full_clean(exclude=["password"])
            validate_password(password, user)
        except ValidationError as error:
            raise UsageError(f"账号 {username!r} 无法保存：{'；'.join(error.messages)}") from None
        user.set_password(password)
        user.is_active = True
        user.save()
        user.groups.set(Group.objects.filter(name__in=wanted))
        audit.append(
            "account",
            actor=by,
            object=username,
            detail={"变更": "新建账号" if new else "重设密码与角色", "角色": "、".join(wanted)},
        )
    return user


def change(user: User, *, roles: Iterable[str], active: bool, name: str, by: str, address: str = "") -> None:
    """Set name, roles and whether the account may log in."""
    wanted = tuple(dict.fromkeys(roles))
    check_roles(wanted)
    with transaction.atomic():
        before = "、".join(user.groups.order_by("pk").values_list("name", flat=True))
        was = user.is_active
        user.first_name, user.is_active = name, active
        user.save(update_fields=["first_name", "is_active"])
        user.groups.set(Group.objects.filter(name__in=wanted))
        detail = {"原角色": before, "新角色": "、".join(wanted), "姓名": name}
        if was != active:
            detail["状态"] = "启用" if active else "停用"
        audit.append("account", actor=by, object=user.username, detail=detail, address=address)


def check_roles(roles: Iterable[str]) -> None:
    """UsageError that names the first unknown role."""
    for role in roles:
        if role not in ROLE_NAMES:
            raise UsageError(f"没有角色 {role!r}：可用的角色是 {'、'.join(ROLE_NAMES)}")
