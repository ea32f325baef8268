"""What a verification says."""

from __future__ import annotations

from dataclasses import dataclass


class Broken(Exception):
    """A check failed; the message is the Chinese sentence that names the file."""


@dataclass(frozen=True, slots=True)
class Check:
    """One named check and, in Chinese, what was found."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """All checks; ``ok`` when every one passed."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether there were checks and every one passed."""
        return bool(self.checks) and all(check.ok for check in self.checks)
