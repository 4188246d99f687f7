# Whose record became whose is kept once, by the platform, which was told of the same merges.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0004_total_order"),
    ]

    operations = [
        migrations.DeleteModel(name="MergedPerson"),
    ]
