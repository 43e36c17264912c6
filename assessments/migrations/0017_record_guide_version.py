from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0016_bulk_decisions")]

    operations = [
        migrations.AddField(
            model_name="recordguide",
            name="version",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="version"),
        ),
    ]
