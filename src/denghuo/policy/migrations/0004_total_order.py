# Default orders end in a unique field, so that rows of one instant keep their places.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0003_merged_persons"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="policytext",
            options={"ordering": ["policy", "-created_at", "id"]},
        ),
        migrations.AlterModelOptions(
            name="sweeprun",
            options={"ordering": ["-created_at", "id"]},
        ),
    ]
