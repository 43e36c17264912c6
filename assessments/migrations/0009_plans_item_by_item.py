from django.db import migrations, models
from django.db.models import F

FIELDS = ("what", "carrier", "owner", "overseer", "due_on", "measure", "proof", "serves")


def keep_first_editions(apps, schema_editor):
    """A plan accepted so far has its first edition in what it says now; its items are accepted."""
    Plan = apps.get_model("assessments", "Plan")
    PlanEdition = apps.get_model("assessments", "PlanEdition")
    PlanItem = apps.get_model("assessments", "PlanItem")
    for plan in Plan.objects.filter(status="accepted", edition=0).prefetch_related("items__goal"):
        at, by = acceptance(apps, plan)
        PlanEdition.objects.create(
            plan=plan,
            number=1,
            goals=plan.goals,
            items=[said_by(item) for item in plan.items.all()],
            accepted_at=at,
            accepted_by_id=by,
        )
    accepted = Plan.objects.filter(status="accepted", edition=0)
    PlanItem.objects.filter(plan__in=accepted.values("pk")).update(verdict="accepted")
    accepted.update(edition=1)


def acceptance(apps, plan):
    """When it was accepted and by whom, as the trail tells; else when it was handed in."""
    events = apps.get_model("units", "TrailEvent").objects.filter(
        content_type__app_label="assessments", content_type__model="plan", object_id=plan.pk, verb="accept"
    )
    event = events.order_by("-number").first()
    return (event.at, event.by_id) if event else (plan.submitted_at, plan.submitted_by_id)


def said_by(item):
    said = {name: str(getattr(item, name) or "") for name in FIELDS}
    return {"pk": item.pk, **said, "goal": item.goal.text if item.goal else ""}


def drop_first_editions(apps, schema_editor):
    apps.get_model("assessments", "PlanEdition").objects.all().delete()
    apps.get_model("assessments", "Plan").objects.filter(edition__gt=0).update(edition=F("edition") * 0)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0008_duties_have_a_window"),
        ("units", "0013_letters_and_periodic_runs"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="goals_note",
            field=models.CharField(
                blank=True, max_length=300, verbose_name="what to change in the goals and the whole"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="proposal",
            field=models.JSONField(
                editable=False, null=True, verbose_name="return laid before the director"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="returned_count",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, verbose_name="times returned"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="when_returned",
            field=models.JSONField(
                editable=False, null=True, verbose_name="what it said when it was returned"
            ),
        ),
        migrations.RunPython(keep_first_editions, drop_first_editions, elidable=True),
    ]
