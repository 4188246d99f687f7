from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_reading"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="wants_texts",
            field=models.BooleanField(default=True),
        ),
    ]
