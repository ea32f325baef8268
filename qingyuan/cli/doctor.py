"""``qingyuan doctor``: what this machine has, what it lacks, and how to get it."""

from __future__ import annotations

from qingyuan.cli.context import Context, Json, emit, settings, table


def doctor(context: Context, json: Json = False) -> int:
    """检查本机环境与数据目录；有问题时以 1 结束。"""
    from qingyuan.doctor import examine

    checks = examine(settings(context))
    if json:
        for check in checks:
            emit(check)
    else:
        marks = {"ok": "正常", "absent": "缺少", "failed": "问题"}
        table("环境检查", ("状态", "项目", "说明"), ((marks[c.state], c.name, c.detail) for c in checks))
    return 1 if any(check.state == "failed" for check in checks) else 0
