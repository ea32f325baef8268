"""Logging in, lock-out, roles and headers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import get_resolver

from console import accounts
from console.models import AuditEvent
from console.roles import ROLES
from domain.errors import UsageError
from qingyuan.workspace import Workspace
from tests.console import market

pytestmark = pytest.mark.django_db


def actions() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("seq").values_list("action", "actor"))


def test_login_and_logout_are_recorded(officer: Callable[..., User]) -> None:
    officer("wang", "查阅")
    client = Client()
    answer = client.post("/login", {"username": "wang", "password": market.PASSWORD})
    assert answer.status_code == 302
    client.post("/logout")
    assert actions() == [("login", "wang"), ("logout", "wang")]


def test_five_wrong_passwords_lock_the_account_from_that_address(officer: Callable[..., User]) -> None:
    officer("wang", "查阅")
    client = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(4):
        assert client.post("/login", {"username": "wang", "password": "x"}).status_code == 200
    assert client.post("/login", {"username": "wang", "password": "x"}).status_code == 429
    right = client.post("/login", {"username": "wang", "password": market.PASSWORD})
    assert right.status_code == 429
    assert "登录已锁定" in right.content.decode()
    assert ("locked", "wang") in actions()
    elsewhere = Client(REMOTE_ADDR="192.0.2.8").post("/login", {"username": "wang", "password": market.PASSWORD})
    assert elsewhere.status_code == 302


def test_a_wrong_login_does_not_say_whether_the_account_exists(officer: Callable[..., User]) -> None:
    officer("wang", "查阅")
    client = Client()
    known = client.post("/login", {"username": "wang", "password": "x"}).content.decode()
    unknown = client.post("/login", {"username": "nobody", "password": "x"}).content.decode()
    assert "用户名或密码不正确" in known
    assert known.count("不正确") == unknown.count("不正确")


#: Every address of the console and the permission it needs; None: whoever is logged in.
PERMISSIONS = {
    "home": None,
    "search": "read",
    "listing": "read",
    "trace": "read",
    "judge": "judge",
    "carry": "judge",
    "pack": "pack",
    "photo": "read",
    "watches": "read",
    "watch-add": "read",
    "watches-seen": "read",
    "watch": "read",
    "picture": "read",
    "mark": "read",
    "capture": "read",
    "raw": "raw",
    "audit": "audit",
    "accounts": "accounts",
    "account": "accounts",
    "password": None,
}
DIGEST = "sha256:" + "0" * 64
POSTS = ("judge", "carry", "pack", "watch-add", "watches-seen", "watch")
PATHS = {
    "home": "/",
    "search": "/search",
    "listing": "/listing?key=集市/1001",
    "trace": "/listing/trace?key=集市/1001",
    "judge": "/judge",
    "carry": "/judge/carry",
    "pack": "/pack",
    "photo": "/photo",
    "watches": "/watches",
    "watch-add": "/watches/add",
    "watches-seen": "/watches/seen",
    "watch": "/watches/1",
    "picture": f"/pictures/{DIGEST}",
    "mark": "/marks",
    "capture": f"/captures/{DIGEST}",
    "raw": f"/captures/{DIGEST}/raw",
    "audit": "/audit",
    "accounts": "/accounts",
    "account": "/accounts/1",
    "password": "/password",
}


def test_every_address_is_in_this_table() -> None:
    assert {pattern.name for pattern in get_resolver().url_patterns} == {*PERMISSIONS, "login", "logout"}


@pytest.mark.parametrize("name", PATHS)
def test_nothing_is_shown_without_logging_in(name: str) -> None:
    client = Client()
    answer = client.post(PATHS[name]) if name in POSTS else client.get(PATHS[name])
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login?next=")


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_a_role_reaches_what_it_needs_and_no_more(workspace: Workspace, as_: Callable[..., Client], role: str) -> None:
    client = as_("someone", *filter(None, [role]))
    client.raise_request_exception = False
    held = {*ROLES.get(role, ()), None}  # type: ignore[call-overload]
    reached = {}
    for name, path in PATHS.items():
        answer = client.post(path) if name in POSTS else client.get(path)
        reached[name] = answer.status_code != 403
    assert reached == {name: needed in held for name, needed in PERMISSIONS.items()}


def test_the_groups_of_the_migration_are_the_roles_of_the_code() -> None:
    made = {
        group.name: {permission.codename for permission in group.permissions.all()} for group in Group.objects.all()
    }
    assert made == {role: set(codenames) for role, codenames in ROLES.items()}


def test_headers_of_every_page(as_: Callable[..., Client], workspace: Workspace) -> None:
    headers = as_("wang", "查阅").get("/search").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_a_form_from_elsewhere_is_refused(officer: Callable[..., User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer("wang", "办案"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/judge", {"finding": "x"})
    assert answer.status_code == 403
    assert "表单已失效" in answer.content.decode()


def test_an_account_needs_a_strong_password_and_a_known_role() -> None:
    with pytest.raises(UsageError, match="密码"):
        accounts.create("wang", "12345678", ["查阅"])
    with pytest.raises(UsageError, match="没有角色"):
        accounts.create("wang", market.PASSWORD, ["局长"])
    assert not User.objects.exists()


def test_creating_twice_sets_password_and_roles_again() -> None:
    accounts.create("wang", market.PASSWORD, ["查阅"], name="王五")
    accounts.create("wang", market.PASSWORD + "2", ["办案"])
    user = User.objects.get()
    assert user.check_password(market.PASSWORD + "2")
    assert [group.name for group in user.groups.all()] == ["办案"]
    assert user.first_name == "王五"
    assert actions() == [("account", "命令行"), ("account", "命令行")]


def test_accounts_are_managed_in_the_console(as_: Callable[..., Client]) -> None:
    client = as_("guan", "管理")
    sent = {"new-username": "li", "new-name": "李四", "new-password": market.PASSWORD, "new-roles": ["查阅"]}
    assert client.post("/accounts", sent).status_code == 302
    li = User.objects.get(username="li")
    assert client.post(f"/accounts/{li.pk}", {"name": "李四", "roles": ["办案"]}).status_code == 302
    li.refresh_from_db()
    assert [group.name for group in li.groups.all()] == ["办案"]
    assert not li.is_active
    answer = Client().post("/login", {"username": "li", "password": market.PASSWORD})
    assert "用户名或密码不正确" in answer.content.decode()


def test_one_cannot_lock_oneself_out(as_: Callable[..., Client]) -> None:
    client = as_("guan", "管理")
    me = User.objects.get(username="guan")
    answer = client.post(f"/accounts/{me.pk}", {"name": "", "roles": ["查阅"], "active": "on"})
    assert "不能取消自己的管理角色" in answer.content.decode()
    assert [group.name for group in me.groups.all()] == ["管理"]


def test_changing_ones_password(as_: Callable[..., Client]) -> None:
    client = as_("wang", "查阅")
    new = market.PASSWORD + "-xin"
    sent = {"old_password": market.PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/password", sent).status_code == 302
    assert User.objects.get(username="wang").check_password(new)
    assert ("password", "wang") in actions()
