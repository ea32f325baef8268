"""What officers decided and did: append-only tables.

A judgement or an audit event is written once. The models and their querysets refuse to change or delete a row, and
triggers in the database (see the first migration) refuse it to everyone else.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from domain import records


class AppendOnlyError(TypeError):
    """The program tried to change what may only be appended to: a mistake in the code, not of the officer."""


def _refuse(*_: object, **__: object) -> NoReturn:
    raise AppendOnlyError("这是只增不改的记录，不能修改或删除")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Reads and inserts; nothing else."""

    update = _refuse
    delete = _refuse
    bulk_update = _refuse
    update_or_create = _refuse
    aupdate = _refuse
    adelete = _refuse


class AppendOnly(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse()


class Judgement(AppendOnly):
    """An officer's decision on a finding (:class:`domain.records.Judgement`), with what it was based on."""

    finding = models.CharField("线索", max_length=64, db_index=True)
    listing = models.TextField("商品")
    right = models.TextField("权利")
    verdict = models.CharField("结论", max_length=8, choices=[(v, v) for v in records.VERDICTS])
    stage = models.CharField("环节", max_length=8, choices=[(s, s) for s in records.STAGES])
    officer = models.CharField("人员", max_length=150)
    at = models.DateTimeField("时间")
    note = models.TextField("说明", blank=True)
    # the basis: which capture, which score of which model the officer saw
    capture = models.TextField("依据", blank=True)
    score = models.FloatField("评分")
    tier = models.CharField("等级", max_length=4)
    model = models.TextField("模型", blank=True)
    # name → weight of every reason shown; null for what was judged before this was kept. A column without a default is
    # added without making the table anew, which would take its triggers away.
    signals = models.JSONField("理由", null=True)

    class Meta:
        verbose_name = "判断"
        verbose_name_plural = "判断"
        ordering = ("id",)
        default_permissions = ()
        permissions = (
            ("read", "检索、查看商品与线索"),
            ("judge", "初核、复核与撤回本人的判断"),
            ("approve", "审批"),
            ("pack", "制作并下载证据包"),
            ("raw", "下载原始抓取内容"),
        )

    def __str__(self) -> str:
        return f"{self.stage}：{self.verdict}（{self.officer}）"


class Carrying(AppendOnly):
    """Whether a 不成立 on a finding counts for other listings of its subject; the latest row of a finding counts."""

    finding = models.CharField("线索", max_length=64, db_index=True)
    carries = models.BooleanField("沿用")
    officer = models.CharField("人员", max_length=150)
    at = models.DateTimeField("时间")
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = "沿用"
        verbose_name_plural = "沿用"
        ordering = ("id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{'恢复' if self.carries else '不再'}沿用（{self.officer}）"


class AuditEvent(AppendOnly):
    """One thing that someone did. ``digest`` covers the row and ``prev``, the digest of the row before."""

    seq = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间")
    actor = models.CharField("人员", max_length=150, blank=True)
    action = models.CharField("操作", max_length=32)
    object = models.TextField("对象", blank=True)
    detail = models.TextField("详情", blank=True)
    address = models.CharField("来源地址", max_length=64, blank=True)
    prev = models.CharField("前一条摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ("seq",)
        default_permissions = ()
        permissions = (("audit", "查看审计记录"), ("accounts", "管理账号"))
        indexes = (models.Index(fields=["actor", "at"], name="audit_actor_at"),)

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class AuditHead(models.Model):
    """The end of the chain: one row, locked by whoever appends. It shows when the last events were cut off."""

    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.seq} {self.digest}"
