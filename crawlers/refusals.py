"""Why a request or a response goes no further; the message is a Chinese clause that ends up in set_aside.jsonl."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class Refused(IgnoreRequest):
    """Not requested, or received and unusable."""


class Stopped(Refused):
    """The crawl has stopped; what was still waiting was not crawled, which is not the same as not seen."""


class Walled(Refused):
    """A login wall or a challenge: counted as blocked, and reason to stop."""
