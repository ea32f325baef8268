"""Get the console's part of this process ready: key, settings, database. Everything that uses the models calls this."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings as django_settings
from django.core.management import call_command

from console.configuration import KEY_FILE, build
from domain.errors import SettingsError
from qingyuan.settings import Settings, use

#: Names the migration among PostgreSQL's advisory locks.
_LOCK = 0x51696E67


def ready(settings: Settings, *, migrate: bool = True) -> None:
    """Configure Django from ``settings`` (once a process) and bring the database up to date.

    Cheap when it was done before with the same HOME. Raises SettingsError when this process already serves another one.
    """
    if not django_settings.configured:
        _keep_secret_key(settings)
        django_settings.configure(**build(settings))
    if getattr(django_settings, "QINGYUAN", settings) != settings:
        raise SettingsError("本进程已经使用另一组设置启动了控制台：请在新的进程中运行")
    use(settings)
    django.setup()
    if migrate:
        _migrate(settings)


def _keep_secret_key(settings: Settings) -> None:
    """A key that outlives the process, readable by its owner only; made once, even by two processes at once."""
    path = settings.home / KEY_FILE
    if settings.secret_key_file is not None or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{KEY_FILE}.{os.getpid()}.tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was first: its key counts
    finally:
        temporary.unlink()


def _migrate(settings: Settings) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    if _behind():
        with _alone(settings.home):
            if _behind():  # still: another process may have been at it
                call_command("migrate", interactive=False, verbosity=0)


def _behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Wait until no other process migrates: a night and a console may start together on a new database."""
    from django.db import connection

    if connection.vendor == "postgresql":  # its clients may be on several machines
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        return
    folder = home / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / "database.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
