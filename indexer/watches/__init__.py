"""Watches (关注): saved searches that run over what a night changed, and the inbox of what they found."""

from __future__ import annotations

from indexer.watches.inbox import Alert, Inbox
from indexer.watches.matching import Matches, match
from indexer.watches.night import Fired, run
from indexer.watches.watch import Watch, end_of

__all__ = ["Alert", "Fired", "Inbox", "Matches", "Watch", "end_of", "match", "run"]
