from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0025_when_and_where_photos_were_taken")]

    operations = [
        migrations.AddField(
            model_name="recordguide",
            name="version",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="version"),
        ),
    ]
