"""The tables: judgements, audit events, the head of their chain."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.BigIntegerField(default=0)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("finding", models.CharField(db_index=True, max_length=64, verbose_name="线索")),
                ("listing", models.TextField(verbose_name="商品")),
                ("right", models.TextField(verbose_name="权利")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("成立", "成立"),
                            ("不成立", "不成立"),
                            ("存疑", "存疑"),
                            ("授权", "授权"),
                            ("撤回", "撤回"),
                        ],
                        max_length=8,
                        verbose_name="结论",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[("初核", "初核"), ("复核", "复核"), ("审批", "审批")],
                        max_length=8,
                        verbose_name="环节",
                    ),
                ),
                ("officer", models.CharField(max_length=150, verbose_name="人员")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                ("capture", models.TextField(blank=True, verbose_name="依据")),
                ("score", models.FloatField(verbose_name="评分")),
                ("tier", models.CharField(max_length=4, verbose_name="等级")),
                ("model", models.TextField(blank=True, verbose_name="模型")),
            ],
            options={
                "verbose_name": "判断",
                "verbose_name_plural": "判断",
                "ordering": ("id",),
                "permissions": (
                    ("read", "检索、查看商品与线索"),
                    ("judge", "初核、复核与撤回本人的判断"),
                    ("approve", "审批"),
                    ("pack", "制作并下载证据包"),
                    ("raw", "下载原始抓取内容"),
                ),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="序号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("actor", models.CharField(blank=True, max_length=150, verbose_name="人员")),
                ("action", models.CharField(max_length=32, verbose_name="操作")),
                ("object", models.TextField(blank=True, verbose_name="对象")),
                ("detail", models.TextField(blank=True, verbose_name="详情")),
                ("address", models.CharField(blank=True, max_length=64, verbose_name="来源地址")),
                ("prev", models.CharField(max_length=64, verbose_name="前一条摘要")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "ordering": ("seq",),
                "permissions": (("audit", "查看审计记录"), ("accounts", "管理账号")),
                "default_permissions": (),
                "indexes": [models.Index(fields=["actor", "at"], name="audit_actor_at")],
            },
        ),
    ]
