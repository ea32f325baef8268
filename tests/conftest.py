"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that at the end of a run no worker waits minutes for another's last test."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project with real saved pages, titles and photographs.

    It may not be redistributed, so a checkout without it skips by name; in CI its absence is a failure.
    """
    folder = ROOT.parent / "shared"
    if (folder / "pages").is_dir():
        return folder
    message = f"the real pages and titles are not here: {folder} (they cannot be redistributed; the rest is tested)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
