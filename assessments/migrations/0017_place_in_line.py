import civportal.lib.clock
from django.conf import settings
from django.db import migrations, models


def as_they_came(apps, schema_editor):
    """What waits already keeps the order in which it came."""
    entries = apps.get_model("assessments", "LedgerEntry")._base_manager
    entries.filter(submitted_at__isnull=False).update(in_line_at=models.F("submitted_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0016_bulk_decisions'),
        ('units', '0013_letters_and_periodic_runs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='ledgerentry',
            name='entry_queue',
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='in_line_at',
            field=models.DateTimeField(default=civportal.lib.clock.now, editable=False, verbose_name='place in the queue'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['status', 'in_line_at', 'id'], name='entry_in_line'),
        ),
        migrations.RunPython(as_they_came, migrations.RunPython.noop, elidable=True),
    ]
