"""``scrapy list``, ``scrapy crawl NAME``: one generated spider class a platform; ``scrapy crawl URL`` for any site."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers import platforms
from crawlers.platform import Platform
from crawlers.spiders.generic import PlatformSpider
from domain.errors import QingyuanError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings


def spider_class(platform: Platform) -> type[PlatformSpider]:
    """The spider of one platform, as a Scrapy user would have written it."""
    values = {
        "name": platform.name,
        "platform": platform,
        "allowed_domains": sorted(platform.domains),
        "__doc__": platform.title,
    }
    return type("".join(part.title() for part in platform.name.split("-")) + "Spider", (PlatformSpider,), values)


class PlatformLoader:
    """Scrapy's spider loader protocol over the platforms."""

    def __init__(self, home: Path, *, allow_private: bool, render: bool) -> None:
        self._home, self._allow_private, self._render = home, allow_private, render

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> PlatformLoader:
        flags = {name: settings.getbool(f"QINGYUAN_{name.upper()}") for name in ("allow_private", "render")}
        return cls(Path(settings["QINGYUAN_HOME"]), **flags)

    def list(self) -> list[str]:
        return sorted(platforms.load(self._home))

    def load(self, spider_name: str) -> type[PlatformSpider]:
        try:
            found = platforms.find(spider_name, self._home, allow_private=self._allow_private, render=self._render)
            return spider_class(found)
        except QingyuanError as error:
            raise KeyError(str(error)) from None  # what Scrapy's commands expect

    def find_by_request(self, request: Request) -> builtins.list[str]:
        return [name for name, platform in platforms.load(self._home).items() if platform.on_platform(request.url)]
