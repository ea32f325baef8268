"""Judgements keep the reasons that they were made on; whether a 不成立 carries over is a fact of its own."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TABLE = "console_carrying"


def _guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for verb in ("UPDATE", "DELETE"):
        name = f"{_TABLE}_no_{verb.lower()}"
        if editor.connection.vendor == "sqlite":
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {_TABLE} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )
        elif editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION console_append_only()"
            )


class Migration(migrations.Migration):
    dependencies = [("console", "0003_roles")]
    operations = [
        migrations.AddField("judgement", "signals", models.JSONField(null=True, verbose_name="理由")),
        migrations.CreateModel(
            name="Carrying",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("finding", models.CharField(db_index=True, max_length=64, verbose_name="线索")),
                ("carries", models.BooleanField(verbose_name="沿用")),
                ("officer", models.CharField(max_length=150, verbose_name="人员")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
            ],
            options={
                "verbose_name": "沿用",
                "verbose_name_plural": "沿用",
                "ordering": ("id",),
                "default_permissions": (),
            },
        ),
        migrations.RunPython(_guard, elidable=False),
    ]
