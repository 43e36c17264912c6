"""The office's own names and addresses."""

from django.db import transaction

from units.models import Office

from . import trail


@transaction.atomic
def edit(values, *, by):
    """Change what the office calls itself and how it is reached; the trail keeps old and new.

    `values` maps fields to new values; nothing is written when nothing differs.
    """
    office, _created = Office.objects.select_for_update().get_or_create(pk=1)
    changes = {
        name: [getattr(office, name), value]
        for name, value in values.items()
        if getattr(office, name) != value
    }
    if changes:
        for name, (_old, new) in changes.items():
            setattr(office, name, new)
        office.save()
        trail.record(office, "edit", by=by, changes=changes)
    return office
