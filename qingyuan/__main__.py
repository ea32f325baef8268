"""``python -m qingyuan`` is ``qingyuan``."""

from __future__ import annotations

from qingyuan.cli import main

if __name__ == "__main__":
    main()
