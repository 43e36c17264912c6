"""The stage of annual plans becomes a line of the calendar, and every duty gets its own window."""

from django.db import migrations
from django.db.models import F


def into_the_calendar(apps, schema_editor):
    Stage = apps.get_model("assessments", "Stage")
    Deadline = apps.get_model("assessments", "Deadline")
    Duty = apps.get_model("assessments", "Duty")
    for stage in Stage.objects.filter(kind="planning"):
        dates = {name: getattr(stage, name) for name in ("opens_on", "due_on", "closes_on")}
        Deadline.objects.create(cycle_id=stage.cycle_id, kind="annual_plan", **dates)
        Duty.objects.filter(cycle_id=stage.cycle_id).update(
            opens_on=stage.opens_on, closes_on=stage.closes_on
        )
    Stage.objects.filter(kind="planning").delete()
    # A duty without a stage can only have been made by hand; its day is its window.
    Duty.objects.filter(opens_on__isnull=True).update(opens_on=F("due_on"), closes_on=F("due_on"))
    Duty.objects.filter(fulfilled_at__isnull=False).update(handed_in_at=F("fulfilled_at"))


def back_to_stages(apps, schema_editor):
    Stage = apps.get_model("assessments", "Stage")
    for line in apps.get_model("assessments", "Deadline").objects.filter(
        kind="annual_plan", category__isnull=True, unit__isnull=True
    ):
        dates = {name: getattr(line, name) for name in ("opens_on", "due_on", "closes_on")}
        Stage.objects.create(cycle_id=line.cycle_id, kind="planning", **dates)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_the_calendar_of_the_year")]
    operations = [migrations.RunPython(into_the_calendar, back_to_stages)]
