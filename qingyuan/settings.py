"""Settings: one TOML file and ``QINGYUAN_*`` variables (which win). Secrets come from files.

Besides ``crawlers.settings`` this is the only module that reads the environment.
"""

from __future__ import annotations

import os
import tomllib
from datetime import datetime
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from domain.errors import SettingsError


class Settings(BaseSettings):
    """Every setting of the product; each is ``QINGYUAN_NAME`` in the environment or ``name`` in the TOML file."""

    model_config = SettingsConfigDict(env_prefix="QINGYUAN_", frozen=True, extra="forbid", env_ignore_empty=True)

    home: Path = Field(default=Path("var"), description="folder that holds all state")
    vault: str = Field(default="", description="where captures are kept: a folder or an fsspec URL; empty: HOME/vault")
    elasticsearch: str = Field(default="", description="URL of an Elasticsearch; empty: the embedded index")
    database: str = Field(default="", description="postgresql:// URL; empty: SQLite under HOME")
    contact: str = Field(
        default="mailto:contact@example.invalid", description="contact that the crawler's user agent names"
    )
    organisation: str = Field(default="清源", description="name of the bureau on packs and reports")
    chromium: Path | None = Field(default=None, description="Chromium to render with; empty: the system's")
    secret_key_file: Path | None = Field(default=None, description="file with the console's secret key")
    allowed_hosts: tuple[str, ...] = Field(default=("localhost", "127.0.0.1", "[::1]"), description="console hosts")
    https: bool = Field(default=False, description="a proxy on this machine serves the console by HTTPS")
    platforms: tuple[str, ...] = Field(default=(), description="what a night crawls; empty: all of HOME/platforms")
    search_terms: int = Field(default=20, ge=0, description="search terms a night for each platform; 0: none")
    budget: int = Field(default=0, ge=0, description="page requests a night to a platform; 0: what the platform allows")
    picture_budget: int = Field(default=20_000, ge=0, description="picture requests a night to a platform; 0: no bound")
    picture_texts: int = Field(
        default=1_000, ge=0, description="pictures that one screening reads the text of, a second each; 0: none"
    )
    retries: int = Field(default=2, ge=0, description="how often a night tries a failed platform again; 0: never")
    retry_pause: float = Field(default=600, ge=0, description="seconds before it is tried again")
    now: datetime | None = Field(default=None, description="a fixed clock, for reproducing a run")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _toml_file())


def _toml_file() -> Path:
    """``QINGYUAN_CONFIG``, or ``qingyuan.toml`` in the current folder."""
    return Path(os.environ.get("QINGYUAN_CONFIG") or "qingyuan.toml")


def load(**overrides: object) -> Settings:
    """The settings in force; ``overrides`` (from the command line) win over environment and file.

    Raises SettingsError that names the setting.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"设置 {name} 无法使用：{first['msg']}（QINGYUAN_{name.upper()} 或 {_toml_file()}）"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"设置文件 {_toml_file()} 不是有效的 TOML：{error}") from None


_in_force: Settings | None = None


def use(settings: Settings) -> None:
    """Make these the settings of this process; the command line does so before anything that asks :func:`current`."""
    global _in_force
    _in_force = settings


def current() -> Settings:
    """The settings of this process: those of :func:`use`, otherwise environment and file."""
    return _in_force if _in_force is not None else load()


def begin_again_to_write(*words: str) -> None:
    """See :func:`indexer.memory.begin_again`; here because it is of the environment."""
    from indexer.memory import begin_again

    begin_again(os.environ, *words)
