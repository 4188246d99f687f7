# Default orders end in a unique field, so that rows of one instant keep their places.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_life_of_a_case"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="casenote",
            options={"ordering": ["created_at", "id"]},
        ),
        migrations.AlterModelOptions(
            name="correctionitem",
            options={"ordering": ["round", "position"]},
        ),
    ]
