from django.db import migrations, models

from denghuo.platform.append_only import AppendOnlyTable


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=60)),
                ("acting_for", models.CharField(blank=True, default="", max_length=50)),
                ("mandate", models.CharField(blank=True, default="", max_length=36)),
                ("action", models.CharField(max_length=80)),
                ("subject", models.CharField(blank=True, default="", max_length=50)),
                ("entity", models.CharField(blank=True, default="", max_length=120)),
                ("detail", models.TextField(blank=True, default="{}")),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "action", "seq"], name="audit_by_subject"),
                    models.Index(fields=["entity", "seq"], name="audit_by_entity"),
                ],
            },
        ),
        AppendOnlyTable("platform_auditentry"),
    ]
