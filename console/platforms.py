"""What officers call a platform: the title that its description gives, for the short name that listings carry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from domain.errors import SettingsError
from qingyuan.settings import current

_Stamps = tuple[tuple[str, int], ...]


def title(name: str) -> str:
    """The title of a platform; the name itself for one that has no description, such as that of an imported file."""
    home = current().home
    stamps = tuple(sorted((str(path), path.stat().st_mtime_ns) for path in (home / "platforms").glob("*.toml")))
    return _titles(home, stamps).get(name, name)


@lru_cache(maxsize=4)
def _titles(home: Path, stamps: _Stamps) -> Mapping[str, str]:
    """Read again only when a description has changed: ``stamps`` are what the cache goes by."""
    from crawlers.platforms import load

    try:
        return {name: platform.title for name, platform in load(home).items()}
    except SettingsError:
        return {}  # a description that cannot be read stops a crawl, with its reason, but no officer
