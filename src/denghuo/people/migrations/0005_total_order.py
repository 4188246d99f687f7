# Default orders end in a unique field, so that rows of one instant keep their places.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_wants_texts"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="apikey",
            options={"ordering": ["created_at", "id"]},
        ),
    ]
