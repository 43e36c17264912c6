from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = _("Units and people")

    def ready(self):
        from . import policies  # noqa: F401 – its lines are the permissions
        from .actions import outbox, session
        from .actions import periodic as work
        from .actions.finding import fill
        from .actions.intake.kinds import register
        from .actions.intake.people_list import PeopleList
        from .actions.intake.unit_list import UnitList
        from .actions.unit import load_categories

        register(UnitList())
        register(PeopleList())

        daily, often = work.Slot.DAILY, work.Slot.TEN_MINUTES
        work.register(work.Job("letters", _("letters gathered"), often, outbox.gather))
        work.register(work.Job("mail", _("letters sent"), often, outbox.send_waiting))
        work.register(work.Job("sessions", _("old sessions cleared away"), daily, session.clear_away, 3))
        work.register(work.Job("runs", _("old runs forgotten"), daily, work.forget, 3))

        post_migrate.connect(load_categories, sender=self)
        post_migrate.connect(fill, sender=self)
