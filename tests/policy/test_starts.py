"""What a start loads: a command must not wait for libraries that it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.policy.tree import ROOT

#: Each takes from a tenth of a second to a whole one to load.
HEAVY = (
    *("sklearn", "scipy", "cv2", "onnxruntime", "rapidocr", "openpyxl", "elasticsearch", "django", "scrapy", "tantivy"),
    *("playwright", "torch", "pypinyin", "opencc", "numpy", "PIL", "cryptography", "warcio"),
)


@pytest.mark.parametrize(
    "starts",
    [
        "import qingyuan.cli",  # every command, and --help
        "import qingyuan.settings, qingyuan.runs, qingyuan.schedule",
        "import qingyuan.nightly, qingyuan.rights, qingyuan.registers, qingyuan.workspace",
    ],
)
def test_what_is_heavy_is_loaded_by_those_who_use_it(starts: str) -> None:
    tells = f"import sys; print(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{starts}; {tells}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
