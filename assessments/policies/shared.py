"""Questions that more than one chapter asks."""

from django.utils.translation import gettext_lazy as _

from assessments.models import LedgerEntry
from assessments.models.conflict import recusal
from civportal.lib.policy import asks
from units.policies import (
    is_administrator,
    is_director,
)


@asks(_("belongs to this unit"), _("does not belong to this unit"), by_unit=True)
def works_for_unit(user, record):
    return user.works_for(record.unit)


@asks(_("writes for this unit"), _("does not write for this unit"), by_unit=True)
def writes_for_unit(user, record):
    return user.writes_for(record.unit)


@asks(
    _("is party to it: the unit is one's own or in one's own tree"),
    _("is not party to it: the unit is neither one's own nor in one's own tree"),
    by_unit=True,
)
def is_party_to_unit(user, record):
    """Who belongs to the unit or a department above it reads what it handed in, and judges nothing of it."""
    return user.is_party_to(record.unit)


@asks(
    _("has a conflict of interest with the unit, and no exception"),
    _("has no conflict of interest with the unit, or an exception"),
)
def has_conflict(user, record):
    """Own, former or supervised unit, or one that was declared; `free_to_decide` is the same for lists."""
    entry = record.pk if isinstance(record, LedgerEntry) else None
    return recusal(user).bars(record.unit.pk, entry)


@asks(_("it is in the hands of the unit"), _("it is not in the hands of the unit"))
def is_editable(user, record):
    return record.is_editable


@asks(_("it is a draft"), _("it is no draft"))
def is_draft(user, record):
    return record.status == "draft"


@asks(_("it waits for a decision"), _("it does not wait for a decision"))
def is_submitted(user, record):
    return record.status == "submitted"


@asks(_("it is accepted"), _("it is not accepted"))
def is_accepted(user, record):
    return record.status == "accepted"


@asks(_("its year is open"), _("its year is not open"))
def is_of_open_year(user, record):
    return record.cycle.status == "open"


@asks(_("it was returned before"), _("it was never returned before"))
def was_returned(user, plan):
    return plan.returned_count > 0


@asks(_("it is published"), _("it is withdrawn"))
def is_published(user, release):
    return release.status == "published"


# conflicts of interest; a declaration binds at once, and nobody decides about the own one
is_keeper = is_director | is_administrator
