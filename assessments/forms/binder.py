"""Asking for binders of several units."""

from django import forms
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from assessments.models import Binder, Cycle
from units.models import Role, Unit

from .gaps import town_choices
from .score import KINDS_SECONDS


class BindersForm(forms.Form):
    """Which year, and whose: all, a town, or a department with the units below it."""

    cycle = forms.ModelChoiceField(label=_("Year"), queryset=Cycle.objects.none(), empty_label=None)
    whose = forms.ChoiceField(label=_("Whose"))

    def __init__(self, *args, user, **kwargs):
        """The choices are what this person may ask for, so nothing else is valid."""
        super().__init__(*args, **kwargs)
        self.fields["cycle"].queryset = Cycle.objects.by_use()
        self.fields["whose"].choices = whole_county() + towns() if user.is_office else []
        self.fields["whose"].choices += departments(user)

    def asked(self):
        """(cycle, scope, unit) of a valid form."""
        scope, _colon, number = self.cleaned_data["whose"].partition(":")
        unit = Unit.objects.get(pk=number) if number else None
        return self.cleaned_data["cycle"], scope, unit


def whole_county():
    return [(Binder.Scope.ALL.value, Binder.Scope.ALL.label)]


def towns():
    """The towns, as one group of choices."""
    return grouped(Binder.Scope.TOWN, [town for town in town_choices() if town[0]])


def departments(user):
    """The departments with units below them: all for the office, else those the person works in."""
    above = Unit.objects.filter(Exists(Unit.objects.filter(supervisor=OuterRef("pk"))))
    above = above.order_by("sort_order", "pk").values_list("pk", "name")
    if user.is_office:
        return grouped(Binder.Scope.TREE, cache.get_or_set("departments", lambda: list(above), KINDS_SECONDS))
    return grouped(Binder.Scope.TREE, above.filter(pk__in=user.units_as({Role.SUPERVISOR})))


def grouped(scope, units):
    choices = [(f"{scope}:{pk}", name) for pk, name in units]
    return [(scope.label, choices)] if choices else []
