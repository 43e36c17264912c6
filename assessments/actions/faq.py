"""Questions often asked: an answer that was given to one unit, worded for all of them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Faq, Question
from civportal.lib import search
from units.actions import editing, trail
from units.actions.move import MoveNotAllowed, lock, move

# Names shorter than that are parts of ordinary words.
SHORTEST_NAME = 2


@transaction.atomic
def publish(source, values, *, by, names_stand=False):
    """The director publishes an answered question to all units, in words of its own.

    Raises ValidationError when the words name the unit or the person who asked and nobody said that the
    names may stand (`names_stand`), and when it is published already; MoveNotAllowed when the question was
    opened again.
    """
    source = lock(source)
    if source.status != Question.Status.ANSWERED:
        raise MoveNotAllowed(source, "publish")
    if source.faqs.published().exists():
        raise ValidationError(_("This question is published already; word that one anew."))
    check_names(source, values, names_stand)
    faq = Faq.objects.create(source=source, published_by=by, **values)
    trail.record(faq, "publish", by=by, to_status=faq.status)
    return faq


@transaction.atomic
def edit(faq, values, *, by, seen=None, names_stand=False):
    """Word it anew; what stood there before stays in its history.

    Raises ValidationError like `publish`, ChangedMeanwhile when somebody was quicker, MoveNotAllowed when it
    was withdrawn meanwhile.
    """
    if lock(faq).status != Faq.Status.PUBLISHED:
        raise MoveNotAllowed(faq, "edit")
    check_names(faq.source, values, names_stand)
    return editing.edit(faq, values, by=by, seen=seen)


def withdraw(faq, *, by, note, seen=None):
    """It is no longer shown to units, for a reason that stays on record; it can be published anew.

    Raises ValidationError without a reason, MoveNotAllowed when somebody was quicker.
    """
    if not note.strip():
        raise ValidationError(_("Say why it is withdrawn."))
    with move(faq, "withdraw", by=by, note=note, seen=seen) as faq:
        pass
    return faq


def check_names(source, values, names_stand):
    """Raise ValidationError where the words tell who asked."""
    found = names_in(source, f"{values['question']}\n{values['answer']}")
    if found and not names_stand:
        text = _("All units read this, and it names who asked: %(names)s. Take it out, or tick here.")
        raise ValidationError({"names_stand": text % {"names": _(", ").join(found)}})


def names_in(source, text):
    """By which of its names the unit stands in the text, and whether the people who asked do."""
    unit = source.unit
    people = {message.by.name for message in source.messages.filter(is_units=True).select_related("by")}
    known = [unit.name, *unit.names.values_list("name", flat=True), *sorted(people)]
    long_enough = [name for name in dict.fromkeys(known) if len(name) >= SHORTEST_NAME]
    return [name for name in long_enough if search.plain(name) in search.plain(text)]
