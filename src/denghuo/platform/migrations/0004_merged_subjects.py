import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0003_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="MergedSubject",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("duplicate", models.CharField(max_length=50, unique=True)),
                ("survivor", models.CharField(max_length=50)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("duplicate", models.F("survivor")), _negated=True),
                        name="subject_merged_into_another",
                    )
                ],
            },
        ),
    ]
