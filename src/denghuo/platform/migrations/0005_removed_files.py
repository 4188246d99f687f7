
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('platform', '0004_merged_subjects'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='storedfile',
            name='stored_file_once_per_owner',
        ),
        migrations.AddField(
            model_name='storedfile',
            name='removed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='storedfile',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('owner', 'sha256'), name='stored_file_kept_once_per_owner'),
        ),
    ]
