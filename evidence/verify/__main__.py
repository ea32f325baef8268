"""``python -m evidence.verify PACK`` prints each check; exit 0: all passed, 1: one failed, 2: a wrong call."""

from __future__ import annotations

import sys

from evidence.verify import verify


def main(arguments: list[str]) -> int:
    """Verify the one pack named."""
    if len(arguments) != 1:
        sys.stderr.write("用法：python -m evidence.verify 证据包文件夹或zip\n")
        return 2
    report = verify(arguments[0])
    for check in report.checks:
        sys.stdout.write(f"{'通过' if check.ok else '不通过'}  {check.name}：{check.detail}\n")
    sys.stdout.write("核验通过\n" if report.ok else "核验不通过\n")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
