"""The examples in the docstrings of detection are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import detection

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(detection.__path__, "detection.")
    if not module.name.startswith("detection.train")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
