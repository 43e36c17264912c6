"""Views of the queue: kept under a name, changed, let go."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import SavedView
from units.models import User

# How many views one person keeps; more would be a second queue of queues.
MOST = 12


@transaction.atomic
def keep(name, query, *, by, is_shared=False):
    """A reviewer keeps a narrowed queue under a name; `query` holds only what the filter knows.

    Raises ValidationError when the person has that name already or keeps as many views as one may.
    """
    own = own_views(by)
    if own.count() >= MOST:
        raise ValidationError(
            _("You have %(most)d views already; delete one that you no longer need."), params={"most": MOST}
        )
    check_name(own, name)
    return SavedView.objects.create(owner=by, name=name, query=query, is_shared=is_shared)


@transaction.atomic
def change(view, name, *, is_shared):
    """Its owner gives it another name, shares it or takes it back.

    Raises ValidationError when another view of the person has that name.
    """
    check_name(own_views(view.owner).exclude(pk=view.pk), name)
    view.name, view.is_shared = name, is_shared
    view.save(update_fields=["name", "is_shared"])
    return view


def remove(view):
    """Its owner lets it go; what it showed stays where it is."""
    view.delete()


def own_views(person):
    """The person's views; nobody else adds one for the person until the transaction ends."""
    User.objects.select_for_update().get(pk=person.pk)
    return SavedView.objects.filter(owner=person)


def check_name(views, name):
    if views.filter(name=name).exists():
        raise ValidationError(_("You have a view of this name already."))
