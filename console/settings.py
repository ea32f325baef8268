"""The settings module that Django and its tools look for: Qingyuan's settings, turned into Django's."""

from __future__ import annotations

from console.configuration import build
from qingyuan.settings import current

globals().update(build(current()))
