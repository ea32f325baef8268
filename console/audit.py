"""The audit log: a chain of SHA-256 digests, written in the same transaction as what it records.

``digest = SHA-256(canonical JSON of {seq, at, actor, action, object, detail, address, prev})``: keys sorted, no spaces,
UTF-8, ``at`` in UTC with microseconds. The first ``prev`` is 64 zeros. Changing, removing or reordering an event
breaks the chain; cutting off its end is seen against the head.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from django.db import transaction
from django.utils import timezone

from console.models import AuditEvent, AuditHead

GENESIS = "0" * 64
Action: TypeAlias = Literal[
    "login",
    "login_failed",
    "locked",
    "logout",
    "password",
    "account",
    "view",
    "capture",
    "raw",
    "judge",
    "pack",
    "watch",
    "photo",
    "carry",
    "model",
]
#: What an officer reads for each action.
ACTIONS: Mapping[Action, str] = {
    "login": "登录",
    "login_failed": "登录失败",
    "locked": "登录锁定",
    "logout": "退出",
    "password": "修改密码",
    "account": "账号变更",
    "view": "查看商品",
    "capture": "查看抓取内容",
    "raw": "下载原始内容",
    "judge": "判断",
    "pack": "制作证据包",
    "watch": "关注变更",
    "photo": "以图查找",
    "carry": "沿用变更",
    "model": "启用模型",
}


def _storable(text: str) -> str:
    """Text that every database takes: no NUL, no lone surrogate; what is replaced stays readable."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")


def _digest(event: AuditEvent) -> str:
    body = {
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "action": event.action,
        "object": event.object,
        "detail": event.detail,
        "address": event.address,
        "prev": event.prev,
    }
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def hold() -> None:
    """Keep others from appending until the caller's transaction ends."""
    AuditHead.objects.select_for_update().get(pk=1)


def append(
    action: Action,
    *,
    actor: str,
    object: str = "",
    detail: Mapping[str, str] | None = None,
    address: str = "",
    at: datetime | None = None,
) -> AuditEvent:
    """Append one event. Inside the caller's transaction when there is one, so both are kept or neither."""
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().get(pk=1)
        event = AuditEvent(
            seq=head.seq + 1,
            at=at or timezone.now(),
            actor=_storable(actor)[:150],
            action=action,
            object=_storable(object)[:4000],
            detail=_storable(json.dumps(dict(detail or {}), ensure_ascii=False, sort_keys=True)),
            address=address[:64],
            prev=head.digest,
        )
        event.digest = _digest(event)
        event.save()
        head.seq, head.digest = event.seq, event.digest
        head.save(update_fields=["seq", "digest"])
    return event


@dataclass(frozen=True, slots=True)
class Verification:
    """``broken`` is the number of the first event that does not fit, None when all do; ``why`` a Chinese sentence."""

    events: int
    head: str
    broken: int | None = None
    why: str = ""

    @property
    def ok(self) -> bool:
        return self.broken is None


def verify() -> Verification:
    """Read the whole chain again and compare every digest."""
    # the head first: what is appended while we read comes after it
    head = AuditHead.objects.get(pk=1)
    prev, count = GENESIS, 0
    for event in AuditEvent.objects.filter(seq__lte=head.seq).order_by("seq").iterator(chunk_size=2000):
        count += 1
        if event.seq != count:
            return Verification(count - 1, head.digest, count, f"第 {count} 条审计记录缺失")
        if event.prev != prev:
            return Verification(count, head.digest, event.seq, f"第 {event.seq} 条审计记录与前一条不相连")
        if event.digest != _digest(event):
            return Verification(count, head.digest, event.seq, f"第 {event.seq} 条审计记录的内容被改动过")
        prev = event.digest
    if (head.seq, head.digest) != (count, prev):
        return Verification(count, head.digest, count + 1, f"第 {count} 条之后的审计记录被截去")
    return Verification(count, head.digest)


def detail(event: AuditEvent) -> dict[str, str]:
    """What an event says beside its columns."""
    read = json.loads(event.detail or "{}")
    return {str(name): str(value) for name, value in read.items()} if isinstance(read, dict) else {}
