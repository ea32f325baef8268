"""Django's settings out of Qingyuan's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from console.configuration import build
from domain.errors import SettingsError
from qingyuan.settings import Settings


def test_sqlite_by_default(tmp_path: Path) -> None:
    database = build(Settings(home=tmp_path, database=""))["DATABASES"]["default"]
    assert database["NAME"] == tmp_path / "qingyuan.sqlite3"
    assert "WAL" in database["OPTIONS"]["init_command"]


def test_postgresql_by_setting(tmp_path: Path) -> None:
    made = build(Settings(home=tmp_path, database="postgresql://q%40y:p%2Fw@db.example:5433/qing"))
    database = made["DATABASES"]["default"]
    assert (database["USER"], database["PASSWORD"]) == ("q@y", "p/w")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "5433", "qing")


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host/", "postgresql://h:port/x", "nonsense"])
def test_another_database_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="database"):
        build(Settings(home=tmp_path, database=url))


def test_cookies_are_secure_behind_https(tmp_path: Path) -> None:
    plain, secure = build(Settings(home=tmp_path)), build(Settings(home=tmp_path, https=True))
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert not plain[name]
        assert secure[name]
    assert secure["SECURE_HSTS_SECONDS"] > 0
    assert secure["SESSION_COOKIE_NAME"].startswith("__Host-")


def test_a_key_file_must_be_there_and_long(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="不存在"):
        build(Settings(home=tmp_path, secret_key_file=tmp_path / "none"))
    short = tmp_path / "short"
    short.write_text("abc")
    with pytest.raises(SettingsError, match="太短"):
        build(Settings(home=tmp_path, secret_key_file=short))


READY = """
import sys, threading
from pathlib import Path
from console.start import ready
from domain.errors import SettingsError
from qingyuan.settings import Settings
home = Path(sys.argv[1])
ready(Settings(home=home, database=""))
ready(Settings(home=home, database=""))
from django.conf import settings
from django.core.management import call_command
from django.db import connection
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("PRAGMA journal_mode")
    assert cursor.fetchone() == ("wal",)
key = home / "secret_key"
assert key.stat().st_mode & 0o077 == 0, oct(key.stat().st_mode)
assert settings.SECRET_KEY == key.read_text()
try:
    ready(Settings(home=home / "other"))
except SettingsError:
    print("ok")
"""


def test_a_process_is_made_ready_for_one_home(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READY, str(tmp_path / "home")], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "ok", done.stderr
