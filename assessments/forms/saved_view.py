"""Forms of saved views, and what stands in them."""

from django import forms
from django.db.models import Count, Subquery, Value
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.models import LedgerEntry, SavedView

from .review import QueueFilter


class SavedViewForm(forms.Form):
    """A name, and whether colleagues see it."""

    name = forms.CharField(label=_("Name of the view"), max_length=40)
    is_shared = forms.BooleanField(label=_("Colleagues who review see it too"), required=False)

    @classmethod
    def of(cls, view: SavedView, data=None):
        return cls(data, initial={"name": view.name, "is_shared": view.is_shared})


def filter_of(view):
    """The filter as the view asks for it."""
    return QueueFilter(QueryDict(view.query))


def numbers(views, waiting):
    """How many wait in all (queue_count) and in each view, each to be asked within another statement.

    A view that asks for what the filter no longer offers, an indicator of last year, has no number.
    """
    asked = {"queue_count": number_of(waiting)}
    for view in views:
        form = filter_of(view)
        rows = form.apply(waiting)
        if form.is_valid():
            asked[f"view_{view.pk}"] = number_of(rows)
    return asked


def number_of(rows):
    found = LedgerEntry.every.filter(pk__in=rows.order_by().values("pk")).order_by()
    # Grouped by nothing: one row, nought when nothing waits.
    return Subquery(found.annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n"))


def with_counts(views, found):
    """The views, each with its `count` among the numbers found."""
    for view in views:
        view.count = found.get(f"view_{view.pk}")
    return views
