"""The groups 查阅, 办案, 审批 and 管理 with their permissions, and the start of the audit chain."""

from __future__ import annotations

from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

#: As they were when this migration was written: a migration must not change when the code does.
_ROLES = {
    "查阅": ("read",),
    "办案": ("read", "judge", "pack", "raw"),
    "审批": ("read", "judge", "approve", "pack", "raw"),
    "管理": ("accounts", "audit"),
}


def _begin(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    config = apps.get_app_config("console")
    # permissions are made after all migrations; the groups need them now
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, apps=apps, verbosity=0, using=editor.connection.alias)
    config.models_module = None
    group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in _ROLES.items():
        made, _ = group.objects.get_or_create(name=name)
        made.permissions.set(permission.objects.filter(content_type__app_label="console", codename__in=codenames))
    apps.get_model("console", "AuditHead").objects.get_or_create(pk=1, defaults={"seq": 0, "digest": "0" * 64})


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0002_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(_begin, migrations.RunPython.noop)]
