"""A workspace on disk, a database, and an officer who is logged in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import DjangoDbBlocker

from qingyuan import settings as qingyuan_settings
from qingyuan.settings import Settings
from qingyuan.workspace import Workspace
from tests.console import market


@pytest.fixture(autouse=True)
def quick_passwords(settings: object) -> None:
    """Hash passwords quickly: how slow the real hash is has no part in these tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Path:
    """The workspace with its index, built once."""
    home = tmp_path_factory.mktemp("console") / "home"
    market.build(Settings(home=home))
    opened = Workspace(Settings(home=home))
    entries = list(opened.catalog.entries())
    with django_db_blocker.unblock():
        opened.backend().put([opened.document(*each) for each in opened.catalog.listings(entries)])
    opened.catalog.caught_up("indexed", entries)
    opened.close()
    return home


@pytest.fixture
def workspace(
    built: Path, tmp_path: Path, settings: object, db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """A copy of it, in force for the console."""
    from console import data

    home = tmp_path / "home"
    shutil.copytree(built, home)
    mine = Settings(home=home)
    settings.QINGYUAN = mine  # type: ignore[attr-defined]
    monkeypatch.setattr(qingyuan_settings, "_in_force", mine)
    opened = Workspace(mine)
    monkeypatch.setattr(data, "_open", (mine, opened))
    yield opened
    opened.close()


@pytest.fixture
def officer(db: None) -> Callable[..., User]:
    """Make an officer of one or more roles."""

    def make(username: str, *roles: str) -> User:
        user = User.objects.create_user(username, password=market.PASSWORD, first_name=f"{username}警官")
        user.groups.set(Group.objects.filter(name__in=roles))
        return user

    return make


@pytest.fixture
def as_(officer: Callable[..., User]) -> Callable[..., Client]:
    """A client that is logged in with these roles."""

    def log_in(username: str, *roles: str) -> Client:
        user = User.objects.filter(username=username).first() or officer(username, *roles)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in
