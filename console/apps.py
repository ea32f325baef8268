"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Connects the log of logins when the models are there."""

    name = "console"
    verbose_name = "清源"

    def ready(self) -> None:
        from console import logins

        logins.connect()
