from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("The creation year")

    def ready(self):
        from units.actions.finding import fill
        from units.actions.intake.kinds import register
        from units.actions.periodic import Job, Slot
        from units.actions.periodic import register as work

        from . import policies  # noqa: F401 – its lines are the permissions
        from .actions import binder, content_check, duty, ledger, likeness, pre_review, reminder
        from .actions.binder_contents import load_classes
        from .actions.honor import load_catalogue
        from .actions.honor_list import HonorList
        from .actions.indicator_list import IndicatorList

        register(HonorList())
        register(IndicatorList())
        work(Job("bins", _("bins emptied after a month"), Slot.DAILY, ledger.empty_bins))
        work(Job("duties", _("duties made by the calendar"), Slot.DAILY, duty.make_anew))
        work(Job("pre_reviews", _("records passed on by departments"), Slot.DAILY, pre_review.pass_on))
        # Before the letters of the day are written.
        work(Job("reminders", _("reminders"), Slot.DAILY, reminder.remind, from_hour=7))
        # What was there before, and what could not be read when it was added.
        work(
            Job(
                "likeness",
                _("marks by which photos and texts are known again"),
                Slot.TEN_MINUTES,
                likeness.fill,
            )
        )
        work(Job("contents", _("stored files looked at"), Slot.HOURLY, content_check.look))
        work(Job("binders", _("binders whose time is over"), Slot.DAILY, binder.remove_expired))
        # After the categories, which the honors name: units stands before assessments.
        post_migrate.connect(load_catalogue, sender=self)
        post_migrate.connect(load_classes, sender=self)
        post_migrate.connect(fill, sender=self)
