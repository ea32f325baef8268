"""The audit log's account of which model was put into force.

The promotion itself is a file (:mod:`qingyuan.models`), complete the moment it exists. Its audit event follows; when a
kill comes between, the next call of :func:`enter` makes up for it.
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from console import audit
from console.models import AuditEvent
from qingyuan import models


def enter(home: Path) -> int:
    """An audit event for every promotion that has none yet; how many were added."""
    added = 0
    with transaction.atomic():
        audit.hold()
        known = set(AuditEvent.objects.filter(action="model").values_list("object", flat=True))
        for record in models.promotions(home):
            name = f"{record.seq:06d} {record.digest}"
            if name not in known:
                audit.append(
                    "model",
                    actor=record.officer,
                    object=name,
                    detail={
                        "操作": "启用" if record.action == "promote" else "退回",
                        "版本": record.version,
                        "之前": record.before,
                        "说明": record.note,
                    },
                    at=record.at,
                )
                added += 1
    return added
