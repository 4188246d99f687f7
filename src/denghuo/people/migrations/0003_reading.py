"""What a person chose about reading, so that it follows them to another device.

The columns before held a default for everybody: nothing tells who had chosen Chinese, so nobody
has. Elder mode was off or on; on becomes the size it starts with.
"""

from typing import Any

from django.db import migrations, models

ELDER_FIRST = 22


def keep_what_was_chosen(apps: Any, _schema: object) -> None:
    person = apps.get_model("people", "Person")
    person.objects.filter(elder_mode=True).update(elder_size=ELDER_FIRST)
    person.objects.filter(language="zh-hans").update(language="")


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_api_keys'),
    ]

    operations = [
        migrations.AlterField(
            model_name='person',
            name='language',
            field=models.CharField(blank=True, default='', max_length=10),
        ),
        migrations.AddField(
            model_name='person',
            name='elder_size',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='theme',
            field=models.CharField(blank=True, default='', max_length=10),
        ),
        migrations.RunPython(keep_what_was_chosen, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='person',
            name='elder_mode',
        ),
    ]
