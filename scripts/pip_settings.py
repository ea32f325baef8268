"""Print pip's own settings as shell assignments for uv, which does not read them: index, extra indexes, certificates.

A machine that was set up to install through a mirror says so to pip. Whatever was said to uv itself stands.
"""

from __future__ import annotations

import configparser
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

NAMES = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "cert": "SSL_CERT_FILE"}


def files() -> Iterator[Path]:
    """pip's configuration files, later ones win."""
    for folder in os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"):
        yield Path(folder, "pip/pip.conf")
    yield Path("/etc/pip.conf")
    yield Path.home() / ".pip/pip.conf"
    yield Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config", "pip/pip.conf")
    if named := os.environ.get("PIP_CONFIG_FILE"):
        yield Path(named)


def settings() -> dict[str, str]:
    """What pip would use, by pip's names."""
    found: dict[str, str] = {}
    for path in files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeError, OSError):
            continue  # pip will say so itself
        for section in ("global", "install"):
            for name in NAMES:
                if parser.has_option(section, name):
                    found[name] = parser.get(section, name)
    for name in NAMES:
        if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
            found[name] = value
    return found


def main() -> None:
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    own = any(path.is_file() for path in (home / "uv/uv.toml", Path("/etc/uv/uv.toml")))
    for name, value in settings().items():
        variable = NAMES[name]
        told = variable in os.environ or (variable.startswith("UV_") and (own or "UV_INDEX_URL" in os.environ))
        if value and not told:
            print(f"{variable}={shlex.quote(' '.join(value.split()))}; export {variable}")


if __name__ == "__main__":
    main()
