"""Several processes at once: the chain has one end, and the verdict is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

APPEND = """
import sys
from console.start import ready
from qingyuan.settings import load
ready(load())
from console import audit
for place in range(int(sys.argv[1])):
    audit.append("view", actor=sys.argv[2], object=str(place))
"""
VERIFY = """
from console.start import ready
from qingyuan.settings import load
ready(load())
from console import audit
found = audit.verify()
print(found.ok, found.events, found.why)
"""


def test_events_of_several_processes_make_one_chain(tmp_path: Path) -> None:
    """They also migrate a new database at the same time, as a night and a console started together do."""
    environment = {
        **os.environ,
        "QINGYUAN_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
    }
    run = [sys.executable, "-c"]
    writers = [
        subprocess.Popen([*run, APPEND, "40", name], env=environment, stderr=subprocess.PIPE, text=True)
        for name in ("甲", "乙", "丙")
    ]
    errors = [writer.communicate(timeout=180)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], errors
    done = subprocess.run([*run, VERIFY], env=environment, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split() == ["True", "120"]
